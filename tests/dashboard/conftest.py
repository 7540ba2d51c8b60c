"""One server for the dashboard's tests: a small county, one account a role, a tiny page."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.responses import JSONResponse

from dashboard.server import Server, build_server
from data.db import Record
from data.demonstration import DemonstrationAccount
from data.settings import Settings
from tests.dashboard import tiny
from tests.data import small
from tests.support.page_server import admit, empty_record
from tests.support.server import free_port


@dataclass(frozen=True)
class Running:
    """A server that answers, with what its tests need to know."""

    address: str
    record: Record
    server: Server
    settings: Settings
    accounts: dict[str, DemonstrationAccount]

    @contextmanager
    def browser(self, role: str | None = None) -> Iterator[httpx.Client]:
        """A client with a browser's manners, logged in as `role`."""
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
        with httpx.Client(base_url=self.address, headers=headers, timeout=20) as client:
            if role is not None:
                account = self.accounts[role]
                reply = enter(client, account.username, account.password)
                assert reply.status_code == 303, reply.text
            yield client


def enter(client: httpx.Client, username: str, password: str, target: str = "/") -> httpx.Response:
    """Log in by the form, as a browser does."""
    client.get("/login")
    fields = {"csrf": client.cookies["onegrid_csrf"], "username": username, "password": password, "next": target}
    return client.post("/login", data=fields)


def fresh_record(folder: Path) -> Record:
    record = empty_record(folder)
    small.build(record)
    return record


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("dashboard")
    record = fresh_record(folder)
    settings = Settings(demo=True, var=folder, max_body=64 * 1024)
    accounts = admit(record, folder)
    server = build_server(record, settings, pages=[tiny])
    server.fastapi.add_api_route("/healthz", lambda: JSONResponse({"status": "ok"}), methods=["GET"])
    server.fastapi.add_api_route("/api/v1/echo", _echo, methods=["GET", "POST"])
    server.fastapi.add_api_route("/api/v1/broken", _broken, methods=["GET"])
    port = free_port()
    config = uvicorn.Config(server.fastapi, host="127.0.0.1", port=port, log_level="warning", server_header=False)
    process = uvicorn.Server(config)
    thread = threading.Thread(target=process.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not process.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield Running(f"http://127.0.0.1:{port}", record, server, settings, {a.role: a for a in accounts})
    process.should_exit = True
    thread.join(timeout=10)
    record.close()


async def _echo() -> dict[str, bool]:
    return {"heard": True}


async def _broken() -> None:
    raise RuntimeError("a secret detail")
