"""All figures on the county office's page: value, target, change, trend, restated ones; by township and by organ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.components.office_words import Section, View, book_of, box, day_of, grid, plain, read
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import county, lang, now, record, run, t
from data.office_tables import Table, part
from data.queries.figures import last_snapshot
from data.queries.named import names_of
from data.queries.office_changes import cell, change_words, shown_change
from data.queries.office_figures import FigureLine, FigureTable, Held, figure_table, name_of
from data.sheets import Book
from policy.citing import spoken
from policy.figures.definitions import definition
from policy.figures.written import goal, number, said
from policy.zone import CHINA

BY: Final = ("county", "township", "organ")
WIDE, HIGH = 110, 26  # px of a trend's drawing


def look(view: View) -> FigureTable:
    """The table the address asks for; a day ahead is today."""
    today = now().astimezone(CHINA).date()
    asked = day_of(view, "on")
    found: FigureTable = read(figure_table, on=min(asked, today) if asked else None, by=by_of(view))
    return found


def by_of(view: View) -> str:
    """How the address groups the table."""
    return view.get("by", "") if view.get("by") in BY else BY[0]


def shown(found: FigureTable, view: View) -> list[FigureLine]:
    """Headlines and what has a target; every measure where the address asks for all, with a value somewhere."""
    every = view.get("all") == "1"
    lines = [line for line in found.lines if every or line.headline or line.target is not None]
    return [line for line in lines if found.by == "county" or line.groups]


# -- rows --------------------------------------------------------------------------------------------------------------


def row_of(line: FigureLine, found: FigureTable) -> dict[str, Any]:
    """A measure as a row of the grid: numbers that sort, words that are shown."""
    held, before = line.county, line.before
    value = held.value if held else None
    moved = value - before.value if value is not None and before is not None and before.value is not None else None
    row: dict[str, Any] = {
        "key": f"{line.figure}.{line.measure}",
        "figure": line.figure,
        "link": f"[{line.figure}](/figures/{line.figure})",
        "measure": name_of(line.figure, line.measure, lang()),
        "value": value,
        "value_words": said(value, line.unit, lang()),
        "of": _of(held),
        "change": moved,
        "change_words": ""
        if moved is None
        else change_words(moved, line.unit, lang())
        if shown_change(moved, line.unit)
        else "＝",
        "way": _way(line, moved),
        "target": line.target.value if line.target else None,
        "target_words": _target(line),
        "met": _met(line),
        "met_words": t(f"office.figures.{_met(line)}") if line.target else "",
        "clause": spoken(line.target.clause, lang(), county().profile.documents)
        if line.target and line.target.clause
        else "",
        "trend": trend_path(line),
        "restated": _restated(held, line.unit),
        "formula": definition(line.figure).formula(lang()),
    }
    for code in found.codes:
        row |= _group(line, code, found.small)
    return row


def _of(held: Held | None) -> str:
    if held is None or held.denominator is None:
        return ""
    return f"{held.numerator or 0:,.0f}/{held.denominator:,.0f}"


def _way(line: FigureLine, moved: float | None) -> str:
    """Whether a change is for the better: good, warn, or neither."""
    if moved is None or line.better == "none" or not shown_change(moved, line.unit):
        return ""
    return "good" if (moved > 0) == (line.better == "up") else "warn"


def _target(line: FigureLine) -> str:
    if line.target is None:
        return ""
    words = goal(line.target.value, line.unit, lang())
    return words if line.target.due else t("office.figures.target_by", value=words, day=line.target.by)


def _met(line: FigureLine) -> str:
    if line.target is None:
        return ""
    if line.meets is None:
        return "no_value" if line.target.due else "not_due"
    return "met" if line.meets else "missed"


def _restated(held: Held | None, unit: str) -> str:
    if held is None or not held.restated:
        return ""
    return t("charts.restated", first=number(held.first, unit), now=number(held.value, unit))


def _group(line: FigureLine, code: str, small: float) -> dict[str, Any]:
    """A group's value: its number, its words, whether it misses its target, whether it rests on few cases."""
    held = line.groups.get(code)
    if held is None:
        return {f"v_{code}": None, f"w_{code}": "", f"s_{code}": ""}
    few = line.unit in ("share", "minute", "hour", "day") and (held.denominator or 0) < small
    state = "few" if few else "missed" if line.group_meets.get(code) is False else ""
    of = _of(held)
    return {
        f"v_{code}": held.value,
        f"w_{code}": number(held.value, line.unit),
        f"s_{code}": state,
        f"o_{code}": " · ".join(
            one for one in (of, _restated(held, line.unit), t("township.few") if few else "") if one
        ),
    }


def trend_path(line: FigureLine) -> str:
    """The trend as points of a drawing, left to right by day; gaps where no day was taken; empty below two days."""
    known = [(on, value) for on, value in line.trend if value is not None]
    if len(known) < 2:
        return ""
    first, last = known[0][0], known[-1][0]
    values = [value for _, value in known]
    low, span = min(values), (max(values) - min(values)) or 1.0
    days = (last - first).days or 1

    def point(on: date, value: float) -> str:
        x = 2 + (on - first).days / days * (WIDE - 4)
        return f"{x:.1f},{HIGH - 3 - (value - low) / span * (HIGH - 6):.1f}"

    return " ".join(point(on, value) for on, value in known)


# -- the grid ----------------------------------------------------------------------------------------------------------


def columns(found: FigureTable, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Columns of the county's table, or one for each township or organ."""
    word = {"filter": "agTextColumnFilter"}

    def words(field: str) -> dict[str, str]:
        return {"function": f"params.data.{field}"}

    head: list[dict[str, Any]] = [
        {"field": "figure", "headerName": t("office.column.figure"), "width": 78, "pinned": "left", "cellRenderer": "OfficeFigure", **word},
        {"field": "measure", "headerName": t("office.column.measure"), "minWidth": 190, "flex": 3, "pinned": "left" if found.by != "county" else None, "tooltipField": "formula", **word},
        {"field": "value", "headerName": t("office.column.value"), "width": 118, "valueFormatter": words("value_words"), "cellClass": "num o-right", "tooltipField": "restated", "cellClassRules": {"o-restated": "params.data.restated"}},
    ]  # fmt: skip
    if found.by == "county":
        return [*head, *_county_columns(words)]
    return [*head, *(_group_column(code, names) for code in found.codes)]


def _county_columns(words: Any) -> list[dict[str, Any]]:
    tones = {"good": "params.data.way == 'good'", "warn": "params.data.way == 'warn'"}
    states = {"good": "params.data.met == 'met'", "warn": "params.data.met == 'missed'"}
    return [
        {"field": "of", "headerName": t("office.column.of"), "width": 130, "cellClass": "num o-right muted", "sortable": False},
        {"field": "change", "headerName": t("office.column.change_month"), "width": 118, "valueFormatter": words("change_words"), "cellClass": "num o-right", "cellClassRules": tones},
        {"field": "trend", "headerName": t("office.column.trend"), "width": 134, "cellRenderer": "OfficeTrend", "sortable": False},
        {"field": "target", "headerName": t("office.column.target"), "width": 150, "valueFormatter": words("target_words"), "cellClass": "num o-right"},
        {"field": "met_words", "headerName": t("office.column.met"), "width": 100, "cellClassRules": states, "filter": "agTextColumnFilter"},
        {"field": "clause", "headerName": t("office.column.clause"), "minWidth": 130, "flex": 2, "tooltipField": "clause", "filter": "agTextColumnFilter"},
        {"field": "restated", "headerName": t("office.column.restated"), "minWidth": 110, "flex": 1, "tooltipField": "restated", "filter": "agTextColumnFilter"},
    ]  # fmt: skip


def _group_column(code: str, names: Mapping[str, str]) -> dict[str, Any]:
    rules = {"o-missed-cell": f"params.data.s_{code} == 'missed'", "muted": f"params.data.s_{code} == 'few'"}
    return {
        "field": f"v_{code}",
        "headerName": names.get(code, code),
        "minWidth": 88,
        "flex": 1,
        "valueFormatter": {"function": f"params.data.w_{code}"},
        "tooltipField": f"o_{code}",
        "cellClass": "num o-right",
        "cellClassRules": rules,
    }


# -- the section -------------------------------------------------------------------------------------------------------


def build(view: View) -> Component:
    """The section; figures of today so far take a while to be counted: the page is there before them."""
    if not is_live(view):
        return build_table(view)
    waiting = html.P(t("office.figures.counting"), className="muted", role="status")
    return html.Div(box(t("office.tab.figures"), waiting), id="office-figures-live")


def is_live(view: View) -> bool:
    """Whether the address asks for today, or no day was taken yet."""
    today = now().astimezone(CHINA).date()
    with record().read() as session:
        taken = last_snapshot(session, county())
    return (day_of(view, "on") or taken or today) >= today


def build_table(view: View) -> Component:
    """Which day, by what, the grid."""
    found = look(view)
    with record().read() as session:
        names = names_of(session, county(), lang())
    rows = [row_of(line, found) for line in shown(found, view)]
    whole = {} if view.get("all") == "1" else {"domLayout": "autoHeight"}
    table = grid("office-figures", columns(found, names), rows, "key", **whole)
    missed = sum(line.meets is False for line in found.lines)
    told = t("office.figures.live" if found.live else "office.figures.taken", on=found.on)
    note = t("office.figures.missed_n", n=missed) if missed else t("office.figures.none_missed")
    style = "o-figures o-figures-all" if view.get("all") == "1" else "o-figures"
    content = [html.P([told, " · ", html.Span(note, className="warn" if missed else "good"), " · ", t("office.figures.how")], className="muted k-small"), html.Div(table, className=style), html.Div(plain(table_of(found, view, names), numbers=(2, 3, 4, 5, *range(9, 99))), className="o-on-paper")]  # fmt: skip
    return html.Div([_tools(found, view), box(t("office.tab.figures"), content, side=build_export(EXPORT, look="button t-small"))], className="o-section")  # fmt: skip


def _tools(found: FigureTable, view: View) -> Component:
    on = dmc.DateInput(id="office-on", value=found.on.isoformat(), maxDate=now().astimezone(CHINA).date().isoformat(), valueFormat="YYYY-MM-DD", label=t("office.on"), size="xs", w=140)  # fmt: skip
    links = [_by_link(by, found.by, view) for by in BY]
    every = view.get("all") == "1"
    more = dcc.Link(t("office.figures.headlines" if every else "office.figures.every"), href=_address(view, {"all": "" if every else "1"}), className="button t-small")  # fmt: skip
    return html.Div([on, html.Div(links, className="o-row"), more], className="o-tools o-screen")


def _by_link(by: str, here: str, view: View) -> Component:
    look = f"k-count {'k-count-on' if by == here else ''}"
    link = dcc.Link(t(f"office.by.{by}"), href=_address(view, {"by": by}), className=look)
    return html.Span(link, **({"aria-current": "true"} if by == here else {}))


def _address(view: View, more: Mapping[str, str]) -> str:
    held = {"show": "figures", **{name: view.get(name, "") for name in ("on", "by", "all")}, **more}
    return "/office?" + "&".join(f"{name}={value}" for name, value in held.items() if value)


def table_of(found: FigureTable, view: View, names: Mapping[str, str]) -> Table:
    """What the grid shows, for a file."""
    heads = ["figure", "measure", "value", "of", "change_month", "target", "met", "clause", "restated"]
    groups = [names.get(code, code) for code in found.codes]
    rows = []
    for line in shown(found, view):
        row = row_of(line, found)
        base = (line.figure, row["measure"], cell(row["value"], line.unit), row["of"], row["change_words"], row["target_words"], row["met_words"], row["clause"], row["restated"])  # fmt: skip
        rows.append((*base, *(_plain(line, code) for code in found.codes)))
    columns = (*(t(f"office.column.{name}") for name in heads), *groups)
    return Table(t("office.tab.figures"), columns, tuple(rows))


def _plain(line: FigureLine, code: str) -> Any:
    held = line.groups.get(code)
    value = held.value if held else None
    return part(value) if line.unit == "share" else cell(value, line.unit)


def figures_book(view: View) -> Book:
    """The table as a file."""
    found = look(view)
    with record().read() as session:
        names = names_of(session, county(), lang())
    narrowed = t("office.figures.live" if found.live else "office.figures.taken", on=found.on)
    return book_of(t("office.tab.figures"), [table_of(found, view, names)], narrowed=narrowed)


EXPORT: Final = Export("office-figures", figures_book)


async def _live(_here: str, view: View) -> Component:
    """The table of today so far."""
    return await run(build_table, view)


def register(app: Dash) -> None:
    """The section's callbacks."""
    app.callback(Output("office-figures-live", "children"), Input("office-figures-live", "id"), State("office-view", "data"))(_live)  # fmt: skip
    register_export(app, EXPORT, State("office-view", "data"))


SECTION: Final = Section("figures", build, register)
