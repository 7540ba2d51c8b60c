"""The rows behind a figure: a page of them, what each gave, the way to the matter itself and to a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.figures_reads import Look, View, address, every_source, view_of
from dashboard.components.table_export import Export, build_export
from dashboard.context import t
from data.queries.figure_rows import PAGE, SourceRow, SourceRows
from data.sheets import Book, Sheet
from policy.figures.definitions import definition
from policy.figures.written import number

TIMED: Final = frozenset({"minute", "hour", "day"})
PLACES: Final = {"C": "/case/{}", "L": "/console?lead={}"}


def build_rows(found: Look) -> list[Component]:
    """The table with how many rows there are, and the pages."""
    told, unit = found.sources, definition(found.view.figure).measure(found.view.measure).unit
    said = [t("figures_page.rows_said", n=f"{told.total:,}", hits=f"{told.counted:,}")]
    hidden = [t("figures_page.rows_hidden", n=f"{told.hidden:,}")] if told.hidden else []
    words = html.P(" ".join([*said, *hidden]), className="muted k-small num")
    if not told.rows:
        empty = t("figures_page.rows_none" if not told.hidden else "figures_page.rows_elsewhere")
        return [words, html.P(empty, className="muted")] if told.hidden else [html.P(empty, className="muted")]
    return [words, _table(told, unit), *_pages(found)]


def _table(told: SourceRows, unit: str) -> Component:
    heads = [html.Th(t(f"figures_page.column.{name}")) for name in told.columns]
    head = html.Tr([*heads, html.Th(t("figures_page.column.gave"), className="fig-right")])
    return html.Div(html.Table([html.Thead(head), html.Tbody([_line(row, told, unit) for row in told.rows])], className="fig-table"), className="fig-scroll")  # fmt: skip


def _line(row: SourceRow, told: SourceRows, unit: str) -> Component:
    cells = [html.Td(_cell(name, row)) for name in told.columns]
    return html.Tr(
        [*cells, html.Td(gave(row, unit), className="num fig-right")], className="" if row.hit else "fig-not"
    )


def _cell(name: str, row: SourceRow) -> Any:
    words = row.cells.get(name, "")
    parts = words.split("-")
    place = PLACES.get(parts[1]) if len(parts) == 4 and words == row.matter else None
    return dcc.Link(words, href=place.format(words), className="num") if place else words


def gave(row: SourceRow, unit: str) -> str:
    """What a row gave to the numerator; of a length of time that it has none yet."""
    if row.hit is None:
        return t("figures_page.not_yet")
    if unit in TIMED:
        return number(row.hit, unit)
    if unit == "yuan":
        return f"{row.hit / 100:,.2f}"
    whole = f"{row.hit:,.0f}" if float(row.hit).is_integer() else f"{row.hit:,.1f}"
    return whole if row.of == 1 or unit in ("count", "score") else f"{whole}/{row.of:,.0f}"


def _pages(found: Look) -> list[Component]:
    """Page before and after."""
    last = (found.sources.total - 1) // PAGE + 1
    if last < 2:
        return []
    here = min(found.view.page, last)
    steps = [("figures_page.page_before", here - 1), ("figures_page.page_after", here + 1)]
    links = [dcc.Link(t(key), href=address(found.view, page=to), className="button t-small") for key, to in steps if 1 <= to <= last]  # fmt: skip
    words = html.Span(t("figures_page.page_of", page=here, last=last), className="muted num")
    return [html.Nav([words, *links], className="fig-pages", **{"aria-label": t("figures_page.pages")})]


def rows_book(held: Mapping[str, Any]) -> Book:
    """All the rows of the view as one file."""
    view: View = view_of(str(held["figure"]), held)
    told, known = every_source(view), definition(view.figure)
    unit = known.measure(view.measure).unit
    heads = [*(t(f"figures_page.column.{name}") for name in told.columns), t("figures_page.column.gave")]
    rows = [[*(row.cells.get(name, "") for name in told.columns), gave(row, unit)] for row in told.rows]
    title = f"{view.figure} {t('figures_page.rows')}"
    day = view.on.isoformat() if view.on else ""
    return Book(title, (Sheet(view.figure, heads, rows),), personal=True, narrowed=" · ".join(one for one in (day, told.group_name) if one))  # fmt: skip


EXPORT: Final = Export("figure-rows", rows_book, personal=True)


def export_button() -> Component:
    """The rows as a spreadsheet: what for is asked, since they lead to people."""
    return build_export(EXPORT, look="button t-small")
