"""The page of reports as components: the list, one report page by page, what is being made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import moment, nothing
from dashboard.context import lang, t
from data.models import Report
from data.queries.reports import title_of
from data.reports.making import LANGUAGES
from data.reports.periods import KINDS
from data.runs import Making

PATH: Final = "/reports"
KINDS_SHOWN: Final = ("all", *KINDS)


def address(**view: str) -> str:
    """The address of a view."""
    held = {name: value for name, value in view.items() if value and value != "all"}
    return f"{PATH}?{urlencode(held)}" if held else PATH


def file_of(row: Report) -> str:
    """Where a report is downloaded."""
    return f"/api/v1/reports/{row.id}/file"


def build_tabs(kind: str, language: str) -> list[Component]:
    """Which kind, in which language."""
    kinds = [_tab(t("reports.view.all") if one == "all" else t(f"reports.kind.{one}"), address(kind=one, language=language), one == kind) for one in KINDS_SHOWN]  # fmt: skip
    languages = [_tab(t(f"reports.view.{one}"), address(kind=kind, language=one), one == language) for one in LANGUAGES]
    return [*kinds, html.Span(className="k-spacer"), *languages]


def _tab(words: str, to: str, here: bool) -> Component:
    current = {"aria-current": "page"} if here else {}
    return html.Span(dcc.Link(words, href=to, className="b-tab-link"), className=f"b-tab {'b-tab-here' if here else ''}", **current)  # fmt: skip


def build_list(rows: Sequence[Report], here: str, kind: str, language: str) -> list[Component]:
    """One card a report, the newest first; an empty list says when the first comes."""
    if not rows:
        return [nothing(t("reports.view.empty"))]
    return [_card(row, str(row.id) == here, kind, language) for row in rows]


def _card(row: Report, here: bool, kind: str, language: str) -> Component:
    told = [t("reports.view.made_at", at=moment(row.made_at)), t("reports.view.pages", n=row.pages or 0)]
    return dcc.Link(
        [
            html.Span([html.Strong(title_of(row, lang()), className="b-subject"), html.Span(t(f"reports.view.{row.language}"), className="k-tag")], className="b-card-head"),
            html.Span(" · ".join(told), className="muted num k-small"),
        ],
        href=address(kind=kind, language=language, no=str(row.id)),
        className=f"b-card {'b-card-here' if here else ''}",
    )  # fmt: skip


def build_sheets(row: Report | None, kind: str, language: str) -> list[Component]:
    """One report page by page, its hash, the way to the file."""
    if row is None:
        return [nothing(t("reports.view.choose"))]
    facts = [t("reports.view.made_at", at=moment(row.made_at)), t("reports.view.size", n=f"{row.size / 1024:,.0f}")]
    head = html.Header(
        [
            dcc.Link(["← ", t("reports.view.back")], href=address(kind=kind, language=language), className="b-back"),
            html.H2(title_of(row, lang()), className="b-title"),
            html.Span(" · ".join(facts), className="muted num k-small"),
            html.Span(className="k-spacer"),
            html.A(t("reports.view.download"), href=file_of(row), download="", className="button button-main"),
        ],
        className="rp-head",
    )
    seal = html.P(t("reports.view.hash", sha256=row.sha256), className="muted num k-small rp-hash")
    return [head, *(_page(row, n) for n in range(1, (row.pages or 0) + 1)), seal]


def _page(row: Report, n: int) -> Component:
    words = t("reports.view.page", n=n, all=row.pages)
    return html.Img(src=f"/api/v1/reports/{row.id}/pages/{n}", alt=words, title=words, width=992, height=1403, className="rp-page", **{"loading": "lazy"} if n > 1 else {})  # fmt: skip


def build_making(today: date) -> Component:
    """What can be made at once."""
    kinds = [{"value": one, "label": t(f"reports.kind.{one}")} for one in KINDS]
    fields = [
        dmc.Select(id="reports-kind", label=t("reports.view.kind"), data=kinds, value=KINDS[0], allowDeselect=False, w=150),
        dmc.DateInput(id="reports-day", label=t("reports.view.day"), value=today.isoformat(), maxDate=today.isoformat(), valueFormat="YYYY-MM-DD", w=150),
        html.Button(t("reports.view.make"), id="reports-make", type="button", className="button button-main", n_clicks=0, title=t("reports.view.make_said")),
    ]  # fmt: skip
    return html.Div(fields, className="rp-make")


def build_run(run: Making | None) -> list[Component]:
    """How far the report is that is being made; what came of it."""
    stop = html.Button(t("reports.view.stop"), id="reports-stop", type="button", className="button", n_clicks=0, hidden=run is None or not run.running)  # fmt: skip
    if run is None:
        return [stop]
    if run.running:
        words = f"{t(f'reports.kind.{run.kind}')} {run.last} · {t(f'reports.view.{run.step}')}"
        return [dmc.Progress(value=100 * run.share, size="lg", animated=True, **{"aria-label": words}), html.P(words, role="status", className="num k-small"), stop]  # fmt: skip
    if run.refusal is not None:
        return [html.P(["! ", run.refusal.sentence(lang())], className="alarm", role="alert"), stop]
    return [_ended(run), stop]


def _ended(run: Making) -> Component:
    if run.report is None:
        return html.P(t("reports.view.stopped"), className="muted", role="status")
    title = f"{t(f'reports.kind.{run.kind}')} {run.last}"
    link: Any = dcc.Link(t("reports.view.made", title=title), href=address(kind=run.kind, language=run.lang, no=str(run.report)))  # fmt: skip
    return html.P(["✓ ", link], className="good", role="status")
