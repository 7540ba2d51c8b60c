"""Cells of the grid: geometry comes once by address, colours by a small list in `hideout`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import dash_leaflet as dl

STEPS: Final = 5  # classes of the choropleth
NOTHING: Final = -1  # a cell without colour


def address(county: str, level: int, version: str) -> str:
    """Where the geometry of a level is served; another version is another address, so it may be kept for ever."""
    return f"/map/{county}/{level}.json?v={version}"


def names_address(county: str, level: int, version: str) -> str:
    """Where the names of a level are served, with the points they are written at."""
    return f"/map/{county}/names-{level}.json?v={version}"


def steps(values: Sequence[float | None], top: float | None = None) -> list[int]:
    """Classes 0–4 of `values` on equal steps up to `top` (their largest); -1 where there is no value."""
    most = top if top is not None else max((v for v in values if v is not None), default=0.0)
    if most <= 0:
        return [NOTHING if v is None else 0 for v in values]
    return [NOTHING if v is None else min(int(v / most * STEPS), STEPS - 1) for v in values]


def load_steps(codes: Iterable[str], loads: Mapping[str, int], top: float | None = None) -> list[int]:
    """Classes of open load for the cells `codes`, in the order of the served geometry (by code)."""
    return steps([float(loads.get(code, 0)) for code in sorted(codes)], top)


def cells_layer(
    id_: Any, url: str | None, kind: str, hideout: Mapping[str, Any] | None = None, **more: Any
) -> dl.GeoJSON:
    """Cells of one level; `kind` is fill (choropleth), line (thin outlines), border (stronger ones) or outline (the county's edge), focus (one framed, the others back).

    `hideout`: `steps` (a class for each cell in order of code, see `load_steps`), `chosen` (a code), `touch` (names on hovering), `focus` (a code). Restyling sends only that.
    """
    return dl.GeoJSON(
        id=id_,
        url=url,
        style={"variable": f"onegrid.map.{kind}"},
        onEachFeature={"variable": "onegrid.map.cell"},
        hideout=dict(hideout or {}),
        **{"interactive": False, "pane": "cells", **more},
    )


def names_layer(id_: Any, url: str, *, small: bool = False, **more: Any) -> dl.GeoJSON:
    """Names of the cells at their label points; symbols keep clear of them. Small ones show only near and where there is room."""
    return dl.GeoJSON(
        id=id_,
        url=url,
        pointToLayer={"variable": "onegrid.map.name"},
        hideout={"small": 1} if small else {},
        **{"interactive": False, "pane": "places" if small else "names", **more},
    )
