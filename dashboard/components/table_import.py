"""Taking in a table on a page: previewed with every fault as soon as a file is there, then taken in as it was seen."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.desk import done_note
from dashboard.context import actor, county, lang, record, run, t
from data.importers import Imported
from policy.errors import Refusal


@dataclass(frozen=True, slots=True)
class TableImport:
    """One place where tables come in: `name` begins its ids (`-kind`, `-upload`, `-preview`, `-take`, `-done`), `take` is the verb."""

    name: str
    kinds: tuple[str, ...]
    take: Callable[..., Imported]


def _take(into: TableImport, contents: str, name: str, kind: str, *, preview: bool) -> Imported:
    """What the browser read, as a file of its own."""
    try:
        raw = base64.b64decode(contents.partition(",")[2], validate=True)
    except binascii.Error:
        raise Refusal("errors_import.unreadable", file=name[:80]) from None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / (Path(name).name[-80:] or "table")
        file.write_bytes(raw)
        chosen = kind if kind in into.kinds else into.kinds[0]
        return into.take(record(), actor(), county(), chosen, file, preview=preview)


def previewed(into: TableImport, contents: str, name: str, kind: str) -> tuple[list[Component], bool]:
    """What the table would do, or its faults; and whether it may be taken in."""
    try:
        done = _take(into, contents, name, kind, preview=True)
    except Refusal as refusal:
        return build_faults(name, refusal), False
    return [html.P([html.Strong(name), " · ", t("shift.import.would"), " ", done.sentence(lang())])], True


def build_faults(name: str, refusal: Refusal) -> list[Component]:
    """Every fault of a table."""
    lines = [html.Li(reason.sentence(lang())) for reason in refusal.reasons]
    return [html.P([html.Strong(name), " · ", refusal.sentence(lang())], className="alarm"), html.Ul(lines, className="s-faults")]  # fmt: skip


def taken(into: TableImport, contents: str, name: str, kind: str) -> dict[str, Any]:
    """The table taken in, or refused once more where the record has changed since."""
    try:
        done = _take(into, contents, name, kind, preview=False)
    except Refusal as refusal:
        return {"preview": build_faults(name, refusal), "barred": True, "notes": no_update, "done": no_update}
    words = done.sentence(lang())
    return {"preview": [html.P(words)], "barred": True, "notes": done_note(words), "done": words}


def register_import(app: Dash, into: TableImport) -> None:
    """Preview as soon as a file is there or its kind changes, take in on a press."""

    async def preview(contents: str | None, kind: str, name: str | None) -> Sequence[Any]:
        if not contents:
            raise PreventUpdate
        shown, fit = await run(previewed, into, contents, name or "—", kind)
        return shown, not fit

    async def take(clicks: int, contents: str | None, kind: str, name: str | None) -> dict[str, Any]:
        if not clicks or not contents:
            raise PreventUpdate
        return await run(taken, into, contents, name or "—", kind)

    place = f"{into.name}-upload"
    app.clientside_callback(ClientsideFunction("tables", "named"), Output(place, "className"), Input(place, "id"))
    kept = (State(f"{into.name}-kind", "value"), State(f"{into.name}-upload", "filename"))
    app.callback(
        Output(f"{into.name}-preview", "children"),
        Output(f"{into.name}-take", "disabled"),
        Input(f"{into.name}-upload", "contents"),
        Input(f"{into.name}-kind", "value"),
        State(f"{into.name}-upload", "filename"),
        prevent_initial_call=True,
    )(preview)
    app.callback(
        {
            "preview": Output(f"{into.name}-preview", "children", allow_duplicate=True),
            "barred": Output(f"{into.name}-take", "disabled", allow_duplicate=True),
            "notes": Output("notices", "sendNotifications", allow_duplicate=True),
            "done": Output(f"{into.name}-done", "data", allow_duplicate=True),
        },
        Input(f"{into.name}-take", "n_clicks"),
        State(f"{into.name}-upload", "contents"),
        *kept,
        prevent_initial_call=True,
    )(take)
