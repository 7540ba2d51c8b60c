"""How sure a share is: the interval in which it lies with 95 % confidence (Wilson), and that of a weighted sum of shares."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

Z: Final = 1.959963984540054
"""Quantile of the normal distribution for a confidence of 95 %."""


class Interval(NamedTuple):
    """A value with the least and the most it may be."""

    value: float
    low: float
    high: float


def wilson(share: float, count: float) -> Interval:
    """The interval of a share of `count` cases; between 0 and 1, never empty, wide where there are few."""
    if count <= 0:
        return Interval(share, 0.0, 1.0)
    squared = Z * Z
    middle = (share + squared / (2 * count)) / (1 + squared / count)
    half = Z / (1 + squared / count) * math.sqrt(share * (1 - share) / count + squared / (4 * count * count))
    return Interval(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def weighted(parts: Iterable[tuple[float, Interval]]) -> Interval:
    """Σ weight × share with its interval, the parts taken as independent: their distances to either side are added squared."""
    known = list(parts)
    value = sum(weight * part.value for weight, part in known)
    below = math.sqrt(sum((weight * (part.value - part.low)) ** 2 for weight, part in known))
    above = math.sqrt(sum((weight * (part.high - part.value)) ** 2 for weight, part in known))
    return Interval(value, value - below, value + above)
