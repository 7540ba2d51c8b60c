"""Patrols 巡查: village grids against their plans on a map and in a table, and patrols as they are walked."""

from __future__ import annotations

from typing import Final

from dash import Dash, State, html
from dash.development.base_component import Component

from dashboard.components import map as maps
from dashboard.components import patrols_reads as reads
from dashboard.components.desk import Desk, build_drawer, build_stores
from dashboard.components.desk import register as register_desk
from dashboard.components.patrols_map import patrols_map
from dashboard.components.table_export import build_export, register_export
from dashboard.context import query, t
from dashboard.tables.patrols import PATROLS

PATH: Final = "/patrols"
NAME_KEY: Final = "patrols.page"
VERB: Final = "page.patrols"
DESK: Final = Desk("patrols", reads.NAMES, reads.parts, reads.opened, reads.taken)


def layout() -> Component:
    """The page in the view the address names."""
    view = reads.view_of(query())
    parts = reads.parts(view)

    def part(name: str, look: str) -> Component:
        return html.Div(parts[name], id=f"patrols-{name}", className=look)

    tabs = html.Nav(parts["tabs"], id="patrols-tabs", className="b-tabs", **{"aria-label": t("patrols.page")})
    top = html.Div([tabs, build_export(PATROLS)], className="x-tabs")
    shown = [top, part("figures", "p-figures"), part("next", "b-tools")]
    side = html.Div([part("matter", "b-stack"), patrols_map(parts["states"], view["town"])], className="p-side")
    columns = html.Div([html.Section(part("list", "p-list")), side], className=f"p-columns p-{view['tab']}")
    return html.Div(
        [*build_stores(DESK, view, parts), *shown, columns, build_drawer(DESK)], className="between patrols"
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_desk(app, DESK)
    register_export(app, PATROLS, State("patrols-view", "data"))
    maps.register(app, "patrols-map")
