"""F24 on four teams in three townships, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.figures.frames import empty
from policy.figures.rows import gini
from policy.figures.scope import FigureRules, day_scope
from policy.figures.workload import workload
from tests.policy.figures.made import frame, parts, pick

SCOPE = day_scope(date(2026, 3, 2), FigureRules())


def team(code: str, township: str | None, on_duty: int, open_tasks: int) -> dict:
    return {
        "team_code": code,
        "organ_code": "o",
        "township_code": township,
        "on_duty": on_duty,
        "open_tasks": open_tasks,
    }


TEAMS = frame(
    "teams",
    [team("A", "T1", 2, 2), team("B", "T1", 2, 6), team("C", "T2", 3, 0), team("D", "T3", 0, 4), team("E", None, 2, 1)],
)
SHIFTS = frame(
    "shifts",
    [
        {
            "person_id": "p1",
            "team_code": "A",
            "township_code": "T1",
            "starts_at": "2026-03-02 08:00",
            "ends_at": "2026-03-02 16:00",
        },
        {
            "person_id": "p1",
            "team_code": "A",
            "township_code": "T1",
            "starts_at": "2026-03-02 22:00",
            "ends_at": "2026-03-03 06:00",
        },
        {
            "person_id": "p2",
            "team_code": "C",
            "township_code": "T2",
            "starts_at": "2026-03-01 20:00",
            "ends_at": "2026-03-02 04:00",
        },
        {
            "person_id": "p3",
            "team_code": "C",
            "township_code": "T2",
            "starts_at": "2026-03-03 08:00",
            "ends_at": "2026-03-03 16:00",
        },
    ],
)


def test_open_tasks_per_officer() -> None:
    rows = workload(TEAMS, SHIFTS, SCOPE)
    assert parts(pick(rows, "per_officer")) == (13, 9)
    assert pick(rows, "per_officer", "township", "T1").value == 2
    assert pick(rows, "per_officer", "township", "T2").value == 0
    nobody = pick(rows, "per_officer", "township", "T3")
    assert (nobody.value, *parts(nobody)) == (None, 4, 0)
    assert pick(rows, "per_officer", "team", "B").value == 3
    assert pick(rows, "per_officer", "township", "unknown").value == 0.5


def test_imbalance_over_the_townships_that_are_manned() -> None:
    row = pick(workload(TEAMS, SHIFTS, SCOPE), "gini")  # loads 2 and 0: Σ|xi-xj| = 4, 2nΣx = 8
    assert (row.value, *parts(row)) == (0.5, 4, 8)
    even = workload(TEAMS.assign(open_tasks=TEAMS["on_duty"]), SHIFTS, SCOPE)
    assert pick(even, "gini").value == 0
    idle = workload(TEAMS.assign(open_tasks=0), SHIFTS, SCOPE)
    assert pick(idle, "gini").value == 0


def test_hours_within_the_day() -> None:
    rows = workload(TEAMS, SHIFTS, SCOPE)  # p1 8 + 2 hours, p2 4 hours, p3 tomorrow
    assert parts(pick(rows, "hours")) == (14, 2)
    assert pick(rows, "hours", "team", "A").value == 10
    assert pick(rows, "hours", "township", "T2").value == 4
    tomorrow = workload(TEAMS, SHIFTS, replace(day_scope(date(2026, 3, 3), FigureRules())))
    assert parts(pick(tomorrow, "hours")) == (14, 2)  # p1 6, p3 8


def test_empty_frames_give_no_value() -> None:
    rows = workload(empty("teams"), empty("shifts"), SCOPE)
    assert [pick(rows, m).value for m in ("per_officer", "gini", "hours")] == [None, None, None]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_gini_is_that_of_the_definition(values: list[float]) -> None:
    numerator, denominator = gini(values)
    slow = sum(abs(a - b) for a in values for b in values)
    assert numerator == pytest.approx(slow, abs=1e-3)
    assert 0 <= numerator <= denominator or numerator == pytest.approx(denominator, abs=1e-3)
