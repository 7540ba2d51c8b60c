"""How the county office's page stands: its sections, panels, plain tables, a bar with the target's tick, the way to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import dash_ag_grid as dag
from dash import Dash, html
from dash.development.base_component import Component

from dashboard.components.case_words import panel
from dashboard.components.township_open import FILTER_WORDS
from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject, authorise
from data.meeting_pack_files import words_of
from data.office_tables import Table, sheet
from data.sheets import Book
from policy.figures.written import goal, number

View = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """One tab: its name in the address (`?show=`), what it shows for the address, its callbacks."""

    name: str
    build: Callable[[View], Component]
    register: Callable[[Dash], None] | None = None

    @property
    def title(self) -> str:
        """The key of its title."""
        return f"office.tab.{self.name}"


def may(verb: str) -> bool:
    """Whether who looks may do `verb` for the county."""
    return authorise(actor(), verb, Subject(county().jurisdiction_id), now()).allowed


def day_of(view: View, name: str) -> date | None:
    """A day out of the address; None for none, and for what is no day."""
    try:
        return date.fromisoformat(view.get(name, "")[:10])
    except ValueError:
        return None


def book_of(title: str, tables: Sequence[Table], *, personal: bool = False, narrowed: str = "") -> Book:
    """Tables of a section as one file."""
    return Book(title, tuple(sheet(one) for one in tables), personal=personal, narrowed=narrowed)


# -- frames ------------------------------------------------------------------------------------------------------------


def box(title: str, content: Any, *, side: Any = None, look: str = "", anchor: str = "") -> Component:
    """A panel of the page."""
    return panel(title, content, side=side, look=look, anchor=anchor)


def plain(table: Table, *, numbers: Iterable[int] = (), empty: str = "", most: int = 0) -> Component:
    """A table as it stands in a file; columns of `numbers` to the right; beyond `most` rows it says how many more there are."""
    if not table.rows:
        return html.P(empty or t("office.nothing"), className="muted")
    right = set(numbers)
    shown = table.rows[:most] if most else table.rows
    head = html.Tr([html.Th(name, className="o-figure" if n in right else "") for n, name in enumerate(table.heads)])
    rows = [
        html.Tr([html.Td(words_of(value), className="num o-figure" if n in right else "num" if isinstance(value, date) else "") for n, value in enumerate(row)])
        for row in shown
    ]  # fmt: skip
    more = [html.P(t("office.more", n=len(table.rows) - len(shown)), className="muted k-small")] if len(shown) < len(table.rows) else []  # fmt: skip
    return html.Div([html.Table([html.Thead(head), html.Tbody(rows)], className="o-table"), *more], className="o-scroll")  # fmt: skip


def bar(value: float | None, target: float | None = None, *, tone: str = "") -> Component:
    """A share as a bar with the target's tick."""
    width = {"width": f"{min(max(value or 0.0, 0.0), 1.0) * 100:.1f}%"}
    tick = [html.B(style={"left": f"{min(target, 1.0) * 100:.1f}%"}, title=t("charts.target", value=goal(target, "share", lang())))] if target is not None else []  # fmt: skip
    return html.Span([html.I(style=width, className=tone), *tick], className="o-bar")


def share(value: float | None) -> str:
    """A share in words."""
    return number(value, "share")


def fact(name: str, value: Any, note: Any = "", tone: str = "") -> Component:
    """A number with its name and what it is made of."""
    return html.Div([html.Span(name, className="muted"), html.Strong(value, className=f"num {tone}"), html.Span(note, className="muted num k-small")], className="o-fact")  # fmt: skip


def grid(id_: Any, defs: list[dict[str, Any]], rows: list[dict[str, Any]], key: str, **options: Any) -> Component:
    """A table that sorts and filters; its words in the language of the answer."""
    words = {name: t(f"township.grid.{name}") for name in FILTER_WORDS}
    return dag.AgGrid(
        id=id_,
        columnDefs=defs,
        rowData=rows,
        getRowId=f"params.data.{key}",
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True, "wrapHeaderText": True, "autoHeaderHeight": True},
        dashGridOptions={
            "theme": {"function": "themeQuartz"}, "localeText": words, "rowHeight": 36, "tooltipShowDelay": 400,
            "animateRows": False, "enableCellTextSelection": True, "suppressColumnVirtualisation": False, **options,
        },
        className="t-grid o-grid",
        style={"height": None, "width": "100%"},
    )  # fmt: skip


def read(query: Callable[..., Any], *args: Any, **facts: Any) -> Any:
    """`query(session, actor, county, now, …)` for who looks."""
    with record().read() as session:
        return query(session, actor(), county(), now(), *args, **facts)
