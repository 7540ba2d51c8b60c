"""What is open in the township: a table on a desk, cards on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import DISPATCH, due_key, of_due
from dashboard.components.township_words import URGENCY, due_words, empty, folded, place_of, since, urgency
from dashboard.context import lang, t
from data.queries.township import Matter
from policy.citing import address
from policy.text import JOINTS

ONLY: Final = ("", "waiting", "in_hand", "overdue")
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
        "due_policy": due_address(matter),
        "late": bool(chosen([matter], "overdue", now)),
    }


def due_address(matter: Matter) -> str:
    """Where the value that set the next deadline is shown; empty for a day a person named and for none."""
    known = matter.due_at is not None and matter.due_kind in DISPATCH
    return address(due_key(matter.due_kind, matter.urgency, matter.cell)) if known else ""


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
        {"field": "due", "headerName": t("township.column.due"), "width": 172, "valueFormatter": words("due_words"), "cellRenderer": "TownshipDue", "cellClass": "num", "cellClassRules": {"t-cell-late": "params.data.late"}},
        {"field": "number", "headerName": t("township.column.number"), "width": 172, "cellClass": "num t-cell-link", **plain},
    ]  # fmt: skip


def grid(id_: str, defs: list[dict[str, Any]], rows: list[dict[str, Any]], key: str, **options: Any) -> Component:  # fmt: skip
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
        className="t-grid",
        style={"height": None, "width": "100%"},
    )  # fmt: skip


def build_open_grid(matters: Sequence[Matter], now: datetime) -> Component:
    """The open matters as a table; a row opens its lead."""
    rows = [row_of(matter, now) for matter in matters]
    chosen_by = {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True}  # the space bar chooses too
    return grid("township-open", columns(), rows, "number", rowSelection=chosen_by)


# -- cards ------------------------------------------------------------------------------------------------------------


def build_card(matter: Matter, now: datetime) -> Component:
    """One open lead for a phone: the whole card opens it, but for its deadline, which opens the value that set it."""
    look = f"num t-card-due {'alarm' if chosen([matter], 'overdue', now) else ''}".strip()
    words = due_words(matter.due_kind, matter.due_at, now)
    due = [of_due(words, matter.due_kind, matter.urgency, matter.cell, look=look)] if matter.due_at else []
    head = html.Button(
        html.Span([*urgency(matter, now), html.Strong(matter.subject)], className="t-card-head"),
        id={"type": "township-lead", "number": matter.number, "at": "card"},
        type="button",
        className="t-card-open",
        n_clicks=0,
    )
    lines = [
        html.Span(f"{place_of(matter)} · {since(matter.received_at, now)}", className="muted t-card-line"),
        html.Span(with_whom(matter), className="t-card-line"),
    ]
    return html.Div([head, *due, *lines], className="t-card")


def build_cards(matters: Sequence[Matter], now: datetime) -> list[Component]:
    """The open matters as cards, those beyond a dozen one tap below; what to do when there is none."""
    return folded([build_card(matter, now) for matter in matters]) or [empty(t("township.empty_open"))]
