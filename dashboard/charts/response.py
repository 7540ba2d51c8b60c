"""How soon units arrive: the share of all that were due reached by each minute, with the times the plan sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dashboard.charts.style import Figure, Scheme, empty, figure, palette, safe
from dashboard.charts.units import ticks
from policy.text import say

HEIGHT: Final = 260
LEAST: Final = 20.0  # minutes the axis shows at least
MOST: Final = 60.0
DASHES: Final = ("solid", "8px,3px", "2px,3px")


@dataclass(frozen=True, slots=True)
class Arrivals:
    """One kind of place: its name, minutes from assignment to arrival, how many were due (never reached included), the time
    the plan sets with its clause."""

    name: str
    minutes: Sequence[float]
    due: int
    within: float | None = None
    clause: str | None = None


def response(kinds: Sequence[Arrivals], *, lang: str = "zh", scheme: Scheme = "light", height: int = HEIGHT) -> Figure:
    """One curve for each kind of place, told apart by dash and by its name at the end; a dot where its time is up."""
    found = [one for one in kinds if one.due]
    if not found:
        return empty(scheme, say("charts.no_due", lang), lang=lang, height=height)
    end = _end(found)
    curves = [_curve(one, n, end, lang, scheme) for n, one in enumerate(found)]
    dots = [_dot(one, n, scheme) for n, one in enumerate(found) if one.within is not None]
    lines = [_upright(one.within, scheme) for one in found if one.within is not None]
    words = [word for n, one in enumerate(found) for word in _notes(one, n, end, lang, scheme)]
    x = {"range": [0, end], "dtick": 5, "showline": True, **ticks("minute", lang)}
    y = {"range": [0, 1.02], "tickvals": [0, 0.25, 0.5, 0.75, 1], **ticks("share", lang)}
    margin = {"l": 8, "r": 96, "t": 34, "b": 8}
    return figure([*curves, *dots], scheme, height=height, xaxis=x, yaxis=y, shapes=lines, annotations=words, margin=margin)  # fmt: skip


def reached(one: Arrivals, minute: float) -> float:
    """Share of those due that were reached within so many minutes."""
    return float(np.count_nonzero(np.asarray(one.minutes, dtype="float64") <= minute)) / one.due


def _end(found: Sequence[Arrivals]) -> float:
    limits = [one.within * 2 for one in found if one.within is not None]
    late = [float(np.quantile(one.minutes, 0.95)) for one in found if len(one.minutes)]
    return float(min(max([LEAST, *limits, *late]), MOST))


def _tone(place: int, scheme: Scheme) -> str:
    colours = palette(scheme)
    return (colours.accent, colours.on_scene, colours.muted)[place % 3]


def _curve(one: Arrivals, place: int, end: float, lang: str, scheme: Scheme) -> dict[str, Any]:
    minutes = [n / 2 for n in range(int(end * 2) + 1)]
    shares = [reached(one, minute) for minute in minutes]
    told = [
        safe(say("charts.reached", lang, name=one.name, minute=f"{minute:g}", share=f"{share:.1%}", n=f"{share * one.due:,.0f}", due=f"{one.due:,}"))
        for minute, share in zip(minutes, shares, strict=True)
    ]  # fmt: skip
    line = {"color": _tone(place, scheme), "width": 2.5, "dash": DASHES[place % 3], "shape": "hv"}
    return {"type": "scatter", "mode": "lines", "x": minutes, "y": shares, "line": line, "customdata": told, "hovertemplate": "%{customdata}<extra></extra>"}  # fmt: skip


def _dot(one: Arrivals, place: int, scheme: Scheme) -> dict[str, Any]:
    limit = one.within or 0.0
    mark = {"size": 10, "symbol": ("circle", "diamond", "square")[place % 3], "color": _tone(place, scheme), "line": {"width": 1.5, "color": palette(scheme).panel}}  # fmt: skip
    return {"type": "scatter", "mode": "markers", "x": [limit], "y": [reached(one, limit)], "marker": mark, "hoverinfo": "skip"}  # fmt: skip


def _upright(minute: float, scheme: Scheme) -> dict[str, Any]:
    line = {"color": palette(scheme).text, "width": 1.5, "dash": "6px,4px"}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": minute, "x1": minute, "y0": 0, "y1": 1, "line": line}


def _notes(one: Arrivals, place: int, end: float, lang: str, scheme: Scheme) -> list[dict[str, Any]]:
    """The curve's name at its end, the time the plan sets above its line, the share at the dot."""
    last = {"x": end, "y": reached(one, end), "xanchor": "left", "yanchor": "middle", "xshift": 6, "text": safe(one.name), "font": {"size": 12, "color": _tone(place, scheme)}}  # fmt: skip
    if one.within is None:
        return [last]
    words = " ".join(part for part in (say("charts.value.minute", lang, value=f"{one.within:g}"), one.clause) if part)
    above = {"x": one.within, "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "bottom", "text": safe(words), "font": {"size": 12}}  # fmt: skip
    share = reached(one, one.within)
    beside = {"x": one.within, "y": share, "xanchor": "left", "yanchor": "top", "xshift": 8, "text": f"{share:.1%}", "font": {"size": 12, "color": _tone(place, scheme)}}  # fmt: skip
    return [last, above, beside]
