"""Figures of many days: counted at once, in spans and in several processes they are what each day alone comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from structlog.testing import capture_logs

from data import figures_many
from data.db import Record
from data.figures_day import KEPT_GROUPS
from data.figures_kept import differing, newest
from data.figures_many import counting
from data.figures_restating import refresh
from data.jobruns import Hold, claim, done_dates, ticking
from data.queries.frames import frames
from data.snapshots import JOB, catch_up
from policy.figures.definitions import DEFINITIONS, compute_all
from policy.figures.scope import day_scope, rules_of
from tests.data.changing import Changing
from tests.data.test_figures_restating import CODE, FEW, SOON, filled


def days_of(record: Record) -> list[date]:
    with record.read() as session:
        return sorted(done_dates(session, JOB, record.county().jurisdiction_id))


def wrong(record: Record) -> list[object]:
    """What is kept otherwise than the definitions say of all rows, read and counted now, nothing cut away."""
    county = record.county()
    with record.read() as session:
        read, days = frames(session, county, SOON), days_of(record)
        return [
            (day, row)
            for day in days
            for row in differing(
                newest(session, county, day),
                (
                    row
                    for row in compute_all(read, day_scope(day, rules_of(county.profile, day)), list(DEFINITIONS))
                    if row.group_kind in KEPT_GROUPS
                ),
            )
        ]


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures_many, "FEW", 3)
    monkeypatch.setattr(figures_many, "SPAN", 2)


def test_days_that_are_missing_are_taken_at_once(town) -> None:
    filled(town, 3)
    assert len(days_of(town)) >= FEW
    assert wrong(town) == []


def test_days_that_changed_are_counted_again_at_once(town) -> None:
    place = filled(town, 4)
    town.submit_raw(lambda c: Changing(c, place, 44, FEW).change(25)).result()
    refresh(town, CODE, SOON, again=True)
    assert wrong(town) == []


def test_several_processes_come_to_the_same(town) -> None:
    place = town.county().jurisdiction_id
    town.submit_raw(lambda c: Changing(c, place, 5, FEW).fill(12)).result()
    assert catch_up(town, CODE, SOON, workers=2) >= FEW
    assert wrong(town) == []


def test_a_count_of_everything_that_differs_from_the_definitions_is_logged_and_not_used(town, monkeypatch) -> None:
    real = figures_many.all_blocks

    def off(*given):
        first, *rest = real(*given)
        return [replace(first, value=first.value + 1, numerator=first.numerator + 1), *rest]

    monkeypatch.setattr(figures_many, "all_blocks", off)
    with capture_logs() as logs:
        filled(town, 6)
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["figures.differ"]
    assert wrong(town) == []


def test_who_no_longer_holds_the_run_takes_no_further_day(town) -> None:
    place, day = town.county().jurisdiction_id, SOON.date()
    town.submit_raw(lambda c: Changing(c, place, 8, FEW).fill(3)).result()
    mine = claim(town, "figures_restated", place, day, SOON)
    assert claim(town, "figures_restated", place, day, SOON + timedelta(minutes=6)) is not None
    assert catch_up(town, CODE, SOON, hold=Hold(mine, ticking(SOON), {})) == 1
    assert len(days_of(town)) == 1


def test_only_the_figures_asked_for_are_counted(town) -> None:
    filled(town, 7)
    asked = dict.fromkeys(days_of(town), frozenset({"F06", "F13"}))
    for _, compute in counting(town, town.county(), SOON, asked):
        assert {row.figure for row in compute()} == {"F06", "F13"}
