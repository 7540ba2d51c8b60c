"""Packs of joint meetings on the county office's page: made for a day, kept with their hashes, taken down to be edited."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.case_words import moment, size
from dashboard.components.console_parts import build_refusal
from dashboard.components.desk import done_note
from dashboard.components.office_words import Section, View, box, day_of, may, read
from dashboard.context import actor, county, lang, now, record, run, t
from data.meeting_pack_files import ENDINGS, PackRow, make_pack, pack_file, packs
from data.queries.office_figures import days_taken
from data.settings import settings
from policy.errors import Refusal
from policy.zone import CHINA


def build(view: View) -> Component:
    """The section: the day of the next pack, and the packs that were kept."""
    making = [box(t("office.pack.make"), _form(view), look="o-screen")] if may("meeting_pack.make") else []
    kept = html.Div(build_list(read(packs)), id="office-packs")
    return html.Div([*making, box(t("office.pack.kept"), kept)], className="o-section")


def _form(view: View) -> list[Component]:
    with record().read() as session:
        first, last = days_taken(session, county())
    yesterday = now().astimezone(CHINA).date() - timedelta(days=1)
    on = day_of(view, "on") or last or yesterday
    held = {"minDate": first.isoformat()} if first else {}
    day = dmc.DateInput(id="office-pack-day", label=t("office.pack.day"), description=t("office.pack.day_how"), value=min(on, yesterday).isoformat(), maxDate=yesterday.isoformat(), valueFormat="YYYY-MM-DD", w=220, size="sm", **held)  # fmt: skip
    go = html.Button(t("office.pack.go"), id="office-pack-go", type="button", className="button button-main", n_clicks=0)  # fmt: skip
    return [html.P(t("office.pack.how"), className="muted"), html.Div([day, go], className="o-row o-bottom"), html.Div(id="office-pack-refusal")]  # fmt: skip


def build_list(rows: Sequence[PackRow]) -> list[Component]:
    """Kept packs, each with its two files and their hashes."""
    if not rows:
        return [html.P(t("office.pack.none"), className="muted")]
    top = html.Tr([html.Th(t(f"office.column.{name}")) for name in ("as_of", "edition", "language", "made", "files")])
    return [html.Div(html.Table([html.Thead(top), html.Tbody([_row(one) for one in rows])], className="o-table"), className="o-scroll")]  # fmt: skip


def _row(one: PackRow) -> Component:
    files = [
        html.Span(
            [
                html.Button(f"↓ .{ENDINGS[file.media_type]}", id={"type": "office-pack-file", "key": str(file.id)}, type="button", n_clicks=0, className="button t-small"),
                html.Span(size(file.size), className="muted num k-small"),
                html.Code(f"{file.sha256[:12]}…", title=file.sha256),
            ],
            className="o-file",
        )
        for file in one.files
    ]  # fmt: skip
    language = t(f"office.pack.language.{one.language}")
    return html.Tr([html.Td(one.as_of.isoformat(), className="num"), html.Td(one.edition, className="num"), html.Td(language), html.Td(moment(one.made_at), className="num"), html.Td(files, className="o-files")])  # fmt: skip


def made(day: str | None) -> tuple[Any, ...]:
    """Make the pack of a day: the list as it is then, or the refusal in words."""
    asked = day_of({"on": day or ""}, "on")
    try:
        if asked is None:
            raise Refusal("errors_office.pack_day_missing", pointer="/as_of")
        row = make_pack(record(), actor(), county(), settings().var, asked, lang())
    except Refusal as refusal:
        return no_update, [build_refusal(refusal)], no_update
    told = t("office.pack.made", on=row.as_of, edition=row.edition)
    return build_list(read(packs)), [], done_note(told)


def taken(key: str) -> dict[str, Any]:
    """A file of a pack for the browser; raises Refusal when its bytes are not those that were kept."""
    with record().read() as session:
        name, content = pack_file(session, actor(), county(), settings().var, now(), key)
    return {"content": base64.b64encode(content).decode(), "filename": name, "base64": True}


async def _make(clicks: int, day: str | None) -> tuple[Any, ...]:
    """Make a pack."""
    if not clicks:
        raise PreventUpdate
    return await run(made, day)


async def _take(clicks: list[int]) -> Any:
    """Take a file down."""
    if not any(clicks):
        raise PreventUpdate
    return await run(taken, ctx.triggered_id["key"])


def register(app: Dash) -> None:
    """The section's callbacks."""
    told = [Output("office-packs", "children"), Output("office-pack-refusal", "children"), Output("notices", "sendNotifications", allow_duplicate=True)]  # fmt: skip
    app.callback(*told, Input("office-pack-go", "n_clicks"), State("office-pack-day", "value"), prevent_initial_call=True, running=[(Output("office-pack-go", "disabled"), True, False)])(_make)  # fmt: skip
    app.callback(Output("office-file", "data"), Input({"type": "office-pack-file", "key": ALL}, "n_clicks"), prevent_initial_call=True)(_take)  # fmt: skip


SECTION: Final = Section("packs", build, register)
