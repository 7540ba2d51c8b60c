"""Review of files: periods, which are due, and what a sheet comes to; worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from policy.errors import Refusal
from policy.file_review import (
    WHOLE_FILE,
    Heading,
    cycles,
    drawn_count,
    due,
    filled,
    headings,
    period_named,
    period_of,
)
from policy.loader import load_profile
from policy.text import Name

ON = date(2026, 11, 21)
SHEET = (
    Heading("procedure", Name("程序", "procedure"), 40),
    Heading("evidence", Name("证据", "evidence"), 30),
    Heading("papers", Name("文书", "papers"), 10),
)


@pytest.mark.parametrize(
    ("cycle", "day", "name", "begins", "ends"),
    [
        ("month", date(2026, 2, 9), "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("month", date(2028, 2, 29), "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("quarter", date(2026, 5, 31), "2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("quarter", date(2026, 12, 31), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 7, 1), "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_named_and_read_again(cycle: str, day: date, name: str, begins: date, ends: date) -> None:
    found = period_of(cycle, day)
    assert (found.name, found.begins_on, found.ends_on) == (name, begins, ends)
    assert period_named(name) == found
    assert found.before().ends_on.toordinal() + 1 == begins.toordinal()
    assert found.next().begins_on.toordinal() == ends.toordinal() + 1


@pytest.mark.parametrize(
    "words", ["", "2026-13", "2026-Q5", "2026-00", "26-01", "2026-1", "0000", "2026-Q", "十月", "2026-01-01"]
)
def test_what_is_no_period_is_none(words: str) -> None:
    assert period_named(words) is None


def test_periods_missed_are_caught_up_and_the_first_look_takes_the_latest_alone() -> None:
    assert [one.name for one in due("month", ON, None)] == ["2026-10"]
    assert [one.name for one in due("month", ON, period_of("month", date(2026, 7, 1)))] == [
        "2026-08",
        "2026-09",
        "2026-10",
    ]
    assert due("month", ON, period_of("month", date(2026, 10, 1))) == []
    assert [one.name for one in due("year", ON, None)] == ["2025"]


def test_cycles_and_numbers_are_the_plan_s() -> None:
    """Jindong's plan draws monthly, reviews quarterly, appraises yearly; Henan's regulation yearly; Lanxi's says nothing."""
    assert cycles(load_profile("jindong"), ON) == ("month", "quarter", "year")
    assert cycles(load_profile("chengliu"), ON) == ("year",)
    assert cycles(load_profile("lanxi"), ON) == ()
    assert drawn_count(load_profile("jindong"), "month", ON) == 10
    assert drawn_count(load_profile("jindong"), "month", date(2020, 1, 1)) is None


def test_a_silent_plan_has_one_heading_for_the_whole_file() -> None:
    for profile in ("jindong", "lanxi", "yunyang", "fuling", "chengliu"):
        assert headings(load_profile(profile), ON) == WHOLE_FILE


def test_points_become_a_score_out_of_a_hundred() -> None:
    """32.5 of 40, 30 of 30, 0 of 10: 62.5 of 80 is 78.125 of a hundred, told as 78.12."""
    told = {
        "procedure": {"points": "32.5", "ground": "告知不全"},
        "evidence": {"points": 30, "ground": "完整"},
        "papers": {"points": "0", "ground": "未归档"},
    }
    sheet = filled(SHEET, told)
    assert str(sheet.score) == "78.12"
    assert sheet.points["procedure"] == {"points": "32.5", "ground": "告知不全"}
    assert str(filled(WHOLE_FILE, {"overall": {"points": "86.5", "ground": "较好"}}).score) == "86.50"


FULL = {one.code: {"points": "1", "ground": "依据"} for one in SHEET}


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"procedure": {"points": "40.5", "ground": "x"}}, "points_wrong", "/points_procedure"),
        ({"procedure": {"points": "1.3", "ground": "x"}}, "points_wrong", "/points_procedure"),
        ({"procedure": {"points": "-1", "ground": "x"}}, "points_wrong", "/points_procedure"),
        ({"procedure": {"points": "１", "ground": "x"}}, "points_wrong", "/points_procedure"),
        ({"procedure": {"points": "nan", "ground": "x"}}, "points_wrong", "/points_procedure"),
        ({"procedure": {"ground": "x"}}, "points_wrong", "/points_procedure"),
        ({"papers": {"points": "1", "ground": "  "}}, "ground_missing", "/ground_papers"),
        ({"papers": {"points": "1", "ground": "长" * 501}}, "ground_long", "/ground_papers"),
        ({"beauty": {"points": "1", "ground": "x"}}, "heading_unknown", "/points"),
    ],
)
def test_a_sheet_with_a_fault_is_refused_in_words(change: dict, code: str, pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        filled(SHEET, FULL | change)
    assert (refused.value.code, refused.value.pointer) == (f"errors_files.{code}", pointer)
    assert refused.value.sentence("zh") != refused.value.sentence("en")
