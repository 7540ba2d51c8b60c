"""What leads on from here: steps that may be taken, what is missing for the others with its clause, and the clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import NEAR, capital, clock_name, joined, moment, nothing, span, state
from dashboard.components.clause import clause, said, to_value
from dashboard.components.review_queue import address
from dashboard.context import lang, t
from data.casework.cases import BY_REVIEW
from data.queries.cases import CaseView
from data.queries.deadlines import DeadlineView
from policy.case_ahead import Ahead
from policy.deadlines import key_of
from policy.decision import Reason
from policy.text import has
from policy.vocabulary import Role, label

OVER: Final = ("met", "late", "ended")
_BESIDE: Final = {"corrected": frozenset({"legal_review"}), "reminder": frozenset({"court_enforcement"})}
"""Where a case goes on to from a state beside its road, though the bar shows the station as passed or not at all."""


# -- steps -------------------------------------------------------------------------------------------------------------


def build_next(view: CaseView) -> list[Component]:
    """Steps that may be taken now; those that lack something, with everything they lack; those of other people."""
    if not view.steps:
        return [nothing(t("case_page.no_steps"))]
    road = {stage.state for stage in view.stages if stage.at is None} | _BESIDE.get(view.head.status, frozenset())
    found = sorted(view.steps, key=lambda one: one.step.to not in road or one.step.to == one.step.source)
    may = [one for one in found if one.open and one.step.verb not in BY_REVIEW]
    lacking = [one for one in found if one.mine and not one.open]
    others = [one for one in found if not one.mine]
    first = next((one for one in may if one.step.to in road and one.step.to != one.step.source), None)
    review = (
        [_to_review(view.reviews[-1].number)]
        if view.reviews and any(one.open and one.step.verb in BY_REVIEW for one in found)
        else []
    )
    buttons = [*review, *(_open(one, main=one is first) for one in may)]
    return [
        html.Div(buttons or [nothing(t("case_page.nothing_to_take"))], className="k-steps"),
        *_lacking(lacking, road),
        *_others(others, road),
    ]  # fmt: skip


def _to_review(number: str) -> Component:
    """A review is answered point by point on its own page; the case follows its opinion (PL 58)."""
    words = html.Strong(capital(t("verbs.review.give_opinion")))
    return dcc.Link([words, html.Span(number, className="k-step-leads num")], href=address(no=number), className="button k-step button-main")  # fmt: skip


def _name(one: Ahead) -> str:
    return t(f"vocabulary.verb.{one.step.verb.value}")


def _leads(one: Ahead) -> str:
    """Where a step leads, and which clocks it sets going."""
    stays = one.step.to == one.step.source
    parts = [] if stays else [t("case_page.leads_to", state=state(one.step.to.value))]
    starts = [words for kind in one.clocks.starts if (words := _clock(kind))]
    return joined([*parts, *([t("case_page.starts", clocks=joined(starts))] if starts else [])])


def _clock(kind: str) -> str:
    key = f"policy.key.{key_of(kind)}"
    return clock_name(t(key)) if has(key, lang()) else ""


def _open(one: Ahead, *, main: bool) -> Component:
    verb = one.step.verb.value
    button = html.Button(
        [html.Strong(_name(one)), html.Span(_leads(one), className="k-step-leads")],
        id={"type": "case-step", "verb": verb},
        type="button",
        className=f"button k-step {'button-main' if main else ''}",
        n_clicks=0,
        title=t(f"verbs.case.{verb}"),
    )
    return html.Div(button)


def _reasons(reasons: Sequence[Reason]) -> Component:
    return html.Ul([html.Li(said(one)) for one in reasons], className="k-missing")


def _lacking(steps: Sequence[Ahead], road: set[str]) -> list[Component]:
    """What is missing for the next step instead of a dead button: those on the road first and unfolded."""
    if not steps:
        return []
    on_road = [one for one in steps if one.step.to in road and one.step.to != one.step.source]
    beside = [one for one in steps if one not in on_road]
    rows = [html.Div([html.H3([html.Span("✕", className="k-x"), _name(one)]), _reasons(one.missing)], className="k-lack") for one in on_road]  # fmt: skip
    folded = [_folded(t("case_page.beside", n=len(beside)), [_lack(one) for one in beside])] if beside else []
    head = [html.H3(t("case_page.missing"), className="k-sub")] if on_road else []
    return [*head, *rows, *folded]


def _lack(one: Ahead) -> Component:
    return html.Li([html.Strong(_name(one)), _reasons(one.missing)])


def _folded(title: str, rows: list[Component]) -> Component:
    return html.Details([html.Summary(title), html.Ul(rows, className="k-list k-others")])


def _others(steps: Sequence[Ahead], road: set[str]) -> list[Component]:
    """Steps of other people: whose they are, and what they lack; those on the road are said outright."""
    on_road = [one for one in steps if one.step.to in road and one.step.to != one.step.source]
    beside = [one for one in steps if one not in on_road]
    rows = [html.P([html.Strong(_name(one)), " ", html.Span(t("case_page.by", roles=_roles(one)), className="muted")], className="k-by") for one in on_road]  # fmt: skip
    waits = [_reasons(one.missing) if one.missing else html.Span("") for one in on_road]
    shown: list[Any] = [part for pair in zip(rows, waits, strict=True) for part in pair]
    more = [html.Li([html.Strong(_name(one)), " ", html.Span(_roles(one), className="muted"), *([_reasons(one.missing)] if one.missing else [])]) for one in beside]  # fmt: skip
    head = [html.H3(t("case_page.of_others"), className="k-sub")] if on_road else []
    return [*head, *shown, *([_folded(t("case_page.others_beside", n=len(more)), more)] if more else [])]


def _roles(one: Ahead) -> str:
    return joined([label(role, lang()) for role in Role if role in one.step.roles and role is not Role.SYSTEM])


# -- clocks ------------------------------------------------------------------------------------------------------------


def tone(one: DeadlineView) -> str:
    """How a deadline is marked: late, near, in time, nothing."""
    if one.state in ("overdue", "late"):
        return "alarm"
    near = one.state == "running" and one.sense == "latest" and one.whose == "organ" and (one.left < NEAR or one.reminded > 0)  # fmt: skip
    return "warn" if near else "good" if one.state in ("met", "possible") else ""


def build_deadlines(deadlines: Sequence[DeadlineView], now: datetime) -> list[Component]:
    """Deadlines that run, the next one on top; those that are over folded below."""
    running = [one for one in deadlines if one.state not in OVER]
    over = [one for one in deadlines if one.state in OVER]
    rows = [_deadline(one) for one in running] or [html.Li(t("case_page.no_deadlines"), className="muted")]
    past = [_folded(t("case_page.deadlines_over", n=len(over)), [_deadline(one) for one in over])] if over else []
    return [html.Ul(rows, className="k-list"), *past]


def _deadline(one: DeadlineView) -> Component:
    mark = {"alarm": "▲ ", "warn": "◆ ", "good": "✓ "}.get(tone(one), "")
    standing = html.Span([mark, _standing(one)], className=f"{tone(one)} k-due")
    whose = t(f"case_page.whose.{one.whose}")
    flags = [t("case_page.provisional")] if one.provisional else []
    flags += [t("case_page.extended", n=one.extended)] if one.extended else []
    name = to_value(html.Strong(clock_name(one.name)), one.key)
    line = joined([whose, t(f"case_page.sense.{one.sense}", at=moment(one.due_at)), *flags])
    return html.Li([html.Div([name, standing], className="k-line"), html.Div([line, " ", *clause(one.clause, key=one.key)], className="muted k-small")])  # fmt: skip


def _standing(one: DeadlineView) -> str:
    return t(f"case_page.due.{one.state}", span=span(one.left))
