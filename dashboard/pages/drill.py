"""Control of a drill 导调: every inject with its minute and how far it has come; there only while a drill is served."""

from __future__ import annotations

from typing import Final

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.components import drill_view as view
from dashboard.components.desk import Desk, build_drawer, build_stores
from dashboard.components.desk import register as register_desk
from dashboard.context import query

PATH: Final = "/drill"
NAME_KEY: Final = "drill.page"
VERB: Final = "page.drill"
UNDER: Final = "/console"  # reached from the band at the top of every page
DESK: Final = Desk("drill", view.NAMES, view.parts, view.opened, view.taken)


def layout() -> Component:
    """The page as the drill stands."""
    shown = view.view_of(query())
    parts = view.parts(shown)
    content = [html.Div(parts[name], id=f"drill-{name}", className=f"drill-{name}") for name in view.NAMES]
    return html.Div([*build_stores(DESK, shown, parts), *content, build_drawer(DESK)], className="between drill")


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_desk(app, DESK)
