"""F06 and F07 on a handful of leads and tasks, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policy.figures.frames import empty
from policy.figures.response import arrival_in_time, response_times
from policy.figures.scope import FigureRules, day_scope, recent_scope
from tests.policy.figures.made import at, frame, parts, pick

RULES = FigureRules(target_urban=5, target_rural=15)
NOON = replace(day_scope(date(2026, 3, 2), RULES), now=at("2026-03-02 12:00").to_pydatetime())


def lead(id_: str, received: str, occurred: str, assigned: str | None, source: str = "grid_patrol") -> dict:
    return {
        "lead_id": id_, "township_code": "T1", "source": source, "urgency": "urgent", "status": "assigned",
        "occurred_at": f"2026-03-02 {occurred}", "received_at": f"2026-03-02 {received}",
        "assigned_at": f"2026-03-02 {assigned}" if assigned else None,
    }  # fmt: skip


def task(id_: str, assigned: str, arrived: str | None = None, **more: object) -> dict:
    day = "2026-03-02 "
    times = {k: day + str(v) for k, v in more.items() if k.endswith("_at")}
    plain = {
        "task_id": id_, "lead_id": "L1", "township_code": "T1", "urgency": "urgent", "settlement": "urban",
        "assigned_at": day + assigned, "arrived_at": day + arrived if arrived else None,
    }  # fmt: skip
    return plain | more | times


LEADS = frame(
    "leads",
    [
        lead("L1", "08:00", "07:50", "08:01"),
        lead("L2", "09:00", "08:40", "09:03"),
        lead("L3", "10:00", "09:30", "10:11", source="public_report"),
        lead("L4", "11:59", "11:58", "12:30"),  # assigned after noon: not yet known at noon
    ],
)
TASKS = frame(
    "tasks",
    [
        task("A", "08:00", "08:05:00"),  # in time to the second
        task("B", "08:00", "08:05:01"),  # one second late
        task("C", "08:00", "08:15:00", settlement="rural"),  # in time
        task("D", "08:00", None, township_code="T2"),  # never reached: missed
        task("E", "11:58", None),  # not yet due at noon
        task("F", "11:58", "11:59"),  # reached before it was due: counts
        task("G", "08:00", None, ended_at="08:03"),  # declined before it was due: was not due
        task("H", "08:00", None, ended_at="08:06"),  # expired after it was due: missed
        task("I", "08:00", "08:20", urgency="normal"),  # normal tasks have no target
        task("J", "11:50", "12:02"),  # arrives after noon: at noon overdue
    ],
)


def test_f07_worked_by_hand() -> None:
    rows = arrival_in_time(TASKS, NOON)
    assert parts(pick(rows, "in_time")) == (3, 7)  # A, C, F of A, B, C, D, F, H, J
    assert pick(rows, "in_time").value == pytest.approx(3 / 7)


def test_f07_by_township_settlement_and_day() -> None:
    rows = arrival_in_time(TASKS, NOON)
    assert parts(pick(rows, "in_time", "township", "T1")) == (3, 6)
    assert parts(pick(rows, "in_time", "township", "T2")) == (0, 1)
    assert parts(pick(rows, "in_time", "settlement", "rural")) == (1, 1)
    assert parts(pick(rows, "in_time", "day", "2026-03-02")) == (3, 7)


def test_f07_the_day_is_the_local_one() -> None:
    early = frame("tasks", [task("Z", "00:30", "00:34")])
    rows = arrival_in_time(early, recent_scope(NOON.now, 3, RULES))
    assert parts(pick(rows, "in_time", "day", "2026-03-02")) == (1, 1)  # 2026-03-01 in UTC


def test_f07_a_silent_plan_has_no_target_and_no_rows() -> None:
    assert arrival_in_time(TASKS, replace(NOON, rules=FigureRules())) == []


def test_f07_nothing_due_gives_no_value() -> None:
    row = pick(arrival_in_time(empty("tasks"), NOON), "in_time")
    assert (row.value, row.denominator) == (None, 0)


def test_f06_worked_by_hand() -> None:
    rows = response_times(LEADS, TASKS, NOON)
    report = pick(rows, "report")  # 10, 20, 30, 1 minutes
    assert report.value == pytest.approx(15)
    assert parts(report) == (4, 4)
    assign = pick(rows, "assign")  # 1, 3, 11 minutes; L4 is still waiting at noon
    assert (assign.value, assign.p90) == (pytest.approx(3), pytest.approx(3 + 0.8 * 8))
    assert parts(assign) == (3, 4)
    assert parts(pick(rows, "assign", "source", "public_report")) == (1, 1)
    arrive = pick(rows, "arrive")  # A 5, B 5 1/60, C 15, F 1, I 20
    assert arrive.value == pytest.approx(5 + 1 / 60)
    assert parts(arrive) == (5, 10)
    accept = pick(rows, "accept")
    assert (accept.value, accept.p90, *parts(accept)) == (None, None, 0, 10)


def test_f06_groups_tasks_by_the_source_of_their_lead() -> None:
    rows = response_times(LEADS, TASKS, NOON)
    assert parts(pick(rows, "arrive", "source", "grid_patrol")) == (5, 10)


def test_f06_a_clock_set_back_counts_as_nothing() -> None:
    odd = frame("leads", [lead("L1", "08:00", "08:10", "08:01")])
    assert pick(response_times(odd, empty("tasks"), NOON), "report").value == 0
