"""The page of patrols as components: figures, townships, village grids, patrols, one patrol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import moment, nothing, panel
from dashboard.components.clause import clause
from dashboard.components.patrols_map import since_words
from dashboard.context import county, lang, place_name, t
from data.county import County
from data.models import PatrolVisit
from data.queries.patrols import CellRow, DayShare, PatrolCoverage, PatrolRow, PlanRow
from policy.vocabulary_patrol import CellState

WARNED: Final = 12  # overdue village grids named for the whole county
_RANK: Final = {
    state: n for n, state in enumerate((CellState.OVERDUE, CellState.DUE, CellState.UNPLANNED, CellState.DONE))
}
_LOOK: Final = {CellState.OVERDUE: "alarm", CellState.DUE: "warn", CellState.DONE: "good"}


def to(**view: str) -> str:
    """The address of a view."""
    return f"/patrols?{urlencode({name: value for name, value in view.items() if value})}"


def build_tabs(tabs: Sequence[str], view: dict[str, str], towns: Sequence[str]) -> list[Component]:
    """Coverage and patrols; the township that is looked at, and the way back to the county."""
    links = [
        html.Span(
            dcc.Link(t(f"patrols.tab.{name}"), href=to(tab=name, town=view["town"]), className="b-tab-link"),
            className="b-tab-here" if name == view["tab"] else "",
        )
        for name in tabs
    ]
    town = view["town"]
    here = [html.Strong(place_name(town))] if town else [html.Strong(t("patrols.whole_county"))]
    back = [dcc.Link(t("patrols.whole_county"), href=to(tab=view["tab"]))] if town and len(towns) > 1 else []
    return [*links, html.Span([*here, *back], className="p-town")]


# -- figures -------------------------------------------------------------------------------------------------------------


def build_figures(found: PatrolCoverage) -> list[Component]:
    """Visits done of planned, overdue and due village grids, the share of each day, the cycle with its clause."""
    share = f"{found.done / found.planned:.0%}" if found.planned else "—"
    late, due = found.count(CellState.OVERDUE), found.count(CellState.DUE)
    return [
        _figure(t("patrols.visits", n=len(found.days)), share, f"{found.done:,}/{found.planned:,}"),
        _figure(t("vocabulary.cell_state.overdue"), f"{late:,}", t("patrols.of_cells", n=len(found.rows)), "alarm" if late else ""),
        _figure(t("vocabulary.cell_state.due"), f"{due:,}", t("patrols.of_cells", n=len(found.rows)), "warn" if due else ""),
        _figure(t("vocabulary.cell_state.unplanned"), f"{found.count(CellState.UNPLANNED):,}", t("patrols.of_cells", n=len(found.rows))),
        _days(found.days),
        _cycle(found),
    ]  # fmt: skip


def _figure(name: str, number: str, side: str, look: str = "") -> Component:
    words = [html.Span(name, className="muted"), html.Strong(number, className=f"num {look}"), html.Span(side, className="muted num")]  # fmt: skip
    return html.Div(words, className="panel p-figure")


def _days(days: Iterable[DayShare]) -> Component:
    shown = [(one, f"{one.covered / one.planned:.0%}" if one.planned else "—") for one in days][-14:]
    bars = [
        html.Span(
            [
                html.Span(share, className="num"),
                html.I(style={"height": f"{40 * one.covered / one.planned if one.planned else 0:.0f}px"}),
                html.Span(f"{one.day:%m-%d}", className="muted num"),
            ],
            title=f"{one.covered}/{one.planned}",
            className="p-day",
        )
        for one, share in shown
    ]
    return html.Div([html.Span(t("patrols.by_day"), className="muted"), html.Div(bars, className="p-days")], className="panel p-figure p-figure-wide")  # fmt: skip


def _cycle(found: PatrolCoverage) -> Component:
    rules = found.rules
    if rules.cycle is None:
        words: list[Component | str] = [html.Strong(t("patrols.no_cycle"))]
    else:
        words = [html.Strong(t("patrols.cycle_days", n=rules.cycle)), html.Span(clause(rules.clause, key="patrol.cycle"), className="muted")]  # fmt: skip
    return html.Div([html.Span(t("patrols.cycle"), className="muted"), *words], className="panel p-figure p-cycle")


# -- tables --------------------------------------------------------------------------------------------------------------


def build_county(found: PatrolCoverage) -> list[Component]:
    """One row a township, the one with most overdue village grids first; then the longest unvisited of them by name."""
    rows = sorted(found.rows, key=lambda row: row.township_code)
    towns = [(code, list(group)) for code, group in groupby(rows, key=lambda row: row.township_code)]
    towns.sort(key=lambda one: (-_late(one[1]), one[0]))
    heads = ("township", "villages", "done", "share", "overdue", "due")
    body = [_town(code, cells) for code, cells in towns]
    late = sorted((row for row in rows if row.standing.state is CellState.OVERDUE), key=_waited, reverse=True)
    named = [panel(t("patrols.warned"), [_cells(late[:WARNED], town=True)], side=t("patrols.warned_of", n=min(WARNED, len(late)), of=len(late)))] if late else []  # fmt: skip
    return [panel(t("patrols.by_township"), [_table(heads, body)]), *named]


def _late(cells: Iterable[CellRow]) -> int:
    return sum(row.standing.state is CellState.OVERDUE for row in cells)


def _waited(row: CellRow) -> int:
    return row.standing.since if row.standing.since is not None else 10_000


def _town(code: str, cells: Sequence[CellRow]) -> Component:
    done, planned = sum(row.standing.done for row in cells), sum(row.standing.planned for row in cells)
    late, due = _late(cells), sum(row.standing.state is CellState.DUE for row in cells)
    return html.Tr(
        [
            html.Th(dcc.Link(place_name(code), href=to(town=code)), scope="row"),
            html.Td(f"{len(cells)}", className="num"),
            html.Td(f"{done:,}/{planned:,}", className="num"),
            html.Td(f"{done / planned:.0%}" if planned else "—", className="num"),
            html.Td(f"{late}", className=f"num {'alarm' if late else ''}"),
            html.Td(f"{due}", className=f"num {'warn' if due else ''}"),
        ]
    )


def build_cells(found: PatrolCoverage) -> list[Component]:
    """The village grids of a township, those that are late first."""
    if not found.rows:
        return [nothing(t("patrols.no_villages"))]
    rows = sorted(found.rows, key=lambda row: (_RANK[row.standing.state], row.plan.turn if row.plan else 0, row.code))
    return [panel(t("patrols.by_village"), [_cells(rows)])]


def _cells(rows: Iterable[CellRow], *, town: bool = False) -> Component:
    heads = ("village", "plan", "done", "days", "last", "state")
    place = county()
    return _table(heads, [_cell(row, place, town=town) for row in rows])


def _cell(row: CellRow, place: County, *, town: bool) -> Component:
    name: list[Component | str] = [place.name_of(row.code, lang())]
    if town:
        name.append(html.Small(dcc.Link(place.name_of(row.township_code, lang()), href=to(town=row.township_code))))
    state = row.standing.state
    dots = [html.I(className=f"p-dot {'p-dot-on' if n else ''}", title=f"{n}") for n in row.by_day[-14:]]
    counted = f"{row.standing.done}/{row.standing.planned}" if row.plan else "—"
    return html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(plan_words(row.plan)),
            html.Td(counted, className="num"),
            html.Td(html.Span(dots, className="p-dots")),
            html.Td([since_words(row)], title=moment(row.last_at) if row.last_at else None),
            html.Td(html.Span(t(f"vocabulary.cell_state.{state.value}"), className=f"k-tag {_LOOK.get(state, '')}")),
        ]
    )


def plan_words(plan: PlanRow | None) -> list[Component | str]:
    """How often, by whom, in which turn."""
    if plan is None:
        return [html.Span("—", className="muted")]
    often = t(f"patrols.often.{plan.per.value}", n=plan.times)
    return [often, html.Small(t("patrols.by_whom", name=plan.walker.say(lang()), turn=plan.turn))]


def _table(heads: Sequence[str], rows: Sequence[Component]) -> Component:
    head = html.Tr([html.Th(t(f"patrols.column.{name}"), scope="col") for name in heads])
    return html.Div(html.Table([html.Thead(head), html.Tbody(rows)]), className="p-table")


# -- patrols -------------------------------------------------------------------------------------------------------------


def build_patrols(rows: Sequence[PatrolRow], view: dict[str, str]) -> list[Component]:
    """One card a patrol, those under way first."""
    if not rows:
        return [nothing(t("patrols.no_patrols"))]
    return [_card(row, view) for row in rows]


def _card(row: PatrolRow, view: dict[str, str]) -> Component:
    one, here = row.patrol, row.patrol.number == view["no"]
    look = "warn" if one.status == "walking" else ""
    head = html.Span([html.Strong(row.walker.say(lang()), className="b-subject"), html.Span(t(f"vocabulary.patrol_status.{one.status}"), className=f"k-tag {look}")], className="b-card-head")  # fmt: skip
    told = [place_name(one.township_code), t("patrols.covered", n=row.covered, of=len(one.cells))]
    told += [t("patrols.found", n=len(row.leads))] if row.leads else []
    line = html.Span([" · ".join(told), " · ", html.Span(moment(one.started_at), className="num")], className="muted k-small")  # fmt: skip
    href = to(tab="patrols", town=view["town"], no=one.number)
    return dcc.Link([head, line], href=href, className=f"b-card {'b-card-here' if here else ''}")


def build_patrol(row: PatrolRow) -> list[Component]:
    """One patrol: who, from when to when, its village grids in their order, what was found."""
    one, place = row.patrol, county()
    by_cell = {visit.cell_code: visit for visit in row.visits}
    cells = [*one.cells, *(code for code in by_cell if code not in one.cells)]
    items = [
        html.Li(
            [
                html.Span("✓" if code in by_cell else "○", className="good" if code in by_cell else "muted"),
                html.Strong(place.name_of(code, lang())),
                html.Span(_visited(by_cell[code]), className="muted num") if code in by_cell else html.Span(t("patrols.not_yet"), className="muted"),
            ]
        )
        for code in cells
    ]  # fmt: skip
    times = moment(one.started_at) + (f" – {moment(one.ended_at)}" if one.ended_at else "")
    head = html.P([html.Span(times, className="num"), " · ", t(f"vocabulary.patrol_status.{one.status}")])
    said = [html.P(words) for words in (one.note, one.reason) if words]
    leads = [html.P([t("patrols.leads"), " ", *_leads(row.leads)])] if row.leads else []
    content = [head, *said, *leads, html.Ol(items, className="p-round")]
    return [panel(row.walker.say(lang()), content, side=one.number)]


def _visited(visit: PatrolVisit) -> str:
    at, seen_by = visit.visited_at, visit.seen_by
    return f"{moment(at)} {t(f'vocabulary.seen_by.{seen_by}')}"


def _leads(numbers: Sequence[str]) -> list[Component | str]:
    found: list[Component | str] = []
    for number in numbers:
        found += [html.A(number, href=f"/console?lead={number}", className="num"), " "]
    return found
