"""Spreadsheets: heads in words, nothing that runs, shares as per cent, who took what when; personal data only with a purpose."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from data.models import Event
from data.sheets import Book, Share, Sheet, book_bytes, export_book, neutral, widths
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small


def opened(content: bytes):
    return load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_what_a_program_would_run_is_only_text(text):
    page = opened(book_bytes([Sheet("表", [text], [[text]])], text)).active
    for row in page.iter_rows():
        assert row[0].data_type == "s"
        assert row[0].value.startswith("'")


def test_numbers_stay_numbers_and_shares_are_per_cent():
    page = opened(book_bytes([Sheet("表", ["件数", "占比", "时间", "日期"], [[12, Share(0.581), datetime(2026, 11, 20, 2, tzinfo=UTC), date(2026, 11, 20)]])], "x")).active  # fmt: skip
    count, share, moment, day = page[3]
    assert (count.value, share.value, share.number_format) == (12, 0.581, "0.0%")
    assert (moment.value, day.value) == ("2026-11-20 10:00:00", "2026-11-20"), "times are Asia/Shanghai"


def test_control_characters_are_left_out_and_nothing_is_an_empty_cell():
    assert neutral("a\x0bb\x00") == "ab"
    assert neutral(None) == ""


def test_heads_stay_in_sight_filter_and_are_wide_enough_for_chinese():
    sheet = Sheet("表", ["乡镇（街道）", "n"], [["多湖街道办事处", 1]])
    page = opened(book_bytes([sheet], "x")).active
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == "A2:B3"
    assert widths(sheet) == [16.0, 8.0]


def test_names_of_sheets_are_what_a_spreadsheet_allows_and_differ():
    long = "很长的名字[一]:*?/\\" * 4
    book = opened(book_bytes([Sheet(long, ["a"], []), Sheet(long, ["a"], [])], "x"))
    first, second = book.sheetnames
    assert first != second
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)


def events(record):
    with record.read() as session:
        return session.scalars(select(Event).where(Event.matter == "export")).all()


def test_a_table_that_names_people_needs_a_purpose_which_becomes_an_event(town):
    office, book = small.actor(town, Role.COUNTY_OFFICE), Book("人员", (Sheet("人员", ["姓名"], [["甲"], ["乙"]]),), personal=True)  # fmt: skip
    with pytest.raises(Refusal) as refused:
        export_book(town, office, town.county(), book, kind="people", reason="  ")
    assert refused.value.code == "errors_export.purpose_missing"
    assert refused.value.clause == "PI 51"
    assert events(town) == []
    content = export_book(town, office, town.county(), book, kind="people", reason="年度核查")
    (event,) = events(town)
    facts = json.loads(event.facts)
    assert (facts["kind"], facts["rows"]) == ("people", 2)
    assert "年度核查" not in event.facts, "what was typed stands beside the chain"
    assert "年度核查" in opened(content).active["A1"].value


def test_another_table_says_who_took_it_and_when_and_leaves_no_event(town):
    office, book = small.actor(town, Role.COUNTY_OFFICE), Book("移送", (Sheet("移送", ["编号"], [["X"]]),), narrowed="办理中")  # fmt: skip
    top = opened(export_book(town, office, town.county(), book, kind="transfers", lang="zh")).active["A1"].value
    assert top.startswith("金东区 · 移送 · 办理中 · 导出人 ")
    assert "2026-11-20 10:00" in top
    assert events(town) == []


def test_a_drill_is_marked_on_top(town, monkeypatch):
    monkeypatch.setattr("data.sheets.drill_words", lambda lang: "演练")
    office, book = small.actor(town, Role.COUNTY_OFFICE), Book("移送", (Sheet("移送", ["编号"], []),))
    assert opened(export_book(town, office, town.county(), book, kind="x")).active["A1"].value.startswith("演练 ")
