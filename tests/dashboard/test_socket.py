"""The socket of live push: who may open it, what it lets through, and the way back after the server was away."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.dashboard.browsing import CHROMIUM, chromium
from tests.dashboard.conftest import Running

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


SERVE = """
import sys
from pathlib import Path
import uvicorn
from starlette.responses import JSONResponse
from dashboard.server import build_server
from data.db import Record
from data.settings import Settings
from tests.dashboard import tiny
folder, port = Path(sys.argv[1]), int(sys.argv[2])
server = build_server(Record(f"sqlite:///{folder / 'test.db'}"), Settings(demo=True, var=folder), pages=[tiny])
server.fastapi.add_api_route("/healthz", lambda: JSONResponse({"status": "ok"}), methods=["GET"])
uvicorn.run(server.fastapi, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1)
"""


def _serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(folder), str(port)])
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    process.kill()
    raise AssertionError("the server did not start")


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_an_open_page_comes_back_by_itself_after_the_server_was_away(running: Running) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    folder = running.settings.var
    process = _serve(folder, port)
    try:
        with chromium() as browser:
            page = browser.new_context().new_page()
            page.goto(f"http://127.0.0.1:{port}/login?next=/console")
            page.locator("button[value=county_office]").click()
            expect(page.locator("#told")).not_to_be_empty()
            page.wait_for_timeout(1500)
            process.kill()
            process.wait()
            expect(page.locator("#link-lost")).to_contain_text("连接已断开", timeout=40_000)
            process = _serve(folder, port)
            expect(page.locator("#link-lost")).to_have_count(0, timeout=15_000)
            expect(page.locator("#told")).not_to_be_empty()
            expect(page.locator("html")).to_have_attribute("data-link", "up")
    finally:
        process.kill()
        process.wait()
