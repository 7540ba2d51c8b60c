"""Leads by hour of the day against the usual band; hours with more than expected (policy.anomalies) are red."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from dashboard.figures.style import LETTERS, Scheme, palette
from dashboard.figures.svg import document, rect, text

LEAST_TOP: Final = 4.0  # so that one lead in a quiet county is no tower
BAR: Final = 0.72  # of an hour's width
HOURS: Final = range(24)


def by_hour(
    counts: Sequence[int],
    low: Sequence[float],
    high: Sequence[float],
    now_hour: int,
    *,
    marked: Collection[int] = (),
    scheme: Scheme = "light",
    size: tuple[int, int] = (600, 150),
) -> str:
    """SVG: bars with their numbers up to `now_hour` (the running one paler), `marked` ones red, the band from `low` to `high` behind them."""
    colours, letters, (width, height) = palette(scheme), LETTERS[scheme], size
    shown = [counts[h] if h <= now_hour else 0 for h in HOURS]
    floor, step = height - letters * 1.45, width / 24
    scale = (floor - letters * 1.25) / max(LEAST_TOP, *high, *shown)
    band = [
        rect(h * step, floor - high[h] * scale, step, (high[h] - low[h]) * scale, colours.muted, 0.28) for h in HOURS
    ]
    bars, numbers = [], []
    for h in HOURS:
        top, middle = floor - shown[h] * scale, (h + 0.5) * step
        fill = colours.alarm if h in marked else colours.accent
        bars.append(rect(middle - step * BAR / 2, top, step * BAR, floor - top, fill, 0.6 if h == now_hour else 1.0))
        if shown[h]:
            numbers.append(text(middle, top - letters * 0.25, f"{shown[h]:,}", colours.text))
    ticks = [text((h + 0.5) * step, height - letters * 0.2, f"{h:02d}", colours.muted) for h in HOURS[::3]]
    return document(scheme, size, [*band, *bars, *numbers, *ticks])
