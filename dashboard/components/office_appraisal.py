"""Appraisal on the county office's page: scores with intervals, between which places, every part explained; no money (PL 74)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import Dash, State, dcc, html
from dash.development.base_component import Component

from dashboard.components.clause import clause
from dashboard.components.office_words import Section, View, book_of, box, may, read
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import county, lang, now, record, t
from data.office_tables import Table
from data.queries.appraisals import ORGAN, TOWNSHIP, AppraisalRow, appraisals, periods_taken
from data.queries.office_figures import name_of
from data.sheets import Book, Share
from policy.appraisal import KEY, Part
from policy.citing import spoken
from policy.figures.definitions import definition
from policy.figures.written import goal, number
from policy.text import named
from policy.zone import CHINA

KINDS: Final = (TOWNSHIP, ORGAN)
TO: Final = "/supervision?show=ranking"


def chosen(view: View) -> tuple[str, str]:
    """The period and the kind of subject that the address names; the newest period, townships."""
    with record().read() as session:
        taken = periods_taken(session, county())
    period = view.get("only", "")
    kind = view.get("by", "")
    return (period if period in taken else next(iter(taken), "")), kind if kind in KINDS else TOWNSHIP


def rows_of(view: View) -> list[AppraisalRow]:
    """The kept scores the address asks for; none before the first appraisal."""
    period, kind = chosen(view)
    found: list[AppraisalRow] = read(appraisals, period_code=period, kind=kind) if period else []
    return found


def build(view: View) -> Component:
    """The section: which period, whose, the scores with their parts."""
    (period, kind), rows = chosen(view), rows_of(view)
    value = county().profile.get(KEY, now().astimezone(CHINA).date())
    rule = clause(value.clause, key=KEY) if value is not None else []
    links = [html.Span(dcc.Link(t(f"office.appraisal.{one}"), href=f"/office?show=appraisal&only={period}&by={one}", className=f"k-count {'k-count-on' if one == kind else ''}")) for one in KINDS]  # fmt: skip
    more = [dcc.Link(t("office.appraisal.open"), href=TO)] if may("page.supervision") else []
    if not rows:
        return box(t("office.tab.appraisal"), [html.P(t("office.appraisal.none"), className="muted"), *more])
    side = [*rule, *more, build_export(EXPORT, look="button t-small")]
    content = [html.Div(links, className="o-row o-screen"), html.P(t("office.appraisal.how"), className="muted k-small"), _table(rows)]  # fmt: skip
    return html.Div([box(t("office.appraisal.of", period=period), content, side=side)], className="o-section")


def _table(rows: Sequence[AppraisalRow]) -> Component:
    heads = ("subject_of", "score", "interval", "places", "state", "parts")
    top = html.Tr([html.Th(t(f"office.column.{name}")) for name in heads])
    return html.Div(html.Table([html.Thead(top), html.Tbody([_row(row) for row in rows])], className="o-table"), className="o-scroll")  # fmt: skip


def _row(row: AppraisalRow) -> Component:
    one = row.scored
    parts = html.Details([html.Summary(t("office.appraisal.parts", n=len(one.parts))), _parts(one.parts)])
    again = html.Span([" ◇ ", t("charts.restated", first=_points(row.before), now=_points(one.score))], className="muted k-small") if row.before is not None else ""  # fmt: skip
    return html.Tr(
        [
            html.Td(named(row.name, lang())),
            html.Td([html.B(_points(one.score)), again], className=f"num {'muted' if one.few else ''}"),
            html.Td(interval(row), className="num"),
            html.Td(places(row), className="num"),
            html.Td(_lacks(row)),
            html.Td(parts),
        ]
    )


def _points(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}"


def interval(row: AppraisalRow) -> str:
    """The interval of a score."""
    low, high = row.scored.low, row.scored.high
    return "—" if low is None or high is None else f"{low:.1f}–{high:.1f}"


def places(row: AppraisalRow) -> str:
    """Between which places a subject stands; that it rests on too few cases to say."""
    held = row.standing
    if held.best is None or held.worst is None:
        return t("township.few")
    return t("office.appraisal.place", low=held.best, high=held.worst, of=held.of)


def _lacks(row: AppraisalRow) -> Any:
    """Where it clearly falls short: where help is needed first."""
    short = [name_of(one.figure, one.measure, lang()) for one in row.scored.lacking]
    return html.Span([t("office.appraisal.lacks"), " ", "；".join(short)], className="warn") if short else ""


def _parts(parts: Sequence[Part]) -> Component:
    heads = ("measure", "weight", "value", "of", "target", "reached", "county")
    top = html.Tr([html.Th(t(f"office.column.{name}"), className="o-figure" if n else "") for n, name in enumerate(heads)])  # fmt: skip
    return html.Table([html.Thead(top), html.Tbody([_part(one) for one in parts])], className="o-table")


def _part(one: Part) -> Component:
    unit = definition(one.figure).measure(one.measure).unit
    of = f"{one.numerator or 0:,.0f}/{one.denominator:,.0f}" if one.denominator is not None else ""
    aim = [goal(one.target, unit, lang()), " ", *clause(one.clause)] if one.target is not None else "—"
    name = html.A(name_of(one.figure, one.measure, lang()), href=f"/figures/{one.figure}")
    values = (number(one.weight, "share"), number(one.value, unit), of, aim, number(one.score, "share"), number(one.county, unit))  # fmt: skip
    return html.Tr([html.Td(name), *(html.Td(value, className="num o-figure") for value in values)], className="muted" if one.few else "")  # fmt: skip


# -- files -------------------------------------------------------------------------------------------------------------


def scores_table(rows: Sequence[AppraisalRow], period: str) -> Table:
    """Scores with their intervals and places."""
    cells = [(named(row.name, lang()), row.scored.score, interval(row), places(row), "；".join(name_of(one.figure, one.measure, lang()) for one in row.scored.lacking)) for row in rows]  # fmt: skip
    heads = ("subject_of", "score", "interval", "places", "state")
    return Table(t("office.appraisal.of", period=period), tuple(t(f"office.column.{name}") for name in heads), tuple(cells))  # fmt: skip


def parts_table(rows: Sequence[AppraisalRow]) -> Table:
    """Every part of every score."""
    cells = [
        (named(row.name, lang()), one.figure, name_of(one.figure, one.measure, lang()), Share(one.weight), one.value, one.numerator, one.denominator, one.target, spoken(one.clause, lang(), county().profile.documents) if one.clause else None, None if one.score is None else Share(one.score))
        for row in rows
        for one in row.scored.parts
    ]  # fmt: skip
    heads = ("subject_of", "figure", "measure", "weight", "value", "numerator", "denominator", "target", "clause", "reached")  # fmt: skip
    return Table(t("office.column.parts"), tuple(t(f"office.column.{name}") for name in heads), tuple(cells))


def appraisal_book(view: View) -> Book:
    """Scores and their parts as a file."""
    (period, kind), rows = chosen(view), rows_of(view)
    return book_of(t("office.tab.appraisal"), [scores_table(rows, period), parts_table(rows)], narrowed=t(f"office.appraisal.{kind}"))  # fmt: skip


EXPORT: Final = Export("office-appraisal", appraisal_book)


def register(app: Dash) -> None:
    """The section's callbacks."""
    register_export(app, EXPORT, State("office-view", "data"))


SECTION: Final = Section("appraisal", build, register)
