"""The pages of the figures: a line each, a page each in both languages, links that keep the view, rows as a file."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from dash.exceptions import PreventUpdate

from dashboard.components.figures_list import build_list
from dashboard.components.figures_reads import View, address, figure_address, look, view_of
from dashboard.components.figures_rows import EXPORT, rows_book
from dashboard.components.table_export import exported
from dashboard.context import Visit, visiting
from dashboard.pages import figure
from data.db import Record
from data.snapshots import catch_up
from policy.errors import Refusal
from policy.figures.definitions import DEFINITIONS
from policy.vocabulary import Role
from tests.data import hand_county as hand
from tests.data import small

KEY = re.compile(r"\b(?:figures_page|figures|vocabulary|policy|errors_\w+)\.[a-z_]+\.?[a-z_.]*[a-z]\b")
DAY = hand.DAY.isoformat()


@pytest.fixture(scope="module")
def record(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    file = tmp_path_factory.mktemp("figures") / "hand.db"
    shutil.copyfile(migrated_sqlite, file)
    found = hand.build(Record(f"sqlite:///{file}", clock=lambda: small.NOW))
    catch_up(found, found.county().code, small.NOW, newest=1)
    yield found
    found.close()


def visit(record: Record, role: Role = Role.COUNTY_OFFICE, township: str = "", lang: str = "zh", **asked: str) -> Any:
    actor = small.actor(record, role, townships=frozenset({township}) if township else None)
    return visiting(Visit(record, actor, lang=lang, query=asked))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_has_every_figure_with_its_value_and_clause(record: Record, lang: str) -> None:
    with visit(record, lang=lang):
        page = str(build_list())
    assert all(f"/figures/{id_}?date={DAY}" in page for id_ in DEFINITIONS)
    assert "67.7%" in page  # F01: 21 of 31
    assert not KEY.findall(re.sub(r"(href|id|title)='[^']*'", "", page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("id_", list(DEFINITIONS))
def test_every_figure_has_a_page_without_a_raw_key(record: Record, id_: str, lang: str) -> None:
    for group in ("", "township" if "township" in look_groups(record, id_) else "day"):
        with visit(record, lang=lang, date=DAY, group=group):
            page = str(figure.layout(id_))
        assert DEFINITIONS[id_].name(lang) in page
        assert not KEY.findall(re.sub(r"(href|id|title|aria-label|policy\?key)=('[^']*'|[\w.]+)", "", page))


def look_groups(record: Record, id_: str) -> tuple[str, ...]:
    with visit(record):
        return look(View(id_, hand.DAY)).meaning.groups


def test_the_value_of_a_town_stands_with_its_parts_and_rows(record: Record) -> None:
    with visit(record, date=DAY, group="township", code=small.EAST):
        page = str(figure.layout("F09"))
    assert "50.0%" in page  # of leads 3 and 4
    assert "1/2" in page
    assert "/console?lead=L-3" not in page, "a number that is none of ours is no link"


def test_a_silent_plan_is_said_and_nothing_is_borrowed(record: Record) -> None:
    with visit(record, date=DAY):
        page = str(figure.layout("F01"))
    assert "所依据的方案没有定这项目标，不借用他处目标。" in page
    assert "60%" not in page


def test_rows_of_other_towns_are_counted_and_not_shown(record: Record) -> None:
    with visit(record, Role.TOWNSHIP_HEAD, small.EAST, date=DAY):
        page = str(figure.layout("F09"))
    assert "L-3" in page
    assert "L-1" not in page
    assert "另有 3 行" in page


def test_an_address_keeps_the_view_and_leaves_out_what_is_usual() -> None:
    view = View("F10", hand.DAY, "case_decision", "township", small.WEST, 30, 2)
    assert (
        address(view, page=3)
        == f"/figures/F10?date={DAY}&measure=case_decision&group=township&code={small.WEST}&days=30&page=3"
    )
    assert address(view, days=1, code="", group="county", measure="lead_closure") == f"/figures/F10?date={DAY}"
    assert figure_address("F01") == "/figures/F01"


def test_an_address_by_hand_is_read_or_refused(record: Record) -> None:
    with visit(record):
        assert view_of("f02", {"group": "department", "days": "x", "page": "0"}).group == "organ"
        assert view_of("F02", {"date": "not a day", "measure": "none"}).measure == "share"
        for asked in ({"group": "galaxy"}, {"date": "2030-01-01"}):
            with pytest.raises(Refusal):
                view_of("F02", asked)
        with pytest.raises(Refusal):
            figure.layout("F99")


def test_another_day_is_another_address(record: Record) -> None:
    held = {"figure": "F02", "date": DAY, "group": "organ"}
    with visit(record):
        assert figure.moved(held, "2026-11-18", None) == "/figures/F02?date=2026-11-18&group=organ"
        assert figure.moved(held, None, None) == "/figures/F02?group=organ"
        with pytest.raises(PreventUpdate):
            figure.moved(held, DAY, "share")


def test_the_rows_go_to_a_file_with_its_purpose(record: Record) -> None:
    from openpyxl import load_workbook

    held = {"figure": "F02", "date": DAY}
    with visit(record):
        book = rows_book(held)
        assert (book.personal, book.count) == (True, 13)
        assert exported(EXPORT, held)[1], "without a purpose there is no file"
        file, _ = exported(EXPORT, held, reason="季度核对")
    sheet = load_workbook(BytesIO(base64.b64decode(file["content"]))).worksheets[0]
    assert "季度核对" in str(sheet["A1"].value)
    assert sheet["A2"].value == "人员"
    assert sheet.max_row == 2 + 13
