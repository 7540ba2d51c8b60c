"""The wall in parts: what each shows, and which of them have changed since a wall last asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dash import no_update
from plotly.io.json import to_json_plotly

from dashboard.components import wall_figures, wall_head, wall_lists, wall_map
from dashboard.context import actor, county, lang, now, record
from data.queries.wall import Kept, scope_of, wall_state
from data.queries.wall_rows import WallState

Digests = dict[str, str]

OUTPUTS: Final[Mapping[str, tuple[str, str]]] = {
    "alarm": ("wall-alarm", "children"),
    "counts": ("wall-counts", "children"),
    "shift": ("wall-shift", "children"),
    "teams": ("wall-teams", "children"),
    "trend_head": ("wall-trend-head", "children"),
    "trend": ("wall-trend", "src"),
    "response": ("wall-response", "children"),
    "newest": ("wall-newest", "children"),
    "late": ("wall-late", "children"),
    "support": ("wall-support", "children"),
    "closure_side": ("wall-closure-side", "children"),
    "closure": ("wall-closure", "src"),
    "hours_title": ("wall-hours-title", "children"),
    "hours_side": ("wall-hours-side", "children"),
    "hours": ("wall-hours", "src"),
    "legend": ("wall-legend", "children"),
    "figures": ("wall-figures", "children"),
    "scenes": ("wall-scenes", "data"),
    "units": ("wall-map-units", "data"),
    "leads": ("wall-map-leads", "data"),
    "cells": ("wall-map-cells", "hideout"),
}
"""Part → the component and property that show it."""

_MAKE: Final[Mapping[str, Callable[[WallState], Any]]] = {
    "alarm": wall_head.alarm,
    "counts": wall_head.counts,
    "shift": wall_head.shift,
    "teams": wall_figures.teams,
    "trend_head": wall_figures.trend_head,
    "trend": wall_figures.trend_chart,
    "response": wall_figures.response,
    "newest": wall_lists.newest,
    "late": wall_lists.late,
    "support": wall_lists.support,
    "closure_side": wall_figures.closure_side,
    "closure": wall_figures.closure_chart,
    "hours_title": wall_figures.hours_title,
    "hours_side": wall_figures.hours_side,
    "hours": wall_figures.hours_chart,
    "legend": wall_map.legend,
    "figures": wall_figures.figures_scene,
    "scenes": wall_map.scene_data,
    "units": wall_map.unit_data,
    "leads": wall_map.lead_data,
}

_made: Final = Kept(16)


def look() -> WallState:
    """The county as who asks may see it, now."""
    with record().read() as session:
        return wall_state(session, actor(), county(), now())


def build_parts(state: WallState) -> dict[str, Any]:
    """Every part of the wall in the language of the answer."""
    townships = tuple(cell.code for cell in county().townships)
    return {name: make(state) for name, make in _MAKE.items()} | {"cells": wall_map.cell_hideout(state, townships)}


@dataclass(frozen=True, slots=True)
class Made:
    """The parts of a state in a language: as components, as the plain data they are sent as, and a digest of each."""

    state: WallState
    parts: dict[str, Any]
    plain: dict[str, Any]
    digests: Digests


def made_of(state: WallState) -> Made:
    """The parts of a state, made once for a language however many walls show them."""
    return _made.get((id(state), lang(), actor().device), lambda: _make(state))


def _make(state: WallState) -> Made:
    parts = build_parts(state)
    texts = {name: to_json_plotly(part) for name, part in parts.items()}
    plain = {name: json.loads(text) for name, text in texts.items()}
    return Made(state, parts, plain, {name: digest(text) for name, text in texts.items()})


def digest(text: str) -> str:
    """A short digest of what a part shows."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def share_key(body: Mapping[str, Any]) -> Hashable:
    """What an answer to a wall depends on: whose area it shows, what of it by now, what that wall has and where it puts it."""
    had = next((one.get("value") for one in body.get("state", ()) if one.get("id") == "wall-known"), None)
    places = digest(json.dumps(body.get("outputs"), sort_keys=True))
    seen = (*scope_of(actor(), county()), lang(), actor().device)
    return (seen, places, _in_order(made_of(look()).digests), _in_order(had) if isinstance(had, dict) else None)


def _in_order(digests: Mapping[Any, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(name), str(digest)) for name, digest in digests.items()))


def changes(known: Mapping[str, str] | None) -> dict[str, Any]:
    """The parts that differ from what a wall has, the others left as they are; and the digests to ask with next."""
    made, had = made_of(look()), known or {}
    told = {name: part if had.get(name) != made.digests[name] else no_update for name, part in made.plain.items()}
    return told | {"known": made.digests if made.digests != had else no_update}
