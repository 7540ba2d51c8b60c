"""The batch in a real browser: one key, a change with its reason, one confirmation, one undo."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from data import casework
from data.authority import SYSTEM
from tests.dashboard.test_console_browser import Served, desk, pytestmark, row, served  # noqa: F401
from tests.data import small
from tests.support.browser import Watched


def receive(served: Served, village: int, n: int) -> str:  # noqa: F811
    lon, lat = small.middle(village)
    at = small.NOW - timedelta(days=30 + n)
    return served.receive(source="grid_patrol", summary=f"第{n}处占道经营", lon=lon, lat=lat, occurred_at=at)


def test_all_normal_leads_are_proposed_changed_sent_and_called_back(served: Served, desk: Watched) -> None:  # noqa: F811
    page = desk.page
    west, east, out = (receive(served, village, n) for n, village in enumerate((0, 3, 1)))
    lost = served.receive(lon=None, lat=None, summary="不知何处的噪声")
    expect(row(page, out)).to_be_visible()
    page.keyboard.press("b")
    table = page.locator("#console-batch-body .ba-table")
    expect(table.locator("tbody tr")).to_have_count(3)
    line = {number: table.locator(f'tr[data-number="{number}"]') for number in (west, east, out)}
    expect(page.locator("#console-batch-sum")).to_contain_text("已选 3 条")
    expect(page.locator(".ba-left")).to_contain_text("留在队列 1 条")
    assert line[east].locator(".ba-team").input_value() == "E1"

    line[out].locator(".ba-tick").click()
    expect(page.locator("#console-batch-sum")).to_contain_text("已选 2 条")
    proposed = line[west].get_attribute("data-proposed")
    other = "M1" if proposed == "W1" else "W1"
    line[west].locator(".ba-team").select_option(other)
    reason = line[west].locator(".ba-reason")
    expect(reason).to_be_focused()
    page.keyboard.press("Control+Enter")  # without its reason nothing is sent
    expect(page.locator("#console-batch-body .ba-form")).to_be_visible()
    assert served.tasks(east) == []
    page.wait_for_timeout(1600)  # a form is not sent twice within a blink
    reason.fill("该队正在会战")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".c-toast")).to_contain_text("已派出 2 条")
    expect(page.locator("#console-batch-body .ba-form")).to_have_count(0)
    (changed,), (plain,) = served.tasks(west), served.tasks(east)
    assert (changed["team_code"], changed["reason"]) == (other, "该队正在会战")
    assert (plain["team_code"], plain["reason"], plain["status"]) == ("E1", None, "assigned")
    assert served.tasks(out) == []
    expect(row(page, east)).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".c-toast")).to_contain_text("已撤销")
    expect(row(page, east)).to_be_visible()
    assert {served.tasks(number)[0]["status"] for number in (west, east)} == {"recalled"}
    for number in (west, east, out, lost):
        served.close(number)


def test_what_somebody_else_sent_meanwhile_is_told_and_the_rest_goes(served: Served, desk: Watched) -> None:  # noqa: F811
    page = desk.page
    mine, theirs = receive(served, 0, 5), receive(served, 3, 6)
    expect(row(page, theirs)).to_be_visible()
    page.locator("#console-all").click()
    expect(page.locator(".ba-table tbody tr")).to_have_count(2)
    (task,) = served.record.write(SYSTEM, casework.dispatch, number=theirs, team_codes=["E1"])
    page.locator("#console-batch-go").click()
    result = page.locator(".ba-result")
    expect(result).to_contain_text("已派出 1 条，1 条未派")
    expect(result).to_contain_text(f"线索 {theirs} 已由他人派给E1队")
    assert len(served.tasks(mine)) == 1
    result.locator('[data-batch="close"]').click()
    expect(result).to_be_hidden()
    for number in (served.tasks(mine)[0]["number"], task.number):
        served.record.write(SYSTEM, casework.recall, number=number, reason="试毕")
    for number in (mine, theirs):
        served.close(number)


def test_the_list_of_keys_names_the_batch(desk: Watched) -> None:  # noqa: F811
    page = desk.page
    page.keyboard.press("?")
    expect(page.locator(".f-keys")).to_contain_text("全部派单")
