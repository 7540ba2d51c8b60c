"""Great-circle metres and an estimate of minutes on the road, for arrays; stated as an estimate, not as a route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Method = Literal["straight_line_detour"]
EARTH_RADIUS_M: Final = 6_371_008.8  # mean radius, IUGG


@dataclass(frozen=True, slots=True)
class Terrain:
    """How roads relate to the straight line: `detour` (road metres per straight metre) and `speed_kmh`, one or one a place.

    Which terrain has which is a planning assumption of the profile (`travel.detour`, `travel.terrain`, `travel.speed`).
    """

    detour: float | Floats
    speed_kmh: float | Floats


@dataclass(frozen=True, slots=True)
class TravelEstimate:
    """Estimated minutes and road metres, broadcast over the inputs, and the method that gave them."""

    minutes: Floats
    metres: Floats
    method: Method = "straight_line_detour"


def metres_between(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Great-circle metres between WGS-84 degrees (haversine on the mean sphere, within 0.6 % of the ellipsoid); broadcasts."""
    x1, y1, x2, y2 = (np.radians(np.asarray(v, dtype=np.float64)) for v in (lon1, lat1, lon2, lat2))
    half = np.sin((y2 - y1) / 2.0) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2.0) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def estimate_travel(
    lon1: ArrayLike,
    lat1: ArrayLike,
    lon2: ArrayLike,
    lat2: ArrayLike,
    terrain: Terrain,
) -> TravelEstimate:
    """Minutes and metres by straight line times the detour of `terrain` at its speed; broadcasts like numpy."""
    metres = metres_between(lon1, lat1, lon2, lat2) * terrain.detour
    return TravelEstimate(minutes=np.asarray(metres * 60.0 / (terrain.speed_kmh * 1000.0)), metres=np.asarray(metres))
