"""Open leads on the map: pins, amber when urgent, ringed when overdue, an octagon for an emergency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from layers.points import GeoJson, collection, point
from policy.vocabulary import Urgency

SYMBOL_OF: Final = {
    Urgency.NORMAL.value: "lead",
    Urgency.URGENT.value: "lead_urgent",
    Urgency.EMERGENCY.value: "emergency",
}


def lead_symbol(urgency: str) -> str:
    """The symbol of a lead by its urgency."""
    return SYMBOL_OF[urgency]


def lead_points(rows: Iterable[Mapping[str, Any]]) -> GeoJson:
    """Leads with `number, lon, lat, urgency` and, if given, `title`, `lines`, `overdue`, `chosen`, `badge`; unlocated ones are left out."""
    return collection(
        point(
            row["number"],
            row["lon"],
            row["lat"],
            lead_symbol(row["urgency"]),
            title=row.get("title", ""),
            lines=row.get("lines", ()),
            overdue=bool(row.get("overdue")),
            chosen=bool(row.get("chosen")),
            badge=str(row.get("badge", "")),
        )
        for row in rows
        if row["lon"] is not None and row["lat"] is not None
    )
