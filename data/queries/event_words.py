"""Codes that an event was told, in words: organs and places by name, material by the county's lists, articles as read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from data.county import County
from data.deadlines import CHINA
from policy.citing import spoken
from policy.guards_between import codes
from policy.guards_between import spoken as entries
from policy.review import called
from policy.text import named

_ORGANS: Final = ("receiver", "competent", "organ")
_ARTICLES: Final = ("clause", "basis")
_GROUNDS: Final = {"assistance": "assistance.grounds", "escalation": "escalation.grounds"}
_LISTS: Final = {"criminal_referral": "criminal.materials", "transfer": "transfer.materials"}


def in_words(
    county: County, facts: Mapping[str, Any], organs: Mapping[str, str], matter: str, at: datetime, lang: str
) -> dict[str, Any]:
    """Facts of an event with names in place of codes; a code that nothing names stays as it is."""
    found = dict(facts)
    for name in _ORGANS:
        if isinstance(found.get(name), str):
            found[name] = organs.get(found[name], found[name])
    for name in _ARTICLES:
        if isinstance(found.get(name), str):
            found[name] = spoken(found[name], lang, county.profile.documents)
    if isinstance(found.get("cell"), str):
        found["cell"] = county.place(found["cell"]) or found["cell"]
    if isinstance(found.get("ground"), str) and matter in _GROUNDS:
        found["ground"] = _named(_GROUNDS[matter], found["ground"], county, at, lang) or found["ground"]
    if isinstance(found.get("materials"), list | tuple):
        found["materials"] = [_material(one, county, matter, at, lang) for one in found["materials"]]
    return found


def _material(code: str, county: County, matter: str, at: datetime, lang: str) -> str:
    """A piece of material by the list of its matter, whose codes may be those of another list; else as a review calls it."""
    listed = _named(_LISTS.get(matter, ""), code, county, at, lang)
    return listed or named(called(code, county.profile, at.astimezone(CHINA).date()), lang)


def _named(key: str, code: str, county: County, at: datetime, lang: str) -> str | None:
    """The entry `code` of a list of the county on the day, in words."""
    value = county.profile.get(key, at.astimezone(CHINA).date())
    words = dict(zip(codes(value), entries(value), strict=True)).get(code)
    return named(words, lang) if words is not None else None
