"""Rows of figures, and the ways they are counted: shares, counts and sums, medians with p90, and numbers by age."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import pandas as pd

COUNTY: Final = "county"
UNKNOWN: Final = "unknown"
"""Group code of rows without one: an unlocated lead, an item not chosen."""

Groups = Mapping[str, "pd.Series | None"]
"""Group kind → its key for every row of the frame; None stands for the county as a whole."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One number: what it is of, its value with numerator and denominator, p90 where it is a median."""

    figure: str
    measure: str
    group_kind: str
    group_code: str
    value: float | None
    numerator: float | None
    denominator: float | None
    p90: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for snapshot, API and export."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS: Final = tuple(each.name for each in fields(FigureRow))


@dataclass(frozen=True, slots=True)
class Counting:
    """One counting of a measure: what each row gave to numerator and denominator, and the groups it counts in."""

    figure: str
    measure: str
    hit: pd.Series
    of: pd.Series
    groups: Groups


SEEN: Final[ContextVar[list[Counting] | None]] = ContextVar("onegrid_figures_seen", default=None)
"""Where every counting is noted while somebody asks which rows a figure is made of."""


def seen(figure: str, measure: str, hit: pd.Series, of: pd.Series, groups: Groups) -> None:
    """Note a counting, if anybody asks; a figure that counts in a way of its own says it by this."""
    noted = SEEN.get()
    if noted is not None:
        noted.append(Counting(figure, measure, hit, of, groups))


def ratio(numerator: float, denominator: float) -> float | None:
    """Numerator ÷ denominator, None where there is nothing to divide by."""
    return float(numerator) / float(denominator) if denominator else None


def shares(figure: str, measure: str, hit: pd.Series, of: pd.Series, groups: Groups) -> Iterator[FigureRow]:
    """Σ `hit` ÷ Σ `of` in each group; both numeric or boolean, index alike."""
    seen(figure, measure, hit, of, groups)
    for kind, code, n, d in _grouped(hit, of, groups):
        yield FigureRow(figure, measure, kind, code, ratio(n, d), n, d)


def numbers(figure: str, measure: str, hit: pd.Series, of: pd.Series, groups: Groups) -> Iterator[FigureRow]:
    """Σ `hit` in each group as a number, with Σ `of` beside it."""
    seen(figure, measure, hit, of, groups)
    for kind, code, n, d in _grouped(hit, of, groups):
        yield FigureRow(figure, measure, kind, code, n, n, d)


Ages = tuple[tuple[str, int, int | None], ...]
"""Measures of what waits by its age in days: from (included) – to (not included, None: no end)."""


def by_age(figure: str, ages: Ages, days: pd.Series, groups: Groups) -> Iterator[FigureRow]:
    """How many of those that wait are of each age: numerator of that age, denominator all, value their number."""
    everyone = pd.Series(True, index=days.index)
    for measure, low, high in ages:
        of_age = (days >= low) & (days < high if high is not None else everyone)
        yield from numbers(figure, measure, of_age, everyone, groups)


def counts(figure: str, measure: str, hit: pd.Series, groups: Groups) -> Iterator[FigureRow]:
    """How many rows are `hit` in each group (or the sum of `hit`), out of how many."""
    yield from numbers(figure, measure, hit, pd.Series(1.0, index=hit.index), groups)


def medians(figure: str, lengths: Mapping[str, pd.Series], groups: Groups) -> Iterator[FigureRow]:
    """Median and p90 of each measure's lengths in each group; numerator: how many are known, denominator: how many began."""
    for measure, length in lengths.items():
        seen(figure, measure, length, pd.Series(True, index=length.index), groups)
    values = {measure: length.to_numpy(dtype="float64", na_value=np.nan) for measure, length in lengths.items()}
    for kind, key in groups.items():
        split = list(_split(key))
        for measure, all_of_them in values.items():
            for code, rows in split:
                yield _median(figure, measure, kind, code, all_of_them if rows is None else all_of_them[rows])


def _split(key: pd.Series | None) -> Iterator[tuple[str, np.ndarray | None]]:
    """Row numbers by group code in one sort, so that medians need no pass per group over the whole."""
    if key is None:
        yield "", None
        return
    codes, names = pd.factorize(_key(key), sort=True)
    if len(names) < np.iinfo(np.int16).max:
        codes = codes.astype(np.int16)  # sorted by radix
    order = np.argsort(codes, kind="stable")
    cuts = np.flatnonzero(np.diff(codes[order])) + 1
    for part in np.split(order, cuts) if len(order) else ():
        yield str(names[codes[part[0]]]), part


def _median(figure: str, measure: str, kind: str, code: str, values: np.ndarray) -> FigureRow:
    known = values[~np.isnan(values)]
    middle, high = np.quantile(known, [0.5, 0.9]) if len(known) else (None, None)
    return FigureRow(
        figure,
        measure,
        kind,
        code,
        None if middle is None else float(middle),
        float(len(known)),
        float(len(values)),
        None if high is None else float(high),
    )


def _grouped(hit: pd.Series, of: pd.Series, groups: Groups) -> Iterator[tuple[str, str, float, float]]:
    """Both sums in each group that has rows; plain arrays, since a grouping of frames costs more than its sums."""
    n, d = (series.to_numpy(dtype="float64", na_value=np.nan) for series in (hit, of))
    for kind, key in groups.items():
        if key is None:
            yield kind, "", float(np.nansum(n)), float(np.nansum(d))
            continue
        codes, names = pd.factorize(_key(key if key.index is hit.index else key.reindex(hit.index)), sort=True)
        sums = (np.bincount(codes, np.nan_to_num(part), len(names)) for part in (n, d))
        yield from ((kind, str(code), float(a), float(b)) for code, a, b in zip(names, *sums, strict=True))


def _key(key: pd.Series) -> pd.Series:
    """Group codes with the nameless ones named, so that nothing is dropped from the sums."""
    if isinstance(key.dtype, pd.CategoricalDtype):
        if not key.isna().any():
            return key
        key = key.astype(object)
    return key.where(key.notna(), UNKNOWN)


def gini(values: Iterable[float]) -> tuple[float, float]:
    """Numerator Σ|xᵢ−xⱼ| and denominator 2nΣx of the Gini coefficient; 0 equal, towards 1 all with one."""
    x = np.sort(np.asarray(list(values), dtype="float64"))
    n = len(x)
    weights = 2 * np.arange(1, n + 1) - n - 1
    spread = float(2 * np.sum(weights * x))  # of equal ones less than nought by the last digit
    return max(0.0, spread), float(2 * n * np.sum(x))
