"""The demonstration grid: drawn from a true outline, true places and true village lists, and marked illustrative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

from geo import edges, growth
from geo.allotment import Ground, Township, Village, label_townships, label_villages
from geo.errors import GridError
from geo.growth import Ints
from geo.hierarchy import Cell, Hierarchy, Settlement

__all__ = ["Region", "Township", "Village", "draw_county"]

SITES_PER_VILLAGE: Final = 24
_ATTEMPTS: Final = 5
_POSITIONS: Final = {"东": (1.0, 0.0), "西": (-1.0, 0.0), "南": (0.0, -1.0), "北": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Region:
    """A region by industry layout; without `townships` the contiguous group is chosen."""

    name: str
    townships: tuple[str, ...] = ()


def draw_county(
    outline: Any,
    townships: Sequence[Township],
    villages: Sequence[Village],
    seed: int,
    regions: Sequence[Region] | None = None,
    *,
    sections: bool = True,
    code: str,
    name: str,
) -> Hierarchy:
    """Draw the grid of county `code` inside `outline` (shapely, WGS-84): the same for the same seed, children tile parents.

    Levels: county, regions if any, townships, sections if wanted, villages. Raises `GridError` (empty_geometry, empty_township,
    region_unknown_township) for facts that do not fit.
    """
    towns, places = sorted(townships, key=lambda t: t.code), sorted(villages, key=lambda v: v.code)
    _refuse_misfits(outline, towns, places, regions)
    home = _home_of(towns, places)
    shapes = np.asarray(_first_that_fits(outline, towns, places, home, seed), dtype=object)
    town_shapes = np.asarray([shapely.coverage_union_all(shapes[home == t]) for t in range(len(towns))], dtype=object)
    tree = _Tree(code, name, shapely.coverage_union_all(shapes))
    above = _draw_regions(tree, towns, town_shapes, regions)
    for t, town in enumerate(towns):
        tree.add(town.code, town.name, above[t], town_shapes[t])
        mine = np.flatnonzero(home == t)
        parents = _draw_sections(tree, town, town_shapes[t], shapes[mine]) if sections else [town.code] * len(mine)
        for v, parent in zip(mine.tolist(), parents, strict=True):
            tree.add(places[v].code, places[v].name, parent, shapes[v], places[v].settlement)
    return Hierarchy(tree.cells.values())


class _Tree:
    """Cells being gathered; levels follow from the parents."""

    def __init__(self, code: str, name: str, outline: Any) -> None:
        self.cells = {code: Cell(code, name, 0, None, shapely.normalize(outline), illustrative=False)}
        self.root = code

    def add(self, code: str, name: str, parent: str, geometry: Any, settlement: Settlement = "rural") -> None:
        if code in self.cells:
            raise GridError("duplicate_code", cell=code, name=name)
        level = self.cells[parent].level + 1
        self.cells[code] = Cell(code, name, level, parent, shapely.normalize(geometry), settlement, illustrative=True)


def _refuse_misfits(
    outline: Any, towns: list[Township], places: list[Village], regions: Sequence[Region] | None
) -> None:
    if shapely.is_empty(outline) or not shapely.is_valid(outline):
        raise GridError("empty_geometry", cell="", name="")
    known = {town.code for town in towns}
    for village in places:
        if village.township not in known:
            raise GridError("orphan", cell=village.code, name=village.name, parent=village.township)
    for town in towns:
        if all(village.township != town.code for village in places):
            raise GridError("empty_township", cell=town.code, name=town.name)
    named = [code for region in regions or () for code in region.townships]
    if named and sorted(named) != sorted(known):
        raise GridError("region_unknown_township", cells=", ".join(sorted(known.symmetric_difference(named))) or "2×")


def _home_of(towns: list[Township], places: list[Village]) -> Ints:
    index = {town.code: t for t, town in enumerate(towns)}
    return np.asarray([index[village.township] for village in places], dtype=np.int64)


def _first_that_fits(outline: Any, towns: list[Township], places: list[Village], home: Ints, seed: int) -> list[Any]:
    """Village shapes of the first of a few draws in which every township has room for its villages."""
    for attempt in range(_ATTEMPTS):
        try:
            return _village_shapes(outline, towns, places, home, np.random.default_rng([seed, attempt]))
        except GridError as refusal:
            last = refusal
    raise last


def _village_shapes(
    outline: Any, towns: list[Township], places: list[Village], home: Ints, rng: Generator
) -> list[Any]:
    """One polygon per village, together tiling the outline."""
    middle = shapely.centroid(outline)
    degrees, kilometres = edges.to_degrees((middle.x, middle.y))
    plane = growth.fine_plane(shapely.transform(outline, kilometres), SITES_PER_VILLAGE * len(places), rng)
    inner = np.flatnonzero(plane.inside)
    renumber = np.full(len(plane.sites), -1)
    renumber[inner] = np.arange(len(inner))
    pairs = renumber[plane.ridges]
    near = growth.neighbours_of(pairs[(pairs >= 0).all(axis=1)], len(inner))
    ground = Ground(plane.sites[inner], near, plane.spacing, kilometres)
    town_of = label_townships(ground, towns, home, rng)
    labels = np.full(len(plane.sites), -1, dtype=np.int64)
    labels[inner] = label_villages(ground, town_of, towns, places, rng)
    labels = growth.fill_unreached(plane.sites, labels, plane.inside)
    lines = degrees(edges.roughen(edges.border_segments(plane, labels), rng))
    faces = edges.faces_of(outline, lines)
    marks = degrees(np.concatenate([edges.hearts(plane), plane.sites[inner]]))
    return edges.cells_of(faces, marks, np.concatenate([labels, labels[inner]]), len(places))


def _draw_regions(
    tree: _Tree, towns: list[Township], shapes: NDArray[np.object_], regions: Sequence[Region] | None
) -> list[str]:
    """Add the regions; returns the parent code of every township."""
    if not regions:
        return [tree.root] * len(towns)
    listed = {code: r for r, region in enumerate(regions) for code in region.townships}
    group = np.asarray([listed[t.code] for t in towns]) if listed else _contiguous(shapes, len(regions))
    codes = [f"{tree.root[:6]}R{r + 1}" for r in range(len(regions))]
    for r, region in enumerate(regions):
        tree.add(codes[r], region.name, tree.root, shapely.coverage_union_all(shapes[group == r]))
    return [codes[r] for r in group]


def _contiguous(shapes: NDArray[np.object_], count: int) -> Ints:
    """Group neighbouring shapes into `count` connected groups of about equal number."""
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    near = growth.neighbours_of(edges.touching(shapes), len(shapes))
    first = int(np.argmin(middles.sum(axis=1)))
    centres = middles[growth.spread(middles, count, first)]
    even, area = np.full(count, 1.0 / count), float(shapely.area(shapes).sum())
    centres = growth.settle(middles, centres, np.zeros(count, dtype=np.bool_), even, area)
    return growth.share_out(middles, near, centres, even, area)


def _draw_sections(tree: _Tree, town: Township, outline: Any, shapes: NDArray[np.object_]) -> list[str]:
    """Add two to four sections named by position; returns the parent code of every village."""
    count = min(max(round(len(shapes) / 10), 2), 4, len(shapes))
    group = _contiguous(shapes, count)
    unions = [shapely.coverage_union_all(shapes[group == s]) for s in range(count)]
    names = _positions(shapely.centroid(outline), [shapely.centroid(union) for union in unions])
    codes = {}
    for rank, s in enumerate(sorted(range(count), key=lambda s: "东南西北".index(names[s]))):
        codes[s] = f"{town.code[:9]}S{rank + 1}"
        tree.add(codes[s], f"{town.name}{names[s]}片区", town.code, unions[s])
    return [codes[int(s)] for s in group]


def _positions(middle: Any, centres: list[Any]) -> list[str]:
    """East, south, west or north for every section, each once, so that the names fit the places best."""
    offsets = [(float(c.x - middle.x), float(c.y - middle.y)) for c in centres]

    def fit(names: Sequence[str]) -> float:
        compass = [_POSITIONS[name] for name in names]
        return sum(dx * ex + dy * ey for (dx, dy), (ex, ey) in zip(offsets, compass, strict=True))

    return max((list(names) for names in permutations(_POSITIONS, len(centres))), key=fit)
