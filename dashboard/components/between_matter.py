"""One matter between organs: between whom, how far, what was said, what may be done next and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.between_words import address, state_name, step_name, to_matter, to_subject, value_of
from dashboard.components.case_words import joined, moment, nothing, panel, spoken
from dashboard.components.clause import clause, said
from dashboard.components.desk import build_step
from dashboard.components.desk_form import name_of, words_of
from dashboard.context import t
from data.queries.between import MatterView, StepView
from policy.text import Name
from policy.vocabulary import MatterKind

WORDS: Final = ("subject", "reason", "words", "result", "provided", "opinion", "told_by")
PAPERS: Final = ("document", "receipt", "ground", "competent", "receiver", "goods_list")
FACTS: Final = (
    "reason", "ground", "found_at", "urgent", "ongoing", "stopped_at_once", "goods", "goods_disposed", "materials", "sent_at",
    "received_at", "receipt", "answer_due_at", "answered_at", "arrived_at", "reported_at", "provided_at", "approved_at", "asked_again_at", "procurator_at",
    "goods_at", "returned", "refusal_ground", "forwarded_to", "competent_organ", "decided_by", "decided_at", "result", "result_at",
    "answer",
)  # fmt: skip
Organs = Mapping[str, Name]


def build_head(view: MatterView, other: str | None) -> list[Component]:
    """What it is about, between whom, its state; links to the lead or case, and to its dispute or transfer."""
    row = view.row
    tags = [html.Span(state_name(row.kind, row.status), className="k-state")]
    tags += [html.Span(t("between_page.urgent"), className="k-tag warn")] if row.urgent else []
    back = dcc.Link(["← ", t("between_page.back")], href=address(row.kind), className="b-back")
    links = [html.Span([t("between_page.about"), " ", *to_subject(row.about)])] if row.about else [html.Span(t("between_page.about_none"), className="muted")]  # fmt: skip
    return [
        back,
        html.Div([html.H2(row.subject, className="b-title"), *tags], className="k-title"),
        html.P([html.Strong(words_of(row.from_name)), " → ", html.Strong(words_of(row.to_name))]),
        html.Div([html.Span(row.number, className="num"), *links, *_tied(row.kind, other)], className="b-links k-small"),
    ]  # fmt: skip


def _tied(kind: MatterKind, other: str | None) -> list[Component]:
    if not other:
        return []
    there = MatterKind.DISPUTE if kind is MatterKind.TRANSFER else MatterKind.TRANSFER
    return [html.Span([t(f"between_page.tied.{there.value}"), " ", to_matter(there, other)])]


# -- what may be done next ---------------------------------------------------------------------------------------------


def build_next(desk: str, view: MatterView) -> list[Component]:
    """Steps that may be taken; for the others every obstacle with its clause, instead of a dead button."""
    if not view.steps:
        return [nothing(t("between_page.ended"))]
    may = [one for one in view.steps if one.decision.allowed]
    lacking = [one for one in view.steps if not one.decision.allowed]
    buttons = [build_step(desk, one.verb.value, step_name(view.row.kind, one.verb.value), main=one is may[0]) for one in may]  # fmt: skip
    folded = lacking if may else [one for one in lacking if _of_another_rung(one)]
    rows = [_lack(view.row.kind, one) for one in lacking if one not in folded]
    beside = [_lack(view.row.kind, one) for one in folded]
    more = [html.Details([html.Summary(t("between_page.others", n=len(beside))), *beside])] if beside else []
    return [html.Div(buttons or [nothing(t("case_page.nothing_to_take"))], className="k-steps"), *rows, *more]


def _of_another_rung(one: StepView) -> bool:
    """A step that the ladder does not have here."""
    return any(reason.code == "reasons_between.other_rung" for reason in one.decision.obstacles)


def _lack(kind: MatterKind, one: StepView) -> Component:
    reasons = [html.Li(said(reason)) for reason in one.decision.obstacles]
    head = html.H3([html.Span("✕", className="k-x"), step_name(kind, one.verb.value)])
    return html.Div([head, html.Ul(reasons, className="k-missing")], className="k-lack")


# -- what it holds -----------------------------------------------------------------------------------------------------


def build_facts(view: MatterView, organs: Organs) -> Component:
    """What the matter holds, each fact by its name."""
    held = [(name, view.columns[name]) for name in FACTS if view.columns.get(name) not in (None, "", [], False, 0)]
    rows = [_fact(view, name, value_of(view.row.kind, name, value, organs)) for name, value in held]
    cited = view.columns.get("clause")
    basis = [_line(t("between_page.fact.clause"), [*clause(cited)])] if cited else []
    return html.Dl([*rows, *basis], className="k-facts") if rows or basis else nothing(t("between_page.no_facts"))


def _fact(view: MatterView, name: str, words: str) -> Component:
    return _line(spoken(f"between_page.fact.{name}", "") or name_of(view.row.kind.value, name), [words])


def _line(name: str, content: Sequence[Any]) -> Component:
    return html.Div([html.Dt(name), html.Dd([*content])], className="k-fact")


def build_said(view: MatterView, organs: Organs) -> Component:
    """What each step said, the newest first: who, for which organ, which papers."""
    if not view.course:
        return nothing(t("between_page.nothing_said"))
    return html.Div([build_entry(view.row.kind, one, organs) for one in reversed(view.course)], className="k-entries")


def build_entry(kind: MatterKind, entry: Mapping[str, Any], organs: Organs) -> Component:
    """One step with its words and papers."""
    at = moment(_moment(entry["at"]))
    organ = organs.get(entry.get("organ", ""))
    by = str(entry.get("by") or "")
    who = joined([part for part in (words_of(organ) if organ else str(entry.get("organ") or ""), spoken(f"vocabulary.role.{by}", by)) if part])  # fmt: skip
    head = html.Div([html.Strong(step_name(kind, entry["verb"])), html.Span([at, " · ", who], className="muted num")], className="k-line")  # fmt: skip
    words = [html.P(entry[name], lang="zh-CN", className="k-text") for name in WORDS if entry.get(name)]
    papers = [f"{name_of(kind.value, name)} {value_of(kind, name, entry[name], organs)}" for name in PAPERS if entry.get(name)]  # fmt: skip
    rest = [html.P([" · ".join(papers), " ", *clause(entry.get("clause"))], className="muted k-small")] if papers or entry.get("clause") else []  # fmt: skip
    return html.Article([head, *words, *rest], className="k-entry")


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


def build_matter(view: MatterView, organs: Organs) -> list[Component]:
    """The panels of what it holds and what was said."""
    return [
        panel(t("between_page.facts"), build_facts(view, organs)),
        panel(t("between_page.said"), build_said(view, organs)),
    ]
