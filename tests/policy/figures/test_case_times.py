"""F10, case part: decisions and closures of March 2026, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from policy.figures.case_times import case_times
from policy.figures.definitions import clauses, compute
from policy.figures.frames import empty
from policy.figures.scope import FigureRules, Scope, day_scope
from policy.loader import load_profile
from tests.policy.figures import test_loop
from tests.policy.figures.made import at, frame, parts, pick

NOW = at("2026-03-31 12:00").to_pydatetime()
MARCH = Scope(NOW, at("2026-03-01").to_pydatetime(), at("2026-04-01").to_pydatetime())


def case(id_: str, filed: str | None, due: str | None = None, decided: str | None = None, **more: object) -> dict:
    plain = {"case_id": id_, "township_code": "T1", "item_code": "I1", "procedure": "ordinary", "filed_at": filed}
    return plain | {"decision_due_at": due, "decided_at": decided} | more


CASES = frame(
    "cases",
    [
        case("a", "2026-03-01", "2026-05-30 23:59:59", "2026-03-11"),  # 10 days
        case(
            "b", "2026-01-10", "2026-04-10 23:59:59", "2026-03-11", closed_at="2026-03-31"
        ),  # 60 days; closed after 80
        case("c", "2025-12-01", "2026-03-01 23:59:59", "2026-03-11", township_code="T2"),  # 100 days: too late
        case("d", "2025-12-20", "2026-03-20 23:59:59"),  # due on the 20th, undecided: 101½ days
        case("e", "2025-12-21", "2026-03-21 23:59:59", ended_at="2026-03-02"),  # handed over before it was due
        case("f", "2025-11-01", "2026-01-30 23:59:59", "2026-02-01"),  # decided in February, not closed: 150½ days
        case("g", "2026-03-20", "2026-06-18 23:59:59", "2026-04-02"),  # decided after now: 11½ days
        case("h", None, None, "2026-03-05", procedure="simple", closed_at="2026-03-05"),  # on the spot: never filed
        case("i", "2026-04-01"),  # filed tomorrow
    ],
)


def test_decision_and_closure_in_days() -> None:
    rows = case_times(CASES, MARCH)
    decision = pick(rows, "case_decision")  # 10, 60, 100
    assert (decision.value, decision.p90, *parts(decision)) == (60, pytest.approx(92), 3, 3)
    assert pick(rows, "case_decision", "township", "T2").value == 100
    assert pick(rows, "case_decision", "month", "2026-03").denominator == 3
    closure = pick(rows, "case_closure")
    assert (closure.value, *parts(closure)) == (80, 1, 1)


def test_within_the_recorded_limit_and_what_is_never_decided_counts() -> None:
    rows = case_times(CASES, MARCH)
    assert parts(pick(rows, "decided_in_time")) == (2, 4)  # a, b of a, b, c and d, which fell due undecided
    assert parts(pick(rows, "decided_in_time", "township", "T2")) == (0, 1)


def test_the_open_ones_by_age() -> None:
    rows = case_times(CASES, MARCH)
    ages = {m: pick(rows, m).value for m in ("undecided_30", "undecided_60", "undecided_90", "undecided_older")}
    assert ages == {"undecided_30": 1, "undecided_60": 0, "undecided_90": 0, "undecided_older": 1}  # g; d
    unclosed = [pick(rows, m).value for m in ("unclosed_60", "unclosed_180", "unclosed_older")]
    assert unclosed == [2, 3, 0]  # a, g; c (120 days), d, f
    assert pick(rows, "unclosed_60").denominator == 5


def test_a_past_day_knows_nothing_of_what_came_later() -> None:
    rows = case_times(CASES, day_scope(date(2026, 1, 31), FigureRules()))
    assert parts(pick(rows, "case_decision")) == (0, 0)
    assert pick(rows, "case_decision").value is None
    assert parts(pick(rows, "decided_in_time")) == (0, 0)
    day_before = case_times(CASES, day_scope(date(2026, 1, 30), FigureRules()))
    assert parts(pick(day_before, "decided_in_time")) == (0, 1)  # f fell due that day and was decided two days later
    assert pick(rows, "undecided_older").value == 1  # f, 92 days old by then
    assert sum(pick(rows, m).value for m in ("undecided_30", "undecided_60", "undecided_90")) == 4  # b, c, d, e


def test_the_90_days_stand_on_decisions_and_never_on_closures() -> None:
    jindong = load_profile("jindong")
    assert clauses("F10", jindong, MARCH.on, "case_decision") == ("PL 60",)
    assert clauses("F10", jindong, MARCH.on, "decided_in_time") == ("PL 60",)
    assert clauses("F10", jindong, MARCH.on, "case_closure") == ()
    assert clauses("F10", jindong, MARCH.on, "lead_closure") == ()


def test_leads_alone_are_enough_and_cases_are_added_where_they_are_given() -> None:
    leads = compute("F10", {"leads": test_loop.LEADS}, MARCH)
    both = compute("F10", {"leads": test_loop.LEADS, "cases": CASES}, MARCH)
    assert both[: len(leads)] == leads
    assert {row.measure for row in both} - {row.measure for row in leads} >= {"case_decision", "decided_in_time"}
    assert pick(case_times(empty("cases"), MARCH), "decided_in_time").value is None
