"""Sends scripts and style sheets packed with Brotli: packed once, in a thread, and kept; what changes keeps to gzip."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLACES: Final = ("/_dash-component-suites/", "/assets/")
TYPES: Final = ("text/", "application/javascript", "image/svg+xml", "application/json")
QUALITY: Final = 9
SMALLEST: Final = 800  # bytes below which packing is not worth it


class Packed:
    """ASGI middleware; a file is kept by its path: files do not change while the server runs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pack the answer and keep it."""
        if not _can_be_packed(scope):
            await self.app(scope, receive, send)
            return
        key = scope["path"]
        if key not in self._kept:
            found = await self._packed(scope, receive, send)
            if found is None:
                return
            self._kept[key] = found
            start, body = found
        else:
            start, body = self._kept[key]
        await send({**start, "headers": list(start["headers"])})
        await send({"type": "http.response.body", "body": body})

    async def _packed(self, scope: Scope, receive: Receive, send: Send) -> tuple[Message, bytes] | None:
        """The answer of the app, packed; None when it was sent on as it is, or there is none."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(_plain(scope), receive, keep)
        if not messages:  # who asked went away, and nothing was answered
            return None
        start, body = messages[0], b"".join(m.get("body", b"") for m in messages[1:])
        headers = MutableHeaders(raw=list(start["headers"]))
        good = start["status"] == 200 and headers.get("content-type", "").startswith(TYPES) and len(body) >= SMALLEST
        if not good:
            await _forward(messages, send)
            return None
        packed = await asyncio.to_thread(brotli.compress, body, quality=QUALITY)
        headers["content-encoding"], headers["content-length"], headers["vary"] = (
            "br",
            str(len(packed)),
            "Accept-Encoding",
        )
        if "etag" in headers:
            del headers["etag"]
        return {**start, "headers": headers.raw}, packed


async def _forward(messages: Sequence[Message], send: Send) -> None:
    for message in messages:
        await send(message)


def _can_be_packed(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(PLACES):
        return False
    lasting = scope["path"].startswith(PLACES[0]) or b"m=" in scope.get("query_string", b"")
    headers = Headers(scope=scope)
    return lasting and "br" in headers.get("accept-encoding", "") and "range" not in headers


def _plain(scope: Scope) -> Scope:
    """The same request, without what would make the app pack or shorten its answer."""
    drop = {b"accept-encoding", b"if-none-match", b"if-modified-since"}
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in drop]}
