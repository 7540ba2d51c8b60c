"""Taking in a table of shifts or leave on the page; another team is another address."""

from __future__ import annotations

from typing import Final

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard.components.shift_roster import KINDS
from dashboard.components.shift_view import to
from dashboard.components.table_import import TableImport, register_import
from data.casework.rosters import take_table

IMPORT: Final = TableImport("shift", KINDS, take_table)


def register(app: Dash) -> None:
    """A table previewed and taken in; another team is another address."""

    async def narrow(team: str | None, view: dict[str, str]) -> str:
        if not team or team == (view.get("team") or "all"):
            raise PreventUpdate
        return to(tab="roster", on=view.get("on", ""), team=team)

    register_import(app, IMPORT)
    app.callback(
        Output("shift-go", "href", allow_duplicate=True),
        Input("shift-team", "value"),
        State("shift-view", "data"),
        prevent_initial_call=True,
    )(narrow)
