"""The look for new steps ends when it is told to, also where a step comes in at that very moment."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from dashboard.live import Live
from data.bus import Bus


def test_a_step_that_comes_in_while_it_is_told_to_stop_does_not_keep_it_going(monkeypatch) -> None:
    record: Any = SimpleNamespace(bus=Bus())
    monkeypatch.setattr(Live, "_read", lambda _live: {})

    async def stopped(turns: int) -> bool:
        live = Live(record, 60_000)
        await live.start()
        looking = live._task
        assert looking is not None
        for _ in range(turns):
            await asyncio.sleep(0)
        live._wake.set()
        await asyncio.wait({asyncio.ensure_future(live.stop())}, timeout=20)
        return looking.done()

    assert [asyncio.run(stopped(turns)) for turns in range(5)] == [True] * 5
