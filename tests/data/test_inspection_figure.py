"""F17 out of the record, worked by hand: a merged visit, a repeat, items inspected, enterprises with a credit code; by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from data.db import Record
from data.queries.frames import frames
from policy.figures.definitions import compute
from policy.figures.rows import FigureRow
from policy.figures.scope import day_scope, recent_scope, rules_of
from policy.zone import CHINA
from tests.data import inspecting as i
from tests.data import small

TODAY = small.NOW.astimezone(CHINA).date()


@pytest.fixture
def record(database: str, clock: Any) -> Iterator[Record]:
    found = Record(database, clock=clock)
    yield found
    found.close()


@pytest.fixture
def actors(record: Record) -> dict[str, Any]:
    return i.build(record)


def figure(record: Record, now: datetime, measure: str, on: date | None = None, code: str = "") -> FigureRow:
    rules = rules_of(record.county().profile, TODAY)
    scope = day_scope(on, rules) if on else recent_scope(now, 30, rules)
    with record.read() as session:
        rows = compute("F17", frames(session, record.county(), now, days=2), scope)
    return next(row for row in rows if (row.measure, row.group_code) == (measure, code))


def parts(row: FigureRow) -> tuple[float | None, float | None]:
    return row.numerator, row.denominator


def test_two_visits_one_of_them_merged_and_too_soon(record, actors, clock) -> None:
    """Two plans in one visit today; a day later the same enterprise again, for no plan: one saved of three, one repeat of two."""
    subject, other = i.enterprise(record), i.enterprise(record, 1)
    plans = [
        i.plan(record, actors["west"], subject).number,
        i.plan(record, actors["market"], subject, inspection_items=["B1"]).number,
    ]
    merged = i.visit(record, actors["west_officer"], subject, inspection_plans=plans)
    i.step(record, actors["market"], merged, "agree")
    i.step(record, actors["west"], merged, "approve")
    merged = i.step(record, actors["west_officer"], merged, "give_notice")
    i.step(record, actors["west_officer"], merged, "enter", scanned=merged.token, certificates_shown=True)
    i.visit(record, actors["west_officer"], other)  # planned only
    clock.now = small.NOW + timedelta(days=1)
    i.entered(record, actors, subject, visit_on=(TODAY + timedelta(days=1)).isoformat())
    assert parts(figure(record, clock.now, "saved")) == (1, 3)
    assert parts(figure(record, clock.now, "repeated")) == (1, 2)
    assert parts(figure(record, clock.now, "credit")) == (2, 2)
    assert parts(figure(record, clock.now, "saved", TODAY)) == (1, 2)
    assert parts(figure(record, clock.now, "repeated", TODAY)) == (0, 1)


def test_items_are_covered_under_the_organ_that_enforces_them(record, actors, clock) -> None:
    """A1 is inspected, everything published is asked of; before that day nothing was."""
    whole = figure(record, clock.now, "covered").denominator
    i.entered(record, actors, i.enterprise(record))
    assert parts(figure(record, clock.now, "covered")) == (1, whole)
    clock.now = small.NOW + timedelta(days=1)
    assert parts(figure(record, clock.now, "covered", TODAY - timedelta(days=1))) == (0, whole)


def test_an_enterprise_counts_from_the_day_it_was_registered(record, actors, clock) -> None:
    i.enterprise(record)
    clock.now = small.NOW + timedelta(days=1)
    i.enterprise(record, 1)
    assert figure(record, clock.now, "credit", TODAY).denominator == 1
