"""Matters between organs on their pages: a transfer goes from draft to an objection, its dispute stands on the ladder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from dashboard.components import between_reads as reads
from dashboard.components.between_ladder import said_on
from dashboard.components.between_link import build_between
from dashboard.components.between_words import KINDS
from dashboard.context import Visit, visiting
from dashboard.pages import disputes, transfers
from data.db import Record
from policy.dispute import Rung
from policy.errors import Refusal
from policy.vocabulary_between import RungVerb
from tests.dashboard.counties.between import COUNTY, fresh, furnish
from tests.data import parties as p
from tests.data import small
from tests.support.browser import OpenPage
from tests.support.page_server import Served

UNSEEN = {("water", "assistance"), ("justice", "transfer"), ("government", "transfer"), ("government", "assistance")}
__all__ = ["COUNTY"]  # of the server
KEY = re.compile(r"\b(between_page|review_page|case_page|case_form|vocabulary|verbs|policy\.key|common)\.[a-z_]+")


@pytest.fixture(scope="module", autouse=True)
def today() -> Iterator[None]:
    """The small county is of today."""
    from datetime import UTC, datetime

    before, small.NOW = small.NOW, datetime.now(UTC)
    yield
    small.NOW = before


@dataclass(frozen=True)
class Place:
    record: Record
    numbers: dict[str, str]
    actors: dict


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("between")
    record = fresh(folder)
    numbers = furnish(record, folder)
    record.clock = lambda: small.NOW
    yield Place(record, numbers, _actors(record))
    record.close()


def _actors(record: Record) -> dict:
    """The cast furnish made, found again by its accounts."""
    from sqlalchemy import select

    from data.authority import Actor, Scope
    from data.models import Account

    county = record.county().jurisdiction_id
    found = {}
    with record.read() as session:
        for part, (role, organ, township) in p.CAST.items():
            account = session.scalars(select(Account.id).where(Account.username == f"between-{part}")).one()
            scope = Scope(role, county, organ, frozenset({township}) if township else None)
            found[part] = Actor(account, part, (scope,))
    return found


def visit(place: Place, part: str = "west", lang: str = "zh", **more):
    return visiting(Visit(place.record, place.actors[part], lang=lang, **more))


def shown(page: object) -> str:
    return re.sub(r"(href|id|type|key|className)='[^']*'", "", str(page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", ["west", "water", "office", "justice"])
def test_every_tab_is_in_words_for_whoever_looks(place: Place, part: str, lang: str) -> None:
    for tab in transfers.TABS:
        for only in ("open", "all"):
            with visit(place, part, lang, query={"tab": tab, "only": only}):
                assert not KEY.findall(shown(transfers.layout())), tab
    with visit(place, part, lang):
        assert not KEY.findall(shown(disputes.layout()))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_matter_says_who_may_do_what_next_and_opens_every_form(place: Place, lang: str) -> None:
    opened: set[str] = set()
    for part in ("west", "water", "justice", "government"):
        for tab, name in (("transfer", "sent"), ("assistance", "help"), ("dispute", "dispute")):
            with visit(place, part, lang):
                view = {"tab": tab, "no": place.numbers[name], "only": "all", "about": "", "organ": ""}
                if (part, tab) in UNSEEN:
                    with pytest.raises(Refusal):
                        reads.parts(view)
                    continue
                assert not KEY.findall(shown(reads.parts(view)))
                seen = reads.look(KINDS[tab], view["no"])
                for step in (one for one in seen.steps if one.decision.allowed):
                    assert not KEY.findall(shown(reads.opened(view, step.verb.value)))
                    opened.add(step.verb.value)
    assert opened == {"receive", "take_on", "refuse", "decide_competence"}


def test_what_is_not_ones_step_names_the_organ_whose_it_is_and_is_no_button(place: Place) -> None:
    with visit(place, "west"):
        view = {"tab": "transfer", "no": place.numbers["sent"], "only": "all", "about": "", "organ": ""}
        page = str(reads.parts(view)["next"])
        assert "区水利局" in page
        assert "'verb': 'receive'" not in page
        with pytest.raises(Refusal) as told:
            reads.opened(view, "receive")
        assert told.value.code == "errors_case.step_gone"


def test_a_form_offers_the_lists_of_the_plan(place: Place) -> None:
    with visit(place, "west"):
        _, form = reads.opened({"tab": "assistance", "no": "", "about": "", "organ": "", "only": "open"}, "ask_help")
        assert "通过自行调查不能取得所需案件材料的" in str(form)
        assert "区水利局" in str(form)
        _, form = reads.opened({"tab": "transfer", "no": "", "about": "X-1", "organ": "", "only": "open"}, "draft")
        assert "案件移送函" in str(form)
        assert "X-1" in str(form)


def test_a_case_leads_to_what_passes_between_organs_about_it(place: Place) -> None:
    with visit(place, "west"):
        page = str(build_between(place.numbers["whole"]))
        assert f"/transfers?tab=transfer&about={place.numbers['whole']}" in page
        assert "没有移送、协助或者争议" in page


def test_what_was_said_stands_on_its_rung() -> None:
    rungs = (
        Rung("各方", "the parties", RungVerb.NEGOTIATE),
        Rung("司法局", "justice", RungVerb.COORDINATE),
        Rung("政府", "government", RungVerb.DECIDE),
    )
    course = [{"verb": verb} for verb in ("open_dispute", "negotiate", "coordinate", "conclude")]
    found = {at: [one["verb"] for one in told] for at, told in said_on(rungs, course).items()}
    assert found == {-1: ["open_dispute"], 0: ["negotiate"], 1: ["coordinate", "conclude"]}


def test_the_ladder_shows_where_it_stands_and_whose_turn_it_is(place: Place) -> None:
    with visit(place, "west"):
        view = {"tab": "dispute", "no": place.numbers["dispute"], "only": "all", "about": "", "organ": ""}
        parts = reads.parts(view)
        assert "区政府" in str(parts["ladder"])
        assert "现在由区政府决定" in str(parts["turn"])


def test_the_address_is_read_and_nonsense_is_the_first_tab() -> None:
    assert reads.view_of({"tab": "nonsense", "only": "?"}, transfers.TABS)["tab"] == "transfer"
    assert reads.view_of({"about": "JD-1"}, transfers.TABS)["only"] == "all"


# -- in a browser --------------------------------------------------------------------------------------------------------


def press(page: Page, verb: str, desk: str = "transfers") -> None:
    page.locator(f'button[id*=\'"verb":"{verb}"\']').click()
    expect(page.locator(f"#{desk}-submit")).to_be_visible()
    expect(page.locator(f"#{desk}-form .k-field").first).to_be_visible()


def fill(page: Page, name: str, words: str) -> None:
    page.locator(f'.k-drawer [id*=\'"name":"{name}"\']').first.fill(words)


def choose(page: Page, name: str, words: str) -> None:
    page.locator(f'.k-drawer input[id*=\'"name":"{name}"\']').first.click()
    page.locator(f".mantine-Select-option:visible:has-text('{words}')").first.click()


@pytest.mark.browser
def test_a_transfer_from_draft_to_the_objection_that_opens_a_dispute(opened: OpenPage) -> None:
    west = opened("/transfers", "township_head")
    press(west, "draft")
    fill(west, "subject", "水库边非法采砂")
    west.locator("#transfers-submit").click()  # no receiver: said beside its field
    expect(west.locator(".k-error:visible")).to_contain_text("填写")
    choose(west, "receiver", "区水利局")
    fill(west, "reason", "采砂由水利部门管辖")
    west.locator("#transfers-submit").click()
    expect(west.locator("#transfers-head")).to_contain_text("已起草")
    expect(west).to_have_url(re.compile(r"no=JD-X-"))
    number = west.url.split("no=")[1].split("&")[0]
    press(west, "send")
    west.locator("#transfers-submit").click()  # papers are missing: the guard names them, the form stays
    expect(west.locator("#transfers-refusal")).to_contain_text("移送")
    for box in ("案件移送函", "其他与案件有关的材料"):
        west.get_by_label(box).check()
    west.locator("#transfers-submit").click()
    expect(west.locator("#transfers-head")).to_contain_text("已发出")
    water = opened(f"/transfers?no={number}", "department", 390, 844)
    assert water.evaluate("document.documentElement.scrollWidth") <= 390
    press(water, "receive")
    fill(water, "receipt", "回证7号")
    water.locator("#transfers-submit").click()
    expect(water.locator("#transfers-head")).to_contain_text("已接收")
    press(water, "object")
    fill(water, "reason", "非河道范围，属自然资源部门")
    fill(water, "clause", "水法 第三十九条")
    fill(water, "document", "异议函3号")
    water.locator("#transfers-submit").click()
    expect(water.locator("#transfers-head")).to_contain_text("已提出异议")
    expect(west.locator("#transfers-head")).to_contain_text("已提出异议")  # the other open page follows by itself
    west.locator("#transfers-head a[href*=disputes]").click()
    expect(west.locator("#disputes-ladder")).to_contain_text("区政府")
    expect(west.locator("#disputes-turn")).to_contain_text("现在由区政府决定")
    expect(west.locator("#disputes-matter")).to_contain_text("非河道范围")


@pytest.mark.browser
def test_a_department_called_out_from_the_console_acknowledges_and_the_console_says_so(
    opened: OpenPage, served: Served
) -> None:
    desk = opened("/console", "dispatcher")
    desk.goto(f"/console?lead={served.numbers['lead']}")
    desk.locator("[data-open=console-callout]").click()
    desk.locator("#console-callout-receivers").click()
    desk.locator("[role=option]:visible", has_text="区水利局").click()
    desk.locator("#console-callout-subject").fill("占道经营反复，请到场共同处置")
    desk.locator("#console-callout-go").click()
    expect(desk.locator(".d-task", has_text="区水利局")).to_contain_text("已吹哨")
    called = opened("/transfers?tab=call_out", "department")
    called.locator("#transfers-list .b-card").click()
    press(called, "acknowledge")
    called.locator("#transfers-submit").click()
    expect(called.locator("#transfers-head")).to_contain_text("已应答")
    expect(desk.locator(".d-task", has_text="区水利局")).to_contain_text("已应答")
