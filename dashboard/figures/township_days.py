"""Leads by day against the usual level of working and of free days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard.figures.style import Figure, Scheme, axis, fade, layout, palette


def township_days(
    days: Sequence[date],
    counts: Sequence[int],
    usual: Sequence[float | None],
    low: Sequence[float | None],
    high: Sequence[float | None],
    *,
    usual_words: str = "",
    scheme: Scheme = "light",
    height: int | None = None,
) -> Figure:
    """Bars for each day, today's paler; the usual level as a line in its band; far above the band is red."""
    colours = palette(scheme)
    xs = [day.isoformat() for day in days]
    tops = [value for value in (*counts, *high) if value is not None]
    over = [top is not None and count > top + max(2.0, top * 0.5) for count, top in zip(counts, high, strict=True)]
    fills = [colours.alarm if red else colours.accent for red in over]
    shades = [fade(colour, 0.55) if n == len(fills) - 1 else colour for n, colour in enumerate(fills)]
    bars = {
        "type": "bar",
        "x": xs,
        "y": list(counts),
        "marker": {"color": shades, "line": {"width": 0}},
        "hovertemplate": "%{y}<extra></extra>",
    }
    return {
        "data": [*_usual(xs, usual, low, high, usual_words, scheme), bars],
        "layout": layout(
            scheme,
            height=height,
            margin={"l": 26, "r": 6, "t": 8, "b": 24, "pad": 0},
            xaxis=axis(scheme, type="date", tickvals=xs[2::7], tickformat="%m-%d", hoverformat="%Y-%m-%d"),
            yaxis=axis(
                scheme,
                range=[0, max([*tops, 4]) * 1.08],
                nticks=4,
                showgrid=True,
                gridcolor=colours.line,
                tickformat="d",
            ),
        ),
    }


def _usual(
    xs: Sequence[str],
    usual: Sequence[float | None],
    low: Sequence[float | None],
    high: Sequence[float | None],
    words: str,
    scheme: Scheme,
) -> list[dict[str, Any]]:
    """Band and line of the usual level; nothing where there is no past to compare with."""
    if not any(value is not None for value in usual):
        return []
    colours = palette(scheme)
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": list(xs),
        "line": {"width": 0, "shape": "hvh"},
        "hoverinfo": "skip",
    }
    line = {"color": colours.text, "width": 1.5, "dash": "4px,3px", "shape": "hvh"}
    return [
        {**edge, "y": list(low)},
        {**edge, "y": list(high), "fill": "tonexty", "fillcolor": fade(colours.muted, 0.24)},
        {
            "type": "scatter",
            "mode": "lines",
            "x": list(xs),
            "y": list(usual),
            "line": line,
            "hovertemplate": f"{words} %{{y:.1f}}<extra></extra>",
        },
    ]
