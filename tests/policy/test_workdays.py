"""Working days by State Council notice, and what happens where there is none yet."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.calendar_files import check_notice, package_notices, statutory_days
from policy.workdays import Calendar, load_calendar

CALENDAR = load_calendar()
KNOWN = st.dates(date(2004, 1, 1), date(2026, 12, 31))
ANY = st.dates()


def slow_nth(start: date, n: int) -> date:
    while n:
        start += timedelta(days=1)
        n -= chinese_calendar.is_workday(start)
    return start


def test_every_day_from_2004_to_2026_agrees_with_the_notices() -> None:
    day = date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_published_until_the_end_of_2026_at_least() -> None:
    assert CALENDAR.published_until >= date(2026, 12, 31)


@given(st.dates(date(2004, 1, 1), date(2026, 6, 1)), st.integers(1, 60))
@settings(max_examples=200, deadline=None)
def test_the_nth_working_day_is_the_one_counted_by_hand(start: date, n: int) -> None:
    assert CALENDAR.nth_after(start, n) == slow_nth(start, n)


@given(KNOWN, st.integers(1, 200))
@settings(max_examples=200, deadline=None)
def test_counting_forth_and_back(start: date, n: int) -> None:
    end = CALENDAR.nth_after(start, n)
    assert CALENDAR.count_between(start, end) == n
    assert CALENDAR.is_workday(end)
    if CALENDAR.is_workday(start):
        assert CALENDAR.nth_after(end, -n) == start


@given(ANY, st.integers(-5000, 5000))
@settings(max_examples=300, deadline=None)
def test_no_day_and_no_number_raises(start: date, n: int) -> None:
    assert isinstance(CALENDAR.nth_after(start, n), date)
    assert isinstance(CALENDAR.is_workday(start), bool)
    assert isinstance(CALENDAR.count_between(start, date(2026, 1, 1)), int)
    assert CALENDAR.kind(start)


@given(st.lists(ANY, min_size=1, max_size=30), st.integers(1, 300))
@settings(max_examples=100, deadline=None)
def test_vectors_agree_with_single_days(days: list[date], n: int) -> None:
    days = [day for day in days if day.year < 9990] or [date(2026, 1, 1)]
    array = np.array(days, dtype="datetime64[D]")
    assert [d.item() for d in CALENDAR.nth_after_many(array, n)] == [CALENDAR.nth_after(d, n) for d in days]
    assert CALENDAR.is_workday_many(array).tolist() == [CALENDAR.is_workday(d) for d in days]
    assert CALENDAR.provisional_many(array).tolist() == [CALENDAR.is_provisional(d) for d in days]
    assert [d.item() for d in CALENDAR.next_workday_many(array)] == [CALENDAR.next_workday(d) for d in days]


def test_a_vector_may_ask_for_a_different_number_at_each_place() -> None:
    starts = np.array(["2026-02-12", "2026-02-12"], dtype="datetime64[D]")
    found = CALENDAR.nth_after_many(starts, np.array([1, 3]))
    assert found.astype(str).tolist() == ["2026-02-13", "2026-02-24"]


def test_spring_festival_2026_with_its_working_weekends() -> None:
    notes = CALENDAR.explain(date(2026, 2, 12), 3)
    counted = [note.day.isoformat() for note in notes if note.counted]
    assert counted == ["2026-02-13", "2026-02-14", "2026-02-24"]
    by_day = {note.day: note for note in notes}
    assert by_day[date(2026, 2, 14)].kind == "working_weekend"
    assert (by_day[date(2026, 2, 17)].kind, by_day[date(2026, 2, 17)].name) == ("holiday", "春节")
    assert "春节" in by_day[date(2026, 2, 17)].sentence("zh")


def test_a_year_without_notice_leaves_out_weekends_and_the_holidays_that_can_be_computed() -> None:
    off = {
        date(2027, 1, 1): "元旦",
        date(2027, 2, 5): "春节",
        date(2027, 2, 8): "春节",
        date(2027, 4, 5): "清明节",
        date(2027, 6, 9): "端午节",
        date(2027, 9, 15): "中秋节",
        date(2027, 10, 1): "国庆节",
    }
    for day, name in off.items():
        note = CALENDAR.note(day, False)
        assert (CALENDAR.is_workday(day), note.kind, note.name) == (False, "statutory", name)
        assert CALENDAR.is_provisional(day)
    assert CALENDAR.is_workday(date(2027, 5, 3))
    assert not CALENDAR.is_workday(date(2027, 2, 13))


@pytest.mark.parametrize("year", [y for y in range(2008, 2027) if y != 2012])
def test_computed_holidays_are_days_off_in_the_notices_of_their_year(year: int) -> None:
    for day in statutory_days(year):
        assert chinese_calendar.is_holiday(day), day


def write_2027(folder: Path, working: str = "[2027-02-20]") -> Path:
    path = folder / "2027.toml"
    path.write_text(
        f'year = 2027\nsource = "通知"\noff = [{{ name = "元旦", from = 2027-01-01, to = 2027-01-03 }}, '
        f'{{ name = "春节", from = 2027-02-05, to = 2027-02-12 }}]\nworking = {working}\n',
        "utf-8",
    )
    return path


def test_a_notice_that_arrives_takes_effect_without_restart(tmp_path: Path) -> None:
    before = load_calendar(tmp_path)
    assert before.is_provisional(date(2027, 2, 20))
    write_2027(tmp_path)
    after = load_calendar(tmp_path)
    assert not after.is_provisional(date(2027, 2, 20))
    assert after.is_workday(date(2027, 2, 20))
    assert not after.is_workday(date(2027, 2, 12))
    assert after.published_until == date(2027, 12, 31)
    assert after.digest != before.digest
    assert load_calendar(tmp_path) is after


def test_the_public_json_form_is_read_and_an_empty_year_is_not_published(tmp_path: Path) -> None:
    days = [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-02", "isOffDay": False},
    ]
    (tmp_path / "2027.json").write_text(json.dumps({"year": 2027, "papers": [], "days": days}), "utf-8")
    (tmp_path / "2028.json").write_text(json.dumps({"year": 2028, "papers": [], "days": []}), "utf-8")
    calendar = load_calendar(tmp_path)
    assert calendar.is_workday(date(2027, 1, 2))
    assert not calendar.is_provisional(date(2027, 1, 2))
    assert calendar.is_provisional(date(2028, 1, 3))


def test_a_notice_may_move_the_last_days_of_the_year_before(tmp_path: Path) -> None:
    text = 'year = 2027\noff = [{ name = "元旦", from = 2026-12-31, to = 2027-01-02 }]\nworking = [2026-12-26]\n'
    (tmp_path / "2027.toml").write_text(text, "utf-8")
    calendar = load_calendar(tmp_path)
    assert not calendar.is_workday(date(2026, 12, 31))
    assert calendar.is_workday(date(2026, 12, 26))


@pytest.mark.parametrize(
    ("working", "says"),
    [("[2027-01-02]", "both off and working"), ("[2027-03-01]", "no week-end"), ("[2031-03-01]", "not of")],
)
def test_a_faulty_notice_is_reported_and_not_used(tmp_path: Path, working: str, says: str) -> None:
    path = write_2027(tmp_path, working)
    calendar = load_calendar(tmp_path)
    assert calendar.is_provisional(date(2027, 1, 4))
    assert [(f.file, says in f.sentence) for f in calendar.faults] == [(str(path), True)]


@pytest.mark.parametrize(
    ("name", "written", "says"),
    [
        ("2027.toml", b"year = ", "not written as TOML asks"),
        ("2027.toml", b"year = 2027\noff = [{ from = 2027-02-30 }]", "names a day that does not exist"),
        ("2027.toml", b"year = 2027", "“off” is missing"),
        ("2027.toml", b"year = 2027\noff = 5", "not written as a calendar file is"),
        ("2027.toml", "year = 2027 # 元旦".encode("gb18030"), "no UTF-8 text"),
        ("2027.json", b"{", "not written as JSON asks"),
        ("2027.json", b'{"year": 2027, "days": [{"name": "x", "date": "2027-02-30", "isOffDay": true}]}', "no day “2027-02-30”"),
        ("2027.json", b'{"year": "soon", "days": []}', "not written as a calendar file is"),
    ],
)  # fmt: skip
def test_an_unreadable_notice_is_reported_in_words_and_not_used(
    tmp_path: Path, name: str, written: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(written)
    (fault,) = load_calendar(tmp_path).faults
    assert says in fault.sentence


def test_a_year_that_is_over_without_a_notice_is_not_called_unpublished() -> None:
    note = CALENDAR.note(date(2003, 10, 1), False)
    assert (note.kind, "尚未公布" in note.sentence("zh")) == ("unrecorded", False)
    assert CALENDAR.is_provisional(date(2003, 10, 1))
    assert CALENDAR.note(date(2027, 10, 1), False).kind == "statutory"


def test_the_calendar_is_one_object_while_nothing_changes() -> None:
    assert isinstance(load_calendar(), Calendar)
    assert load_calendar() is load_calendar()


# -- a file that is to be final for its year --------------------------------------------------------------------------

WHOLE_2027 = """
year = 2027
source = "为测试而拟"
off = [
  { name = "元旦", from = 2027-01-01, to = 2027-01-03 },
  { name = "春节", from = 2027-02-05, to = 2027-02-11 },
  { name = "清明节", from = 2027-04-03, to = 2027-04-05 },
  { name = "劳动节", from = 2027-05-01, to = 2027-05-05 },
  { name = "端午节", from = 2027-06-09, to = 2027-06-09 },
  { name = "中秋节", from = 2027-09-15, to = 2027-09-15 },
  { name = "国庆节", from = 2027-10-01, to = 2027-10-07 },
]
working = [2027-02-13, 2027-05-08]
"""


def said_of(path: Path) -> list[tuple[int, str]]:
    return [(fault.line, fault.sentence) for fault in check_notice(path)[1]]


def test_a_whole_year_is_taken_as_final(tmp_path: Path) -> None:
    path = tmp_path / "2027.toml"
    path.write_text(WHOLE_2027, "utf-8")
    notice, faults = check_notice(path)
    assert faults == []
    assert notice is not None
    assert notice.year == 2027


@pytest.mark.parametrize(
    ("wrong", "right", "line", "says"),
    [
        ("from = 2027-04-03, to = 2027-04-05", "from = 2027-04-03, to = 2027-04-04", 1, "2027-04-05"),
        ("source =", "sorce =", 3, "no field “sorce”"),
        ('source = "为测试而拟"', "", 1, "names no source"),
        ("working = [2027-02-13", "working = [2027-02-12", 13, "2027-02-12 is no week-end day"),
        ("working = [2027-02-13", "working = [2027-02-06", 13, "2027-02-06 is both off and working"),
        ("year = 2027", "year = 2026", 2, "named otherwise"),
        ("year = 2027", "year = ", 2, "not written as TOML asks"),
        ("to = 2027-05-05", "to = 2027-04-05", 1, "not written as a calendar file is"),
        ("2027-05-08]", '"2027-05-08"]', 1, "not written as a calendar file is"),
        ("2027-05-08]", "2027-05-08T00:00:00]", 1, "not written as a calendar file is"),
    ],
)
def test_faults_of_a_year_are_named_with_their_line(
    tmp_path: Path, wrong: str, right: str, line: int, says: str
) -> None:
    path = tmp_path / "2027.toml"
    assert wrong in WHOLE_2027
    path.write_text(WHOLE_2027.replace(wrong, right), "utf-8")
    found = said_of(path)
    assert any(at == line and says in sentence for at, sentence in found), found
    assert all(fault.sentence_zh != fault.sentence for fault in check_notice(path)[1])


def test_every_year_published_so_far_leaves_no_statutory_holiday_out() -> None:
    for year, notice in package_notices().items():
        left_out = [d for d in statutory_days(year) if d not in notice.off and (d.weekday() < 5 or d in notice.working)]
        assert left_out == [], year
