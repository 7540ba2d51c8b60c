"""A share by day against its target: a line, a dashed line, the last day marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from dashboard.figures.style import LETTERS, Scheme, palette
from dashboard.figures.svg import document, dot, line, text

AIR: Final = 0.01  # of a share: least room above and below the line
EDGE: Final = 8  # units left and right of the line


def trend(
    days: Sequence[date],
    values: Sequence[float],
    target: float | None,
    target_words: str = "",
    *,
    scheme: Scheme = "light",
    size: tuple[int, int] = (360, 120),
) -> str:
    """SVG: values (shares 0–1) by day, oldest first; the target dashed with its words at the left end."""
    colours, letters, (width, height) = palette(scheme), LETTERS[scheme], size
    seen = [*values, *([target] if target is not None else [])] or [0.0, 1.0]
    low, high = min(seen) - AIR, max(seen) + AIR
    top, floor = letters * 1.3, height - letters * 1.6

    def y(value: float) -> float:
        return floor - (value - low) / (high - low) * (floor - top)

    first, span = (days[0], max((days[-1] - days[0]).days, 1)) if days else (None, 1)
    xs = [EDGE + (width - 2 * EDGE) * (day - first).days / span for day in days] if first else []
    points = list(zip(xs, (y(value) for value in values), strict=True))
    parts = [line([(0, y(target)), (width, y(target))], colours.text, 2, "6 5")] if target is not None else []
    if target is not None:
        parts.append(text(0, y(target) - letters * 0.35, target_words, colours.text, "start"))
    parts += [line(points, colours.accent, 3), *(dot(*point, 6, colours.accent) for point in points[-1:])]
    if days:
        base = height - letters * 0.2
        parts += [text(0, base, f"{days[0]:%Y-%m-%d}", colours.muted, "start")]
        parts += [text(width, base, f"{days[-1]:%Y-%m-%d}", colours.muted, "end")]
    return document(scheme, size, parts)
