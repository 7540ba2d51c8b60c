"""Codes that an event was told, in words: organs, teams and places by name, material by the county's lists, articles as read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from data.county import County
from policy.citing import spoken
from policy.guards_between import codes
from policy.guards_between import spoken as entries
from policy.review import called
from policy.text import has, named, say
from policy.zone import CHINA

_NAMED: Final = (
    "receiver", "competent", "organ", "organs", "owner", "members", "present", "participants", "informed", "heard",
    "told", "townships", "team", "teams", "walker",
)  # fmt: skip
"""Organs and teams."""
_PLACES: Final = ("cell", "cells", "township", "village")
_VOCABULARY: Final[Mapping[tuple[str, str], str]] = {
    ("task", "outcome"): "vocabulary.outcome",
    ("lead", "outcome"): "vocabulary.outcome",
    ("lead", "found"): "vocabulary.callback",
    ("lead", "note"): "supervision_page.located",
    ("inspection_visit", "outcome"): "vocabulary.visit_outcome",
    ("inspection_visit", "cap_exception"): "vocabulary.cap_exception",
    ("inspection_plan", "kind"): "vocabulary.inspection_kind",
    ("inspection_draw", "seed_source"): "vocabulary.seed_source",
    ("file_draw", "seed_source"): "vocabulary.seed_source",
    ("file_draw", "cycle"): "supervising_files.cycle",
    ("file_score", "cycle"): "supervising_files.cycle",
    ("card", "card"): "vocabulary.card_kind",
    ("complaint", "channel"): "vocabulary.complaint_channel",
    ("party", "risk"): "vocabulary.subject_risk",
    ("patrol_plan", "per"): "vocabulary.patrol_per",
    ("case", "stage"): "items.stage",
}
_CALLED: Final = {("lead", "note"): "located", ("training", "form"): "training_form"}
"""One name for two things: what it is called where it is the other."""
_FORMS: Final = "training.forms"
_ARTICLES: Final = ("clause", "basis")
_GROUNDS: Final = {"assistance": "assistance.grounds", "escalation": "escalation.grounds"}
_LISTS: Final = {"criminal_referral": "criminal.materials", "transfer": "transfer.materials"}


def in_words(
    county: County, facts: Mapping[str, Any], names: Mapping[str, str], matter: str, at: datetime, lang: str
) -> dict[str, Any]:
    """Facts of an event with names in place of codes; a code that nothing names stays as it is."""
    found = dict(facts)
    for name, word in _ways(county, names, matter, at, lang):
        found |= _each(found, name, word)
    return {_CALLED.get((matter, name), name): value for name, value in found.items()}


def _ways(
    county: County, names: Mapping[str, str], matter: str, at: datetime, lang: str
) -> Iterator[tuple[str, Callable[[str], str]]]:
    """How the codes of each fact of a matter come to their words."""
    for name in _NAMED:
        yield name, lambda code: names.get(code.removeprefix("team:"), code)
    for name in _PLACES:
        yield name, lambda code: county.place(code, lang) or code
    for name in _ARTICLES:
        yield name, lambda clause: spoken(clause, lang, county.profile.documents)
    for (of, name), table in _VOCABULARY.items():
        if of == matter:
            yield name, partial(_of, table, lang=lang)
    if matter == "training":
        yield "form", lambda code: _named(_FORMS, code, county, at, lang) or code
    if matter in _GROUNDS:
        yield "ground", lambda code: _named(_GROUNDS[matter], code, county, at, lang) or code
    yield "materials", lambda code: _material(code, county, matter, at, lang)


def _each(facts: Mapping[str, Any], name: str, word: Callable[[str], str]) -> dict[str, Any]:
    """The fact with a word for each code it holds; nothing where it is not there."""
    value = facts.get(name)
    if isinstance(value, list | tuple):
        return {name: [word(one) if isinstance(one, str) else one for one in value]}
    return {name: word(value)} if isinstance(value, str) else {}


def _of(table: str, code: str, *, lang: str) -> str:
    key = f"{table}.{code}"
    return say(key, lang) if has(key, lang) else code


def _material(code: str, county: County, matter: str, at: datetime, lang: str) -> str:
    """A piece of material by the list of its matter, whose codes may be those of another list; else as a review calls it."""
    listed = _named(_LISTS.get(matter, ""), code, county, at, lang)
    return listed or named(called(code, county.profile, at.astimezone(CHINA).date()), lang)


def _named(key: str, code: str, county: County, at: datetime, lang: str) -> str | None:
    """The entry `code` of a list of the county on the day, in words."""
    value = county.profile.get(key, at.astimezone(CHINA).date())
    words = dict(zip(codes(value), entries(value), strict=True)).get(code)
    return named(words, lang) if words is not None else None
