"""Lists of matters between organs: tabs, what narrows them, one card a matter, and who does not answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.between_words import KINDS, address, clock, state_name
from dashboard.components.case_words import day, nothing
from dashboard.components.desk_form import words_of
from dashboard.context import t
from data.queries.between import MatterRow, Unanswered
from policy.vocabulary import MatterKind

MOST: Final = 200
_FAR: Final = datetime.max.replace(tzinfo=UTC)


def build_tabs(here: str, counts: Mapping[str, int]) -> list[Component]:
    """The kinds of matter with how many are open, and who does not answer."""
    tabs = [*(tab for tab in KINDS if tab != "dispute"), "unanswered"]
    return [_tab(tab, tab == here, counts.get(tab)) for tab in tabs]


def _tab(tab: str, here: bool, count: int | None) -> Component:
    number = [" ", html.B(f"{count:,}", className="num")] if count is not None else []
    current = {"aria-current": "page"} if here else {}
    link = dcc.Link([t(f"between_page.tab.{tab}"), *number], href=f"/transfers?tab={tab}", className="b-tab-link")
    return html.Span(link, className=f"b-tab {'b-tab-here' if here else ''}", **current)


def build_narrow(kind: MatterKind, only: str, about: str, organ: str) -> list[Component]:
    """Open ones or all; what the list is narrowed to, with the way back."""
    switch = [
        dcc.Link(t(f"between_page.only.{one}"), href=address(kind, only=one, about=about, organ=organ), className=f"k-count {'k-count-on' if one == only else ''}")
        for one in ("open", "all")
    ]  # fmt: skip
    held = [words for words in (about, organ) if words]
    back = [html.Span([t("between_page.narrowed", to=" · ".join(held)), " ", dcc.Link(t("between_page.widen"), href=address(kind, only=only))], className="k-small")]  # fmt: skip
    return [*switch, *(back if held else [])]


def in_order(rows: Sequence[MatterRow]) -> list[MatterRow]:
    """What is overdue first, then by what is due next; what has no clock newest first."""
    newest = sorted(rows, key=lambda row: row.begun_at, reverse=True)
    return sorted(newest, key=lambda row: (not row.overdue, row.due_at or _FAR))


def build_list(
    kind: MatterKind, rows: Sequence[MatterRow], chosen: str, view: Mapping[str, str], own: Collection[str]
) -> list[Component]:
    """One card a matter; an empty list says what to do."""
    if not rows:
        return [nothing(t(f"between_page.empty.{view.get('only') or 'open'}")), nothing(t(f"between_page.how.{kind.value}"))]  # fmt: skip
    more = [nothing(t("between_page.more", n=MOST))] if len(rows) >= MOST else []
    return [*(_card(kind, row, row.number == chosen, view, own) for row in in_order(rows)), *more]


def _card(kind: MatterKind, row: MatterRow, here: bool, view: Mapping[str, str], own: Collection[str]) -> Component:
    urgent = [html.Span(t("between_page.urgent"), className="k-tag warn")] if row.urgent else []
    way = [html.Span(t(f"between_page.way.{way_of(row, own)}"), className="k-tag")] if way_of(row, own) else []
    kept = {name: view.get(name) for name in ("only", "about", "organ")}
    return dcc.Link(
        [
            html.Span([html.Strong(row.subject, className="b-subject"), html.Span(state_name(kind, row.status), className="k-tag")], className="b-card-head"),
            html.Span([words_of(row.from_name), " → ", words_of(row.to_name)], className="k-small"),
            html.Span([*way, *urgent, *clock(row)], className="b-card-line k-small"),
            html.Span(f"{row.number} · {day(row.begun_at)}", className="muted num k-small"),
        ],
        href=address(kind, no=row.number, **kept),
        className=f"b-card {'b-card-here' if here else ''}",
    )  # fmt: skip


def way_of(row: MatterRow, own: Collection[str]) -> str:
    """Whether a matter leaves or reaches the reader's organ; empty where it does neither."""
    return "out" if row.from_organ in own else "in" if row.to_organ in own else ""


# -- who does not answer -----------------------------------------------------------------------------------------------

_COLUMNS: Final = ("asked", "refused", "unanswered", "late_transfers")


def build_unanswered(rows: Sequence[Unanswered]) -> list[Component]:
    """Requests by the organ that was asked; every figure opens its rows."""
    if not rows:
        return [nothing(t("between_page.unanswered_none"))]
    head = html.Tr([html.Th(t("between_page.column.organ")), *(html.Th(t(f"between_page.column.{name}"), className="b-figure") for name in _COLUMNS)])  # fmt: skip
    said = html.P(t("between_page.unanswered_said"), className="muted k-note")
    return [said, html.Div(html.Table([html.Thead(head), html.Tbody([_line(row) for row in rows])]), className="b-table")]  # fmt: skip


def _line(row: Unanswered) -> Component:
    cells = [html.Td(_figure(row, name, getattr(row, name)), className="num b-figure") for name in _COLUMNS]
    return html.Tr([html.Td(words_of(row.name)), *cells])


def _figure(row: Unanswered, name: str, count: int) -> Component:
    kind = MatterKind.TRANSFER if name == "late_transfers" else MatterKind.ASSISTANCE
    bad = "alarm" if name != "asked" and count else ""
    mark = "▲ " if bad else ""
    return dcc.Link([mark, f"{count:,}"], href=address(kind, organ=row.organ, only="all"), className=bad) if count else html.Span("0")  # fmt: skip
