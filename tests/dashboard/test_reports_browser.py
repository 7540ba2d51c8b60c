"""In a browser: every chart is drawn and saved as a picture, on paper it has the colours of paper; a report is made, read, saved."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Page, expect

from dashboard.charts.style import PALETTES
from tests.dashboard.counties.reports import COUNTY
from tests.support.browser import OpenPage

__all__ = ["COUNTY"]  # of the server
pytestmark = pytest.mark.browser


@pytest.fixture
def office(opened: OpenPage) -> Page:
    page = opened("/reports", "county_office", 1920, 1080)
    expect(page.locator(".reports")).to_be_visible()
    return page


def fills(page: Page) -> str:
    """Every colour of the first chart that is drawn with marks of its own."""
    return str(
        page.locator(".chart")
        .nth(1)
        .locator(".js-plotly-plot")
        .evaluate("graph => JSON.stringify([graph.data, graph.layout])")
    )


def settled(page: Page) -> str:
    """The same when nothing is drawn any more: a chart finds its ranges after its first marks."""
    before, found = "", fills(page)
    while found != before:
        page.wait_for_timeout(300)
        before, found = found, fills(page)
    return found


def test_every_chart_is_drawn_in_the_room_it_was_given_and_saved_as_a_picture(office: Page) -> None:
    office.goto("/charted")
    expect(office.locator(".chart .main-svg").first).to_be_visible()
    expect(office.locator(".chart-graph")).to_have_count(7)
    for n in range(7):
        body = office.locator(".chart-body").nth(n)
        expect(body.locator(".main-svg").first).to_be_visible()
        drawn = body.locator(".main-svg").first.bounding_box()
        room = body.bounding_box()
        assert drawn is not None, n
        assert room is not None, n
        assert abs(drawn["height"] - room["height"]) <= 1, n
    expect(office.locator(".chart-empty")).to_have_text("当前没有可计算的数据。")
    with office.expect_download() as saved:
        office.get_by_role("button", name="把“图 ratio”保存为 .png 图片").press("Enter")
    assert re.fullmatch(r"金东区-图 ratio-\d{8}\.png", saved.value.suggested_filename)
    picture = Image.open(saved.value.path())
    width, height = picture.size
    assert width > 960
    assert height > 400
    assert picture.convert("RGB").getpixel((4, height - 4)) == (255, 255, 255), "it has a ground of its own"
    assert len(picture.convert("RGB").getcolors(maxcolors=1 << 24) or []) > 50


def test_on_paper_a_dark_chart_has_the_colours_of_paper_and_gets_its_own_back(office: Page) -> None:
    office.context.add_cookies([{"name": "onegrid_theme", "value": "dark", "url": office.url}])
    office.goto("/charted")
    expect(office.locator(".chart").nth(1).locator(".main-svg").first).to_be_visible()
    dark, paper = PALETTES["dark"], PALETTES["print"]
    before = settled(office)
    assert dark.accent in before
    office.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert paper.accent in fills(office)
    assert dark.accent not in fills(office)
    office.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert settled(office) == before


def test_a_report_is_made_read_and_saved(office: Page) -> None:
    expect(office.locator("#reports-list")).to_contain_text("还没有这类报告")
    office.locator("#reports-make").click()
    expect(office.locator("#reports-run")).to_contain_text("已生成 日报", timeout=60_000)
    office.locator("#reports-run a").click()
    sheet = office.locator(".rp-page").first
    expect(sheet).to_be_visible()
    assert sheet.evaluate("one => one.decode().then(() => one.naturalWidth)") == 992
    with office.expect_download() as saved:
        office.get_by_role("link", name="下载 .pdf").click()
    assert saved.value.suggested_filename.startswith("金东区-日报-")
    assert Path(saved.value.path()).read_bytes()[:5] == b"%PDF-"
    with office.expect_download() as table:
        office.locator("#reports-xlsx-go").click()
    sheet_ = load_workbook(io.BytesIO(Path(table.value.path()).read_bytes())).active
    assert [cell.value for cell in sheet_[2]][:2] == ["种类", "截至日期"]
    assert sheet_["A3"].value == "日报"
    assert len(sheet_["I3"].value) == 64
