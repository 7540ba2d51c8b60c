"""The socket of live push, guarded: only with a session, only frames of the right shape, nothing after the session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.types import Message, Receive, Send

from dashboard import bodies
from data.db import Record
from data.sessions import find_session

ENDED: Final = 4001  # close code: the session is over
Callbacks = Callable[[], Mapping[str, Mapping[str, Any]]]


async def turn_away(receive: Receive, send: Send) -> None:
    """Close a socket before it is open."""
    await receive()
    await send({"type": "websocket.close", "code": ENDED, "reason": "no session"})


async def _holds(record: Record, token: str) -> bool:
    return await asyncio.to_thread(find_session, record, token, record.clock(), active=False) is not None


def listening(record: Record, token: str, callbacks: Callbacks, receive: Receive) -> Receive:
    """Let frames through while the session holds; malformed ones are dropped, not the socket all tabs share."""

    async def receiving() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            if not await _holds(record, token):
                return {"type": "websocket.disconnect", "code": ENDED}
            if bodies.check_frame(message.get("text"), callbacks()):
                return message

    return receiving


def telling(record: Record, token: str, send: Send) -> Callable[[Message], Awaitable[None]]:
    """Send while the session holds; the first message after its end closes the socket instead."""
    closed = False

    async def sending(message: Message) -> None:
        nonlocal closed
        if closed:
            return
        if message["type"] == "websocket.send" and not await _holds(record, token):
            closed, message = True, {"type": "websocket.close", "code": ENDED, "reason": "session ended"}
        await send(message)

    return sending
