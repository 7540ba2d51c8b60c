"""Many walls ask the same at the same moment: the first answer is made, packed and kept, the others get its bytes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import bodies
from dashboard.context import run

CALLBACK: Final = "/_dash-update-component"
MOST: Final = 32  # answers kept: a few steps of the record, two languages, walls that were away
Key = Callable[[Mapping[str, Any]], Hashable | None]


class Shared:
    """ASGI middleware behind the gate. `keys`: for an output, what an answer depends on; the same key, the same bytes."""

    def __init__(self, app: ASGIApp, keys: Mapping[str, Key]) -> None:
        self.app, self.keys = app, keys
        self._answers: OrderedDict[Hashable, asyncio.Future[list[Message]]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what another asker got, or be the one who makes it."""
        if scope["type"] != "http" or scope["path"] != CALLBACK:
            await self.app(scope, receive, send)
            return
        first = await receive()
        body = first.get("body", b"")
        asked = _asked(body, tuple(self.keys))
        key = await run(self.keys[asked[0]], asked[1]) if asked else None
        if key is None:
            await self.app(scope, _again(first, receive), send)
            return
        packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        for message in await self._answer((key, packed), scope, _again(first, receive)):
            await send(_own(message))

    async def _answer(self, key: Hashable, scope: Scope, receive: Receive) -> list[Message]:
        while (making := self._answers.get(key)) is not None:
            self._answers.move_to_end(key)
            try:
                return await asyncio.shield(making)
            except _NotKept:
                continue
        made = self._answers[key] = asyncio.get_running_loop().create_future()
        try:
            return await self._make(key, made, scope, receive)
        finally:
            if not made.done():
                self._drop(key, made)

    async def _make(
        self, key: Hashable, made: asyncio.Future[list[Message]], scope: Scope, receive: Receive
    ) -> list[Message]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        if messages[0]["status"] != 200:
            self._drop(key, made)
            return messages
        made.set_result(messages)
        while len(self._answers) > MOST:
            self._answers.popitem(last=False)
        return messages

    def _drop(self, key: Hashable, made: asyncio.Future[list[Message]]) -> None:
        """An answer that went wrong is nobody else's: who waits makes one of the own."""
        self._answers.pop(key, None)
        made.set_exception(_NotKept())
        made.exception()  # looked at: nobody may be waiting


class _NotKept(Exception):
    """The answer waited for is not to be shared."""


def _asked(body: bytes, outputs: tuple[str, ...]) -> tuple[str, Mapping[str, Any]] | None:
    """Which of the shared outputs a body asks for, if any; others are not read."""
    if not any(output.encode() in body for output in outputs):
        return None
    told = bodies.parse(body)
    found = next((output for output in outputs if output in str(told.get("output", ""))), None)
    return (found, told) if found else None


def _own(message: Message) -> Message:
    """A copy whose headers may be added to."""
    return {**message, "headers": list(message["headers"])} if "headers" in message else message


def _again(first: Message, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return first

    return again
