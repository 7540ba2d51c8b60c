"""Units, leads and names as GeoJSON points, and the layers that show them; the script draws what `symbol` names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import dash_leaflet as dl

from layers.symbols import SYMBOLS

GeoJson = dict[str, Any]
DIGITS: Final = 5  # of a degree: about a metre
EMPTY: Final[GeoJson] = {"type": "FeatureCollection", "features": []}


def point(
    key: str,
    lon: float,
    lat: float,
    symbol: str,
    *,
    title: str = "",
    lines: Sequence[str] = (),
    overdue: bool = False,
    chosen: bool = False,
    badge: str = "",
    stale: bool = False,
) -> GeoJson:
    """A feature drawn as `symbol` (a key of SYMBOLS) at WGS-84 degrees; `title` and `lines` are plain text for the tooltip,
    `stale` greys a symbol whose place is not known to be so still."""
    if symbol not in SYMBOLS:
        raise KeyError(symbol)
    told: dict[str, Any] = {"key": key, "symbol": symbol}
    extra = {"title": title, "lines": list(lines), "overdue": overdue, "chosen": chosen, "badge": badge, "stale": stale}
    told |= {name: value for name, value in extra.items() if value}
    return feature(lon, lat, told)


def feature(lon: float, lat: float, properties: Mapping[str, Any]) -> GeoJson:
    """A point feature with rounded coordinates."""
    place = [round(lon, DIGITS), round(lat, DIGITS)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": dict(properties)}


def collection(features: Iterable[GeoJson]) -> GeoJson:
    """The features in a stable order, so that an unchanged layer is equal to itself."""
    return {
        "type": "FeatureCollection",
        "features": sorted(features, key=lambda f: str(f["properties"].get("key", ""))),
    }


def points_layer(id_: Any, data: GeoJson | None = None, **more: Any) -> dl.GeoJSON:
    """A layer of symbols; `data` is a `collection` of `point`s. Symbols make room for names and for one another."""
    return dl.GeoJSON(
        id=id_,
        data=data or EMPTY,
        pointToLayer={"variable": "onegrid.map.symbol"},
        onEachFeature={"variable": "onegrid.map.tooltip"},
        **{"pane": "symbols", **more},
    )
