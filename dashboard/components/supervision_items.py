"""The assessment of the list of items on the page of supervision: used, closed, overturned, never used (PL 24; YY 三(一))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import Dash, State, dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import joined, nothing, panel
from dashboard.components.clause import clause
from dashboard.components.supervision_parts import build_switch, figure, table, tag, view_of
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import actor, county, lang, now, place_name, record, t
from data.queries.item_assessment import Assessment, assess_items
from data.sheets import Book, Sheet
from policy.figures.item_assessed import ItemAssessed
from policy.text import Name, named

SHOW: Final = "items"
ONLY: Final = ("every", "never_used", "overturned")
MOST: Final = 80
_COLUMNS: Final = ("item", "kinds", "held_by", "used_by", "cases", "closed", "days", "results", "overturned")
_FIGURES: Final = _COLUMNS[2:]
Rows = Sequence[tuple[Name, ItemAssessed]]


def build(given: Mapping[str, str]) -> Component:
    """The items as the address narrows them."""
    view = view_of(given, "only")
    found, rows = read(view)
    tools = html.Div([build_switch(SHOW, view["only"], ONLY), html.Span(className="k-spacer"), build_export(EXPORT), dcc.Store(id="items-view", data=view)], className="b-tools")  # fmt: skip
    return html.Div([tools, build_panel(found, rows)], className="cd-main cd")


def read(view: Mapping[str, str]) -> tuple[Assessment, Rows]:
    """The assessment of the year up to today, and the rows that are asked for."""
    with record().read() as session:
        found = assess_items(session, actor(), county(), now())
    only = view.get("only")
    keep = {"never_used": lambda one: one.never_used, "overturned": lambda one: one.overturned > 0}.get(str(only))
    return found, [(name, one) for name, one in found.items if keep is None or keep(one)]


def build_panel(found: Assessment, rows: Rows) -> Component:
    """What the period comes to, and its rows."""
    told = t("conduct.items_said", since=found.since, until=found.until, n=f"{len(found.items):,}", never=f"{found.never_used:,}", bad=f"{found.overturned:,}")  # fmt: skip
    links = [part for one in found.clauses for part in (" ", *clause(one))]
    note = html.P([told, *links], className="k-note")
    shown = table(_COLUMNS, [_row(name, one) for name, one in rows[:MOST]], figures=_FIGURES) if rows else nothing(t("conduct.items_none"))  # fmt: skip
    more = [nothing(t("conduct.items_more", n=f"{len(rows) - MOST:,}"))] if len(rows) > MOST else []
    return panel(t("conduct.items_title"), [note, shown, *more])


def _row(name: Name, one: ItemAssessed) -> Component:
    never = [" ", tag(t("conduct.never"), "warn")] if one.never_used else []
    return html.Tr(
        [
            html.Td([named(name, lang()), *never, html.Small(one.code, className="num")], className="cd-words"),
            html.Td(kinds_words(one)),
            figure(f"{one.held_by}"),
            figure(_used(one)),
            figure(_cases(one)),
            figure(f"{one.closed:,}"),
            figure("—" if one.days is None else f"{one.days:.0f}"),
            figure(f"{one.results:,}"),
            figure([f"▲ {one.overturned}"] if one.overturned else "0", "alarm" if one.overturned else ""),
        ]
    )


def kinds_words(one: ItemAssessed) -> str:
    """On which lists an item stands."""
    return joined([t(f"vocabulary.item_kind.{kind}") for kind in one.kinds])


def _cases(one: ItemAssessed) -> Any:
    return dcc.Link(f"{one.cases:,}", href=f"/cases?item={one.code}") if one.cases else "0"


def _used(one: ItemAssessed) -> Any:
    """How many townships use it, which ones where the pointer rests."""
    return html.Span(f"{one.used_by}", title=by_township(one) or None)


def by_township(one: ItemAssessed) -> str:
    """Cases by township, the most first."""
    rows = sorted(one.by_township.items(), key=lambda pair: (-pair[1], pair[0]))
    return joined([f"{place_name(code)} {n}" for code, n in rows])


def book(view: Mapping[str, str]) -> Book:
    """Every row with its use by township as a spreadsheet."""
    found, rows = read(view)
    heads = [t(f"conduct.column.{name}") for name in ("number", *_COLUMNS, "townships")] + [t("conduct.never")]
    cells = [
        [one.code, named(name, lang()), kinds_words(one), one.held_by, one.used_by, one.cases, one.closed, one.days, one.results,
         one.overturned, by_township(one), "✓" if one.never_used else ""]
        for name, one in rows
    ]  # fmt: skip
    title = t("conduct.items_title")
    return Book(title, (Sheet(title, heads, cells),), narrowed=f"{found.since} – {found.until}")


EXPORT: Final = Export("items", book)


def register(app: Dash) -> None:
    """The section's callbacks."""
    register_export(app, EXPORT, State("items-view", "data"))
