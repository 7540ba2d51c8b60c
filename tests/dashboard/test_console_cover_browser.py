"""The coverage layer in a real browser: off until asked for, its key, the unit pointed at, the way to the best place."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.dashboard.test_console_browser import Served, desk, served
from tests.support.browser import Watched

__all__ = ["desk", "served"]  # fixtures
pytestmark = pytest.mark.browser


def test_coverage_is_shown_when_asked_for_and_says_what_a_unit_leaves(served: Served, desk: Watched) -> None:
    page, number = desk.page, served.receive()
    expect(page.locator(f'.q-row[data-number="{number}"]')).to_be_visible()
    panel, areas = page.locator("#console-coverage"), page.locator("path.m-reach")
    expect(panel).to_be_hidden()
    expect(areas).to_have_count(0)
    page.keyboard.press("v")
    expect(panel).to_contain_text("估算")
    expect(panel).to_contain_text("3/4")
    expect(areas).to_have_count(2)
    expect(page.locator("#console-cover-unit")).to_contain_text("指向或点选")
    page.locator('#console-board .ag-row[row-id="W1"]').hover()
    expect(page.locator("#console-cover-unit")).to_contain_text("1 个网格、1 条近期线索")
    page.locator('#console-board .ag-row[row-id="E1"] [col-id=name]').first.click()
    expect(page.locator("#console-cover-unit")).to_contain_text("其他力量仍都能及时到达")
    panel.locator('[data-act="goto"]').click()
    expect(panel).to_contain_text("二村")
    page.locator('[data-layer="cover"]').click()
    expect(panel).to_be_hidden()
    expect(areas).to_have_count(0)
    served.close(number)
