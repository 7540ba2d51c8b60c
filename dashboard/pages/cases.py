"""The table of cases: narrowed, sorted, exported; a new one is proposed from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components import cases_table as table
from dashboard.components.case_propose import build_drawer, may_propose, proposed
from dashboard.components.cases_export import build_export, exported
from dashboard.components.paper_blocks import build_entrance
from dashboard.components.paper_blocks import register as register_blocks
from dashboard.context import query, run, t

PATH: Final = "/cases"
NAME_KEY: Final = "cases_page.name"
VERB: Final = "page.cases"


def view_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The view that the address names."""
    return {name: str(given.get(name) or "") for name in table.NAMES}


def layout() -> Component:
    """The page in the view the address names."""
    view, lead = view_of(query()), str(query().get("propose") or "")[:40]
    head = table.read_head(view)
    propose = [html.Button(t("cases_page.propose"), id="cases-propose", type="button", className="button button-main", n_clicks=0)] if may_propose() else [html.Button(id="cases-propose", hidden=True)]  # fmt: skip
    stores = [
        dcc.Store(id="cases-view", data=view),
        dcc.Store(id="cases-refreshed"),
        dcc.Location(id="cases-address", refresh=False),
        dcc.Location(id="cases-go", refresh="callback-nav"),
        dcc.Download(id="cases-file"),
    ]
    return html.Div(
        [
            *stores,
            html.Div([html.Div(head["counts"], id="cases-counts", className="k-counts"), html.Span(className="k-spacer"), *build_entrance(), build_export(), *propose], className="k-tools k-tools-top"),
            html.Div(table.build_tools(view), className="k-tools"),
            html.Div(table.build_grid(), className="t-only-wide"),
            html.Div(head["cards"], id="cases-cards", className="t-only-narrow t-cards"),
            build_drawer(lead),
        ],
        className="cases",
    )  # fmt: skip


# -- callbacks -----------------------------------------------------------------------------------------------------------


async def _rows(asked: Mapping[str, Any] | None, view: Mapping[str, Any]) -> dict[str, Any]:
    """The rows the grid asks for."""
    return await run(table.rows_of, view, asked or {})


async def _narrow(_values: list[Any], _clicks: list[Any], view: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The view as the tools have it; the address follows it."""
    told = {one["id"]["name"]: str(one.get("value") or "") for one in ctx.inputs_list[0]}
    pressed = ctx.triggered_id if isinstance(ctx.triggered_id, dict) else {}
    only = pressed["only"] if pressed.get("type") == "cases-only" and ctx.triggered[0]["value"] else view.get("only", "")  # fmt: skip
    fresh = {**view, **told, "only": "" if only == "all" else only}
    return fresh, "?" + urlencode({name: value for name, value in fresh.items() if value})


async def _pull(_tick: Any, view: Mapping[str, Any]) -> tuple[Any, Any]:
    """Counts and cards as they are now."""
    head = await run(table.read_head, view)
    return head["counts"], head["cards"]


async def _propose(clicks: int, *_values: Any) -> dict[str, Any]:
    """Propose the case the form describes."""
    if not clicks:
        raise PreventUpdate
    return await run(proposed, ctx.states_list[0], ctx.outputs_grouping["errors"])


async def _export(clicks: int, reason: str | None, view: Mapping[str, Any]) -> dict[str, Any]:
    """The table as it is narrowed, as a spreadsheet."""
    if not clicks:
        raise PreventUpdate
    return await run(exported, view, reason or "")


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_blocks(app)
    view = State("cases-view", "data")
    app.callback(Output("cases-grid", "getRowsResponse"), Input("cases-grid", "getRowsRequest"), view)(_rows)
    app.callback(
        Output("cases-view", "data"),
        Output("cases-address", "search"),
        Input({"type": "cases-tool", "name": ALL}, "value"),
        Input({"type": "cases-only", "only": ALL}, "n_clicks"),
        view,
        prevent_initial_call=True,
    )(_narrow)
    pulled = [Output("cases-counts", "children"), Output("cases-cards", "children")]
    app.callback(*pulled, Input("tick", "data"), Input("cases-view", "data"), prevent_initial_call=True)(_pull)
    app.clientside_callback(
        ClientsideFunction("cases", "refresh"),
        Output("cases-refreshed", "data"),
        Input("cases-view", "data"),
        Input("tick", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("cases", "open"),
        Output("propose-drawer", "opened"),
        Input("cases-propose", "n_clicks"),
        prevent_initial_call=True,
    )
    told = {
        "errors": Output({"type": "propose-error", "name": ALL}, "children"),
        "refusal": Output("propose-refusal", "children"),
        "to": Output("cases-go", "href"),
    }
    app.callback(told, Input("propose-go", "n_clicks"), State({"type": "propose-field", "name": ALL}, "value"), prevent_initial_call=True)(_propose)  # fmt: skip
    sent = {name: Output(id_, prop) for name, id_, prop in (("file", "cases-file", "data"), ("refusal", "cases-export-refusal", "children"), ("opened", "cases-export", "opened"))}  # fmt: skip
    app.callback(sent, Input("cases-export-go", "n_clicks"), State("cases-export-reason", "value"), view, prevent_initial_call=True)(_export)  # fmt: skip
