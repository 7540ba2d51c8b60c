"""From a lead or a case to what passes between organs about it, and the way to begin a transfer of it."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.between_words import BEGINS, address, state_name, to_matter
from dashboard.components.case_words import nothing
from dashboard.context import actor, county, now, record, t
from data.authority import Subject, authorise
from data.queries.between import MatterRow
from data.queries.between_links import matters_about
from policy.vocabulary import MatterKind


def build_between(number: str) -> list[Component]:
    """Matters about a lead or case with their states; the way to transfer it, for who may."""
    with record().read() as session:
        rows = matters_about(session, actor(), county(), now(), number)
    listed = [html.Ul([_row(row) for row in rows], className="k-list")] if rows else [nothing(t("between_page.none_about"))]  # fmt: skip
    return [*listed, *_begin(number)]


def build_between_links(number: str) -> list[Component]:
    """The same in one line; nothing where there is none."""
    with record().read() as session:
        rows = matters_about(session, actor(), county(), now(), number)
    return [html.Span([to_matter(row.kind, row.number), " · ", state_name(row.kind, row.status), " "], className="k-small") for row in rows]  # fmt: skip


def _row(row: MatterRow) -> Component:
    kind = t(f"vocabulary.matter_kind.{row.kind.value}")
    return html.Li([html.Div([html.Span([kind, " ", to_matter(row.kind, row.number)]), html.Span(state_name(row.kind, row.status), className="muted")], className="k-line")])  # fmt: skip


def _begin(number: str) -> list[Component]:
    verb = f"{MatterKind.TRANSFER.value}.{BEGINS[MatterKind.TRANSFER].value}"
    may = actor().organ_for(verb) and authorise(actor(), verb, Subject(county().jurisdiction_id), now()).allowed
    words = t("between_page.to_others")
    return [html.P(dcc.Link(words, href=address(MatterKind.TRANSFER, about=number)), className="k-screen")] if may else []  # fmt: skip
