"""Taking in a table of shifts or leave on the page: previewed with every fault, then taken in as it was seen."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.desk import done_note
from dashboard.components.shift_roster import KINDS
from dashboard.components.shift_view import to
from dashboard.context import actor, county, lang, record, run, t
from data.casework.rosters import take_table
from data.importers import Imported
from policy.errors import Refusal


def _take(contents: str, name: str, kind: str, *, preview: bool) -> Imported:
    """What the browser read, as a file of its own."""
    try:
        raw = base64.b64decode(contents.partition(",")[2], validate=True)
    except binascii.Error:
        raise Refusal("errors_import.unreadable", file=name[:80]) from None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / (Path(name).name[-80:] or "table")
        file.write_bytes(raw)
        return take_table(record(), actor(), county(), kind if kind in KINDS else KINDS[0], file, preview=preview)


def previewed(contents: str, name: str, kind: str) -> tuple[list[Component], bool]:
    """What the table would do, or its faults; and whether it may be taken in."""
    try:
        done = _take(contents, name, kind, preview=True)
    except Refusal as refusal:
        return build_faults(name, refusal), False
    return [html.P([html.Strong(name), " · ", t("shift.import.would"), " ", done.sentence(lang())])], True


def build_faults(name: str, refusal: Refusal) -> list[Component]:
    """Every fault of a table."""
    lines = [html.Li(reason.sentence(lang())) for reason in refusal.reasons]
    return [html.P([html.Strong(name), " · ", refusal.sentence(lang())], className="alarm"), html.Ul(lines, className="s-faults")]  # fmt: skip


def taken(contents: str, name: str, kind: str) -> dict[str, Any]:
    """The table taken in, or refused once more where the record has changed since."""
    try:
        done = _take(contents, name, kind, preview=False)
    except Refusal as refusal:
        return {"preview": build_faults(name, refusal), "barred": True, "notes": no_update, "done": no_update}
    words = done.sentence(lang())
    return {"preview": [html.P(words)], "barred": True, "notes": done_note(words), "done": words}


def register(app: Dash) -> None:
    """Preview as soon as a file is there or its kind changes, take in on a press; another team is another address."""

    async def preview(contents: str | None, kind: str, name: str | None) -> Sequence[Any]:
        if not contents:
            raise PreventUpdate
        shown, fit = await run(previewed, contents, name or "—", kind)
        return shown, not fit

    async def take(clicks: int, contents: str | None, kind: str, name: str | None) -> dict[str, Any]:
        if not clicks or not contents:
            raise PreventUpdate
        return await run(taken, contents, name or "—", kind)

    async def narrow(team: str | None, view: dict[str, str]) -> str:
        if not team or team == (view.get("team") or "all"):
            raise PreventUpdate
        return to(tab="roster", on=view.get("on", ""), team=team)

    kept = (State("shift-kind", "value"), State("shift-upload", "filename"))
    app.callback(
        Output("shift-preview", "children"),
        Output("shift-take", "disabled"),
        Input("shift-upload", "contents"),
        Input("shift-kind", "value"),
        State("shift-upload", "filename"),
        prevent_initial_call=True,
    )(preview)
    app.callback(
        {
            "preview": Output("shift-preview", "children", allow_duplicate=True),
            "barred": Output("shift-take", "disabled", allow_duplicate=True),
            "notes": Output("notices", "sendNotifications", allow_duplicate=True),
            "done": Output("shift-done", "data", allow_duplicate=True),
        },
        Input("shift-take", "n_clicks"),
        State("shift-upload", "contents"),
        *kept,
        prevent_initial_call=True,
    )(take)
    app.callback(
        Output("shift-go", "href", allow_duplicate=True),
        Input("shift-team", "value"),
        State("shift-view", "data"),
        prevent_initial_call=True,
    )(narrow)
