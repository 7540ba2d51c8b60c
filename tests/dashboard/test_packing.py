"""Scripts are packed once; who goes away while it is done leaves no fault behind."""

from __future__ import annotations

import asyncio
from typing import Any

import brotli
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from dashboard.packing import Packed

SCRIPT = "function one() { return 1; }\n" * 100


def asked(packed: Packed, headers: dict[str, str] | None = None) -> list[Message]:
    """What is sent to a browser that asks for a script."""
    sent: list[Message] = []
    names = {"accept-encoding": "gzip, br"} | (headers or {})
    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": "/assets/one.js", "query_string": b"m=1",
        "headers": [(name.encode(), value.encode()) for name, value in names.items()],
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(packed(scope, receive, send))
    return sent


def test_a_script_is_packed_once_and_kept() -> None:
    times = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        times.append(1)
        await PlainTextResponse(SCRIPT)(scope, receive, send)

    packed = Packed(app)
    for _ in range(2):
        start, body = asked(packed)
        assert (b"content-encoding", b"br") in start["headers"]
        assert brotli.decompress(body["body"]).decode() == SCRIPT
    assert len(times) == 1


def test_who_went_away_is_answered_nothing_and_the_next_one_the_script() -> None:
    there = iter([False, True])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if next(there):
            await PlainTextResponse(SCRIPT)(scope, receive, send)

    packed = Packed(app)
    assert asked(packed) == []
    assert brotli.decompress(asked(packed)[1]["body"]).decode() == SCRIPT
