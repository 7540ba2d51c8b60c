"""F09, F10 and F11 on a few leads and tasks, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from policy.figures.frames import empty
from policy.figures.loop import closed_loop_rate, closure_time, open_leads
from policy.figures.overdue import overdue
from policy.figures.scope import FigureRules, Scope, day_scope, recent_scope
from tests.policy.figures.made import at, frame, parts, pick

NOW = at("2026-03-31 12:00").to_pydatetime()
MARCH = Scope(NOW, at("2026-03-01").to_pydatetime(), at("2026-04-01").to_pydatetime())


def lead(id_: str, received: str, resolved: str | None = None, **more: object) -> dict:
    plain = {"lead_id": id_, "township_code": "T1", "source": "grid_patrol", "item_code": "I1", "status": "in_progress"}
    return plain | {"received_at": received, "resolved_at": resolved} | more


LEADS = frame(
    "leads",
    [
        lead("a", "2026-03-02 08:00", "2026-03-02 10:00", status="resolved"),  # 2 h
        lead("b", "2026-03-02 08:00", "2026-03-04 08:00", status="archived", township_code="T2"),  # 48 h
        lead("c", "2026-02-27 12:00", "2026-03-01 12:00", status="resolved", item_code=None),  # 48 h, received before
        lead("d", "2026-03-31 11:00"),  # open 1 h
        lead("e", "2026-03-28 12:00"),  # open exactly 3 days
        lead("f", "2026-01-01 12:00", township_code=None),  # open 89 days, unlocated, received before
        lead("g", "2026-03-05 09:00", status="duplicate"),
        lead("h", "2026-03-31 08:00", "2026-03-31 13:00", status="resolved"),  # resolved an hour from now
        lead("i", "2026-03-31 18:00"),  # not yet received
    ],
)


def test_f09_worked_by_hand() -> None:
    rows = closed_loop_rate(LEADS, MARCH)
    assert parts(pick(rows, "resolved")) == (2, 6)  # a, b of a, b, d, e, g, h
    assert parts(pick(rows, "resolved", "township", "T2")) == (1, 1)
    assert parts(pick(rows, "settled_otherwise")) == (1, 6)


def test_open_by_age() -> None:
    rows = closed_loop_rate(LEADS, MARCH)
    ages = {m: pick(rows, m).value for m in ("open_1", "open_3", "open_7", "open_30", "open_older")}
    assert ages == {"open_1": 2, "open_3": 0, "open_7": 1, "open_30": 0, "open_older": 1}  # d and h; e; f
    assert pick(rows, "open_older", "township", "unknown").value == 1  # an unlocated lead is never dropped
    assert set(open_leads(LEADS, MARCH)["lead_id"]) == {"d", "e", "f", "h"}


def test_f10_worked_by_hand() -> None:
    rows = closure_time(LEADS, MARCH)
    county = pick(rows, "lead_closure")  # 2, 48, 48
    assert (county.value, county.p90, *parts(county)) == (48, 48, 3, 3)
    assert pick(rows, "lead_closure", "township", "T1").value == 25
    assert pick(rows, "lead_closure", "month", "2026-03").denominator == 3
    assert pick(rows, "lead_closure", "item", "unknown").value == 48


def test_resolved_today_counts_whenever_received() -> None:
    first = closure_time(LEADS, day_scope(date(2026, 3, 1), FigureRules()))
    assert parts(pick(first, "lead_closure")) == (1, 1)


def task(id_: str, **times: object) -> dict:
    day = "2026-03-31 "
    moments = {k: day + str(v) for k, v in times.items() if k.endswith("_at")}
    return {"task_id": id_, "township_code": "T1", "organ_code": "town1", "status": "assigned"} | times | moments


TASKS = frame(
    "tasks",
    [
        task("A", assigned_at="11:00", accept_due_at="11:02", accepted_at="11:01", arrive_due_at="11:05"),  # late now
        task(
            "B",
            assigned_at="11:00",
            accept_due_at="11:02",
            accepted_at="11:03",
            arrive_due_at="11:15",
            arrived_at="11:15",
        ),
        task("C", assigned_at="11:00", accept_due_at="11:02", ended_at="11:01"),  # declined before it was due
        task("D", assigned_at="11:00", accept_due_at="11:02", ended_at="11:03"),  # expired: not on time, not running
        task("E", assigned_at="11:59", accept_due_at="12:01", arrive_due_at="12:14"),  # running, in time so far
        task("F", assigned_at="11:30", accept_due_at="11:32", organ_code="bureau"),  # never accepted: overdue
    ],
)
CLOCKED = frame(
    "leads",
    [
        lead("a", "2026-03-31 09:00", assign_due_at="2026-03-31 09:30", assigned_at="2026-03-31 09:30"),
        lead("b", "2026-03-31 09:00", assign_due_at="2026-03-31 09:30", assigned_at="2026-03-31 09:31"),
        lead("c", "2026-03-31 09:00", assign_due_at="2026-03-31 09:30"),  # overdue
        lead("d", "2026-03-31 11:50", assign_due_at="2026-03-31 12:20"),  # running
        lead("e", "2026-03-31 09:00", assign_due_at="2026-03-31 09:30", status="duplicate"),  # has no clock any more
    ],
)


def test_f11_worked_by_hand() -> None:
    rows = overdue(CLOCKED, TASKS, MARCH)
    assert parts(pick(rows, "overdue_assign")) == (1, 2)  # c of c, d
    assert parts(pick(rows, "on_time_assign")) == (1, 3)  # a of a, b, c
    assert parts(pick(rows, "overdue_accept")) == (1, 2)  # F of E, F
    assert parts(pick(rows, "on_time_accept")) == (1, 4)  # A of A, B, D, F
    assert parts(pick(rows, "overdue_arrive")) == (1, 2)  # A of A, E
    assert parts(pick(rows, "on_time_arrive")) == (1, 2)  # B of A, B
    assert parts(pick(rows, "overdue_all")) == (3, 6)
    assert parts(pick(rows, "on_time_all")) == (3, 9)
    assert pick(rows, "overdue_all").value == 3
    assert pick(rows, "on_time_all").value == pytest.approx(1 / 3)


def test_f11_by_organ() -> None:
    rows = overdue(CLOCKED, TASKS, MARCH)
    assert pick(rows, "overdue_accept", "organ", "bureau").value == 1
    assert pick(rows, "overdue_accept", "organ", "town1").value == 0


def test_empty_frames_give_no_value() -> None:
    scope = recent_scope(NOW, 30, FigureRules())
    assert pick(closed_loop_rate(empty("leads"), scope), "resolved").value is None
    assert pick(closure_time(empty("leads"), scope), "lead_closure").value is None
    assert pick(overdue(empty("leads"), empty("tasks"), scope), "overdue_all").value == 0
