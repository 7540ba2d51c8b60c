"""Numbers reserved for teams, on the page of cases: taken for decisions on the spot, brought back, what is used of each (PL 52)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.case_form import POPUP
from dashboard.components.case_reads import beside_field
from dashboard.components.case_words import joined, moment, nothing
from dashboard.components.clause import clause
from dashboard.components.console_parts import build_refusal
from dashboard.context import actor, county, lang, now, record, run, t
from data.casework.paper_numbers import reserve_block, return_block
from data.keys import row_key
from data.queries.paper_blocks import BlockRow, TeamChoice, list_blocks, series_choices, team_choices
from policy.errors import Refusal

USUAL: Final = 20  # numbers: what one shift may need; whoever takes them says another figure
_PARTS: Final = re.compile(r"[\s、，,;；]+")


def _teams() -> list[TeamChoice]:
    with record().read() as session:
        return team_choices(session, actor(), county(), now(), lang())


def build_entrance() -> list[Component]:
    """The button and its drawer, for who may take numbers for some team; nothing for others."""
    teams = _teams()
    if not teams:
        return []
    drawer = dmc.Drawer(
        html.Div([_taking(teams), html.Div(id="blocks-list")]),
        id="blocks-drawer",
        opened=False,
        keepMounted=True,
        position="right",
        size="min(560px, 100vw)",
        title=t("papers_page.blocks.title"),
        closeButtonProps={"aria-label": t("papers_page.close")},
        zIndex=300,
        className="k-drawer",
    )
    button = html.Button(t("papers_page.blocks.title"), id="blocks-open", type="button", className="button", n_clicks=0)
    return [button, drawer]


def _taking(teams: Sequence[TeamChoice]) -> Component:
    words = [{"value": word, "label": t("papers_page.blocks.series_of", word=word, name=name)} for word, name in series_choices(lang())]  # fmt: skip
    named = [{"value": one.code, "label": one.name} for one in teams]
    first = named[0]["value"] if len(named) == 1 else None
    fields = [
        html.P([t("papers_page.blocks.hint"), " ", *clause("PL 52", away=True)], className="muted k-note"),
        dmc.Select(id="blocks-team", label=t("papers_page.blocks.team"), data=named, value=first, searchable=True, required=True, comboboxProps=POPUP, **{"data-autofocus": True}),
        html.Div([
            dmc.Select(id="blocks-series", label=t("papers_page.blocks.series"), data=words, value=words[0]["value"], searchable=True, allowDeselect=False, comboboxProps=POPUP),
            dmc.NumberInput(id="blocks-count", label=t("papers_page.blocks.count"), value=USUAL, min=1, allowDecimal=False),
        ], className="k-two"),
        html.Div(id="blocks-refusal"),
        html.Button(t("papers_page.blocks.reserve"), id="blocks-take", type="button", className="button button-main", n_clicks=0),
    ]  # fmt: skip
    return html.Div(fields, className="k-form")


# -- the list ------------------------------------------------------------------------------------------------------------


def read_list() -> list[Component]:
    """Blocks held and returned, as they are now."""
    with record().read() as session:
        return build_list(list_blocks(session, actor(), county(), now=now()))


def build_list(rows: Sequence[BlockRow]) -> list[Component]:
    """Blocks that are held, each with its return; those returned in a fold."""
    held = [one for one in rows if one.closed_at is None]
    past = [one for one in rows if one.closed_at is not None]
    shown = [_block(one) for one in held] or [nothing(t("papers_page.blocks.none"))]
    fold = html.Details([html.Summary(t("papers_page.blocks.past")), *(_line(one) for one in past)])
    return [html.H3(t("papers_page.blocks.held"), className="k-sub"), *shown, *([fold] if past else [])]


def _line(one: BlockRow) -> Component:
    numbers = t("papers_page.blocks.range", first=one.printed_first, last=one.printed_last)
    said = [one.team_name, one.organ_name, t("papers_page.blocks.taken_at", at=moment(one.reserved_at))]
    said.append(t("papers_page.blocks.closed_at", at=moment(one.closed_at)) if one.closed_at else t("papers_page.blocks.used", used=len(one.used), left=one.left))  # fmt: skip
    return html.Div([html.Strong(numbers, className="num"), html.Div(joined(said), className="muted k-small")], className="p-block")  # fmt: skip


def _block(one: BlockRow) -> Component:
    key = str(one.id)
    fields = [
        dmc.TextInput(id={"type": "block-used", "key": key}, label=t("papers_page.blocks.used_numbers"), description=t("papers_page.blocks.used_hint"), value=""),
        dmc.TextInput(id={"type": "block-reason", "key": key}, label=t("papers_page.blocks.reason"), description=t("papers_page.blocks.reason_hint"), value="", inputProps={"maxLength": 500}),
        html.Div(id={"type": "block-error", "key": key}, className="k-error", role="alert"),
        html.Button(t("papers_page.blocks.return_go"), id={"type": "block-return", "key": key}, type="button", className="button", n_clicks=0),
    ]  # fmt: skip
    back = html.Details([html.Summary(t("papers_page.blocks.give_back")), html.Div(fields, className="k-form")])
    return html.Div([_line(one), back])


# -- done ----------------------------------------------------------------------------------------------------------------


def _note(words: str) -> list[dict[str, Any]]:
    return [{"action": "show", "title": t("case_page.done"), "message": words, "color": "green", "autoClose": 6000}]


def taken(team: str | None, series: str | None, count: Any) -> dict[str, Any]:
    """Take numbers: the list as it is then, or the refusal."""
    try:
        block = record().write(
            actor(), reserve_block, county=county(), team=team or "", count=int(count or 0), word=series or None
        )
    except Refusal as refusal:
        return {"list": no_update, "refusal": build_refusal(refusal), "notes": no_update}
    rows = read_list()
    name = next((one.name for one in _teams() if one.code == team), str(team))
    words = t("papers_page.blocks.reserved", team=name, first=block.first, last=block.last)
    return {"list": rows, "refusal": [], "notes": _note(words)}


def numbers_of(text: str) -> list[int]:
    """Numbers as somebody wrote them in a row; Refusal naming what is none."""
    parts = [part for part in _PARTS.split(text.strip()) if part]
    wrong = next((part for part in parts if not re.fullmatch(r"[0-9]{1,6}", part)), None)
    if wrong is not None:
        raise Refusal("errors_papers.block_not_number", pointer="/used", text=wrong[:20])
    return [int(part) for part in parts]


def returned(key: str, used: str, reason: str, keys: Sequence[str]) -> dict[str, Any]:
    """Bring a block back: the list as it is then, or the refusal under its own form, everything kept."""
    try:
        numbers = numbers_of(used)
        block = record().write(actor(), return_block, county=county(), block=row_key(key), used=numbers, reason=reason)
    except Refusal as refusal:
        errors = [beside_field(refusal) if one == key else [] for one in keys]
        return {"list": no_update, "errors": errors, "notes": no_update}
    words = t("papers_page.blocks.returned", first=block.first, last=block.last)
    return {"list": read_list(), "errors": [no_update for _ in keys], "notes": _note(words)}


# -- callbacks -----------------------------------------------------------------------------------------------------------


async def _open(clicks: int) -> tuple[bool, Any]:
    """The drawer with the blocks as they are now."""
    if not clicks:
        raise PreventUpdate
    return True, await run(read_list)


async def _take(clicks: int, team: str | None, series: str | None, count: Any) -> dict[str, Any]:
    """Take numbers for a team."""
    if not clicks:
        raise PreventUpdate
    return await run(taken, team, series, count)


async def _return(_clicks: list[int], _used: list[Any], _reasons: list[Any]) -> dict[str, Any]:
    """Bring the pressed block back."""
    if not isinstance(ctx.triggered_id, dict) or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    key, (used, reasons) = ctx.triggered_id["key"], ctx.states_list
    keys = [one["id"]["key"] for one in ctx.outputs_grouping["errors"]]
    return await run(returned, key, _said(used, key), _said(reasons, key), keys)


def _said(fields: Sequence[Mapping[str, Any]], key: str) -> str:
    return next((str(one.get("value") or "") for one in fields if one["id"]["key"] == key), "")


def register(app: Dash) -> None:
    """Callbacks of the drawer."""
    shown = Output("blocks-list", "children", allow_duplicate=True)
    notes = Output("notices", "sendNotifications", allow_duplicate=True)
    app.callback(Output("blocks-drawer", "opened"), Output("blocks-list", "children"), Input("blocks-open", "n_clicks"), prevent_initial_call=True)(_open)  # fmt: skip
    app.callback(
        {"list": shown, "refusal": Output("blocks-refusal", "children"), "notes": notes},
        Input("blocks-take", "n_clicks"),
        State("blocks-team", "value"),
        State("blocks-series", "value"),
        State("blocks-count", "value"),
        prevent_initial_call=True,
    )(_take)
    app.callback(
        {"list": shown, "errors": Output({"type": "block-error", "key": ALL}, "children"), "notes": notes},
        Input({"type": "block-return", "key": ALL}, "n_clicks"),
        State({"type": "block-used", "key": ALL}, "value"),
        State({"type": "block-reason", "key": ALL}, "value"),
        prevent_initial_call=True,
    )(_return)
