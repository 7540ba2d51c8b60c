"""The desk in a real browser: a call in twenty seconds by keys alone, nothing lost, alarms that stay, several teams, voice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select, update

from data import casework
from data.authority import SYSTEM
from data.models import Event, Lead, Task, Unit
from tests.dashboard.test_console_browser import (  # noqa: F401  # fixtures of the neighbour
    Served,
    chosen,
    desk,
    row,
    served,
    unit_status,
)
from tests.data import small
from tests.support.browser import Watched

pytestmark = pytest.mark.browser
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def _tidy(served: Served) -> Iterator[None]:  # noqa: F811
    yield
    with served.record.read() as session:
        open_ones = session.scalars(select(Lead.number).where(Lead.status.in_(("received", "triaged")))).all()
    for number in open_ones:
        served.close(number)


class Hand:
    """Keys pressed beside the words that are typed."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def say(self, words: str) -> None:
        self.page.keyboard.type(words)


def lead(served: Served, number: str) -> Lead:  # noqa: F811
    with served.record.read() as session:
        return session.scalars(select(Lead).where(Lead.number == number)).one()


def ready(page: Page) -> None:
    expect(page.locator("#console-intake dialog")).to_have_count(1)


def taken(page: Page) -> str:
    expect(page.locator("#console-intake dialog")).to_be_hidden()
    expect(page.locator("#console-lead-head > [data-number]")).not_to_have_attribute("data-number", "")
    return page.locator("#console-lead-head > [data-number]").get_attribute("data-number") or ""


def test_a_call_is_taken_in_twenty_seconds_with_five_keys_and_three_fields(served: Served, desk: Watched) -> None:  # noqa: F811
    page = desk.page
    ready(page)
    hand, begun = Hand(page), time.perf_counter()
    hand.press("n")
    hand.say(PHONE)
    hand.press("Enter")
    hand.say("东镇 四")
    expect(page.locator(".in-place").first).to_have_text("东镇 四村")
    hand.press("Enter")
    hand.press("4")
    hand.press("Enter")
    number = taken(page)
    seconds = time.perf_counter() - begun
    print(f"\ncall: {hand.keys} keys, 3 fields, {seconds:.2f} s of the machine")
    assert hand.keys == 5
    assert seconds < 20
    made = lead(served, number)
    assert (made.summary, made.cell_code, made.urgency) == ("噪声扰民：四村", small.VILLAGES[3], "normal")
    assert made.reporter_phone == PHONE
    expect(page.locator("#console-lead")).to_contain_text("138****8000")
    assert page.evaluate("sessionStorage.getItem('onegrid-call')") is None


def test_a_guess_at_a_short_name_is_offered_and_never_taken_by_enter(served: Served, desk: Watched) -> None:  # noqa: F811
    page = desk.page
    ready(page)
    page.keyboard.press("n")
    place = page.locator("#console-intake-place")
    place.fill("东镇 四寸")
    expect(page.locator(".in-place").first).to_contain_text("东镇 四村")
    place.press("Enter")
    assert place.input_value() == "东镇 四寸"
    place.fill("四寸")
    expect(page.locator(".in-place").first).to_contain_text("只差一个字")
    place.press("ArrowDown")
    place.press("Enter")
    assert place.input_value() == "东镇 四村"
    page.locator("#console-intake .f-foot .button").first.click()


def test_the_same_numbers_second_call_joins_its_lead_with_one_key(served: Served, desk: Watched) -> None:  # noqa: F811
    page = desk.page
    ready(page)
    for _ in range(2):
        page.keyboard.press("n")
        page.keyboard.type(PHONE[:-1] + "7")
        page.keyboard.press("Enter")
        if _ == 0:
            page.keyboard.type("一村")
            expect(page.locator(".in-place").first).to_be_visible()
            page.keyboard.press("Enter")
            page.keyboard.press("8")
            expect(page.locator(".in-is-grave")).to_be_visible()
            page.keyboard.press("Enter")
            number = taken(page)
            assert lead(served, number).urgency == "emergency", "the kind says so"
            page.keyboard.press("h")
            expect(page.get_by_role("heading", name=f"交接110/119/120 · {number}")).to_be_visible()
            expect(page.locator("#console-handover-service input:checked")).to_have_value("fire_119")
            page.keyboard.press("Escape")
            expect(page.locator("#console-handover-taken_by")).to_be_hidden()
    expect(page.locator("#console-intake-likely [data-attach]")).to_be_visible()
    expect(page.locator("#console-intake-likely .warn")).to_have_text("同号来电")
    page.keyboard.press("Alt+a")
    assert taken(page) == number
    expect(page.locator("#console-lead")).to_contain_text("后来并入")


def test_nothing_is_lost_when_the_server_refuses_or_the_line_is_down(served: Served, desk: Watched) -> None:  # noqa: F811
    page = desk.page
    ready(page)
    page.keyboard.press("n")
    page.locator("#console-intake-phone").fill("12ab")
    page.locator("#console-intake-words").fill("河边有人倾倒建筑垃圾")
    page.locator('#console-intake-kind [data-value="other"]').click()
    page.keyboard.press("Enter")
    expect(page.locator("#console-intake-refusal")).to_contain_text("来电号码只能是数字")
    assert page.locator("#console-intake-words").input_value() == "河边有人倾倒建筑垃圾"
    page.reload()
    ready(page)
    page.keyboard.press("n")
    assert page.locator("#console-intake-words").input_value() == "河边有人倾倒建筑垃圾", "kept until accepted"
    down = True

    def line(route: Route) -> None:
        if down:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/api/v1/calls", line)
    page.locator("#console-intake-phone").fill(PHONE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#console-intake-refusal")).to_contain_text("线路不通")
    down = False
    number = taken(page)  # sent again by itself
    assert lead(served, number).summary == "河边有人倾倒建筑垃圾"
    with served.record.read() as session:
        twins = session.scalars(select(Lead).where(Lead.summary == "河边有人倾倒建筑垃圾")).all()
    assert len(twins) == 1
    desk.complaints[:] = [
        one
        for one in desk.complaints
        if "ERR_INTERNET_DISCONNECTED" not in one and "422" not in one and "400" not in one
    ]


def test_what_110_hands_over_is_taken_by_the_same_form_and_handed_back_with_h(served: Served, desk: Watched) -> None:  # noqa: F811
    page = desk.page
    ready(page)
    page.keyboard.press("n")
    page.locator('#console-intake-source [data-value="police_110"]').click()
    page.keyboard.type("J-77")
    page.keyboard.press("Enter")
    page.keyboard.type("110 台 12 号")
    page.keyboard.press("Enter")
    page.keyboard.type("二村")
    expect(page.locator(".in-place").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("三轮车堵路")
    page.keyboard.press("Control+Enter")
    number = taken(page)
    assert (lead(served, number).source, lead(served, number).external_number) == ("police_110", "J-77")
    expect(page.locator("#console-lead")).to_contain_text("110公安转入")
    expect(page.locator("#console-lead")).to_contain_text(
        "W1队"
    )  # the lead is whole: what comes later would draw it anew
    page.keyboard.press("h")
    page.locator("#console-handover-service").get_by_text("119消防").click()
    page.locator("#console-handover-taken_by").fill("指挥员 03")
    page.locator("#console-handover-words").fill("车上有液化气瓶")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#console-lead")).to_contain_text("指挥员 03")
    expect(row(page, number)).to_contain_text("已交119消防")
    assert lead(served, number).status == "received"


def test_a_form_is_sent_by_its_key_wherever_the_cursor_stands(served: Served, desk: Watched) -> None:  # noqa: F811
    page, number = desk.page, served.receive()
    row(page, number).click()
    expect(page.locator("#console-lead")).to_contain_text("W1队")
    page.keyboard.press("h")
    page.locator("#console-handover-taken_by").fill("指挥员 04")
    page.locator("#console-handover-words").fill("车上有液化气瓶")
    page.locator("#console-handover-service").get_by_text("119消防").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#console-lead")).to_contain_text("指挥员 04")
    expect(row(page, number)).to_contain_text("已交119消防")


def test_what_is_typed_before_a_form_is_there_sends_nobody(served: Served, desk: Watched) -> None:  # noqa: F811
    page, number = desk.page, served.receive()
    row(page, number).click()
    expect(chosen(page, number)).to_be_visible()
    page.evaluate("""['h', '1', '1', '9', 'Enter'].forEach((key) => document.body.dispatchEvent(
        new KeyboardEvent('keydown', {key, code: /[0-9]/.test(key) ? 'Digit' + key : key, bubbles: true, cancelable: true})))""")
    expect(page.locator("#console-handover-taken_by")).to_be_visible()
    assert served.tasks(number) == []
    page.keyboard.press("Escape")


def test_an_alarm_survives_a_reload_until_it_is_put_off_or_acknowledged(served: Served, desk: Watched) -> None:  # noqa: F811
    page, number = desk.page, served.receive(urgency="emergency")
    line = page.locator("#console-alarms")
    expect(line).to_contain_text("突发待派")
    page.reload()
    expect(line).to_contain_text("突发待派")
    before = page.locator(".c-queue").bounding_box()
    page.keyboard.press("s")
    expect(line).to_contain_text("没有警报")
    expect(line).to_contain_text("已推迟 1 条")
    page.reload()
    expect(line).to_contain_text("已推迟 1 条")
    assert page.locator(".c-queue").bounding_box() == before, "nothing jumps"
    other = served.receive(urgency="emergency")
    expect(line.locator("> .al-one")).to_contain_text(other[-4:])
    page.keyboard.press("a")
    expect(line).to_contain_text("没有警报")
    assert number != other


def test_several_teams_go_and_the_first_marked_leads(served: Served, desk: Watched) -> None:  # noqa: F811
    page, number = desk.page, served.receive(urgency="emergency")
    row(page, number).click()
    expect(chosen(page, number)).to_be_visible()
    cards = page.locator("#console-lead .r-card[data-team]")
    second, first = cards.nth(1).get_attribute("data-team"), cards.nth(0).get_attribute("data-team")
    page.keyboard.press("Shift+Digit2")
    page.keyboard.press("Shift+Digit1")
    expect(page.locator("#console-lead .d-send-words")).to_have_text("派出 2 队 1+X")
    page.keyboard.press("Enter")
    expect(page.locator(".c-toast")).to_be_visible()
    tasks = {one["team_code"]: one["leading"] for one in served.tasks(number)}
    assert tasks == {second: True, first: False}
    expect(page.locator("#console-lead .d-task").first).to_contain_text("主办")
    page.keyboard.press("u")
    expect(page.locator(".c-toast")).to_contain_text("已撤销")


def test_a_step_told_by_radio_is_entered_from_the_unit_board(served: Served, desk: Watched) -> None:  # noqa: F811
    page, number = desk.page, served.receive()
    (task,) = served.record.write(SYSTEM, casework.dispatch, number=number, team_codes=["W1"], kind="secure")
    voice = page.locator(f'.b-voice[data-key="{task.number}"]')
    voice.click()
    expect(page.locator("#console-voice-told_by")).to_have_value("甲01 · 01")
    page.locator("#console-voice-go").click()
    expect(page.locator(".c-toast")).to_be_visible()
    expect(unit_status(page, "W1")).to_have_text("已派")
    with served.record.read() as session:
        event = session.scalars(select(Event).where(Event.subject_number == task.number, Event.verb == "accept")).one()
    assert '"entered_for":"W1"' in event.facts
    assert '"told_by":"01"' in event.facts
    served.record.write(SYSTEM, casework.recall, number=task.number, reason="试毕")


def test_what_is_late_or_stale_says_so_on_the_board(served: Served, desk: Watched) -> None:  # noqa: F811
    page, number = desk.page, served.receive(urgency="urgent")
    (task,) = served.record.write(SYSTEM, casework.dispatch, number=number, team_codes=["E1"], kind="secure")

    def aged(tx) -> None:
        past = tx.now - timedelta(hours=2)
        tx.session.execute(update(Task).where(Task.id == task.id).values(accept_due_at=past))
        tx.session.execute(update(Unit).where(Unit.team_id == task.team_id).values(position_at=past))

    served.record.write(SYSTEM, aged)
    served.receive()  # a step, so that the board is pulled
    board = page.locator('#console-board .ag-row[row-id="E1"]')
    expect(board.locator(".b-late")).to_have_attribute("title", "已超过该状态的时限：应接受或应到场而未到")
    expect(board.locator(".b-stale")).to_have_attribute("title", "120 分钟前的位置，已不新")
    expect(page.locator("#console-alarms")).to_contain_text("无人接单")
    served.record.write(SYSTEM, casework.recall, number=task.number, reason="试毕")


def test_the_address_holds_what_the_map_shows(served: Served, desk: Watched, chromium: Browser) -> None:  # noqa: F811
    page = desk.page
    page.wait_for_timeout(800)
    page.keyboard.press("v")
    expect(page).to_have_url(f"{served.address}/console?layers=leads,units,cover")
    page.reload()
    expect(page.locator('.m-layers [data-layer="cover"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#console-coverage")).to_be_visible()
    page.keyboard.press("v")
    expect(page).to_have_url(f"{served.address}/console")
