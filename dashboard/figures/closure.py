"""How long leads take from receipt to closure: a bar for each class of hours, the median's class strong."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.style import LETTERS, Scheme, palette
from dashboard.figures.svg import document, rect, text


def closure(
    labels: Sequence[str],
    counts: Sequence[int],
    median_class: int | None,
    *,
    scheme: Scheme = "light",
    size: tuple[int, int] = (420, 130),
) -> str:
    """SVG: counts by class; `labels` name the lower edges and stand between the bars; the median's class is drawn in full."""
    colours, letters, (width, height) = palette(scheme), LETTERS[scheme], size
    floor, left = height - letters * 1.45, letters * 0.6
    step, scale = (width - left) / max(len(counts), 1), (floor - 4) / max([*counts, 1])
    bars = [
        rect(
            left + step * (n + 0.08),
            floor - count * scale,
            step * 0.84,
            count * scale,
            colours.accent,
            _weight(n, median_class),
        )
        for n, count in enumerate(counts)
    ]
    ticks = [text(left + step * n, height - letters * 0.2, word, colours.muted) for n, word in enumerate(labels)]
    return document(scheme, size, [*bars, *ticks])


def _weight(n: int, median_class: int | None) -> float:
    return 1.0 if n == median_class else 0.5


def class_of(edges: Sequence[float], value: float | None) -> int | None:
    """Index of the class (from each edge up to the next, the last one open) that holds `value`."""
    if value is None:
        return None
    return max((n for n, edge in enumerate(edges) if edge <= value), default=0)
