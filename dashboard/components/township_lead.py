"""One lead of a township in detail: its words, who is competent and why, its tasks, what is left to do, every step so far."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.between_link import build_between_links
from dashboard.components.case_link import build_case_link
from dashboard.components.clause import clause, said, to_value
from dashboard.components.console_parts import clock
from dashboard.components.passing_view import build_of_lead
from dashboard.components.symbols import symbol
from dashboard.components.township_words import call, due_words, since
from dashboard.context import lang, t
from data.queries.case_history import step_words
from data.queries.console_lead import LeadView, TaskView
from data.queries.deadlines import deadline_event
from policy.lifecycle import OPEN_TASKS
from policy.text import JOINTS
from policy.vocabulary import Role, Verb

CANDIDATES: Final = 3
VERBS: Final = frozenset(verb.value for verb in Verb)
ROLES: Final = frozenset(role.value for role in Role)


def _fact(name: str, *content: Any) -> Component:
    return html.Div([html.Dt(t(f"township.lead.{name}")), html.Dd([*content])], className="t-fact")


def _task(view: TaskView, now: datetime) -> Component:
    row = view.row
    status = t(f"vocabulary.task_status.{row['status']}")
    times = [
        f"{t(f'township.lead.{name}')} {clock(row[name], now)}"
        for name in ("assigned_at", "accepted_at", "arrived_at", "reported_at")
        if row[name]
    ]
    tone = "alarm" if view.overdue else ""
    head = html.Div([html.Strong(row["team_name"]), " ", html.Span(status, className=tone)])
    return html.Li([html.Div([head, html.Div(" · ".join(times), className="muted num")]), *call(view.phone, row["team_name"])], className="t-row")  # fmt: skip


def _sending(view: LeadView, may_send: bool, centre: Component | None) -> list[Component]:
    """What is left to do before somebody is there: name the item, or send a team; nothing when one is under way."""
    found = view.recommendation
    if not may_send or found is None or any(task.row["status"] in OPEN_TASKS for task in view.tasks):
        return []
    if view.item is None and view.domain is None:
        return _naming(view, centre)
    cards = [_candidate(view, one, n) for n, one in enumerate(found.candidates[:CANDIDATES])]
    none = [html.P(t("township.lead.no_team"), className="muted")]
    return [html.H3(t("township.lead.send")), html.Ul(cards or none, className="t-rows")]


def _naming(view: LeadView, centre: Component | None) -> list[Component]:
    """Items the words speak for, each with its reason, one tap to take; the command centre where none does."""
    rows = [
        html.Li(
            [
                html.Div([html.Strong(str(one.reason.params["topic"])), html.Div(said(one.reason), className="muted")]),
                html.Button(
                    t("township.lead.take"),
                    id={"type": "township-item", "number": view.row["number"], "item": one.item_code or ""},
                    type="button",
                    className="button t-small",
                    n_clicks=0,
                ),
            ],
            className="t-row",
        )
        for one in view.suggestions
        if one.item_code
    ]
    ask = html.Div([html.P(t("township.lead.no_hint"), className="muted"), *([centre] if centre else [])])
    return [html.H3(t("township.lead.name_first")), html.Ul(rows, className="t-rows") if rows else ask]


def _send(number: str, team: str, busy: int, *, first: bool) -> Component:
    """The button that sends a team; one that is busy is asked about first."""
    button = html.Button(
        t("township.lead.send_anyway" if busy else "township.lead.send_this"),
        id={"type": "township-send", "number": number, "team": team, "busy": "yes" if busy else "no"},
        type="button",
        className=f"button t-small {'button-main' if first else ''}",
        n_clicks=0,
    )
    if not busy:
        return button
    asked = html.Div([html.P(t("township.lead.busy", n=busy)), button], className="t-ask")
    return html.Details(
        [html.Summary(t("township.lead.send_this"), className="button t-small"), asked], className="t-busy"
    )


def _candidate(view: LeadView, one: Any, place: int) -> Component:
    team = view.teams[one.team.code]
    reach = t("township.lead.minutes", n=f"{one.minutes:.0f}") if one.minutes is not None else t("township.lead.unknown_way")  # fmt: skip
    load = t("township.lead.load", n=team.open_tasks)
    why = [part for n, reason in enumerate(one.cons[:2]) for part in ([JOINTS[lang()]] if n else []) + said(reason)]
    send = _send(view.row["number"], one.team.code, team.open_tasks, first=place == 0)
    busy = symbol(team.status)
    words = [html.Div([busy, " ", html.Strong(team.name), " ", html.Span(f"{reach} · {load}", className="muted num")])]
    return html.Li([html.Div([*words, *([html.Div(why, className="warn")] if why else [])]), send], className="t-row")


def build_lead(
    view: LeadView, now: datetime, *, may_send: bool, console: bool, centre: Component | None = None
) -> list[Component]:
    """One lead: words, place, who is competent and why, tasks with telephones, teams to send, every step so far."""
    row = view.row
    tasks = [_task(task, now) for task in view.tasks]
    link = [html.A(t("township.to_console"), href=f"/console?lead={row['number']}", className="button t-small")] if console else []  # fmt: skip
    grounds = [html.Li(said(reason)) for reason in (view.competence.reasons if view.competence else ())]
    due = [to_value(due_words("assign", view.due_at, now), f"lead.assign.{row['urgency']}", look="alarm" if view.due_at < now else "")] if view.due_at else []  # fmt: skip
    return [
        html.P([html.Span(row["number"], className="num muted"), " · ", t(f"vocabulary.lead_status.{row['status']}"), *([" · ", *due] if due else [])]),
        html.P(row["summary"], lang="zh-CN", className="t-summary"),
        html.Dl(
            [
                _fact("place", " › ".join(view.chain) or t("township.no_village"), *([html.Div(row["address"], className="muted")] if row["address"] else [])),
                _fact("source", t(f"vocabulary.lead_source.{row['source']}"), " · ", t(f"vocabulary.urgency.{row['urgency']}")),
                _fact("received", since(row["received_at"], now)),
                *([_fact("reporter", row["reporter"], " ", html.Span(row["reporter_phone"], className="num"))] if row["reporter"] else []),
                *([_fact("organ", view.organ)] if view.organ else []),
                *([_fact("case", *case)] if (case := build_case_link(view)) else []),
                *([_fact("between", *passed)] if (passed := build_between_links(view.row["number"])) else []),
                *([_fact("recheck", row["recheck_on"].isoformat())] if row["recheck_on"] else []),
            ],
            className="t-facts",
        ),
        *([html.Details([html.Summary(t("township.lead.why")), html.Ul(grounds, className="t-grounds")])] if grounds else []),
        *([html.H3(t("township.lead.tasks")), html.Ul(tasks, className="t-rows")] if tasks else []),
        *_sending(view, may_send, centre),
        *build_of_lead(view.row),
        *([html.P(link)] if link else []),
        html.H3(t("township.lead.steps")),
        html.Ol([_step(event, now) for event in reversed(view.events)] or [html.Li(t("township.lead.no_steps"), className="muted")], className="t-steps"),
    ]  # fmt: skip


def _step(event: Any, now: datetime) -> Component:
    told = deadline_event(event.verb, event.facts, lang())
    verb = told or (
        t(f"vocabulary.verb.{event.verb}") if event.verb in VERBS else step_words(event.matter, event.verb, lang())
    )
    matter = t(f"vocabulary.matter_kind.{event.matter}") if event.matter in ("lead", "task") else ""
    role = t(f"vocabulary.role.{event.role}") if event.role in ROLES else ""
    return html.Li([html.Span(clock(event.at, now), className="num muted"), " ", html.Span(f"{matter} {verb}"), " ", html.Span(role, className="muted"), " ", *clause(event.clause)])  # fmt: skip


def build_drawer() -> Component:
    """Where a lead opens: beside the page on a desk, over it on a phone."""
    return dmc.Drawer(
        id="township-drawer",
        opened=False,
        position="right",
        size="min(560px, 100vw)",
        title="",
        children=html.Div(id="township-lead", className="t-lead"),
        closeButtonProps={"aria-label": t("township.close")},
        zIndex=400,
    )
