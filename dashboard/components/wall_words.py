"""How the wall writes numbers, shares, moments and panels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components.wall_fit import text_scale
from dashboard.context import lang, t
from data.queries.wall_rows import OpenLead, Share, WallState
from data.settings import settings
from policy.zone import CHINA

Content = Any


def scale() -> float:
    """How much larger than on the default canvas the letters of this house's wall are."""
    return text_scale(settings().wall_height_m, settings().wall_distance_m)


def whole(number: float) -> str:
    """A count: 1,234."""
    return f"{number:,.0f}"


def percent(value: float | None, digits: int = 0) -> str:
    """A share as a percentage without its sign; a dash for none."""
    return "—" if value is None else f"{value * 100:.{digits}f}"


def parts_of(share: Share) -> str:
    """Numerator and denominator: 118/135."""
    return f"{whole(share.numerator)}/{whole(share.denominator)}"


def clock(moment: datetime) -> str:
    """16:41 in Shanghai."""
    return moment.astimezone(CHINA).strftime("%H:%M")


def milliseconds(moment: datetime) -> str:
    """A moment as the script counts."""
    return str(int(moment.timestamp() * 1000))


def age(since: datetime, words: str = "") -> html.Span:
    """How long ago; the script writes it and keeps it: `words` is a key of `wall.word` with {age}, or none."""
    return html.Span(className="num wall-age", **{"data-since": milliseconds(since), "data-words": words})


def countdown(until: datetime) -> html.Span:
    """Minutes and seconds left, then how long over; kept by the script."""
    return html.Span(className="num wall-left", **{"data-until": milliseconds(until)})


def subject_of(lead: OpenLead) -> str:
    """What a lead is about, from the catalogue of items and domains; suspected while nobody has said; never its text."""
    if lead.subject:
        return lead.subject.say(lang())
    return t("wall.alarm.suspected", what=lead.suspected.say(lang())) if lead.suspected else t("wall.alarm.no_subject")


def place_of(state: WallState, lead: OpenLead) -> str:
    """Township and village of a lead."""
    if lead.township_code is None:
        return t("wall.alarm.no_place")
    names = [state.place(code, lang()) for code in (lead.township_code, lead.cell_code) if code]
    return " ".join(dict.fromkeys(names))


def more_than_expected(state: WallState) -> str:
    """The least likely of what is more than expected, and how many more there are."""
    first, more = state.anomalies[0], len(state.anomalies) - 1
    facts = {"what": first.name.say(lang()), "n": whole(first.count), "usual": f"{first.usual:.1f}"}
    return t("anomalies.wall", **facts) + (t("anomalies.wall_more", n=more) if more else "")


def panel(title: Content, side: Content, body: Sequence[Component] | Component, area: str) -> html.Section:
    """A panel with its heading and what stands beside it; of several rows only whole ones show."""
    head = html.Header([html.H2(title), html.Span(side, className="wall-side")])
    inside = html.Div(list(body), className="wall-body") if isinstance(body, (list, tuple)) else body
    return html.Section([head, inside], className=f"wall-panel wall-{area}")


def empty(words: str) -> html.Div:
    """What a panel says when there is nothing to show."""
    return html.Div(words, className="wall-empty")
