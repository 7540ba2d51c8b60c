"""Figures of many days in one pass: sums, medians and what waits, by day and group, on plain columns.

What the definitions say of one day (policy/figures) is counted here of all days at once: a row falls on the day of its
moment, and what waits, waits from one day to another. A row is a day's when the definition says so; the tests hold both
against each other, day by day and number by number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from data.figures_columns import NAT, Coded
from policy.figures.rows import COUNTY, UNKNOWN, Ages, FigureRow

DAY: Final = 86_400_000_000  # microseconds
AHEAD: Final = 8 * 3_600_000_000  # of Asia/Shanghai
NEVER: Final = np.int32(2**30)
"""The day of a moment that has not come."""
Keys = Mapping[str, Coded | None]
"""Group kind → codes of the rows; None stands for the county as a whole."""


@dataclass(frozen=True, slots=True)
class Block:
    """One measure in one kind of group, of many days: a row each."""

    figure: str
    measure: str
    kind: str
    names: tuple[str, ...]
    day: np.ndarray
    group: np.ndarray
    value: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray
    p90: np.ndarray | None = None

    def of_day(self, day: int) -> Iterator[FigureRow]:
        """The rows of the day with the number `day`; blocks are in the order of days."""
        begin, end = np.searchsorted(self.day, [day, day + 1])
        for at in range(begin, end):
            n, d = float(self.numerator[at]), float(self.denominator[at])
            p90 = None if self.p90 is None else _number(self.p90[at])
            name = self.names[self.group[at]]
            yield FigureRow(self.figure, self.measure, self.kind, name, _number(self.value[at]), n, d, p90)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


@dataclass(frozen=True, slots=True)
class Panel:
    """Days in a row, from `first` on, numbered from 0."""

    first: date
    days: int

    def number(self, moments: np.ndarray) -> np.ndarray:
        """The number of the local day of each moment; before 0 and beyond `days` are days of no interest, `NEVER` is none."""
        found = (moments + AHEAD) // DAY - (self.first.toordinal() - date(1970, 1, 1).toordinal())
        return np.where(moments == NAT, NEVER, np.clip(found, -(2**29), 2**29)).astype(np.int32)

    def shares(
        self, figure: str, measure: str, rows: Rows, hit: np.ndarray, of: np.ndarray | None = None
    ) -> Iterator[Block]:
        """Σ `hit` ÷ Σ `of` (all of them where not given) by day and group."""
        for kind in rows.keys:
            n, d, number = rows.sums(kind, hit), rows.sums(kind, of), rows.sums(kind)
            with np.errstate(invalid="ignore", divide="ignore"):
                yield self._block(figure, measure, kind, rows.names(kind), np.where(d > 0, n / d, np.nan), n, d, number)

    def numbers(
        self, figure: str, measure: str, rows: Rows, hit: np.ndarray, of: np.ndarray | None = None, unit: float = 1.0
    ) -> Iterator[Block]:
        """Σ `hit` by day and group as a number, in `unit`s, with Σ `of` beside it."""
        for kind in rows.keys:
            n, d, number = rows.sums(kind, hit) / unit, rows.sums(kind, of), rows.sums(kind)
            yield self._block(figure, measure, kind, rows.names(kind), n, n, d, number)

    def medians(self, figure: str, measure: str, rows: Rows, length: np.ndarray, unit: float) -> Iterator[Block]:
        """Median and p90 of the lengths (microseconds, none: not known) in `unit`s; how many are known, how many began."""
        known = length != NAT
        longest = np.clip(length, 0, None)
        for kind in rows.keys:
            began, there = rows.sums(kind), rows.sums(kind, known)
            middle, high = _quantiles(rows.code(kind)[known], longest[known], there, (0.5, 0.9))
            yield self._block(figure, measure, kind, rows.names(kind), middle / unit, there, began, began, high / unit)

    def waiting(self, begin: np.ndarray, end: np.ndarray, key: Coded | None) -> np.ndarray:
        """How many rows wait at the end of each day in each group: from the day `begin` until before the day `end`."""
        width = 1 if key is None else len(key.names) + 1
        a, b = np.clip(begin, 0, self.days), np.clip(end, 0, self.days)
        size = (self.days + 1) * width
        here = b > a
        group = np.int64(0) if key is None else np.where(key.codes < 0, width - 1, key.codes)[here]
        change = np.bincount(a[here] * width + group, minlength=size) - np.bincount(
            b[here] * width + group, minlength=size
        )
        return np.cumsum(change.reshape(self.days + 1, width), axis=0)[: self.days].ravel().astype(np.float64)

    def by_age(self, figure: str, ages: Ages, begin: np.ndarray, end: np.ndarray, keys: Keys) -> Iterator[Block]:
        """How many of those that wait are of each age in days, with all of them beside it."""
        for kind, key in keys.items():
            names, every = names_of(key), self.waiting(begin, end, key)
            for measure, low, high in ages:
                last = end if high is None else np.minimum(end, begin + high)
                n = self.waiting(begin + low, last, key)
                yield self._block(figure, measure, kind, names, n, n, every, every)

    def held(
        self, figure: str, measure: str, kind: str, names: tuple[str, ...], n: np.ndarray, of: np.ndarray
    ) -> Block:
        """A number of what waits, with all that wait beside it."""
        return self._block(figure, measure, kind, names, n, n, of, of)

    def ratio(
        self, figure: str, measure: str, kind: str, names: tuple[str, ...], n: np.ndarray, d: np.ndarray
    ) -> Block:
        """What is kept of what is judged."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self._block(figure, measure, kind, names, np.where(d > 0, n / d, np.nan), n, d, d)

    def _block(
        self, figure: str, measure: str, kind: str, names: tuple[str, ...], value: np.ndarray, n: np.ndarray, d: np.ndarray,
        number: np.ndarray, p90: np.ndarray | None = None,
    ) -> Block:  # fmt: skip
        """Groups without a row on a day have none; the county always has one."""
        width = len(names)
        at = np.arange(len(n)) if kind == COUNTY else np.flatnonzero(number)
        return Block(
            figure, measure, kind, names, (at // width).astype(np.int32), (at % width).astype(np.int32), value[at], n[at],
            d[at], None if p90 is None else p90[at],
        )  # fmt: skip


def names_of(key: Coded | None) -> tuple[str, ...]:
    """Group codes; the last one is of rows without one, and the county has an empty one."""
    return ("",) if key is None else (*key.names, UNKNOWN)


class Rows:
    """Rows that fall on a day each, with the groups they count in; the place of each is worked out once."""

    def __init__(self, panel: Panel, day: np.ndarray, keys: Keys, chosen: np.ndarray | None = None) -> None:
        """`day` numbers the day of each row; those outside the panel, and not `chosen`, are left out."""
        here = (day >= 0) & (day < panel.days)
        self.at = np.flatnonzero(here if chosen is None else here & chosen)
        self.panel, self.day = panel, day[self.at].astype(np.int64)
        self.keys: Keys = {kind: None if key is None else key.take(self.at) for kind, key in keys.items()}
        self._codes: dict[str, np.ndarray] = {}
        self._counts: dict[str, np.ndarray] = {}

    def names(self, kind: str) -> tuple[str, ...]:
        """Names of the groups of a kind."""
        return names_of(self.keys[kind])

    def code(self, kind: str) -> np.ndarray:
        """The place of each row among days × groups."""
        if kind not in self._codes:
            key = self.keys[kind]
            if key is None:
                self._codes[kind] = self.day
            else:
                width = len(key.names) + 1
                self._codes[kind] = self.day * width + np.where(key.codes < 0, width - 1, key.codes)
        return self._codes[kind]

    def sums(self, kind: str, values: np.ndarray | None = None) -> np.ndarray:
        """Σ of the values of these rows, or how many rows, for each day and group."""
        size = self.panel.days * len(self.names(kind))
        if values is None:
            if kind not in self._counts:
                self._counts[kind] = np.bincount(self.code(kind), minlength=size).astype(np.float64)
            return self._counts[kind]
        if values.dtype == np.bool_:
            return np.bincount(self.code(kind)[values], minlength=size).astype(np.float64)
        return np.bincount(self.code(kind), values, size)


def _quantiles(code: np.ndarray, length: np.ndarray, count: np.ndarray, wanted: tuple[float, ...]) -> list[np.ndarray]:
    """Quantiles of the lengths of each place, between neighbours by proportion, from one sort of place and length together."""
    ordered = _sorted(code, length, len(count))
    number = count.astype(np.int64)
    begin = np.cumsum(number) - number
    there = number > 0
    found = []
    for share in wanted:
        position = (number[there] - 1) * share
        low = np.floor(position).astype(np.int64)
        below = ordered[begin[there] + low].astype(np.float64)
        above = ordered[begin[there] + np.minimum(low + 1, number[there] - 1)].astype(np.float64)
        made = np.full(len(count), np.nan)
        made[there] = below + (above - below) * (position - low)
        found.append(made)
    return found


def _sorted(code: np.ndarray, length: np.ndarray, places: int) -> np.ndarray:
    """Lengths in the order of their place, then their own; packed into one number where both fit."""
    bits = int(length.max(initial=0)).bit_length()
    if int(places).bit_length() + bits < 64:
        packed: np.ndarray = (code << bits) | length
        packed.sort()
        return packed & ((1 << bits) - 1)
    found: np.ndarray = length[np.lexsort((length, code))]
    return found
