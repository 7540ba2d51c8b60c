"""The server as it is run: one line when it answers, clear words when it cannot start, nothing lost when it stops."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from data.db import Record
from data.models import Lead
from tests.support.demo import DemoFiles
from tests.support.server import ROOT, LiveServer, environment, start_server
from tests.support.terminal import run_here


def serve(**settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", "serve"], cwd=ROOT, env=environment(**settings), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


def test_it_says_once_where_it_is_ready_and_is(live_server: LiveServer) -> None:
    assert live_server.printed == [f"OneGrid is ready: {live_server.address}\n"]
    for path, wanted in (("/readyz", 200), ("/healthz", 200), ("/login", 200), ("/nowhere", 404)):
        assert httpx.get(live_server.address + path).status_code == wanted, path


def test_unknown_addresses_answer_404_also_below_the_interface(live_server: LiveServer) -> None:
    with live_server.client("dispatcher") as client:
        assert client.get("/no/such/page").status_code == 404
        assert client.get("/api/v1/nothing", headers={"accept": "application/json"}).status_code == 404


def test_a_lead_acknowledged_before_a_kill_is_there_after_it(demo_copy: DemoFiles) -> None:
    server = start_server(demo_copy, jobs=0)
    token = run_here("user", "token", "dispatcher", **of(demo_copy)).stdout.strip()
    body = {"source": "public_report", "summary": "占道经营"}
    answer = httpx.post(f"{server.address}/api/v1/leads", json=body, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 201, answer.text
    server.stop(signal.SIGKILL)
    record = Record(demo_copy.url)
    with record.read() as session:
        assert session.query(Lead).filter(Lead.number == answer.json()["number"]).count() == 1
    record.close()


def of(demo: DemoFiles) -> dict[str, object]:
    """What a command is told of a demonstration."""
    return {"database": demo.url, "var": demo.var, "demo": 1}


def test_it_stops_cleanly_when_asked(demo_copy: DemoFiles) -> None:
    server = start_server(demo_copy)
    assert server.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert not any("Traceback" in line for line in server.log), "".join(server.log)
    assert run_here("audit", "verify", **of(demo_copy)).returncode == 0


def test_it_does_not_start_without_a_secret_outside_the_demonstration(demo_copy: DemoFiles) -> None:
    told = of(demo_copy) | {"demo": 0, "language": "en"}
    apart = serve(**told, secret="")
    for done in (apart, *(run_here("serve", **told, secret=secret) for secret in ("short", "x" * 40))):
        assert done.returncode == 1
        assert "ONEGRID_SECRET" in done.stderr
        assert done.stdout == ""


def test_it_does_not_start_on_a_database_without_the_schema(tmp_path: Path) -> None:
    done = serve(database=f"sqlite:///{tmp_path / 'none.db'}", var=tmp_path, demo=1)
    assert done.returncode == 1
    assert "app.py migrate" in done.stderr
    assert not (tmp_path / "none.db").exists()


def test_it_names_the_port_that_is_taken(live_server: LiveServer, demo_copy: DemoFiles) -> None:
    port = live_server.address.rsplit(":", 1)[1]
    done = serve(database=demo_copy.url, var=demo_copy.var, demo=1, port=port, language="en")
    assert done.returncode == 1
    assert port in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.browser
def test_a_browser_finds_the_login_page_without_a_complaint(open_page) -> None:
    page = open_page("/login")
    assert page.locator("button[value=dispatcher]").is_visible()


@pytest.mark.browser
def test_a_dispatcher_comes_in_with_one_click(open_page) -> None:
    page = open_page("/console", role="dispatcher")
    page.locator("#_pages_content").wait_for()
    assert page.url.endswith("/console")
