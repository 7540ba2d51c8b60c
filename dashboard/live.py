"""Live push: one look at the chain's head for all open pages, told at once in this process, within a tail elsewhere.

Push carries only the sequence number (architecture.md, recipes 1 and 2); pages then pull what their user may see.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import structlog
from dash import Dash, ctx, set_props
from dash.exceptions import WebsocketDisconnected
from sqlalchemy import select

from dashboard.context import run, visit
from data.counties import county_for
from data.db import Record
from data.models import ChainHead
from policy.errors import Refusal

GAP: Final = 0.2  # seconds between two ticks of a page: the first of a burst goes at once
BEAT: Final = 5.0  # seconds between two signs of life when nothing happens
ALIVE: Final = 60.0  # seconds between two questions whether the tab is still there
LOG = structlog.get_logger(__name__)


class Live:
    """Knows the last sequence of every county and wakes who waits for the next."""

    def __init__(self, record: Record, tail_ms: int) -> None:
        """`tail_ms`: milliseconds between two looks for events of other processes."""
        self.record, self.tail = record, tail_ms / 1000
        self.heads: dict[UUID, int] = {}
        self._changed = asyncio.Event()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._leave: Callable[[], None] | None = None

    async def start(self) -> None:
        """Begin to look; needs the running event loop."""
        loop = asyncio.get_running_loop()
        self._changed, self._wake = asyncio.Event(), asyncio.Event()
        self.heads = await asyncio.to_thread(self._read)
        self._leave = self.record.bus.listen(lambda: self._from_writer(loop))
        self._task = asyncio.create_task(self._look(), name="live-tail")

    def _from_writer(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(RuntimeError):  # the loop has gone: nobody is left to be told
            loop.call_soon_threadsafe(self._wake.set)

    async def stop(self) -> None:
        """Stop looking."""
        if self._leave:
            self._leave()
        while self._task and not self._task.done():
            self._task.cancel()  # once more where a step came in at that moment: waiting for it swallows the word (Python 3.11)
            await asyncio.wait({self._task}, timeout=0.1)
        self._leave = self._task = None

    def _read(self) -> dict[UUID, int]:
        with self.record.read() as session:
            rows = session.execute(select(ChainHead.jurisdiction_id, ChainHead.sequence)).all()
            return {row.jurisdiction_id: row.sequence for row in rows}

    async def _look(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self.tail)
            self._wake.clear()
            try:
                heads = await asyncio.to_thread(self._read)
            except Exception as fault:  # noqa: BLE001  # a database that is away comes back: pages hear of it by their age
                LOG.warning("live.tail", fault=type(fault.__cause__ or fault).__name__)
                await asyncio.sleep(1)
                continue
            if heads != self.heads:
                self.heads = heads
                self._changed.set()
                self._changed = asyncio.Event()

    async def next(self, county: UUID, seen: int, timeout: float) -> int:
        """The sequence of a county as soon as it is beyond `seen`, or as it stands after `timeout` seconds."""
        end = time.monotonic() + timeout
        while self.heads.get(county, 0) == seen and (left := end - time.monotonic()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
        return self.heads.get(county, 0)


def milliseconds() -> int:
    """Now, in milliseconds since 1970, as browsers count."""
    return int(time.time() * 1000)


async def _page_tick(websocket: Any, timeout: float) -> dict[str, Any] | None:
    """What the open page has; None when its tab does not answer or has no layout yet."""
    try:
        data = await websocket.get_prop("tick", "data", timeout=timeout)
    except TimeoutError:
        return None
    return data if isinstance(data, dict) and isinstance(data.get("seq"), int) else None


async def _when_ready(websocket: Any) -> dict[str, Any] | None:
    """Wait until the page has its layout: what is set before is lost. Gives the tick it was made with."""
    for pause in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2):
        seen = await _page_tick(websocket, timeout=5)
        if seen is not None or websocket.is_shutdown:
            return seen
        await asyncio.sleep(pause)
    return None


async def push(live: Live) -> None:
    """Tell one open page of every step of its county until its tab or socket is gone: `tick`, and `beat` as a sign of life."""
    websocket = ctx.websocket
    made, asked = await _when_ready(websocket), time.monotonic()
    if made is None:
        return
    code = str(made.get("county") or "")
    place = (await run(county_for, visit().record, visit().actor, code)).jurisdiction_id
    seen: int | None = made["seq"]
    while seen is not None and not websocket.is_shutdown:
        set_props("beat", {"children": str(milliseconds())})
        sequence = await live.next(place, seen, BEAT)
        if sequence != seen:
            set_props("tick", {"data": {"seq": sequence, "at": milliseconds(), "county": code}})
            seen = sequence
            await asyncio.sleep(GAP)
        if time.monotonic() - asked > ALIVE:
            asked = time.monotonic()
            seen = seen if await _page_tick(websocket, timeout=5) is not None else None


def register(app: Dash, live: Live) -> None:
    """The one persistent callback of the shell."""

    @app.callback(websocket=True, persistent=True)  # type: ignore[untyped-decorator]
    async def stream() -> None:
        """Push until the page goes."""
        with suppress(Refusal, WebsocketDisconnected):
            await push(live)
