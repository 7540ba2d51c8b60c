"""Reports: daily briefs, weekly and monthly ones as they were made; read here, downloaded, made at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from dash import Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component

from dashboard.components import reports_view as show
from dashboard.components.table_export import build_export, register_export
from dashboard.context import actor, county, lang, now, query, record, run, t
from dashboard.tables.reports import REPORTS
from data import runs
from data.authority import Subject, authorise
from data.keys import row_key
from data.models import Report
from data.queries.reports import list_reports, one_report
from data.reports.making import LANGUAGES
from data.reports.periods import KINDS
from data.settings import settings
from policy.errors import Refusal
from policy.zone import CHINA

PATH: Final = "/reports"
NAME_KEY: Final = "reports.name"
VERB: Final = "page.reports"
WATCH_MS: Final = 700
View = Mapping[str, str]


def subject() -> Subject:
    """Reports are of the whole county, for who works for all of it."""
    return Subject(county().jurisdiction_id, label=t(NAME_KEY), nowhere=True)


def view_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The view the address names: kind, language, the report that is open."""
    held = {name: str(given.get(name) or "")[:40] for name in ("kind", "language", "no")}
    kind = held["kind"] if held["kind"] in KINDS else "all"
    return held | {"kind": kind, "language": held["language"] if held["language"] in LANGUAGES else lang()}


def may_make() -> bool:
    """Whether who looks may make reports."""
    return authorise(actor(), "report.make", Subject(county().jurisdiction_id, nowhere=True), now()).allowed


def rows_of(view: View) -> list[Report]:
    """The reports of a view."""
    kind = None if view["kind"] == "all" else view["kind"]
    with record().read() as session:
        return list_reports(session, actor(), county(), now(), kind=kind, language=view["language"])


def chosen(view: View) -> Report | None:
    """The report that is open; None for none, or for one that is not there."""
    if not view["no"]:
        return None
    try:
        with record().read() as session:
            return one_report(session, actor(), county(), now(), key=row_key(view["no"]))
    except Refusal:
        return None


def layout() -> Component:
    """The page in the view the address names."""
    view = view_of(query())
    rows, newest = rows_of(view), runs.newest_report(record(), actor(), county())
    one = chosen(view) or next(iter(rows), None)
    today = now().astimezone(CHINA).date()
    running = newest is not None and newest.running
    making = [show.build_making(today), html.Div(show.build_run(newest if running else None), id="reports-run", className="rp-run")] if may_make() else []  # fmt: skip
    stores = [
        dcc.Store(id="reports-view", data=view),
        dcc.Interval(id="reports-watch", interval=WATCH_MS, disabled=not running),
    ]
    tabs = html.Nav(show.build_tabs(view["kind"], view["language"]), className="b-tabs rp-tabs", **{"aria-label": t("reports.name")})  # fmt: skip
    tools = html.Div([html.H2(t("reports.view.list")), html.Span(className="k-spacer"), build_export(REPORTS)], className="b-tools")  # fmt: skip
    listed = html.Div(show.build_list(rows, str(one.id) if one else "", view["kind"], view["language"]), id="reports-list", className="b-list")  # fmt: skip
    columns = html.Div(
        [
            html.Section([*making, tools, listed], className="b-rows"),
            html.Section(show.build_sheets(one, view["kind"], view["language"]), className="b-matter rp-sheets"),
        ],
        className=f"b-columns {'b-open' if view['no'] else 'b-bare'}",
    )
    return html.Div([*stores, tabs, columns], className="between reports")


# -- callbacks ---------------------------------------------------------------------------------------------------------


async def _make(_make: int, _stop: int, _watch: int, kind: str, day: str | None, view: View) -> tuple[Any, bool, Any]:
    """Begin, stop or watch the making of a report; it runs in a thread of its own."""
    return await run(_made, str(ctx.triggered_id), bool(ctx.triggered and ctx.triggered[0]["value"]), kind, day, view)


def _made(pressed: str, really: bool, kind: str, day: str | None, view: View) -> tuple[Any, bool, Any]:
    found = _pressed(pressed if really else "", kind, day, view)
    listed = show.build_list(rows_of(view), view["no"], view["kind"], view["language"])
    return show.build_run(found), not (found is not None and found.running), listed


def _pressed(pressed: str, kind: str, day: str | None, view: View) -> runs.Making | None:
    if pressed == "reports-make":
        last = date.fromisoformat(day[:10]) if day else None
        return runs.begin_report(record(), actor(), county(), settings().var, kind=kind, last=last, lang=view["language"])  # fmt: skip
    look = runs.stop_report if pressed == "reports-stop" else runs.newest_report
    return look(record(), actor(), county())


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_export(app, REPORTS, State("reports-view", "data"))
    app.callback(
        Output("reports-run", "children"),
        Output("reports-watch", "disabled"),
        Output("reports-list", "children"),
        Input("reports-make", "n_clicks"),
        Input("reports-stop", "n_clicks"),
        Input("reports-watch", "n_intervals"),
        State("reports-kind", "value"),
        State("reports-day", "value"),
        State("reports-view", "data"),
        prevent_initial_call=True,
    )(_make)
