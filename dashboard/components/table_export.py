"""The button that saves a table as .xlsx: what the page shows, from the page's own reading, nothing beyond it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.case_reads import beside_field
from dashboard.components.opener import opener
from dashboard.context import actor, county, lang, now, record, run, t
from data.sheets import MEDIA, Book, export_book
from policy.errors import Refusal
from policy.text import named
from policy.zone import CHINA


@dataclass(frozen=True, slots=True)
class Export:
    """One button: `name` begins its ids and names the export in the chain; `book` reads what the page shows in the
    view its stores hold, as who looks may see it. With `personal` it asks what for, and the answer becomes an event."""

    name: str
    book: Callable[..., Book]
    personal: bool = False


def build_export(export: Export, *, look: str = "button") -> Component:
    """The button with the place of its file and of a refusal."""
    here = html.Div(id=f"{export.name}-xlsx-refusal", className="k-error", role="alert")
    file = dcc.Download(id=f"{export.name}-xlsx-file")
    shown = f"{look} x-export"
    if not export.personal:
        go = html.Button(t("exports.button"), id=f"{export.name}-xlsx-go", type="button", n_clicks=0, title=t("exports.button_said"), className=shown)  # fmt: skip
        return html.Span([go, here, file], className="x-place")
    asked = [
        dmc.TextInput(id=f"{export.name}-xlsx-reason", label=t("exports.reason"), inputProps={"maxLength": 200}),
        here,
        html.Button(t("exports.go"), id=f"{export.name}-xlsx-go", type="button", className="button button-main", n_clicks=0),
    ]  # fmt: skip
    target = dmc.PopoverTarget(t("exports.button"), boxWrapperProps=opener(shown, title=t("exports.button_said")))
    box = dmc.PopoverDropdown(html.Div(asked, className="k-form"))
    popover = dmc.Popover([target, box], position="bottom-end", width=340, withinPortal=True)
    return html.Span([popover, file], className="x-place")


def exported(export: Export, *view: Any, reason: str = "") -> tuple[Any, Any]:
    """The file for the browser, or the refusal in words."""
    try:
        book = export.book(*view)
        content = export_book(record(), actor(), county(), book, kind=export.name, reason=reason, lang=lang())
    except Refusal as refusal:
        return no_update, beside_field(refusal)
    place = named(county().words, lang())
    name = f"{place}-{book.title}-{now().astimezone(CHINA):%Y%m%d-%H%M}.xlsx"
    packed = base64.b64encode(content).decode()
    return {"content": packed, "filename": name, "type": MEDIA, "base64": True}, []


def register_export(app: Dash, export: Export, *view: State) -> None:
    """The callback of one button; `view` are the stores that hold what the page shows, in the order `book` takes them."""
    asked = [State(f"{export.name}-xlsx-reason", "value")] if export.personal else []
    told = [Output(f"{export.name}-xlsx-file", "data"), Output(f"{export.name}-xlsx-refusal", "children")]

    async def press(clicks: int, *held: Any) -> tuple[Any, Any]:
        if not clicks:
            raise PreventUpdate
        shown, reason = (held[:-1], held[-1] or "") if export.personal else (held, "")
        return await run(exported, export, *shown, reason=reason)

    app.callback(told, Input(f"{export.name}-xlsx-go", "n_clicks"), *view, *asked, prevent_initial_call=True)(press)
