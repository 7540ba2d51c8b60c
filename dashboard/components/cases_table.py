"""The table of cases: what it is narrowed to, its counts, rows for a desk and cards for a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import DASH, clock_name, day, grade, kinds, span, state, yuan
from dashboard.components.township_open import FILTER_WORDS
from dashboard.context import actor, county, lang, now, place_options, record, t
from data.authority import townships_of
from data.queries.case_choices import item_choices
from data.queries.cases import CaseCounts, CaseFilter, CaseRow, Sort, case_counts, count_cases, list_cases
from policy.text import either
from policy.vocabulary_case import CaseStatus, Procedure

NAMES: Final = ("words", "status", "township", "item", "procedure", "only")
ONLY: Final = ("all", "open", "overdue")
CARDS: Final = 40
_SORTS: Final[Mapping[tuple[str, str], Sort]] = {
    ("number", "asc"): "oldest",
    ("due", "asc"): "due",
    ("decided", "desc"): "decided",
    ("fine", "desc"): "fine",
}


def which(view: Mapping[str, Any] | None) -> CaseFilter:
    """What the address or the tools narrow the table to; what is not known narrows nothing."""
    held = {name: str((view or {}).get(name) or "") for name in NAMES}
    return CaseFilter(
        statuses=(held["status"],) if held["status"] in set(CaseStatus) else (),
        township=held["township"] or None,
        item=held["item"] or None,
        procedure=held["procedure"] if held["procedure"] in set(Procedure) else None,
        overdue=held["only"] == "overdue",
        open=held["only"] == "open",
        words=held["words"],
    )


# -- reading -------------------------------------------------------------------------------------------------------------


def rows_of(view: Mapping[str, Any] | None, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The rows a grid asks for as it is scrolled and sorted, and how many there are."""
    first, last = int(asked.get("startRow") or 0), int(asked.get("endRow") or 100)
    chosen, moment = which(view), now()
    with record().read() as session:
        rows = list_cases(session, actor(), county(), moment, chosen, sort=sort_of(asked), limit=last - first, offset=first, lang=lang())  # fmt: skip
        total = count_cases(session, actor(), county(), moment, chosen)
    return {"rowData": [row_data(row) for row in rows], "rowCount": total}


def sort_of(asked: Mapping[str, Any]) -> Sort:
    """The order of the record for the order of the grid; newest first where the grid has none."""
    model = asked.get("sortModel") or []
    key = (str(model[0].get("colId")), str(model[0].get("sort"))) if model else ("", "")
    return _SORTS.get(key, "newest")


def read_head(view: Mapping[str, Any] | None) -> dict[str, Any]:
    """Counts and cards as they are now."""
    chosen, moment = which(view), now()
    with record().read() as session:
        counts = case_counts(session, actor(), county(), moment, chosen.township)
        rows = list_cases(session, actor(), county(), moment, chosen, limit=CARDS, lang=lang())
        total = count_cases(session, actor(), county(), moment, chosen)
    return {"counts": build_counts(counts, str((view or {}).get("only") or "all")), "cards": build_cards(rows, total)}


# -- counts and tools ----------------------------------------------------------------------------------------------------


def build_counts(counts: CaseCounts, only: str) -> list[Component]:
    """All, open, overdue: each narrows the table."""
    numbers = {"all": counts.all, "open": counts.open, "overdue": counts.overdue}
    return [
        html.Button(
            [t(f"cases_page.only.{name}"), " ", html.B(f"{numbers[name]:,}", className=f"num {'alarm' if name == 'overdue' and numbers[name] else ''}")],
            id={"type": "cases-only", "only": name},
            type="button",
            n_clicks=0,
            className=f"k-count {'k-count-on' if name == only else ''}",
            **{"aria-pressed": str(name == only).lower()},
        )
        for name in ONLY
    ]  # fmt: skip


def _select(name: str, data: list[dict[str, str]], value: str) -> Component:
    return dmc.Select(id={"type": "cases-tool", "name": name}, label=t(f"cases_page.{name}"), data=data, value=value or None, clearable=True, searchable=True, limit=100, nothingFoundMessage=t("case_page.nothing_found"))  # fmt: skip


def build_tools(view: Mapping[str, str]) -> list[Component]:
    """Search and filters as the address names them."""
    place = county()
    mine = townships_of(actor(), "case.read", place.jurisdiction_id)
    towns = place_options(cell for cell in place.townships if mine is None or cell.code in mine)
    with record().read() as session:
        found = item_choices(session, actor(), place)
    items = [{"value": one.code, "label": f"{either(one.name, one.name_en, lang())} {one.code}"} for one in found]  # fmt: skip
    procedures = [{"value": each.value, "label": t(f"vocabulary.procedure.{each.value}")} for each in Procedure]
    states = [{"value": each.value, "label": state(each.value)} for each in CaseStatus]
    words = dmc.TextInput(id={"type": "cases-tool", "name": "words"}, label=t("cases_page.words"), value=view.get("words", ""), debounce=400, placeholder=t("cases_page.words_hint"))  # fmt: skip
    lists = {"status": states, "township": towns, "item": items, "procedure": procedures}
    return [words, *(_select(name, data, view.get(name, "")) for name, data in lists.items() if name != "township" or len(towns) > 1)]  # fmt: skip


# -- rows ----------------------------------------------------------------------------------------------------------------


def row_data(row: CaseRow) -> dict[str, Any]:
    """A case as a row of the grid: words for people."""
    result = kinds(row.penalties) if row.penalties else ""
    return {
        "number": row.number,
        "state": state(row.status),
        "item": row.item,
        "party": row.party or DASH,
        "township": row.township,
        "proposed": day(row.proposed_at),
        "due": due_words(row),
        "late": row.overdue,
        "decided": day(row.decided_at) if row.decided_at else "",
        "decision": row.decision_number or "",
        "penalty": " · ".join(part for part in (result, grade(row.grade) if row.grade else "") if part),
        "fine": yuan(row.fine) if row.fine else "",
        "link": f"[{row.number}](/case/{row.number})",
    }


def due_words(row: CaseRow) -> str:
    """The organ's next deadline and what is left of it."""
    if row.due_at is None or row.due is None:
        return ""
    left = t(f"case_page.due.{'overdue' if row.overdue else 'running'}", span=span(row.due_at - now()))
    return f"{clock_name(row.due)} · {left}"


def columns() -> list[dict[str, Any]]:
    """Columns of the grid; those the record can sort by sort."""

    def column(field: str, **more: Any) -> dict[str, Any]:
        return {"field": field, "headerName": t(f"cases_page.column.{field}"), "sortable": False, **more}

    def sorting(*order: str | None) -> dict[str, Any]:
        return {"sortable": True, "sortingOrder": [*order, None]}

    return [
        column("number", width=190, valueGetter={"function": "params.data && params.data.link"}, cellClass="num", cellRenderer="markdown", **sorting("asc")),
        column("state", width=150),
        column("item", flex=4, minWidth=200, tooltipField="item"),
        column("party", flex=2, minWidth=140, tooltipField="party"),
        column("township", width=120),
        column("due", flex=3, minWidth=200, tooltipField="due", cellClassRules={"t-cell-late": "params.data && params.data.late"}, **sorting("asc")),
        column("penalty", flex=2, minWidth=150, tooltipField="penalty"),
        column("fine", width=120, cellClass="num", **sorting("desc")),
        column("decided", width=116, cellClass="num", **sorting("desc")),
        column("proposed", width=116, cellClass="num"),
    ]  # fmt: skip


def build_grid() -> Component:
    """The table: rows come as it is scrolled, so that a hundred thousand cases are no burden."""
    words = {name: t(f"township.grid.{name}") for name in FILTER_WORDS} | {"noRowsToShow": t("cases_page.none")}
    return dag.AgGrid(
        id="cases-grid",
        columnDefs=columns(),
        rowModelType="infinite",
        getRowId="params.data.number",
        defaultColDef={"resizable": True, "suppressMovable": True, "wrapHeaderText": True},
        dashGridOptions={
            "theme": {"function": "themeQuartz"}, "localeText": words, "rowHeight": 40, "headerHeight": 44,
            "tooltipShowDelay": 400, "animateRows": False, "enableCellTextSelection": True, "cacheBlockSize": 100,
            "maxBlocksInCache": 20, "rowBuffer": 10,
        },
        className="t-grid",
        style={"height": None, "width": "100%"},
    )  # fmt: skip


def build_cards(rows: Sequence[CaseRow], total: int) -> list[Component]:
    """Cases as cards for a phone: the whole card opens one."""
    if not rows:
        return [html.P(t("cases_page.none"), className="muted")]
    more = [html.P(t("cases_page.more", n=total - len(rows)), className="muted")] if total > len(rows) else []
    return [*(_card(row) for row in rows), *more]


def _card(row: CaseRow) -> Component:
    due = due_words(row)
    return dcc.Link(
        [
            html.Span([html.Strong(row.item), html.Span(state(row.status), className="k-tag")], className="t-card-head"),
            html.Span(due, className=f"num t-card-due {'alarm' if row.overdue else ''}"),
            html.Span(" · ".join(part for part in (row.party, row.township) if part), className="t-card-line"),
            html.Span(f"{row.number} · {day(row.proposed_at)}", className="muted num t-card-line"),
        ],
        href=f"/case/{row.number}",
        className="t-card k-card",
    )  # fmt: skip
