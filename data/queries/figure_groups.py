"""The groups a figure comes in: what people may call them, which run over a longer time than a day, and the words for their codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Item, Organ, Team
from data.queries.named import names_of
from policy.deadline_terms import key_of
from policy.errors import Refusal
from policy.figures.definitions import definition
from policy.figures.rows import UNKNOWN
from policy.figures.scope import Scope, day_bounds
from policy.text import has, say

DAY: Final = "day"
WIDE: Final = ("month", "quarter", "year")
"""Groups that gather a longer time than the day asked for: counted from its first day on."""
ALIASES: Final[Mapping[str, str]] = {
    "department": "organ", "half-year": "half_year", "halfyear": "half_year", "jurisdiction": "county", "date": DAY,
    "now": "county",
}  # fmt: skip
WORDS: Final[Mapping[str, str]] = {
    "urgency": "vocabulary.urgency", "source": "vocabulary.lead_source", "settlement": "vocabulary.settlement",
    "opinion": "vocabulary.review_opinion", "shift": "vocabulary.shift_name", "part": "figures.part",
    "remedy": "figures.remedy", "deadline": "figures.deadline",
}  # fmt: skip
POSTS: Final = ("team.posts", "team.offices")


def groups_of(figures: Collection[str]) -> tuple[str, ...]:
    """Every group that one of `figures` comes in; each figure comes by day."""
    found = (group for id_ in figures for measure in definition(id_).measures for group in measure.groups)
    return tuple(dict.fromkeys((*found, DAY)))


def asked_group(given: str | None, figures: Collection[str]) -> str | None:
    """The group meant by `given`, as the plans or a hand on the keyboard call it; `Refusal` naming those there are."""
    if not given:
        return None
    known, word = groups_of(figures), given.strip().lower()
    meant = word if word in known else ALIASES.get(word, word)
    if meant == "team" and meant not in known:  # F02 says team of an organ
        meant = "organ"
    if meant not in known:
        raise Refusal(
            "errors_matter.unknown_group", pointer="/by", given=given[:40], figure="、".join(figures)[:40], known=known
        )
    return meant


def with_group(figures: Collection[str], kind: str) -> list[str]:
    """Those of `figures` that come in the group `kind`."""
    return [id_ for id_ in figures if any(kind in measure.groups for measure in definition(id_).measures)]


def widened(scope: Scope, kind: str) -> Scope:
    """The period from the first day of the month, quarter or year of the scope's day up to it."""
    return replace(scope, start=min(scope.start, day_bounds(first_day(scope.on, kind))[0].to_pydatetime()))


def first_day(day: date, kind: str) -> date:
    """First day of the month, quarter or year of a day."""
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[kind]
    return date(day.year, month, 1)


def days_before(day: date, days: int) -> date:
    """First of the last `days` days up to `day`."""
    return day - timedelta(days=days - 1)


def names_for(session: Session, county: County, lang: str = "zh") -> Mapping[str, str]:
    """Names of every group a figure may come in: cells, organs, domains, teams, items, posts."""
    return {**names_of(session, county, lang), **_own_words(session, county, lang), **_posts(county, lang)}


def _own_words(session: Session, county: County, lang: str) -> Mapping[str, str]:
    """Names that the record holds in both languages."""
    models: tuple[Any, ...] = (Item, Organ, Team)
    held = ((one.code, one.name if lang == "zh" else one.name_en, one.jurisdiction_id) for one in models)
    queries = (select(code, name).where(place == county.jurisdiction_id) for code, name, place in held)
    return {code: name for query in queries for code, name in session.execute(query) if name}


def _posts(county: County, lang: str) -> Mapping[str, str]:
    values = (value for key in POSTS for value in county.profile.history(key))
    return {post["code"]: post[f"name_{lang}"] for value in values for post in value.value or ()}


def group_word(kind: str, code: str, names: Mapping[str, str], lang: str = "zh") -> str:
    """A group in words: a name of the record, a word of the catalogue, else the code as it stands."""
    if code == UNKNOWN:
        return say("figures.part.unknown", lang)
    prefix = WORDS.get(kind)
    if prefix is None:
        return names.get(code, code)
    if kind == "deadline" and not has(f"{prefix}.{code}", lang):
        return _clock(code, lang)
    return say(f"{prefix}.{code}", lang) if has(f"{prefix}.{code}", lang) else names.get(code, code)


def _clock(code: str, lang: str) -> str:
    try:
        return say(f"policy.key.{key_of(code)}", lang)
    except Refusal:
        return code
