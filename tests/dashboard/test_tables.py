"""Every table of a page as .xlsx: the words and numbers of the page, no more; people only with a purpose."""

from __future__ import annotations

import base64
import io
import re

import pytest
from dash import dcc, html
from openpyxl import load_workbook

from dashboard.components.table_export import Export, build_export, exported
from dashboard.components.table_sheet import cell_of, grid_sheet, sheet_of, sheets_of
from dashboard.context import Visit, visiting
from dashboard.tables import anomalies, between, inspections, patrols, policy, review, shift, supervision, township
from data.authority import Actor, Scope
from data.sheets import Book, Share, Sheet
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.dashboard.counties.patrols import furnish
from tests.data import small
from tests.support.page_server import empty_record

KEY = re.compile(r"\b(tables|exports|between_page|review_page|patrols|shift|inspections|anomalies|policy_page|supervision_page|vocabulary|township|figures)\.[a-z_]+")  # fmt: skip
BETWEEN = {"tab": "transfer", "only": "open", "about": "", "organ": "", "no": ""}


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    made = empty_record(folder, lambda: small.NOW)
    furnish(made, folder)
    yield made
    made.close()


def visit(record, role=Role.COUNTY_OFFICE, lang="zh", town=None):
    place = record.county().jurisdiction_id
    scope = Scope(role, place, "OFFICE" if town is None else "WEST", frozenset({town}) if town else None)
    return visiting(Visit(record, Actor(None, "某人", (scope,)), lang=lang))


BOOKS = {
    "transfers": (between.TRANSFERS, (BETWEEN,)),
    "unanswered": (between.TRANSFERS, ({**BETWEEN, "tab": "unanswered"},)),
    "disputes": (between.DISPUTES, ({**BETWEEN, "tab": "dispute"},)),
    "review": (review.REVIEW, ({"only": "open", "no": ""},)),
    "coverage": (patrols.PATROLS, ({"tab": "coverage", "town": "", "no": ""},)),
    "villages": (patrols.PATROLS, ({"tab": "coverage", "town": small.WEST, "no": ""},)),
    "patrols": (patrols.PATROLS, ({"tab": "patrols", "town": "", "no": ""},)),
    "roster": (shift.SHIFT, ({"tab": "roster", "no": "", "on": "", "team": ""},)),
    "anomalies": (anomalies.ANOMALIES, ()),
    "policy": (policy.POLICY, ("?q=下沉",)),
    "events": (supervision.EVENTS, ("",)),
    "duties": (supervision.DUTIES, ()),
    "open": (township.OPEN, (small.WEST, "all")),
    "people": (township.PEOPLE, (small.WEST,)),
    "compared": (township.COMPARED, (small.WEST,)),
    **{f"inspections {tab}": (inspections.INSPECTIONS, ({"tab": tab, "no": "", "subject": "", "plans": "", "text": ""},)) for tab in inspections.COLUMNS},
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", BOOKS)
def test_every_table_is_in_words_with_a_head_for_each_column(record, name, lang):
    export, view = BOOKS[name]
    with visit(record, lang=lang):
        book = export.book(*view)
    assert not KEY.findall(str(book)), name
    assert book.personal is export.personal
    for sheet in book.sheets:
        assert sheet.heads
        assert {len(row) for row in sheet.rows} <= {len(sheet.heads)}, sheet.name


def test_the_table_of_patrols_has_the_round_under_way_and_who_walks_it(record):
    with visit(record):
        (sheet,) = patrols.book(BOOKS["patrols"][1][0]).sheets
    (row,) = sheet.rows
    told = dict(zip(sheet.heads, row, strict=True))
    assert (told["已到网格（个）"], told["计划网格（个）"]) == (1, 2)


def test_a_township_exports_what_it_may_see_and_no_other(record):
    with visit(record, Role.TOWNSHIP_HEAD, town=small.WEST):
        seen = patrols.book({"tab": "coverage", "town": "", "no": ""})
        assert all("东镇" not in str(sheet.rows) for sheet in seen.sheets)
        with pytest.raises(Refusal):
            patrols.book({"tab": "patrols", "town": small.EAST, "no": ""})
        with pytest.raises(Refusal):
            township.open_matters(small.EAST, "all")


def read(answer):
    return load_workbook(io.BytesIO(base64.b64decode(answer["content"])))


def test_the_file_is_named_after_county_and_table_and_a_purpose_is_asked_where_people_are_named(record):
    plain = Export("plain", lambda: Book("移送", (Sheet("移送", ["编号"], [["=1"]]),)))
    named = Export("named", lambda: Book("人员", (Sheet("人员", ["姓名"], [["甲"]]),), personal=True), personal=True)
    with visit(record):
        file, refused = exported(plain)
        assert file["filename"].startswith("金东区-移送-20261120-")
        assert refused == []
        assert read(file).active["A3"].value == "'=1"
        _, refused = exported(named)
        assert "须写明用途" in str(refused)
        file, refused = exported(named, reason="年度核查")
        assert read(file).active["A3"].value == "甲"
        assert "named-xlsx-reason" in str(build_export(named))
        assert "plain-xlsx-reason" not in str(build_export(plain))


# -- what stands in a table --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "value"),
    [("1,280", 1280), ("58.0%", Share(0.58)), ("2.5", 2.5), ("330703101201", "330703101201"), ("007", "007"), ("11-20 10:00", "11-20 10:00"), ("—", "—"), (["3/", html.B("4")], "3/4"), (dcc.Link("12", href="/x"), 12), (html.Div(["甲", html.Div("乙")]), "甲乙")],
)  # fmt: skip
def test_a_cell_is_a_number_only_where_it_is_one(content, value):
    found = cell_of(content)
    assert found == value
    assert type(found) is type(value)


def test_what_is_folded_away_is_not_written():
    assert cell_of(["办结", html.Details([html.Summary("更多"), html.Code("{}")])]) == "办结"


def test_tables_are_called_by_the_heading_before_them_and_keep_their_width():
    head = html.Thead(html.Tr([html.Th("甲"), html.Th("乙")]))
    table = html.Table([head, html.Tbody([html.Tr([html.Td("1"), html.Td("2"), html.Td(html.Button("x"))])])])
    page = html.Div(
        [html.Section([html.H2("第一"), table]), html.Section([html.H3(["第", html.B("二")]), html.Div(table)])]
    )
    first, second = sheets_of([page], "页")
    assert (first.name, second.name) == ("第一", "第二")
    assert first.heads == ["甲", "乙", ""]
    assert first.rows == [[1, 2, "x"]]
    assert sheet_of(html.Table(html.Tbody([html.Tr([html.Th("名"), html.Td("3")])])), "x").rows == [["名", 3]]


def test_a_grid_is_written_by_its_words():
    columns = [
        {"field": "since", "headerName": "时间"},
        {"field": "acts", "headerName": ""},
        {"field": "n", "headerName": "数"},
    ]
    rows = [{"since": 1.0, "since_words": "09:12 · 5 分钟前", "acts": "…", "n": 3}]
    assert grid_sheet("在办", columns, rows) == Sheet("在办", ["时间", "数"], [["09:12 · 5 分钟前", 3]])
