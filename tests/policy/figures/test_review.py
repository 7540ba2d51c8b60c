"""F13 and F21 worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policy.figures.definitions import meets, target_of_row
from policy.figures.frames import empty
from policy.figures.review import file_review, legal_review
from policy.figures.scope import FigureRules, Scope, day_scope, rules_of
from policy.loader import load_profile
from tests.policy.figures.made import at, frame, parts, pick

NOW = at("2026-03-31 12:00").to_pydatetime()
MARCH = Scope(NOW, at("2026-03-01").to_pydatetime(), at("2026-04-01").to_pydatetime(), FigureRules())


def case(id_: str, decided: str, hearing: str | None = None, required: bool = True, township: str = "T1") -> dict:
    plain = {"case_id": id_, "township_code": township, "decided_at": decided, "hearing_at": hearing}
    return plain | {"review_required": required, "procedure": "ordinary"}


CASES = frame(
    "cases",
    [
        case("a", "2026-03-10"),  # reviewed before
        case("b", "2026-03-10"),  # never reviewed
        case("c", "2026-03-10"),  # reviewed only after the decision
        case("d", "2026-03-10", township="T2"),  # agreed first, then to be corrected: the last word counts
        case("e", "2026-03-10", township="T2"),  # to be corrected first, then agreed
        case("f", "2026-03-10", hearing="2026-03-08"),  # reviewed before the hearing only
        case("g", "2026-03-10", hearing="2026-03-08"),  # and again after it
        case("h", "2026-03-10", required=False),  # needs none
        case("i", "2026-02-27"),  # decided before the period
    ],
)


def review(case_id: str, at_: str | None, opinion: str | None = "agree", submitted: str = "2026-03-01") -> dict:
    plain = {"review_id": f"{case_id}{at_}", "case_id": case_id, "township_code": "T1", "submitted_at": submitted}
    return plain | {"opinion": opinion, "opinion_at": at_}


REVIEWS = frame(
    "reviews",
    [
        review("a", "2026-03-09"),
        review("c", "2026-03-11"),
        review("d", "2026-03-05"),
        review("d", "2026-03-06", "correct_and_resubmit"),
        review("e", "2026-03-05", "correct_and_resubmit"),
        review("e", "2026-03-09"),
        review("f", "2026-03-07"),
        review("g", "2026-03-07"),
        review("g", "2026-03-09"),
        review("x", None, None),  # waiting
        review("y", "2026-04-01", "do_not_decide"),  # tomorrow
        review("i", "2026-02-20", submitted="2026-02-10"),
    ],
)


def test_f13_decisions_without_a_due_review() -> None:
    rows = legal_review(CASES, REVIEWS, MARCH)
    without = pick(rows, "without_due_review")
    assert (without.value, *parts(without)) == (4, 4, 7)  # b, c, d, f of a – g
    assert pick(rows, "without_due_review", "township", "T2").value == 1  # d


def test_f13_must_be_nought_everywhere() -> None:
    for profile in ("lanxi", "jindong", "fuling"):
        rules = load_profile(profile)
        row = pick(legal_review(CASES, REVIEWS, MARCH), "without_due_review")
        goal = target_of_row(row, rules, MARCH.on)
        assert goal is not None
        assert (goal.value, goal.clause, meets(row, goal)) == (0, "PL 58", False)
        sound = legal_review(CASES[CASES["case_id"] == "a"], REVIEWS, MARCH)
        assert meets(pick(sound, "without_due_review"), goal) is True


def test_f13_submitted_done_returned_and_opinions() -> None:
    rows = legal_review(CASES, REVIEWS, MARCH)
    assert pick(rows, "submitted").value == 11
    assert parts(pick(rows, "done")) == (9, 11)  # x waits, y is given tomorrow
    assert parts(pick(rows, "returned")) == (2, 9)
    assert pick(rows, "opinions", "opinion", "agree").value == 7
    assert pick(rows, "opinions", "opinion", "correct_and_resubmit").value == 2


def test_f13_nothing_decided() -> None:
    rows = legal_review(empty("cases"), empty("reviews"), MARCH)
    assert (pick(rows, "without_due_review").value, pick(rows, "done").value) == (0, None)
    assert (
        pick(legal_review(CASES, REVIEWS, day_scope(date(2026, 3, 9), FigureRules())), "without_due_review").value == 0
    )


def scored(case_id: str, score: float, when: str, township: str = "T1") -> dict:
    return {"case_id": case_id, "township_code": township, "score": score, "scored_at": when}


FILES = frame(
    "file_reviews",
    [
        scored("a", 90, "2026-01-10"),
        scored("b", 70, "2026-02-10", "T2"),
        scored("c", 80, "2026-03-10"),
        scored("d", 80, "2026-03-11"),
        scored("e", 60, "2026-03-12", "T2"),
        scored("a", 50, "2026-03-20"),  # scored again in the quarterly review: its last score ranks it
        scored("f", 99, "2026-04-01"),  # tomorrow
    ],
)
QUARTER = Scope(NOW, at("2026-01-01").to_pydatetime(), at("2026-04-01").to_pydatetime(), FigureRules())


def test_f21_mean_score_worked_by_hand() -> None:
    rows = file_review(FILES, QUARTER)
    assert parts(pick(rows, "score")) == (430, 6)
    assert pick(rows, "score").value == pytest.approx(430 / 6)
    assert pick(rows, "score", "month", "2026-03").value == 67.5  # 80, 80, 60, 50
    assert pick(rows, "score", "quarter", "2026-Q1").denominator == 6
    assert pick(rows, "score", "year", "2026").denominator == 6
    assert pick(rows, "score", "township", "T2").value == 65


def test_f21_best_and_worst_as_many_as_the_profile_says_and_none_twice() -> None:
    def listed(best: int | None, worst: int | None) -> dict[str, list[str]]:
        rows = file_review(FILES, replace(QUARTER, rules=FigureRules(best_files=best, worst_files=worst)))
        return {m: [r.group_code for r in rows if r.measure == m] for m in ("best", "worst")}

    assert listed(2, 2) == {"best": ["c", "d"], "worst": ["a", "e"]}  # b between them
    assert listed(4, 4) == {"best": ["b", "c", "d", "e"], "worst": ["a"]}
    assert listed(None, None) == {"best": [], "worst": []}
    assert rules_of(load_profile("jindong"), MARCH.on).best_files == 10
    assert rules_of(load_profile("lanxi"), MARCH.on).best_files is None


def test_f21_no_file_scored_has_no_value() -> None:
    assert pick(file_review(empty("file_reviews"), QUARTER), "score").value is None
