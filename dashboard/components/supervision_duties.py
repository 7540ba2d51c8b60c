"""Duties that are owed: requests nobody answered, by organ (X10); what was found and is not filed (C23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.between_list import build_unanswered
from dashboard.components.between_words import address, to_matter
from dashboard.components.case_words import day, moment, nothing, span, spoken
from dashboard.components.clause import clause
from dashboard.components.passing_view import may, on_day
from dashboard.context import actor, county, lang, now, record, t
from data.queries.between import unanswered_by_organ
from data.queries.late_filing import Unfiled, unfiled
from policy.filing import KEY
from policy.vocabulary import MatterKind

SHOWN = 40


def unanswered() -> list[Component]:
    """Requests by the organ that was asked."""
    with record().read() as session:
        return build_unanswered(unanswered_by_organ(session, actor(), county(), now()))


def not_filed() -> list[Component]:
    """Filings that are not made."""
    with record().read() as session:
        return build_unfiled(unfiled(session, actor(), county(), now(), lang()))


def build_unfiled(rows: Sequence[Unfiled]) -> list[Component]:
    """What was found and is not filed; whether it is late is said only where the profile gives a time."""
    own = county().profile.get(KEY, on_day())
    rule = [html.P([t("supervision_page.filing.silent"), " ", *clause("PL 54")], className="muted pass-small")] if own is None else [html.P([t("supervision_page.filing.own"), " ", *clause(own.clause)], className="muted pass-small")]  # fmt: skip
    if not rows:
        return [*rule, nothing(t("supervision_page.filing.none"))]
    head = html.Tr([html.Th(t(f"supervision_page.filing.{name}")) for name in ("matter", "place", "found", "waiting", *(("review",) if _known() else ()))])  # fmt: skip
    table = html.Table([html.Thead(head), html.Tbody([_row(row) for row in rows[:SHOWN]])], className="sup-events")
    more = [nothing(t("supervision_page.filing.more", n=len(rows) - SHOWN))] if len(rows) > SHOWN else []
    return [*rule, html.Div(table, className="sup-scroll"), *more]


def _row(row: Unfiled) -> Component:
    to = f"/case/{row.number}" if row.kind == "case" else f"/console?lead={row.number}"
    state = spoken(f"vocabulary.{row.kind}_status.{row.status}", row.status)
    return html.Tr(
        [
            html.Td(
                [
                    dcc.Link(row.number, href=to, className="num"),
                    html.Div([row.summary, " · ", state], className="muted sup-small"),
                ]
            ),
            html.Td(row.township),
            html.Td(day(row.found_at), className="num"),
            html.Td(_waiting(row), className="num"),
            *([html.Td(_review(row))] if _known() else []),
        ]
    )


def _waiting(row: Unfiled) -> list[Any]:
    found = row.filing
    if found.standing == "no_time":
        return [span(found.waiting)]
    late = found.standing == "late"
    due = html.Div(t("supervision_page.filing.due", at=moment(found.due_at)), className="muted sup-small")
    return [html.Span(["▲ " if late else "", span(found.waiting)], className="alarm" if late else ""), due]


def _known() -> bool:
    """Whether the plan knows such a review."""
    return county().profile.get("escalation.grounds", on_day()) is not None


def _review(row: Unfiled) -> list[Any]:
    """The review raised about it, or the way to raise one."""
    if row.raised:
        return [to_matter(MatterKind.ESCALATION, row.raised)]
    if not may("escalation.raise", None) or not actor().organ_for("escalation.raise"):
        return [html.Span(t("supervision_page.filing.not_raised"), className="muted")]
    return [dcc.Link(t("supervision_page.filing.raise"), href=address(MatterKind.ESCALATION, about=row.number))]
