"""Post → wall with many open walls, each a light client: a WebSocket for the push, a kept HTTP connection for the pull.

A wall here does what the page does at the wire and no more: it hears a tick, asks for what changed and has all bytes of the answer.
Browsers would measure themselves: a hundred of them do not fit two cores. The clients run in a process of their own and unpack an
answer once however many walls got the same bytes, so that what is measured is the server. Post → wall runs from before the post to
the moment the wall has the answer that counts the lead.

`python bench/wall_many.py [--days 30 | --built FOLDER] [--posts 40] [--walls 1,20,100]`
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.wall import cpu_seconds, declared, lead, login, quantiles, serving  # noqa: E402
from bench.wall_soak import county_in  # noqa: E402

GAP = 1.2  # seconds between two posts: every wall has the last one before the next


class Line:
    """One kept connection, asking with bytes made beforehand."""

    def __init__(self, address: str, cookies: dict[str, str]) -> None:
        self.place = urlsplit(address)
        cookie = "; ".join(f"{k}={v}" for k, v in cookies.items())
        self.head = (
            f"POST /_dash-update-component HTTP/1.1\r\nHost: {self.place.netloc}\r\nCookie: {cookie}\r\nX-CSRF: {cookies['onegrid_csrf']}\r\n"
            "Content-Type: application/json\r\nAccept-Encoding: gzip\r\nSec-Fetch-Site: same-origin\r\nContent-Length: "
        ).encode()

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection(self.place.hostname, self.place.port)

    async def ask(self, body: bytes) -> tuple[int, bytes]:
        """The status and the packed body of the answer; a connection the server closed while idle is opened anew, as browsers do."""
        request = self.head + str(len(body)).encode() + b"\r\n\r\n" + body
        self.writer.write(request)
        try:
            head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        except (asyncio.IncompleteReadError, ConnectionError):
            await self.open()
            self.writer.write(request)
            head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        if b"content-length: " in head:
            size = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
            return status, await self.reader.readexactly(size) if size else b""
        parts = []
        while size := int((await self.reader.readline()).strip(), 16):
            parts.append((await self.reader.readexactly(size + 2))[:-2])
        await self.reader.readline()
        return status, b"".join(parts)


class Wall:
    """One wall: ticks heard, answers received with their moments."""

    told: ClassVar[dict[bytes, dict]] = {}  # answers unpacked, by their bytes: all walls get the same

    def __init__(self, address: str, cookies: dict[str, str], stream: dict, pull: dict) -> None:
        self.address, self.cookies, self.stream, self.pull = address, cookies, stream, pull
        self.line, self.seq, self.known, self.count = Line(address, cookies), 0, None, None
        self.seen: list[tuple[int, float]] = []  # today's count, moment
        self.pulls: list[float] = []
        self.bytes = 0

    async def run(self) -> None:
        await self.line.open()
        await self._pull()
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        where = self.address.replace("http", "ws") + "/_dash-ws-callback"
        async with connect(where, origin=self.address, additional_headers=headers, max_size=None) as there:
            name = f"bench-{id(self)}"
            body = {"output": self.stream["output"], "outputs": [], "inputs": [], "state": [], "changedPropIds": []}
            frame = {"type": "callback_request", "rendererId": name, "requestId": name, "payload": body}
            await there.send(json.dumps(frame))
            async for text in there:
                told = json.loads(text)
                for message in told if isinstance(told, list) else told.get("messages", [told]):
                    await self._answer(there, message)

    async def _answer(self, there, message: dict) -> None:
        if message["type"] == "get_props_request":
            frame = {
                "type": "get_props_response",
                "requestId": message["requestId"],
                "rendererId": message.get("rendererId", ""),
            }
            await there.send(json.dumps(frame | {"payload": {"data": {"seq": self.seq, "at": 0}}}))
        elif message["type"] == "set_props" and message["payload"]["componentId"] == "tick":
            self.seq = message["payload"]["props"]["data"]["seq"]
            await self._pull()

    def _body(self) -> bytes:
        values = {"tick.data": {"seq": self.seq}, "wall-known.data": self.known}
        outputs = [
            dict(zip(("id", "property"), o.rsplit(".", 1), strict=True))
            for o in self.pull["output"].strip(".").split("...")
        ]
        filled = {
            kind: [i | {"value": values.get(f"{i['id']}.{i['property']}")} for i in self.pull[kind]]
            for kind in ("inputs", "state")
        }
        return json.dumps(
            {"output": self.pull["output"], "outputs": outputs, "changedPropIds": ["tick.data"]} | filled
        ).encode()

    async def _pull(self) -> None:
        begun = time.perf_counter()
        status, packed = await self.line.ask(self._body())
        at = time.time()
        self.pulls.append((time.perf_counter() - begun) * 1000)
        self.bytes += len(packed)
        if status == 200:
            self._take(packed, at)

    def _take(self, packed: bytes, at: float) -> None:
        if packed not in self.told:
            plain = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
            self.told[packed] = json.loads(plain)["response"]
        told = self.told[packed]
        self.known = told.get("wall-known", {}).get("data", self.known)
        if "wall-counts" in told:
            shown = told["wall-counts"]["children"][3]["props"]["children"][1]["props"]["children"]
            self.seen.append((int(shown.replace(",", "")), at))


async def measure(
    address: str, folder: Path, walls: int, posts: int
) -> tuple[list[Wall], list[tuple[int, float, float]]]:
    """All walls open, leads posted one by one: (today's count with it, moment before the post, ms to the acknowledgement)."""
    desk = login(address, folder, "dispatcher")
    stream, pull = declared(address, desk)
    open_walls = [Wall(address, desk, stream, pull) for _ in range(walls)]
    tasks = [asyncio.create_task(wall.run()) for wall in open_walls]
    await asyncio.sleep(3 + walls / 20)
    for task in tasks:
        if task.done():
            task.result()
    before, sent = max(wall.seen[-1][0] for wall in open_walls), []
    async with httpx.AsyncClient(base_url=address, timeout=60, headers={"sec-fetch-site": "same-origin"}) as client:
        client.cookies.update(desk)
        for n in range(posts):
            begun, clock = time.time(), time.perf_counter()
            answer = await client.post("/api/v1/leads", json=lead(n), headers={"X-CSRF": desk["onegrid_csrf"]})
            answer.raise_for_status()
            sent.append((before + n + 1, begun, (time.perf_counter() - clock) * 1000))
            await asyncio.sleep(GAP)
    for task in tasks:
        if task.done():
            task.result()
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return open_walls, sent


def report(address: str, folder: Path, pid: int, walls: int, posts: int) -> None:
    used, clock, own = cpu_seconds(pid), time.perf_counter(), time.process_time()
    open_walls, sent = asyncio.run(measure(address, folder, walls, posts))
    passed = time.perf_counter() - clock
    server, clients = (cpu_seconds(pid) - used) / passed, (time.process_time() - own) / passed
    shown, last = [], []
    for count, at, _ in sent:
        moments = [next((t for n, t in wall.seen if n >= count and t >= at), None) for wall in open_walls]
        shown += [(t - at) * 1000 for t in moments if t is not None]
        last.append((max(t for t in moments if t is not None) - at) * 1000)
    pulls = [ms for wall in open_walls for ms in wall.pulls]
    each = sum(wall.bytes for wall in open_walls) / len(pulls)
    print(
        f"{walls:4d} walls: post → wall {quantiles(shown)}; the last of them {quantiles(last)}; {len(shown)}/{walls * posts} shown"
    )
    print(
        f"            acknowledged {quantiles([ack for *_, ack in sent])}; pulls {quantiles(pulls)}, {each / 1000:.1f} kB each; "
        f"server {server * 100:.0f} %, clients {clients * 100:.0f} % of a core; load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--built", default="", help="Folder of a demonstration that is there, to copy")
    asked.add_argument("--posts", type=int, default=40)
    asked.add_argument("--walls", default="1,20,100")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = county_in(folder, given.built, given.days)
        with serving(folder, url) as (address, pid):
            for walls in (int(n) for n in given.walls.split(",")):
                report(address, folder, pid, walls, given.posts)


if __name__ == "__main__":
    main()
