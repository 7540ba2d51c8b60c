"""Location: points into the finest cell and its chain, exact on borders, by a raster and edge tests only where edges are.

On a border the lowest code whose closed geometry covers the point wins.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import GridError
from geo.hierarchy import Cell, Hierarchy
from geo.raster import HARD, NEAR_PX, OUTSIDE, LabelRaster, arrays_of, build_raster

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]
PIXELS_PER_EDGE: Final = 32
LEAST_PIXELS, MOST_PIXELS = 2**21, 2**24
_CHUNK: Final = 2**16  # what stays in the processor's cache


class Locator:
    """Finds cells of one hierarchy; build once (seconds), keep on disk, use from any thread."""

    def __init__(self, hierarchy: Hierarchy, *, pixels: int | None = None, raster: LabelRaster | None = None) -> None:
        """`pixels`: size of the raster (4 bytes each), by default as the number of edges asks. Raises `GridError` (invalid_geometry, empty_geometry)."""
        self.cells = _searched(hierarchy)
        self.codes: NDArray[np.str_] = np.array([cell.code for cell in self.cells])
        self._geometries = np.array([cell.geometry for cell in self.cells], dtype=object)
        self._chains = [hierarchy.chain(cell.code) for cell in self.cells]
        _refuse_unfit(self.cells, self._geometries)
        self.raster = raster or build_raster(self._geometries, pixels or _fitting(self._geometries))
        self._tree = shapely.STRtree(self._geometries)
        self._flat = self.raster.labels.ravel()
        self._fast = self._flat.data
        self._frame: tuple[float, ...] = tuple(self.raster.frame.tolist())
        self._size = self.raster.labels.shape[1], self.raster.labels.shape[0]

    # one point

    def index_of(self, lon: float, lat: float) -> int:
        """Index into `codes` of the finest cell that covers the point (degrees), -1 outside or for what is no number."""
        west, south, per_lon, per_lat = self._frame
        x, y = (lon - west) * per_lon, (lat - south) * per_lat
        columns, rows = self._size
        if not (0.0 <= x < columns and 0.0 <= y < rows):
            return OUTSIDE
        label = self._fast[int(y) * columns + int(x)]
        return label if label >= OUTSIDE else self._index_on_border(-2 - label, x, y, lon, lat)

    def locate(self, lon: float, lat: float) -> str | None:
        """Code of the finest cell that covers the point (degrees), None outside."""
        index = self.index_of(lon, lat)
        return None if index < 0 else self.cells[index].code

    def chain_at(self, lon: float, lat: float) -> tuple[str, ...]:
        """Codes from the county down to the finest cell that covers the point; empty outside."""
        index = self.index_of(lon, lat)
        return () if index < 0 else self._chains[index]

    def contains(self, lon: float, lat: float) -> bool:
        """Whether any cell covers the point: what `coordinates.diagnose` asks."""
        return self.index_of(lon, lat) >= 0

    def _index_on_border(self, k: int, x: float, y: float, lon: float, lat: float) -> int:
        raster = self.raster
        label = int(raster.centre[k])
        if label == HARD:
            return self._exact_one(lon, lat)
        state, dx, dy = label + 1, int(x) + 0.5 - x, int(y) + 0.5 - y
        first, last = int(raster.start[k]), int(raster.start[k + 1])
        edges, sides = raster.edge[first:last], raster.side[first:last].tolist()
        for (x1, y1, x2, y2), mask, side in zip(
            raster.ends[edges].tolist(), raster.mask[edges].tolist(), sides, strict=True
        ):
            ex, ey = x2 - x1, y2 - y1
            turn = ex * (y - y1) - ey * (x - x1)
            if abs(turn) <= NEAR_PX * (abs(ex) + abs(ey)):
                return self._exact_one(lon, lat)
            if (turn > 0.0) != (side > 0) and (dx * (y1 - y) >= dy * (x1 - x)) != (dx * (y2 - y) >= dy * (x2 - x)):
                state ^= mask
        return state - 1

    def _exact_one(self, lon: float, lat: float) -> int:
        hits = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return int(hits.min()) if len(hits) else OUTSIDE

    # many points

    def locate_many(self, lons: ArrayLike, lats: ArrayLike) -> Indices:
        """Indices into `codes` (int32, -1 outside) of the finest cells that cover the points (degrees)."""
        lon, lat = (np.ascontiguousarray(v, dtype=np.float64).ravel() for v in (lons, lats))
        if len(lon) != len(lat):
            raise ValueError("as many longitudes as latitudes are needed")
        found = np.empty(len(lon), dtype=np.int32)
        for begin in range(0, len(lon), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            self._locate_chunk(lon[part], lat[part], found[part])
        return found

    def _locate_chunk(self, lon: Floats, lat: Floats, found: Indices) -> None:
        west, south, per_lon, per_lat = self._frame
        columns, rows = self._size
        x, y = _in_pixels(lon, west, per_lon, columns), _in_pixels(lat, south, per_lat, rows)
        place = np.floor(y)
        place *= columns
        place += x
        self._flat.take(place.astype(np.intp), out=found, mode="clip")
        border = np.flatnonzero(found < OUTSIDE)
        if len(border):
            found[border] = self._on_border(-2 - found[border], x[border], y[border], lon[border], lat[border])

    def _on_border(self, k: Indices, x: Floats, y: Floats, lon: Floats, lat: Floats) -> Indices:
        raster = self.raster
        first, centre = raster.start[k], raster.centre[k]
        count = raster.start[k + 1] - first
        offset = np.cumsum(count) - count
        point = np.repeat(np.arange(len(k)), count)
        entry = np.arange(len(point)) + (first - offset)[point]
        edge = raster.edge[entry]
        ends = raster.ends.take(edge, axis=0)
        x1, y1, x2, y2 = ends[:, 0] - x[point], ends[:, 1] - y[point], ends[:, 2] - x[point], ends[:, 3] - y[point]
        ex, ey = x2 - x1, y2 - y1
        turn = ey * x1 - ex * y1
        near = np.abs(turn) <= NEAR_PX * (np.abs(ex) + np.abs(ey))
        dx, dy = (np.floor(x) + 0.5 - x)[point], (np.floor(y) + 0.5 - y)[point]
        crossed = ((turn > 0.0) != (raster.side[entry] > 0)) & ((dx * y1 >= dy * x1) != (dx * y2 >= dy * x2))
        toggles = np.bitwise_xor.reduceat(np.where(crossed, raster.mask[edge], 0), offset)
        found = (((centre + 1) ^ toggles) - 1).astype(np.int32)
        doubtful = np.flatnonzero(np.logical_or.reduceat(near, offset) | (centre == HARD))
        if len(doubtful):
            found[doubtful] = self._exact(lon[doubtful], lat[doubtful])
        return found

    def _exact(self, lon: Floats, lat: Floats) -> Indices:
        found = np.full(len(lon), len(self.cells), dtype=np.int32)
        point, cell = self._tree.query(shapely.points(lon, lat), predicate="intersects")
        np.minimum.at(found, point, cell.astype(np.int32))
        found[found == len(self.cells)] = OUTSIDE
        return found

    # on disk

    @property
    def fingerprint(self) -> str:
        """A digest of the codes and geometries that were indexed."""
        digest = hashlib.sha256("\n".join(self.codes.tolist()).encode())
        for blob in shapely.to_wkb(self._geometries):
            digest.update(blob)
        return digest.hexdigest()

    @property
    def nbytes(self) -> int:
        """Bytes held by the raster and its edges."""
        return sum(int(array.nbytes) for array in arrays_of(self.raster).values())

    def save(self, path: Path) -> None:
        """Keep the raster in one file (.npz, no pickles) with the fingerprint of its grid."""
        with path.open("wb") as file:
            np.savez(file, fingerprint=np.array(self.fingerprint), **arrays_of(self.raster))

    @classmethod
    def load(cls, path: Path, hierarchy: Hierarchy) -> Locator:
        """The kept locator of `hierarchy`; raises `GridError` (index_of_another_grid) when the file was made for another grid."""
        with np.load(path, allow_pickle=False) as kept:
            arrays: dict[str, Any] = {name: kept[name] for name in kept.files}
        made_for = str(arrays.pop("fingerprint", ""))
        locator = cls(hierarchy, raster=LabelRaster(**arrays))
        if locator.fingerprint != made_for:
            raise GridError("index_of_another_grid", file=path.name)
        return locator


def _in_pixels(degrees: Floats, origin: float, scale: float, count: int) -> Floats:
    """Pixel coordinates; what lies beyond, or is no number, goes to the free pixels of the rim."""
    pixels = degrees - origin
    pixels *= scale
    np.fmax(pixels, 0.0, out=pixels)
    return np.fmin(pixels, count - 1.0, out=pixels)


def _searched(hierarchy: Hierarchy) -> list[Cell]:
    """The leaves by code when children fill their parents; otherwise all cells, the deepest first."""
    county = hierarchy.root.geometry.area
    for cell in hierarchy:
        below = [child.geometry.area for child in hierarchy.children(cell.code)]
        if below and cell.geometry.area - sum(below) > 1e-10 * county:
            return sorted(hierarchy, key=lambda c: (-c.level, c.code))
    return list(hierarchy.leaves())


def _fitting(geometries: NDArray[np.object_]) -> int:
    edges = int(shapely.get_num_coordinates(geometries).sum()) // 2
    return int(np.clip(PIXELS_PER_EDGE * edges, LEAST_PIXELS, MOST_PIXELS))


def _refuse_unfit(cells: list[Cell], geometries: NDArray[np.object_]) -> None:
    for code, unfit in (
        ("empty_geometry", shapely.is_empty(geometries)),
        ("invalid_geometry", ~shapely.is_valid(geometries)),
    ):
        if unfit.any():
            cell = cells[int(np.flatnonzero(unfit)[0])]
            raise GridError(code, cell=cell.code, name=cell.name)
