"""Leads by hour of the day against the usual band; hours far above it are red."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dashboard.figures.style import Figure, Scheme, axis, fade, layout, palette

MARGIN: Final = 2.0  # leads above the band before an hour counts as far above it


def unusual(count: float, high: float) -> bool:
    """Whether an hour has far more leads than usual: above the band by more than chance makes it."""
    return count > high + MARGIN


def by_hour(
    counts: Sequence[int],
    low: Sequence[float],
    high: Sequence[float],
    now_hour: int,
    *,
    scheme: Scheme = "light",
    width: int | None = None,
    height: int | None = None,
) -> Figure:
    """Bars for the hours up to `now_hour` (0–23; the running one is paler), a band from `low` to `high` behind them."""
    hours = list(range(24))
    colours = palette(scheme)
    shown = [counts[h] if h <= now_hour else None for h in hours]
    tops = [max(high[h], shown[h] or 0) for h in hours]
    return {
        "data": [*_band(low, high, fade(colours.muted, 0.28)), _bars(shown, high, now_hour, scheme)],
        "layout": layout(
            scheme,
            width=width,
            height=height,
            xaxis=axis(scheme, tickvals=hours[::3], ticktext=[f"{h:02d}" for h in hours[::3]], range=[-0.6, 23.6]),
            yaxis=axis(scheme, visible=False, range=[0, max([*tops, 4]) * 1.22]),
        ),
    }


def _band(low: Sequence[float], high: Sequence[float], colour: str) -> list[dict[str, Any]]:
    """A band in steps of an hour; two lines, the upper one filled down to the lower."""
    common = {"type": "scatter", "mode": "lines", "line": {"width": 0, "shape": "hvh"}, "hoverinfo": "skip"}
    xs = [-0.5, *range(24), 23.5]
    return [
        {**common, "x": xs, "y": [low[0], *low, low[-1]]},
        {**common, "x": xs, "y": [high[0], *high, high[-1]], "fill": "tonexty", "fillcolor": colour},
    ]


def _bars(shown: Sequence[int | None], high: Sequence[float], now_hour: int, scheme: Scheme) -> dict[str, Any]:
    colours = palette(scheme)
    fills = [colours.alarm if unusual(n or 0, high[h]) else colours.accent for h, n in enumerate(shown)]
    return {
        "type": "bar",
        "x": list(range(24)),
        "y": list(shown),
        "text": ["" if not n else f"{n:,}" for n in shown],
        "textposition": "outside",
        "textangle": 0,
        "textfont": {"color": colours.text},
        "cliponaxis": False,
        "marker": {"color": [fade(c, 0.55) if h == now_hour else c for h, c in enumerate(fills)], "line": {"width": 0}},
        "hovertemplate": "%{x}:00 · %{y}<extra></extra>",
    }
