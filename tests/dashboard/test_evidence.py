"""Evidence on the page: several files put at once, each answered in words beside it; looked at, noted, handed on."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import typst
from PIL import ExifTags, Image
from playwright.sync_api import Page, Route, expect

from tests.dashboard.counties.case import COUNTY
from tests.support.browser import OpenPage, Watch
from tests.support.page_server import Served

pytestmark = pytest.mark.browser
__all__ = ["COUNTY"]  # of the server
MEANT = r"status of (409|422)|ERR_FAILED|ERR_INTERNET_DISCONNECTED|failed: .*/evidence\?"
"""What the browser says of answers that this test asks for."""
SENT = ("x-csrf", "idempotency-key", "content-type", "accept")


def photograph(shade: int) -> bytes:
    """A photograph whose camera wrote time and place into it."""
    buffer, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:20 09:30:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (29.0, 13.0, 12.0), 3: "E", 4: (119.0, 40.0, 30.0)})
    Image.new("RGB", (800, 600), (shade, 90, 60)).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def document() -> bytes:
    return bytes(typst.compile(b"= One\n#pagebreak()\n= Two\n"))


@pytest.fixture
def opened(opened: OpenPage, served: Served, watch: Watch) -> OpenPage:
    """Opens the case of a stage."""
    watch.expected.append(MEANT)
    return lambda stage, role, *size: opened(f"/case/{served.numbers[stage]}", role, *size)


def choose(page: Page, folder: Path, **files: bytes) -> None:
    """Open the window and choose files; a name is written with `_` for its dot."""
    paths = []
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content)
        paths.append(path)
    page.locator(".ev-add").click()
    with page.expect_file_chooser() as chooser:
        page.locator(".ev-drop button").click()
    chooser.value.set_files(paths)


def test_of_two_files_the_one_that_lies_is_refused_in_words_and_the_other_kept(opened, tmp_path: Path) -> None:
    page = opened("notice", "officer")
    expect(page.locator(".ev-open")).to_have_count(1)
    choose(page, tmp_path, scene_jpg=photograph(31), lie_jpg=document())
    rows = page.locator(".ev-row")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator(".ev-offer")).to_contain_text("2026-11-20 09:30 · 东经 119.675000，北纬 29.220000")
    expect(rows.nth(0).locator(".ev-place")).to_contain_text("未填写")  # offered, never taken by itself
    rows.nth(0).locator("textarea").fill("摊位占用盲道")
    rows.nth(0).get_by_text("采用相机时间地点").click()
    rows.nth(1).locator("textarea").fill("租赁合同")
    page.locator(".ev-go").click()
    expect(rows.nth(0)).to_have_attribute("data-state", "kept")
    expect(rows.nth(1).locator(".ev-said")).to_contain_text("内容与扩展名 .jpg 不符，内容像是 .pdf")
    expect(rows.nth(1).locator("textarea")).to_have_value("租赁合同")
    page.locator(".ev-put .ev-shut").click()
    expect(page.locator(".ev-open")).to_have_count(2)
    expect(page.locator(".ev")).to_contain_text("摊位占用盲道")
    page.locator(".ev-add").click()  # the refused one waits where it was, with its words
    expect(page.locator(".ev-row")).to_have_count(1)
    expect(page.locator(".ev-row textarea")).to_have_value("租赁合同")


def test_a_file_of_another_kind_is_refused_before_it_is_sent(opened, tmp_path: Path) -> None:
    page = opened("notice", "officer")
    choose(page, tmp_path, page_html=b"<html>")
    expect(page.locator(".ev-row .ev-said")).to_contain_text("不在可接收之列")
    expect(page.locator(".ev-go")).to_be_hidden()


def test_an_answer_that_is_lost_is_asked_for_again_and_the_file_is_kept_once(opened, tmp_path: Path) -> None:
    page = opened("investigating", "officer")
    lost: list[int] = []

    def lose(route: Route) -> None:
        """The first answer never comes back, and yet the file is there."""
        if lost:
            route.continue_()
            return
        sent = {name: text for name, text in route.request.headers.items() if name in SENT}
        lost.append(page.context.request.post(route.request.url, headers=sent, data=photograph(47)).status)
        route.abort()

    page.route("**/evidence?name=*", lose)
    choose(page, tmp_path, scene_jpg=photograph(47))
    page.locator(".ev-go").click()
    said = page.locator(".ev-row .ev-said")
    expect(said).to_contain_text("连接中断")
    assert lost == [201]
    page.locator(".ev-row .ev-tools").get_by_role("button", name="重试").click()
    expect(said).to_contain_text("此前已加入，没有重复保存")
    page.locator(".ev-put .ev-shut").click()
    expect(page.locator(".ev-name", has_text="scene.jpg")).to_have_count(1)


def test_a_document_is_read_page_by_page_and_noted_at_its_page(opened, tmp_path: Path) -> None:
    page = opened("investigating", "officer")
    choose(page, tmp_path, lease_pdf=document())
    page.locator(".ev-go").click()
    expect(page.locator(".ev-row")).to_have_attribute("data-state", "kept")
    page.locator(".ev-put .ev-shut").click()
    page.locator('.ev-open[data-name="lease.pdf"]').click()
    viewer = page.locator(".ev-viewer")
    expect(viewer.locator(".ev-pager")).to_contain_text("第 1 页，共 2 页")
    page.keyboard.press("PageDown")
    expect(viewer.locator(".ev-pager")).to_contain_text("第 2 页，共 2 页")
    expect(viewer.locator(".ev-picture img")).to_have_js_property("complete", value=True)
    assert viewer.locator(".ev-picture img").evaluate("one => one.naturalWidth") > 800
    viewer.locator("textarea").fill("第二页没有签名")
    viewer.locator("button[type=submit]").click()
    expect(viewer.locator(".ev-note")).to_contain_text("第二页没有签名")
    expect(viewer.locator(".ev-note button")).to_have_text("第 2 页")
    viewer.get_by_text("核对哈希").click()
    expect(viewer).to_contain_text("与收到时一致")
    page.keyboard.press("ArrowLeft")
    expect(viewer.locator("h2")).not_to_have_text("lease.pdf")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(page.locator("#case-timeline")).to_contain_text("批注证据")


def test_goods_are_handed_on_with_a_link_of_their_chain(opened) -> None:
    page = opened("investigating", "officer", 390, 844)
    page.locator(".ev-goods").first.click()
    fields = page.locator(".ev-hand input")
    fields.nth(0).fill("officer")
    fields.nth(2).fill("移入仓库")
    page.locator(".ev-hand button[type=submit]").click()
    expect(page.locator(".ev-hand .ev-said")).to_contain_text("不能交给同一保管人")
    fields.nth(0).fill("西镇仓库 周保管")
    page.locator(".ev-hand button[type=submit]").click()
    expect(page.locator(".ev-hand")).to_have_count(0)
    expect(page.locator(".k-measure").first).to_contain_text("西镇仓库 周保管")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_is_archived_takes_no_more_and_who_may_not_has_no_button(opened) -> None:
    page = opened("archived", "officer")
    expect(page.locator(".ev-open")).to_have_count(1)
    expect(page.locator(".ev-add")).to_have_count(0)
    page = opened("investigating", "finance")
    expect(page.locator(".ev-open").first).to_be_visible()
    expect(page.locator(".ev-add")).to_have_count(0)
    expect(page.locator(".ev-goods")).to_have_count(0)
