"""A drill in a real browser: marked on every screen, filled to the edge, steered inject by inject."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.counties.drill import COUNTY
from tests.support.axe import serious_faults
from tests.support.browser import Watched
from tests.support.page_server import Served

__all__ = ["COUNTY"]  # of the server
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def control(served: Served, chromium: Browser) -> Iterator[Watched]:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    watched = Watched(context)
    watched.page.goto(f"{served.address}/login?next=/drill")
    yield watched
    assert watched.complaints == []
    context.close()


def inject(page: Page, minute: int):
    return page.locator(".drill-inject").filter(has_text=f"第{minute}分钟")


def press(page: Page, minute: int, step: str) -> None:
    inject(page, minute).get_by_role("button", name=step, exact=True).click()


def test_the_way_in_is_marked_and_fills_the_window(control: Watched) -> None:
    page = control.page
    expect(page.locator(".drill-band")).to_contain_text("演练")
    assert page.evaluate("document.body.getBoundingClientRect().bottom") == 1080
    page.locator("button[value=dispatcher]").click()
    expect(inject(page, 0)).to_contain_text("已注入")


def test_an_inject_is_held_let_go_brought_forward_and_left_out(control: Watched) -> None:
    page = control.page
    press(page, 4, "暂停")
    page.locator("#drill-submit").click()
    expect(inject(page, 4)).to_contain_text("已暂停")
    press(page, 4, "恢复")
    page.locator("#drill-submit").click()
    expect(inject(page, 4)).to_contain_text("待注入")
    press(page, 9, "跳过")
    page.locator("#drill-submit").click()
    expect(page.locator("#drill-form")).to_be_visible()  # a reason is asked for, nothing is skipped without
    expect(inject(page, 9)).to_contain_text("待注入")
    page.locator("#drill-form textarea").fill("时间不够")
    page.locator("#drill-submit").click()
    expect(inject(page, 9)).to_contain_text("时间不够")


def test_console_and_wall_are_marked_and_hold_nothing_back(served: Served, control: Watched) -> None:
    page = control.page
    page.goto(f"{served.address}/console")
    expect(page.locator(".q-row").first).to_contain_text("仓库冒出浓烟")
    expect(page.locator(".drill-band")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") == 1080
    assert page.locator(".console").bounding_box()["y"] >= page.locator(".shell-header").bounding_box()["height"] + 30


def test_the_page_has_no_serious_fault(served: Served, control: Watched) -> None:
    control.page.goto(f"{served.address}/drill")
    expect(inject(control.page, 0)).to_be_visible()
    assert serious_faults(control.page) == []
