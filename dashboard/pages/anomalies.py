"""Cells, items and hours with more leads than expected (S10): what they are, how they were found, the leads behind them."""

from __future__ import annotations

from typing import Any, Final

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard.components.anomalies_view import build_list, read
from dashboard.components.table_export import build_export, register_export
from dashboard.context import run
from dashboard.tables.anomalies import ANOMALIES

PATH: Final = "/anomalies"
NAME_KEY: Final = "anomalies.name"
VERB: Final = "page.console"
UNDER: Final = "/console"


def layout() -> Component:
    """The list as it is now."""
    tools = html.Div([html.Span(className="k-spacer"), build_export(ANOMALIES)], className="x-tabs")
    return html.Div([tools, html.Div(build_list(read()), id="anomalies-list")], className="anomalies")


def register(app: Dash) -> None:
    """The list follows the record."""
    register_export(app, ANOMALIES)

    @app.callback(Output("anomalies-list", "children"), Input("tick", "data"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    async def pull(_tick: Any) -> Component:
        """The list anew."""
        return await run(_listed)


def _listed() -> Component:
    return build_list(read())
