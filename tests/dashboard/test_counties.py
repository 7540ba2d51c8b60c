"""Two counties in one record: who serves both switches in the header, and every page and push follows."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from starlette.responses import JSONResponse

from dashboard.pages import policy, township
from dashboard.server import build_server
from data.authority import SYSTEM
from data.db import Record, Tx
from data.events import append_event
from data.models import Base, RefusedAttempt, Session
from data.passwords import hash_password
from data.settings import Settings
from policy.vocabulary import Role
from tests.dashboard import tiny
from tests.dashboard.conftest import Running, enter
from tests.data import small, two
from tests.support.browser import Watched
from tests.support.pages import pages_left_alone
from tests.support.server import free_port

PASSWORD = "Correct-Horse-9"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("counties")
    record = Record(f"sqlite:///{folder / 'two.db'}")
    Base.metadata.create_all(record.write_engine)
    two.build(record)
    secret = hash_password(PASSWORD, "nobody")
    two.account(record, "both", secret, Role.SUPERVISOR, two.FIRST, two.SECOND)
    two.account(record, "one", secret, Role.SUPERVISOR, two.SECOND)
    two.account(record, "keeper", secret, Role.ADMIN, two.FIRST, two.SECOND)
    with pages_left_alone():
        server = build_server(record, Settings(var=folder), pages=[tiny, township, policy])
        server.fastapi.add_api_route("/healthz", lambda: JSONResponse({"status": "ok"}), methods=["GET"])
        port = free_port()
        process = uvicorn.Server(uvicorn.Config(server.fastapi, host="127.0.0.1", port=port, log_level="warning"))
        thread = threading.Thread(target=process.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not process.started and time.monotonic() < deadline:
            time.sleep(0.05)
        yield Running(f"http://127.0.0.1:{port}", record, server, Settings(var=folder), {})
        process.should_exit = True
        thread.join(timeout=10)
    record.close()


@contextmanager
def visitor(place: Running, username: str) -> Iterator[httpx.Client]:
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    with httpx.Client(base_url=place.address, headers=headers, timeout=20) as client:
        assert enter(client, username, PASSWORD).status_code == 303
        yield client


def move(client: httpx.Client, code: str) -> httpx.Response:
    fields = {"csrf": client.cookies["onegrid_csrf"], "county": code, "back": "/policy"}
    return client.post("/county", data=fields)


def step(tx: Tx) -> None:
    append_event(tx, matter="lead", subject_id=uuid4(), verb="receive")


# -- the verb -----------------------------------------------------------------------------------------------------


def test_the_choice_is_kept_in_the_session_and_moves_every_page(place: Running) -> None:
    with visitor(place, "both") as client:
        assert client.get("/township").headers["location"] == f"/township/{small.WEST}"
        assert client.get(f"/township/{two.HILL}").status_code == 404
        assert move(client, two.SECOND).headers["location"] == "/policy"
        assert client.get("/township").headers["location"] == f"/township/{two.HILL}"
        assert client.get(f"/township/{two.HILL}").status_code == 200
        assert client.get(f"/township/{small.WEST}").status_code == 404
        with place.record.read() as session:
            chosen = set(session.scalars(select(Session.jurisdiction_id)))
        assert place.record.county(two.SECOND).jurisdiction_id in chosen
    with visitor(place, "both") as client:
        assert client.get("/township").headers["location"] == f"/township/{small.WEST}"


def test_a_county_in_which_nothing_is_held_is_refused_and_the_attempt_kept(place: Running) -> None:
    with visitor(place, "one") as client:
        reply = move(client, two.FIRST)
        assert reply.status_code == 403
        assert "金东区" in reply.text
        assert client.get("/township").headers["location"] == f"/township/{two.HILL}"
        assert move(client, "999999000000").status_code == 404
    with place.record.read() as session:
        kept = session.scalars(select(RefusedAttempt).where(RefusedAttempt.verb.contains("choose_county"))).all()
    assert [row.code for row in kept] == ["errors_access.other_county"]


def test_a_form_from_elsewhere_chooses_nothing(place: Running) -> None:
    with visitor(place, "both") as client:
        assert client.post("/county", data={"county": two.SECOND, "csrf": "made up"}).status_code == 403


def test_the_administrator_sees_the_walls_of_the_county_he_works_in(place: Running) -> None:
    with visitor(place, "keeper") as client:
        page = client.get("/devices").text
        assert "金东区" in page
        assert "兰溪市" in page
        assert f'value="{two.FIRST}" selected' in page
        move(client, two.SECOND)
        assert f'value="{two.SECOND}" selected' in client.get("/devices").text
    with visitor(place, "one") as client:
        assert "shell-counties" not in client.get("/policy").text


# -- in a browser -------------------------------------------------------------------------------------------------


def log_in(page: Page, place: Running, username: str, target: str) -> None:
    page.goto(f"{place.address}/login?next={target}")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit].button-main").click()


def switch(page: Page, name: str) -> None:
    page.get_by_role("textbox", name="切换县").click()
    page.get_by_role("option", name=name).click()


@pytest.mark.browser
def test_who_serves_two_counties_switches_in_the_header(place: Running, chromium: Browser) -> None:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1600, "height": 900})
    watched = Watched(context)
    page = watched.page
    log_in(page, place, "both", "/policy")
    expect(page.locator("#county-switch")).to_have_value("金东区")
    expect(page.locator("#policy-profile")).to_have_value("金东区")
    switch(page, "兰溪市")
    expect(page.locator("#policy-profile")).to_have_value("兰溪市")
    expect(page.locator("#county-switch")).to_have_value("兰溪市")
    page.goto(f"{place.address}/township")
    expect(page.locator("h1")).to_contain_text("山镇")
    switch(page, "金东区")
    expect(page.locator("h1")).to_contain_text("西镇")
    assert watched.complaints == []
    context.close()


@pytest.mark.browser
def test_who_serves_one_county_sees_its_name_and_no_switch(place: Running, chromium: Browser) -> None:
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    log_in(page, place, "one", "/policy")
    expect(page.locator(".shell-county")).to_have_text("兰溪市")
    expect(page.locator("#county-switch")).to_have_count(0)
    context.close()


@pytest.mark.browser
def test_who_is_competent_and_when_it_is_due_are_asked_on_the_policy_page(place: Running, chromium: Browser) -> None:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1600, "height": 900})
    watched = Watched(context)
    page = watched.page
    log_in(page, place, "both", "/policy?tab=who")
    page.locator("#who-item").click()
    page.get_by_role("option", name="占道经营").click()
    expect(page.locator("#who-answer")).to_contain_text("西镇人民政府")
    clause = page.locator("#who-answer a.clause").first
    expect(clause).to_have_attribute("href", re.compile(r"/policy\?key="))
    told = page.locator("#who-answer").inner_text()
    page.locator("#who-on").fill("2026-02-31")
    expect(page.locator(".date-wrong")).to_have_text("没有 2026-02-31 这一天，没有采用。请重新填写。")
    assert page.locator("#who-answer").inner_text() == told
    page.locator("#who-on").fill("2026-02-28")
    expect(page.locator(".date-wrong")).to_have_count(0)
    page.get_by_role("tab", name="算期限").click()
    page.locator("#due-kind").click()
    page.get_by_role("option").first.click()
    expect(page.locator("#due-answer")).to_contain_text("23:59:59")
    page.locator(".policy-name").first.click()
    expect(page.locator("#policy-detail h2")).to_be_visible()
    assert watched.complaints == []
    context.close()


@pytest.mark.browser
def test_push_follows_the_county_of_the_page_and_an_older_tab_keeps_its_own(place: Running, chromium: Browser) -> None:
    context = chromium.new_context(locale="zh-CN")
    old, new = context.new_page(), context.new_page()
    log_in(old, place, "both", "/console")
    expect(old.locator("#told")).not_to_be_empty()
    new.goto(f"{place.address}/policy")
    switch(new, "兰溪市")
    expect(new.locator("#policy-profile")).to_have_value("兰溪市")
    new.goto(f"{place.address}/console")
    expect(new.locator("#told")).not_to_be_empty()
    new.wait_for_timeout(1500)
    before = old.locator("#told").text_content()
    place.record.write(SYSTEM, step, county=place.record.county(two.SECOND))
    heads = place.server.live._read()
    expect(new.locator("#told")).to_have_text(str(heads[place.record.county(two.SECOND).jurisdiction_id]))
    old.wait_for_timeout(500)
    assert old.locator("#told").text_content() == before
    place.record.write(SYSTEM, step, county=place.record.county(two.FIRST))
    heads = place.server.live._read()
    expect(old.locator("#told")).to_have_text(str(heads[place.record.county(two.FIRST).jurisdiction_id]))
    context.close()


@pytest.mark.browser
def test_a_link_to_a_value_brings_its_row_into_sight(place: Running, chromium: Browser) -> None:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1600, "height": 900})
    watched = Watched(context)
    page = watched.page
    log_in(page, place, "one", "/policy?key=target.F13")
    row = page.locator('#policy-list tr[data-key="target.F13"]')
    expect(row).to_have_class(re.compile("policy-chosen"))
    expect(row).to_be_in_viewport()
    assert watched.complaints == []
    context.close()
