"""The sides of the wall that move slowly: shares by team, their trend, arrival and closure, and the figures' own scene."""

from __future__ import annotations

from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import MARK, brief_clause, figure_key, of_figure, to_value, within
from dashboard.components.wall_fit import hours_size
from dashboard.components.wall_words import empty, more_than_expected, panel, parts_of, percent, scale, whole
from dashboard.context import county, lang, t
from dashboard.figures.by_hour import by_hour
from dashboard.figures.closure import class_of, closure
from dashboard.figures.svg import address
from dashboard.figures.trend import trend
from data.queries.wall_rows import Closure, Share, WallState
from data.settings import settings
from policy.text import named
from policy.vocabulary import Settlement
from policy.zone import CHINA

TREND_SIZE: Final = (364, 118)
CLOSURE_SIZE: Final = (436, 128)
DAY: Final = 24.0


def no_snapshot() -> str:
    """What stands where a daily figure would: when the first one is made."""
    return t("wall.empty.snapshot", hour=f"{settings().snapshot_hour:02d}")


# -- by team ----------------------------------------------------------------------------------------------------------


def teams(state: WallState) -> html.Section:
    """F02 of every professional team: a bar with the target as a white tick, percentage, numerator and denominator."""
    shares = state.daily.teams
    first = next((s for s in shares if s.target is not None), None)
    said = t("wall.panel.teams_side", target=f"{percent(first.target)}%", clause=MARK) if first else ""
    side = within(said, *brief_clause(first.clause, key="target.F02")) if first else ""
    rows = [_team(share) for share in shares] or [empty(no_snapshot())]
    return panel(t("wall.panel.teams"), side or t("wall.panel.no_target"), rows, "teams")


def _team(share: Share) -> Component:
    short = share.target is not None and share.value is not None and share.value < share.target
    tick = [html.Em(style={"left": f"{share.target * 100:.1f}%"})] if share.target is not None else []
    bar = html.Span([html.I(style={"width": f"{(share.value or 0) * 100:.1f}%"}), *tick], className="wall-bar")
    value = [f"{percent(share.value)}%", html.Sup("▼" if short else "", className="wall-short")]
    cells = [
        html.Span(_who(share), className="wall-who"),
        bar,
        html.B(value, className="num"),
        html.Span(parts_of(share), className="num wall-muted"),
    ]
    return html.Div(cells, className="wall-row wall-row-short" if short else "wall-row", key=share.code)


def _who(share: Share) -> str:
    """The team without the county before its name, which stands at the head of the wall and pushes out what tells teams apart."""
    if share.name is None:
        return share.code
    here = named(county().words, lang())
    return share.name.say(lang()).removeprefix(here).strip()


def trend_head(state: WallState) -> list[Component]:
    """The newest value of the trend with its parts, or when there will be one."""
    if not state.daily.trend:
        return [empty(no_snapshot())]
    _, value, n, d = state.daily.trend[-1]
    return [html.Div([html.B(f"{percent(value, 1)}%"), f" {whole(n)}/{whole(d)}"], className="wall-trend-value num")]


def trend_chart(state: WallState) -> str:
    """F02 of the county by day, as the address of an image; an empty one before the first snapshot."""
    rows, target = state.daily.trend, state.daily.trend_target
    words = t("wall.panel.target", target=f"{percent(target)}%") if target is not None else ""
    return address(trend([r[0] for r in rows], [r[1] for r in rows], target, words, scheme="wall", size=TREND_SIZE))


# -- arrival and closure ----------------------------------------------------------------------------------------------


def response(state: WallState) -> html.Section:
    """Arrival in time in town and country, median closure, steps in time; each with numerator and denominator."""
    by = {(s.figure, s.code): s for s in state.daily.shares}
    tiles = [
        _tile("urban", by.get(("F07", Settlement.URBAN.value)), "response.urban"),
        _tile("rural", by.get(("F07", Settlement.RURAL.value)), "response.other"),
        _median_tile(state.closure),
        _tile("on_time", by.get(("F11", "")), figure_key("F11")),
    ]
    return panel(
        t("wall.panel.response"), t("wall.panel.response_side"), html.Div(tiles, className="wall-tiles"), "response"
    )


def _tile(name: str, share: Share | None, key: str) -> Component:
    known = share is not None and share.denominator > 0
    value = [percent(share.value, 1), html.Small("%")] if share and known else ["—"]
    below = parts_of(share) if share and known else t("wall.empty.no_due")
    title = t(f"wall.panel.{name}")
    return _box(to_value(title, key) if key else title, value, below)


def _box(name: str | Component, value: list[str | Component], below: str) -> Component:
    return html.Div([html.Span(name), html.B(value, className="num"), html.Span(below, className="num wall-muted")])


def hours_words(value: float | None) -> str:
    """Hours for people: 3.4; a dash for none."""
    return "—" if value is None else f"{value:.1f}" if value < DAY * 4 else whole(value)


def _median_tile(closed: Closure) -> Component:
    value: list[str | Component] = [hours_words(closed.median)]
    if closed.median is not None:
        value.append(html.Small(t("wall.panel.unit_hours")))
    below = f"p90 {hours_words(closed.p90)} · n {whole(closed.total)}" if closed.total else t("wall.empty.no_due")
    return _box(of_figure(t("wall.panel.median"), "F10"), value, below)


def closure_side(state: WallState) -> str:
    """How many, and the median in words."""
    closed = state.closure
    if not closed.total:
        return t("wall.panel.closure_none")
    median = f"{hours_words(closed.median)} {t('wall.panel.unit_hours')}"
    return t("wall.panel.closure_side", n=whole(closed.total), median=median)


def closure_chart(state: WallState) -> str:
    """Closure times of the last thirty days by class of hours, as the address of an image."""
    closed = state.closure
    labels = t("wall.class.names").split(",")
    strong = class_of(closed.edges, closed.median)
    return address(closure(labels, closed.counts, strong, scheme="wall", size=CLOSURE_SIZE))


# -- by hour ----------------------------------------------------------------------------------------------------------


def hours_title(state: WallState) -> str:
    """How many leads today, by hour."""
    return t("wall.panel.hours", n=whole(state.counts.received))


def hours_side(state: WallState) -> str | list[Component]:
    """What is more than expected just now; else what the band is made of."""
    hours = state.hours
    if state.anomalies:
        return [html.B(more_than_expected(state), className="wall-unusual")]
    if not hours.days:
        return t("wall.panel.hours_none")
    kind = t("wall.panel.workday" if hours.workday else "wall.panel.freeday")
    return t("wall.panel.hours_side", kind=kind, days=hours.days)


def _marked_hours(state: WallState) -> frozenset[int]:
    """Hours of today with more leads than expected."""
    today = f"{state.at.astimezone(CHINA):%Y-%m-%d}T"
    return frozenset(int(x.code[-2:]) for x in state.anomalies if x.kind == "hour" and x.code.startswith(today))


def hours_chart(state: WallState) -> str:
    """Leads of today by hour on the usual band, as the address of an image."""
    hours, hour = state.hours, state.at.astimezone(CHINA).hour
    marked, size = _marked_hours(state), hours_size(scale())
    return address(by_hour(hours.counts, hours.low, hours.high, hour, marked=marked, scheme="wall", size=size))


# -- the figures' own scene -------------------------------------------------------------------------------------------


def figures_scene(state: WallState) -> list[Component]:
    """The main figures large, for the scene that shows them instead of the map."""
    by = {(s.figure, s.code): s for s in state.daily.shares}
    if state.daily.taken_on is None:
        return [empty(no_snapshot())]
    last = state.daily.trend[-1] if state.daily.trend else None
    whole_force = Share("F02", "", None, last[1], last[2], last[3], state.daily.trend_target) if last else None
    named = [
        (of_figure(t("wall.panel.force"), "F01"), by.get(("F01", ""))),
        (of_figure(t("wall.panel.force_teams"), "F02"), whole_force),
        (of_figure(t("wall.panel.closed_share"), "F09"), by.get(("F09", ""))),
        (to_value(t("wall.panel.urban"), "response.urban"), by.get(("F07", Settlement.URBAN.value))),
        (to_value(t("wall.panel.rural"), "response.other"), by.get(("F07", Settlement.RURAL.value))),
        (of_figure(t("wall.panel.on_time"), "F11"), by.get(("F11", ""))),
    ]
    side = html.Div(t("wall.panel.figures_side", day=state.daily.taken_on.isoformat()), className="wall-side")
    return [html.Div([_big(name, share) for name, share in named], className="wall-big"), side]


def _big(name: Component, share: Share | None) -> Component:
    if share is None or not share.denominator:
        return html.Div([html.Span(name), html.B("—"), html.Span(t("wall.empty.no_due"), className="wall-muted")])
    goal = f" · {t('wall.panel.target', target=f'{percent(share.target)}%')}" if share.target is not None else ""
    bar = html.Span(html.I(style={"width": f"{(share.value or 0) * 100:.1f}%"}), className="wall-bar")
    tick = [html.Em(style={"left": f"{share.target * 100:.1f}%"})] if share.target is not None else []
    bar.children = [bar.children, *tick]
    value = html.B([percent(share.value, 1), html.Small("%")], className="num")
    return html.Div([html.Span(name), value, bar, html.Span(parts_of(share) + goal, className="num wall-muted")])
