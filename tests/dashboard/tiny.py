"""A tiny page, for tests of the shell: it shows the last tick, refuses on demand and falls over on demand."""

from __future__ import annotations

from dash import Dash, Input, Output, State, dcc, html

from dashboard.context import actor, lang, run
from policy.errors import Refusal

PATH = "/console"
NAME_KEY = "common.devices"
VERB = "page.console"


def layout() -> html.Div:
    return html.Div(
        [
            html.P(f"{actor().name} {lang()}", id="who"),
            html.P("", id="told"),
            dcc.Input(id="wish", value=""),
            html.Button("go", id="go"),
            html.P("", id="done"),
        ]
    )


def _fulfil(wish: str) -> str:
    if wish == "refuse":
        raise Refusal("errors_access.wrong_password", kind="conflict")
    if wish == "break":
        raise ZeroDivisionError
    return f"{wish} for {actor().name}"


def register(app: Dash) -> None:
    @app.callback(Output("told", "children"), Input("tick", "data"))
    async def tell(tick: dict) -> str:
        return str(tick["seq"])

    @app.callback(
        Output("done", "children"), Input("go", "n_clicks"), State("wish", "value"), prevent_initial_call=True
    )
    async def done(_clicks: int, wish: str) -> str:
        return await run(_fulfil, wish)
