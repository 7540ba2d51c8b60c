"""The list of all figures: what each counts, its newest value, its target here with clause, the way to its page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.clause import clause
from dashboard.components.figures_reads import figure_address
from dashboard.context import actor, county, lang, now, record, t
from data.queries.figure_definition import Meaning, MeasureMeaning, meaning
from data.queries.figures import checked_day, figures_on, last_snapshot
from policy.figures.definitions import DEFINITIONS
from policy.figures.rows import COUNTY
from policy.figures.written import goal, parts, said

Row = Mapping[str, Any]


def read() -> tuple[date | None, dict[str, Row]]:
    """The newest day that was taken, and the county's headline of each figure on it."""
    with record().read() as session:
        day = last_snapshot(session, county())
        rows = figures_on(session, actor(), county(), on=day, now=now(), group_kind=COUNTY, lang=lang()) if day else []
    heads: dict[str, Row] = {
        row["figure"]: row for row in reversed(rows) if row["measure"] == DEFINITIONS[row["figure"]].headline.id
    }
    return day, heads


def build_list() -> list[Component]:
    """Every figure as a line."""
    taken, heads = read()
    today = checked_day(None, now())
    told = [meaning(county(), id_, today, lang()) for id_ in DEFINITIONS]
    words = t("figures_page.list_said", day=taken) if taken else t("figures_page.list_none")
    names = ("figure", "value", "of", "target")
    head = html.Tr([html.Th(t(f"figures_page.list_{name}")) for name in names])
    table = html.Table([html.Thead(head), html.Tbody([_line(one, heads.get(one.figure), taken) for one in told])], className="fig-table fig-list")  # fmt: skip
    return [html.P(words, className="muted k-small"), html.Div(table, className="fig-scroll")]


def _line(one: Meaning, row: Row | None, taken: date | None) -> Component:
    link = dcc.Link([html.Span(one.figure, className="num muted"), " ", html.Strong(one.name)], href=figure_address(one.figure, on=taken))  # fmt: skip
    name = html.Td([link, html.Div(one.formula, className="muted k-small")])
    if row is None:
        return html.Tr([name, html.Td("—"), html.Td(""), html.Td(_target(one.measures[0]))])
    tone = {True: "good", False: "warn", None: ""}[row["meets"]]
    value = [html.Strong(said(row["value"], row["unit"], lang()), className=f"num {'muted' if row['small'] else tone}")]
    few = [html.Div(t("figures_page.few"), className="muted k-small")] if row["small"] else []
    of = html.Td(parts(row["numerator"], row["denominator"]), className="num muted")
    return html.Tr([name, html.Td([*value, *few]), of, html.Td(_target(one.measures[0]))])


def _target(head: MeasureMeaning) -> list[Any]:
    """The headline's target with its clause; that the plan sets none."""
    held = head.target or head.coming
    if held is None:
        return [html.Span(t("figures_page.silent_short") if head.target_key else "—", className="muted")]
    by = f" {t('figures_page.target_by', day=held.by)}" if held.by else ""
    return [html.Span(goal(held.value, head.unit, lang()) + by, className="num"), " ", *clause(held.clause, key=head.target_key or "")]  # fmt: skip
