"""The file of a case on the page: evidence with hashes, what was written, what is held, money, remedies, reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components.case_words import day, fact, joined, moment, nothing, panel, spoken, yuan
from dashboard.components.clause import clause
from dashboard.components.evidence_files import build_evidence, build_goods_move
from dashboard.context import lang, t
from data.queries.case_file import (
    EntryView,
    GoodsView,
    MeasureView,
    MoneyView,
    RemedyView,
    ReviewView,
)
from data.queries.cases import CaseView
from policy.vocabulary import label
from policy.vocabulary_between import Trigger


def build_file(view: CaseView) -> list[Component]:
    """Every part of the file that holds something; evidence and what was written always."""
    parts = [
        panel(t("case_page.evidence"), build_evidence(view), side=t("case_page.files", n=len(view.evidence))),
        panel(t("case_page.entries"), build_entries(view.entries), side=t("case_page.pieces", n=len(view.entries))),
    ]
    if view.reviews:
        parts.append(panel(t("case_page.reviews"), [_review(one) for one in view.reviews]))
    if view.measures:
        parts.append(panel(t("case_page.measures"), [_measure(one, view) for one in view.measures]))
    if view.money.owed or view.money.payments:
        parts.append(panel(t("case_page.money"), build_money(view.money)))
    if view.remedies:
        parts.append(panel(t("case_page.remedies"), html.Ul([_remedy(one) for one in view.remedies], className="k-list")))  # fmt: skip
    return parts


# -- what was written ----------------------------------------------------------------------------------------------------


def build_entries(entries: Sequence[EntryView]) -> Component:
    """What was written with each step, the newest first."""
    if not entries:
        return nothing(t("case_page.no_entries"))
    return html.Div([_entry(one) for one in reversed(entries)], className="k-entries")


def _entry(one: EntryView) -> Component:
    head = html.Div([html.Strong(spoken(f"vocabulary.verb.{one.kind}", one.kind)), html.Span([moment(one.at), " · ", spoken(f"vocabulary.role.{one.author}", one.author)], className="muted num")], className="k-line")  # fmt: skip
    more = [
        html.P([html.Span([t(f"case_form.{name}"), "："], className="muted"), text], lang="zh-CN")
        for name, text in one.details.items()
    ]
    return html.Article([head, html.P(one.text, lang="zh-CN", className="k-text"), *more], className="k-entry")


# -- review, measures, money, remedies -------------------------------------------------------------------------------------


def _review(one: ReviewView) -> Component:
    stands = fact("stands", html.Strong(t(f"vocabulary.review_status.{one.status}")))
    triggers = joined([label(Trigger(code), lang()) for code in one.triggers if code in set(Trigger)])
    people = joined([name for name in (one.reviewer, one.expert) if name])
    rows = [
        fact("submitted", moment(one.submitted_at)),
        *([fact("triggers", triggers)] if triggers else []),
        *([fact("reviewer", people)] if people else []),
        fact("opinion", html.Strong(t(f"vocabulary.review_opinion.{one.opinion}")), *([" · ", moment(one.opinion_at)] if one.opinion_at else [])) if one.opinion else stands,
        *([fact("reason", one.reason)] if one.reason else []),
    ]  # fmt: skip
    return html.Div([html.H3(t("case_page.round", n=one.round)), html.Dl(rows, className="k-facts")])


def _measure(one: MeasureView, view: CaseView) -> Component:
    ended = [" – ", moment(one.ended_at)] if one.ended_at else []
    head = html.Div(
        [
            html.Strong(t(f"case_page.measure.{one.kind}")),
            html.Span([t(f"case_page.measure_state.{one.status}"), " · ", moment(one.begun_at), *ended], className="muted num"),
        ],
        className="k-line",
    )  # fmt: skip
    marks = [t("case_page.urgent_then")] if one.on_the_spot else []
    marks += [t("case_page.measure_extended", at=day(one.extended_at))] if one.extended_at else []
    marks += [one.result] if one.result else []
    note = [html.P(joined(marks), className="muted k-small")] if marks else []
    return html.Div([head, *note, html.Ul([_thing(thing, view) for thing in one.goods], className="k-list")], className="k-measure")  # fmt: skip


def _thing(one: GoodsView, view: CaseView) -> Component:
    more = joined([part for part in (one.condition, one.place) if part])
    moves = [
        html.Li([html.Span(moment(move.at), className="num muted"), " ", holder(move.giver), " → ", holder(move.receiver), *_why(move.reason)])
        for move in one.moves
    ]  # fmt: skip
    return html.Li(
        [
            html.Div([html.Strong([one.name, " ", one.quantity]), html.Span([t("case_page.keeper"), " ", holder(one.keeper)])], className="k-line"),
            *([html.Div(more, className="muted k-small")] if more else []),
            html.Details([html.Summary(t("case_page.custody", n=len(moves))), html.Ol(moves, className="k-small")]),
            *build_goods_move(one, view.head),
        ]
    )  # fmt: skip


def _why(reason: str) -> list[Component]:
    """The reason of a move in words: a measure by its name, else as it was written."""
    words = spoken(f"case_page.measure.{reason}", spoken(f"case_page.measure_state.{reason}", reason))
    return [html.Span([" · ", words], className="muted")]


def holder(name: str) -> str:
    """Who holds a thing."""
    return t("case_page.party_holds") if name == "party" else name


def build_money(money: MoneyView) -> list[Component]:
    """What is owed, paid and added for being late, and every payment."""
    late = [html.Strong(yuan(money.surcharge), className="alarm"), " ", *clause(money.surcharge_clause, key="case.surcharge.daily")]  # fmt: skip
    rows = [
        fact("owed", html.Strong(yuan(money.owed))),
        fact("paid", yuan(money.paid)),
        *([fact("surcharge", *late)] if money.surcharge else []),
        *([fact("pay_by", moment(money.due_at))] if money.due_at else []),
        *([fact("deferred", moment(money.deferred_until))] if money.deferred_until else []),
        *(
            [fact("refund_owed", html.Strong(yuan(money.refund_owed)), " ", *clause("RL 72"))]
            if money.refund_owed
            else []
        ),
        *(
            fact("refunded", joined([yuan(one.amount), moment(one.paid_at), one.bank, one.voucher]))
            for one in money.refunds
        ),
    ]
    lines = [
        html.Li([html.Strong(yuan(one.amount)), " ", t(f"vocabulary.paid.{one.kind}"), " · ", html.Span(moment(one.paid_at), className="num"), " · ", joined([t(f"case_page.channel.{one.channel}"), *(part for part in (one.bank, one.receipt, one.who) if part)])])
        for one in money.payments
    ]  # fmt: skip
    paid: list[Any] = [html.Ul(lines, className="k-list")] if lines else []
    return [html.Dl(rows, className="k-facts"), *paid]


def _remedy(one: RemedyView) -> Component:
    result = t(f"vocabulary.remedy_result.{one.result}") if one.result else t("case_page.pending")
    ended = [" · ", moment(one.decided_at)] if one.decided_at else []
    head = html.Div([html.Strong(t(f"case_page.remedy.{one.kind}")), html.Span([result, *ended], className="num")], className="k-line")  # fmt: skip
    line = joined([one.organ, moment(one.asked_at), *([one.mediation] if one.mediation else [])])
    return html.Li([head, html.Div(line, className="muted k-small")])
