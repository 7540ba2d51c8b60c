"""A figure against its target: the arc, the target's tick, and in words whether it is met, by what clause."""

from __future__ import annotations

from typing import Any, Final

from dashboard.charts.style import Figure, Scheme, empty, figure, palette, safe
from policy.figures.written import goal, parts, said
from policy.text import say

HEIGHT: Final = 210


def gauge(
    value: float | None,
    *,
    target: float | None = None,
    clause: str | None = None,
    by: str | None = None,
    meets: bool | None = None,
    unit: str = "share",
    numerator: float | None = None,
    denominator: float | None = None,
    lang: str = "zh",
    scheme: Scheme = "light",
    height: int = HEIGHT,
) -> Figure:
    """Value on an arc (a share: 0–100 %), the target as a tick; below: numerator/denominator, target, clause, met or not.

    `by` is the day the target is to be reached by, while that lies ahead.
    """
    if value is None:
        return empty(scheme, say("charts.no_value", lang), lang=lang, height=height)
    colours, top = palette(scheme), 1.0 if unit == "share" else _top(value, target)
    bar = {"color": colours.warn if meets is False else colours.accent, "thickness": 0.9}
    arc: dict[str, Any] = {
        "shape": "angular",
        "axis": {"range": [0, top], "tickvals": _ticks(top, target), "tickformat": ".0%" if unit == "share" else ",~f", "tickcolor": colours.muted},
        "bar": bar,
        "bgcolor": colours.line,
        "borderwidth": 0,
    }  # fmt: skip
    if target is not None:
        arc["threshold"] = {"value": target, "thickness": 1.0, "line": {"color": colours.text, "width": 4}}
    drawn = {"type": "indicator", "mode": "gauge", "value": value, "gauge": arc, "domain": {"x": [0.08, 0.92], "y": [0.38, 0.95]}}  # fmt: skip
    made = parts(numerator, denominator)
    inside = _note(said(value, unit, lang), 0.38, size=28, colour=colours.text)
    below = _note(" · ".join(one for one in (made, _verdict(meets, lang)) if one), 0.33, size=13, colour=colours.warn if meets is False else colours.muted)  # fmt: skip
    aim = _note(_goal(target, clause, by, unit, lang), 0.21, size=12, colour=colours.muted)
    return figure([drawn], scheme, height=height, annotations=[inside, below, aim], margin={"l": 8, "r": 8, "t": 6, "b": 0})  # fmt: skip


def _note(words: str, y: float, *, size: int, colour: str) -> dict[str, Any]:
    place = {"x": 0.5, "y": y, "xref": "paper", "yref": "paper", "xanchor": "center", "yanchor": "bottom" if size > 20 else "top"}  # fmt: skip
    return place | {"text": words if "<br>" in words else safe(words), "font": {"size": size, "color": colour}}


def _goal(target: float | None, clause: str | None, by: str | None, unit: str, lang: str) -> str:
    if target is None:
        return safe(say("charts.no_target", lang))
    told = say("charts.target_by" if by else "charts.target", lang, value=goal(target, unit, lang), day=by or "")
    return "<br>".join(safe(line) for line in (told, clause) if line)


def _verdict(meets: bool | None, lang: str) -> str:
    return "" if meets is None else say("charts.met" if meets else "charts.missed", lang)


def _top(value: float, target: float | None) -> float:
    """A round end of the scale with air above value and target."""
    most = max(value, target or 0.0, 1.0) * 1.2
    step = 10.0 ** (len(str(int(most))) - 1)
    return -(-most // step) * step


def _ticks(top: float, target: float | None) -> list[float]:
    """Both ends, and the target unless it would run into them."""
    between = [target] if target is not None and 0.08 * top < target < 0.92 * top else []
    return [0.0, *between, top]
