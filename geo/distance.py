"""Great-circle metres and an estimate of minutes on the road, for arrays; stated as an estimate, not as a route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
TerrainClass = Literal["urban", "plain", "hill", "mountain"]
Method = Literal["straight_line_detour"]
EARTH_RADIUS_M: Final = 6_371_008.8  # mean radius, IUGG


@dataclass(frozen=True, slots=True)
class Terrain:
    """How roads of one terrain class relate to the straight line: `detour` (road metres per straight metre) and `speed_kmh`."""

    detour: float
    speed_kmh: float


# Planning assumptions, to be replaced by a county's own figures: towns are dense but slow, mountain roads wind.
TERRAINS: Final[Mapping[TerrainClass, Terrain]] = {
    "urban": Terrain(1.30, 25.0),
    "plain": Terrain(1.30, 40.0),
    "hill": Terrain(1.45, 35.0),
    "mountain": Terrain(1.80, 30.0),
}


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
    terrain: Terrain | TerrainClass = "plain",
) -> TravelEstimate:
    """Minutes and metres by straight line times the detour of `terrain` at its speed; broadcasts like numpy."""
    road = TERRAINS[terrain] if isinstance(terrain, str) else terrain
    metres = metres_between(lon1, lat1, lon2, lat2) * road.detour
    return TravelEstimate(minutes=np.asarray(metres * 60.0 / (road.speed_kmh * 1000.0)), metres=np.asarray(metres))
