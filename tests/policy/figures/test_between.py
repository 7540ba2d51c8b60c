"""F23 and F26 worked by hand."""

from __future__ import annotations

from datetime import date

from policy.figures.between import joint_meetings, online_and_answered
from policy.figures.definitions import meets, target_of_row
from policy.figures.frames import empty
from policy.figures.scope import FigureRules, Scope, day_scope
from policy.loader import load_profile
from tests.policy.figures.made import at, frame, parts, pick

MEETINGS = frame(
    "meetings",
    [
        {"meeting_id": "m1", "held_at": "2025-03-10 14:00"},
        {"meeting_id": "m2", "held_at": "2025-06-30 23:30"},  # still the first half-year here, 15:30 in UTC
        {"meeting_id": "m3", "held_at": "2026-02-10 14:00"},
        {"meeting_id": "m4", "held_at": "2026-09-01 14:00"},
    ],
)


def by_half_year(on: date) -> dict[str, float | None]:
    rows = joint_meetings(MEETINGS, day_scope(on, FigureRules()))
    return {row.group_code: row.value for row in rows if row.group_kind == "half_year"}


def test_f23_the_last_six_months() -> None:
    def held(on: date) -> float | None:
        return pick(joint_meetings(MEETINGS, day_scope(on, FigureRules())), "held").value

    assert held(date(2025, 6, 30)) == 2  # m1, m2
    assert held(date(2025, 12, 30)) == 1  # m2 was on the day six months ago
    assert held(date(2025, 12, 31)) == 0
    assert held(date(2026, 2, 9)) == 0
    assert held(date(2026, 8, 10)) == 1  # m3, six months ago
    assert held(date(2026, 8, 31)) == 0  # m4 is tomorrow


def test_f23_by_half_year_a_running_one_from_its_first_meeting_on() -> None:
    assert by_half_year(date(2025, 7, 1)) == {"2025-H1": 2}
    assert by_half_year(date(2026, 1, 31)) == {"2025-H2": 0}  # over without any; 2026-H1 has not been missed yet
    assert by_half_year(date(2026, 3, 1)) == {"2025-H2": 0, "2026-H1": 1}


def test_f23_the_target_of_lanxi_is_one_in_each_half_year() -> None:
    lanxi, on = load_profile("lanxi"), date(2026, 3, 1)
    rows = joint_meetings(MEETINGS, day_scope(on, FigureRules()))
    missed, met = pick(rows, "held", "half_year", "2025-H2"), pick(rows, "held", "half_year", "2026-H1")
    goal = target_of_row(missed, lanxi, on)
    assert goal is not None
    assert (goal.value, goal.clause) == (1, "LX 三(四)4")
    assert (meets(missed, goal), meets(met, goal), meets(pick(rows, "held"), goal)) == (False, True, True)
    assert target_of_row(missed, load_profile("jindong"), on) is None


def test_f23_no_meeting_at_all() -> None:
    rows = joint_meetings(empty("meetings"), day_scope(date(2026, 3, 1), FigureRules()))
    assert (pick(rows, "held").value, pick(rows, "held", "half_year", "2025-H2").value) == (0, 0)


MARCH = Scope(
    at("2026-03-31 12:00").to_pydatetime(), at("2026-03-01").to_pydatetime(), at("2026-04-01").to_pydatetime()
)
STEPS = frame(
    "steps",
    [
        {"organ_code": "town1", "made_at": "2026-03-02", "entry": "online"},
        {"organ_code": "town1", "made_at": "2026-03-03", "entry": "paper"},
        {"organ_code": "bureau", "made_at": "2026-03-04", "entry": "online"},
        {"organ_code": "bureau", "made_at": "2026-02-28", "entry": "paper"},  # before the period
        {"organ_code": "bureau", "made_at": "2026-03-31 12:01", "entry": "paper"},  # after now
    ],
)


def asked(organ: str, at_: str, due: str | None, answered: str | None = None, refused: bool | None = None) -> dict:
    plain = {"township_code": "T1", "from_organ": "town1", "to_organ": organ, "asked_at": at_}
    return plain | {"answer_due_at": due, "answered_at": answered, "refused": refused}


ASSISTANCE = frame(
    "assistance",
    [
        asked("market", "2026-03-02", "2026-03-09", "2026-03-05", False),
        asked("market", "2026-03-02", "2026-03-09", "2026-03-20", True),  # late and refused: answered
        asked("market", "2026-03-02", "2026-03-09"),  # silent
        asked("bureau", "2026-03-30", "2026-04-06"),  # may still answer
        asked("bureau", "2026-03-30", "2026-04-06", "2026-03-31", False),
        asked("bureau", "2026-03-30", None),  # no time was set: silent so far
        asked("bureau", "2026-03-20", "2026-03-27", "2026-04-02", False),  # answers after now
    ],
)


def test_f26_worked_by_hand() -> None:
    rows = online_and_answered(STEPS, ASSISTANCE, MARCH)
    assert parts(pick(rows, "online")) == (2, 3)
    assert parts(pick(rows, "online", "organ", "town1")) == (1, 2)
    assert parts(pick(rows, "answered")) == (3, 6)
    assert parts(pick(rows, "answered", "organ", "market")) == (2, 3)
    assert parts(pick(rows, "answered", "organ", "bureau")) == (1, 3)
    assert parts(pick(rows, "refused")) == (1, 6)


def test_f26_target_of_jindong_is_about_steps_alone() -> None:
    rows, jindong = online_and_answered(STEPS, ASSISTANCE, MARCH), load_profile("jindong")
    goal = target_of_row(pick(rows, "online"), jindong, MARCH.on)
    assert goal is not None
    assert (goal.value, goal.clause) == (1.0, "JD 二(五)14")
    assert target_of_row(pick(rows, "answered"), jindong, MARCH.on) is None


def test_f26_nothing_done_has_no_value() -> None:
    rows = online_and_answered(empty("steps"), empty("assistance"), MARCH)
    assert [pick(rows, m).value for m in ("online", "answered", "refused")] == [None, None, None]
