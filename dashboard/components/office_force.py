"""Sink-down on the county office's page: the shares against their targets, by day, the matrix, who is lent away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.charts import chart, gauge, ratio_by_day, scheme
from dashboard.components.case_words import DASH
from dashboard.components.clause import clause, to_value
from dashboard.components.office_words import Section, View, bar, book_of, box, day_of, plain, read, share
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import actor, county, lang, now, place_name, record, run, t
from data.office_tables import (
    Table,
    counting_words,
    lent_table,
    matrix_table,
    parts_table,
    people_table,
    row_name,
)
from data.queries.figures import series
from data.queries.office_force import OWN, Cell, ForceRow, Posted, SinkDown, sink_down
from data.sheets import Book
from policy.figures.force import PARTS
from policy.text import JOINTS
from policy.zone import CHINA

DAYS: Final = 365
BAND: Final = 250  # px: gauge and ratio by day
STEPS: Final = 4  # shades of a cell


def look(view: View) -> SinkDown:
    """The sink-down of the day the address names, else of today."""
    found: SinkDown = read(sink_down, on=_day(view))
    return found


def _day(view: View) -> date | None:
    asked, today = day_of(view, "on"), now().astimezone(CHINA).date()
    return asked if asked is not None and asked <= today else None


# -- the head ----------------------------------------------------------------------------------------------------------


def build_gauge(found: SinkDown) -> Component:
    """F01 of the county; which people count stands below it, and opens the value that says so."""
    value = found.sunk / found.whole if found.whole else None
    met = None if found.target is None or value is None else value >= found.target
    made = gauge(
        value, target=found.target, meets=met, numerator=found.sunk, denominator=found.whole,
        lang=lang(), scheme=scheme(), height=BAND - 40,
    )  # fmt: skip
    rule = to_value(counting_words(found, lang()), "sink_down.counting", look="muted k-small")
    goal = [html.P([t("office.target_clause"), " ", *clause(found.target_clause, key="target.F01")], className="k-small")] if found.target_clause else []  # fmt: skip
    drawn = chart(made, title=t("office.f01"), note=f"{found.on}", said=t("office.f01_said", value=share(value), n=found.sunk, d=found.whole))  # fmt: skip
    return html.Div([drawn, *goal, html.P(rule, className="o-rule")], className="panel k-panel o-gauge")


def build_teams(found: SinkDown) -> Component:
    """Each professional team against its target (F02), the furthest from it first."""
    teams = sorted((row for row in found.rows if row.kind == "professional_team" and row.whole), key=_share)
    if not teams:
        return box(t("office.f02"), html.P(t("office.no_teams"), className="muted"))
    side = [*clause(found.team_clause, key="target.F02")]
    return box(t("office.f02"), [html.Ul([_team(row) for row in teams], className="o-teams")], side=side, look="o-f02")


def _share(row: ForceRow) -> float:
    return row.sunk / row.whole if row.whole else 0.0


def _team(row: ForceRow) -> Component:
    value = _share(row)
    missed = row.needed is not None and value < row.needed
    mark = html.Span(t("charts.missed" if missed else "charts.met"), className="warn" if missed else "good") if row.needed is not None else html.Span("")  # fmt: skip
    return html.Li(
        [
            html.Span(row_name(row.code, row.name, lang()), className="o-team-name"),
            bar(value, row.needed, tone="o-fill-warn" if missed else ""),
            html.Span([html.B(share(value)), " ", html.Span(f"{row.sunk}/{row.whole}", className="muted")], className="num"),
            mark,
        ]
    )  # fmt: skip


def build_trend(found: SinkDown, which: str) -> Component:
    """A share by day, of the snapshots up to yesterday and of today as it stands."""
    options = [{"value": "", "label": t("office.trend_f01")}, {"value": "F02", "label": t("office.trend_f02")}]
    options += [{"value": row.code, "label": row_name(row.code, row.name, lang())} for row in found.rows if row.kind == "professional_team"]  # fmt: skip
    select = dmc.Select(id="office-trend-of", data=options, value=which, allowDeselect=False, size="xs", w=230, comboboxProps={"withinPortal": True}, **{"aria-label": t("office.trend_of")})  # fmt: skip
    made = trend_figure(found, which)
    drawn = chart(made, title=t("office.trend"), id="office-trend", said=t("office.trend_said"))
    return html.Div([html.Div(select, className="o-screen o-trend-of"), drawn], className="panel k-panel o-trend")


def trend_figure(found: SinkDown, which: str) -> dict[str, Any]:
    """The chart of a share by day: of the county (F01), of all professional teams (`F02`), or of one of them."""
    figure = "F02" if which else "F01"
    code = which if which not in ("", "F02") else ""
    with record().read() as session:
        rows = series(
            session, actor(), county(), figure=figure, now=now(),
            group_kind="organ" if code else "county", group_code=code, days=DAYS,
        )  # fmt: skip
    teams = [row for row in found.rows if row.kind == "professional_team" and code in ("", row.code)]
    sunk, whole = (sum(row.sunk for row in teams), sum(row.whole for row in teams)) if which else (found.sunk, found.whole)  # fmt: skip
    target = (found.team_target if code else None) if which else found.target
    live = {"date": found.on, "value": sunk / whole if whole else None, "numerator": sunk, "denominator": whole, "target": target}  # fmt: skip
    days = [row for row in rows if row["date"] < found.on]
    return ratio_by_day([*days, live], name=t("office.trend"), lang=lang(), scheme=scheme(), height=BAND)


# -- the matrix --------------------------------------------------------------------------------------------------------


def build_matrix(found: SinkDown) -> Component:
    """Department × township; every number opens the people behind it; 181N of each township below."""
    most = max((cell.counted for row in found.rows if row.code != OWN for cell in row.cells.values()), default=1) or 1
    names = [html.Th(html.Span(place_name(code)), className="o-town", scope="col") for code in found.townships]
    lead = [html.Th(t("office.column.organ"), className="o-first")]
    lead += [html.Th(t(f"office.column.{name}"), className="o-figure") for name in ("whole", "sunk", "share", "lent")]
    body = [_matrix_row(found, row, most) for row in found.rows]
    table = html.Table(
        [html.Thead(html.Tr([*lead, *names])), html.Tbody([*body, _sum_row(found)]), html.Tfoot(_parts_rows(found))],
        className="o-matrix",
    )  # fmt: skip
    return html.Div([html.Div(table, className="o-scroll"), html.P(t("office.matrix_key"), className="muted k-small")])


def _matrix_row(found: SinkDown, row: ForceRow, most: int) -> Component:
    value = row.sunk / row.whole if row.whole else None
    missed = row.needed is not None and value is not None and value < row.needed
    goal = [html.Span(f" ▼{share(row.needed)}", className="warn k-small", title=t("charts.missed"))] if missed else []
    cells = [html.Td(_cell(found, row, code, row.cells.get(code)), className=_shade(row.cells.get(code), most)) for code in found.townships]  # fmt: skip
    return html.Tr(
        [
            html.Th(row_name(row.code, row.name, lang()), scope="row", className="o-first"),
            html.Td(row.whole, className="num o-figure"),
            html.Td(
                _opener(row.sunk, row.code, "", row_name(row.code, row.name, lang())) if row.cells else row.sunk,
                className="num o-figure",
            ),
            html.Td([share(value) if value is not None else DASH, *goal], className="num o-figure"),
            html.Td(row.lent or "", className=f"num o-figure {'warn' if row.lent else ''}"),
            *cells,
        ]
    )


def _shade(cell: Cell | None, most: int) -> str:
    step = min(STEPS, -(-cell.counted * STEPS // most)) if cell is not None and cell.counted else 0
    return f"num o-cell o-shade-{step}"


def _cell(found: SinkDown, row: ForceRow, code: str, cell: Cell | None) -> Any:
    if cell is None:
        return ""
    name = t("office.cell", organ=row_name(row.code, row.name, lang()), township=place_name(code))
    covering = cell.modes.get("covering", 0)
    marks = [html.Small(t("office.mark.covering", n=covering))] if covering else []
    marks += [html.Small(t("office.mark.others", n=cell.others), className="warn")] if cell.others else []
    words = JOINTS[lang()].join(f"{t(f'office.mode.{mode}')} {n}" for mode, n in sorted(cell.modes.items()))
    return [_opener(cell.counted, row.code, code, f"{name}: {words}"), *marks]


def _opener(count: int, row: str, township: str, title: str) -> Component:
    data = {"data-office-row": row, "data-office-town": township}
    return html.Button(f"{count:,}", type="button", className="o-open num", title=title, **data)


def _sum_row(found: SinkDown) -> Component:
    value = found.sunk / found.whole if found.whole else None
    sums = [sum(found.parts[code].values()) for code in found.townships]
    return html.Tr(
        [
            html.Th(t("office.total"), scope="row", className="o-first"),
            html.Td(found.whole, className="num o-figure"),
            html.Td(found.sunk, className="num o-figure"),
            html.Td(share(value), className="num o-figure"),
            html.Td(len(found.lent) or "", className="num o-figure"),
            *(
                html.Td(_opener(n, "", code, place_name(code)), className="num o-cell")
                for n, code in zip(sums, found.townships, strict=True)
            ),
        ],
        className="o-sum",
    )


def _parts_rows(found: SinkDown) -> list[Component]:
    """181N: its parts of each township, in the same columns."""
    head = html.Tr([html.Th([t("office.parts"), " ", *clause("LX 二(二)2")] if county().profile.get("target.F01", found.on) else t("office.parts"), className="o-first", colSpan=5), *(html.Td("") for _ in found.townships)], className="o-parts-head")  # fmt: skip
    rows = [
        html.Tr(
            [
                html.Th(t(f"office.part.{name}"), scope="row", className="o-first", colSpan=4),
                html.Td(sum(found.parts[code][name] for code in found.townships), className="num o-figure"),
                *(html.Td(found.parts[code][name] or "", className="num o-cell") for code in found.townships),
            ]
        )
        for name in PARTS
    ]
    return [head, *rows]


# -- the people of a cell ----------------------------------------------------------------------------------------------


def people_of(view: View, row: str, township: str) -> tuple[str, list[Component]]:
    """Title and content of the drawer: everybody of a cell."""
    found = look(view)
    people = found.cell(row, township)
    title, table = _titled(found, people, row, township)
    counted = sum(one.counted for one in people)
    told = html.P(t("office.cell_counts", n=len(people), counted=counted), className="muted")
    return title, [told, plain(table)]


def _titled(found: SinkDown, people: Sequence[Posted], row: str, township: str) -> tuple[str, Table]:
    held = next((one for one in found.rows if one.code == row), None)
    organ = row_name(held.code, held.name, lang()) if held else t("office.every_organ")
    place = place_name(township) if township else t("office.every_township")
    title = t("office.cell", organ=organ, township=place)
    return title, people_table(people, county(), lang(), title)


# -- the section -------------------------------------------------------------------------------------------------------


def build(view: View) -> Component:
    """The section: shares, by day, matrix, who is lent away."""
    found = look(view)
    on = dmc.DateInput(id="office-on", value=found.on.isoformat(), maxDate=now().astimezone(CHINA).date().isoformat(), valueFormat="YYYY-MM-DD", label=t("office.on"), size="xs", w=140)  # fmt: skip
    which = "" if found.target is not None else "F02"
    band = [build_gauge(found), build_teams(found), build_trend(found, which)]
    matrix = box(
        t("office.matrix", on=found.on),
        build_matrix(found),
        side=build_export(EXPORT, look="button t-small"),
        look="o-wide",
    )
    lent = plain(lent_table(found, county(), lang()), empty=t("office.no_lent"))
    rule = [html.Span(t("office.lent_rule"), className="muted k-small")]
    inside = [html.Div(build_export(PEOPLE, look="button t-small"), className="o-cell-head"), html.Div(id="office-cell-people")]  # fmt: skip
    drawer = dmc.Drawer(inside, id="office-drawer", opened=False, position="right", size="min(1080px, 100vw)", title="", closeButtonProps={"aria-label": t("case_page.close")})  # fmt: skip
    stores = [dcc.Store(id="office-cell")]
    return html.Div([*stores, html.Div(on, className="o-tools o-screen"), html.Div(band, className="o-band"), matrix, box(t("office.lent_n", n=len(found.lent)), [lent, *rule]), drawer], className="o-section")  # fmt: skip


def force_book(view: View) -> Book:
    """The matrix, 181N, everybody who is in a township, who is lent away."""
    found = look(view)
    everybody = people_table(found.cell("", ""), county(), lang(), t("office.people"))
    tables = (matrix_table(found, county(), lang()), parts_table(found, county(), lang()), everybody, lent_table(found, county(), lang()))  # fmt: skip
    return book_of(t("office.tab.force"), tables, personal=True, narrowed=found.on.isoformat())


def cell_book(view: View, asked: Mapping[str, Any] | None) -> Book:
    """The people of the cell that is open."""
    found, row, township = look(view), str((asked or {}).get("row", "")), str((asked or {}).get("town", ""))
    title, table = _titled(found, found.cell(row, township), row, township)
    return book_of(title, [table], personal=True, narrowed=found.on.isoformat())


EXPORT: Final = Export("office-force", force_book, personal=True)
PEOPLE: Final = Export("office-cell", cell_book, personal=True)


async def _open(asked: Mapping[str, Any] | None, view: View) -> tuple[Any, ...]:
    """The people of the cell that was pressed."""
    if not asked:
        return no_update, no_update, no_update
    title, content = await run(people_of, view, str(asked.get("row", "")), str(asked.get("town", "")))
    return True, title, content


async def _trend(which: str, view: View) -> Any:
    """Another share by day."""
    return await run(lambda: trend_figure(look(view), which or ""))


def register(app: Dash) -> None:
    """The section's callbacks."""
    view, asked = State("office-view", "data"), Input("office-cell", "data")
    opened = [Output("office-drawer", "opened"), Output("office-drawer", "title"), Output("office-cell-people", "children")]  # fmt: skip
    app.callback(*opened, asked, view, prevent_initial_call=True)(_open)
    app.callback(Output("office-trend", "figure"), Input("office-trend-of", "value"), view, prevent_initial_call=True)(_trend)  # fmt: skip
    register_export(app, EXPORT, view)
    register_export(app, PEOPLE, view, State("office-cell", "data"))


SECTION: Final = Section("force", build, register)
