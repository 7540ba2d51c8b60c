"""Where a drill plays: a cell at the edge of town, far from it or in the middle of it; and points so many metres from there."""

from __future__ import annotations

import math
from typing import Final

import shapely

from data.county import County
from geo.hierarchy import Cell
from policy.errors import Refusal

METRES: Final = 111_320.0  # of a degree of latitude


def choose_cell(county: County, place: str, given: str | None) -> Cell:
    """The cell `given`, else the one that fits `place` best; the same one every time."""
    if given is not None:
        found = county.hierarchy.get(given)
        if found is None:
            raise Refusal("errors_drill.no_cell", kind="not_found", cell=given[:40], county=county.name)
        return found
    leaves = sorted(county.hierarchy.leaves(), key=lambda cell: cell.code)
    town = [cell for cell in leaves if cell.settlement == "urban"]
    country = [cell for cell in leaves if cell.settlement != "urban"]
    if not town or not country:
        return leaves[len(leaves) // 2]
    middle = shapely.union_all([cell.geometry for cell in town]).centroid
    if place == "centre":
        return min(town, key=lambda cell: cell.geometry.centroid.distance(middle))
    if place == "remote":
        return max(country, key=lambda cell: cell.geometry.centroid.distance(middle))
    built = shapely.union_all([cell.geometry for cell in town])
    return max(country, key=lambda cell: shapely.length(shapely.intersection(cell.geometry, built.boundary)))


def point_at(county: County, cell: Cell, metres: tuple[int, int]) -> tuple[float, float]:
    """A point so many metres east and north of the cell's middle; the middle itself where that lies outside the county."""
    middle = shapely.point_on_surface(cell.geometry)
    east = metres[0] / (METRES * math.cos(math.radians(middle.y)))
    lon, lat = middle.x + east, middle.y + metres[1] / METRES
    return (lon, lat) if county.contains(lon, lat) else (middle.x, middle.y)
