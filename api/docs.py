"""The OpenAPI page, served from the machine itself: scripts and styles come from an installed package."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.routing import BaseRoute

from api.routing import PREFIX
from policy.text import say

_PAGE: Final = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="{prefix}/docs/swagger-ui.css"><link rel="icon" href="data:,"></head>
<body><div id="swagger-ui"></div>
<script src="{prefix}/docs/swagger-ui-bundle.js"></script>
<script src="{prefix}/docs.js"></script></body></html>"""
_START: Final = (
    "SwaggerUIBundle({url: '/api/v1/docs.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null, "
    "presets: [SwaggerUIBundle.presets.apis], layout: 'BaseLayout'});"
)
router = APIRouter(include_in_schema=False)


def swagger_folder() -> Path:
    """Where the installed package keeps the newest Swagger UI."""
    import swagger_ui_bundle

    return sorted((Path(swagger_ui_bundle.__file__).parent / "vendor").glob("swagger-ui-*"))[-1]


@router.get(f"{PREFIX}/docs")
async def page(request: Request) -> HTMLResponse:
    """The page that lists and tries the interface."""
    lang = "en" if request.query_params.get("lang") == "en" else "zh"
    return HTMLResponse(
        _PAGE.format(lang="zh-CN" if lang == "zh" else "en", title=say("api.title", lang), prefix=PREFIX)
    )


@router.get(f"{PREFIX}/docs.js")
async def start() -> Response:
    """Starts the page (a file of its own: the content security policy forbids inline scripts)."""
    return Response(_START, media_type="text/javascript")


@router.get(f"{PREFIX}/openapi.json")
async def description(request: Request) -> JSONResponse:
    """The OpenAPI 3.1 description of /api/v1."""
    return JSONResponse(await asyncio.to_thread(request.app.state.openapi))


@router.get(f"{PREFIX}/docs.json")
async def description_for_the_page(request: Request) -> JSONResponse:
    """The same description in the words of OpenAPI 3.0, which the packaged page can draw."""
    told = await asyncio.to_thread(request.app.state.openapi)
    return JSONResponse({**older(told), "openapi": "3.0.3"})


def older(part: Any) -> Any:
    """A 3.1 schema in 3.0: "or null" becomes `nullable`, a constant an enumeration of one."""
    if isinstance(part, list):
        return [older(each) for each in part]
    if not isinstance(part, dict):
        return part
    told = {key: older(value) for key, value in part.items() if key not in ("anyOf", "const")}
    if "const" in part:
        told["enum"] = [part["const"]]
    choices = part.get("anyOf")
    if not isinstance(choices, list):
        return told if choices is None else {**told, "anyOf": older(choices)}
    real = [older(each) for each in choices if each != {"type": "null"}]
    told |= real[0] if len(real) == 1 and "$ref" not in real[0] else {"anyOf": real}
    return told | ({"nullable": True} if len(real) < len(choices) else {})


def describe(interface: Sequence[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI description of `interface` alone, without the pages beside it."""
    alone = FastAPI(title=say("api.title", "en"), version="1", description=say("api.description", "en"))
    alone.router.routes.extend(interface)
    schema = alone.openapi()
    _secure(schema)
    return schema


def _secure(schema: dict[str, Any]) -> None:
    """Say that a bearer token or a session is needed."""
    schema.setdefault("components", {})["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "onegrid_session"},
    }
    schema["security"] = [{"bearer": []}, {"session": []}]


def install(app: FastAPI, interface: Sequence[BaseRoute]) -> None:
    """Add the page, its files and the description of `interface` to `app`; it is drawn up when first asked for (seconds)."""
    app.state.openapi = cache(partial(describe, interface))
    app.include_router(router)
    app.mount(f"{PREFIX}/docs", StaticFiles(directory=swagger_folder()), name="swagger")
