"""How often a village grid is patrolled at least, who may walk, and how a cell stands: cases counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from policy.loader import load_profile
from policy.patrol import PatrolRules, Planned, counted, gap_days, may_plan, may_step, may_walk, rules_of, standing
from policy.vocabulary import PersonKind
from policy.vocabulary_patrol import CellState, PatrolPer, PatrolStatus, PatrolStep

DAY, WEEK = PatrolPer.DAY, PatrolPer.WEEK
MONDAY = date(2026, 11, 16)
SUNDAY = MONDAY + timedelta(days=6)
CYCLE = PatrolRules(cycle=7, clause="X 1")
OFFICER, WORKER = PersonKind.OFFICER, PersonKind.GRID_WORKER


@pytest.mark.parametrize(
    ("times", "per", "days"), [(1, DAY, 1), (3, DAY, 1), (1, WEEK, 7), (2, WEEK, 4), (3, WEEK, 3), (7, WEEK, 1)]
)
def test_the_longest_gap_a_plan_allows(times: int, per: PatrolPer, days: int) -> None:
    assert gap_days(times, per) == days


@pytest.mark.parametrize(
    ("times", "per", "cycle", "code"),
    [
        (1, WEEK, 7, None),
        (1, WEEK, None, None),
        (1, WEEK, 3, "too_seldom"),
        (3, WEEK, 3, None),
        (0, DAY, 7, "times"),
        (13, DAY, 7, "times"),
        (22, WEEK, 7, "times"),
    ],
)
def test_a_plan_rarer_than_the_cycle_of_the_profile_is_refused(
    times: int, per: PatrolPer, cycle: int | None, code: str | None
) -> None:
    found = may_plan(times, per, [OFFICER], PatrolRules(cycle=cycle, clause="X 1"))
    assert [one.code.split(".")[1] for one in found.obstacles] == ([code] if code else [])


def test_who_may_walk_comes_from_the_profile() -> None:
    silent = PatrolRules()
    auxiliary = PersonKind.AUXILIARY
    barred = PatrolRules(may={WORKER: False, auxiliary: False}, may_clauses={WORKER: "X 2", auxiliary: "X 3"})
    assert may_walk([WORKER], silent) is None, "a silent plan bars nobody"
    assert may_walk([WORKER, OFFICER], barred) is None
    refused = may_walk([WORKER], barred)
    assert refused is not None
    assert refused.clause == "X 2"
    other = may_walk([auxiliary], barred)
    assert other is not None
    assert other.clause == "X 3", "what bars an auxiliary is not the clause on grid workers"
    assert may_walk([], silent) is not None
    assert may_walk([WORKER], rules_of(load_profile("chengliu"), MONDAY)) is None, "CL 第十二条: they patrol and report"


def test_a_finished_patrol_takes_no_step_and_an_empty_one_is_not_finished() -> None:
    for step in (PatrolStep.TICK, PatrolStep.FOUND, PatrolStep.LINK_LEAD, PatrolStep.FINISH, PatrolStep.BREAK_OFF):
        assert not may_step(step, PatrolStatus.FINISHED, 3, "雨").allowed
    assert not may_step(PatrolStep.FINISH, PatrolStatus.WALKING, 0, "").allowed
    assert may_step(PatrolStep.FINISH, PatrolStatus.WALKING, 1, "").allowed
    assert not may_step(PatrolStep.BREAK_OFF, PatrolStatus.WALKING, 0, " ").allowed
    assert may_step(PatrolStep.BREAK_OFF, PatrolStatus.WALKING, 0, "暴雨").allowed


def test_visits_beyond_the_plan_of_a_day_do_not_make_up_for_another() -> None:
    plan = Planned(1, DAY, MONDAY)
    assert counted(plan, [MONDAY, MONDAY, MONDAY], MONDAY, SUNDAY) == (1, 7)
    assert counted(Planned(2, DAY, MONDAY), [MONDAY, MONDAY, SUNDAY], MONDAY, SUNDAY) == (3, 14)
    assert counted(Planned(2, WEEK, MONDAY), [MONDAY, MONDAY, MONDAY], MONDAY, SUNDAY) == (2, 2)


def test_a_plan_counts_from_its_first_day_only() -> None:
    plan = Planned(1, DAY, SUNDAY)
    assert counted(plan, [MONDAY, SUNDAY], MONDAY, SUNDAY) == (1, 1)
    assert counted(None, [MONDAY], MONDAY, SUNDAY) == (0, 0)
    assert counted(Planned(1, DAY, MONDAY, ended=MONDAY), [SUNDAY], MONDAY, SUNDAY) == (0, 1)


@pytest.mark.parametrize(
    ("plan", "visits", "state"),
    [
        (Planned(1, DAY, MONDAY), [SUNDAY], CellState.DONE),
        (Planned(1, DAY, MONDAY), [SUNDAY - timedelta(days=1)], CellState.DUE),
        (Planned(1, DAY, MONDAY), [SUNDAY - timedelta(days=2)], CellState.OVERDUE),
        (Planned(2, WEEK, MONDAY), [SUNDAY - timedelta(days=4)], CellState.DUE),
        (Planned(2, WEEK, MONDAY), [SUNDAY - timedelta(days=5)], CellState.OVERDUE),
        (Planned(1, DAY, SUNDAY), [], CellState.DUE),
        (Planned(1, WEEK, MONDAY), [], CellState.DUE),
        (Planned(3, WEEK, SUNDAY), [], CellState.DONE),
        (Planned(1, DAY, MONDAY), [], CellState.OVERDUE),
        (None, [SUNDAY - timedelta(days=8)], CellState.OVERDUE),
        (None, [SUNDAY], CellState.UNPLANNED),
        (None, [], CellState.UNPLANNED),
    ],
)
def test_how_a_cell_stands_on_sunday(plan: Planned | None, visits: list[date], state: CellState) -> None:
    assert standing(plan, visits, MONDAY, SUNDAY, CYCLE).state is state


def test_a_visit_of_tomorrow_is_not_counted_today() -> None:
    found = standing(Planned(1, DAY, MONDAY), [SUNDAY + timedelta(days=1)], MONDAY, SUNDAY, CYCLE)
    assert (found.last, found.done) == (None, 0)
