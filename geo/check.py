"""Faults of a grid that a user gives: every one is named with its cell and measured, none is silently mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinates import DATUMS, Datum, geometry_to_wgs84, in_china_box
from geo.distance import EARTH_RADIUS_M, metres_between
from geo.hierarchy import DEEPEST, Cell

FaultCode = Literal[
    "no_cells",
    "duplicate_code",
    "empty_geometry",
    "invalid_geometry",
    "not_degrees",
    "swapped_axes",
    "other_datum",
    "no_county",
    "several_counties",
    "orphan",
    "level_skipped",
    "too_deep",
    "gap",
    "overlap",
    "outside_parent",
]
TOLERANCE_M2: Final = 1.0
_BETTER_FIT: Final = 0.005  # by how much the fit to the outline must rise before another datum is suspected


@dataclass(frozen=True, slots=True)
class GridFault:
    """One fault: `code` (a key of the catalogue area `errors_geo`), the cell, the measured amount, and what its sentence needs.

    Amount: m² for gap, overlap, outside_parent; metres for other_datum; degrees for not_degrees; else how many.
    """

    code: FaultCode
    cell: str = ""
    amount: float = 1.0
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """Everything the sentence `errors_geo.<code>` may name."""
        return {"cell": self.cell, "amount": self.amount, "name": "", **self.params}


def check_grid(
    cells: Sequence[Cell], outline: Any | None = None, *, tolerance_m2: float = TOLERANCE_M2
) -> list[GridFault]:
    """Every fault of the grid, ordered by kind and code; `outline` (WGS-84) is the county against which the datum is judged.

    Areas are compared only when the tree, the geometries and the axes are sound.
    """
    if not cells:
        return [GridFault("no_cells", amount=0.0)]
    ordered = sorted(cells, key=lambda cell: cell.code)
    geometries = np.array([cell.geometry for cell in ordered], dtype=object)
    faults = [*_tree_faults(ordered), *_geometry_faults(ordered, geometries), *_axis_faults(geometries)]
    if faults:
        return faults
    if outline is not None:
        faults.extend(_datum_faults(ordered, outline))
    return [*faults, *_area_faults(ordered, tolerance_m2)]


def _tree_faults(cells: list[Cell]) -> Iterator[GridFault]:
    for code, same in groupby(cells, key=lambda cell: cell.code):
        names = [cell.name for cell in same]
        if len(names) > 1:
            yield GridFault("duplicate_code", code, float(len(names)), {"name": " / ".join(names)})
    roots = sorted({cell.code for cell in cells if cell.level == 0})
    if not roots:
        yield GridFault("no_county", amount=0.0)
    if len(roots) > 1:
        yield GridFault("several_counties", roots[0], float(len(roots)), {"cells": ", ".join(roots)})
    yield from _place_faults(cells)


def _place_faults(cells: list[Cell]) -> Iterator[GridFault]:
    levels = {cell.code: cell.level for cell in cells}
    for cell in cells:
        facts = {"name": cell.name, "level": cell.level, "parent": cell.parent or "—", "deepest": DEEPEST}
        above = levels.get(cell.parent or "")
        if not 0 <= cell.level <= DEEPEST:
            yield GridFault("too_deep", cell.code, float(cell.level), facts)
        elif cell.level > 0 and above is None:
            yield GridFault("orphan", cell.code, 1.0, facts)
        elif cell.level > 0 and above is not None and cell.level != above + 1:
            yield GridFault("level_skipped", cell.code, float(cell.level - above - 1), facts)


def _geometry_faults(cells: list[Cell], geometries: NDArray[np.object_]) -> Iterator[GridFault]:
    polygonal = np.isin(shapely.get_type_id(geometries), (3, 6)) & ~shapely.is_empty(geometries)
    valid = shapely.is_valid(geometries)
    for cell, geometry, area_like, sound in zip(cells, geometries, polygonal, valid, strict=True):
        if not area_like:
            yield GridFault("empty_geometry", cell.code, 0.0, {"name": cell.name})
        elif not sound:
            yield GridFault("invalid_geometry", cell.code, 1.0, {"name": cell.name, "why": _why(geometry)})


def _why(geometry: Any) -> str:
    return str(shapely.is_valid_reason(geometry))


def _axis_faults(geometries: NDArray[np.object_]) -> Iterator[GridFault]:
    west, south, east, north = shapely.total_bounds(geometries)
    if not np.isfinite([west, south, east, north]).all():
        return
    if in_china_box(south, west) and in_china_box(north, east) and not in_china_box(west, south):
        yield GridFault("swapped_axes", amount=float(len(geometries)), params={"lon": west, "lat": south})
    elif max(abs(west), abs(east)) > 180.0 or max(abs(south), abs(north)) > 90.0:
        largest = max(abs(west), abs(east), abs(south), abs(north))
        yield GridFault("not_degrees", amount=float(largest))


def _datum_faults(cells: list[Cell], outline: Any) -> Iterator[GridFault]:
    """Another datum, when the conversion from it fits the county's outline better than the grid as given."""
    top = min(cell.level for cell in cells)
    given = shapely.union_all([cell.geometry for cell in cells if cell.level == top])
    fits = {datum: _fit(geometry_to_wgs84(given, datum), outline) for datum in DATUMS}
    best: Datum = max(DATUMS, key=lambda datum: fits[datum])
    if best != "wgs84" and fits[best] > fits["wgs84"] + _BETTER_FIT:
        here, there = shapely.centroid(given), shapely.centroid(geometry_to_wgs84(given, best))
        offset = float(metres_between(here.x, here.y, there.x, there.y))
        yield GridFault("other_datum", amount=offset, params={"datum": {"gcj02": "GCJ-02", "bd09": "BD-09"}[best]})


def _fit(a: Any, b: Any) -> float:
    return float(shapely.area(shapely.intersection(a, b)) / shapely.area(shapely.union(a, b)))


def _area_faults(cells: list[Cell], tolerance_m2: float) -> Iterator[GridFault]:
    _, south, _, north = shapely.total_bounds([cell.geometry for cell in cells])
    per_degree2 = float(np.radians(1.0) ** 2 * EARTH_RADIUS_M**2 * np.cos(np.radians((south + north) / 2.0)))
    for fault in (*_tiling_faults(cells), *_overlap_faults(cells)):
        if fault.amount * per_degree2 > tolerance_m2:
            yield replace(fault, amount=fault.amount * per_degree2)


def _tiling_faults(cells: list[Cell]) -> Iterator[GridFault]:
    """Gaps and overhangs, in square degrees."""
    below: dict[str, list[Cell]] = {}
    for cell in cells:
        below.setdefault(cell.parent or "", []).append(cell)
    for parent in cells:
        if parent.code in below:
            together = shapely.union_all([child.geometry for child in below[parent.code]])
            gap = float(shapely.area(shapely.difference(parent.geometry, together)))
            yield GridFault("gap", parent.code, gap, {"name": parent.name})
            beyond = float(shapely.area(shapely.difference(together, parent.geometry)))
            yield GridFault("outside_parent", parent.code, beyond, {"name": parent.name})


def _overlap_faults(cells: list[Cell]) -> Iterator[GridFault]:
    """Overlaps within a level, in square degrees."""
    for level in sorted({cell.level for cell in cells}):
        for a, b, area in _overlaps([cell for cell in cells if cell.level == level]):
            yield GridFault("overlap", a.code, area, {"name": a.name, "other": b.code, "others_name": b.name})


def _overlaps(cells: list[Cell]) -> Iterator[tuple[Cell, Cell, float]]:
    geometries = np.array([cell.geometry for cell in cells], dtype=object)
    if shapely.coverage_is_valid(geometries):
        return
    a, b = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    a, b = a[a < b], b[a < b]
    areas = shapely.area(shapely.intersection(geometries[a], geometries[b]))
    for i in np.lexsort((b, a)):
        yield cells[a[i]], cells[b[i]], float(areas[i])
