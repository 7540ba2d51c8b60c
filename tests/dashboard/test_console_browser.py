"""The console in a real browser: two keys from a new lead to a sent team, and nothing lost while data comes in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from data import casework
from data.authority import SYSTEM
from data.db import Record
from data.queries.leads import list_tasks
from tests.dashboard.counties import plain
from tests.data import small
from tests.support.browser import Watched, enter
from tests.support.page_server import County, serving

pytestmark = pytest.mark.browser
COUNTY = County(plain, pages=("dashboard.pages.console",))


@dataclass(frozen=True)
class Served:
    """The address of the console, and its record opened from outside, as another process does."""

    address: str
    record: Record

    def receive(self, **more) -> str:
        lon, lat = small.middle(0)
        facts = {"source": "public_report", "summary": "沿街占道经营", "lon": lon, "lat": lat, "domain": "city"}
        return self.record.write(SYSTEM, casework.receive_lead, **(facts | more)).number

    def tasks(self, number: str) -> list[dict]:
        with self.record.read() as session:
            return list_tasks(session, SYSTEM, self.record.county(), lead=number)

    def close(self, number: str) -> None:
        self.record.write(SYSTEM, casework.reject, number=number, reason="试毕")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(COUNTY, tmp_path_factory.mktemp("console")) as there:
        yield Served(there.address, there.record)


@pytest.fixture
def desk(served: Served, chromium: Browser) -> Iterator[Watched]:
    """A dispatcher at the console; whatever the browser complains about is a fault."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    watched = Watched(context)
    enter(watched.page, "dispatcher", "/console", served.address)
    expect(watched.page.locator("#console-queue")).to_be_visible()
    yield watched
    assert watched.complaints == []
    context.close()


def row(page: Page, number: str):
    return page.locator(f'.q-row[data-number="{number}"]')


def chosen(page: Page, number: str):
    return page.locator(f'#console-lead-head > [data-number="{number}"]')


def unit_status(page: Page, code: str):
    return page.locator(f'#console-board .ag-row[row-id="{code}"] [col-id="said"]').last


def test_two_keys_from_a_new_lead_to_a_sent_team(served: Served, desk: Watched) -> None:
    page = desk.page
    expect(unit_status(page, "W1")).to_have_text("待命")
    page.wait_for_timeout(1200)  # the socket is up
    number = served.receive(urgency="urgent")
    expect(row(page, number)).to_be_visible()
    begun = time.perf_counter()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".c-toast")).to_contain_text("W1队")
    print(f"\ntwo keys: {time.perf_counter() - begun:.2f} s")
    (task,) = served.tasks(number)
    assert (task["team_code"], task["status"], task["leading"]) == ("W1", "assigned", True)
    expect(unit_status(page, "W1")).to_have_text("已派")
    expect(row(page, number)).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".c-toast")).to_contain_text("已撤销")
    expect(unit_status(page, "W1")).to_have_text("待命")
    expect(row(page, number)).to_be_visible()
    assert served.tasks(number)[0]["status"] == "recalled"
    served.close(number)


def test_enter_pressed_twice_sends_once(served: Served, desk: Watched) -> None:
    page, number = desk.page, served.receive()
    row(page, number).click()
    expect(chosen(page, number)).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(page.locator(".c-toast")).to_be_visible()
    expect(row(page, number)).to_have_count(0)
    page.keyboard.press("Enter")
    refusal = page.locator("#console-refusal")
    expect(refusal).to_contain_text("已派给W1队")
    assert len(served.tasks(number)) == 1
    page.keyboard.press("Escape")
    expect(refusal).to_be_empty()
    served.record.write(SYSTEM, casework.recall, number=served.tasks(number)[0]["number"], reason="试毕")
    served.close(number)


def test_choice_scroll_and_what_is_typed_survive_what_comes_in(served: Served, desk: Watched) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1500, "height": 700})  # so that both sides scroll
    numbers = [served.receive(summary=f"第{n}处占道经营，沿街多家店铺") for n in range(24)]
    expect(page.locator(".q-row")).to_have_count(24)
    row(page, numbers[20]).click()
    expect(chosen(page, numbers[20])).to_be_visible()
    scrolled = page.locator("#console-queue").evaluate("e => e.scrollTop")
    zoom = page.locator("#console-map .leaflet-map-pane").get_attribute("style")
    page.locator("#console-lead-body").evaluate("e => { e.scrollTop = 40 }")
    page.keyboard.press("n")
    page.locator("#console-intake-words").fill("写到一半")
    late = served.receive(summary="后到的线索")
    expect(row(page, late)).to_have_count(1)
    expect(row(page, numbers[20])).to_have_attribute("aria-current", "true")
    assert page.locator('.q-row[aria-current="true"]').count() == 1
    assert page.locator("#console-intake-words").input_value() == "写到一半"
    assert page.locator("#console-lead-body").evaluate("e => e.scrollTop") == 40
    assert page.locator("#console-queue").evaluate("e => e.scrollTop") == scrolled
    assert page.locator("#console-map .leaflet-map-pane").get_attribute("style") == zoom
    page.keyboard.press("Escape")
    for number in (*numbers, late):
        served.close(number)


def test_keys_do_nothing_while_typing(served: Served, desk: Watched) -> None:
    page, number = desk.page, served.receive()
    expect(row(page, number)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("jkdgn1")
    expect(page.locator("#console-search")).to_have_value("jkdgn1")
    expect(row(page, number)).to_have_attribute("aria-current", "false")
    assert served.tasks(number) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    served.close(number)


def test_the_address_holds_the_view(served: Served, desk: Watched) -> None:
    page, near = desk.page, served.receive(urgency="urgent")
    lon, lat = small.middle(3)
    far = served.receive(lon=lon, lat=lat)
    expect(row(page, far)).to_be_visible()
    page.locator('.c-pill[data-value="urgent"]').click()
    expect(row(page, far)).to_have_count(0)
    row(page, near).click()
    expect(page).to_have_url(f"{served.address}/console?urgency=urgent&lead={near}")
    page.reload()
    expect(row(page, near)).to_have_attribute("aria-current", "true")
    expect(row(page, far)).to_have_count(0)
    expect(chosen(page, near)).to_be_visible()
    for number in (near, far):
        served.close(number)


def test_a_lead_is_placed_by_a_click_on_the_map(served: Served, desk: Watched) -> None:
    page = desk.page
    number = served.receive(lon=None, lat=None, summary="不知何处的噪声")
    row(page, number).click()
    page.locator('#console-lead [data-act="pick"]').first.click()
    expect(page.locator("#console-picking")).to_contain_text(number)
    box = page.locator("#console-map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2 + 30)
    expect(page.locator("#console-lead")).to_contain_text("西镇")
    expect(page.locator("#console-picking")).to_be_hidden()
    served.close(number)


def test_a_unit_is_set_by_hand_with_a_reason(served: Served, desk: Watched) -> None:
    page = desk.page
    page.locator('.b-set[data-key="M1"]').click()
    page.locator("#console-unit-status").get_by_text("忙碌").click()
    page.locator("#console-unit-go").click()
    expect(page.locator("#console-unit-refusal")).to_contain_text("原因")
    page.locator("#console-unit-reason").fill("培训")
    page.wait_for_timeout(300)
    page.locator("#console-unit-go").click()
    expect(unit_status(page, "M1")).to_have_text("忙碌")


def test_two_people_on_one_lead_see_each_other_and_who_may_not_send_reads_why(
    served: Served, desk: Watched, chromium: Browser
) -> None:
    page, number = desk.page, served.receive()
    row(page, number).click()
    expect(chosen(page, number)).to_be_visible()
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    other = Watched(context)
    enter(other.page, "supervisor", f"/console?lead={number}", served.address)
    expect(other.page.locator("#console-presence")).to_contain_text("也在看这条线索", timeout=15_000)
    expect(other.page.locator("#console-lead .d-barred")).to_contain_text("只能由")
    expect(other.page.locator('#console-lead [data-act="send"]')).to_have_count(0)
    expect(page.locator("#console-presence")).to_contain_text("也在看这条线索", timeout=15_000)
    assert other.complaints == []
    context.close()
    served.close(number)
