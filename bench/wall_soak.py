"""The wall for weeks in minutes: thousands of refreshes in a real browser, and what they leave behind.

Every refresh is a whole one: a lead is posted (every `--each`-th time) or the page asks for what it has lost, the server answers, the
page draws. Heap is read after garbage was collected. On the way the server is killed and started again (the page must come back by
itself), and at the end the day turns and the build changes.

`python bench/wall_soak.py [--refreshes 10000] [--days 8 | --built FOLDER] [--each 50]`
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx
from playwright.sync_api import CDPSession, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.wall import CHROMIUM, demonstration, free_port, lead, login, opened  # noqa: E402
from data.migrate import migrate  # noqa: E402

SAMPLES, SHOWN = 10, 40
REFRESH = """async (times) => {
  const names = ['alarm', 'counts', 'newest', 'late', 'support', 'hours', 'legend', 'units', 'leads'];
  const turn = (test) => new Promise((done, failed) => {
    const begun = performance.now();
    const look = () => test() ? done() : performance.now() - begun > 20000 ? failed(new Error('no answer')) : setTimeout(look, 4);
    look();
  });
  const held = () => window.dash_component_api.getLayout('wall-known').props.data || {};
  for (let n = 0; n < times; n++) {
    const lost = { ...held() };
    names.forEach((name) => { lost[name] = ''; });
    window.dash_clientside.set_props('wall-known', { data: lost });
    window.soaked = (window.soaked || 0) + 1;
    window.dash_clientside.set_props('tick', { data: { seq: -window.soaked, at: Date.now() } });
    await turn(() => names.every((name) => held()[name]));
  }
}"""


def county_in(folder: Path, built: str, days: int) -> str:
    """The database's address: a copy of a demonstration that is there, else one built now."""
    if not built:
        return demonstration(folder, days)
    shutil.copytree(built, folder, dirs_exist_ok=True)
    url = f"sqlite:///{folder / 'onegrid.db'}"
    migrate(url)
    return url


def memory_of(pid: int) -> float:
    """Resident memory in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def left_behind(cdp: CDPSession) -> dict[str, float]:
    """Heap in MB after collecting garbage, nodes and listeners."""
    for _ in range(2):
        cdp.send("HeapProfiler.collectGarbage")
    told = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    return {"heap": told["JSHeapUsedSize"] / 1e6, "nodes": told["Nodes"], "listeners": told["JSEventListeners"]}


class Server:
    """The product as it is run, started and stopped at will on one port."""

    def __init__(self, folder: Path, url: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        told = {
            "DATABASE": url,
            "VAR": str(folder),
            "PORT": str(self.port),
            "DEMO": "1",
            "LIVE": "0",
            "JOBS": "0",
            "IDLE_MINUTES": "10000",
        }
        self.environment = os.environ | {f"ONEGRID_{k}": v for k, v in (told | {"LOG_LEVEL": "error"}).items()}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "app.py", "serve"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                httpx.get(f"{self.address}/login", timeout=2)
                return
            time.sleep(0.2)
        raise TimeoutError("the server does not answer")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(timeout=30)


def settled(page: Page) -> None:
    page.wait_for_selector("#wall-counts b", timeout=120_000)
    page.wait_for_selector("#wall-map canvas", state="attached", timeout=120_000)
    page.wait_for_timeout(4000)


def post(client: httpx.Client, number: int) -> None:
    client.post("/api/v1/leads", json=lead(number)).raise_for_status()


def soak(
    page: Page, cdp: CDPSession, client: httpx.Client, pid: int, refreshes: int, each: int
) -> list[dict[str, float]]:
    """Refresh, post, and note what is left after every tenth of the way."""
    rows, done = [], 0
    while done <= refreshes:
        if done % (refreshes // SAMPLES // each * each or each) == 0:
            rows.append(left_behind(cdp) | {"refreshes": done, "server": memory_of(pid)})
            shown = rows[-1]
            print(
                f"{done:6d} refreshes: heap {shown['heap']:6.2f} MB, nodes {shown['nodes']:.0f}, "
                f"listeners {shown['listeners']:.0f}, server {shown['server']:.0f} MB",
                flush=True,
            )
        page.evaluate(REFRESH, each)
        post(client, done)
        done += each
    return rows


def comes_back(server: Server, page: Page) -> float:
    """Seconds after which the page is whole again, when the server was killed and started anew."""
    server.stop()
    page.wait_for_timeout(3000)
    page.evaluate("window.before = 1")
    server.start()
    begun = time.monotonic()
    until(page, "window.before === undefined && document.querySelectorAll('#wall-counts b').length === 5", 90)
    return time.monotonic() - begun


def until(page: Page, test: str, seconds: float) -> None:
    """Ask again and again, also across a reload; the page's policy forbids the browser to do so itself."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        with suppress(PlaywrightError):
            if page.evaluate(test):
                return
        time.sleep(0.1)
    raise TimeoutError(test)


def turns_the_day(page: Page) -> bool:
    """Whether the clock goes over midnight by itself. The time is set forward to just before it, and the server heard at
    that moment: a page that has heard nothing for hours would rightly load anew."""
    day = "document.querySelector('.wall-clock').textContent.slice(0, 10)"
    before = page.evaluate(day)
    page.evaluate("""() => {
      const real = Date.now, china = 8 * 3600e3, until = 86400e3 - ((real() + china) % 86400e3) - 2000;
      const Real = Date;
      Date.now = () => real.call(Real) + until;
      window.Date = class extends Real { constructor(...a) { if (a.length) { super(...a); } else { super(Date.now()); } } static now() { return real.call(Real) + until; } };
      document.getElementById("beat").textContent += " ";
    }""")
    until(page, f"{day} !== '{before}'", 30)
    return True


def reloads_on_a_new_build(page: Page) -> bool:
    """Whether the page loads anew when an answer carries another build."""

    def another(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers=answer.headers | {"x-onegrid-build": "another"})

    page.evaluate("window.before = 1")
    page.route("**/_dash-update-component*", another, times=1)
    with suppress(PlaywrightError):  # the page goes away while it refreshes
        page.evaluate(REFRESH, 1)
    until(page, "window.before === undefined", 60)
    return True


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--refreshes", type=int, default=10_000)
    asked.add_argument("--days", type=int, default=8)
    asked.add_argument("--built", default="", help="Folder of a demonstration that is there, to copy")
    asked.add_argument("--each", type=int, default=50)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        server = Server(folder, county_in(folder, given.built, given.days))
        server.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = opened(browser, server.address, login(server.address, folder, "wall")).new_page()
        page.goto(f"{server.address}/wall")
        settled(page)
        cdp = page.context.new_cdp_session(page)
        cdp.send("Performance.enable")
        desk = login(server.address, folder, "dispatcher")
        headers = {"X-CSRF": desk["onegrid_csrf"], "sec-fetch-site": "same-origin"}
        begun = time.monotonic()
        with httpx.Client(base_url=server.address, cookies=desk, headers=headers, timeout=60) as client:
            pid = server.process.pid if server.process else 0
            for number in range(SHOWN):  # what the wall shows of single leads is full from here on
                post(client, -number)
                page.evaluate(REFRESH, 1)
            page.evaluate(REFRESH, given.refreshes // 20)
            rows = soak(page, cdp, client, pid, given.refreshes, given.each)
        passed = time.monotonic() - begun
        half, last = rows[len(rows) // 2], rows[-1]
        done = last["refreshes"] - half["refreshes"]
        per = (last["heap"] - half["heap"]) / (done / 1000)
        print(
            f"{last['refreshes']} refreshes in {passed:.0f} s; over the last {done}, with the caches filled: heap {per:+.3f} MB per 1,000, "
            f"nodes {last['nodes'] - half['nodes']:+.0f}, listeners {last['listeners'] - half['listeners']:+.0f}, "
            f"server {last['server'] - half['server']:+.0f} MB; load {os.getloadavg()[0]:.1f}"
        )
        print(f"server killed and started: the page is whole {comes_back(server, page):.1f} s after the server answers")
        settled(page)
        print(f"midnight passes: {turns_the_day(page)}")
        page.reload()
        settled(page)
        print(f"another build is loaded: {reloads_on_a_new_build(page)}")
        browser.close()
        server.stop()


if __name__ == "__main__":
    main()
