"""In a browser: every chart is drawn and saved as a picture, on paper it has the colours of paper; a report is made, read, saved."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Page, expect

from dashboard.charts.style import PALETTES
from tests.dashboard.browsing import CHROMIUM, Watched, chromium
from tests.dashboard.conftest import _free_port

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("reports"), _free_port()
    order = [sys.executable, "-m", "tests.dashboard.reports_server", str(folder), str(port)]
    process = subprocess.Popen(order, cwd=ROOT, env=os.environ | {"ONEGRID_VAR": str(folder)})
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            httpx.get(f"{address}/healthz", timeout=1)
            break
        except httpx.HTTPError:
            time.sleep(0.2)
    yield address
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def office(served: str) -> Iterator[Watched]:
    with chromium() as browser:
        watched = Watched(
            browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN", accept_downloads=True)
        )
        watched.page.goto(f"{served}/login?next=/reports")
        watched.page.locator("button[value=county_office]").click()
        expect(watched.page.locator(".reports")).to_be_visible()
        yield watched


def fills(page: Page) -> str:
    """Every colour of the first chart that is drawn with marks of its own."""
    return str(
        page.locator(".chart")
        .nth(1)
        .locator(".js-plotly-plot")
        .evaluate("graph => JSON.stringify([graph.data, graph.layout])")
    )


def test_every_chart_is_drawn_in_the_room_it_was_given_and_saved_as_a_picture(office: Watched, served: str) -> None:
    page = office.page
    page.goto(f"{served}/charted")
    expect(page.locator(".chart .main-svg").first).to_be_visible()
    expect(page.locator(".chart-graph")).to_have_count(7)
    for n in range(7):
        body = page.locator(".chart-body").nth(n)
        expect(body.locator(".main-svg").first).to_be_visible()
        drawn = body.locator(".main-svg").first.bounding_box()
        room = body.bounding_box()
        assert drawn is not None, n
        assert room is not None, n
        assert abs(drawn["height"] - room["height"]) <= 1, n
    expect(page.locator(".chart-empty")).to_have_text("当前没有可计算的数据。")
    with page.expect_download() as saved:
        page.get_by_role("button", name="把“图 ratio”保存为 .png 图片").press("Enter")
    assert re.fullmatch(r"金东区-图 ratio-\d{8}\.png", saved.value.suggested_filename)
    picture = Image.open(saved.value.path())
    width, height = picture.size
    assert width > 960
    assert height > 400
    assert picture.convert("RGB").getpixel((4, height - 4)) == (255, 255, 255), "it has a ground of its own"
    assert len(picture.convert("RGB").getcolors(maxcolors=1 << 24) or []) > 50
    assert office.complaints == []


def test_on_paper_a_dark_chart_has_the_colours_of_paper_and_gets_its_own_back(office: Watched, served: str) -> None:
    page = office.page
    page.context.add_cookies([{"name": "onegrid_theme", "value": "dark", "url": served}])
    page.goto(f"{served}/charted")
    expect(page.locator(".chart .main-svg").first).to_be_visible()
    dark, paper = PALETTES["dark"], PALETTES["print"]
    before = fills(page)
    assert dark.accent in before
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert paper.accent in fills(page)
    assert dark.accent not in fills(page)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert fills(page) == before


def test_a_report_is_made_read_and_saved(office: Watched, served: str) -> None:
    page = office.page
    expect(page.locator("#reports-list")).to_contain_text("还没有这类报告")
    page.locator("#reports-make").click()
    expect(page.locator("#reports-run")).to_contain_text("已生成 日报", timeout=60_000)
    page.locator("#reports-run a").click()
    sheet = page.locator(".rp-page").first
    expect(sheet).to_be_visible()
    page.wait_for_timeout(200)
    assert sheet.evaluate("one => one.complete && one.naturalWidth") == 992
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载 .pdf").click()
    assert saved.value.suggested_filename.startswith("金东区-日报-")
    assert Path(saved.value.path()).read_bytes()[:5] == b"%PDF-"
    with page.expect_download() as table:
        page.locator("#reports-xlsx-go").click()
    sheet_ = load_workbook(io.BytesIO(Path(table.value.path()).read_bytes())).active
    assert [cell.value for cell in sheet_[2]][:2] == ["种类", "截至日期"]
    assert sheet_["A3"].value == "日报"
    assert len(sheet_["I3"].value) == 64
    assert office.complaints == []
