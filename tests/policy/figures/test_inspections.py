"""F17 on a few inspections, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from policy.figures.definitions import clauses, compute, target_of_row
from policy.figures.frames import empty
from policy.figures.inspections import inspections
from policy.figures.scope import FigureRules, Scope, day_scope, rules_of
from policy.loader import load_profile
from tests.policy.figures.made import at, frame, parts, pick

RULES = FigureRules(repeat_days=30)
NOW = at("2026-03-31 12:00").to_pydatetime()
MARCH = Scope(NOW, at("2026-03-01").to_pydatetime(), at("2026-04-01").to_pydatetime(), RULES)


def visit(id_: str, subject: str, at_: str, organ: str = "market", plans: int | None = 1) -> dict:
    plain = {"visit_id": id_, "subject_id": subject, "organ_code": organ, "township_code": "T1"}
    return plain | {"entered_at": at_, "plans": plans}


FRAMES = {
    "inspection_items": frame(
        "inspection_items",
        [
            {"item_code": "k1", "organ_code": "market", "valid_from": "2025-01-01"},
            {"item_code": "k2", "organ_code": "market", "valid_from": "2025-01-01"},
            {"item_code": "k3", "organ_code": "fire", "valid_from": "2025-01-01"},
            {"item_code": "k4", "organ_code": "fire", "valid_from": "2025-01-01", "valid_to": "2026-03-30"},
        ],
    ),
    "inspected_items": frame(
        "inspected_items",
        [
            {"visit_id": "1", "item_code": "k1", "inspected_at": "2026-01-01 00:00"},  # the year's first moment
            {"visit_id": "2", "item_code": "k1", "inspected_at": "2026-03-02 09:00"},
            {"visit_id": "9", "item_code": "k2", "inspected_at": "2025-12-31 23:59"},  # last year
            {"visit_id": "8", "item_code": "k3", "inspected_at": "2026-04-01 09:00"},  # tomorrow
            {"visit_id": "7", "item_code": "k4", "inspected_at": "2026-03-02 09:00"},  # published no more
        ],
    ),
    "inspections": frame(
        "inspections",
        [
            visit("1", "s1", "2026-02-01 09:00"),
            visit("2", "s1", "2026-03-03 09:00"),  # 30 days after: within the window
            visit("3", "s1", "2026-03-05 10:00", organ="fire"),  # another organ, the same subject
            visit("4", "s2", "2026-03-05 10:00", plans=3),  # three plans, one visit
            visit("5", "s2", "2026-01-01 09:00"),  # 63 days before that
            visit("6", "s3", "2026-03-06 10:00", plans=None),
            visit("7", "s3", "2026-04-01 10:00"),  # tomorrow
        ],
    ),
    "subjects": frame(
        "subjects",
        [
            {"subject_id": "s1", "credit_code": "91330703MA0000001X", "known_at": "2025-01-01"},
            {"subject_id": "s2", "credit_code": "", "known_at": "2025-01-01"},
            {"subject_id": "s3", "credit_code": None, "known_at": "2026-03-01"},
            {"subject_id": "s4", "credit_code": "91330703MA0000004X", "known_at": "2026-04-02"},  # not yet known
        ],
    ),
}


def test_f17_worked_by_hand() -> None:
    rows = inspections(FRAMES, MARCH)
    assert parts(pick(rows, "covered")) == (1, 3)  # k1 of k1, k2, k3
    assert parts(pick(rows, "covered", "organ", "market")) == (1, 2)
    assert parts(pick(rows, "credit")) == (1, 3)  # s1 of s1, s2, s3
    assert (pick(rows, "saved").value, *parts(pick(rows, "saved"))) == (2, 2, 6)  # 6 plans in 4 visits
    assert parts(pick(rows, "repeated")) == (2, 4)  # 2, 3 of 2, 3, 4, 6
    assert parts(pick(rows, "repeated", "organ", "fire")) == (1, 1)


def test_f17_the_window_is_exact() -> None:
    later = FRAMES["inspections"].copy()
    later.loc[later["visit_id"] == "2", "entered_at"] = at("2026-03-03 09:00:01")
    assert parts(pick(inspections({**FRAMES, "inspections": later}, MARCH), "repeated")) == (1, 4)


def test_f17_on_a_past_day() -> None:
    rows = inspections(FRAMES, day_scope(date(2025, 12, 31), RULES))
    assert parts(pick(rows, "covered")) == (1, 4)  # k2
    assert parts(pick(rows, "credit")) == (1, 2)
    assert pick(rows, "repeated").value is None


def test_f17_without_a_window_repeats_are_not_counted() -> None:
    rows = inspections(FRAMES, replace(MARCH, rules=FigureRules()))
    assert "repeated" not in {row.measure for row in rows}
    assert rules_of(load_profile("jindong"), MARCH.on).repeat_days == 30


def test_f17_targets_of_jindong() -> None:
    jindong, rows = load_profile("jindong"), compute("F17", FRAMES, MARCH)
    covered = target_of_row(pick(rows, "covered", "organ", "market"), jindong, MARCH.on)
    assert covered is not None
    assert (covered.value, covered.clause) == (1.0, "JD 二(二)3")
    credit = target_of_row(pick(rows, "credit"), jindong, MARCH.on)
    assert credit is not None
    assert (credit.value, credit.clause) == (1.0, "JD 二(六)17")
    assert target_of_row(pick(rows, "saved"), jindong, MARCH.on) is None
    assert clauses("F17", jindong, MARCH.on, "credit") == ("JD 二(六)17",)
    assert target_of_row(pick(rows, "covered"), load_profile("lanxi"), MARCH.on) is None


def test_f17_nothing_to_inspect_has_no_value() -> None:
    rows = inspections({name: empty(name) for name in FRAMES}, MARCH)
    assert {m: pick(rows, m).value for m in ("covered", "credit", "saved", "repeated")} == {
        "covered": None,
        "credit": None,
        "saved": 0,
        "repeated": None,
    }
