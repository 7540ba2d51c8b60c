"""The shift desk 值班: who is on duty, what is open, notes, handover, calls to make, roster, telephones on duty."""

from __future__ import annotations

from typing import Final

from dash import Dash, State, html
from dash.development.base_component import Component

from dashboard.components import shift_import
from dashboard.components import shift_reads as reads
from dashboard.components.desk import Desk, build_drawer, build_stores
from dashboard.components.desk import register as register_desk
from dashboard.components.table_export import build_export, register_export
from dashboard.context import query, t
from dashboard.tables.shift import SHIFT

PATH: Final = "/shift"
NAME_KEY: Final = "shift.page"
VERB: Final = "page.shift"
DESK: Final = Desk("shift", reads.NAMES, reads.parts, reads.opened, reads.taken)


def layout() -> Component:
    """The page in the view the address names."""
    view = reads.view_of(query())
    parts = reads.parts(view)
    tabs = html.Nav(parts["tabs"], id="shift-tabs", className="b-tabs", **{"aria-label": t("shift.page")})
    warn, body = html.Div(parts["warn"], id="shift-warn", className="s-warnings"), html.Div(parts["body"], id="shift-body", className="s-body")  # fmt: skip
    top = html.Div([tabs, build_export(SHIFT)], className="x-tabs")
    return html.Div([*build_stores(DESK, view, parts), top, warn, body, build_drawer(DESK)], className="between shift")


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_desk(app, DESK)
    register_export(app, SHIFT, State("shift-view", "data"))
    shift_import.register(app)
