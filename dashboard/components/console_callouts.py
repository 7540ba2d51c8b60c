"""Call-outs of the console: departments called to the chosen lead, who came, who did not, and the form that calls them."""

from __future__ import annotations

from typing import Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.between_words import clock, state_name, to_matter
from dashboard.components.console_parts import opener
from dashboard.components.desk_form import words_of
from dashboard.context import actor, county, now, record, t
from data.authority import Subject, authorise
from data.queries.between import MatterRow, list_matters
from data.queries.between_links import organ_choices
from data.queries.console_lead import LeadView
from policy.lifecycle import OPEN_LEADS
from policy.vocabulary import MatterKind
from policy.vocabulary_between import CallOutStatus

_SILENT: Final = CallOutStatus.UNANSWERED.value


def may_call() -> bool:
    """Whether who looks may call departments out: the right, and an organ to call for."""
    right = authorise(actor(), "call_out.call_out", Subject(county().jurisdiction_id), now())
    return right.allowed and bool(actor().organ_for("call_out.call_out"))


def build_call_outs(view: LeadView) -> list[Component]:
    """Every department called to the lead with its state and what is left of its time; nothing where none was."""
    if not authorise(actor(), "call_out.read", Subject(county().jurisdiction_id), now()).allowed:
        return []
    with record().read() as session:
        rows = list_matters(session, actor(), county(), now(), MatterKind.CALL_OUT, about=str(view.row["number"]))
    return [html.H2(t("console.call_outs")), *(_row(row) for row in reversed(rows))] if rows else []


def _row(row: MatterRow) -> Component:
    silent = row.status == _SILENT
    state = html.Span([("▲ " if silent else ""), state_name(MatterKind.CALL_OUT, row.status)], className="alarm" if silent else "")  # fmt: skip
    parts = [html.Strong(words_of(row.to_name)), state, *clock(row), to_matter(MatterKind.CALL_OUT, row.number)]
    return html.Div([html.Div(parts, className="c-row")], className="d-task")


def build_call_button(view: LeadView) -> list[Component]:
    """The way to call departments to an open lead, for who may."""
    open_still = view.row["status"] in OPEN_LEADS
    return [opener(t("console.call_out"), "console-callout", small=False)] if open_still and may_call() else []


def call_fields() -> list[Component]:
    """Whom to call, and what for."""
    with record().read() as session:
        found = organ_choices(session, actor(), county(), now())
    own = {scope.organ for scope in actor().scopes}
    chosen = dmc.MultiSelect(
        id="console-callout-receivers",
        label=t("console.field_receivers"),
        data=[{"value": one.code, "label": words_of(one.name)} for one in found if one.code not in own],
        searchable=True,
        clearable=True,
        nothingFoundMessage=t("console.nothing"),
        comboboxProps={"withinPortal": True, "zIndex": 500},
        **{"data-autofocus": True},
    )
    words = dmc.Textarea(
        id="console-callout-subject", label=t("console.field_call_subject"), autosize=True, minRows=2, maxRows=6
    )
    return [chosen, words, html.P(t("console.call_out_hint"), className="muted")]
