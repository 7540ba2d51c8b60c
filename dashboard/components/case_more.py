"""Beside a case: what was decided before on act, party and item; every event with its hash, and whether the links are whole."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import (
    DOT,
    capital,
    day,
    grade,
    ground,
    joined,
    kinds,
    moment,
    spoken,
    state_of,
    told,
    yuan,
)
from dashboard.components.clause import clause
from dashboard.context import actor, county, lang, now, t
from data.authority import Subject, authorise
from data.events import Verification
from data.queries.case_earlier import Earlier, EarlierCase
from data.queries.case_history import HappeningView

# -- earlier decisions ---------------------------------------------------------------------------------------------------


def build_earlier(earlier: Earlier) -> list[Component]:
    """The same act (PL 29), the same party (PL 33), the same item: what a decision must be held against."""
    parts = (("same_act", "PL 29", earlier.same_act), ("same_party", "PL 33", earlier.same_party), ("same_item", "PL 34", earlier.same_item))  # fmt: skip
    return [_group(name, citation, rows) for name, citation, rows in parts]


def _group(name: str, citation: str, rows: Sequence[EarlierCase]) -> Component:
    tone = "alarm" if rows and name == "same_act" else "warn" if rows and name == "same_party" else "muted"
    said = t(f"case_page.{name}_{'found' if rows else 'none'}", n=len(rows))
    head = html.H3([t(f"case_page.{name}"), " ", *clause(citation)], className="k-sub")
    spread = [html.P(_spread(rows), className="muted k-small num")] if name == "same_item" and rows else []
    listed = [html.Ul([_row(one) for one in rows], className="k-list k-earlier")] if rows else []
    return html.Div([head, html.P(said, className=f"{tone} k-small"), *spread, *listed])


def _spread(rows: Sequence[EarlierCase]) -> str:
    """Least, middle and most of the fines that were given."""
    fines = sorted(one.fine for one in rows if one.fine)
    if not fines:
        return t("case_page.no_fines")
    return t("case_page.spread", least=yuan(fines[0]), middle=yuan(fines[len(fines) // 2]), most=yuan(fines[-1]))


def _row(one: EarlierCase) -> Component:
    parts = [kinds(one.penalties), *([yuan(one.fine)] if one.fine else []), *([grade(one.grade)] if one.grade else [])]
    result = DOT.join(parts) if one.penalties or not one.ground else ground(one.ground)
    remedy = [html.Span([" · ", spoken(f"vocabulary.remedy_result.{one.remedy}", t("case_page.remedy_pending"))], className="warn")] if one.remedy else []  # fmt: skip
    link = dcc.Link(one.decision_number or one.number, href=f"/case/{one.number}", className="num")
    where = DOT.join([day(one.decided_at), one.township])
    return html.Li([html.Div([link, html.Span(where, className="muted num")], className="k-line"), html.Div([result, *remedy], className="k-small")])  # fmt: skip


# -- timeline ------------------------------------------------------------------------------------------------------------


def build_chain(chain: Verification) -> Component:
    """Whether the case's own links of the chain are whole; what that does not say is said."""
    if chain.whole:
        words = html.Span(["✓ ", t("case_page.chain_whole", n=chain.events)], className="good")
        return html.Span([words, html.Span([t("case_page.chain_scope"), *_whole()], className="muted k-chain-scope")], className="k-chain")  # fmt: skip
    return html.Span(["✕ ", chain.sentence(lang())], className="alarm k-chain", role="alert")


def _whole() -> list[Component | str]:
    """The way to the whole chain, for who may verify it."""
    place = Subject(county().jurisdiction_id, nowhere=True)
    may = authorise(actor(), "event.verify", place, now()).allowed
    return [" · ", dcc.Link(t("supervision_page.verify"), href="/supervision")] if may else []


def build_timeline(events: Sequence[HappeningView]) -> Component:
    """Every event, the newest first."""
    return html.Ol([_event(one) for one in reversed(events)], className="k-events")


def _event(one: HappeningView) -> Component:
    role = spoken(f"vocabulary.role.{one.role}", "")
    who = joined([part for part in dict.fromkeys((one.who, role, one.organ)) if part])
    certificate = [" · ", t("case_page.certificate", number=one.certificate)] if one.certificate else []
    facts = told(one.facts)
    moved = one.to_state if one.to_state != one.from_state else None
    leads = [html.Span([" → ", state_of(one.matter, moved)], className="k-event-to")] if moved else []  # fmt: skip
    return html.Li(
        [
            html.Span(moment(one.at), className="num k-event-at"),
            html.Div(
                [
                    html.Div([html.Strong(capital(one.words)) if not one.clock else html.Span(one.words), *leads]),
                    *(
                        [html.Div(facts, className="k-small", title=str(one.facts.get("sha256") or ""))]
                        if facts
                        else []
                    ),
                    html.Div([who, *certificate, " ", *clause(one.clause)], className="muted k-small"),
                ]
            ),
            html.Code(one.hash[:8], title=f"#{one.sequence} {one.hash}", className="k-event-hash"),
        ],
        className="k-event k-event-clock" if one.clock else "k-event",
    )
