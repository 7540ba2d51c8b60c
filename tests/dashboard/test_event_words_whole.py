"""No event of a demonstration reaches people in the record's own codes: matter, step, state and facts are words in both languages."""

from __future__ import annotations

import re

import pytest

from dashboard.components.case_words import state_of, value_words
from dashboard.components.supervision_events import facts_of, kind_of, names_by_code, step_of
from dashboard.context import Visit, visiting
from data.authority import Actor, Scope
from data.db import Record
from data.queries.event_words import _VOCABULARY
from data.queries.events import EventFilter, EventFound, search_events
from policy.text import catalogue
from policy.vocabulary import Role

CODE = re.compile(r"[a-z]+_[a-z_]+|(?<![\w.:/-])(?:team|town|dept):?-?[\w-]+|T\d\d:\d\d:\d\d")
LATIN = re.compile(r"(?<![\w.:/%-])[a-z]{4,}(?!\w)")


def every(record: Record, actor: Actor, lang: str) -> list[EventFound]:
    """One event of each shape: matter, step, state and the codes it was told."""
    seen, before = {}, None
    with record.read() as session:
        while True:
            page = search_events(
                session, actor, record.county(), record.clock(), EventFilter(), before=before, limit=500, lang=lang
            )
            if not page:
                return list(seen.values())
            for row in page:
                told = tuple((name, value) for name, value in row.facts.items() if re.fullmatch("[a-z_]+", str(value)))
                seen.setdefault((row.matter, row.verb, row.to_state, *told, *row.facts), row)
            before = page[-1].sequence


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_event_is_told_in_words(demo_record: Record, lang: str) -> None:
    county = demo_record.county()
    actor = Actor(None, "office", (Scope(Role.COUNTY_OFFICE, county.jurisdiction_id),), system=True)
    rows = every(demo_record, actor, lang)
    assert len({row.matter for row in rows}) > 10
    with visiting(Visit(demo_record, actor, lang)):
        names = names_by_code()
        for row in rows:
            state = state_of(row.matter, row.to_state) if row.to_state else ""
            for words in (kind_of(row.matter), step_of(row), state, facts_of(row, names)):
                assert not CODE.search(words), (row.matter, row.verb, row.facts, words)
                assert lang == "en" or not LATIN.search(words), (row.matter, row.verb, row.facts, words)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("2026-11-20T09:00+08:00", "2026-11-20 09:00"),
        ("2026-11-20T01:00:00.5+00:00", "2026-11-20 09:00"),
        ("2026-11-20T09:00+08:00至2026-11-21T09:00+08:00", None),
        ("2026-02-30T10:00+08:00", None),
        ("材料不齐", None),
    ],
)
def test_a_moment_is_read_as_one_and_words_that_look_like_one_are_left(
    record: Record, told: str, read: str | None
) -> None:
    with visiting(Visit(record)):
        assert value_words("reason", told) == (read or told)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_words_of_every_code_are_in_the_catalogue(lang: str) -> None:
    for table in _VOCABULARY.values():
        assert any(key.startswith(f"{table}.") for key in catalogue(lang)), table
