"""How village grids stand, as a layer of the map: done, due today, overdue, without a plan; overdue ones are hatched too."""

from __future__ import annotations

from typing import Final

import dash_leaflet as dl
from dash import html
from dash.development.base_component import Component

from dashboard.components.map import grid_map
from dashboard.context import county, lang, t
from data.queries.grid import bounds_of, map_version
from data.queries.patrols import CellRow, PatrolCoverage
from layers.cells import address
from policy.patrol import village_level
from policy.vocabulary_patrol import CellState

PANE: Final = "patrols"
LOOKS: Final = (CellState.OVERDUE, CellState.DUE, CellState.DONE, CellState.UNPLANNED)


def patrols_map(states: list[Component], town: str) -> Component:
    """The map with the layer of states and its key; it opens on the township that is looked at."""
    place = county()
    level = village_level(place.profile, place.grid_on, place.hierarchy.depth)
    layers = [dl.Pane(name=PANE, style={"zIndex": 304}), dl.LayerGroup(states, id="patrols-states")]
    made = grid_map("patrols-map", place, level=level, more=layers)
    if town in place.hierarchy:
        made.children[0].bounds = bounds_of(place, town)
    return html.Section([made, build_key()], className="panel p-map", **{"aria-label": t("patrols.map")})


def build_key() -> Component:
    """What the colours mean."""
    marks = [html.Span([html.I(className=f"p-swatch p-swatch-{one.value}"), t(f"vocabulary.cell_state.{one.value}")]) for one in LOOKS]  # fmt: skip
    return html.Div(marks, className="p-key")


def build_states(found: PatrolCoverage) -> list[Component]:
    """The layer: a state for each village grid by its code, with what is said when one points at it."""
    place = county()
    level = village_level(place.profile, place.grid_on, place.hierarchy.depth)
    told = {row.code: [row.standing.state.value, place.name_of(row.code, lang()), *lines_of(row)] for row in found.rows}
    layer = dl.GeoJSON(
        url=address(place.code, level, map_version(place)),
        style={"variable": "onegrid.patrols.cell"},
        onEachFeature={"variable": "onegrid.patrols.tip"},
        hideout={"told": told},
        pane=PANE,
        interactive=True,
    )
    return [layer]


def lines_of(row: CellRow) -> list[str]:
    """How a village grid stands, in words."""
    state = t(f"vocabulary.cell_state.{row.standing.state.value}")
    counted = [t("patrols.of", done=row.standing.done, planned=row.standing.planned)] if row.plan else []
    return [state, *counted, since_words(row)]


def since_words(row: CellRow) -> str:
    """Since when a village grid was not visited."""
    days = row.standing.since
    if days is None:
        return t("patrols.never")
    return t("patrols.today") if days == 0 else t("patrols.days_ago", n=days)
