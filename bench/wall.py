"""The wall over localhost: first paint and bytes, and post → wall with 1, 20 and 100 open sockets beside a real browser.

Every socket is a wall of its own: it holds the push, and at each tick pulls what changed as the page does.
`python bench/wall.py [--days 30] [--posts 40] [--sockets 1,20,100]`
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from data.authority import SYSTEM  # noqa: E402  # the script finds the house by its own place
from data.db import Record  # noqa: E402
from data.demonstration import demonstration_accounts, save_demonstration  # noqa: E402
from data.migrate import migrate  # noqa: E402
from data.simulate import build_demo  # noqa: E402
from data.snapshots import catch_up  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
SIZE = {"width": 1920, "height": 1080}
GAP = 0.35  # seconds between two posts: a county on a very bad day
WATCH = """() => {
  const count = () => document.querySelectorAll('#wall-counts b')[3].textContent;
  window.seen = []; let last = count();
  new MutationObserver(() => {
    const now = count();
    if (now !== last) { last = now; window.seen.push([Number(now.replace(/,/g, '')), performance.timeOrigin + performance.now()]); }
  }).observe(document.getElementById('wall-counts'), { childList: true, subtree: true, characterData: true });
  return Number(last.replace(/,/g, ''));
}"""
LOADED = """() => {
  const all = [...performance.getEntriesByType('resource'), performance.getEntriesByType('navigation')[0]];
  const paint = performance.getEntriesByType('paint').find(e => e.name === 'first-contentful-paint');
  return { bytes: all.reduce((s, e) => s + e.transferSize, 0), files: all.length, paint: paint ? paint.startTime : null,
           map: all.filter(e => e.name.includes('/map/')).reduce((s, e) => s + e.transferSize, 0), now: performance.now() };
}"""


def demonstration(folder: Path, days: int) -> str:
    """A county with history, accounts and daily figures; gives the database's address."""
    url = f"sqlite:///{folder / 'bench.db'}"
    migrate(url)
    build_demo(url, "jindong", days)
    record = Record(url)
    save_demonstration(folder, record.write(SYSTEM, demonstration_accounts, seed=1))
    catch_up(record, record.county().code, record.clock())
    record.close()
    return url


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, url: str):
    """The product as it is run, without its jobs and without live leads."""
    port = free_port()
    settings = {
        "DATABASE": url,
        "VAR": str(folder),
        "PORT": str(port),
        "DEMO": "1",
        "LIVE": "0",
        "JOBS": "0",
        "LOG_LEVEL": "error",
    }
    environment = os.environ | {f"ONEGRID_{name}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "app.py", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{address}/login", timeout=2)
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def login(address: str, folder: Path, role: str) -> dict[str, str]:
    """Cookies of an account of the demonstration."""
    accounts = {a["role"]: a for a in json.loads((folder / "demonstration.json").read_text("utf-8"))}
    with httpx.Client(base_url=address, headers={"sec-fetch-site": "same-origin", "accept": "text/html"}) as client:
        client.get("/login")
        who = {"username": accounts[role]["username"], "password": accounts[role]["password"]}
        client.post("/login", data={"csrf": client.cookies["onegrid_csrf"], "next": "/wall"} | who)
        return dict(client.cookies)


def opened(browser: Browser, address: str, cookies: dict[str, str]) -> BrowserContext:
    context = browser.new_context(viewport=SIZE)
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context


def first_paint(browser: Browser, address: str, cookies: dict[str, str], runs: int) -> None:
    """Times in ms from the request to the first paint, the counts and the map; bytes as transferred, cache empty."""
    rows = []
    for _ in range(runs):
        context = opened(browser, address, cookies)
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(f"{address}/wall", wait_until="commit")
        page.wait_for_selector("#wall-counts b")
        counts = (time.perf_counter() - begun) * 1000
        page.wait_for_selector("#wall-map .map-symbol", state="attached")
        page.wait_for_selector("#wall-map canvas", state="attached")
        drawn = (time.perf_counter() - begun) * 1000
        page.wait_for_timeout(1500)
        told = page.evaluate(LOADED)
        rows.append((told["paint"], counts, drawn, told["bytes"], told["map"], told["files"]))
        context.close()
    paint, counts, drawn, size, shapes, files = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"first paint {paint:.0f} ms, counts {counts:.0f} ms, map {drawn:.0f} ms (median of {runs}, empty cache)")
    print(
        f"transferred {size / 1000:.0f} kB in {files:.0f} files, of these geometry and symbols {shapes / 1000:.0f} kB"
    )


# -- sockets ----------------------------------------------------------------------------------------------------------


class Wall:
    """One wall without a browser: holds the push and pulls at every tick."""

    def __init__(self, address: str, cookies: dict[str, str], stream: dict, pull: dict) -> None:
        self.address, self.cookies, self.stream, self.pull = address, cookies, stream, pull
        self.seq, self.known, self.ticks, self.pulls, self.bytes = 0, None, [], [], 0

    async def run(self, client: httpx.AsyncClient) -> None:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        where = self.address.replace("http", "ws") + "/_dash-ws-callback"
        async with connect(where, origin=self.address, additional_headers=headers, max_size=None) as there:
            name = f"bench-{random.random()}"
            body = {"output": self.stream["output"], "outputs": [], "inputs": [], "state": [], "changedPropIds": []}
            await there.send(
                json.dumps({"type": "callback_request", "rendererId": name, "requestId": name, "payload": body})
            )
            async for text in there:
                for message in self._each(json.loads(text)):
                    await self._answer(there, client, message)

    @staticmethod
    def _each(message):
        return message if isinstance(message, list) else message.get("messages", [message])

    async def _answer(self, there, client: httpx.AsyncClient, message: dict) -> None:
        if message["type"] == "get_props_request":
            value = {"data": {"seq": self.seq, "at": 0}}
            frame = {
                "type": "get_props_response",
                "requestId": message["requestId"],
                "rendererId": message.get("rendererId", ""),
            }
            await there.send(json.dumps(frame | {"payload": value}))
        elif message["type"] == "set_props" and message["payload"]["componentId"] == "tick":
            self.seq = message["payload"]["props"]["data"]["seq"]
            self.ticks.append((self.seq, time.time()))
            await self._pull(client)

    async def _pull(self, client: httpx.AsyncClient) -> None:
        values = {"tick.data": {"seq": self.seq}, "wall-known.data": self.known}
        body = {
            "output": self.pull["output"],
            "outputs": [
                [
                    {"id": o.rsplit(".", 1)[0], "property": o.rsplit(".", 1)[1]}
                    for o in self.pull["output"].strip(".").split("...")
                ]
            ][0],
            "inputs": [i | {"value": values.get(f"{i['id']}.{i['property']}")} for i in self.pull["inputs"]],
            "state": [i | {"value": values.get(f"{i['id']}.{i['property']}")} for i in self.pull["state"]],
            "changedPropIds": ["tick.data"],
        }
        begun = time.perf_counter()
        answer = await client.post(
            "/_dash-update-component", json=body, headers={"X-CSRF": self.cookies["onegrid_csrf"]}
        )
        self.pulls.append((time.perf_counter() - begun) * 1000)
        self.bytes += answer.num_bytes_downloaded
        told = answer.json().get("response", {}) if answer.status_code == 200 else {}
        self.known = told.get("wall-known", {}).get("data", self.known)


def declared(address: str, cookies: dict[str, str]) -> tuple[dict, dict]:
    """The push callback and the wall's pull as the server declares them."""
    every = httpx.get(f"{address}/_dash-dependencies", cookies=cookies, timeout=30).json()
    stream = next(one for one in every if one.get("persistent") or (one.get("websocket") and not one["inputs"]))
    return stream, next(one for one in every if "wall-known.data" in one["output"])


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def quantiles(values: list[float]) -> str:
    ordered = sorted(values)
    if not ordered:
        return "—"
    return f"p50 {ordered[len(ordered) // 2]:.0f} ms, p95 {ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]:.0f} ms"


def lead(number: int) -> dict[str, object]:
    return {"source": "public_report", "summary": f"沿街占道经营 {number}", "lon": 119.75, "lat": 29.15}


async def post_all(address: str, desk: dict[str, str], posts: int, walls: list[Wall]) -> list[tuple[int, float, float]]:
    """Post `posts` leads with all walls open; gives (order, moment before the post, ms until it was acknowledged)."""
    limits = httpx.Limits(max_connections=300, max_keepalive_connections=300)
    async with httpx.AsyncClient(
        base_url=address, limits=limits, timeout=60, headers={"sec-fetch-site": "same-origin"}
    ) as client:
        client.cookies.update(desk)
        tasks = [asyncio.create_task(wall.run(client)) for wall in walls]
        await asyncio.sleep(3 + len(walls) / 25)
        for task in tasks:
            if task.done():
                task.result()
        sent = []
        for n in range(posts):
            begun, clock = time.time(), time.perf_counter()
            answer = await client.post("/api/v1/leads", json=lead(n), headers={"X-CSRF": desk["onegrid_csrf"]})
            answer.raise_for_status()
            sent.append((n, begun, (time.perf_counter() - clock) * 1000))
            await asyncio.sleep(GAP)
        await asyncio.sleep(1.5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return sent


def latency(page: Page, address: str, folder: Path, pid: int, sockets: int, posts: int) -> None:
    """Post leads while `sockets` walls (one of them the browser) are open, and see when the browser's count moves."""
    desk = login(address, folder, "dispatcher")
    stream, pull = declared(address, desk)
    walls = [Wall(address, desk, stream, pull) for _ in range(sockets - 1)]
    begun = page.evaluate(WATCH)
    used, clock = cpu_seconds(pid), time.perf_counter()
    found: list[list[tuple[int, float, float]]] = []  # the browser is driven from this thread, the sockets from another
    thread = threading.Thread(target=lambda: found.append(asyncio.run(post_all(address, desk, posts, walls))))
    thread.start()
    while thread.is_alive():
        page.wait_for_timeout(200)
    spent = (cpu_seconds(pid) - used) / (time.perf_counter() - clock)
    seen = page.evaluate("window.seen")
    sent = found[0]
    moments = [(next((t for count, t in seen if count > begun + n), None), at * 1000, ack) for n, at, ack in sent]
    shown = [t - at for t, at, _ in moments if t is not None]
    after = [t - at - ack for t, at, ack in moments if t is not None]
    pulls = [ms for wall in walls for ms in wall.pulls]
    told = sum(len(wall.ticks) for wall in walls)
    print(
        f"{sockets:4d} walls: post → wall {quantiles(shown)}; commit → wall {quantiles(after)}; {len(shown)}/{posts} shown"
    )
    print(
        f"            acknowledged {quantiles([ack for *_, ack in sent])}; server {spent * 100:.0f} % of a core; ",
        end="",
    )
    each = sum(wall.bytes for wall in walls) / len(pulls) if pulls else 0
    print(f"{told} ticks, pulls {quantiles(pulls)}, {each / 1000:.1f} kB each" if pulls else "browser alone")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--posts", type=int, default=40)
    asked.add_argument("--sockets", default="1,20,100")
    asked.add_argument("--runs", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        url = demonstration(folder, given.days)
        with serving(folder, url) as (address, pid):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            cookies = login(address, folder, "wall")
            first_paint(browser, address, cookies, 1)
            first_paint(browser, address, cookies, given.runs)
            page = opened(browser, address, cookies).new_page()
            page.goto(f"{address}/wall")
            page.wait_for_selector("#wall-counts b")
            page.wait_for_timeout(4000)
            for sockets in (int(n) for n in given.sockets.split(",")):
                latency(page, address, folder, pid, sockets, given.posts)
            browser.close()


if __name__ == "__main__":
    main()
