"""A thing to do of the township page: how it is said and listed, and what the list is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.context import t
from data.queries.staffing import Staffing
from data.queries.township import Late, Matter
from data.queries.township_force import ForceState
from data.queries.township_waiting import Approval, Owed


@dataclass(frozen=True, slots=True)
class Centre:
    """Whom to call when nobody has been sent yet."""

    name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: how pressing, in words, its list, and the section it is part of."""

    key: str
    tone: str  # alarm | warn | plain
    symbol: str
    title: str
    detail: str
    rows: tuple[Component, ...]
    tab: str
    only: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What the list of things to do is made of."""

    matters: tuple[Matter, ...]
    late: tuple[Late, ...]
    force: ForceState
    staffing: Staffing
    approvals: tuple[Approval, ...]
    owed: tuple[Owed, ...]
    centre: Centre
    console: bool  # whether who looks may open the console
    sends: bool  # and may send teams
    rights: frozenset[str]  # what who looks may enter into the registers, and approve
    now: datetime


def to_console(state: Day, number: str) -> list[Component]:
    """The way to the console, for who may open it."""
    if not state.console:
        return []
    return [html.A(t("township.to_console"), href=f"/console?lead={number}", className="button t-small")]


def marked(marks: Sequence[Component], *words: Component) -> list[Component]:
    """Symbols at the edge, words beside them however long they are."""
    return [html.Span([*marks], className="t-marks"), html.Span([*words], className="t-words")]


def todo_row(main: Any, second: Any, *actions: Component, key: str) -> Component:
    """One line of a list: what, what is known of it, what can be done."""
    words = html.Div([html.Div(main, className="t-row-main"), html.Div(second, className="muted t-row-second")])
    return html.Li([words, html.Div([*actions], className="t-row-acts")], className="t-row", key=key)
