"""Recommended teams of the console: ranked with reasons for and against, the excluded ones with theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import said
from dashboard.components.console_parts import act
from dashboard.components.symbols import symbol
from dashboard.context import lang, t
from data.queries.console_lead import LeadView, TeamCard
from policy.decision import Reason
from policy.recommendation import Candidate, Excluded
from policy.vocabulary import TaskKind, label

NUMBERED: Final = 9  # candidates that have a key of their own
SHOWN: Final = 4  # candidates that stand open; the others are one click away
NEAR: Final = 3  # excluded teams that stand open: those who would be soonest there


def personal(reason: Reason) -> bool:
    """Whether a reason is about one person rather than the team."""
    return "name" in reason.params and "team" not in reason.params


def _minutes(one: Candidate | Excluded) -> Component:
    if one.minutes is None:
        return html.Span(t("console.minutes_unknown"), className="r-minutes muted")
    how = t(f"console.minutes_how.{one.method.value}") if one.method else None
    return html.Span(t("console.minutes", n=max(1, round(one.minutes))), className="r-minutes num", title=how)


def _reason(reason: Reason) -> Component:
    mark = "✓" if reason.favourable else "✗"
    words = [html.Span(f"{mark}\u2060", className="r-mark", **{"aria-hidden": "true"}), *said(reason, away=True)]
    return html.Span(words, className="r-reason r-for" if reason.favourable else "r-reason r-against")


def _reasons(reasons: Sequence[Reason], key: str) -> list[Component]:
    """Reasons of the team first; those about single people folded, with their number."""
    seen: dict[str, Reason] = {reason.sentence(lang()): reason for reason in reasons}
    team = [_reason(reason) for reason in seen.values() if not personal(reason)]
    people = [reason for reason in seen.values() if personal(reason)]
    if not people:
        return team
    fold = html.Details(
        [html.Summary(t("console.each_person", n=len(people))), *map(_reason, people)], **{"data-fold": key}
    )
    return [*team, fold]


def _call(phone: str | None) -> list[Component]:
    if not phone:
        return []
    return [html.A(["☎ ", t("console.call")], href=f"tel:{phone}", className="r-call", title=phone)]


def _head(rank: str, name: str, card: TeamCard | None, one: Candidate | Excluded) -> Component:
    state = [symbol(card.status)] if card else []
    return html.Div(
        [
            html.Span(rank, className="r-rank num"),
            *state,
            html.Strong(name),
            *_call(card.phone if card else None),
            _minutes(one),
        ],
        className="r-head",
    )


def build_candidate(one: Candidate, card: TeamCard | None, number: str) -> Component:
    """A team that may be sent: its rank is its key; a click marks it for sending several."""
    name = card.name if card else one.team.name
    reasons = html.Div(_reasons((*one.pros, *one.cons), one.team.code), className="r-reasons")
    shown = {"data-team": one.team.code, "data-rank": str(one.rank), "data-name": name}
    buttons = html.Div(
        [
            act(t("console.send"), "dispatch", team=one.team.code, number=number),
            act([html.Span(className="r-check"), t("console.mark")], "mark", team=one.team.code),
        ],
        className="r-buttons",
    )
    rank = str(one.rank) if one.rank <= NUMBERED else ""
    return html.Div([_head(rank, name, card, one), reasons, buttons], className="r-card", **shown)


def build_excluded(one: Excluded, card: TeamCard | None) -> Component:
    """A team that may not be sent now, greyed, with everything that stands in the way."""
    reasons = html.Div(_reasons(one.decision.obstacles, one.team.code), className="r-reasons")
    return html.Div([_head("—", card.name if card else one.team.name, card, one), reasons], className="r-card r-out")


def _fold(key: str, cards: Sequence[Component]) -> list[Component]:
    if not cards:
        return []
    return [html.Details([html.Summary(t(key, n=len(cards))), *cards], className="r-fold", **{"data-fold": key})]


def build_kinds(view: LeadView) -> Component:
    """The kinds of task to choose from; the usual one for this lead is marked."""
    kinds = [
        html.Button(
            [label(kind, lang()), html.I(t("console.usual")) if kind is view.usual else None],
            type="button",
            className=f"c-chip{' c-chip-on' if kind is view.kind else ''}",
            **{"data-act": "kind", "data-kind": kind.value, "aria-pressed": str(kind is view.kind).lower()},
        )
        for kind in TaskKind
    ]
    return html.Div(kinds, className="r-kinds", role="group", **{"aria-label": t("console.kind")})


def build_teams(view: LeadView) -> list[Component]:
    """Candidates from the best down, then who may not go and why; nothing for a lead that is closed."""
    found = view.recommendation
    if found is None:
        return []
    number, cards = view.row["number"], view.teams
    able = [build_candidate(one, cards.get(one.team.code), number) for one in found.candidates]
    near = sorted(found.excluded, key=lambda one: (one.minutes is None, one.minutes or 0.0, one.team.code))
    barred = [build_excluded(one, cards.get(one.team.code)) for one in near]
    title = html.H2([t("console.teams"), html.Small(t("console.teams_by"))])
    notes = [html.P(said(note, away=True), className="r-note") for note in found.notes]
    return [
        title,
        build_kinds(view),
        *notes,
        *able[:SHOWN],
        *_fold("console.more_teams", able[SHOWN:]),
        *barred[:NEAR],
        *_fold("console.more_excluded", barred[NEAR:]),
    ]


def ranks(view: LeadView | None) -> dict[str, Any]:
    """What the map shows of the candidates: their numbers by team code, and the lead they belong to."""
    if view is None or view.recommendation is None:
        return {"number": None, "ranks": {}}
    numbered = view.recommendation.candidates[:SHOWN]
    return {"number": view.row["number"], "ranks": {one.team.code: one.rank for one in numbered}}
