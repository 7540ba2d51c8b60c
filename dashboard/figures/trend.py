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
            xaxis=axis(scheme, type="date", tickvals=[xs[0], xs[-1]] if xs else [], ticktext=_ends(days), tickangle=0),
            yaxis=axis(scheme, visible=False, range=[min(seen) - air, max(seen) + air * 1.6]),
            **_goal(target, target_words, scheme),
        ),
    }


def _ends(days: Sequence[date]) -> list[str]:
    """First and last day, written inwards so that neither is cut."""
    if not days:
        return []
    pad = "\u2003" * 4
    return [f"{pad}{days[0]:%Y-%m-%d}", f"{days[-1]:%m-%d}{pad[:2]}"]


def _goal(target: float | None, words: str, scheme: Scheme) -> dict[str, Any]:
    if target is None:
        return {}
    colours = palette(scheme)
    line = {"color": colours.text, "width": 2, "dash": "4px,4px"}
    rule = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": target, "y1": target, "line": line}
    label = {
        "xref": "paper",
        "x": 0,
        "y": target,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": words,
    }
    return {"shapes": [rule], "annotations": [label | {"font": {"color": colours.text}, "borderpad": 1}]}
