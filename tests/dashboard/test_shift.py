"""The shift desk as people use it: every view in words, forms, calls, a table previewed; in a browser signed in by another."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid5

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from dashboard.components import shift_import, table_import
from dashboard.components import shift_reads as reads
from dashboard.context import Visit, visiting
from dashboard.pages import shift
from data.authority import Actor, Scope
from data.db import Record
from data.models import Handover, Notice, Shift
from policy.errors import Refusal
from policy.shift_forms import SHIFT_FORMS
from policy.vocabulary import Role
from policy.vocabulary_shift import ShiftStep
from policy.zone import CHINA
from tests.dashboard.counties.shift import COUNTY
from tests.data import parties, small
from tests.support.browser import OpenPage
from tests.support.page_server import Served, furnished

KEY = re.compile(r"\b(shift|between_page|case_page|case_form|vocabulary|verbs|common|imports)\.[a-z_]+")
ADMIN = "admin"


@dataclass(frozen=True)
class Place:
    record: Record
    numbers: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with furnished(COUNTY, tmp_path_factory.mktemp("shift")) as (record, numbers):
        yield Place(record, numbers)


def visit(place: Place, part: str = "dispatcher", lang: str = "zh", **more: Any) -> Any:
    county = place.record.county().jurisdiction_id
    role, organ, township = (Role.ADMIN, None, None) if part == ADMIN else parties.CAST[part]
    scope = Scope(role, county, organ, frozenset({township}) if township else None)
    account = uuid5(county, f"between-{'office' if part == ADMIN else part}")
    return visiting(Visit(place.record, Actor(account, part, (scope,)), lang=lang, **more))


def shown(page: object) -> str:
    return re.sub(r"(href|id|type|key|className|src|accept|download)='[^']*'", "", str(page))


def view(**more: str) -> dict[str, str]:
    return {"tab": "desk", "no": "", "on": "", "team": ""} | more


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("part", "tabs"),
    [
        ("dispatcher", ["desk", "calls", "handovers", "roster", "duty"]),
        ("office", ["desk", "calls", "handovers", "roster", "duty"]),
        ("west", ["roster", "duty"]),
        ("water", ["roster", "duty"]),
        (ADMIN, ["roster", "duty"]),
    ],
)
def test_everybody_sees_the_views_of_their_rights_in_words(place: Place, part: str, tabs: list[str], lang: str) -> None:
    with visit(place, part, lang):
        assert reads.open_tabs() == tabs
    for tab in tabs:
        with visit(
            place, part, lang, query={"tab": tab, "no": place.numbers["handover"] if tab == "handovers" else ""}
        ):
            assert not KEY.findall(shown(shift.layout())), tab


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_opens_in_words(place: Place, lang: str) -> None:
    for step in SHIFT_FORMS:
        with visit(place, "office", lang):
            title, fields = reads.opened(view(), step.value)
        assert not KEY.findall(title + shown(fields)), step
        assert len(fields) == len(SHIFT_FORMS[step])


def test_the_desk_names_who_leads_what_is_open_and_which_shift_waits(place: Place) -> None:
    with visit(place):
        parts = reads.parts(view())
    said = str(parts)
    for words in ("甲05", "0579-00000003", place.numbers["lead"], "吹哨待到场", "消防已到场", "待接班签字"):
        assert words in said, words


def test_a_call_that_nobody_answers_names_the_next_contact(place: Place) -> None:
    with visit(place):
        before = str(reads.parts(view(tab="calls"))["body"])
        assert "无人接听时转：值班室" in before
        key = re.search(r"record_call:([0-9a-f-]{36})", before)
        assert key is not None
        with parties.refused("errors_shift.result_missing"):
            reads.taken(view(tab="calls"), f"record_call:{key[1]}", {})
        reads.taken(view(tab="calls"), f"record_call:{key[1]}", {"call_result": "no_answer", "words": "响铃"})
        after = str(reads.parts(view(tab="calls"))["body"])
    assert "自动转：值班室" in after
    assert "无人接听" in after
    with place.record.read() as session:
        assert session.scalars(select(Notice.result).where(Notice.result.is_not(None))).all() == ["no_answer"]


def test_a_shift_is_planned_and_ended_from_the_week(place: Place) -> None:
    begin = (small.NOW + timedelta(days=1)).replace(microsecond=0)
    local_day = begin.astimezone(CHINA).date().isoformat()
    told = {"person": "02", "team": "W1", "shift_name": "evening", "starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=8)).isoformat()}  # fmt: skip
    with visit(place, "west"):
        reads.taken(view(tab="roster"), "plan_shift", told)
        body = str(reads.parts(view(tab="roster", on=local_day))["body"])
    with place.record.read() as session:
        row = session.scalars(select(Shift).where(Shift.starts_at == begin)).one()
    assert f"end_shift:{row.id}" in body
    with visit(place, "dispatcher"):
        assert f"end_shift:{row.id}" not in str(reads.parts(view(tab="roster", team="W1", on=local_day)))
    with visit(place, "west"):
        reads.taken(view(tab="roster"), f"end_shift:{row.id}", {})
        assert f"end_shift:{row.id}" not in str(reads.parts(view(tab="roster", on=local_day)))


def uploaded(*lines: str) -> str:
    text = "\n".join(("工号,队伍,班次,开始时间,结束时间", *lines))
    return "data:text/csv;base64," + base64.b64encode(text.encode()).decode()


def test_a_table_is_previewed_with_every_fault_and_then_taken_in(place: Place) -> None:
    wrong = uploaded("03,E1,日班,2031-12-01 08:00,2031-12-01 16:00", "01,W1,早班,2031-12-01 08:00,2031-12-01 16:00")
    right = uploaded("01,W1,日班,2031-12-01 08:00,2031-12-01 16:00")
    with visit(place, "west"):
        faults, fit = table_import.previewed(shift_import.IMPORT, wrong, "表.csv", "shifts")
        assert (fit, "第 2 行" in str(faults), "第 3 行" in str(faults)) == (False, True, True)
        seen, fit = table_import.previewed(shift_import.IMPORT, right, "表.csv", "shifts")
        assert (fit, "表.csv" in str(seen)) == (True, True)
        assert table_import.previewed(shift_import.IMPORT, "data:,%%%", "表.csv", "shifts")[1] is False
        assert table_import.taken(shift_import.IMPORT, right, "表.csv", "shifts")["barred"] is True
    with place.record.read() as session:
        assert (
            session.scalars(select(Shift).where(Shift.starts_at > small.NOW + timedelta(days=365))).one().name == "day"
        )


def test_only_somebody_else_signs_in(place: Place) -> None:
    number = place.numbers["handover"]
    with visit(place), pytest.raises(Refusal) as told:
        reads.taken(view(tab="handovers"), f"accept:{number}", {})
    assert "交班人不能自己接班" in told.value.sentence("zh")
    with visit(place, "office"):
        words, to = reads.taken(view(tab="handovers"), f"accept:{number}", {"words": "已知悉"})
        assert number in words
        assert to == f"/shift?tab=handovers&no={number}"
        assert reads.parts(view())["warn"] == []
    with place.record.read() as session:
        assert session.scalars(select(Handover.status)).one() == "accepted"


def test_every_step_of_the_page_is_one_the_record_knows() -> None:
    asked = set(reads._PLANS) | {ShiftStep.ACCEPT, ShiftStep.RECORD_CALL}
    assert asked == set(SHIFT_FORMS)


# -- in a browser -------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_shift_is_taken_over_noted_and_signed_out_in_the_browser(opened: OpenPage, served: Served) -> None:
    page = opened("/shift", "dispatcher", 1920, 1080)
    page.locator("#shift-warn button", has_text="接班签字").click()
    page.locator("#shift-form textarea").fill("已知悉")
    page.locator("#shift-submit").click()
    expect(page.locator(".s-sheet")).to_contain_text("已知悉")
    expect(page.locator(".s-sheet")).to_contain_text(served.numbers["lead"])
    page.goto("/shift")
    page.locator("#shift-body button", has_text="记值班记录").click()
    page.locator("#shift-form textarea").fill("雷阵雨黄色预警")
    page.locator("#shift-submit").click()
    expect(page.locator(".s-notes")).to_contain_text("雷阵雨黄色预警")
    expect(page.locator("#shift-submit")).to_be_hidden()  # the form before has been answered
    page.locator("#shift-body button", has_text="交班签字").click()
    page.locator("#shift-form textarea").fill("无特别事项")
    page.locator("#shift-submit").click()
    expect(page.locator(".s-sheet")).to_contain_text("无特别事项")
    expect(page.locator("#shift-warn")).to_contain_text("待接班签字")
    page.goto("/shift?tab=calls")
    page.locator(".s-call button").first.click()
    page.locator("#shift-form input").first.click()
    page.locator("[role=option]", has_text="无人接听").click()
    page.locator("#shift-submit").click()
    expect(page.locator(".s-next")).to_contain_text("自动转：值班室")
