"""F08 and F18 on a handful of cells, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from policy.figures.frames import empty
from policy.figures.reach import coverage, patrolled
from policy.figures.scope import FigureRules, day_scope
from tests.policy.figures.made import at, frame, parts, pick

RULES = FigureRules(target_urban=5, target_rural=15, patrol_days=7)
SCOPE = day_scope(date(2026, 3, 9), RULES)


def cell(code: str, settlement: str, area: float, leads: int, minutes: float | None, **more: object) -> dict:
    plain = {"cell_code": code, "township_code": "T1", "settlement": settlement, "area": area, "leads": leads}
    return plain | {"minutes": minutes} | more


CELLS = frame(
    "coverage",
    [
        cell("c1", "urban", 1.0, 30, 5.0),  # just reached
        cell("c2", "urban", 2.0, 10, 5.1),  # just not
        cell("c3", "rural", 5.0, 5, 14.0),
        cell("c4", "rural", 8.0, 0, None, township_code="T2"),  # nobody on duty can get there
        cell("c1", "urban", 1.0, 30, 9.0, shift="night"),
        cell("c3", "rural", 5.0, 5, 15.0, shift="night"),
    ],
)


def test_f08_worked_by_hand() -> None:
    rows = coverage(CELLS, SCOPE)
    assert parts(pick(rows, "area")) == (6, 16)  # c1 1 + c3 5 of 1 + 2 + 5 + 8 km²
    assert parts(pick(rows, "leads")) == (35, 45)  # 30 + 5 of 30 + 10 + 5 + 0
    assert parts(pick(rows, "cells")) == (2, 4)
    assert parts(pick(rows, "area", "settlement", "urban")) == (1, 3)
    assert parts(pick(rows, "area", "township", "T1")) == (6, 8)
    assert parts(pick(rows, "area", "shift", "night")) == (5, 6)


def test_f08_no_leads_of_late_give_no_value_and_a_silent_plan_no_rows() -> None:
    row = pick(coverage(CELLS, SCOPE), "leads", "township", "T2")
    assert (row.value, *parts(row)) == (None, 0, 0)
    assert coverage(CELLS, replace(SCOPE, rules=FigureRules())) == []
    assert pick(coverage(empty("coverage"), SCOPE), "area").value is None


VILLAGES = frame(
    "villages",
    [
        {"cell_code": code, "township_code": township, "valid_from": "2020-01-01"}
        for code, township in (("v1", "T1"), ("v2", "T1"), ("v3", "T2"))
    ],
)
PATROLS = frame(
    "patrols",
    [
        {"cell_code": "v1", "patrolled_at": "2026-03-03 00:00"},  # the first moment of the seven days
        {"cell_code": "v1", "patrolled_at": "2026-03-08 09:00"},
        {"cell_code": "v2", "patrolled_at": "2026-03-02 23:59"},  # the day before them
        {"cell_code": "v3", "patrolled_at": "2026-03-09 15:00"},
        {"cell_code": "v9", "patrolled_at": "2026-03-09 15:00"},  # no village grid
    ],
)


def test_f18_worked_by_hand() -> None:
    rows = patrolled(VILLAGES, PATROLS, SCOPE)
    assert parts(pick(rows, "patrolled")) == (2, 3)  # v1, v3
    assert parts(pick(rows, "patrolled", "township", "T1")) == (1, 2)


def test_f18_what_happens_later_is_not_counted() -> None:
    noon = replace(SCOPE, now=at("2026-03-09 12:00").to_pydatetime())
    assert parts(pick(patrolled(VILLAGES, PATROLS, noon), "patrolled")) == (1, 3)
    week_before = day_scope(date(2026, 3, 2), RULES)
    assert parts(pick(patrolled(VILLAGES, PATROLS, week_before), "patrolled")) == (1, 3)  # v2


def test_f18_without_a_cycle_or_without_villages() -> None:
    assert patrolled(VILLAGES, PATROLS, replace(SCOPE, rules=FigureRules())) == []
    assert pick(patrolled(empty("villages"), PATROLS, SCOPE), "patrolled").value is None
