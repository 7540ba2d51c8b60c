"""The right side of the wall: newest leads, who is overdue, who needs support."""

from __future__ import annotations

from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.symbols import symbol
from dashboard.components.wall_head import late_name
from dashboard.components.wall_words import age, clock, empty, panel, subject_of, whole
from dashboard.context import lang, t
from data.queries.wall_rows import Late, OpenLead, Support, WallState
from layers.leads import lead_symbol
from policy.vocabulary import LeadSource, LeadStatus, label

ROWS: Final = {"late": 4, "support": 4}


def newest(state: WallState) -> html.Section:
    """The newest leads: when, where, what, from whom, how far."""
    rows = [_lead(state, lead) for lead in state.newest] or [empty(t("wall.empty.newest"))]
    side = t("wall.panel.newest_side", n=whole(state.counts.received))
    return panel(t("wall.panel.newest"), side, rows, "newest")


def _lead(state: WallState, lead: OpenLead) -> Component:
    where = state.place(lead.township_code, lang()) if lead.township_code else t("wall.alarm.no_place")
    cells = [
        html.Span([symbol(lead_symbol(lead.urgency)), clock(lead.received_at)], className="num wall-when"),
        html.Span(where, className="wall-where"),
        html.Span(subject_of(lead), className="wall-what"),
        html.Span(t(f"wall.source.{LeadSource(lead.source).value}"), className="wall-muted"),
        html.Span(label(LeadStatus(lead.status), lang()), className="wall-state"),
    ]
    return html.Div(cells, className="wall-row", key=lead.number)


def late(state: WallState) -> html.Section:
    """Who is overdue with which step, the longest first: one line for each, with how many where there are several."""
    groups: dict[tuple[str, str], list[Late]] = {}
    for one in state.late:
        groups.setdefault((late_name(one), one.clock), []).append(one)
    rows = [_late(state, name, several) for (name, _), several in list(groups.items())[: ROWS["late"]]]
    side = t("wall.panel.late_side", n=whole(len(state.late)))
    return panel(t("wall.panel.late"), side, rows or [empty(t("wall.empty.late"))], "late")


def _late(state: WallState, name: str, several: list[Late]) -> Component:
    first, n = several[0], len(several)
    where = t("wall.late.several", n=n) if n > 1 else _where(state, first)
    cells = [
        html.Span(name, className="wall-who"),
        html.Span(where, className="wall-muted num"),
        html.Span(t(f"wall.late.{first.clock}"), className="wall-muted"),
        html.Span(age(first.due_at, "late"), className="wall-over"),
    ]
    return html.Div(cells, className="wall-row", key=f"{name}:{first.clock}")


def _where(state: WallState, one: Late) -> str:
    """The township, where the name of who is late does not say it."""
    place = state.place(one.township_code, lang())
    return "" if one.who and one.who.say(lang()).startswith(place) else place


def support(state: WallState) -> html.Section:
    """Townships with the heaviest load a head: tasks ÷ people on duty, with both numbers."""
    shown = [one for one in state.support if one.tasks][: ROWS["support"]]
    top = max((one.value or 0 for one in shown), default=0)
    rows = [_support(state, one, top) for one in shown] or [empty(t("wall.empty.support"))]
    return panel(t("wall.panel.support"), t("wall.panel.support_side"), rows, "support")


def _support(state: WallState, one: Support, top: float) -> Component:
    share = 100 if one.value is None else round(100 * one.value / top) if top else 0
    bar = html.Span(html.I(style={"width": f"{share}%"}), className="wall-bar")
    value = "—" if one.value is None else f"{one.value:.1f}"
    cells = [
        html.Span(state.place(one.township_code, lang()), className="wall-where"),
        bar,
        html.B(value, className="num"),
        html.Span(f"{one.tasks}/{one.on_duty}", className="num wall-muted"),
    ]
    return html.Div(cells, className="wall-row", key=one.township_code)
