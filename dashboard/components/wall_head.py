"""Top of the wall: who and when, the alarm line, the five counts."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from dashboard.components.figures_refresh import missing_sign
from dashboard.components.symbols import symbol
from dashboard.components.wall_fit import too_far
from dashboard.components.wall_words import age, clock, countdown, more_than_expected, place_of, subject_of, whole
from dashboard.context import lang, t
from data.queries.wall_rows import Counts, Emergency, Late, WallState
from data.settings import settings

MOST_NAMES = 3
DOT = " · "


def header(state: WallState) -> html.Header:
    """Title, county, marks; clock and age of the data (kept by the script), who leads the shift."""
    marks = [*([t("common.drill")] if state.drill else []), *_unreadable(), *missing_sign(), t("wall.subtitle")]
    return html.Header(
        [
            html.H1(t("wall.title", county=state.county.say(lang()))),
            html.Span(DOT.join(marks), className="wall-marks"),
            html.Span(id="wall-sound", className="wall-sound", hidden=True, title=t("wall.sound_how")),
            html.Time(className="wall-clock num"),
            html.Span([html.I(className="wall-dot"), html.Span(className="live-age num")], className="wall-fresh"),
            html.Span(shift(state), id="wall-shift"),
        ],
        className="wall-header",
    )


def _unreadable() -> list[str]:
    """That the picture is too small to be read from where people sit, by what the administrator has set."""
    height, distance = settings().wall_height_m, settings().wall_distance_m
    return [t("wall.too_far", height=f"{height:g}", distance=f"{distance:g}")] if too_far(height, distance) else []


def shift(state: WallState) -> str:
    """Who leads the shift, masked."""
    return t("wall.shift_leader", name=state.on_shift[0]) if state.on_shift else t("wall.shift_nobody")


# -- the alarm line ---------------------------------------------------------------------------------------------------


def alarm(state: WallState) -> list[Component]:
    """The first emergency with where, who and how long; a calm line when there is none."""
    if not state.emergencies:
        return [html.Div(_calm(state), className="wall-alarm")]
    first, more = state.emergencies[0], len(state.emergencies) - 1
    waiting = not first.lead.acknowledged
    side = [t("wall.alarm.waiting"), " ", age(first.lead.received_at)] if waiting else [t("wall.alarm.acknowledged")]
    extra = [html.B(t("wall.alarm.more", n=more), className="wall-alarm-more")] if more else []
    kind = "wall-alarm wall-alarm-on" + ("" if waiting else " wall-alarm-known")
    line = [
        html.Strong([symbol("emergency"), t("wall.alarm.word")]),
        html.Span(_what(state, first), className="wall-alarm-text"),
        html.Span([*_who(first), *_services(first)], className="wall-alarm-who"),
    ]
    parts = [html.Div([*line, *extra], className="wall-alarm-line"), html.Span(side, className="wall-alarm-side")]
    return [html.Div(parts, className=kind, role="alert")]


def _calm(state: WallState) -> list[Component]:
    lost = sum(lead.township_code is None for lead in state.leads)
    side = [html.Span(t("wall.unlocated", n=lost), className="wall-alarm-side")] if lost else []
    marked = (
        [html.Span(more_than_expected(state), className="wall-unusual wall-calm-unusual")] if state.anomalies else []
    )
    return [html.Span(t("wall.calm")), *marked, *side]


def _what(state: WallState, one: Emergency) -> list[Component | str]:
    return [
        html.Span(clock(one.lead.received_at), className="num"),
        " ",
        place_of(state, one.lead),
        DOT,
        subject_of(one.lead),
    ]


def _who(one: Emergency) -> list[Component | str]:
    """Who was sent and how far they are, and the time that is left."""
    due = one.due_at
    if not one.tasks:
        left: list[Component | str] = [DOT, t("wall.alarm.assign_left"), " ", countdown(due)] if due else []
        return [t("wall.alarm.unsent"), *left]
    there = [task.team.say(lang()) for task in one.tasks if task.arrived_at]
    if there:
        return [t("wall.alarm.there", teams=_joined(there))]
    moving = [task.team.say(lang()) for task in one.tasks if task.status == "en_route"]
    sent = [task.team.say(lang()) for task in one.tasks]
    words = t("wall.alarm.on_the_way", teams=_joined(moving)) if moving else t("wall.alarm.sent", teams=_joined(sent))
    return [words, *([DOT, t("wall.alarm.arrive_left"), " ", countdown(due)] if due else [])]


def _services(one: Emergency) -> list[Component | str]:
    """Which services have it too, since when, and whether they answered."""
    told: list[Component | str] = []
    for service, at, answered in one.services:
        words = t(
            "wall.alarm.handed_answered" if answered else "wall.alarm.handed", service=t(f"wall.source.{service}")
        )
        told += [DOT, words, " ", html.Span(clock(at), className="num")]
    return told


def _joined(names: Iterable[str]) -> str:
    return " + ".join(dict.fromkeys(names))


# -- the five counts --------------------------------------------------------------------------------------------------


def counts(state: WallState) -> list[Component]:
    """To assign, in hand, overdue, received today, resolved today."""
    c = state.counts
    return [
        _count("to_assign", c.to_assign, _oldest(c), alarm=False),
        _count("in_hand", c.in_hand, t("wall.count.teams", n=c.teams_on_duty)),
        _count("overdue", c.overdue, _late_names(state.late), alarm=c.overdue > 0),
        _count("received", c.received, _usual(c)),
        _count("resolved", c.resolved, t("wall.count.of_received", n=c.resolved_of_received, d=c.received)),
    ]


def _count(name: str, number: int, side: str | list[Component | str], *, alarm: bool = False) -> html.Div:
    kind = "wall-count wall-count-alarm" if alarm else "wall-count"
    marks = [symbol("overdue", "")] if alarm else []
    label = html.Span([*marks, t(f"wall.count.{name}")], className="wall-count-label")
    return html.Div(
        [label, html.B(whole(number), className="num"), html.Span(side, className="wall-side num")], className=kind
    )


def _oldest(c: Counts) -> str | list[Component | str]:
    return [t("wall.count.oldest"), " ", age(c.oldest_at)] if c.oldest_at else t("wall.count.none_waiting")


def _usual(c: Counts) -> str:
    return t("wall.count.no_usual") if c.usual is None else t("wall.count.usual", n=whole(c.usual))


def late_name(one: Late) -> str:
    """Who is late: the team, or the dispatch room."""
    return one.who.say(lang()) if one.who else t("wall.late.centre")


def _late_names(late: tuple[Late, ...]) -> str:
    names = list(dict.fromkeys(late_name(one) for one in late))
    return DOT.join(names[:MOST_NAMES]) if names else t("wall.count.all_in_time")
