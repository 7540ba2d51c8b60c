"""Which rows a figure is made of: the very countings that gave it, told row by row; nothing is counted a second way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from policy.figures.definitions import compute
from policy.figures.rows import COUNTY, SEEN, UNKNOWN, Counting
from policy.figures.scope import Scope

MARK: Final = ":"


@dataclass(frozen=True, slots=True)
class Source:
    """A row of a frame that was counted: what it gave to the numerator (of a median: its length) and to the denominator."""

    frame: str
    place: int
    hit: float | None
    of: float
    township: str | None


def sources_of(
    id_: str, frames: Mapping[str, pd.DataFrame], scope: Scope, measure: str, kind: str = COUNTY, code: str = ""
) -> list[Source]:
    """The rows of `frames` that the measure is counted from in one group, those that count for the numerator first."""
    noted: list[Counting] = []
    token = SEEN.set(noted)
    try:
        compute(id_, labelled(frames), scope)
    finally:
        SEEN.reset(token)
    wanted = [one for one in noted if (one.figure, one.measure) == (id_, measure) and kind in one.groups]
    found = [source for one in wanted for source in _rows(one, kind, code)]
    return sorted(found, key=lambda one: (not one.hit, one.frame, one.place))


def labelled(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The frames with rows that know where they stand."""
    return {name: frame.set_axis([f"{name}{MARK}{n}" for n in range(len(frame))]) for name, frame in frames.items()}


def _rows(one: Counting, kind: str, code: str) -> Iterator[Source]:
    """What each row of the group gave; a row without any part in the denominator was not counted."""
    chosen = np.flatnonzero(_in_group(one, kind, code))
    hit, of = (series.to_numpy(dtype="float64", na_value=np.nan)[chosen] for series in (one.hit, one.of))
    labels, towns = one.hit.index[chosen], _towns(one)
    for place, label in enumerate(labels):
        frame, mark, number = str(label).rpartition(MARK)
        if mark and number.isdigit() and (of[place] > 0 or hit[place] > 0):
            value = None if np.isnan(hit[place]) else float(hit[place])
            yield Source(frame, int(number), value, float(np.nan_to_num(of[place])), towns[chosen[place]])


def _in_group(one: Counting, kind: str, code: str) -> np.ndarray:
    key = one.groups[kind]
    if key is None:
        return np.ones(len(one.hit), dtype=bool)
    held = np.array([UNKNOWN if pd.isna(each) else str(each) for each in key], dtype=object)
    found: np.ndarray = held == code
    return found


def _towns(one: Counting) -> list[str | None]:
    """The township each row counts in, where the figure comes by township."""
    key = one.groups.get("township")
    held: Iterable[object] = [None] * len(one.hit) if key is None else key
    return [None if pd.isna(each) else str(each) for each in held]  # type: ignore[call-overload]
