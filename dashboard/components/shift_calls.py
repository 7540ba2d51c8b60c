"""The list of calls as components: whom to call, why, who comes next; what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components.case_words import nothing, panel, span
from dashboard.components.desk import build_step
from dashboard.components.shift_view import clock, dial, step_words
from dashboard.context import t
from data.queries.notices import NoticeView
from data.settings import settings


def build_calls(calls: Sequence[NoticeView], made: Sequence[NoticeView], now: datetime) -> list[Component]:
    """Calls to make, and calls made in the last days."""
    rows = [_call(one, now) for one in calls]
    rule = html.P(t("shift.call.rule", n=settings().notify_again_minutes), className="muted k-small")
    listed = [html.Ul(rows, className="s-calls")] if rows else [nothing(t("shift.call.none"))]
    past = [_made(made)] if made else [nothing(t("shift.call.none_made"))]
    return [
        html.Div(
            [
                panel(t("shift.call.list"), [rule, *listed], side=t("shift.call.n", n=len(rows))),
                panel(t("shift.call.made"), past, side=t("shift.call.days")),
            ],
            className="s-callroom",
        )
    ]


def _call(one: NoticeView, now: datetime) -> Component:
    phone = dial(one.phone, "s-number num") if one.phone else html.Span(t("shift.call.no_number"), className="alarm")  # fmt: skip
    who = html.Div([html.Strong(one.who or "—"), phone], className="s-callee")
    why = html.P([("! " if one.urgent else ""), one.words], className="alarm" if one.urgent else "")
    waited = t("shift.call.waits", span=span(now - one.at))
    tried = [t("shift.call.tried", n=one.attempts, at=clock(one.called_at), result=t(f"vocabulary.call_result.{one.result}"))] if one.called_at and one.result else []  # fmt: skip
    line = html.P(" · ".join([waited, *tried]), className="muted k-small num")
    press = build_step("shift", f"record_call:{one.key}", step_words("record_call"), main=True)
    return html.Li([html.Div([who, why, line, _next(one)], className="s-call-body"), press], className="s-call panel")


def _next(one: NoticeView) -> Component:
    if not one.next_who:
        return html.P(t("shift.call.nobody_next"), className="muted k-small")
    if one.next_at is None:
        words = t("shift.call.next", who=one.next_who)
    else:
        words = t("shift.call.next_at", at=clock(one.next_at), who=one.next_who)
    return html.P(words, className="s-next k-small")


def _made(made: Sequence[NoticeView]) -> Component:
    head = html.Tr([html.Th(t(f"shift.call.column.{name}")) for name in ("at", "who", "why", "result", "note")])
    return html.Div(
        html.Table([html.Thead(head), html.Tbody([html.Tr(_row(one)) for one in made])], className="s-table"),
        className="s-scroll",
    )


def _row(one: NoticeView) -> list[Any]:
    look = "" if one.result == "reached" else "warn"
    cells = [
        html.Span(clock(one.called_at) if one.called_at else "—", className="num"),
        one.who,
        one.words,
        html.Span(t(f"vocabulary.call_result.{one.result}"), className=f"k-tag {look}") if one.result else "—",
        one.fault or "—",
    ]
    return [html.Td(cell) for cell in cells]
