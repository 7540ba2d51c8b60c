"""The OpenAPI page, served from the machine itself: scripts and styles come from an installed package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

from policy.text import say

PREFIX: Final = "/api/v1"
_PAGE: Final = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="{prefix}/docs/swagger-ui.css"><link rel="icon" href="data:,"></head>
<body><div id="swagger-ui"></div>
<script src="{prefix}/docs/swagger-ui-bundle.js"></script>
<script src="{prefix}/docs.js"></script></body></html>"""
_START: Final = (
    "SwaggerUIBundle({url: '/api/v1/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null, "
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
    app: FastAPI = request.app
    if not getattr(app.state, "openapi", None):
        routes = [route for route in app.routes if getattr(route, "path", "").startswith(PREFIX)]
        app.state.openapi = get_openapi(
            title=say("api.title", "en"), version="1", description=say("api.description", "en"), routes=routes
        )
        _secure(app.state.openapi)
    return JSONResponse(app.state.openapi)


def _secure(schema: dict[str, object]) -> None:
    """Say that a bearer token or a session is needed."""
    components = schema.setdefault("components", {})
    assert isinstance(components, dict)  # noqa: S101  # get_openapi makes a mapping
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "onegrid_session"},
    }
    schema["security"] = [{"bearer": []}, {"session": []}]


def install(app: FastAPI) -> None:
    """Add the page and its files to `app`."""
    app.include_router(router)
    app.mount(f"{PREFIX}/docs", StaticFiles(directory=swagger_folder()), name="swagger")
