"""A figure: definition, target and clause, its value of now or of a past day, the days behind it, its groups, its source rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from dash import Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.figures_reads import address, look, view_of
from dashboard.components.figures_rows import EXPORT
from dashboard.components.figures_view import build_figure
from dashboard.components.table_export import register_export
from dashboard.context import county, query, run
from data.authority import Actor, Subject

PATH: Final = "/figures/<figure>"
NAME_KEY: Final = "figures_page.name"
VERB: Final = "page.figures"
UNDER: Final = "/office"
NAMES: Final = ("date", "measure", "group", "code", "days", "page")


def home(_actor: Actor) -> str:
    """A figure has no page without its number: the list of them."""
    return "/figures"


def subject(figure: str) -> Subject:
    """What opening the page is asked about; whether there is such a figure, its reading decides."""
    return Subject(county().jurisdiction_id, label=figure)


def layout(figure: str) -> Component:
    """The figure in the view the address names."""
    given = {name: str(query().get(name) or "") for name in NAMES}
    view = view_of(figure, given)
    stores = [
        dcc.Store(id="figure-view", data={**given, "figure": view.figure}),
        dcc.Location(id="figure-address", refresh="callback-nav"),
    ]
    return html.Div([*stores, *build_figure(look(view))], className="figures")


def moved(held: Mapping[str, Any], on: str | None, measure: str | None) -> str:
    """The address with another day or measure; PreventUpdate where nothing changed."""
    view = view_of(str(held["figure"]), held)
    day = date.fromisoformat(on[:10]) if on else None
    if (day, measure or view.measure) == (view.on, view.measure):
        raise PreventUpdate
    return address(view, on=day, measure=measure or view.measure)


async def _move(on: str | None, measure: str | None, held: Mapping[str, Any]) -> str:
    """The same figure on another day, or another of its measures."""
    if not ctx.triggered_id:
        raise PreventUpdate
    return await run(moved, held, on, measure)


def register(app: Dash) -> None:
    """The page's callbacks."""
    held = State("figure-view", "data")
    app.callback(
        Output("figure-address", "href"),
        Input("figure-on", "value"),
        Input("figure-measure", "value"),
        held,
        prevent_initial_call=True,
    )(_move)
    register_export(app, EXPORT, held)
