"""Supervision and what goes with a matter on their pages: the chain searched and verified, 12345, sharing, filings not made."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.components import case_propose, passing, supervision_chain
from dashboard.components import passing_view as view
from dashboard.components import supervision_events as events
from dashboard.components.case_reads import lead_of
from dashboard.components.console_reads import read_chosen
from dashboard.context import Visit, visiting
from dashboard.pages import case, supervision
from data.authority import Actor, Scope
from data.casework.leads import receive_lead
from data.db import Record
from data.models import Account
from data.queries.leads import get_lead
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.dashboard import test_between as between
from tests.dashboard.counties.between import COUNTY, fresh, furnish
from tests.data import parties as p
from tests.data import small
from tests.support.browser import OpenPage
from tests.support.page_server import Served

__all__ = ["COUNTY"]  # of the server
choose = between.choose
KEY = re.compile(r"\b(supervision_page|passing|case_page|vocabulary|verbs|between_page|errors_\w+)\.[a-z_]+")


@pytest.fixture(scope="module", autouse=True)
def today() -> Iterator[None]:
    """The small county is of today."""
    before, small.NOW = small.NOW, datetime.now(UTC)
    yield
    small.NOW = before


@dataclass(frozen=True)
class Place:
    record: Record
    actors: dict
    numbers: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("supervision")
    record = fresh(folder, "fuling")
    numbers = furnish(record, folder)
    record.clock = lambda: small.NOW
    yield Place(record, actors(record), numbers)
    record.close()


def actors(record: Record) -> dict:
    """The cast of organs, and who supervises."""
    from sqlalchemy import select

    county = record.county().jurisdiction_id
    found = {}
    with record.read() as session:
        for part, (role, organ, township) in p.CAST.items():
            account = session.scalars(select(Account.id).where(Account.username == f"between-{part}")).one()
            found[part] = Actor(
                account, part, (Scope(role, county, organ, frozenset({township}) if township else None),)
            )
    found["supervisor"] = Actor(found["office"].account_id, "supervisor", (Scope(Role.SUPERVISOR, county, "JUSTICE"),))
    western = Scope(Role.SUPERVISOR, county, "JUSTICE", frozenset({small.WEST}))
    found["western"] = replace(found["supervisor"], scopes=(western,))
    return found


def visit(place: Place, part: str = "supervisor", lang: str = "zh", **more):
    return visiting(Visit(place.record, place.actors[part], lang=lang, **more))


def shown(page: object) -> str:
    return re.sub(r"(href|id|type|key|className)='[^']*'", "", str(page))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("part", ["supervisor", "office", "western"])
def test_every_view_is_in_words(place: Place, part: str, lang: str) -> None:
    number = place.numbers["whole"]
    for query in (
        {},
        {"show": "duties"},
        {"number": number},
        {"step": "propose"},
        {"actor": "off"},
        {"since": "no day"},
    ):
        with visit(place, part, lang, query=query):
            page = shown(supervision.layout())
        assert not KEY.findall(page), query


@pytest.mark.parametrize(("lang", "word"), [("zh", "启用双因素认证"), ("en", "second factor set up")])
def test_steps_of_accounts_can_be_searched_by_their_words(place: Place, lang: str, word: str) -> None:
    with visit(place, lang=lang):
        labels = {one["value"]: one["label"] for one in events.step_options()}
    assert {"log_in", "reset_factor"} <= labels.keys()
    assert labels["enrol_factor"] == word


def test_a_search_finds_a_case_with_what_belongs_to_it(place: Place) -> None:
    with visit(place):
        rows = events.read_events(events.wished({"number": place.numbers["whole"].lower()}), "")
    assert {"case", "review"} <= {row.matter for row in rows}
    assert [row.sequence for row in rows] == sorted((row.sequence for row in rows), reverse=True)


@pytest.mark.parametrize("wish", [{"number": "JD-C-20200101-0001"}, {"step": "fly"}, {"since": "2026-12-01", "until": "2026-11-01"}, {"since": "x"}])  # fmt: skip
def test_a_search_that_cannot_be_says_why_in_place_of_rows(place: Place, wish: dict[str, str]) -> None:
    with visit(place):
        assert "alert" in str(events.build_events(events.wished(wish), ""))


def test_who_holds_one_township_sees_its_events_alone_and_does_not_verify_the_county(place: Place) -> None:
    with visit(place, "western"):
        rows = events.read_events(events.wished({"since": "2026-01-01"}), "")
        assert rows
        assert not supervision_chain.may_verify()
        with pytest.raises(Refusal):
            supervision_chain.begin()
    with visit(place):
        assert (
            len(events.read_events(events.wished({"since": "2026-01-01"}), "")) > len(rows) or len(rows) == events.PAGE
        )


def finished(place: Place):
    until = time.monotonic() + 30
    while (run := supervision_chain.look()) is None or run.running:
        assert time.monotonic() < until
        time.sleep(0.02)
    return run


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_chain_is_verified_beside_the_work_and_a_forgery_is_named(place: Place, lang: str) -> None:
    with visit(place, lang=lang):
        supervision_chain.begin()
        run = finished(place)
        assert run.finding.whole
        assert "✓" in str(supervision_chain.build_chain(run))

        def write(clause: str | None) -> None:
            said = "UPDATE event SET clause = ? WHERE sequence = 3"
            place.record.submit_raw(lambda c: c.exec_driver_sql(said, (clause,))).result()

        before = place.record.submit_raw(
            lambda c: c.exec_driver_sql("SELECT clause FROM event WHERE sequence = 3").scalar()
        ).result()
        write("PL 999")
        try:
            supervision_chain.begin()
            run = finished(place)
            page = shown(supervision_chain.build_chain(run))
        finally:
            write(before)
        assert run.finding.sequence == 3
        assert "#3" in page
        assert not KEY.findall(page)


def test_a_verification_is_stopped(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.events.PAGE", 5)
    with visit(place):
        run = supervision_chain.begin()
        run.stopping.set()
        run = finished(place)
        assert run.stopped or run.finding is not None
        assert not KEY.findall(shown(supervision_chain.build_chain(run)))


# -- 12345 and sharing -------------------------------------------------------------------------------------------------


def an_order(place: Place, **more) -> str:
    lon, lat = small.middle(0)
    told = {"source": "hotline_12345", "summary": "占道经营", "lon": lon, "lat": lat, "external_number": "12345-7"}
    return place.record.write(place.actors["dispatcher"], receive_lead, **told | more).number


def panel_of(place: Place, number: str, part: str = "dispatcher", lang: str = "zh") -> str:
    with visit(place, part, lang), place.record.read() as session:
        row = get_lead(session, place.actors[part], place.record.county(), number=number)
        return str(view.build_of_lead(row))


def test_a_lead_is_read_in_the_language_of_the_answer(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    number, heard = an_order(place, hotline_due_at=small.NOW + timedelta(days=1)), []

    def listening(*asked, **more):
        heard.append(more.get("lang"))
        return get_lead(*asked, **more)

    for module in (passing, view, case_propose):
        monkeypatch.setattr(module, "get_lead", listening)
    with visit(place, "dispatcher", "en"):
        passing.opened(passing.view_of(number), "set_hotline")
        assert view.hotline_of(number)
        assert case_propose.known_of(number)["lead"] == number
    assert heard == ["en", "en", "en"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_order_goes_its_way_on_the_page(place: Place, lang: str) -> None:
    number = an_order(place, hotline_due_at=small.NOW + timedelta(days=1))
    assert "reply_hotline" in panel_of(place, number, lang=lang)
    assert "record_callback" not in panel_of(place, number)
    with visit(place, "dispatcher", lang):
        for step, told in (
            ("set_hotline", {"external_number": "12345-8"}),
            ("reply_hotline", {"reply": "已清理"}),
            ("record_callback", {"found": "not_satisfied"}),
        ):
            title, content = passing.opened(passing.view_of(number), step)
            assert not KEY.findall(shown([title, content]))
            assert ("Select(" in str(content)) == (step == "record_callback"), "what is of a closed list is chosen"
            passing.taken(passing.view_of(number), step, told)
    with visit(place, "dispatcher", lang):
        body = str(read_chosen({"lead": number, "kind": None})["body"])
        assert "reply_hotline" not in re.sub(r"id=\{[^}]*\}", "", body), "its timeline tells of the answer in words"
    said = panel_of(place, number, lang=lang)
    assert not KEY.findall(re.sub(r"(href|id|type|key|className)='[^']*'", "", said))
    assert "▲" in said, "who was not satisfied is marked"
    assert "已清理" in said


@pytest.mark.parametrize(("found", "main"), [("satisfied", 0), ("not_satisfied", 1)])
def test_an_answer_with_a_satisfied_call_back_is_not_asked_for_again(place: Place, found: str, main: int) -> None:
    number = an_order(place, hotline_due_at=small.NOW + timedelta(days=1))
    with visit(place, "dispatcher"):
        passing.taken(passing.view_of(number), "reply_hotline", {"reply": "已清理"})
        assert panel_of(place, number).count("button-main") == 1
        passing.taken(passing.view_of(number), "record_callback", {"found": found})
    said = panel_of(place, number)
    assert "reply_hotline" in said
    assert said.count("button-main") == main


def test_a_late_order_is_marked_and_a_plain_lead_has_none(place: Place) -> None:
    late = an_order(place, hotline_due_at=small.NOW - timedelta(days=1))
    assert "▲" in panel_of(place, late)
    plain = an_order(place, source="public_report", external_number=None)
    assert "reply_hotline" not in panel_of(place, plain)


def test_what_is_wrong_leaves_the_form_as_it_was(place: Place) -> None:
    number = an_order(place)
    with visit(place, "dispatcher"), pytest.raises(Refusal) as told:
        passing.taken(passing.view_of(number), "reply_hotline", {"reply": " "})
    assert told.value.pointer == "/reply"
    with visit(place, "west"), pytest.raises(Refusal) as told:
        passing.taken(passing.view_of(number), "share", {"information": "complaints", "to_organ": "WATER", "state_secret": True})  # fmt: skip
    assert (told.value.code, told.value.pointer) == ("errors_between.share_secret", "/state_secret")
    with visit(place, "west"), pytest.raises(Refusal):
        passing.opened(passing.view_of(number), "unmask")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_case_shows_its_order_and_what_was_shared(place: Place, lang: str) -> None:
    number = place.numbers["whole"]
    with visit(place, "west", lang):
        held = passing.view_of(number, lead_of(number))
        _, content = passing.opened(held, "share")
        assert "WATER" in str(content)
        assert "'WEST'" not in str(content), "not with oneself"
        passing.taken(held, "share", {"information": "penalties", "to_organ": "WATER"})
        page = shown(case.layout(number))
    assert not KEY.findall(page)
    assert ("区水利局" in page) or ("WATER" in page)


def test_a_panel_without_anything_for_the_reader_is_not_drawn(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    number = place.numbers["whole"]
    with visit(place, "west"):
        assert "信息共享" in str(view.build_panels(number, small.WEST, None))
        monkeypatch.setattr(view, "may", lambda *_asked: False)
        assert view.build_panels(number, small.WEST, None) == []


# -- in a browser --------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_chain_is_searched_verified_and_goes_on_with_the_work(opened: OpenPage, served: Served) -> None:
    page = opened("/supervision", "supervisor")
    page.locator("#supervision-number").fill(served.numbers["whole"])
    page.locator("#supervision-search").click()
    expect(page).to_have_url(re.compile(f"number={served.numbers['whole']}"))
    expect(page.locator(".sup-events tbody tr").last).to_contain_text("案件")
    page.locator("#supervision-verify").click()
    expect(page.locator("#supervision-chain")).to_contain_text("全部核对无误", timeout=20_000)
    page.get_by_role("link", name="答复与立案").click()
    expect(page.locator(".sup-duties")).to_contain_text("未立案")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_what_is_shared_is_logged_and_a_state_secret_is_refused_with_the_form_kept(
    opened: OpenPage, served: Served
) -> None:
    page = opened(f"/case/{served.numbers['whole']}", "township_head")
    page.locator("button[id*='\"share\"']").click()
    choose(page, "information", "处罚决定")
    choose(page, "to_organ", "区水利局")
    page.get_by_label("含有国家秘密").check()
    page.locator("#passing-submit").click()
    expect(page.locator(".k-error:visible")).to_contain_text("国家秘密")
    page.get_by_label("含有国家秘密").uncheck()
    page.locator("#passing-submit").click()
    expect(page.locator("#case-passing")).to_contain_text("区水利局")
