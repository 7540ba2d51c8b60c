"""Which township and which village every fine site belongs to, from true points, extents and village lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

from geo import growth
from geo.errors import GridError
from geo.growth import Floats, Ints
from geo.hierarchy import Settlement

_EXTENT_FILL: Final = 0.55  # how much of its extent a township usually covers
_URBAN_SHARE: Final = 0.3  # area of an urban village against a rural one
_LEAST_SITES: Final = 6  # fine sites per village that even the densest township gets
_TOWN_BEND: Final = 0.16
_VILLAGE_BEND: Final = 0.10


@dataclass(frozen=True, slots=True)
class Township:
    """What is known of a township: its point and its extent (west, south, east, north), WGS-84, either may be missing."""

    code: str
    name: str
    point: tuple[float, float] | None = None
    extent: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Village:
    """What is known of a village or community: its township's code, whether it is urban, its point where published."""

    code: str
    name: str
    township: str
    settlement: Settlement = "rural"
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Ground:
    """The sites inside the outline (kilometres), their neighbours, and the way from degrees to kilometres."""

    sites: Floats
    near: list[list[int]]
    spacing: float
    kilometres: Any

    @property
    def area(self) -> float:
        """Square kilometres."""
        return len(self.sites) * self.spacing**2

    def part(self, sites: Ints) -> Ground:
        """The ground of some of the sites."""
        renumber = {site: i for i, site in enumerate(sites.tolist())}
        near = [[renumber[n] for n in self.near[site] if n in renumber] for site in renumber]
        return Ground(self.sites[sites], near, self.spacing, self.kilometres)

    def place(self, point: tuple[float, float]) -> Floats:
        """A point (lon, lat) in kilometres."""
        return np.asarray(self.kilometres(np.asarray([point], dtype=np.float64))[0])


def label_townships(ground: Ground, towns: list[Township], home: Ints, rng: Generator) -> Ints:
    """The township of every site: connected, holding its true point, near the area its extent or its villages suggest."""
    shares, middles, halves, points = _town_facts(ground, towns, np.bincount(home, minlength=len(towns)))
    bent = growth.warp(ground.sites, float(np.sqrt(ground.area / len(towns) / np.pi)), _TOWN_BEND, rng)
    away = np.square((bent[:, None, :] - middles) / halves).sum(axis=2)
    cost = growth.balance(away, shares)
    extended = np.asarray([town.extent is not None for town in towns])
    cost[(away < 0.35) & (away == away.min(axis=1, keepdims=True)) & extended] -= (
        50.0  # the middle of an extent is its own
    )
    for t, point in enumerate(points):
        lane = shapely.dwithin(
            shapely.points(ground.sites), shapely.linestrings([point, middles[t]]), 1.6 * ground.spacing
        )
        core = np.square(ground.sites - point).sum(axis=1) < (1.6 * ground.spacing) ** 2
        cost[lane, t] -= 500.0  # the way from the true point to the middle of the extent stays its own
        cost[core] += np.where(np.arange(len(towns)) == t, -1e3, 1e3)
    labels = growth.grow_evenly(cost, growth.distinct_seeds(ground.sites, points), ground.near, shares)
    return growth.fill_unreached(ground.sites, labels, labels >= 0)


def _town_facts(ground: Ground, towns: list[Township], villages: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Wished shares of the area, middles and half sizes of the extents, and points (all kilometres) of the townships."""
    weight = np.sqrt(villages.astype(np.float64))
    boxes = {t: _box(ground, town.extent) for t, town in enumerate(towns) if town.extent}
    areas = {t: _EXTENT_FILL * 4.0 * float(np.prod(half)) for t, (_, half) in boxes.items()}
    unit = float(np.median([area / weight[t] for t, area in areas.items()])) if areas else 1.0
    wished = np.asarray([areas.get(t, unit * weight[t]) for t in range(len(towns))])
    shares = np.maximum(wished / wished.sum(), villages * _LEAST_SITES / len(ground.sites))
    shares /= shares.sum()
    points = _town_points(ground, towns, boxes)
    radius = np.sqrt(shares * ground.area / (4.0 * _EXTENT_FILL))
    middles = np.asarray([0.7 * boxes[t][0] + 0.3 * points[t] if t in boxes else points[t] for t in range(len(towns))])
    halves = np.asarray([boxes[t][1] if t in boxes else (radius[t], radius[t]) for t in range(len(towns))])
    return shares, middles, halves, points


def _box(ground: Ground, extent: tuple[float, float, float, float]) -> tuple[Floats, Floats]:
    low, high = ground.place(extent[:2]), ground.place(extent[2:])
    return (low + high) / 2.0, (high - low) / 2.0


def _town_points(ground: Ground, towns: list[Township], boxes: dict[int, tuple[Floats, Floats]]) -> Floats:
    """Points of the townships; one of which nothing is known goes where no extent lies and the others are farthest."""
    placed = {t: ground.place(town.point) for t, town in enumerate(towns) if town.point}
    placed |= {t: middle for t, (middle, _) in boxes.items() if t not in placed}
    free = np.ones(len(ground.sites), dtype=np.bool_)
    for middle, half in boxes.values():
        free &= np.square((ground.sites - middle) / half).sum(axis=1) > 1.0
    for t in range(len(towns)):
        if t not in placed:
            taken = np.asarray(list(placed.values())).reshape(-1, 2)
            away = np.square(ground.sites[:, None, :] - taken).sum(axis=2).min(axis=1, initial=np.inf)
            placed[t] = ground.sites[int(np.argmax(np.where(free, away, 0.0)))]
    return np.asarray([placed[t] for t in range(len(towns))])


def label_villages(ground: Ground, town_of: Ints, towns: list[Township], places: list[Village], rng: Generator) -> Ints:
    """The village of every site: inside its township, urban ones small and near the township's point."""
    labels = np.full(len(town_of), -1, dtype=np.int64)
    for t, town in enumerate(towns):
        mine = np.flatnonzero([village.township == town.code for village in places])
        sites = np.flatnonzero(town_of == t)
        if len(sites) < len(mine):
            raise GridError("township_too_small", cell=town.code, name=town.name, villages=len(mine))
        part = ground.part(sites)
        heart = ground.place(town.point) if town.point else part.sites.mean(axis=0)
        labels[sites] = mine[_share_township(part, [places[v] for v in mine], heart, rng)]
    return labels


def _share_township(ground: Ground, places: list[Village], heart: Floats, rng: Generator) -> Ints:
    urban = np.asarray([village.settlement == "urban" for village in places])
    shares = np.where(urban, _URBAN_SHARE, 1.0) * np.exp(0.6 * (rng.random(len(places)) - 0.5))
    shares /= shares.sum()
    bent = growth.warp(ground.sites, float(np.sqrt(ground.area / len(places) / np.pi)), _VILLAGE_BEND, rng)
    fixed = np.asarray([village.point is not None for village in places])
    centres = _village_centres(ground, places, heart, urban, float(shares[urban].sum()) * ground.area)
    centres = growth.settle(bent, centres, fixed, shares, ground.area)
    return growth.share_out(bent, ground.near, centres, shares, ground.area)


def _village_centres(
    ground: Ground, places: list[Village], heart: Floats, urban: NDArray[np.bool_], urban_area: float
) -> Floats:
    """First centres: published points, urban ones spread over the disc around the heart, rural ones over the rest."""
    away = np.square(ground.sites - heart).sum(axis=1)
    core = max(int(np.searchsorted(np.sort(away), urban_area / np.pi)), int(urban.sum()))
    order = np.argsort(away, kind="stable")
    centres = np.zeros((len(places), 2))
    for near, group in ((order[:core], urban), (order[core:], ~urban)):
        room = ground.sites[near if len(near) >= group.sum() else order]
        if group.any():
            chosen = room[growth.spread(room, int(group.sum()), 0)]
            centres[group] = chosen[np.lexsort((chosen[:, 1], chosen[:, 0]))]
    for v, village in enumerate(places):
        if village.point is not None:
            centres[v] = ground.place(village.point)
    return centres
