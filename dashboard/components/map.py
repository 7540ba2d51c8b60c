"""The map of a county's grid: cells, names, units, leads; four levels to switch between; served from this machine.

`grid_map("console-map", county)` puts these ids on the page, each made from the map's id:
`{id}-cells`, `{id}-lines`, `{id}-borders`, `{id}-edge`, `{id}-names`, `{id}-units`, `{id}-leads`, `{id}-level`.
Colours change through `hideout` of `{id}-cells`, points through `data` of `{id}-units` and `{id}-leads`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, html
from dash.development.base_component import Component
from fastapi import Request, Response
from starlette.routing import Route

from dashboard.components.symbols import style_sheet, symbol, symbol_name
from dashboard.context import lang, run, t, visit
from data.authority import Subject, demand
from data.county import County
from data.queries.grid import Encoded, bounds_of, cells_document, map_version, names_document
from data.settings import settings
from layers.cells import address, cells_layer, names_address, names_layer
from layers.points import points_layer
from layers.symbols import UNIT_KINDS
from policy.errors import Refusal
from policy.grid_levels import levels_of

PANES: Final = {
    "cells": 300,
    "lines": 310,
    "borders": 315,
    "edge": 320,
    "places": 605,
    "symbols": 610,
    "names": 620,
    "alarms": 630,
}
MOST_NAMES: Final = 800
FOREVER: Final = "private, max-age=31536000, immutable"
STILL: Final = dict.fromkeys(
    ("zoomControl", "dragging", "scrollWheelZoom", "doubleClickZoom", "boxZoom", "keyboard", "touchZoom"), False
)


def level_names(county: County) -> list[tuple[int, str]]:
    """Levels of the grid below the county with their names in the language of the answer."""
    names = [str(one.get(f"name_{lang()}", "")) for one in levels_of(county.profile, county.grid_on)]
    return [(n, names[n] if n < len(names) else str(n)) for n in range(1, county.hierarchy.depth + 1)]


def grid_map(
    id_: str,
    county: County,
    *,
    level: int | None = None,
    wall: bool = False,
    hideout: dict[str, Any] | None = None,
    units: dict[str, Any] | None = None,
    leads: dict[str, Any] | None = None,
    more: Sequence[Component] = (),
) -> html.Div:
    """The map of a county at `level` (townships when None). A wall's map is moved by its scenes and marks its borders itself.

    `hideout`: `steps` for the cells of the level (`layers.cells.load_steps`); `units`, `leads`: GeoJSON of `layers`;
    `more`: layers of the page's own, above the cells and below the symbols.
    """
    shown = level or county.township_level or 1
    code, version = county.code, map_version(county)
    touch = {"plain": 1} if wall else {"touch": 1}
    lines, borders = (address(code, n, version) for n in (county.hierarchy.depth, county.township_level or 1))
    tiles = [dl.TileLayer(url=settings().tiles)] if settings().tiles else []
    layers = [
        *tiles,
        *(dl.Pane(name=name, style={"zIndex": z}) for name, z in PANES.items()),
        cells_layer(
            f"{id_}-cells", address(code, shown, version), "fill", {**touch, **(hideout or {})}, interactive=not wall
        ),
        cells_layer(f"{id_}-lines", lines, "line", pane="lines"),
        cells_layer(f"{id_}-borders", borders, "border", pane="borders"),
        cells_layer(f"{id_}-edge", address(code, 0, version), "outline", pane="edge"),
        *more,
        names_layer(f"{id_}-names", names_address(code, min(shown, county.township_level or shown), version)),
        *_places(id_, county),
        points_layer(f"{id_}-units", units),
        points_layer(f"{id_}-leads", leads),
    ]
    still = STILL if wall else {}
    view = dl.Map(
        layers,
        id=id_,
        bounds=bounds_of(county, code),
        boundsOptions={"padding": [14, 14]},
        preferCanvas=True,
        attributionControl=False,
        trackViewport=False,  # it writes back at every move, and stumbles without a centre
        zoomSnap=0 if wall else 0.25,
        zoomDelta=0.5,
        minZoom=8,
        maxZoom=18,
        className="map-view",
        **still,
    )
    beside = [] if wall else [level_switch(id_, county, shown), *illustrative_note(county)]
    return html.Div([view, *beside], className="map")


def _places(id_: str, county: County) -> list[Component]:
    """Names of the finest cells, for a close look; a grid of thousands of them goes without."""
    finest = county.hierarchy.depth
    if finest <= county.township_level or len(county.hierarchy.at_level(finest)) > MOST_NAMES:
        return []
    return [names_layer(f"{id_}-places", names_address(county.code, finest, map_version(county)), small=True)]


def illustrative_note(county: County) -> list[Component]:
    """The mark of a grid whose borders are drawn, not surveyed; nothing for a surveyed one."""
    if not county.hierarchy.illustrative:
        return []
    return [html.Div(t("map.illustrative"), className="map-note", title=t("map.illustrative_long"))]


def level_switch(id_: str, county: County, level: int) -> Component:
    """The switch between the levels of the grid; its addresses ride along so that switching asks no callback of the server."""
    version = map_version(county)
    options = [{"value": address(county.code, n, version), "label": name} for n, name in level_names(county)]
    chosen = address(county.code, level, version)
    control = dmc.SegmentedControl(
        id=f"{id_}-level", data=options, value=chosen, size="xs", **{"aria-label": t("map.levels")}
    )
    return html.Div(control, className="map-levels")


def legend(kinds: Sequence[str] = (*UNIT_KINDS, "lead", "lead_urgent", "overdue", "emergency")) -> html.Div:
    """What the symbols mean."""
    return html.Div([html.Span([symbol(kind, ""), symbol_name(kind)]) for kind in kinds], className="map-legend")


def load_scale() -> html.Span:
    """The colours of the choropleth from few to many open leads."""
    return html.Span(
        [
            html.B(t("map.load")),
            html.Span(t("map.load_low")),
            html.I(className="map-scale"),
            html.Span(t("map.load_high")),
        ]
    )


# -- addresses --------------------------------------------------------------------------------------------------------


def _pick(document: Encoded, accepted: str) -> tuple[bytes, dict[str, str]]:
    kinds = {part.split(";")[0].strip() for part in accepted.lower().split(",")}
    if "br" in kinds:
        return document.brotli, {"content-encoding": "br"}
    if "gzip" in kinds:
        return document.gzip, {"content-encoding": "gzip"}
    return document.plain, {"content-encoding": "identity"}


def answer(document: Encoded, request: Request, media_type: str) -> Response:
    """A document as it was compressed beforehand, or 304 when the browser has it."""
    common = {"etag": document.etag, "cache-control": FOREVER, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == document.etag:
        return Response(status_code=304, headers=common)
    body, encoding = _pick(document, request.headers.get("accept-encoding", ""))
    return Response(body, media_type=media_type, headers=common | encoding)


def _found(name: str, code: str, make: Callable[[County, int], Encoded | None], level: str) -> Encoded:
    """The document of a level for who asks; Refusal when they may not, or when there is none."""
    asker = visit()
    county = asker.record.county(code)
    demand(asker.actor, "grid.read", Subject(county.jurisdiction_id, label=county.name))
    found = make(county, int(level)) if level.isdigit() else None
    if found is None:
        raise Refusal("errors_access.no_such_page", kind="not_found", path=name)
    return found


async def serve_cells(request: Request) -> Response:
    """`/map/<county>/<level>.json`, `/map/<county>/names-<level>.json`: GeoJSON, immutable for a version of the grid."""
    code, name = request.path_params["county"], request.path_params["name"]
    make = names_document if name.startswith("names-") else cells_document
    document = await run(_found, request.url.path, code, make, name.removeprefix("names-"))
    return answer(document, request, "application/geo+json")


async def serve_symbols(request: Request) -> Response:
    """`/map/symbols.css`: the drawings of map, legend and list."""
    from data.queries.grid import encode

    return answer(encode(style_sheet().encode()), request, "text/css")


def symbols_address() -> str:
    """Address of the symbols' style sheet; another drawing is another address."""
    return f"/map/symbols.css?v={hashlib.sha256(style_sheet().encode()).hexdigest()[:12]}"


def register(app: Dash, *ids: str) -> None:
    """Serve geometry and symbols (once for an app), and let the level switches of the maps `ids` work."""
    routes = app.server.router.routes
    if not any(getattr(route, "path", "") == "/map/symbols.css" for route in routes):
        routes.insert(0, Route("/map/symbols.css", serve_symbols))
        routes.insert(1, Route("/map/{county}/{name}.json", serve_cells))
        app.config.external_stylesheets.append(symbols_address())
    for id_ in ids:
        app.clientside_callback(
            ClientsideFunction("map", "level"),
            Output(f"{id_}-cells", "url"),
            Input(f"{id_}-level", "value"),
            prevent_initial_call=True,
        )
