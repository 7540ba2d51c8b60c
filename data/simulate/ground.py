"""The ground of a demonstration: cells with their weight, seats of townships, and points that truly lie in their cell."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from data.county import County
from data.simulate.chance import arrays
from geo.hierarchy import Cell

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
URBAN_PULL: Final = 3.0  # leads of an urban cell for one of a rural cell
SEAT_PULL: Final = 3.5  # the same for the cell in which the township has its seat
SPOTS: Final = 3  # places in a cell where leads gather
SPOT_SPREAD: Final = 0.0011  # degrees, about 110 m
TRIES: Final = 40
RING: Final = (0.014, 0.03)  # degrees beyond the outline of leads from outside: farther than any datum's shift
_SHORT: Final = ((r"村村(民?委|民)[员会]*$", "村"), (r"村(民?委|民)[员会]*$", "村"), (r"(居民?委|居民)[员会]*$", ""))


def short_name(name: str) -> str:
    """How people call a village: 后溪村委会 → 后溪村, 王坦社区居委会 → 王坦社区."""
    for ending, kept in _SHORT:
        name = re.sub(ending, kept, name)
    return name


@dataclass(frozen=True)
class Ground:
    """Leaves of a county's grid in the order of codes, drawn on with a seed."""

    county: County
    seed: int

    @cached_property
    def leaves(self) -> tuple[Cell, ...]:
        """The finest cells."""
        return self.county.hierarchy.leaves()

    @cached_property
    def townships(self) -> tuple[str, ...]:
        """Codes of the township cells."""
        return tuple(cell.code for cell in self.county.townships)

    @cached_property
    def township_of(self) -> tuple[str, ...]:
        """Township of each leaf."""
        return tuple(self.county.township_of(leaf.code) or leaf.code for leaf in self.leaves)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each leaf is called by people."""
        return tuple(short_name(leaf.name) for leaf in self.leaves)

    @cached_property
    def urban(self) -> NDArray[np.bool_]:
        """Which leaves count as town."""
        return np.array([leaf.settlement == "urban" for leaf in self.leaves])

    @cached_property
    def centres(self) -> Floats:
        """A point inside each leaf, (n, 2) degrees."""
        points = shapely.point_on_surface(np.array([leaf.geometry for leaf in self.leaves], dtype=object))
        return np.asarray(shapely.get_coordinates(points), dtype=np.float64)

    @cached_property
    def seats(self) -> dict[str, int]:
        """Index of the leaf in which each township has its seat: an urban one, else the one nearest its middle."""
        return {code: self._seat(code) for code in self.townships}

    def _seat(self, code: str) -> int:
        mine = np.flatnonzero(np.array(self.township_of) == code)
        town = mine[self.urban[mine]]
        pool = town if len(town) else mine
        middle = self.county.hierarchy[code].geometry.centroid
        away = np.hypot(self.centres[pool, 0] - middle.x, self.centres[pool, 1] - middle.y)
        return int(pool[int(np.argmin(away))])

    @cached_property
    def weights(self) -> Floats:
        """Relative number of leads of each leaf: towns, seats and urban villages draw more, and chance does the rest."""
        rng = arrays(self.seed, self.county.code, "weights")
        weights = rng.lognormal(0.0, 0.45, len(self.leaves)) * np.where(self.urban, URBAN_PULL, 1.0)
        weights[list(self.seats.values())] *= SEAT_PULL
        return np.asarray(weights / weights.sum(), dtype=np.float64)

    def share_of(self, township: str) -> float:
        """Share of the county's leads that a township draws."""
        return float(self.weights[np.array(self.township_of) == township].sum())

    def points(self, leaves: Indices, *names: str) -> Floats:
        """One point strictly inside each of `leaves` (indices), gathered around a few spots of the cell; (n, 2)."""
        rng = arrays(self.seed, self.county.code, "points", *names)
        found = self.centres[leaves].copy()
        for leaf in np.unique(leaves):
            where = np.flatnonzero(leaves == leaf)
            found[where] = self._inside(int(leaf), len(where), rng)
        return found

    def _inside(self, leaf: int, count: int, rng: np.random.Generator) -> Floats:
        geometry = self.leaves[leaf].geometry
        shapely.prepare(geometry)
        west, south, east, north = geometry.bounds
        spots = self._spots(leaf)
        kept: list[Floats] = []
        missing = count
        for _ in range(TRIES):
            if missing <= 0:
                break
            size = max(16, 4 * missing)
            wide = np.column_stack([rng.uniform(west, east, size), rng.uniform(south, north, size)])
            near = spots[rng.integers(0, len(spots), size)] + rng.normal(0.0, SPOT_SPREAD, (size, 2))
            tried: Floats = np.where(rng.random(size)[:, None] < 0.65, near, wide).round(6)
            inside = tried[shapely.contains_xy(geometry, tried[:, 0], tried[:, 1])][:missing]
            kept.append(inside)
            missing -= len(inside)
        rest = np.repeat(self.centres[leaf][None, :], max(0, missing), axis=0)
        return np.concatenate([*kept, rest])

    def _spots(self, leaf: int) -> Floats:
        rng = arrays(self.seed, self.county.code, "spots", self.leaves[leaf].code)
        west, south, east, north = self.leaves[leaf].geometry.bounds
        drawn = np.column_stack([rng.uniform(west, east, SPOTS), rng.uniform(south, north, SPOTS)])
        return np.concatenate([self.centres[leaf][None, :], drawn])

    def outside(self, count: int) -> Floats:
        """Points a little beyond the county: leads that cannot be located, (n, 2) degrees."""
        rng, ring = arrays(self.seed, self.county.code, "outside"), _around(self.county.hierarchy.root.geometry)
        west, south, east, north = ring.bounds
        kept: list[Floats] = [np.empty((0, 2))]
        while sum(map(len, kept)) < count:
            tried = np.column_stack([rng.uniform(west, east, 64), rng.uniform(south, north, 64)]).round(6)
            kept.append(tried[shapely.contains_xy(ring, tried[:, 0], tried[:, 1])])
        return np.concatenate(kept)[:count]

    def square_metres(self, cells: Sequence[Cell]) -> Floats:
        """Area of cells: degrees stretched by the middle latitude of each (within 0.3 % for a township)."""
        shapes = np.array([cell.geometry for cell in cells], dtype=object)
        middle = shapely.bounds(shapes)
        latitude = np.radians((middle[:, 1] + middle[:, 3]) / 2)
        metres = 111_195.0**2 * np.cos(latitude)
        return np.asarray(shapely.area(shapes) * metres, dtype=np.float64)


@lru_cache(maxsize=8)
def _around(outline: Any) -> Any:
    """The ring beyond an outline, worked out once for each county: half a second."""
    return outline.buffer(RING[1], 4).difference(outline.buffer(RING[0], 4))


def metres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Metres between two near points, flat: fast enough for a year of dispatching."""
    east = (lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 111_195.0 * math.hypot(east, lat2 - lat1)
