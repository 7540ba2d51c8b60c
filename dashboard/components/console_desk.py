"""What the desk did about the chosen lead beside sending teams: calls, hand-overs to and from 110/119/120, eyes asked for."""

from __future__ import annotations

from datetime import datetime

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.console_parts import clock, kbd, opener
from dashboard.context import actor, county, lang, now, t
from data.authority import Subject, authorise
from data.queries.console_lead import LeadView
from data.queries.eyes import EyesView
from data.queries.handed import HandOverView
from data.queries.taking_calls import CallView
from policy.calls import service_of
from policy.lifecycle import OPEN_LEADS
from policy.vocabulary import options
from policy.vocabulary_calls import CallKind, EyesStatus, HandOverWay, Service


def may(verb: str) -> bool:
    """Whether who looks holds a right of the desk."""
    return authorise(actor(), verb, Subject(county().jurisdiction_id), now()).allowed


def build_desk(view: LeadView, moment: datetime) -> list[Component]:
    """Sections of calls, hand-overs and requests for photographs; each only where there are some."""
    calls = [_call(one, moment) for one in view.calls]
    handed = [_handed(one, moment) for one in view.handed]
    eyes = [_eyes(one, moment) for one in view.eyes]
    named = (("calls", calls), ("handed", handed), ("eyes", eyes))
    return [html.Div([html.H2(t(f"console_calls.{name}_of_lead")), *rows], className="d-desk") for name, rows in named if rows]  # fmt: skip


def _line(*parts: object) -> Component:
    return html.Div([part for part in parts if part], className="c-row")


def _call(one: CallView, moment: datetime) -> Component:
    who = " ".join(part for part in (one.caller, one.phone) if part) or t("console_calls.no_number")
    kind = html.Strong(t(f"vocabulary.call_kind.{one.kind}"))
    joined = html.Span(t("console_calls.joined"), className="d-tag") if one.attached else None
    at = html.Span(clock(one.at, moment), className="num muted")
    words = html.Div(one.words) if one.words else None
    line = _line(at, kind, html.Span(who, className="num", title=t("console.masked")), joined)
    return html.Div([part for part in (line, words) if part], className="d-task")


def _handed(one: HandOverView, moment: datetime) -> Component:
    way = t(f"console_calls.way_{one.way}", service=t(f"vocabulary.service.{one.service}"))
    line = _line(
        html.Span(clock(one.at, moment), className="num muted"),
        html.Strong(way),
        html.Span(t("console_calls.taken_by", who=one.taken_by)),
        html.Span(t("console_calls.their_number", number=one.reference or "—"), className="muted num"),
    )
    return html.Div([line, html.Div(one.words), *_reply(one, moment)], className="d-task")


def _reply(one: HandOverView, moment: datetime) -> list[Component]:
    if one.replied_at:
        told = t("console_calls.replied", at=clock(one.replied_at, moment), reply=one.reply or "")
        return [html.Div(told)]
    if one.way == HandOverWay.IN:
        return []
    waits = html.Span(t("console_calls.no_reply"), className="warn")
    button = opener(t("console_calls.note_reply"), "console-reply", key=str(one.key))
    return [_line(waits, button if may("lead.reply_of_service") else None)]


def _eyes(one: EyesView, moment: datetime) -> Component:
    away = t("console.minutes", n=max(1, round(one.minutes))) if one.minutes is not None else ""
    state = t(f"vocabulary.eyes_status.{one.status}")
    answered = one.answered_at if one.status == EyesStatus.ANSWERED else None
    came = t("console_calls.photographs", n=one.photographs, at=clock(answered, moment)) if answered else ""
    line = _line(
        html.Span(clock(one.asked_at, moment), className="num muted"),
        html.Strong(one.team),
        html.Span(away, className="num muted"),
        html.Span(came or state, className="good" if answered else ""),
        html.A("☎", href=f"tel:{one.phone}", title=one.phone, className="r-call") if one.phone else None,
    )
    reason = [html.Span(one.reason, className="muted")] if one.reason else []
    return html.Div([line, *reason], className="d-task")


def build_hand_over_button(view: LeadView) -> list[Component]:
    """The way to hand an open lead to 110, 119 or 120, for who may."""
    if view.row["status"] not in OPEN_LEADS or not may("lead.hand_over"):
        return []
    name = t("console_calls.hand_over")
    facts = {"title": f"{name} · {view.row['number']}", "service": _service_of(view)}
    return [opener([name, " ", kbd("h")], "console-handover", small=False, **facts)]


def _service_of(view: LeadView) -> str:
    """The service that the kind of a call asks for; the police where none does."""
    kinds = (service_of(CallKind(one.kind)) for one in view.calls)
    return next((one.value for one in kinds if one), Service.POLICE_110.value)


def hand_over_fields() -> list[Component]:
    """To whom, who took it there, their number, what was handed over."""
    services = [{"value": value, "label": label} for value, label in options(Service, lang())]
    chosen = dmc.SegmentedControl(
        id="console-handover-service", data=services, value=Service.POLICE_110.value, fullWidth=True
    )
    return [
        chosen,
        html.Div(
            [
                dmc.TextInput(
                    id="console-handover-taken_by",
                    label=t("console_calls.field_taken_by"),
                    **{"data-autofocus": True},
                ),
                dmc.TextInput(id="console-handover-reference", label=t("console_calls.field_reference")),
            ],
            className="f-two",
        ),
        dmc.Textarea(
            id="console-handover-words",
            label=t("console_calls.field_handed"),
            autosize=True,
            minRows=2,
            maxRows=6,
        ),
        html.P(t("console_calls.hand_over_hint"), className="muted"),
    ]


def reply_fields() -> list[Component]:
    """What the service answered, and its number."""
    words = dmc.Textarea(
        id="console-reply-reply",
        label=t("console_calls.field_reply"),
        autosize=True,
        minRows=2,
        maxRows=6,
        **{"data-autofocus": True},
    )
    return [words, dmc.TextInput(id="console-reply-reference", label=t("console_calls.field_reference"))]
