"""The server as it is run: `app.py serve` in a process of its own, on a free port, over a copy of the demonstration."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.support.demo import DemoFiles

ROOT = Path(__file__).parents[2]
LONGEST_START = 90  # seconds, on a machine busy with other tests


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**settings: object) -> dict[str, str]:
    """The environment of a command: this one without ONEGRID_… of its own but the key of personal data, then `settings`."""
    kept = {name: os.environ[name] for name in ("ONEGRID_DATA_KEY",) if name in os.environ}
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ONEGRID_") and name != "PORT"}
    return plain | kept | {f"ONEGRID_{name.upper()}": str(value) for name, value in settings.items()}


@dataclass
class LiveServer:
    """A running server: where it answers, whose files it uses, what it wrote on its two outputs."""

    address: str
    demo: DemoFiles
    process: subprocess.Popen[str]
    printed: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    @contextmanager
    def client(self, role: str | None = None) -> Iterator[httpx.Client]:
        """A client with a browser's manners, logged in as `role`."""
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
        with httpx.Client(base_url=self.address, headers=headers, timeout=30) as client:
            if role is not None:
                account = self.demo.accounts[role]
                client.get("/login")
                fields = {"username": account.username, "password": account.password, "next": "/"}
                reply = client.post("/login", data=fields | {"csrf": client.cookies["onegrid_csrf"]})
                assert reply.status_code == 303, reply.text
            yield client

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Stop the server; gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(timeout=10)


def _collect(stream: object, lines: list[str]) -> None:
    threading.Thread(target=lambda: lines.extend(stream), daemon=True).start()  # type: ignore[arg-type]


def start_server(demo: DemoFiles, **settings: object) -> LiveServer:
    """Start `app.py serve` over `demo` and wait for its one line; fails with its log when it does not come."""
    port = free_port()
    chosen = {"database": demo.url, "var": demo.var, "demo": 1, "live": 0, "port": port} | settings
    process = subprocess.Popen(
        [sys.executable, "app.py", "serve"], cwd=ROOT, env=environment(**chosen), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    server = LiveServer(f"http://127.0.0.1:{port}", demo, process)
    _collect(process.stdout, server.printed)
    _collect(process.stderr, server.log)
    deadline = time.monotonic() + LONGEST_START
    while not server.printed:
        if process.poll() is not None or time.monotonic() > deadline:
            server.stop(signal.SIGKILL)
            pytest.fail("the server did not start:\n" + "".join(server.log[-40:]))
        time.sleep(0.05)
    return server


@pytest.fixture(scope="session")
def live_server(demo_files: DemoFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for the tests of this process that only need the product to be there."""
    server = start_server(demo_files.copy(tmp_path_factory.mktemp("served")))
    yield server
    server.stop()
