"""Supervision for those who are supervised: a head, a department, an officer open the page with their sections and own rows."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import select

from dashboard import shell
from dashboard.components import supervision_cards, supervision_meetings
from dashboard.components.bell import build_bell
from dashboard.context import Visit, visiting
from dashboard.pages import reports, supervision
from data.authority import Actor, Scope
from data.casework.cards import give_card
from data.casework.complaints import complaint_step
from data.casework.meetings import meeting_step
from data.models import Account, Notice, Person
from data.queries.complaints import complaints
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.dashboard import test_supervision_conduct as conduct
from tests.dashboard.test_supervision_conduct import KEY, Place, shown
from tests.data import small
from tests.support.browser import OpenPage

COUNTY, place = conduct.COUNTY, conduct.place
OWN = {
    "head": ("cards", "complaints", "meetings", "ranking", "items"),
    "department": ("cards", "complaints", "meetings", "ranking", "items"),
    "officer": ("cards", "meetings", "items"),
    "desk": ("record", "duties", "complaints", "meetings", "items"),
    "reviewer": ("record", "duties", "complaints", "meetings", "items"),
}
SUPERVISED = tuple(OWN)[:3]
NOT_OWN = ("record", "duties", "files", "reviews", "accounts")


def actor(place: Place, part: str) -> Actor:
    """Who is supervised: heads of both townships, the market department, the officer 01."""
    [scope] = place.actors["office"].scopes
    county = scope.jurisdiction_id
    scopes = {
        "head": Scope(Role.TOWNSHIP_HEAD, county, "WEST", frozenset({small.WEST})),
        "east": Scope(Role.TOWNSHIP_HEAD, county, "EAST", frozenset({small.EAST})),
        "department": Scope(Role.DEPARTMENT, county, "MARKET"),
        "officer": Scope(Role.OFFICER, county, "WEST", frozenset({small.WEST})),
        "desk": Scope(Role.DISPATCHER, county, scope.organ),
        "reviewer": Scope(Role.LEGAL_REVIEWER, county, scope.organ),
    }
    with place.record.read() as session:
        person = session.scalars(select(Person.id).where(Person.code == "01")).one()
    return replace(place.actors["office"], scopes=(scopes[part],), person_id=person if part == "officer" else None)


def visit(place: Place, part: str, lang: str = "zh", **query: str):
    return visiting(Visit(place.record, actor(place, part), lang=lang, query=query))


def page_of(place: Place, part: str, lang: str = "zh", **query: str) -> str:
    with visit(place, part, lang, **query):
        return shown(supervision.layout())


@pytest.mark.parametrize("part", OWN)
def test_only_the_sections_one_may_read_are_offered_and_the_first_is_open(place: Place, part: str) -> None:
    with visit(place, part):
        assert tuple(one.name for one in supervision.offered()) == OWN[part]
        first = "给牌记录" if part in SUPERVISED else "事件"
        assert first in str(supervision.layout()), "the first section is open"
    with conduct.visit(place):
        assert supervision.offered() == supervision.TABS, "supervision has them all"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", [*OWN, "east"])
def test_every_own_section_is_in_words(place: Place, part: str, lang: str) -> None:
    for show in OWN.get(part, OWN["head"]):
        assert not KEY.findall(page_of(place, part, lang, show=show, only="all")), show


@pytest.mark.parametrize("show", NOT_OWN)
def test_the_address_of_another_section_is_refused_in_words_and_shows_nothing(place: Place, show: str) -> None:
    page = page_of(place, "head", show=show)
    assert "您的角色" in page
    assert "角色和辖区" in page
    with visit(place, "head", show=show):
        assert "sup-columns" not in str(supervision.layout())
    assert "Your role does not permit" in page_of(place, "officer", "en", show="complaints")


def test_the_page_stands_in_the_navigation_of_who_may_open_it_and_of_nobody_else(place: Place) -> None:
    def framed(who: Actor) -> str:
        with visiting(Visit(place.record, who)):
            page = asyncio.run(shell.frame(supervision, [supervision])())
            return json.dumps(page, cls=PlotlyJSONEncoder, ensure_ascii=False)

    county = place.record.county().jurisdiction_id
    for part in OWN:
        assert "shell-link-here" in framed(actor(place, part)), part
    for role in (Role.GRID_WORKER, Role.FINANCE, Role.ADMIN):
        page = framed(replace(place.actors["office"], scopes=(Scope(role, county, "WEST"),)))
        assert '"href": "/supervision"' not in page, role
        assert "打开执法监督" in page, "refused in words"


@pytest.mark.parametrize(("part", "may"), [("reviewer", True), ("desk", False)])
def test_a_legal_reviewer_answers_complaints_the_desk_takes_them_in(place: Place, part: str, may: bool) -> None:
    page = page_of(place, part, show="complaints", only="all", no=place.complaint)
    assert place.complaint in page
    assert "Strong('受理投诉')" in page
    assert ("Strong('开始核查')" in page) == may


@pytest.mark.parametrize(("townships", "may"), [(None, True), (frozenset({small.WEST}), False)])
def test_reports_of_the_county_are_offered_to_a_desk_that_works_for_all_of_it(place: Place, townships, may) -> None:
    scope = Scope(Role.DISPATCHER, place.record.county().jurisdiction_id, "OFFICE", townships)
    with visiting(Visit(place.record, replace(place.actors["office"], scopes=(scope,)))):
        assert shell.may_open(reports) == may
        assert shell.may_open(supervision)


def test_a_head_sees_the_cards_of_the_own_officers_an_officer_the_own_one(place: Place) -> None:
    assert all(name in page_of(place, "head", show="cards") for name in ("甲01", "甲02"))
    own = page_of(place, "officer", show="cards")
    assert "甲01" in own
    assert "甲02" not in own
    for part in ("east", "department"):
        page = page_of(place, part, show="cards", only="all")
        assert "甲0" not in page, part


def test_who_may_not_give_a_card_gets_no_form_with_the_names_of_officers(place: Place) -> None:
    with visit(place, "head"):
        assert "withdraw" not in str(supervision.layout())
        for verb in ("give", "withdraw"):
            with pytest.raises(Refusal) as refused:
                supervision_cards.opened({"no": "", "matter": "", "complaint": ""}, verb)
            assert refused.value.kind == "forbidden"


def test_a_complaint_about_the_own_organ_is_there_once_it_is_looked_into_and_masked(place: Place) -> None:
    assert place.complaint not in page_of(place, "head", show="complaints", only="all")
    assert "不在您的查看范围内" in page_of(place, "head", show="complaints", no=place.complaint)
    place.record.write(place.actors["office"], complaint_step, number=place.complaint, step_name="look_into")
    page = page_of(place, "head", show="complaints", no=place.complaint)
    assert place.complaint in page
    assert not any(words in page for words in ("王", "态度生硬", "13800001234"))
    for part in ("east", "department"):
        assert place.complaint not in page_of(place, part, show="complaints", only="all"), part
    with place.record.read() as session:
        rows = complaints(session, actor(place, "head"), place.record.county(), place.record.clock())
    assert [row.kept for row in rows] == [False] * len(rows)


def test_who_owns_a_decision_finishes_it_on_the_page_and_no_other_is_offered(place: Place) -> None:
    assert place.meeting not in page_of(place, "east", show="meetings"), "not invited, nothing to do"
    told = {"words": "清理堆场", "owner": "EAST", "due_on": small.NOW.date().replace(year=small.NOW.year + 1)}
    place.record.write(place.actors["office"], meeting_step, number=place.meeting, step_name="decide", given=told)
    view = {"no": place.meeting}
    with visit(place, "east", show="meetings", no=place.meeting):
        assert "清理堆场" in shown(supervision.layout())
        offered = str(supervision_meetings.opened(view, "finish"))
        assert "2. 清理堆场" in offered
        assert "1. 评估清单" not in offered
        with pytest.raises(Refusal) as refused:
            supervision_meetings.taken(view, "finish", {"position": "1", "outcome": "已办"})
        assert refused.value.code == "errors_conduct.not_owner"
        said, _ = supervision_meetings.taken(view, "finish", {"position": "2", "outcome": "堆场已清"})
        assert place.meeting in said
        page = supervision.layout()
    assert "堆场已清" in shown(page)
    assert "'verb': 'finish'" not in str(page), "nothing is left that the township may finish"


def test_the_bell_leads_the_officer_to_the_card(place: Place) -> None:
    who = actor(place, "officer")
    with place.record.read() as session:
        key = session.scalars(select(Account.id).where(Account.person_id == who.person_id)).one()
    heard = {"heard_at": small.NOW, "statement": "属实", "matter": place.case, "conduct": "未着装"}
    card = place.record.write(place.actors["office"], give_card, given=heard | {"card": "yellow", "person": "01"})

    def sent(tx) -> None:
        for row in tx.session.scalars(select(Notice)):
            row.not_before = small.NOW

    place.record.write(place.actors["office"], sent)
    with visiting(Visit(place.record, replace(who, account_id=key))):
        bell = str(build_bell())
    assert f"/supervision?show=cards&no={card.number}&only=all" in bell
    assert "此牌为警告，不影响派单" in bell


@pytest.mark.browser
def test_a_head_comes_by_the_navigation_and_a_department_reads_why_not(opened: OpenPage) -> None:
    page = opened("/transfers", "township_head")
    page.locator(".shell-nav a", has_text="执法监督").click()
    expect(page.locator(".b-tab")).to_have_count(len(OWN["head"]))
    expect(page.locator("#cards-list")).to_contain_text("没有三牌管理的规定")
    page.locator(".b-tab-link", has_text="联席会议").click()
    expect(page.locator("#meetings-duty")).to_contain_text("决定")
    page = opened("/supervision?show=files", "department")
    expect(page.locator("[role=alert].k-note")).to_contain_text("您的角色")
    expect(page.locator(".b-tab")).to_have_count(len(OWN["department"]))
