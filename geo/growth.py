"""Sharing out a plane of fine sites among cells: connected, near their wished areas, the same for the same seed."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
_BALANCE_ROUNDS: Final = 40
_ABREAST: Final = 0.6  # share of its wish that every cell takes before the cheapest goes first
_GROWTH_ROUNDS: Final = 8
_LLOYD_ROUNDS: Final = 6


@dataclass(frozen=True)
class Plane:
    """Fine sites (kilometres) with their Voronoi diagram: `ridges` join sites, `ridge_ends` are its vertices (-1 = infinite)."""

    sites: Floats
    inside: Truths
    vertices: Floats
    ridges: Ints
    ridge_ends: Ints
    spacing: float


def fine_plane(outline: Any, count: int, rng: Generator) -> Plane:
    """About `count` jittered sites inside `outline` (shapely, kilometres) and a fringe outside it."""
    from scipy.spatial import Voronoi

    spacing = float(np.sqrt(outline.area / count))
    west, south, east, north = shapely.buffer(outline, 3.0 * spacing).bounds
    rows, columns = int((north - south) / spacing) + 1, int((east - west) / spacing) + 1
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2).astype(np.float64)
    grid[:, 0] += 0.5 * (grid[:, 1] % 2.0)  # staggered rows: hexagons rather than squares before the jitter
    sites = (grid + 0.8 * (rng.random(grid.shape) - 0.5)) * spacing + (west, south)
    shapely.prepare(fringe := shapely.buffer(outline, 2.5 * spacing, quad_segs=2))
    sites = sites[shapely.contains_xy(fringe, sites[:, 0], sites[:, 1])]
    shapely.prepare(outline)
    inside = np.asarray(shapely.contains_xy(outline, sites[:, 0], sites[:, 1]))
    diagram = Voronoi(sites)
    ends = np.asarray(diagram.ridge_vertices, dtype=np.int64)
    return Plane(sites, inside, diagram.vertices, diagram.ridge_points.astype(np.int64), ends, spacing)


def neighbours_of(pairs: Ints, count: int) -> list[list[int]]:
    """Adjacency lists of `count` nodes from an array of pairs, each list in ascending order."""
    found: list[list[int]] = [[] for _ in range(count)]
    for a, b in pairs.tolist():
        found[a].append(b)
        found[b].append(a)
    return [sorted(nodes) for nodes in found]


def warp(points: Floats, reach: float, bend: float, rng: Generator) -> Floats:
    """Points (kilometres) displaced by a smooth random field of about `bend` × `reach`, so that distances draw bent borders."""
    moved = points.copy()
    for octave in (1.0, 2.0, 4.0):
        for axis in (0, 1):
            angle, phase = rng.random(3) * 2.0 * np.pi, rng.random(3) * 2.0 * np.pi
            for a, p in zip(angle, phase, strict=True):
                along = points[:, 0] * np.cos(a) + points[:, 1] * np.sin(a)
                moved[:, axis] += reach * bend / octave**1.5 * np.sin(along * octave * 2.2 / reach + p)
    return moved


def balance(cost: Floats, shares: Floats, rounds: int = _BALANCE_ROUNDS) -> Floats:
    """`cost` (sites × cells, about 1 at a cell's edge) with additive weights so that cells get about `shares` of the sites."""
    weights = np.zeros(cost.shape[1])
    for turn in range(rounds):
        got = np.bincount(np.argmin(cost - weights, axis=1), minlength=cost.shape[1]) / len(cost)
        weights += 0.6 * (1.0 - turn / rounds) * np.clip(1.0 - got / shares, -1.5, 1.0)
    return np.asarray(cost - weights)


def grow(
    cost: Floats, seeds: Sequence[int], neighbours: Sequence[Sequence[int]], quota: Sequence[int] | None = None
) -> Ints:
    """Label every site, cells growing from their seed over neighbours, cheapest first: each cell is connected; -1 = unreached.

    With `quota` all cells first grow abreast to that number of sites, so that none is walled in while small.
    """
    labels = [-1] * len(cost)
    price = cost.tolist()
    fronts: list[list[tuple[float, int]]] = [[(-np.inf, site)] for site in seeds]
    for cell in _abreast(quota or [1] * len(seeds)):
        site = _cheapest_free(fronts[cell], labels)
        if site is not None:
            labels[site] = cell
            for near in neighbours[site]:
                heapq.heappush(fronts[cell], (price[near][cell], near))
    heap = [(dear, site, cell) for cell, front in enumerate(fronts) for dear, site in front]
    heapq.heapify(heap)
    while heap:
        _, site, cell = heapq.heappop(heap)
        if labels[site] >= 0:
            continue
        labels[site] = cell
        for near in neighbours[site]:
            if labels[near] < 0:
                heapq.heappush(heap, (price[near][cell], near, cell))
    return np.asarray(labels, dtype=np.int64)


def _abreast(quota: Sequence[int]) -> list[int]:
    """The order in which cells take their quota, each at its own pace so that all finish together."""
    turns = [(turn / wanted, cell) for cell, wanted in enumerate(quota) for turn in range(wanted)]
    return [cell for _, cell in sorted(turns)]


def _cheapest_free(front: list[tuple[float, int]], labels: list[int]) -> int | None:
    while front:
        _, site = heapq.heappop(front)
        if labels[site] < 0:
            return site
    return None


def grow_evenly(cost: Floats, seeds: Sequence[int], neighbours: Sequence[Sequence[int]], shares: Floats) -> Ints:
    """Grow again and again, cheaper for cells that got less than their share, until all are within a tenth; the best is kept."""
    quota = np.ceil(_ABREAST * shares * len(cost)).astype(np.int64).tolist()
    best, least, price = np.empty(0, dtype=np.int64), np.inf, cost
    for _ in range(_GROWTH_ROUNDS):
        labels = grow(price, seeds, neighbours, quota)
        ratio = np.bincount(labels[labels >= 0], minlength=len(shares)) / len(cost) / shares
        if (worst := float(np.abs(np.log(ratio)).max())) < least:
            best, least = labels, worst
        if worst < 0.1:
            break
        price = price + 0.5 * np.clip(np.log(ratio), -1.0, 1.0)
    return best


def fill_unreached(points: Floats, labels: Ints, known: Truths) -> Ints:
    """Labels where `known`, elsewhere the label of the nearest known point."""
    from scipy.spatial import cKDTree

    if known.all():
        return labels
    filled = labels.copy()
    filled[~known] = labels[known][cKDTree(points[known]).query(points[~known])[1]]
    return filled


def distinct_seeds(points: Floats, wished: Floats) -> list[int]:
    """For every wished place the nearest site that no earlier cell has taken; needs at least as many sites as places."""
    taken: dict[int, None] = {}
    for place in wished:
        away = np.square(points - place).sum(axis=1)
        away[list(taken)] = np.inf
        taken[int(np.argmin(away))] = None
    return list(taken)


def squared_reach(points: Floats, centres: Floats, shares: Floats, area: float) -> Floats:
    """Squared distance of sites to centres over the squared radius of a disc of the wished share: 1 at the disc's edge."""
    away = np.square(points[:, None, :] - centres[None, :, :]).sum(axis=2)
    return np.asarray(away / (shares * area / np.pi))


def settle(points: Floats, centres: Floats, fixed: Truths, shares: Floats, area: float) -> Floats:
    """Centres moved, except the fixed ones, to the middle of what they get, several times over: even cells."""
    centres = centres.copy()
    for _ in range(_LLOYD_ROUNDS):
        got = np.argmin(balance(squared_reach(points, centres, shares, area), shares, 12), axis=1)
        count = np.maximum(np.bincount(got, minlength=len(centres)), 1)
        middle = np.column_stack([np.bincount(got, points[:, axis], len(centres)) / count for axis in (0, 1)])
        move = ~fixed & (np.bincount(got, minlength=len(centres)) > 0)
        centres[move] = middle[move]
    return centres


def share_out(points: Floats, neighbours: list[list[int]], centres: Floats, shares: Floats, area: float) -> Ints:
    """Label points by cell: connected, near the wished shares, around the centres."""
    cost = balance(squared_reach(points, centres, shares, area), shares)
    labels = grow(cost, distinct_seeds(points, centres), neighbours)
    return fill_unreached(points, labels, labels >= 0)


def spread(points: Floats, count: int, first: int) -> list[int]:
    """`count` points far from one another, beginning with `first`: each next one is the farthest from those taken."""
    chosen = [first]
    away = np.square(points - points[first]).sum(axis=1)
    while len(chosen) < count:
        chosen.append(int(np.argmax(away)))
        away = np.minimum(away, np.square(points - points[chosen[-1]]).sum(axis=1))
    return chosen
