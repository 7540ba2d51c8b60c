"""Builds the server: FastAPI with Dash on it, the gate around both, pages by an explicit tuple."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import importlib.util
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import dash
from dash import Dash
from dash.backends._fastapi import reset_current_request, set_current_request
from fastapi import FastAPI, Request, Response
from sqlalchemy import select
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse

from dashboard import county_switch, shell
from dashboard import live as live_push
from dashboard.code_entrance import CodeEntrance
from dashboard.components import bell, passing
from dashboard.context import HTML_LANG, Visit, actor, county, now, run, t, visit, visiting
from dashboard.drill import attribute, band, drill
from dashboard.entrance import Entrance
from dashboard.packing import Packed
from dashboard.replies import CSRF_COOKIE, CSRF_HEADER
from dashboard.shared import Key, Shared
from dashboard.theme import css
from dashboard.web import Gate, GateFacts
from data.authority import Subject, within
from data.db import Record
from data.models import Jurisdiction
from data.queries.grid import map_grid
from data.settings import Settings
from policy.text import say
from policy.vocabulary import Role

PAGES: Final = (
    "wall",
    "console",
    "shift",
    "anomalies",
    "township",
    "cases",
    "case",
    "review",
    "transfers",
    "disputes",
    "inspections",
    "patrols",
    "office",
    "figures",
    "figure",
    "reports",
    "supervision",
    "policy",
)  # in the order of the navigation
FIRST: Final = {
    Role.TOWNSHIP_HEAD: "/township",
    Role.SQUADRON_HEAD: "/township",
    Role.LEGAL_REVIEWER: "/review",
    Role.WALL: "/wall",
}
ORDER: Final = (
    "/console",
    "/shift",
    "/township",
    "/cases",
    "/review",
    "/transfers",
    "/disputes",
    "/office",
    "/supervision",
    "/wall",
    "/policy",
)
HERE: Final = Path(__file__).parent
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Server:
    """What app.py serves and adds its routes to (before the first request)."""

    fastapi: FastAPI
    dash: Dash
    live: live_push.Live
    facts: GateFacts


class Shell(Dash):  # type: ignore[misc]
    """Dash, with an index page in the visitor's language and theme: nothing flashes."""

    def interpolate_index(self, **parts: Any) -> str:
        """The HTML around the app; no script but Dash's own."""
        asker, bare = visit(), visit().path.startswith("/wall")
        chrome = "bare" if bare else "desk"
        return (
            f'<!DOCTYPE html><html lang="{HTML_LANG[asker.lang]}" data-mantine-color-scheme="{asker.theme}" '
            f'data-chrome="{chrome}"{attribute()}><head>{parts["metas"]}<title>{say("common.product", asker.lang)}</title>'
            f"{parts['favicon']}<style>{css()}</style>{parts['css']}</head><body>{band(asker.lang)}"
            f'<div id="react-entry-point"><div class="_dash-loading">{say("common.loading", asker.lang)}</div></div>'
            f"<footer>{parts['config']}{parts['scripts']}{parts['renderer']}</footer></body></html>"
        )


def load_pages() -> tuple[ModuleType, ...]:
    """The page modules, in the order of the navigation."""
    names = [f"dashboard.pages.{name}" for name in (*PAGES, *(("drill",) if drill() else ()))]
    return tuple(importlib.import_module(name) for name in names if importlib.util.find_spec(name))


def build_id(version: str) -> str:
    """Changes whenever the program or what it serves to browsers does; open pages reload then."""
    digest = hashlib.sha256(version.encode())
    for file in sorted(HERE.rglob("*")):
        if file.suffix in {".py", ".js", ".css", ".html"}:
            digest.update(f"{file.relative_to(HERE)}:{file.stat().st_size}".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def build_server(
    record: Record,
    settings: Settings,
    *,
    pages: Sequence[ModuleType] | None = None,
    lifespan: Lifespan | None = None,
    version: str = "",
) -> Server:
    """Put Dash, its pages and the gate on one FastAPI; `lifespan` runs inside ours (jobs, API). Nothing is served yet."""
    pages = load_pages() if pages is None else tuple(pages)
    facts, live = GateFacts(build=build_id(version)), live_push.Live(record, settings.tail_ms)

    @asynccontextmanager
    async def living(fastapi: FastAPI) -> AsyncIterator[None]:
        await complete(server)
        await live.start()
        warming = asyncio.create_task(asyncio.to_thread(warm, record))
        try:
            async with lifespan(fastapi) if lifespan else nullcontext():
                yield
        finally:
            warming.cancel()
            await live.stop()

    fastapi = FastAPI(
        title="OneGrid", version=version or "0", docs_url=None, redoc_url=None, openapi_url=None, lifespan=living
    )
    entrance = Entrance(record, settings, facts)
    entrance.mount(fastapi)
    CodeEntrance(entrance).mount(fastapi)
    _page_routes(fastapi, pages)
    app = _build_dash(fastapi, pages, live)
    fastapi.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=6)
    fastapi.add_middleware(Packed)
    fastapi.add_middleware(Shared, keys=shared_keys(pages))
    fastapi.add_middleware(Gate, record=record, settings=settings, facts=facts)
    server = Server(fastapi, app, live, facts)
    fastapi.state.record, fastapi.state.dash = record, app
    return server


def shared_keys(pages: Sequence[ModuleType]) -> dict[str, Key]:
    """What pages say of the answers that many askers may share."""
    return {output: key for page in pages for output, key in getattr(page, "SHARED", {}).items()}


def _build_dash(fastapi: FastAPI, pages: Sequence[ModuleType], live: live_push.Live) -> Dash:
    app = Shell(
        "onegrid",
        server=fastapi,
        use_pages=True,
        pages_folder="",
        assets_folder=str(HERE / "assets"),
        serve_locally=True,
        suppress_callback_exceptions=True,
        update_title=None,
        title="OneGrid",
        include_pages_meta=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        csrf_token_name=CSRF_COOKIE,
        csrf_header_name=CSRF_HEADER,
        websocket_inactivity_timeout=0,
        websocket_batch_delay=0,
        use_async=True,
        on_error=shell.on_error,
    )
    dash.page_registry.clear()
    for page in pages:
        _register_page(app, page, pages)
    live_push.register(app, live)
    county_switch.register(app)
    bell.register(app)
    passing.register(app)
    app.layout = shell.app_layout(live)
    return app


def _register_page(app: Dash, page: ModuleType, pages: Sequence[ModuleType]) -> None:
    template = page.PATH if shell.path_variables(page.PATH) else None
    dash.register_page(
        page.__name__,
        path=None if template else page.PATH,
        path_template=template,
        title=lambda **_variables: f"{t(page.NAME_KEY)} · {t('common.product')}",
        layout=shell.frame(page, pages),
    )
    page.register(app)


# -- addresses --------------------------------------------------------------------------------------------------------


def _page_routes(fastapi: FastAPI, pages: Sequence[ModuleType]) -> None:
    for page in pages:
        path = page.PATH.replace("<", "{").replace(">", "}")
        fastapi.add_api_route(path, _page_endpoint(page), methods=["GET"], include_in_schema=False, name=page.__name__)
        if hasattr(page, "home"):
            fastapi.add_api_route(shell.stem(page), _home_endpoint(page), methods=["GET"], include_in_schema=False)
    fastapi.add_api_route("/", _landing_endpoint(pages), methods=["GET"], include_in_schema=False, name="landing")


def _page_endpoint(page: ModuleType) -> Callable[[Request], Any]:
    async def open_page(request: Request) -> Response:
        await run(shell.admit, page, **request.path_params)
        token = set_current_request(request)
        try:
            return Response(request.app.state.dash.index(), media_type="text/html")
        finally:
            reset_current_request(token)

    return open_page


def _home_endpoint(page: ModuleType) -> Callable[[], Any]:
    async def home() -> RedirectResponse:
        return RedirectResponse(await run(shell.address, page), status_code=303)

    return home


def _landing_endpoint(pages: Sequence[ModuleType]) -> Callable[[], Any]:
    async def landing() -> RedirectResponse:
        return RedirectResponse(await run(first_page, pages), status_code=303)

    return landing


def first_page(pages: Sequence[ModuleType]) -> str:
    """Where who asks begins: the page of the role, else the first that may be opened."""
    roles = within(actor(), Subject(county().jurisdiction_id), now()).roles
    if Role.ADMIN in roles:
        return "/devices"
    wanted = [FIRST[role] for role in sorted(roles) if role in FIRST]
    rank = {path: n for n, path in enumerate(dict.fromkeys((*wanted, *ORDER)))}
    open_to_me = [page for page in pages if shell.may_open(page)]
    best = min(open_to_me, key=lambda page: rank.get("/" + page.PATH.split("/")[1], len(rank)), default=None)
    return shell.address(best) if best else "/login"


def warm(record: Record) -> None:
    """Draw the maps before the first visitor asks for one."""
    with record.read() as session:
        codes = list(session.scalars(select(Jurisdiction.code)))
    for code in codes:
        map_grid(record.county(code))


async def complete(server: Server) -> None:
    """What Dash otherwise does at the first request, now: pages, routes, hashes of inline scripts (recipe 4)."""
    if server.facts.routes:
        return
    with visiting(Visit(server.fastapi.state.record)):
        for prepare in server.dash.backend._before_request_funcs:
            outcome = prepare()
            if hasattr(outcome, "__await__"):
                await outcome
    server.facts.script_hashes = tuple(server.dash.csp_hashes())
    server.facts.callbacks = server.dash.callback_map
    server.facts.routes = list(server.fastapi.router.routes)
