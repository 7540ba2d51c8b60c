"""Who is where in time: places reached from units within their minutes, what is lost when a unit leaves, where one is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.distance import Floats

Truths = NDArray[np.bool_]
EXACT_MOST: Final = 200_000
"""Pairs of a candidate and a place it would reach, up to which the best places are searched exactly."""
SECONDS: Final = 2.0  # that the exact search may take


@dataclass(frozen=True, slots=True)
class Coverage:
    """Places reached in time: `reached` by place, the unit soonest there (row, -1: none known) and its minutes, the share.

    `share` is of the weights of all places; NaN when there is none.
    """

    reached: Truths
    unit: NDArray[np.int64]
    minutes: Floats
    covered: float
    total: float

    @property
    def share(self) -> float:
        """Reached of all, 0 to 1."""
        return self.covered / self.total if self.total else float("nan")


def cover(minutes: Floats, within: ArrayLike, weights: ArrayLike | None = None) -> Coverage:
    """Coverage of places (columns) by units (rows) from their `minutes`; `within`: minutes allowed, one or one a place."""
    places = minutes.shape[1]
    weight = _weights(weights, places)
    known = np.where(np.isnan(minutes), np.inf, minutes)
    if not len(known):
        nobody = np.full(places, -1)
        return Coverage(np.zeros(places, dtype=bool), nobody, np.full(places, np.inf), 0.0, float(weight.sum()))
    unit = known.argmin(axis=0)
    soonest = known[unit, np.arange(places)]
    reached = soonest <= np.broadcast_to(np.asarray(within, dtype=np.float64), places)
    unit = np.where(np.isfinite(soonest), unit, -1)
    return Coverage(reached, unit, soonest, float(weight[reached].sum()), float(weight.sum()))


def _weights(weights: ArrayLike | None, places: int) -> Floats:
    return np.ones(places) if weights is None else np.asarray(weights, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Loss:
    """What only one unit reaches in time: the places (columns) and their weight together."""

    places: NDArray[np.int64]
    weight: float


def losses(minutes: Floats, within: ArrayLike, weights: ArrayLike | None = None) -> tuple[Loss, ...]:
    """For each unit (row), the places nobody else reaches in time: what is uncovered if it leaves."""
    allowed = np.broadcast_to(np.asarray(within, dtype=np.float64), minutes.shape[1])
    weight = _weights(weights, minutes.shape[1])
    in_time = minutes <= allowed[None, :]  # NaN is not in time
    alone = in_time & (in_time.sum(axis=0) == 1)[None, :]
    rows = (np.flatnonzero(row) for row in alone)
    return tuple(Loss(places, float(weight[places].sum())) for places in rows)


@dataclass(frozen=True, slots=True)
class Siting:
    """Where units would reach most of what is not reached: candidates (rows) in order of their gain, each gain and the total.

    `bound` is what no choice of as many can exceed; where `method` is `exact` and the search ended, it is the total itself.
    """

    chosen: tuple[int, ...]
    gains: tuple[float, ...]
    gained: float
    bound: float
    method: Literal["exact", "greedy"]

    @property
    def proven(self) -> bool:
        """Whether no other choice is better."""
        return self.gained >= self.bound - 1e-9 * max(1.0, self.bound)


def best_places(
    minutes: Floats, within: ArrayLike, already: Truths, units: int = 1, weights: ArrayLike | None = None
) -> Siting:
    """The `units` candidates (rows of `minutes`) that reach most weight of the places not reached `already`.

    Maximal covering location (Church & ReVelle 1974): by integer programming where it is small, else by taking the best
    one after the other, which gives at least 63 % of the best (Nemhauser, Wolsey & Fisher 1978); the bound is stated.
    """
    allowed = np.broadcast_to(np.asarray(within, dtype=np.float64), minutes.shape[1])
    open_ = ~np.asarray(already, dtype=bool)
    gain = (minutes <= allowed[None, :])[:, open_]
    weight = _weights(weights, minutes.shape[1])[open_]
    units = min(units, len(gain))
    greedy = _greedy(gain, weight, units)
    if units <= 1 or greedy.proven or int(gain.sum()) > EXACT_MOST:
        return greedy
    return _exact(gain, weight, units, greedy)


def _greedy(gain: Truths, weight: Floats, units: int) -> Siting:
    """One after the other; the bound is what was gained and the `units` best gains that are left (submodularity)."""
    left, chosen, gains = np.ones(len(weight), dtype=bool), [], []
    for _ in range(units):
        each = gain[:, left] @ weight[left]
        best = int(each.argmax())
        if each[best] <= 0.0:
            break
        chosen.append(best)
        gains.append(float(each[best]))
        left &= ~gain[best]
    gained = float(sum(gains))
    if len(chosen) <= 1 and units <= 1:
        return Siting(tuple(chosen), tuple(gains), gained, gained, "exact")
    rest = np.sort(gain[:, left] @ weight[left])[::-1][:units]
    most = float(weight[gain.any(axis=0)].sum())
    return Siting(tuple(chosen), tuple(gains), gained, min(most, gained + float(rest.sum())), "greedy")


def _exact(gain: Truths, weight: Floats, units: int, greedy: Siting) -> Siting:
    """Integer programme: places y, candidates x; y ≤ Σ x that reach it, Σ x ≤ units, most Σ weight · y."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack, identity

    groups, merged = _merged(gain, weight)
    candidates, places = groups.shape
    reach = hstack([-csr_array(groups.T.astype(np.float64)), identity(places)])
    count = csr_array(np.concatenate([np.ones(candidates), np.zeros(places)])[None, :])
    found = milp(
        c=np.concatenate([np.zeros(candidates), -merged]),
        integrality=np.concatenate([np.ones(candidates), np.zeros(places)]),
        bounds=Bounds(0.0, 1.0),
        constraints=[LinearConstraint(reach, -np.inf, 0.0), LinearConstraint(count, -np.inf, float(units))],
        options={"time_limit": SECONDS},
    )
    if found.x is None:
        return greedy
    chosen = np.flatnonzero(found.x[:candidates] > 0.5)
    ordered = _greedy(gain[chosen], weight, len(chosen))
    bound = min(greedy.bound, -float(found.mip_dual_bound if found.mip_dual_bound is not None else found.fun))
    if ordered.gained < greedy.gained:
        return Siting(greedy.chosen, greedy.gains, greedy.gained, max(bound, greedy.gained), "greedy")
    order = tuple(int(chosen[i]) for i in ordered.chosen)
    return Siting(order, ordered.gains, ordered.gained, max(bound, ordered.gained), "exact")


def _merged(gain: Truths, weight: Floats) -> tuple[Truths, Floats]:
    """Places that the same candidates reach count as one; those nobody reaches are left out."""
    columns, number = np.unique(gain, axis=1, return_inverse=True)
    together = np.zeros(columns.shape[1])
    np.add.at(together, number.ravel(), weight)
    some = columns.any(axis=0) & (together > 0.0)
    return columns[:, some], together[some]
