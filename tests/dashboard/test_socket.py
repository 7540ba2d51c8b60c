"""The socket of live push: who may open it, what it lets through, and the way back after the server was away."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.dashboard.conftest import Running
from tests.support.browser import enter
from tests.support.page_server import County, serving

PATH = "/_dash-ws-callback"


def _talk(running: Running, cookie: str, *frames: str, origin: str | None = None) -> list[dict]:
    async def talk() -> list[dict]:
        address = running.address.replace("http", "ws") + PATH
        headers = {"Cookie": f"onegrid_session={cookie}"}
        async with connect(address, origin=origin or running.address, additional_headers=headers) as there:
            for frame in frames:
                await there.send(frame)
            await there.send(json.dumps({"type": "heartbeat"}))
            return [json.loads(await asyncio.wait_for(there.recv(), 5))]

    return asyncio.run(talk())


def test_a_socket_without_a_session_or_from_elsewhere_is_not_opened(running: Running) -> None:
    with running.browser("dispatcher") as client:
        cookie = client.cookies["onegrid_session"]
    assert _talk(running, cookie) == [{"type": "heartbeat_ack"}]
    for forged, origin in (("", None), ("made-up", None), (cookie, "https://evil.example")):
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            _talk(running, forged, origin=origin)


def test_malformed_frames_do_not_drop_the_socket(running: Running) -> None:
    with running.browser("dispatcher") as client:
        cookie = client.cookies["onegrid_session"]
    bad = ["", "{", "[]", "null", '{"type": "callback_request"}', '{"type": "x"}', "[" * 50_000]
    assert _talk(running, cookie, *bad) == [{"type": "heartbeat_ack"}]


def test_a_frame_after_logout_ends_the_socket(running: Running) -> None:
    with running.browser("dispatcher") as client:
        cookie, csrf = client.cookies["onegrid_session"], client.cookies["onegrid_csrf"]

        async def talk() -> None:
            address = running.address.replace("http", "ws") + PATH
            headers = {"Cookie": f"onegrid_session={cookie}"}
            async with connect(address, origin=running.address, additional_headers=headers) as there:
                await there.send(json.dumps({"type": "heartbeat"}))
                await there.recv()
                await asyncio.to_thread(client.post, "/logout", data={"csrf": csrf})
                await there.send(json.dumps({"type": "heartbeat"}))
                await asyncio.wait_for(there.recv(), 5)

        with pytest.raises(ConnectionClosed):
            asyncio.run(talk())


@pytest.mark.browser
@pytest.mark.long
def test_an_open_page_comes_back_by_itself_after_the_server_was_away(running: Running, chromium: Browser) -> None:
    there, folder = County(None, pages=("tests.dashboard.tiny",)), running.settings.var
    context = chromium.new_context()
    page = context.new_page()
    with serving(there, folder) as first:
        enter(page, "county_office", "/console", first.address)
        expect(page.locator("#told")).not_to_be_empty()
        page.wait_for_timeout(1500)
        first.process.kill()
        first.process.join()
        expect(page.locator("#link-lost")).to_contain_text("连接已断开", timeout=40_000)
        with serving(there, folder, urlsplit(first.address).port or 0):
            expect(page.locator("#link-lost")).to_have_count(0, timeout=15_000)
            expect(page.locator("#told")).not_to_be_empty()
            expect(page.locator("html")).to_have_attribute("data-link", "up")
    context.close()
