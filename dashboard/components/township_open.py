"""What is open in the township: a table on a desk, cards on a phone; and one lead in detail with the teams to send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.console_parts import clock, said
from dashboard.components.symbols import symbol
from dashboard.components.township_words import URGENCY, call, due_words, empty, folded, place_of, since, urgency
from dashboard.context import lang, t
from data.queries.console_lead import LeadView, TaskView
from data.queries.force import OPEN
from data.queries.township import Matter
from policy.text import JOINTS
from policy.vocabulary import Role, Verb

ONLY: Final = ("", "waiting", "in_hand", "overdue")
CANDIDATES: Final = 3
VERBS: Final = frozenset(verb.value for verb in Verb)
ROLES: Final = frozenset(role.value for role in Role)
FILTER_WORDS: Final = (
    "contains", "notContains", "equals", "notEqual", "startsWith", "endsWith", "blank", "notBlank", "filterOoo",
    "andCondition", "orCondition", "searchOoo", "noRowsToShow", "lessThan", "greaterThan", "inRange",
    "lessThanOrEqual", "greaterThanOrEqual", "applyFilter", "resetFilter", "clearFilter",
)  # fmt: skip


def chosen(matters: Iterable[Matter], only: str, now: datetime) -> list[Matter]:
    """The matters a filter leaves."""
    return [matter for matter in matters if _fits(matter, only, now)]


def _fits(matter: Matter, only: str, now: datetime) -> bool:
    if only == "overdue":
        return matter.overdue(now) or _anybody_late(matter, now)
    return only == "" or matter.waiting == (only == "waiting")


def _anybody_late(matter: Matter, now: datetime) -> bool:
    return any(
        (s.accept_due_at is not None and s.accepted_at is None and s.accept_due_at < now)
        or (s.arrive_due_at is not None and s.arrived_at is None and s.arrive_due_at < now)
        for s in matter.sent
    )


def build_only(matters: Sequence[Matter], now: datetime) -> list[dict[str, str]]:
    """The choices of the filter with their counts."""
    return [
        {"value": name, "label": f"{t(f'township.only.{name}')} {len(chosen(matters, only, now))}"}
        for name, only in ((only or "all", only) for only in ONLY)
    ]


def with_whom(matter: Matter) -> str:
    """The teams on a lead and how far they are; that nobody is on it."""
    if not matter.sent:
        rechecked = matter.due_kind == "recheck"
        return t(f"township.{'nobody' if matter.waiting else 'awaits_recheck' if rechecked else 'nobody_now'}")
    words = [t("township.team_is", team=one.team, status=t(f"vocabulary.task_status.{one.status}")) for one in matter.sent]  # fmt: skip
    return JOINTS[lang()].join(words)


# -- the table --------------------------------------------------------------------------------------------------------


def row_of(matter: Matter, now: datetime) -> dict[str, Any]:
    """A matter as a row of the grid: words for people, times as text that sorts."""
    return {
        "number": matter.number,
        "urgency": t(f"vocabulary.urgency.{matter.urgency}"),
        "kind": matter.urgency,
        "subject": matter.subject,
        "place": place_of(matter),
        "source": t(f"vocabulary.lead_source.{matter.source}"),
        "status": t(f"vocabulary.lead_status.{matter.status}"),
        "who": with_whom(matter),
        "since": matter.received_at.timestamp(),
        "since_words": since(matter.received_at, now),
        "due": matter.due_at.timestamp() if matter.due_at else None,
        "due_words": due_words(matter.due_kind, matter.due_at, now),
        "late": bool(chosen([matter], "overdue", now)),
    }


def columns() -> list[dict[str, Any]]:
    """Columns of the grid; times sort by the moment and show their words."""

    def words(field: str) -> dict[str, str]:
        return {"function": f"params.data.{field}"}

    plain: Mapping[str, Any] = {"filter": "agTextColumnFilter"}
    marks = {f"t-u-{kind}": f"params.data.kind == '{kind}'" for kind in URGENCY}
    return [
        {"field": "urgency", "headerName": t("township.column.urgency"), "width": 96, "cellClassRules": marks, **plain},
        {"field": "subject", "headerName": t("township.column.subject"), "flex": 5, "minWidth": 180, "tooltipField": "subject", "cellClass": "t-cell-link", **plain},
        {"field": "place", "headerName": t("township.column.place"), "flex": 3, "minWidth": 120, "tooltipField": "place", **plain},
        {"field": "status", "headerName": t("township.column.status"), "width": 112, **plain},
        {"field": "who", "headerName": t("township.column.who"), "flex": 4, "minWidth": 150, "tooltipField": "who", **plain},
        {"field": "since", "headerName": t("township.column.since"), "width": 190, "valueFormatter": words("since_words"), "cellClass": "num"},
        {"field": "due", "headerName": t("township.column.due"), "width": 172, "valueFormatter": words("due_words"), "cellClass": "num", "cellClassRules": {"t-cell-late": "params.data.late"}},
        {"field": "number", "headerName": t("township.column.number"), "width": 172, "cellClass": "num t-cell-link", **plain},
    ]  # fmt: skip


def grid(id_: str, defs: list[dict[str, Any]], rows: list[dict[str, Any]], key: str, file: str, **options: Any) -> Component:  # fmt: skip
    """A table that sorts, filters and exports; its words in the language of the answer."""
    words = {name: t(f"township.grid.{name}") for name in FILTER_WORDS}
    return dag.AgGrid(
        id=id_,
        columnDefs=defs,
        rowData=rows,
        getRowId=f"params.data.{key}",
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True, "wrapHeaderText": True},
        dashGridOptions={
            "theme": {"function": "themeQuartz"},
            "localeText": words, "rowHeight": 40, "headerHeight": 44,
            "tooltipShowDelay": 400, "animateRows": False, "suppressCellFocus": False, "enableCellTextSelection": True,
            **options,
        },
        csvExportParams={"fileName": f"{file}.csv"},
        className="t-grid",
        style={"height": None, "width": "100%"},
    )  # fmt: skip


def build_open_grid(matters: Sequence[Matter], now: datetime, file: str) -> Component:
    """The open matters as a table; a row opens its lead."""
    rows = [row_of(matter, now) for matter in matters]
    chosen_by = {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True}  # the space bar chooses too
    return grid("township-open", columns(), rows, "number", file, rowSelection=chosen_by)


# -- cards ------------------------------------------------------------------------------------------------------------


def build_card(matter: Matter, now: datetime) -> Component:
    """One open lead for a phone: the whole card opens it."""
    late = bool(chosen([matter], "overdue", now))
    due = due_words(matter.due_kind, matter.due_at, now)
    return html.Button(
        [
            html.Span([*urgency(matter, now), html.Strong(matter.subject)], className="t-card-head"),
            html.Span(due if matter.due_at else "", className=f"num t-card-due {'alarm' if late else ''}"),
            html.Span(f"{place_of(matter)} · {since(matter.received_at, now)}", className="muted t-card-line"),
            html.Span(with_whom(matter), className="t-card-line"),
        ],
        id={"type": "township-lead", "number": matter.number, "at": "card"},
        type="button",
        className="t-card",
        n_clicks=0,
    )


def build_cards(matters: Sequence[Matter], now: datetime) -> list[Component]:
    """The open matters as cards, those beyond a dozen one tap below; what to do when there is none."""
    return folded([build_card(matter, now) for matter in matters]) or [empty(t("township.empty_open"))]


# -- one lead ---------------------------------------------------------------------------------------------------------


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
    if not may_send or found is None or any(task.row["status"] in OPEN for task in view.tasks):
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
    why = JOINTS[lang()].join(reason.sentence(lang()) for reason in one.cons[:2])
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
    due = [html.Span(due_words("assign", view.due_at, now), className="alarm" if view.due_at < now else "")] if view.due_at else []  # fmt: skip
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
                *([_fact("recheck", row["recheck_on"].isoformat())] if row["recheck_on"] else []),
            ],
            className="t-facts",
        ),
        *([html.Details([html.Summary(t("township.lead.why")), html.Ul(grounds, className="t-grounds")])] if grounds else []),
        *([html.H3(t("township.lead.tasks")), html.Ul(tasks, className="t-rows")] if tasks else []),
        *_sending(view, may_send, centre),
        *([html.P(link)] if link else []),
        html.H3(t("township.lead.steps")),
        html.Ol([_step(event, now) for event in reversed(view.events)] or [html.Li(t("township.lead.no_steps"), className="muted")], className="t-steps"),
    ]  # fmt: skip


def _step(event: Any, now: datetime) -> Component:
    verb = t(f"vocabulary.verb.{event.verb}") if event.verb in VERBS else event.verb
    matter = t(f"vocabulary.matter_kind.{event.matter}") if event.matter in ("lead", "task") else ""
    role = t(f"vocabulary.role.{event.role}") if event.role in ROLES else ""
    return html.Li([html.Span(clock(event.at, now), className="num muted"), " ", html.Span(f"{matter} {verb}"), " ", html.Span(role, className="muted")])  # fmt: skip


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
