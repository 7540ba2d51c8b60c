"""The page after the password, recovery codes shown once, one's own account: by form, as a program, and in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, expect

from data import passwords
from data.accounts import GrantDraft, create_account
from data.authority import SYSTEM
from data.passwords import hash_password
from data.second_factor import PERIOD, RECOVERY, reset_factor, state_of
from data.settings import settings
from policy.vocabulary import Role
from tests.dashboard.conftest import Running, enter
from tests.support.axe import serious_faults
from tests.support.browser import Watched

NAME, GOOD = "second-factor", "Right-pass-7"
SHOWN = re.compile(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>")


@pytest.fixture(scope="module")
def house(running: Running) -> Running:
    """An account of these tests' own, of somebody who unmasks."""
    with pytest.MonkeyPatch.context() as patch:
        light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", lambda: light)
        hashed = hash_password(GOOD, NAME)
    told = {"username": NAME, "display_name": "钱七", "password_hash": hashed, "language": "zh"}
    running.record.write(SYSTEM, create_account, grants=[GrantDraft(Role.DISPATCHER)], **told)
    return running


@pytest.fixture
def required(house: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Real use; the account has nothing yet, and has nothing afterwards."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: light)
    monkeypatch.setenv("ONEGRID_SECOND_FACTOR", "required")
    settings.cache_clear()
    yield house
    monkeypatch.undo()
    settings.cache_clear()
    with house.record.read() as session:
        there = state_of(session, NAME, house.record.clock()).enrolled_at
    if there is not None:
        house.record.write(SYSTEM, reset_factor, username=NAME)


def key_on(page: str) -> str:
    found = re.search(r'factor-letters">([A-Z2-7 ]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


def step_now(house: Running) -> int:
    return int(house.record.clock().timestamp()) // PERIOD


def give(client: httpx.Client, code: str, target: str = "/") -> httpx.Response:
    fields = {"csrf": client.cookies["onegrid_csrf"], "code": code, "next": target}
    return client.post("/login/code", data=fields)


def set_up(house: Running, client: httpx.Client, target: str = "/console") -> tuple[str, int, list[str]]:
    """Come in for the first time: the key, the step of its first code, the recovery codes."""
    reply = enter(client, NAME, GOOD, target)
    assert reply.headers["location"] == "/login/code?next=%2Fconsole"
    secret, step = key_on(client.get(reply.headers["location"]).text), step_now(house)
    page = give(client, pyotp.TOTP(secret).generate_otp(step), target)
    return secret, step, SHOWN.findall(page.text)


def test_who_must_have_it_sets_it_up_before_anything_can_be_read(required: Running) -> None:
    with required.browser() as client:
        reply = enter(client, NAME, GOOD, "/console")
        assert (reply.status_code, "onegrid_session" in client.cookies) == (303, False)
        assert client.get("/console").headers["location"].startswith("/login?next=")
        assert client.get("/account").status_code == 303
        page = client.get(reply.headers["location"]).text
        assert "<svg" in page
        assert "请先启用" in page
        wrong = give(client, "12345", "/console").text
        assert "验证码不正确" in wrong
        assert key_on(wrong) == key_on(page)
        assert "onegrid_session" not in client.cookies
        shown = give(client, pyotp.TOTP(key_on(page)).generate_otp(step_now(required)), "/console")
        assert len(SHOWN.findall(shown.text)) == RECOVERY
        assert 'href="/console"' in shown.text
        assert shown.headers["cache-control"] == "no-store"
        assert client.get("/console").status_code == 200
        assert "不能自行停用" in client.get("/account").text
        assert client.get("/login/code?next=//elsewhere").headers["location"] == "/"


def test_a_recovery_code_says_what_it_means_and_a_stranger_gets_no_further(required: Running) -> None:
    with required.browser() as client:
        _, _, codes = set_up(required, client)
    with required.browser() as client:
        assert client.get("/login/code?next=/console").headers["location"] == "/login?next=%2Fconsole"
        enter(client, NAME, GOOD)
        assert "恢复码" in client.get("/login/code").text
        assert (
            client.post("/login/code", data={"code": codes[0]}).status_code == 403
        )  # a form of ours carries its value
        reply = give(client, codes[0], "/console")
        page = unescape(client.get(reply.headers["location"]).text)
        assert "该恢复码已作废" in page
        assert f"剩余 {RECOVERY - 1} 个" in page
        assert 'href="/console"' in page


def test_a_program_is_told_which_field_is_missing(required: Running) -> None:
    with required.browser() as client:
        secret, step, _ = set_up(required, client)
    with httpx.Client(base_url=required.address, headers={"accept": "application/json"}) as program:
        program.get("/login", headers={"accept": "text/html"})
        fields = {"csrf": program.cookies["onegrid_csrf"], "username": NAME, "password": GOOD}
        missing = program.post("/login", data=fields)
        assert (missing.status_code, missing.json()["code"]) == (401, "errors_access.code_needed")
        assert "code" in missing.json()["detail"]
        assert program.post("/login", data=fields | {"code": "12345"}).json()["code"] == "errors_access.code_wrong"
        code = pyotp.TOTP(secret).generate_otp(max(step_now(required), step + 1))
        assert program.post("/login", data=fields | {"code": code}).status_code == 303
        assert program.get("/account", headers={"accept": "text/html"}).status_code == 200


def test_a_wall_has_no_account_to_look_after(house: Running) -> None:
    with house.browser() as wall, house.browser("admin") as admin:
        shown = re.search(r"user pair (\w{6})", wall.get("/pair").text)
        assert shown is not None
        admin.post("/devices", data={"csrf": admin.cookies["onegrid_csrf"], "code": shown[1]})
        assert wall.get("/pair").headers["location"] == "/wall"
        assert wall.get("/account").status_code == 404


def test_who_sits_down_next_does_not_go_on_from_a_password_that_waits(required: Running) -> None:
    with required.browser() as client:
        enter(client, NAME, GOOD)
        token = client.cookies["onegrid_step"]
        assert "<svg" in client.get("/login/code").text
        client.get("/login")
        assert "onegrid_step" not in client.cookies
        client.cookies.set("onegrid_step", token)
        assert client.get("/login/code").headers["location"].startswith("/login?")


@pytest.mark.parametrize("way", ["/logout", "/account"])
def test_a_key_offered_on_ones_own_account_goes_with_who_leaves_it(house: Running, way: str) -> None:
    with house.browser() as client:
        enter(client, NAME, GOOD)
        csrf = client.cookies["onegrid_csrf"]
        client.post("/account", data={"csrf": csrf, "wish": "start", "password": GOOD})
        token = client.cookies["onegrid_step"]
        assert key_on(client.get("/account").text)
        client.post(way, data={"csrf": csrf, "wish": "cancel"})
    with house.browser() as other:
        other.cookies.set("onegrid_step", token)
        assert other.get("/login/code").headers["location"].startswith("/login?")


@pytest.mark.browser
def test_it_is_set_up_used_and_removed_in_the_browser(
    house: Running, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is only offered: on one's own account, then asked for, a recovery code instead, and gone again."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: light)
    context = chromium.new_context(locale="zh-CN", base_url=house.address)
    watched = Watched(context)
    page = watched.page

    def log_in() -> None:
        page.goto("/login?next=/account")
        page.locator("#username").fill(NAME)
        page.locator("#password").fill(GOOD)
        page.get_by_role("button", name="登录", exact=True).click()

    def log_out() -> None:
        page.get_by_role("button", name="退出").click()
        expect(page.get_by_text("您已退出登录")).to_be_visible()

    log_in()
    page.locator("#start").fill(GOOD)
    page.get_by_role("button", name="启用双因素认证").click()
    secret, step = page.locator(".factor-letters").inner_text().replace(" ", ""), step_now(house)
    assert serious_faults(page) == []
    page.locator("#code").fill(pyotp.TOTP(secret).generate_otp(step))
    page.get_by_role("button", name="启用", exact=True).click()
    codes = page.locator(".factor-codes code").all_inner_texts()
    assert len(codes) == RECOVERY
    assert serious_faults(page) == []
    page.get_by_role("link", name="已妥善保管，继续").click()
    expect(page.get_by_text(f"恢复码剩余 {RECOVERY} 个")).to_be_visible()
    log_out()
    log_in()
    expect(page.get_by_role("heading", name="请输入验证码")).to_be_visible()
    assert serious_faults(page) == []
    page.locator("#code").fill(pyotp.TOTP(secret).generate_otp(max(step_now(house), step + 1)))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="更换恢复码")).to_be_visible()
    log_out()
    log_in()
    page.locator("#code").fill(codes[4].lower())
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text(f"恢复码剩余 {RECOVERY - 1} 个")).to_be_visible()
    assert serious_faults(page) == []
    page.locator("#remove").fill(GOOD)
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_text("已停用双因素认证。")).to_be_visible()
    assert watched.complaints == []
    context.close()
