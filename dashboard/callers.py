"""Who asks: session cookie or bearer token, language, theme, the value writes must carry."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, QueryParams
from starlette.requests import cookie_parser
from starlette.types import Scope

from dashboard.context import Visit
from dashboard.replies import CSRF_COOKIE, LANG_COOKIE, SESSION_COOKIE, THEME_COOKIE
from data.authority import Actor
from data.db import Record
from data.sessions import ANONYMOUS, LiveSession, find_session, token_actor
from data.settings import Settings
from policy.text import LANGUAGES

COUNTY_HEADER: Final = "x-county"  # the county an open page was made in, or a program asks about
IDLE_HEADER: Final = "x-onegrid-idle"  # a page pulls by itself: nobody has touched it for a minute


@dataclass(frozen=True, slots=True)
class Caller:
    """A request as the gate sees it."""

    visit: Visit
    cookies: Mapping[str, str]
    headers: Headers
    session: LiveSession | None = None
    bearer: bool = False


def _language(cookies: Mapping[str, str], preferred: str) -> str:
    chosen = cookies.get(LANG_COOKIE, preferred)
    return chosen if chosen in LANGUAGES else "zh"


def _theme(cookies: Mapping[str, str], account: str | None) -> str:
    chosen = cookies.get(THEME_COOKIE) or account
    return chosen if chosen in ("light", "dark") else "light"


def _identify(record: Record, token: str, bearer: str, active: bool) -> tuple[LiveSession | None, Actor | None]:
    now = record.clock()
    if bearer:
        return None, token_actor(record, bearer, now)
    session = find_session(record, token, now, active=active) if token else None
    return session, session.actor if session else None


def stranger(record: Record, scope: Scope) -> Caller:
    """A request nobody looked into, for answers while the database is away."""
    return Caller(Visit(record, request_id=secrets.token_hex(8)), {}, Headers(scope=scope))


async def identify(record: Record, settings: Settings, scope: Scope) -> Caller:
    """Find out who a request or socket is from; the database is asked in a thread."""
    headers, path = Headers(scope=scope), scope["path"]
    cookies = cookie_parser(headers.get("cookie", ""))
    scheme, _, value = headers.get("authorization", "").partition(" ")
    bearer = value.strip() if scheme.lower() == "bearer" and path.startswith("/api/") else ""
    token = cookies.get(SESSION_COOKIE, "")
    session: LiveSession | None = None
    actor: Actor | None = None
    if bearer or token:
        active = scope["type"] == "http" and IDLE_HEADER not in headers
        session, actor = await asyncio.to_thread(_identify, record, token, bearer, active)
    visit = Visit(
        record=record,
        actor=actor or ANONYMOUS,
        lang=_language(cookies, actor.language if actor else settings.language),
        theme=_theme(cookies, actor.theme if actor else None),
        csrf=session.csrf if session else cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(24),
        path=path,
        query=dict(QueryParams(scope.get("query_string", b""))),
        address=(scope.get("client") or ("", 0))[0],
        request_id=secrets.token_hex(8),
        county=headers.get(COUNTY_HEADER, ""),
    )
    return Caller(visit, cookies, headers, session, bool(bearer))
