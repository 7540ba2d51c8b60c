"""Coming in and going out: the form, its sentences, the lock, the demonstration's buttons, walls."""

from __future__ import annotations

import re

from dashboard.context import Visit
from dashboard.pages.login import LoginPage, build_login, build_map, heading, offered_groups
from dashboard.replies import local_path
from data.demonstration import DemonstrationAccount
from tests.dashboard.conftest import Running, enter

SHOWN = DemonstrationAccount("dispatcher", "Abcde-fgh12", "dispatcher")


def test_a_wrong_password_says_what_to_do_and_keeps_the_name(running: Running) -> None:
    with running.browser() as client:
        reply = enter(client, "department", "wrong")
    assert "用户名或密码不正确" in reply.text
    assert '<a class="clause" href="/policy?key=GB/T%2022239-2019%208.1.4.1"' in reply.text
    assert "信息安全技术 网络安全等级保护基本要求 8.1.4.1" in reply.text
    assert 'value="department"' in reply.text
    assert "onegrid_session" not in reply.headers.get("set-cookie", "")


def test_an_unknown_name_and_a_wrong_password_sound_the_same(running: Running) -> None:
    with running.browser() as client:
        unknown = enter(client, "nobody-of-that-name", "wrong").text
        wrong = enter(client, "department", "wrong").text
    sentence = re.compile(r'role="alert">([^<]*)')
    assert sentence.findall(unknown) == sentence.findall(wrong) != []


def test_five_wrong_passwords_lock_the_account_and_say_for_how_long(running: Running) -> None:
    account = running.accounts["legal_reviewer"]
    with running.browser() as client:
        for _ in range(running.settings.lockout_attempts):
            assert "不正确" in enter(client, account.username, "wrong").text
        reply = enter(client, account.username, account.password)
    assert reply.status_code == 200
    assert "15 分钟后再试" in reply.text


def test_the_form_needs_its_own_value(running: Running) -> None:
    account = running.accounts["dispatcher"]
    with running.browser() as client:
        fields = {"username": account.username, "password": account.password}
        assert "再试一次" in client.post("/login", data=fields).text
        client.get("/login")
        assert "再试一次" in client.post("/login", data={**fields, "csrf": "forged"}).text
        assert client.post("/login", data=fields, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_one_click_enters_as_a_role(running: Running) -> None:
    with running.browser() as client:
        client.get("/login")
        fields = {"csrf": client.cookies["onegrid_csrf"], "demonstration": "supervisor"}
        assert client.post("/login", data=fields).status_code == 303
        assert client.get("/console").status_code == 200


def test_accounts_are_offered_only_in_the_demonstration(running: Running) -> None:
    visit = Visit(running.record)
    inside = build_login(visit, LoginPage("金东区", offered=(SHOWN,), demo=True)).body.decode()
    outside = build_login(visit, LoginPage("金东区", offered=(SHOWN,), demo=False)).body.decode()
    assert SHOWN.password in inside
    assert SHOWN.password not in outside
    assert "demonstration" not in outside


def test_accounts_of_several_counties_stand_county_by_county_those_that_see_all_first(running: Running) -> None:
    own = tuple(
        DemonstrationAccount(f"officer{end}", "x", "officer", None, (code,))
        for code, end in (("jindong", ""), ("lanxi", ".lanxi"))
    )
    office = DemonstrationAccount("county_office", "y", "county_office", None, ("jindong", "lanxi"))
    groups = offered_groups((own[0], office, own[1]), "zh")
    assert [(g.name, [a.username for a in g.accounts]) for g in groups] == [
        ("多个县区", ["county_office"]),
        ("金东区", ["officer"]),
        ("兰溪市", ["officer.lanxi"]),
    ]
    assert [g.name for g in offered_groups(own[:1], "zh")] == [""]
    page = build_login(Visit(running.record), LoginPage("金东区", offered=(*own, office), demo=True)).body.decode()
    assert (
        page.index("多个县区")
        < page.index('value="officer"')
        < page.index("兰溪市")
        < page.index('value="officer.lanxi"')
    )


def test_the_heading_names_every_county_that_is_served_while_they_fit() -> None:
    assert heading(["金东区"], "zh") == "金东区"
    assert heading(["金东区", "兰溪市"], "zh") == "金东区、兰溪市"
    assert heading(["Jindong", "Lanxi", "Yunyang", "Fuling"], "en") == "Jindong and others, 4 counties in all"


def test_words_from_outside_are_never_markup(running: Running) -> None:
    hostile = '"><script>alert(1)</script>'
    page = build_login(Visit(running.record), LoginPage(hostile, hostile, hostile)).body.decode()
    assert "<script" not in page


def test_logging_in_again_ends_the_session_before(running: Running) -> None:
    first, second = running.accounts["dispatcher"], running.accounts["supervisor"]
    with running.browser() as client:
        enter(client, first.username, first.password)
        old = client.cookies["onegrid_session"]
        client.cookies.delete("onegrid_session")
        client.get("/login")
        client.cookies.set("onegrid_session", old)
        assert client.get("/console").status_code == 200
        fields = {
            "csrf": client.cookies["onegrid_csrf"],
            "username": second.username,
            "password": second.password,
        }
        client.cookies.delete("onegrid_csrf")
        client.get("/console")
        fields["csrf"] = client.cookies["onegrid_csrf"]
        assert client.post("/login", data=fields).status_code == 303
        client.cookies.clear()
        client.cookies.set("onegrid_session", old)
        assert client.get("/console").status_code == 303


def test_logout_ends_the_session(running: Running) -> None:
    with running.browser("dispatcher") as client:
        token, csrf = client.cookies["onegrid_session"], client.cookies["onegrid_csrf"]
        assert client.post("/logout", data={}).status_code == 403
        assert client.post("/logout", data={"csrf": csrf}).headers["location"] == "/login?out"
        assert "已退出" in client.get("/login?out").text
        client.cookies.set("onegrid_session", token)
        assert client.get("/console").status_code == 303
        assert "登录已结束" in client.get("/login").text


def test_a_wall_comes_in_by_the_code_an_administrator_confirms(running: Running) -> None:
    with running.browser() as wall, running.browser("admin") as admin:
        assert wall.get("/pair").status_code == 200
        shown = re.search(r"user pair (\w{6})", wall.get("/pair").text)
        assert shown is not None
        assert wall.get("/console").status_code == 303
        csrf = admin.cookies["onegrid_csrf"]
        assert "没有等待确认" in admin.post("/devices", data={"csrf": csrf, "code": "ZZZZZZ"}).text
        assert "已确认" in admin.post("/devices", data={"csrf": csrf, "code": shown[1].lower()}).text
        reply = wall.get("/pair")
        assert (reply.status_code, reply.headers["location"]) == (303, "/wall")
        assert wall.get("/console").status_code == 403
        name = f"wall-{shown[1].lower()}"
        assert name in admin.get("/devices").text
        assert "已移除" in admin.post("/devices", data={"csrf": csrf, "remove": name}).text
        assert wall.get("/console").status_code == 303


def test_only_an_administrator_lets_walls_in(running: Running) -> None:
    with running.browser("dispatcher") as client:
        reply = client.get("/devices")
    assert reply.status_code == 403
    assert "配对大屏" in reply.text


def test_where_a_role_begins(running: Running) -> None:
    for role, place in (("dispatcher", "/console"), ("admin", "/devices")):
        with running.browser(role) as client:
            assert client.get("/").headers["location"] == place


def test_the_county_is_drawn_from_its_own_grid(running: Running) -> None:
    drawn = build_map(running.record.county())
    assert drawn is not None
    assert len(drawn.townships) == 2
    assert all(re.fullmatch(r"(M[\d. L]+Z)+", path) for path in (*drawn.townships, drawn.outline))


def test_local_paths() -> None:
    assert local_path("/console?team=W1") == "/console?team=W1"
    for bad in ("", None, "console", "//a", "/\\a", "https://a", "/a b", "/a\r\nb"):
        assert local_path(bad) == "/"
