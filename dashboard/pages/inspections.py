"""Inspections 综合查一次: what can be merged, plans, visits by day, draws that can be repeated, operations, one enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboard.components import inspections_reads as reads
from dashboard.components.desk import Desk, build_drawer, build_stores
from dashboard.components.desk import register as register_desk
from dashboard.components.inspections_ways import ways_out
from dashboard.components.table_export import build_export, register_export
from dashboard.context import query, t
from dashboard.tables.inspections import INSPECTIONS

PATH: Final = "/inspections"
NAME_KEY: Final = "inspections.page"
VERB: Final = "page.inspections"
DESK: Final = Desk("inspections", reads.NAMES, reads.parts, reads.opened, reads.taken, ways_out)


def layout() -> Component:
    """The page in the view the address names."""
    view = reads.view_of(query())
    parts = reads.parts(view)

    def part(name: str, look: str) -> Component:
        return html.Div(parts[name], id=f"inspections-{name}", className=look)

    tabs = html.Nav(parts["tabs"], id="inspections-tabs", className="b-tabs", **{"aria-label": t("inspections.page")})
    columns = html.Div(
        [
            html.Section(part("list", "b-list"), className="b-rows"),
            html.Section([part("next", "b-tools"), part("matter", "b-stack")], className="b-matter"),
        ],
        className=f"b-columns {'b-open' if view['no'] else 'b-bare'}",
    )
    top = html.Div([tabs, build_export(INSPECTIONS)], className="x-tabs")
    return html.Div([*build_stores(DESK, view, parts), top, columns, build_drawer(DESK)], className="between")


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_desk(app, DESK)
    register_export(app, INSPECTIONS, State("inspections-view", "data"))
    app.callback(
        Output("inspections-go", "href", allow_duplicate=True),
        Input("inspections-find", "value"),
        State("inspections-view", "data"),
        prevent_initial_call=True,
    )(find)


def find(text: str | None, view: Mapping[str, str]) -> Any:
    """Go on to the enterprises that are called so."""
    said = (text or "").strip()
    return no_update if said == view.get("text", "") else reads.address(tab="subjects", no=view["no"], text=said)
