"""Top of a case: number and state, the stage bar with its dates, what is charged, party, officers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import DASH, day, fact, grade, ground, joined, kinds, moment, spoken, state, yuan
from dashboard.components.clause import clause, said
from dashboard.context import lang, t
from data.queries.case_head import CaseHead, OfficerView, PartyView
from data.queries.case_road import Stage
from policy.text import either
from policy.vocabulary import PenaltyKind

TONES = {"valid": "good", "soon": "warn", "expired": "alarm", "suspended": "alarm", "none": "alarm"}


def item_of(head: CaseHead) -> str:
    """The item in the language of the answer."""
    return either(head.item, head.item_en, lang())


def build_head(head: CaseHead) -> list[Component]:
    """Number, item, state, decision number."""
    tags = [html.Span(state(head.status), className="k-state"), html.Span(t(f"vocabulary.procedure.{head.procedure}"), className="k-tag")]  # fmt: skip
    if head.remedy:
        words = t("case_page.remedy_pending") if head.remedy == "pending" else t(f"vocabulary.remedy_result.{head.remedy}")  # fmt: skip
        tags.append(html.Span(words, className="k-tag warn"))
    if head.published_at:
        tags.append(html.Span(t("case_page.published"), className="k-tag"))
    numbers = [one for one in (head.decision_number, head.archive_number) if one]
    line = [
        html.Span(head.number, className="num"),
        *(html.Span(["· ", one], className="num muted") for one in numbers),
    ]
    return [html.Div([html.H1(item_of(head)), *tags], className="k-title"), html.Div(line, className="k-numbers")]


def build_stages(stages: Sequence[Stage]) -> list[Component]:
    """The stage bar: stations passed with their dates, the one now, those ahead."""
    return [_stage(one) for one in stages]


def _stage(one: Stage) -> Component:
    look = "k-stage-now" if one.current else "k-stage-done" if one.at else "k-stage-ahead"
    again = [html.Span(t("case_page.times", n=one.times), className="k-stage-times")] if one.times > 1 else []
    mark = html.Span(
        "●" if one.current else "✓" if one.at else "○", className="k-stage-mark", **{"aria-hidden": "true"}
    )
    current = {"aria-current": "step"} if one.current else {}
    words = [html.Strong([state(one.state), *again]), html.Span(day(one.at) if one.at else "", className="num muted")]
    return html.Li([mark, html.Span(words, className="k-stage-words")], className=f"k-stage {look}", title=moment(one.at) if one.at else None, **current)  # fmt: skip


# -- what is charged ---------------------------------------------------------------------------------------------------


def build_charge(head: CaseHead) -> list[Component]:
    """What happened where and when, who is competent and why, what was decided."""
    cites = [part for one in head.articles for part in [*clause(one), " "]]
    acted = day(head.act_on) + (f" – {day(head.act_ended_on)}" if head.act_ended_on else "")
    name = "" if head.in_name_of == head.organ else t("case_page.in_name", organ=head.in_name_of)
    basis = spoken(f"vocabulary.item_kind.{head.basis}", t("case_page.basis_county"))
    grounds = html.Details([html.Summary(t("case_page.why")), html.Ul([html.Li(said(one)) for one in head.grounds])])
    return [
        html.P(head.summary, lang="zh-CN", className="k-summary"),
        html.Dl(
            [
                fact("act", acted),
                fact("place", head.place or head.township, *([html.Div(head.address, className="muted")] if head.address else [])),
                *([fact("articles", *cites)] if cites else []),
                fact("organ", head.organ, *([" · ", name] if name else []), " · ", basis, grounds if head.grounds else ""),
                fact("origin", *_origin(head)),
                *_decided(head),
            ],
            className="k-facts",
        ),
    ]  # fmt: skip


def _origin(head: CaseHead) -> list[Any]:
    links = [dcc.Link(head.lead, href=f"/console?lead={head.lead}", className="num")] if head.lead else []
    parts: list[Any] = [*links, *([" · ", html.Span(head.task, className="num")] if head.task else [])]
    return [*(parts or [DASH]), html.Span([" · ", t("case_page.found"), " ", moment(head.found_at)], className="muted")]


def _decided(head: CaseHead) -> list[Component]:
    if not head.penalties and not head.ground:
        return []
    others = [kind for kind in head.penalties if kind != PenaltyKind.FINE or not head.fine]
    words = [kinds(others)] if others else []
    words += [t("case_page.fine_is", amount=yuan(head.fine))] if head.fine else []
    words += [t("case_page.confiscated_is", amount=yuan(head.confiscated))] if head.confiscated else []
    words += [t("case_page.grade_is", grade=grade(head.grade))] if head.grade and head.penalties else []
    name = "decision" if head.decided_at else "penalty_meant"
    by = [" · ", head.decided_by] if head.decided_by else []
    who = [html.Div([day(head.decided_at), *by], className="muted")] if head.decided_at else []
    unpunished = [html.Div(ground(head.ground))] if head.ground and not head.penalties else []
    closed = [fact("closing", ground(head.ground))] if head.ground and head.penalties else []
    return [fact(name, joined(words), *unpunished, *who), *closed]


# -- people ------------------------------------------------------------------------------------------------------------


def build_party(party: PartyView | None, *, may_unmask: bool) -> list[Component]:
    """The party as it may be shown; the rest is asked for with a reason."""
    if party is None:
        return [html.P(t("case_page.no_party"), className="muted")]
    rows = [
        fact(name, html.Span(value, className="num" if name != "representative" else ""))
        for name in ("credit_code", "identity_number", "representative", "phone", "party_address")
        if (value := getattr(party, name.removeprefix("party_")))
    ]
    kind = html.Span(t(f"vocabulary.party_kind.{party.kind}"), className="muted")
    note = [] if party.masked else [html.P(t("case_page.unmasked"), className="warn k-note")]
    return [
        html.P([html.Strong(party.name, className="k-party"), " ", kind]),
        html.Dl(rows, className="k-facts"),
        *note,
        *([_unmasking()] if party.masked and may_unmask else []),
    ]


def _unmasking() -> Component:
    """A reason first; seeing it is an event (PI 51)."""
    field = dmc.TextInput(id="case-unmask-reason", label=t("case_page.unmask_reason"), inputProps={"maxLength": 500})
    go = html.Button(t("case_page.unmask_go"), id="case-unmask", type="button", className="button", n_clicks=0)
    note = html.P([t("case_page.unmask_note"), " ", *clause("PI 51")], className="muted k-note")
    return html.Details(
        [html.Summary(t("case_page.unmask")), html.Div([field, note, go, html.Div(id="case-unmask-refusal")], className="k-unmask")],
        className="k-screen",
    )  # fmt: skip


def build_officers(head: CaseHead) -> list[Component]:
    """Who handles it, each with certificate and how it stands; the team."""
    rows = [_officer(one) for one in head.officers] or [html.Li(t("case_page.no_officers"), className="alarm")]
    team = [html.P([t("case_page.team"), " ", head.team], className="muted k-note")] if head.team else []
    return [html.Ul(rows, className="k-list"), *team]


def _officer(one: OfficerView) -> Component:
    number = [html.Span(one.certificate, className="num"), " · "] if one.certificate else []
    until = [" ", t("case_page.until", day=day(one.valid_to))] if one.valid_to else []
    standing = html.Span([t(f"case_page.standing.{one.standing}"), *until], className=TONES[one.standing])
    recused = [html.Span(t("case_page.recused"), className="warn")] if one.recused else []
    return html.Li([html.Strong(one.name), " ", *recused, html.Div([*number, standing], className="k-small")])
