"""Cards, complaints, joint meetings, appraisal and items on the page of supervision: in words, for who may, from form to list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.components import supervision_cards, supervision_complaints, supervision_meetings, supervision_ranking
from dashboard.components.supervision_items import book as items_book
from dashboard.context import Visit, visiting
from dashboard.pages import supervision
from data.authority import Actor, Scope
from data.casework.appraisals import take_appraisal
from data.casework.cards import give_card
from data.casework.complaints import complaint_step, take_complaint
from data.casework.meetings import call_meeting, meeting_step
from data.db import Record
from data.models import Base
from policy.appraisal import Weight, appraise
from policy.errors import Refusal
from policy.figures.rows import FigureRow
from policy.vocabulary import Role
from tests.dashboard import test_between as between
from tests.data import cases as c
from tests.data import small
from tests.support.browser import OpenPage

COUNTY = between.COUNTY
KEY = re.compile(r"\b(conduct|supervision_page|case_page|case_form|vocabulary|verbs|errors_\w+)\.[a-z_]+")
SHOWN = ("cards", "complaints", "meetings", "ranking", "items")


@dataclass(frozen=True)
class Place:
    record: Record
    actors: dict[str, Actor]
    case: str
    complaint: str
    meeting: str


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("conduct")
    before, small.NOW = small.NOW, datetime.now(UTC)
    record = Record(f"sqlite:///{folder / 'test.db'}")
    Base.metadata.create_all(record.write_engine)
    small.build(record)
    c.with_basis(record)
    case = c.propose(record, folder, c.cast(record)).number
    office = small.actor(record, Role.COUNTY_OFFICE)
    place = office.scopes[0].jurisdiction_id
    town = Scope(Role.TOWNSHIP_HEAD, place, "WEST", frozenset({small.WEST}))
    actors = {"office": office, "supervisor": small.actor(record, Role.SUPERVISOR), "head": replace(office, scopes=(town,))}  # fmt: skip
    yield Place(record, actors, case, *furnish(record, office, case))
    small.NOW = before
    record.close()


def furnish(record: Record, office: Actor, case: str) -> tuple[str, str]:
    """A card of each kind, complaints in each state, a meeting held and one called, two appraisals."""
    now = datetime.now(UTC)
    heard = {"heard_at": now - timedelta(days=1), "statement": "属实", "matter": case, "conduct": "未出示证件"}
    record.write(office, give_card, given=heard | {"card": "yellow", "person": "01"})
    record.write(office, give_card, given=heard | {"card": "orange", "person": "02", "until": now + timedelta(days=9)})
    told = {"channel": "telephone", "words": "态度生硬", "about_organ": "WEST", "complainant": "王小明", "contact": "13800001234", "matter": case}  # fmt: skip
    first, second = (record.write(office, take_complaint, given=told).number for _ in range(2))
    answer = {"answer": "经查属实", "founded": True}
    record.write(office, complaint_step, number=second, step_name="answer", given=answer)
    called = {
        "title": "联席会议",
        "planned_at": now + timedelta(seconds=1),
        "members": ["BUREAU", "WEST"],
        "topics": ["清单调整"],
    }
    row = record.write(office, call_meeting, given=called, now=now - timedelta(hours=2))
    held = {"held_at": now - timedelta(hours=1), "attended": ["BUREAU"], "minutes": "研究了清单调整"}
    record.write(office, meeting_step, number=row.number, step_name="hold", given=held)
    due = (now + timedelta(days=20)).date()
    record.write(office, meeting_step, number=row.number, step_name="decide", given={"words": "评估清单", "owner": "WEST", "due_on": due})  # fmt: skip
    rows = [FigureRow("F07", "in_time", "county", "", 0.8, 800, 1000), FigureRow("F07", "in_time", "township", small.WEST, 0.5, 50, 100),
            FigureRow("F07", "in_time", "township", small.EAST, 1.0, 5, 5)]  # fmt: skip
    found = appraise(rows, [Weight("F07", "in_time", 1.0)], lambda _row: None, 10)
    record.write(office, take_appraisal, period_code="2025-10", found=found)
    return str(first), str(row.number)


def visit(place: Place, part: str = "office", lang: str = "zh", **query: str):
    return visiting(Visit(place.record, place.actors[part], lang=lang, query=query))


def shown(page: object) -> str:
    return re.sub(r"(href|id|type|key|className|name)='[^']*'", "", str(page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", ["office", "supervisor"])
@pytest.mark.parametrize("show", SHOWN)
def test_every_section_is_in_words(place: Place, show: str, part: str, lang: str) -> None:
    for only in ("", "all", "overdue", "never_used", "overturned"):
        with visit(place, part, lang, show=show, only=only):
            page = shown(supervision.layout())
        assert not KEY.findall(page), (show, only)


def test_who_lacks_what_stands_first_and_too_few_cases_have_no_place(place: Place) -> None:
    with visit(place, show="ranking"):
        found = supervision_ranking.look({"period": "2025-10", "kind": "township"})
        page = shown(supervision.layout())
    assert [row.scored.code for row in found.rows] == [small.WEST, small.EAST]
    assert "50.0%（50/100），低于全县 80.0%" in page
    assert "件数不足，不排位次" in page
    assert "甲0" not in page, "nobody is ranked who is a person"


def test_a_complaint_is_masked_and_in_plain_only_for_a_reason(place: Place) -> None:
    with visit(place, show="complaints", no=place.complaint):
        page = shown(supervision.layout())
        assert "王**" in page
        assert "王小明" not in page
        refused, said = supervision_complaints.unmasked(place.complaint, " ")
        assert "理由" in str(said)
        plain, said = supervision_complaints.unmasked(place.complaint, "回访核实")
    assert "王小明" in str(plain)
    assert said == []
    assert refused is not plain


def test_an_answer_that_is_wrong_is_said_and_nothing_is_lost(place: Place) -> None:
    with visit(place, show="complaints"), pytest.raises(Refusal) as refused:
        supervision_complaints.taken({"no": place.complaint, "only": ""}, "answer", {"answer": " "})
    assert refused.value.pointer == "/answer"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_is_in_words(place: Place, lang: str) -> None:
    forms = (
        (supervision_cards, {"no": "JD-K-1", "matter": place.case, "complaint": "", "only": ""}, ("give", "withdraw")),
        (supervision_complaints, {"no": place.complaint, "only": ""}, ("take", "look_into", "answer", "withdraw")),
        (supervision_meetings, {"no": place.meeting}, ("call", "hold", "cancel", "decide", "finish")),
        (supervision_ranking, {"period": "", "kind": ""}, ("take",)),
    )
    with visit(place, lang=lang):
        for section, view, verbs in forms:
            for verb in verbs:
                title, fields = section.opened(view, verb)
                assert title
                assert not KEY.findall(shown(fields)), (section.__name__, verb)


def test_what_a_section_shows_is_what_it_exports(place: Place) -> None:
    with visit(place):
        cards = supervision_cards.book({"only": "all", "no": "", "matter": "", "complaint": ""})
        told = supervision_complaints.book({"only": "all", "no": ""})
        ranked = supervision_ranking.book({"period": "2025-10", "kind": "township"})
        met = supervision_meetings.book({"no": place.meeting})
        items = items_book({"only": ""})
    assert cards.personal, "it names people: what for is asked"
    assert cards.count == 2
    assert "王" not in str(told.sheets), "complaints leave without who complained"
    assert (told.count, ranked.count, items.count) == (2, 2, 1)
    assert "评估清单" in str(met.sheets)


@pytest.mark.browser
def test_a_complaint_from_the_telephone_to_its_answer(opened: OpenPage) -> None:
    page = opened("/supervision?show=complaints", "county_office")
    page.locator('button[id*=\'"verb":"take"\']').click()
    expect(page.locator("#complaints-submit")).to_be_visible()
    between.choose(page, "channel", "来电")
    page.locator("#complaints-submit").click()  # nothing said: beside its field, the rest is kept
    expect(page.locator(".k-error:visible").first).to_contain_text("填写")
    between.fill(page, "words", "检查时没有出示证件")
    between.fill(page, "complainant", "王小明")
    between.choose(page, "about_organ", "西镇人民政府")
    page.locator("#complaints-submit").click()
    expect(page).to_have_url(re.compile(r"no=\w+-O-"))
    expect(page.locator("#complaints-one")).to_contain_text("王**")
    page.locator('button[id*=\'"verb":"answer"\']').click()
    between.fill(page, "answer", "经调取影像，检查时已出示证件")
    page.locator("#complaints-submit").click()
    expect(page.locator("#complaints-one")).to_contain_text("不属实")


@pytest.mark.browser
def test_a_meeting_is_called_with_what_is_in_dispute_on_its_agenda(opened: OpenPage) -> None:
    page = opened("/supervision?show=meetings", "county_office")
    expect(page.locator("#meetings-duty")).to_contain_text("还没有召开过")
    page.goto("/supervision?show=ranking")
    expect(page.locator("#ranking-help")).to_contain_text("没有考核权重")
    page.goto("/supervision?show=cards")
    expect(page.locator("#cards-list")).to_contain_text("没有三牌管理的规定")
    page.goto("/supervision?show=items")
    expect(page.locator(".cd-table")).to_contain_text("占道经营")
