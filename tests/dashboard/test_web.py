"""The gate: who passes, what is well formed, what every answer carries."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from tests.dashboard.conftest import Running, enter

CALLBACK = "/_dash-update-component"
TELL = {
    "output": "told.children",
    "outputs": {"id": "told", "property": "children"},
    "inputs": [{"id": "tick", "property": "data", "value": {"seq": 5, "at": 1}}],
    "changedPropIds": ["tick.data"],
}


def _call(client: httpx.Client, body: object, **headers: str) -> httpx.Response:
    given = {"X-CSRF": client.cookies.get("onegrid_csrf", ""), "content-type": "application/json", **headers}
    content = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(CALLBACK, content=content, headers={**given, "accept": "application/json"})


def test_every_answer_carries_the_security_headers(running: Running) -> None:
    with running.browser("dispatcher") as client:
        for path in ("/login", "/console", "/nowhere", "/healthz", "/_dash-layout", "/assets/shell.css"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy, path
            assert "unsafe-eval" not in policy
            scripts = re.search(r"script-src ([^;]*)", policy)
            assert scripts is not None
            assert "unsafe-inline" not in scripts[1]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["x-onegrid-build"] == running.server.facts.build


def test_every_inline_script_of_a_page_has_its_hash_in_the_policy(running: Running) -> None:
    import base64
    import hashlib

    with running.browser("dispatcher") as client:
        reply = client.get("/console")
    scripts = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>(.*?)</script>", reply.text, re.DOTALL)
    runnable = [body for attributes, body in scripts if "application/json" not in attributes]
    assert runnable
    for body in runnable:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in reply.headers["content-security-policy"]


def test_nothing_is_fetched_from_the_network(running: Running) -> None:
    with running.browser("dispatcher") as client:
        text = client.get("/console").text + client.get("/login").text
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", text)


@pytest.mark.parametrize("path", ["/nowhere", "/console/more", "/wp-login.php", "/_dash-nothing", "/api/v1/none"])
def test_an_unknown_address_is_404(running: Running, path: str) -> None:
    with running.browser("dispatcher") as client:
        reply = client.get(path)
        other = client.get(path, headers={"accept": "application/json"})
    assert reply.status_code == other.status_code == 404
    assert other.headers["content-type"] == "application/problem+json"
    assert other.json()["status"] == 404
    if not path.startswith(("/api", "/_dash")):
        assert "没有" in reply.text


def test_an_unknown_address_is_said_in_english_too(running: Running) -> None:
    with running.browser() as client:
        client.cookies.set("onegrid_lang", "en")
        reply = client.get("/nowhere<script>alert(1)</script>")
    assert reply.status_code == 404
    assert "There is no address" in reply.text
    assert "<script>" not in reply.text


def test_a_page_without_a_session_leads_to_the_login_and_back(running: Running) -> None:
    with running.browser() as client:
        reply = client.get("/console?team=W1")
        assert reply.status_code == 303
        assert reply.headers["location"] == "/login?next=%2Fconsole%3Fteam%3DW1"
        assert client.get("/").headers["location"] == "/login"
        account = running.accounts["dispatcher"]
        assert enter(client, account.username, account.password, "/console?team=W1").headers["location"] == (
            "/console?team=W1"
        )


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "/a\nb"])
def test_the_way_back_never_leaves_this_server(running: Running, evil: str) -> None:
    account = running.accounts["finance"]
    with running.browser() as client:
        assert enter(client, account.username, account.password, evil).headers["location"] == "/"


def test_a_role_without_the_page_gets_403_with_the_reason(running: Running) -> None:
    with running.browser("grid_worker") as client:
        reply = client.get("/console")
    assert reply.status_code == 403
    assert "PI 51" in reply.text
    assert "您的角色" in reply.text


def test_callbacks_without_a_session_are_401(running: Running) -> None:
    with running.browser() as client:
        client.get("/login")
        for path in ("/_dash-layout", "/_dash-dependencies"):
            assert client.get(path).status_code == 401
        assert _call(client, TELL).status_code == 401


def test_a_callback_must_carry_the_csrf_value(running: Running) -> None:
    with running.browser("dispatcher") as client:
        assert _call(client, TELL).json()["response"]["told"]["children"] == "5"
        assert _call(client, TELL, **{"X-CSRF": ""}).status_code == 403
        assert _call(client, TELL, **{"X-CSRF": "x" * 43}).status_code == 403
        assert _call(client, TELL, **{"sec-fetch-site": "cross-site"}).status_code == 403


MALFORMED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"output": NaN}',
    b"[" * 20_000,
    b'{"output": ' + b'{"a":' * 200 + b"1" + b"}" * 201,
    {},
    {**TELL, "output": "nobody.children"},
    {**TELL, "output": 5},
    {**TELL, "inputs": []},
    {**TELL, "inputs": "tick"},
    {**TELL, "inputs": [{"id": "tick", "property": "data"}, {"id": "more", "property": "data"}]},
    {**TELL, "inputs": [{"id": "other", "property": "data"}]},
    {**TELL, "inputs": [{"id": "tick", "property": "modified_timestamp"}]},
    {**TELL, "inputs": [[["tick"]]]},
    {**TELL, "state": [{"id": "go", "property": "n_clicks"}]},
    {**TELL, "changedPropIds": [1]},
    {**TELL, "changedPropIds": "tick.data"},
    {**TELL, "outputs": 7},
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_callback_is_a_400_in_words(running: Running, body: object) -> None:
    with running.browser("dispatcher") as client:
        reply = _call(client, body)
    assert reply.status_code == 400
    assert reply.json()["type"] == "urn:onegrid:errors_access.malformed_body"


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, {"seq": None}])
def test_a_value_of_the_wrong_kind_is_never_a_server_error(running: Running, value: object) -> None:
    with running.browser("dispatcher") as client:
        body = {**TELL, "inputs": [{"id": "tick", "property": "data", "value": value}]}
        assert _call(client, body).status_code in (200, 204)


def test_a_large_body_is_413_declared_or_not(running: Running) -> None:
    with running.browser("dispatcher") as client:
        assert _call(client, b"x" * 70_000).status_code == 413
        chunks = (b"x" * 1000 for _ in range(80))
        headers = {"X-CSRF": client.cookies["onegrid_csrf"], "accept": "application/json"}
        assert client.post(CALLBACK, content=chunks, headers=headers).status_code == 413


def test_a_write_to_the_interface_by_cookie_needs_the_csrf_header(running: Running) -> None:
    with running.browser("dispatcher") as client:
        assert client.post("/api/v1/echo", json={}).status_code == 403
        good = {"X-CSRF": client.cookies["onegrid_csrf"]}
        assert client.post("/api/v1/echo", json={}, headers=good).json() == {"heard": True}


def test_a_fault_shows_a_number_and_nothing_else(running: Running) -> None:
    with running.browser("dispatcher") as client:
        reply = client.get("/api/v1/broken")
    assert reply.status_code == 500
    assert "secret" not in reply.text
    assert "Traceback" not in reply.text
    assert reply.json()["instance"] == reply.headers["x-request-id"]


def test_cookies_are_out_of_reach_of_scripts(running: Running) -> None:
    account = running.accounts["supervisor"]
    with running.browser() as client:
        reply = enter(client, account.username, account.password)
    session = next(c for c in reply.headers.get_list("set-cookie") if c.startswith("onegrid_session="))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "Secure" not in session


def test_a_page_of_the_wrong_method_or_a_forged_cookie_is_refused(running: Running) -> None:
    with running.browser() as client:
        client.cookies.set("onegrid_session", "made-up")
        assert client.get("/console").status_code == 303
        assert client.delete("/console").status_code in (303, 401)


def test_scripts_are_packed_once_and_say_the_same(running: Running) -> None:
    with running.browser("dispatcher") as client:
        address = re.search(
            r'src="(/_dash-component-suites/dash_mantine_components/[^"]+)"', client.get("/console").text
        )
        assert address is not None
        packed = client.get(address[1], headers={"accept-encoding": "br"})
        again = client.get(address[1], headers={"accept-encoding": "br"})
        plain = client.get(address[1], headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == again.headers["content-encoding"] == "br"
        assert packed.text == again.text == plain.text
        assert int(packed.headers["content-length"]) * 2 < len(plain.content)
        assert "default-src 'none'" in again.headers["content-security-policy"]
        assert client.get("/assets/none.js?m=1", headers={"accept-encoding": "br"}).status_code == 404


def test_made_up_addresses_do_not_fill_the_memory(running: Running) -> None:
    with running.browser() as client:
        replies = [client.get(f"/assets/shell.css?m={n}", headers={"accept-encoding": "br"}) for n in range(5)]
    assert {reply.headers["content-encoding"] for reply in replies} == {"br"}
    assert len({reply.content for reply in replies}) == 1
