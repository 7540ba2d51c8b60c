"""What a plan of postings comes to: proof in words, what is short, shares and townships now and then, the moves to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.charts import Cell, chart, matrix, scheme
from dashboard.components.clause import clause
from dashboard.components.office_words import bar, grid, share
from dashboard.context import county, lang, place_name, place_options, t
from data.queries.posting_answers import Answer, Measured, MoveRow
from data.queries.posting_question import Question
from policy.posting_plan import Share, Shortfall

ROW: Final = 36


# -- in words ----------------------------------------------------------------------------------------------------------


def build_proof(answer: Answer) -> Component:
    """How many moves, that no plan has fewer, that none spreads load better, and in what time."""
    plan, n = answer.plan, len(answer.plan.moves)
    if n == 0:
        head = t("office.proof.none_needed" if not plan.shortfalls else "office.proof.none_helps")
    elif plan.proven:
        head = t("office.proof.fewest", n=n)
    else:
        head = t("office.proof.unproven", n=n, bound=plan.bound)
    spread = t("office.proof.spread" if plan.spread_proven else "office.proof.spread_open") if n else ""
    seconds = t("office.proof.seconds", seconds=f"{answer.seconds:.2f}", people=len(answer.question.force))
    mark = html.Span("✓ " if plan.proven else "△ ", className="good" if plan.proven else "warn")
    return html.Div([html.P([mark, html.Strong(head)]), html.P([spread, " ", html.Span(seconds, className="muted num")], className="k-small")], className="o-proof")  # fmt: skip


def build_missed(missed: Sequence[Shortfall], here: Question, names: Mapping[str, str]) -> Component:
    """What is not met, one sentence each; that everything holds where nothing is missed."""
    if not missed:
        return html.P(["✓ ", t("office.missed.none")], className="good")
    rows = [html.Li([html.Span("▲ ", className="warn"), missed_words(one, names), " ", *_rule(one, here)]) for one in missed]  # fmt: skip
    return html.Div([html.P(html.Strong(t("office.missed.head", n=len(missed))), className="warn"), html.Ul(rows, className="o-missed")], role="status")  # fmt: skip


def missed_words(one: Shortfall, names: Mapping[str, str]) -> str:
    """One target or need that is not met."""
    facts = {"needed": one.needed, "reached": one.reached, "short": one.needed - one.reached}
    if one.kind == "county":
        return t("office.missed.county", **facts)
    name = names.get(one.code, one.code)
    if one.kind == "field":
        return t("office.missed.field", name=name, field=names.get(one.field or "", one.field or ""), **facts)
    return t(f"office.missed.{one.kind}", name=name, **facts)


def _rule(one: Shortfall, here: Question) -> list[Component]:
    keys = {"county": ("county", "sink_down.force_share"), "team": ("teams", "sink_down.team_share"), "people": ("people", "officers.minimum")}  # fmt: skip
    name, key = keys.get(one.kind, ("", ""))
    return clause(here.clauses.get(name), key=key) if name else []


# -- compared with now -------------------------------------------------------------------------------------------------


def build_shares(shares: Sequence[Share], names: Mapping[str, str]) -> Component:
    """Shares now and then against how many the target asks for."""
    head = [t(f"office.column.{name}") for name in ("organ", "whole", "sunk_now", "sunk_then", "needed")]
    rows = [_share_row(one, names) for one in shares if one.whole]
    top = html.Tr([html.Th(word, className="o-figure" if n else "") for n, word in enumerate(head)] + [html.Th("")])
    return html.Div(html.Table([html.Thead(top), html.Tbody(rows)], className="o-table"), className="o-scroll")


def _share_row(one: Share, names: Mapping[str, str]) -> Component:
    name = t("office.whole_county") if one.code == "county" else names.get(one.code, one.code)
    now, then = one.now / one.whole, one.planned / one.whole
    met = one.needed is None or one.planned >= one.needed
    goal = one.needed / one.whole if one.needed is not None else None
    mark = "" if one.needed is None else "✓" if met else "▲"
    return html.Tr(
        [
            html.Td(name),
            html.Td(one.whole, className="num o-figure"),
            html.Td(f"{one.now} · {share(now)}", className="num o-figure muted"),
            html.Td([html.B(one.planned), f" · {share(then)}"], className="num o-figure"),
            html.Td([one.needed if one.needed is not None else "—", " ", html.Span(mark, className="good" if met else "warn")], className="num o-figure"),
            html.Td(bar(then, goal, tone="" if met else "o-fill-warn"), className="o-bar-cell"),
        ]
    )  # fmt: skip


def build_compare(found: Measured, here: Question, names: Mapping[str, str]) -> Component:
    """Organs that post their people × townships after the plan; the hover has what it is now."""
    organs = sorted({member.organ for member in here.force if member.stays is None})
    towns = list(found.people)
    cells = {
        key: Cell(float(then), _sign(then - now), (t("office.compare_now", n=now),))
        for key, (now, then) in found.cells.items()
        if key[0] in organs
    }
    rows = [(code, names.get(code, code)) for code in organs]
    made = matrix(rows, [(code, place_name(code)) for code in towns], cells, totals=False, lang=lang(), scheme=scheme())
    return chart(made, title=t("office.compare"), said=t("office.compare_said"))


def _sign(change: int) -> str:
    return f" ({change:+d})".replace("-", "−") if change else ""


def build_loads(found: Measured, here: Question) -> Component:
    """People and tasks a head of each township now and then."""
    names = ("township", "people_now", "people_then", "tasks", "load_now", "load_then")
    top = html.Tr([html.Th(t(f"office.column.{name}"), className="o-figure" if n else "") for n, name in enumerate(names)])  # fmt: skip
    rows = [_load_row(code, now, then, here.load.get(code, 0)) for code, (now, then) in found.people.items()]
    return html.Div(html.Table([html.Thead(top), html.Tbody(rows)], className="o-table"), className="o-scroll")


def _load_row(code: str, now: int, then: int, tasks: int) -> Component:
    each = [f"{tasks / people:,.1f}" if people else "—" for people in (now, then)]
    moved = html.Span(f" {then - now:+d}".replace("-", "−"), className="good" if then > now else "warn") if then != now else ""  # fmt: skip
    values = [now, [html.B(then), moved], f"{tasks:,}", each[0], html.B(each[1])]
    return html.Tr([html.Td(place_name(code)), *(html.Td(value, className="num o-figure") for value in values)])


# -- the moves ---------------------------------------------------------------------------------------------------------


def move_data(moves: Sequence[MoveRow], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Moves as rows of the grid."""
    return [
        {
            "person": one.person,
            "name": one.name,
            "organ": names.get(one.organ, one.organ),
            "kind": t(f"office.kind.{one.kind}"),
            "origin": names.get(one.origin, one.origin) if one.origin else t("office.at_home"),
            "to": one.to,
        }
        for one in moves
    ]


def build_moves(editable: bool = True) -> Component:
    """The moves as a grid: the township of each may be changed where it stands."""
    towns = {cell.code: place_name(cell.code) for cell in county().townships}
    choose = {"editable": True, "singleClickEdit": True, "cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": list(towns)}, "cellClass": "o-editable"} if editable else {}  # fmt: skip
    word = {"filter": "agTextColumnFilter"}
    defs: list[dict[str, Any]] = [
        {"field": "person", "headerName": t("office.column.person"), "width": 132, "cellClass": "num", **word},
        {"field": "name", "headerName": t("office.column.name"), "width": 110, **word},
        {"field": "organ", "headerName": t("office.column.organ"), "flex": 2, "minWidth": 150, "tooltipField": "organ", **word},
        {"field": "kind", "headerName": t("office.column.kind"), "width": 110, **word},
        {"field": "origin", "headerName": t("office.column.origin"), "flex": 1, "minWidth": 110, **word},
        {"field": "to", "headerName": t("office.column.to"), "flex": 1, "minWidth": 130, "refData": towns, **choose},
    ]  # fmt: skip
    rows = {"rowSelection": {"mode": "multiRow"}} if editable else {}
    return html.Div(grid("office-moves", defs, [], "person", **rows), className="o-moves")


def build_adding(here: Question, names: Mapping[str, str]) -> Component:
    """Who may be added, and where to."""
    people = [
        {"value": one.person, "label": f"{here.people.get(one.person, one.person)} {one.person} · {names.get(one.organ, one.organ)}"}
        for one in here.force
        if one.stays is None
    ]  # fmt: skip
    towns = place_options(county().townships)
    words = {"searchable": True, "limit": 60, "clearable": True, "nothingFoundMessage": t("case_page.nothing_found"), "size": "sm"}  # fmt: skip
    return html.Div(
        [
            dmc.Select(id="office-add-person", data=people, placeholder=t("office.add_person"), w=320, **words),
            dmc.Select(id="office-add-to", data=towns, placeholder=t("office.add_to"), w=170, **words),
        ],
        className="o-row",
    )  # fmt: skip
