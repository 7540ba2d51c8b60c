"""The area reached in so many minutes, for a map: times at the points of a fine raster, put together into polygons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.distance import EARTH_RADIUS_M, Floats
from geo.simplify import geometry_json
from geo.travel import Places

POINTS: Final = 20_000  # of a raster over a county
SPECK: Final = 4  # cells
_PER_DEGREE: Final = float(np.radians(1.0)) * EARTH_RADIUS_M


@dataclass(frozen=True)
class Raster:
    """Points in the middle of square cells over an area (WGS-84): those inside, and where each stands in the raster."""

    west: float
    south: float
    width: float
    height: float
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    shape: tuple[int, int]

    @property
    def places(self) -> Places:
        """The points as places."""
        lon, lat = self.west + (self.column + 0.5) * self.width, self.south + (self.row + 0.5) * self.height
        return Places.of(lon, lat)


def raster_over(area: Any, points: int = POINTS) -> Raster:
    """About so many points over the bounds of `area` (a shapely polygon in degrees), kept where they lie inside it."""
    west, south, east, north = area.bounds
    shrink = float(np.cos(np.radians((south + north) / 2.0)))
    side = float(np.sqrt((east - west) * shrink * (north - south) / max(points, 1)))
    columns, rows = (max(1, round(span / side)) for span in ((east - west) * shrink, north - south))
    width, height = (east - west) / columns, (north - south) / rows
    x, y = np.meshgrid(west + (np.arange(columns) + 0.5) * width, south + (np.arange(rows) + 0.5) * height)
    shapely.prepare(area)
    row, column = np.nonzero(shapely.contains_xy(area, x, y))
    return Raster(west, south, width, height, row, column, (rows, columns))


def isochrones(raster: Raster, minutes: Floats, within: Sequence[float]) -> dict[str, Any]:
    """GeoJSON features of the area reached within each number of minutes, the widest first, so that narrower lie on top.

    `minutes` are at `raster.places` (inf or NaN: not reached). A feature has `minutes` and `km2` (of all raster cells
    reached). For the eye, gaps and spurs of a cell's width are closed and cut, holes of up to `SPECK` cells filled and parts
    of as few left out; coordinates have five decimals. Empty areas are left out.
    """
    features = []
    for limit in sorted(within, reverse=True):
        reached = minutes <= limit
        if reached.any():
            properties = {"minutes": limit, "km2": round(_km2(raster, int(reached.sum())), 2)}
            geometry = geometry_json(_outline(raster, reached))
            features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def _km2(raster: Raster, cells: int) -> float:
    middle = raster.south + raster.height * raster.shape[0] / 2.0
    side = raster.width * float(np.cos(np.radians(middle)))
    return cells * side * raster.height * _PER_DEGREE**2 / 1e6


def _outline(raster: Raster, reached: NDArray[np.bool_]) -> Any:
    """The reached cells as one (multi)polygon, single cells apart from all others included."""
    filled = np.zeros(raster.shape, dtype=bool)
    filled[raster.row[reached], raster.column[reached]] = True
    edges = np.diff(np.pad(filled, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, first = np.nonzero(edges == 1)
    _, last = np.nonzero(edges == -1)
    south = raster.south + row * raster.height
    runs = shapely.box(
        raster.west + first * raster.width, south, raster.west + last * raster.width, south + raster.height
    )
    return _smooth(shapely.union_all(runs), max(raster.width, raster.height), raster.width * raster.height)


def _smooth(whole: Any, side: float, cell: float) -> Any:
    """Corners rounded and specks gone; the shape as it was where nothing would be left."""
    closed = shapely.buffer(shapely.buffer(whole, 0.6 * side), -1.2 * side)
    simple = shapely.simplify(shapely.buffer(closed, 0.6 * side), 0.25 * side)
    parts = [_filled(part, SPECK * cell) for part in shapely.get_parts(simple) if part.area > SPECK * cell]
    kept = shapely.union_all(parts) if parts else whole
    return kept if shapely.is_valid(kept) else whole


def _filled(part: Any, speck: float) -> Any:
    holes = [ring for ring in part.interiors if shapely.Polygon(ring).area > speck]
    return shapely.Polygon(part.exterior, holes)
