"""The page of a figure: what it means here, its value, the days behind it, its groups."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.charts.component import chart, scheme
from dashboard.charts.ratio_by_day import ratio_by_day
from dashboard.components.case_words import panel
from dashboard.components.clause import clause, to_value
from dashboard.components.figures_reads import PERIODS, Look, Row, View, address
from dashboard.components.figures_rows import build_rows, export_button
from dashboard.context import lang, now, t
from data.queries.figure_definition import Ground, MeasureMeaning
from policy.figures.definitions import DEFINITIONS, Target
from policy.figures.rows import COUNTY
from policy.figures.written import goal, number, parts, said
from policy.text import Word
from policy.zone import CHINA

HEIGHT = 230


def build_figure(found: Look) -> list[Component]:
    """The whole page."""
    told = found.meaning
    title = html.H1([html.Span(told.figure, className="num muted"), " ", told.name])
    head = html.Header([title, html.P(told.formula, className="fig-formula")], className="fig-head")
    upper = html.Div([_value(found), _meaning(found)], className="fig-columns")
    rows = panel(t("figures_page.rows"), build_rows(found), side=export_button(), look="fig-rows")
    return [_way(found.view), head, _tools(found), upper, _groups(found), rows]


def _way(view: View) -> Component:
    """To the list, and to the figures before and after."""
    ids = list(DEFINITIONS)
    place = ids.index(view.figure)
    near = [ids[n] for n in (place - 1, place + 1) if 0 <= n < len(ids)]
    links = [dcc.Link(f"{one} {DEFINITIONS[one].name(lang())}", href=address(View(one, view.on)), className="button t-small") for one in near]  # fmt: skip
    back = dcc.Link(t("figures_page.all"), href="/figures", className="button t-small")
    return html.Nav([back, html.Span(className="k-spacer"), *links], className="fig-way", **{"aria-label": t("figures_page.way")})  # fmt: skip


def _tools(found: Look) -> Component:
    """Day, period, measure."""
    view, today = found.view, now().astimezone(CHINA).date()
    on = dmc.DateInput(id="figure-on", value=view.on.isoformat() if view.on else None, maxDate=today.isoformat(), valueFormat="YYYY-MM-DD", label=t("figures_page.on"), placeholder=t("figures_page.now"), clearable=True, size="sm", w=160)  # fmt: skip
    measures = [{"value": one.measure, "label": one.name} for one in found.meaning.measures]
    measure = dmc.Select(id="figure-measure", data=measures, value=view.measure, label=t("figures_page.measure"), allowDeselect=False, size="sm", w=280)  # fmt: skip
    periods = [_chip(t(f"figures_page.days_{n}"), address(view, days=n), n == view.days) for n in PERIODS]
    said = html.Span(t("figures_page.days"), className="muted k-small")
    return html.Div([on, measure, html.Div([said, *periods], className="fig-chips")], className="fig-tools k-screen")


def _chip(words: str, to: str, here: bool) -> Component:
    link = dcc.Link(words, href=to, className=f"k-count {'k-count-on' if here else ''}")
    return html.Span(link, **({"aria-current": "true"} if here else {}))


# -- the value ---------------------------------------------------------------------------------------------------------


def _value(found: Look) -> Component:
    """The value with what it is made of, its target, and the days behind it."""
    row, view = found.chosen, found.view
    name = next(one.name for one in found.meaning.measures if one.measure == view.measure)
    where = found.sources.group_name if view.code else t("figures.group.county")
    content = [*_number(row), *_again(row), _trend(found, name)] if row else [html.P(t("figures_page.no_value"), className="muted"), _trend(found, name)]  # fmt: skip
    period = [t(f"figures_page.days_{view.days}")] if view.days in PERIODS[1:] else []
    side = " · ".join([where, *period, found.day.isoformat() if view.on else t("figures_page.until_now")])
    return panel(name, content, side=side, look="fig-value")


def _number(row: Row) -> list[Component]:
    unit = str(row["unit"])
    made = parts(row["numerator"], row["denominator"])
    high = [t("figures_page.p90", value=said(row["p90"], unit, lang()))] if row["p90"] is not None else []
    few = [t("figures_page.few")] if row["small"] else []
    tone = {True: "good", False: "warn", None: ""}[row["meets"]]
    big = html.Strong(said(row["value"], unit, lang()), className=f"num fig-big {'muted' if row['small'] else tone}")
    return [html.P([big, html.Span(" · ".join([made, *high, *few]), className="muted num")], className="fig-number"), html.P(_target(row), className="k-small")]  # fmt: skip


def _again(row: Row) -> list[Component]:
    """That the day was counted again: what it was, when and why."""
    told = row.get("restated")
    if not told:
        return []
    at = told["at"].astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    if told["first_at"] is None:
        return [html.P(t("figures_refresh.restated.added", at=at, why=told["why"]), className="k-small warn")]
    first = said(told["first"], str(row["unit"]), lang())
    return [html.P(t("figures_refresh.restated.words", at=at, first=first, why=told["why"]), className="k-small warn")]


def _target(row: Row) -> list[Any]:
    """Whether the target is met, and where it stands; that the plan sets none."""
    if row["target"] is None:
        return [t("figures_page.silent" if row["silent"] else "figures_page.no_target")]
    state = {True: ("good", "met"), False: ("warn", "missed"), None: ("muted", "open")}[row["meets"]]
    by = [t("figures_page.target_by", day=row["target_by"]), " "] if row["target_by"] else []
    words = t("figures_page.target_is", value=goal(row["target"], row["unit"], lang()))
    return [html.Span(t(f"figures_page.{state[1]}"), className=state[0]), " · ", words, " ", *by, *clause(row["target_clause"])]  # fmt: skip


def _trend(found: Look, name: str) -> Component:
    unit = next(one.unit for one in found.meaning.measures if one.measure == found.view.measure)
    drawn = ratio_by_day(found.days, name=name, unit=unit, lang=lang(), scheme=scheme(), height=HEIGHT)
    note = f"{found.days[0]['date']} – {found.days[-1]['date']}" if found.days else ""
    return chart(drawn, title=t("figures_page.trend"), note=note)


# -- what it means -----------------------------------------------------------------------------------------------------


def _meaning(found: Look) -> Component:
    """Measures with their targets, the values it rests on, what the plan leaves open."""
    told = found.meaning
    head = html.Tr([html.Th(t(f"figures_page.{name}")) for name in ("measure", "unit", "better", "target")])
    rows = [_measure(one, one.measure == found.view.measure, found.view) for one in told.measures]
    table = html.Div(html.Table([html.Thead(head), html.Tbody(rows)], className="fig-table"), className="fig-scroll")
    money = [html.P([t("figures_page.money"), " ", *clause("PL 74")], className="k-small")] if told.money else []
    grounds = [html.H3(t("figures_page.grounds")), html.Ul([_ground(one) for one in told.grounds], className="fig-grounds")] if told.grounds else []  # fmt: skip
    return panel(t("figures_page.definition"), [table, *money, *grounds, *_silent(found)], look="fig-meaning")


def _measure(one: MeasureMeaning, here: bool, view: View) -> Component:
    name = dcc.Link(one.name, href=address(view, measure=one.measure))
    better = t(f"figures_page.better_{one.better}")
    return html.Tr([html.Td(name), html.Td(t(f"figures.unit.{one.unit}")), html.Td(better), html.Td(_targets(one))], className="fig-here" if here else "")  # fmt: skip


def _targets(one: MeasureMeaning) -> list[Any]:
    if one.target_key is None:
        return ["—"]
    if one.target is None and one.coming is None:
        return [html.Span(t("figures_page.silent_short"), className="muted")]
    return [part for held in (one.target, one.coming) if held for part in _goal(held, one)]


def _goal(held: Target, one: MeasureMeaning) -> list[Any]:
    by = f" {t('figures_page.target_by', day=held.by)}" if held.by else ""
    return [html.Div([html.Span(goal(held.value, one.unit, lang()) + by, className="num"), " ", *clause(held.clause, key=one.target_key or "")])]  # fmt: skip


def _ground(one: Ground) -> Component:
    words = t(f"policy.key.{one.key}")
    if not one.said:
        return html.Li([words, " ", html.Span(t("figures_page.silent_short"), className="muted")])
    return html.Li([to_value(words, one.key), " ", *clause(one.clause, key=one.key)])


def _silent(found: Look) -> list[Component]:
    """What the county's plan says nothing of: nothing is borrowed."""
    keys = found.meaning.silent
    if not keys:
        return []
    return [html.P(t("figures_page.silent_keys", keys=tuple(Word(f"policy.key.{key}") for key in keys)), className="muted k-small")]  # fmt: skip


# -- its groups --------------------------------------------------------------------------------------------------------


def _groups(found: Look) -> Component:
    """The chosen measure by group, or every measure of the county."""
    view = found.view
    chips = [_chip(t(f"figures.group.{kind}"), address(view, group=kind, code=""), kind == view.group) for kind in found.meaning.groups]  # fmt: skip
    rows = [row for row in found.rows if view.group == COUNTY or row["measure"] == view.measure]
    side = html.Div(chips, className="fig-chips k-screen")
    if not rows:
        return panel(t("figures_page.groups"), html.P(t("figures_page.no_groups"), className="muted"), side=side)
    first = t("figures_page.measure" if view.group == COUNTY else f"figures.group.{view.group}")
    heads = [first, *(t(f"figures_page.{name}") for name in ("value", "numerator", "denominator", "target"))]
    head = html.Tr([html.Th(name, className="fig-right" if 0 < n < 4 else "") for n, name in enumerate(heads)])
    names = {one.measure: one.name for one in found.meaning.measures}
    body = html.Tbody([_group(row, view, names) for row in rows])
    return panel(t("figures_page.groups"), html.Div(html.Table([html.Thead(head), body], className="fig-table"), className="fig-scroll"), side=side)  # fmt: skip


def _group(row: Row, view: View, names: dict[str, str]) -> Component:
    whole = view.group == COUNTY
    words = names[row["measure"]] if whole else row["group_name"] or "—"
    to = address(view, measure=row["measure"]) if whole else address(view, code=row["group_code"])
    here = row["measure"] == view.measure if whole else row["group_code"] == view.code
    unit, tone = str(row["unit"]), {True: "good", False: "warn", None: ""}[row["meets"]]
    value = [html.Span(said(row["value"], unit, lang()), className="muted" if row["small"] else tone)]
    value += [html.Span(f" {t('figures_page.few')}", className="muted k-small")] if row["small"] else []
    cells = [html.Td(value, className="num fig-right"), *(html.Td(number(row[name], "yuan"), className="num fig-right") for name in ("numerator", "denominator"))]  # fmt: skip
    return html.Tr([html.Td(dcc.Link(words, href=to)), *cells, html.Td(_target(row) if row["target"] is not None or row["silent"] else "", className="k-small")], className="fig-here" if here else "")  # fmt: skip
