"""A share by day against its target: a line, a dashed line, the last day marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from dashboard.figures.style import Figure, Scheme, axis, layout, palette

AIR: Final = 0.25  # of the range, above and below the line


def trend(
    days: Sequence[date],
    values: Sequence[float],
    target: float | None,
    target_words: str = "",
    *,
    scheme: Scheme = "light",
    width: int | None = None,
    height: int | None = None,
) -> Figure:
    """Values (shares 0–1) by day, oldest first; the target as a dashed line with its words at the left end."""
    colours = palette(scheme)
    xs = [day.isoformat() for day in days]
    seen = [*values, *([target] if target is not None else [])] or [0.0, 1.0]
    air = max((max(seen) - min(seen)) * AIR, 0.01)
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": list(values),
        "line": {"color": colours.accent, "width": 3},
    }
    last = {"type": "scatter", "mode": "markers", "x": xs[-1:], "y": list(values)[-1:], "cliponaxis": False}
    return {
        "data": [
            line | {"hovertemplate": "%{x} · %{y:.1%}<extra></extra>"},
            last | {"marker": {"color": colours.accent, "size": 11}, "hoverinfo": "skip"},
        ],
        "layout": layout(
            scheme,
            width=width,
            height=height,
            margin={"l": 4, "r": 10, "t": 6, "b": 26, "pad": 0},
            xaxis=axis(scheme, type="date", showticklabels=False),
            yaxis=axis(scheme, visible=False, range=[min(seen) - air, max(seen) + air * 1.6]),
            shapes=_goal(target, scheme),
            annotations=[*_ends(days, scheme), *_goal_words(target, target_words, scheme)],
        ),
    }


def _ends(days: Sequence[date], scheme: Scheme) -> list[dict[str, Any]]:
    """First and last day under the line, written inwards so that neither is cut."""
    font = {"color": palette(scheme).muted}
    base = {"xref": "paper", "yref": "paper", "y": 0, "yanchor": "top", "showarrow": False, "font": font}
    if not days:
        return []
    first, last = {"x": 0, "xanchor": "left"}, {"x": 1, "xanchor": "right"}
    return [base | first | {"text": f"{days[0]:%Y-%m-%d}"}, base | last | {"text": f"{days[-1]:%Y-%m-%d}"}]


def _goal(target: float | None, scheme: Scheme) -> list[dict[str, Any]]:
    if target is None:
        return []
    line = {"color": palette(scheme).text, "width": 2, "dash": "4px,4px"}
    return [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": target, "y1": target, "line": line}]


def _goal_words(target: float | None, words: str, scheme: Scheme) -> list[dict[str, Any]]:
    if target is None or not words:
        return []
    label = {
        "xref": "paper",
        "x": 0,
        "y": target,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": words,
    }
    return [label | {"font": {"color": palette(scheme).text}, "borderpad": 1}]
