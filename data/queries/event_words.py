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
from policy.text import Word, say

_ORGANS: Final = ("receiver", "competent", "organ")
_ARTICLES: Final = ("clause", "basis")
_LISTS: Final = ("review.materials", "criminal.materials", "transfer.materials")


def in_words(
    county: County, facts: Mapping[str, Any], organs: Mapping[str, str], at: datetime, lang: str
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
    if isinstance(found.get("materials"), list | tuple):
        named = _materials(county, at, lang)
        found["materials"] = [named.get(one, one) for one in found["materials"]]
    return found


def _materials(county: County, at: datetime, lang: str) -> dict[str, str]:
    """Every material that a list of the county names on the day, by its code; the list of reviews goes before the others."""
    values = [county.profile.get(key, at.astimezone(CHINA).date()) for key in reversed(_LISTS)]
    named = {code: entry for value in values for code, entry in zip(codes(value), entries(value), strict=True)}
    return {code: say(one.key, lang) if isinstance(one, Word) else _name(one.zh, one.en, lang) for code, one in named.items()}  # fmt: skip


def _name(zh: str, en: str, lang: str) -> str:
    return zh if lang == "zh" else en
