"""More leads than expected: the usual count of the same hours on the same weekday, and what chance may add to it.

The method (S10; FL 二(五), JD 二(四)12): a count is held against the counts of comparable past windows. Their rate is not known but
estimated, so the count to come follows a negative binomial (gamma–Poisson) distribution: with m windows, S leads in them and
Jeffreys' prior, mean μ = (S + ½) ÷ m and variance φ · μ · (1 + 1 ÷ m). φ ≥ 1 is how much more the past varies than a Poisson count
does, by Pearson's χ² over all series of a kind (quasi-Poisson: Farrington, Andrews, Beale and Catchpole, A Statistical Algorithm for
the Early Detection of Outbreaks of Infectious Disease, J. R. Statist. Soc. A 159 (1996) 547–563; Noufaily et al., Statistics in
Medicine 32 (2013) 1206–1222). Of all that is looked at together only that is marked which the step-up procedure of
Benjamini and Hochberg (J. R. Statist. Soc. B 57 (1995) 289–300) lets stand: the expected share of chance among the marks is at
most `RATE`; it holds for counts that rise together too (Benjamini and Yekutieli, Annals of Statistics 29 (2001) 1165–1188).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

RATE: Final = 0.01  # of the marks, at most one in a hundred by chance alone
LEAST: Final = 5  # fewer leads than this are never marked, however rare (Farrington et al. 1996, 3.8)
WINDOWS: Final = 4  # comparable windows below which nothing is judged
JEFFREYS: Final = 0.5
DISPERSED_FROM: Final = 0.5  # a mean below which a series says nothing of how much counts vary


@dataclass(frozen=True, slots=True)
class Excess:
    """One series of those looked at: what was counted, what is usual, how likely so many or more are by chance."""

    index: int
    count: int
    usual: float
    chance: float


def dispersion(past: Counts) -> float:
    """φ: how much more the past (series × windows) varies than Poisson counts do; 1 at least, and where nothing can be said."""
    windows = past.shape[1]
    means: Floats = past.mean(axis=1)
    told = past[means >= DISPERSED_FROM]
    if windows < 2 or not len(told):
        return 1.0
    mean = told.mean(axis=1, keepdims=True)
    return max(1.0, float((((told - mean) ** 2) / mean).sum() / (len(told) * (windows - 1))))


def chances(counts: Counts, past: Counts, phi: float) -> Floats:
    """P(as many or more) for each series, from its own past (series × windows)."""
    windows = past.shape[1]
    mean = (past.sum(axis=1) + JEFFREYS) / windows
    factor = phi * (1 + 1 / windows)  # variance ÷ mean
    size = mean / (factor - 1)
    tail: Floats = betainc(np.maximum(counts, 1), size, 1 - 1 / factor)
    return np.where(counts > 0, tail, 1.0)


def let_stand(chance: Floats, rate: float) -> Any:
    """Which of several chances stand under a rate of false discovery (Benjamini and Hochberg's step-up)."""
    order = np.argsort(chance, kind="stable")
    steps = rate * np.arange(1, len(chance) + 1) / max(len(chance), 1)
    below = np.flatnonzero(chance[order] <= steps)
    found = np.zeros(len(chance), dtype=bool)
    if len(below):
        found[order[: below[-1] + 1]] = True
    return found


def excesses(
    counts: Sequence[int] | Counts, past: Sequence[Sequence[int]] | Counts, rate: float = RATE
) -> tuple[Excess, ...]:
    """The series with more than expected, the least likely first; `past` is series × comparable windows. All are tested, few are marked."""
    now, before = np.asarray(counts, dtype=np.int64), np.asarray(past, dtype=np.int64)
    if before.ndim != 2 or before.shape[1] < WINDOWS:
        return ()
    chance = chances(now, before, dispersion(before))
    chance = np.where(now >= LEAST, chance, 1.0)
    found = np.flatnonzero(let_stand(chance, rate))
    usual = before.mean(axis=1)
    marked = [Excess(int(i), int(now[i]), float(usual[i]), float(chance[i])) for i in found]
    return tuple(sorted(marked, key=lambda one: (one.chance, one.index)))
