"""The township's registers in a real browser: an officer named, somebody seconded and back, a table previewed and taken in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.counties.shift import COUNTY
from tests.data import small
from tests.support.browser import OpenPage

TOWN = f"/township/{small.WEST}"
__all__ = ["COUNTY"]  # of the server
pytestmark = pytest.mark.browser


def choose(page: Page, label: str, option: str) -> None:
    page.locator("#staffing-form").get_by_label(label).click()
    page.locator("[role=option]", has_text=option).first.click()


def test_an_officer_is_named_somebody_seconded_and_a_table_taken_in(opened: OpenPage) -> None:
    page = opened(TOWN, "township_head", 1920, 1080)
    page.goto(f"{TOWN}?show=villages")
    page.locator(".t-village", has_text="一村").get_by_text("确定队员").click()
    choose(page, "人员", "甲01")
    page.locator("#staffing-submit").click()
    expect(page.locator(".t-village", has_text="一村")).to_contain_text("甲01")
    expect(page.locator("#township-village-head")).to_contain_text("1/2")

    page.get_by_role("tab", name="台账").click()
    page.locator("#township-registers").get_by_role("button", name="登记借调").click()
    choose(page, "人员", "甲02")
    page.locator("#staffing-submit").click()
    expect(page.locator("#staffing-form")).to_contain_text("理由")
    expect(page.locator("#staffing-form .k-error:not(:empty)")).to_have_count(1)
    page.locator("#staffing-form").get_by_label("理由").fill("抽调防汛值守")
    page.locator("#staffing-submit").click()
    expect(page.locator("#township-registers")).to_contain_text("抽调防汛值守")
    expect(page.locator("#staffing-submit")).to_be_hidden()  # the form before has been answered
    page.locator("#township-registers").get_by_role("button", name="登记归队").click()
    expect(page.locator("#staffing-submit")).to_be_visible()
    page.locator("#staffing-submit").click()
    expect(page.locator("#township-registers")).to_contain_text("–")

    page.locator("#staffing-kind").click()
    page.locator("[role=option]", has_text="村社执法队员").click()
    wrong = "村（社区）,工号,起始日\n二村,99,2026-01-01\n"
    right = "村（社区）,工号,起始日\n二村,01,2026-01-01\n"
    for table, told in ((wrong, "99"), (right, "新增 1 条")):
        page.locator("#staffing-upload input").set_input_files({"name": "officers.csv", "mimeType": "text/csv", "buffer": table.encode()})  # fmt: skip
        expect(page.locator("#staffing-preview")).to_contain_text(told)
    page.locator("#staffing-take").click()
    page.get_by_role("tab", name="村社").click()
    expect(page.locator("#township-village-head")).to_contain_text("2/2")


def test_the_page_of_a_head_fits_a_phone(opened: OpenPage) -> None:
    page = opened(TOWN, "township_head", 390, 844, has_touch=True)
    for tab in ("open", "force", "figures", "villages", "staffing"):
        page.goto(f"{TOWN}?show={tab}")
        expect(page.locator(".t-today")).to_be_visible()
        page.wait_for_timeout(800)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
    assert page.locator(".t-todo").count() <= 5
