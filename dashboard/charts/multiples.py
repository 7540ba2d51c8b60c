"""One small chart for each township, all on one scale, so that they can be compared; drawn as one, so that forty are quick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.charts.style import Figure, Scheme, empty, figure, palette, safe
from policy.figures.written import number, said
from policy.text import say

ROW: Final = 96
WIDE: Final = 0.86  # of its column
TALL: Final = 0.62  # of its row
MARGIN: Final = {"l": 8, "r": 8, "t": 4, "b": 4}


@dataclass(frozen=True, slots=True)
class Small:
    """One township: code, name, its values by day (or month), oldest first; `few` when it rests on too few cases to compare."""

    code: str
    name: str
    labels: Sequence[str]
    values: Sequence[float | None]
    few: bool = False
    made: Sequence[str] = field(default=())


def multiples(
    smalls: Sequence[Small],
    *,
    unit: str = "share",
    target: float | None = None,
    across: int = 6,
    lang: str = "zh",
    scheme: Scheme = "light",
) -> Figure:
    """Lines in a grid of `across` columns in the order given, on one scale; name and last value above each, the target dashed.

    Those with too few cases are grey and say so. A click's `customdata` is [code, words].
    """
    seen = [value for one in smalls for value in one.values if value is not None]
    rows = -(-len(smalls) // across)
    if not seen:
        return empty(scheme, lang=lang)
    low, high = _scale([*seen, *([target] if target is not None else [])], unit)
    places = [(n % across, n // across) for n in range(len(smalls))]
    drawn = [
        _lines([one for one in zip(smalls, places, strict=True) if one[0].few is few], (low, high), unit, lang, scheme, few=few)
        for few in (False, True)
    ]  # fmt: skip
    goal = [_goals(places, (target - low) / (high - low), scheme)] if target is not None else []
    ends = _ends(smalls, places, (low, high), scheme)
    words = [_head(one, place, unit, lang, scheme) for one, place in zip(smalls, places, strict=True)]
    hidden = {"visible": False, "fixedrange": True}
    return figure(
        [*goal, *drawn, ends],
        scheme,
        height=ROW * rows + 12,
        xaxis=hidden | {"range": [-0.01, across]},
        yaxis=hidden | {"range": [rows, -0.02]},
        annotations=words,
        margin=MARGIN,
    )


def _scale(seen: Sequence[float], unit: str) -> tuple[float, float]:
    if unit == "share":
        return 0.0, 1.0
    return 0.0, max(seen) * 1.05 or 1.0


def _point(place: tuple[int, int], step: float, height: float) -> tuple[float, float]:
    """Where a point of a small chart lies: `step` and `height` from 0 to 1 within it."""
    return place[0] + step * WIDE, place[1] + 1 - height * TALL


def _lines(
    held: Sequence[tuple[Small, tuple[int, int]]],
    span: tuple[float, float],
    unit: str,
    lang: str,
    scheme: Scheme,
    *,
    few: bool,
) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    told: list[list[str]] = []
    for one, place in held:
        for n, value in enumerate(one.values):
            x, y = _point(place, n / max(len(one.values) - 1, 1), _height(value, span))
            xs.append(x)
            ys.append(None if value is None else y)
            told.append([one.code, _words(one, n, unit, lang)])
        xs.append(None)
        ys.append(None)
        told.append(["", ""])
    colour = palette(scheme).muted if few else palette(scheme).accent
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": {"color": colour, "width": 1.2 if few else 1.8}, "connectgaps": False, "customdata": told, "hovertemplate": "%{customdata[1]}<extra></extra>"}  # fmt: skip


def _height(value: float | None, span: tuple[float, float]) -> float:
    return 0.0 if value is None else (value - span[0]) / (span[1] - span[0])


def _words(one: Small, n: int, unit: str, lang: str) -> str:
    made = f" ({one.made[n]})" if n < len(one.made) and one.made[n] else ""
    lines = [one.name, one.labels[n], f"{said(one.values[n], unit, lang)}{made}"]
    lines += [say("charts.few", lang)] if one.few else []
    return "<br>".join(safe(line) for line in lines)


def _goals(places: Sequence[tuple[int, int]], height: float, scheme: Scheme) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for place in places:
        (left, y), (right, _) = _point(place, 0, height), _point(place, 1, height)
        xs += [left, right, None]
        ys += [y, y, None]
    line = {"color": palette(scheme).text, "width": 1, "dash": "4px,3px"}
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "hoverinfo": "skip"}


def _ends(
    smalls: Sequence[Small], places: Sequence[tuple[int, int]], span: tuple[float, float], scheme: Scheme
) -> dict[str, Any]:
    """The last value that is known, as a dot."""
    found = []
    for one, place in zip(smalls, places, strict=True):
        last = max((n for n, value in enumerate(one.values) if value is not None), default=None)
        if last is not None:
            found.append((one, _point(place, last / max(len(one.values) - 1, 1), _height(one.values[last], span))))
    colours = [palette(scheme).muted if one.few else palette(scheme).accent for one, _ in found]
    return {"type": "scatter", "mode": "markers", "x": [x for _, (x, _) in found], "y": [y for _, (_, y) in found], "marker": {"size": 5, "color": colours}, "hoverinfo": "skip"}  # fmt: skip


def _head(one: Small, place: tuple[int, int], unit: str, lang: str, scheme: Scheme) -> dict[str, Any]:
    last = next((value for value in reversed(one.values) if value is not None), None)
    told = f"{safe(one.name)} <b>{number(last, unit)}</b>"
    words = f"{told} {safe(say('charts.few', lang))}" if one.few else told
    colour = palette(scheme).muted if one.few else palette(scheme).text
    return {"x": place[0], "y": place[1] + 0.06, "xref": "x", "yref": "y", "xanchor": "left", "yanchor": "top", "text": words, "font": {"size": 12, "color": colour}}  # fmt: skip
