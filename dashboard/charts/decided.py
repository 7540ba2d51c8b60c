"""Cases: days from filing to the decision with the line of the term, and beside it, without that line, to closure (PL 60)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from dashboard.charts.style import Figure, Scheme, empty, figure, palette, safe
from dashboard.charts.units import ticks
from policy.figures.written import parts
from policy.text import say

HEIGHT: Final = 260
STEP: Final = 10.0  # days in a class
LAST: Final = 180.0  # days from which on a case is in the last, open class
GAP: Final = 0.07


def decided(
    to_decision: Sequence[float],
    to_closure: Sequence[float],
    *,
    term: float | None = None,
    clause: str | None = None,
    in_time: tuple[float, float] | None = None,
    lang: str = "zh",
    scheme: Scheme = "light",
    height: int = HEIGHT,
) -> Figure:
    """Days filed → decided at the left with the term (days) as a line, days filed → closed at the right.

    `in_time` are numerator and denominator of F10's decided_in_time: the undecided that are over the term count there, so the
    share is not recomputed from the bars.
    """
    if not len(to_decision) and not len(to_closure):
        return empty(scheme, say("charts.no_cases", lang), lang=lang, height=height)
    colours = palette(scheme)
    left = _bars(to_decision, "x", "y", _colours(term, scheme), lang)
    right = _bars(to_closure, "x2", "y2", [colours.muted] * len(_edges()), lang)
    middle = 0.5 - GAP / 2
    heads = [_head("decided", to_decision, 0.0, lang, in_time, term), _head("closed", to_closure, 0.5 + GAP / 2, lang)]
    axis = {"showline": True, "tickvals": _at([0, 30, 60, 90, 120, 150, 180]), "ticktext": ["0", "30", "60", "90", "120", "150", "180+"], "range": [-0.5, len(_edges()) - 0.5], "title": {"text": say("charts.axis.day", lang), "standoff": 2}}  # fmt: skip
    most = max([*classes(to_decision), *classes(to_closure)])
    upright = ticks("count", lang) | {"rangemode": "tozero", "nticks": 4} | ({"dtick": 1} if most < 5 else {})
    layout: dict[str, Any] = {
        "xaxis": axis | {"domain": [0, middle]},
        "xaxis2": axis | {"domain": [0.5 + GAP / 2, 1], "anchor": "y2", **_quiet(scheme)},
        "yaxis": upright,
        "yaxis2": upright | {"anchor": "x2", "title": {"text": ""}, **_quiet(scheme, grid=True)},
        "bargap": 0.12,
        "margin": {"l": 8, "r": 8, "t": 62, "b": 8},
    }
    line, word = _line(term, clause, lang, scheme)
    return figure([left, right], scheme, height=height, annotations=[*heads, *word], shapes=line, **layout)


def _quiet(scheme: Scheme, *, grid: bool = False) -> dict[str, Any]:
    """The template's axis again: a second axis takes nothing from it."""
    colours = palette(scheme)
    return {"fixedrange": True, "automargin": True, "zeroline": False, "showgrid": grid, "gridcolor": colours.line, "linecolor": colours.line, "tickfont": {"color": colours.muted, "size": 12}, "color": colours.muted}  # fmt: skip


def _edges() -> list[float]:
    return [STEP * n for n in range(int(LAST / STEP) + 1)]


def _at(days: Sequence[float]) -> list[float]:
    """Where a day stands: classes are numbered, their lower edges lie half a bar to the left."""
    return [day / STEP - 0.5 for day in days]


def classes(days: Sequence[float]) -> list[int]:
    """How many are in each class of ten days, its last day included (90 is within a term of 90); the last class is open."""
    places = np.clip(np.ceil(np.asarray(days, dtype="float64") / STEP) - 1, 0, LAST / STEP).astype(int)
    return [int(n) for n in np.bincount(places, minlength=len(_edges()))]


def _bars(days: Sequence[float], x: str, y: str, fills: list[str], lang: str) -> dict[str, Any]:
    counts = classes(days)
    told = [_told(low, count, lang) for low, count in zip(_edges(), counts, strict=True)]
    return {"type": "bar", "x": list(range(len(counts))), "y": counts, "xaxis": x, "yaxis": y, "marker": {"color": fills}, "customdata": told, "hovertemplate": "%{customdata}<extra></extra>"}  # fmt: skip


def _told(low: float, count: int, lang: str) -> str:
    key = "charts.class_open" if low >= LAST else "charts.class_days"
    return safe(say(key, lang, low=f"{low if low >= LAST else low + 1:.0f}", high=f"{low + STEP:.0f}", n=f"{count:,}"))


def _colours(term: float | None, scheme: Scheme) -> list[str]:
    """Classes that begin at or after the term are in the colour of a warning; the line says the same without colour."""
    colours = palette(scheme)
    return [colours.warn if term is not None and low >= term else colours.accent for low in _edges()]


def _head(
    kind: str,
    days: Sequence[float],
    x: float,
    lang: str,
    in_time: tuple[float, float] | None = None,
    term: float | None = None,
) -> dict[str, Any]:
    lines = [f"<b>{safe(say(f'charts.{kind}', lang))}</b>"]
    told = []
    if len(days):
        middle, high = np.quantile(np.asarray(days, dtype="float64"), [0.5, 0.9])
        told.append(say("charts.middle", lang, n=f"{len(days):,}", middle=f"{middle:.0f}", high=f"{high:.0f}"))
    if in_time is not None and term is not None and in_time[1]:
        told.append(say("charts.within", lang, term=f"{term:.0f}", share=f"{in_time[0] / in_time[1]:.1%}", made=parts(*in_time)))  # fmt: skip
    lines.append(safe(" · ".join(told)))
    place = {"x": x, "y": 1.0, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 22}
    return place | {"text": "<br>".join(lines), "align": "left", "font": {"size": 12}}


def _line(
    term: float | None, clause: str | None, lang: str, scheme: Scheme
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    if term is None:
        return [], []
    x, colours = _at([term])[0], palette(scheme)
    drawn = {"type": "line", "xref": "x", "yref": "y domain", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": {"color": colours.text, "width": 2, "dash": "6px,4px"}}  # fmt: skip
    words = " ".join(one for one in (say("charts.term", lang, days=f"{term:.0f}"), clause) if one)
    told = {"x": x, "y": 1, "xref": "x", "yref": "y domain", "xanchor": "left", "yanchor": "bottom", "xshift": -2, "text": safe(words), "font": {"size": 12}}  # fmt: skip
    return [drawn], [told]
