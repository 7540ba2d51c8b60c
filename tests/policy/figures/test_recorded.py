"""F11 on recorded deadlines and F12 on those of transfers, worked by hand."""

from __future__ import annotations

from datetime import date

from policy.figures.between import transfers
from policy.figures.definitions import compute, meets, target_of_row
from policy.figures.frames import empty
from policy.figures.overdue import overdue
from policy.figures.scope import FigureRules, Scope, day_scope
from policy.loader import load_profile
from tests.policy.figures import test_loop
from tests.policy.figures.made import at, frame, parts, pick

NOW = at("2026-03-31 12:00").to_pydatetime()
MARCH = Scope(NOW, at("2026-03-01").to_pydatetime(), at("2026-04-01").to_pydatetime())


def deadline(kind: str, organ: str, begun: str, due: str, done: str | None = None, **more: object) -> dict:
    plain = {"kind": kind, "matter": "case", "township_code": "T1", "organ_code": organ, "whose": "organ"}
    return plain | {"sense": "latest", "begun_at": begun, "due_at": due, "done_at": done} | more


DEADLINES = frame(
    "deadlines",
    [
        deadline("service", "town1", "2026-03-02", "2026-03-11 23:59:59", "2026-03-11 23:59:59"),  # to the second
        deadline("service", "town1", "2026-03-02", "2026-03-11 23:59:59", "2026-03-12 00:00:00"),  # one second late
        deadline("service", "town1", "2026-03-20", "2026-03-30 23:59:59"),  # overdue
        deadline("service", "town1", "2026-03-25", "2026-04-03 23:59:59"),  # running
        deadline(
            "decision", "town2", "2026-01-01", "2026-04-01 23:59:59", "2026-03-20", township_code="T2"
        ),  # due later
        deadline(
            "preservation", "town2", "2026-03-01", "2026-03-10", ended_at="2026-03-05", township_code="T2"
        ),  # moot
        deadline("payment", "town1", "2026-03-01", "2026-03-16 23:59:59", whose="party"),  # the party's time
        deadline("hearing_notice", "town1", "2026-03-02", "2026-03-11", "2026-03-12", sense="earliest"),  # late enough
        deadline("hearing_notice", "town1", "2026-03-02", "2026-03-11", "2026-03-10", sense="earliest"),  # too soon
        deadline("hearing_notice", "town1", "2026-03-20", "2026-03-29", sense="earliest"),  # may wait
        deadline("service", "town1", "2026-04-01", "2026-04-10"),  # not yet begun
    ],
)


def test_f11_recorded_deadlines_worked_by_hand() -> None:
    rows = overdue(empty("leads"), empty("tasks"), MARCH, DEADLINES)
    assert parts(pick(rows, "overdue_recorded")) == (1, 2)  # the third of the third and fourth
    assert pick(rows, "overdue_recorded").value == 1
    assert parts(pick(rows, "on_time_recorded")) == (2, 5)  # 1st, 8th of 1st, 2nd, 3rd, 8th, 9th
    assert parts(pick(rows, "on_time_recorded", "deadline", "service")) == (1, 3)
    assert parts(pick(rows, "on_time_recorded", "deadline", "hearing_notice")) == (1, 2)
    assert parts(pick(rows, "on_time_recorded", "organ", "town1")) == (2, 5)
    assert not [
        row for row in rows if row.group_code in ("payment", "town2")
    ]  # not the organ's; nothing of town2 was due


def test_f11_before_somebody_was_late_nobody_was() -> None:
    rows = overdue(empty("leads"), empty("tasks"), day_scope(date(2026, 3, 11), FigureRules()), DEADLINES)
    assert parts(pick(rows, "overdue_recorded")) == (1, 2)  # the second at 23:59:59.999999, decision still running
    noon = Scope(at("2026-03-11 12:00").to_pydatetime(), MARCH.start, MARCH.end)
    rows = overdue(empty("leads"), empty("tasks"), noon, DEADLINES)
    assert parts(pick(rows, "overdue_recorded")) == (0, 3)  # both services and the decision run
    assert parts(pick(rows, "on_time_recorded")) == (0, 1)  # only the hearing of the 10th has been judged: too soon


def test_f11_all_is_every_kind_together() -> None:
    rows = overdue(test_loop.CLOCKED, test_loop.TASKS, MARCH, DEADLINES)
    assert parts(pick(rows, "overdue_all")) == (4, 8)  # 3 of 6 of leads and tasks, 1 of 2 recorded
    assert parts(pick(rows, "on_time_all")) == (5, 14)  # 3 of 9 and 2 of 5
    assert parts(pick(rows, "overdue_all", "deadline", "arrive")) == (1, 2)
    assert parts(pick(rows, "overdue_all", "deadline", "service")) == (1, 2)
    assert pick(overdue(test_loop.CLOCKED, test_loop.TASKS, MARCH), "overdue_recorded").value == 0


def transfer(id_: str, receiver: str, received: str | None, objected: str | None = None) -> dict:
    plain = {"transfer_id": id_, "township_code": "T1", "from_organ": "town1", "to_organ": receiver}
    return plain | {"sent_at": "2026-03-01", "received_at": received, "objected_at": objected}


TRANSFERS = frame(
    "transfers",
    [
        transfer("1", "bureau", "2026-03-02"),
        transfer("2", "bureau", "2026-03-03", "2026-03-05"),
        transfer("3", "market", "2026-03-04", "2026-04-01"),  # objects tomorrow
        transfer("4", "market", "2026-02-28", "2026-03-01"),  # received before the period
        transfer("5", "market", None),
    ],
)
OF_TRANSFERS = frame(
    "deadlines",
    [
        deadline("transfer", "town1", "2026-03-01", "2026-03-06 23:59:59", "2026-03-02"),
        deadline(
            "transfer_urgent", "town1", "2026-03-01 10:00", "2026-03-02 10:00", "2026-03-02 10:01"
        ),  # a minute late
        deadline(
            "transfer", "town2", "2026-03-10", "2026-03-17 23:59:59", ended_at="2026-03-12"
        ),  # not needed any more
        deadline("transfer_answer", "bureau", "2026-03-02", "2026-03-09 23:59:59", "2026-03-09 17:00"),
        deadline("transfer_answer", "market", "2026-03-04", "2026-03-11 23:59:59"),  # never answered
        deadline("service", "town1", "2026-03-04", "2026-03-11"),  # of something else
    ],
)


def test_f12_worked_by_hand() -> None:
    rows = transfers(TRANSFERS, OF_TRANSFERS, MARCH)
    assert parts(pick(rows, "sent_in_time")) == (1, 2)
    assert parts(pick(rows, "sent_in_time", "organ", "town1")) == (1, 2)
    assert parts(pick(rows, "answered_in_time")) == (1, 2)
    assert parts(pick(rows, "answered_in_time", "organ", "market")) == (0, 1)
    assert parts(pick(rows, "disputed")) == (1, 3)  # 2 of 1, 2, 3
    assert parts(pick(rows, "disputed", "organ", "bureau")) == (1, 2)


def test_f12_both_deadlines_have_the_target_of_fuling_and_disputes_none() -> None:
    fuling = load_profile("fuling")
    rows = compute("F12", {"transfers": TRANSFERS, "deadlines": OF_TRANSFERS}, MARCH)
    for measure in ("sent_in_time", "answered_in_time"):
        row = pick(rows, measure, "organ", "town1" if measure == "sent_in_time" else "market")
        goal = target_of_row(row, fuling, MARCH.on)
        assert goal is not None
        assert (goal.value, meets(row, goal)) == (1.0, False)
    assert target_of_row(pick(rows, "disputed"), fuling, MARCH.on) is None
    assert target_of_row(pick(rows, "sent_in_time"), load_profile("jindong"), MARCH.on) is None


def test_f12_nothing_due_has_no_value() -> None:
    rows = transfers(empty("transfers"), empty("deadlines"), MARCH)
    assert [pick(rows, m).value for m in ("sent_in_time", "answered_in_time", "disputed")] == [None, None, None]
