"""Units on the map: position, status by shape, who they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from layers.points import GeoJson, collection, point


def unit_points(rows: Iterable[Mapping[str, Any]]) -> GeoJson:
    """Units with `code, lon, lat, status` and, if given, `title`, `lines`, `chosen`, `badge`, `stale`; those without a place are left out."""
    return collection(
        point(
            row["code"],
            row["lon"],
            row["lat"],
            row["status"],
            title=row.get("title", ""),
            lines=row.get("lines", ()),
            chosen=bool(row.get("chosen")),
            badge=str(row.get("badge", "")),
            stale=bool(row.get("stale")),
        )
        for row in rows
        if row["lon"] is not None and row["lat"] is not None
    )
