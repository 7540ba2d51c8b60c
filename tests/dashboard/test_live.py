"""Live push in a real browser: a step in the record is on an open page within a blink, and stops when it should."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from data.authority import SYSTEM
from data.db import Record, Tx
from data.events import append_event
from tests.dashboard.conftest import Running
from tests.support.browser import Watched, enter

pytestmark = pytest.mark.browser


def step(tx: Tx) -> None:
    append_event(tx, matter="lead", subject_id=uuid4(), verb="receive")


def head(running: Running) -> int:
    return max(running.server.live._read().values())


def quiet(page: Page, asked: list[str]) -> None:
    """Wait until the page has asked for nothing in half a second: what was under way before has come."""
    before = -1
    while len(asked) != before:
        before = len(asked)
        page.wait_for_timeout(500)


def seconds_until(told: object, page: object, sequence: int) -> float:
    begun = time.perf_counter()
    expect(told).to_have_text(str(sequence), timeout=3000)  # type: ignore[arg-type]
    return time.perf_counter() - begun


def test_a_step_reaches_an_open_page_at_once(running: Running, chromium: Browser) -> None:
    context = chromium.new_context()
    watched = Watched(context)
    page = watched.page
    enter(page, "dispatcher", "/console", running.address)
    told = page.locator("#told")
    expect(told).to_have_text(str(head(running)))
    page.wait_for_timeout(1500)
    waits = []
    for _ in range(8):
        begun = time.perf_counter()
        running.record.write(SYSTEM, step)
        expect(told).to_have_text(str(head(running)), timeout=3000)
        waits.append(time.perf_counter() - begun)
        page.wait_for_timeout(300)
    print(f"\npost to page, seconds: {[round(w, 3) for w in sorted(waits)]}")
    assert sorted(waits)[len(waits) // 2] < 0.5
    assert watched.complaints == []
    context.close()


def test_a_step_of_another_process_reaches_it_too(running: Running, chromium: Browser) -> None:
    context = chromium.new_context()
    watched = Watched(context)
    enter(watched.page, "dispatcher", "/console", running.address)
    watched.page.wait_for_timeout(1500)
    other = Record(running.record.url)
    other.write(SYSTEM, step)
    other.close()
    expect(watched.page.locator("#told")).to_have_text(str(head(running)), timeout=1000)
    context.close()


def test_a_refusal_and_a_fault_are_said_in_the_corner(running: Running, chromium: Browser) -> None:
    context = chromium.new_context(locale="zh-CN")
    watched = Watched(context)
    page = watched.page
    enter(page, "dispatcher", "/console", running.address)
    for wish, words in (("refuse", "用户名或密码不正确"), ("break", "系统内部故障")):
        page.locator("#wish").fill(wish)
        page.locator("#go").click()
        expect(page.get_by_text(words)).to_be_visible()
    page.locator("#wish").fill("work")
    page.locator("#go").click()
    expect(page.locator("#done")).to_have_text("work for 指挥调度员")
    assert watched.complaints == []
    context.close()


def test_after_logout_nothing_more_is_pushed(running: Running, chromium: Browser) -> None:
    """The other page of who left stays as it was, or is led to the login; it is told of no later step either way."""
    context = chromium.new_context()
    page, other = context.new_page(), context.new_page()
    enter(page, "dispatcher", "/console", running.address)
    other.goto(f"{running.address}/console")
    expect(other.locator("#told")).to_have_text(str(head(running)))
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url) if "update-component" in request.url else None)
    quiet(other, asked)
    page.locator(".shell-user").click()
    page.locator(".shell-leave").click()
    expect(page).to_have_url(f"{running.address}/login?out")
    quiet(other, asked)
    answered: list[str] = []
    other.on(
        "response",
        lambda answer: answered.append(answer.url) if "update-component" in answer.url and answer.ok else None,
    )
    running.record.write(SYSTEM, step)
    while max(running.server.live.heads.values()) != head(running):
        other.wait_for_timeout(50)
    other.wait_for_timeout(800)
    assert answered == []
    expect(other.get_by_text(str(head(running)), exact=True)).to_have_count(0)
    context.close()


def test_who_logs_out_is_told_so_though_the_page_was_asking(running: Running, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    enter(page, "dispatcher", "/console", running.address)
    expect(page.locator("#told")).to_have_text(str(head(running)))
    page.evaluate(
        "addEventListener('submit', () => setInterval(() => fetch('/_dash-update-component', {method: 'POST'}), 50))"
    )
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 401 else None)

    def while_it_asks(route: Route) -> None:
        """The step has ended the session; before its answer comes, the page is refused what it asked for."""
        answer = route.fetch(max_redirects=0)
        while not refused:
            page.wait_for_timeout(50)
        route.fulfill(response=answer)

    page.route("**/logout", while_it_asks)
    page.locator(".shell-user").click()
    page.locator(".shell-leave").click()
    expect(page).to_have_url(f"{running.address}/login?out")
    assert refused
    context.close()


def test_language_and_theme_are_kept_and_do_not_flash(running: Running, chromium: Browser) -> None:
    context = chromium.new_context()
    watched = Watched(context)
    page = watched.page
    enter(page, "supervisor", "/console", running.address)
    page.locator("button[name=lang]").click()
    expect(page.locator("#who")).to_contain_text("en")
    page.locator("button[name=theme]").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    reply = context.request.get(f"{running.address}/console")
    assert 'lang="en" data-mantine-color-scheme="dark"' in reply.text()
    expect(page.get_by_role("button", name="Switch between light and dark")).to_be_visible()
    assert watched.complaints == []
    context.close()
