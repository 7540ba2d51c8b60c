"""The gate before everything: who asks, may it pass, is it well formed, and which headers every answer carries."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import bodies
from dashboard.callers import Caller, identify, stranger
from dashboard.context import visiting
from dashboard.drill import HEADER as DRILL_HEADER
from dashboard.drill import drill
from dashboard.replies import (
    CSRF_COOKIE,
    CSRF_HEADER,
    SESSION_COOKIE,
    message_page,
    problem,
    put_cookie,
    security_headers,
    trace_of,
    wants_page,
)
from dashboard.sockets import listening, telling, turn_away
from data.authority import Actor
from data.db import Record
from data.evidence import Limits
from data.settings import Settings
from policy.errors import Refusal

LOG = structlog.get_logger(__name__)
CALLBACK: Final = "/_dash-update-component"
BUILD_HEADER: Final = "x-onegrid-build"
OPEN: Final = (
    "/login",
    "/login/code",
    "/pair",
    "/preferences",
    "/healthz",
    "/healthz/figures",
    "/readyz",
    "/metrics",
    "/api/",
    "/assets/",
)
OPEN_DASH: Final = ("/_dash-component-suites/", "/_favicon.ico", "/favicon.ico")
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
UPLOAD: Final = re.compile(r"/api/v1/(?:leads|cases)/[^/]+/evidence")
CSP: Final = "content-security-policy"
NUL_IN_FORM: Final = (b"\0", b"%00")
NUL_IN_JSON: Final = (b"\0", b"\\u0000")
DASH_CATCHALL: Final = "{path:path}"


@dataclass
class GateFacts:
    """What the gate learns once the app is complete: callbacks, routes, hashes of inline scripts, the build."""

    callbacks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    routes: list[BaseRoute] = field(default_factory=list)
    script_hashes: tuple[str, ...] = ()
    build: str = ""

    def known(self, scope: Scope) -> bool:
        """Whether some route of ours answers this path."""
        return any(
            route.matches(scope)[0] is not Match.NONE
            for route in self.routes
            if getattr(route, "path", "").strip("/") != DASH_CATCHALL
        )


class Gate:
    """ASGI middleware around Dash, pages and API."""

    def __init__(self, app: ASGIApp, record: Record, settings: Settings, facts: GateFacts) -> None:
        """`facts` is filled when the server is complete, before the first request."""
        self.app, self.record, self.settings, self.facts = app, record, settings, facts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection; raises only what broke after an answer had begun."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    # -- http -----------------------------------------------------------------------------------------------------

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            caller = await identify(self.record, self.settings, scope)
        except Exception as fault:  # noqa: BLE001  # a database that does not answer: say so, without its words
            LOG.error("gate.identify", fault=type(fault.__cause__ or fault).__name__)
            caller = stranger(self.record, scope)
            away = fault if isinstance(fault, Refusal) else Refusal("errors_access.away", kind="unavailable")
            await self._reply(self._refusal(caller, scope, away), caller, scope, receive, send)
            return
        with visiting(caller.visit) as visit:
            state = scope.setdefault("state", {})
            state.update(actor=visit.actor, lang=visit.lang, request_id=visit.request_id, record=self.record)
            try:
                receive = await self._admit(caller, scope, receive)
            except Refusal as refusal:
                await self._reply(self._refusal(caller, scope, refusal), caller, scope, receive, send)
                return
            await self._serve(caller, scope, receive, send)

    async def _serve(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._dress(message, caller, scope)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Refusal as refusal:
            if started:
                raise
            await self._reply(self._refusal(caller, scope, refusal), caller, scope, receive, send)
        except Exception as fault:
            LOG.error("gate.fault", reference=caller.visit.request_id, path=scope["path"], trace=trace_of(fault))
            if started:
                raise
            await self._reply(self._fault(caller, scope), caller, scope, receive, send)

    async def _reply(self, response: Response, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(message, caller, scope)
            await send(message)

        await response(scope, receive, sending)

    def _refusal(self, caller: Caller, scope: Scope, refusal: Refusal) -> Response:
        if not wants_page(caller.headers.get("accept", ""), scope["path"]):
            return problem(caller.visit, refusal)
        if refusal.kind == "unauthenticated":
            return RedirectResponse(_login_address(scope), status_code=303)
        return message_page(caller.visit, refusal, asset_version=self.facts.build)

    def _fault(self, caller: Caller, scope: Scope) -> Response:
        fault = Refusal("errors_access.fault", kind="unavailable", reference=caller.visit.request_id)
        if wants_page(caller.headers.get("accept", ""), scope["path"]):
            return message_page(caller.visit, fault, asset_version=self.facts.build, reference=caller.visit.request_id)
        return problem(caller.visit, fault, status=500)

    def _dress(self, message: Message, caller: Caller, scope: Scope) -> None:
        headers = MutableHeaders(scope=message)
        narrower = headers.get(CSP) if scope["path"].startswith("/api/") else None  # of a file of evidence
        for name, value in security_headers(self.facts.script_hashes, https=self.settings.https):
            headers[name.decode()] = value.decode()
        headers[CSP] = narrower or headers[CSP]
        headers["x-request-id"] = caller.visit.request_id
        headers[BUILD_HEADER] = self.facts.build
        if drill():
            headers[DRILL_HEADER] = drill()
        if "m=" in scope.get("query_string", b"").decode("latin-1") and scope["path"].startswith("/assets/"):
            headers["cache-control"] = "public, max-age=31536000, immutable"
        headers.setdefault("cache-control", "no-store")
        is_page = headers.get("content-type", "").startswith("text/html")
        if is_page and caller.cookies.get(CSRF_COOKIE) != caller.visit.csrf and "set-cookie" not in headers:
            carrier = Response()
            put_cookie(carrier, CSRF_COOKIE, caller.visit.csrf, https=self.settings.https, script=True)
            headers.append("set-cookie", carrier.headers["set-cookie"])

    # -- may it pass ----------------------------------------------------------------------------------------------

    async def _admit(self, caller: Caller, scope: Scope, receive: Receive) -> Receive:
        path = scope["path"]
        _no_nul(path.encode(errors="replace") + scope.get("query_string", b""), NUL_IN_FORM, "address")
        if not self.facts.known(scope):
            raise Refusal("errors_access.no_such_page", kind="not_found", path=path[:200])
        if not caller.visit.actor.account_id and not _is_open(path):
            raise Refusal("errors_access.unauthenticated", kind="unauthenticated", verb=path[:200])
        if scope["method"] not in UNSAFE:
            return receive
        self._check_origin(caller, path)
        if scope["method"] == "POST" and UPLOAD.fullmatch(path):
            return self._passing(caller.headers, receive)
        body = await self._body(caller.headers, receive)
        form = "urlencoded" in caller.headers.get("content-type", "")
        _no_nul(body, NUL_IN_FORM if form else NUL_IN_JSON, "body")
        if path == CALLBACK:
            bodies.check_callback(bodies.parse(body), self.facts.callbacks)
        return _replay(body, receive)

    def _check_origin(self, caller: Caller, path: str) -> None:
        """A write by cookie must carry the session's own value; forms carry it in a field their route checks."""
        if caller.bearer:
            return
        foreign = caller.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        by_script = path == CALLBACK or (path.startswith("/api/") and caller.session is not None)
        given = caller.headers.get(CSRF_HEADER, "")
        if foreign or (by_script and not secrets.compare_digest(given.encode(), caller.visit.csrf.encode())):
            raise Refusal("errors_access.csrf", kind="forbidden")

    def _passing(self, headers: Headers, receive: Receive) -> Receive:
        """A file of evidence goes on as it comes: nothing is read before its route asks, and never more than may be kept."""
        limit, size = Limits.of(self.settings).largest, 0
        _check_declared(headers, limit)

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise _too_large(limit)
            return message

        return counted

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        limit = self.settings.max_body
        _check_declared(headers, limit)
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            parts.append(message.get("body", b""))
            size, more = size + len(parts[-1]), message.get("more_body", False)
            if size > limit:
                raise _too_large(limit)
        return b"".join(parts)

    # -- websocket ------------------------------------------------------------------------------------------------

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = await identify(self.record, self.settings, scope)
        if caller.session is None or not self.facts.known(scope):
            await turn_away(receive, send)
            return
        token = caller.cookies[SESSION_COOKIE]
        hears = listening(self.record, token, lambda: self.facts.callbacks, receive)
        with visiting(replace(caller.visit, csrf="")):
            await self.app(scope, hears, telling(self.record, token, send))


def _too_large(limit: int) -> Refusal:
    size = f"{limit // 1024} KiB" if limit < 1024 * 1024 else f"{limit // (1024 * 1024)} MiB"
    return Refusal("errors_access.too_large", kind="too_large", limit=size)


def _check_declared(headers: Headers, limit: int) -> None:
    """Refuse a body that is too large by its own word, before any of it is read."""
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)


def _no_nul(text: bytes, forms: tuple[bytes, ...], part: str) -> None:
    """The character 0 is no text: PostgreSQL cannot keep it, and readers stop at it; refused in every spelling."""
    if any(form in text for form in forms):
        raise Refusal("errors_access.malformed_body", pointer=f"/{part}", part=part)


def _is_open(path: str) -> bool:
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in (*OPEN, *OPEN_DASH))


def _login_address(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    target = scope["path"] + (f"?{query}" if query else "")
    if scope["path"] == "/wall":
        return "/pair"
    return "/login" if target == "/" else f"/login?next={quote(target, safe='')}"


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def actor_of(request: Request) -> Actor | None:
    """Who a request is from, for the API: by bearer token or session; None for nobody."""
    actor: Actor = request.state.actor
    return actor if actor.account_id is not None else None
