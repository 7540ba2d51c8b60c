"""Minutes from many places to many: over the road network where one is loaded, by the labelled estimate where it has no road."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.distance import Floats, Terrain, estimate_travel
from geo.road_times import Router


@dataclass(frozen=True, slots=True)
class Places:
    """Points in WGS-84 degrees; NaN where a place is unknown."""

    lon: Floats
    lat: Floats

    @classmethod
    def of(cls, lons: ArrayLike | Sequence[float | None], lats: ArrayLike | Sequence[float | None]) -> Places:
        """Places from anything numpy takes; None counts as unknown."""
        lon, lat = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (lons, lats))
        return cls(lon, lat)

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes from each origin (row) to each place (column): inf beyond the limit, NaN where one of the two is unknown.

    `by_road` says which minutes come from the network; the others are estimates and are to be called so.
    """

    minutes: Floats
    by_road: NDArray[np.bool_]


def travel_times(
    origins: Places, places: Places, terrain: Terrain, *, router: Router | None = None, limit: float = np.inf
) -> Travel:
    """Minutes from every origin to every place, `limit` at most; `terrain` (one, or one for each place) is for the estimate."""
    if router is None:
        minutes = _estimated(origins, places, terrain)
        return Travel(_limited(minutes, limit), np.zeros(minutes.shape, dtype=bool))
    begun, ended = router.snap(origins.lon, origins.lat), router.snap(places.lon, places.lat)
    minutes = router.matrix(begun, ended, limit=limit)
    on = (begun.piece >= 0)[:, None] & (ended.piece >= 0)[None, :]
    if not on.all():
        minutes = np.where(on, minutes, _limited(_estimated(origins, places, terrain), limit))
    return Travel(minutes, on)


def soonest(
    origins: Places, places: Places, terrain: Terrain, *, router: Router | None = None, limit: float = np.inf
) -> Floats:
    """Minutes to each place from the origin that is there first: cheaper than the least of `travel_times` over the network."""
    if not len(origins):
        return np.where(np.isfinite(places.lon) & np.isfinite(places.lat), np.inf, np.nan)
    if router is None:
        return _least(_limited(_estimated(origins, places, terrain), limit))
    begun, ended = router.snap(origins.lon, origins.lat), router.snap(places.lon, places.lat)
    minutes = router.nearest(begun, ended, limit=limit)
    off, loose = ended.piece < 0, begun.piece < 0
    if not (off.any() or loose.any()):
        return minutes
    estimated = _limited(_estimated(origins, places, terrain), limit)
    estimated[np.ix_(~loose, ~off)] = np.inf
    return np.fmin(minutes, _least(estimated))


def _estimated(origins: Places, places: Places, terrain: Terrain) -> Floats:
    return estimate_travel(
        origins.lon[:, None], origins.lat[:, None], places.lon[None, :], places.lat[None, :], terrain
    ).minutes


def _limited(minutes: Floats, limit: float) -> Floats:
    return np.asarray(np.where(minutes > limit, np.inf, minutes))


def _least(minutes: Floats) -> Floats:
    """The least of each column, NaN where a column holds no number."""
    known = np.where(np.isnan(minutes), np.inf, minutes).min(axis=0)
    return np.asarray(np.where(np.isnan(minutes).all(axis=0), np.nan, known))
