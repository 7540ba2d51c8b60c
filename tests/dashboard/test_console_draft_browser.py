"""The draft of a call in a real browser: whose it is, when it is gone, and that a call that joins a lead joins it when the line is back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.dashboard.test_console_browser import (  # noqa: F401  # fixtures of the neighbour
    Served,
    desk,
    served,
)
from tests.support.browser import Watched

pytestmark = pytest.mark.browser
KEPT = "sessionStorage.getItem('onegrid-call')"
PHONE = "13800138009"


def begun(page: Page) -> None:
    expect(page.locator("#console-intake dialog")).to_have_count(1)
    page.keyboard.press("n")
    page.locator("#console-intake-phone").fill(PHONE)
    assert PHONE in page.evaluate(KEPT)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"mine": "somebody"}, id="of another account"),
        pytest.param({"at": 0}, id="of yesterday", marks=pytest.mark.long),
    ],
)
def test_a_draft_of_somebody_else_or_of_long_ago_is_thrown_away(desk: Watched, other: dict[str, Any]) -> None:  # noqa: F811
    begun(desk.page)
    desk.page.evaluate(
        "other => sessionStorage.setItem('onegrid-call', JSON.stringify({...JSON.parse(sessionStorage.getItem('onegrid-call')), ...other}))",
        other,
    )
    desk.page.reload()
    expect(desk.page.locator("#console-intake dialog")).to_have_count(1)
    assert desk.page.evaluate(KEPT) is None


def test_who_leaves_leaves_no_number_behind(desk: Watched) -> None:  # noqa: F811
    page = desk.page
    begun(page)
    page.keyboard.press("Escape")
    page.route("**/logout", lambda route: route.fulfill(status=204))
    page.locator(".shell-user").click()
    page.locator(".shell-leave").click()
    page.wait_for_function(f"{KEPT} === null")


def test_a_call_that_joins_a_lead_joins_it_when_the_line_is_back(served: Served, desk: Watched) -> None:  # noqa: F811
    page, sent, down = desk.page, [], [True]
    number = served.receive()
    begun(page)
    page.locator("#console-intake-place").fill("一村")
    page.locator(".in-place").first.click()

    def line(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "{}"))
        if down[0]:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/api/v1/calls", line)
    page.locator(f'[data-attach="{number}"]').click()
    expect(page.locator("#console-intake-refusal")).to_contain_text("线路不通")
    down[0] = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#console-intake dialog")).to_be_hidden()
    assert {one["attach"] for one in sent} == {number}
    desk.complaints[:] = [one for one in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
    served.close(number)
