"""The label raster behind location: whole pixels belong to one cell, border pixels list the edges that cross them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels = NDArray[np.int32]
Objects = NDArray[np.object_]
OUTSIDE: Final = -1
HARD: Final = -2  # what a border pixel's centre is called when only the exact test may decide
NEAR_PX: Final = 1e-7  # nearer to an edge than this share of a pixel: exact test
_MARGIN_PX: Final = 1e-6
_CENTRE_PX: Final = 1e-5


@dataclass(frozen=True)
class LabelRaster:
    """Arrays only, so that it can be kept on disk. `labels`: cell, OUTSIDE, or -2 - k for border pixel k."""

    frame: Floats  # west, south, pixels per degree east, pixels per degree north
    labels: Labels  # rows × columns
    start: Labels  # border pixel k has the entries start[k] … start[k + 1]
    centre: Labels  # cell at the middle of border pixel k, OUTSIDE or HARD
    edge: Labels  # entry → edge
    side: NDArray[np.int8]  # entry → on which side of the edge the pixel's middle lies
    ends: Floats  # edge → x1, y1, x2, y2 in pixels
    mask: Labels  # edge → (cell left + 1) xor (cell right + 1)


def build_raster(geometries: Objects, pixels: int) -> LabelRaster:
    """Raster of about `pixels` pixels over valid polygons; where several cover a point the lowest index is its label."""
    faces, labels = _partition(geometries)
    west, south, east, north = shapely.total_bounds(faces)
    columns, rows = _shape(east - west, north - south, pixels)
    frame = np.array([west, south, 1.0, 1.0])
    frame[2:] = (columns - 4) / max(east - west, 1e-9), (rows - 4) / max(north - south, 1e-9)
    frame[:2] -= 2.0 / frame[2:]  # a rim of free pixels, whatever the rounding
    ends, mask = _edges(faces, labels, frame)
    state = _scan(ends, mask, rows, columns)
    pixel, edge = _touched(ends, columns)
    order = np.argsort(pixel, kind="stable")
    pixel, edge = pixel[order], edge[order]
    border, start = np.unique(pixel, return_index=True)
    side, hard = _sides(pixel, edge, ends, columns)
    centre = state.ravel()[border] - 1
    centre[np.logical_or.reduceat(hard, start) if len(start) else []] = HARD
    state -= 1
    state.ravel()[border] = -2 - np.arange(len(border), dtype=np.int32)
    starts = np.append(start, len(pixel)).astype(np.int32)
    return LabelRaster(frame, state, starts, centre, edge.astype(np.int32), side, ends, mask)


def _shape(width: float, height: float, pixels: int) -> tuple[int, int]:
    ratio = float(np.clip(width / max(height, 1e-9), 0.1, 10.0))
    return int(np.sqrt(pixels * ratio)) + 5, int(np.sqrt(pixels / ratio)) + 5


def _partition(geometries: Objects) -> tuple[Objects, Ints]:
    """Faces without overlap and the index of their cell: the geometries themselves if they share their edges, else noded once."""
    if shapely.coverage_is_valid(geometries):
        return geometries, np.arange(len(geometries))
    noded = shapely.unary_union(shapely.boundary(geometries))
    faces = np.asarray(shapely.get_parts(shapely.polygonize([noded])))
    face, cell = shapely.STRtree(geometries).query(shapely.point_on_surface(faces), predicate="intersects")
    owner = np.full(len(faces), len(geometries))
    np.minimum.at(owner, face, cell)
    inside = owner < len(geometries)
    return faces[inside], owner[inside]


def _edges(faces: Objects, labels: Ints, frame: Floats) -> tuple[Floats, Labels]:
    """Every edge once, in pixels, with the xor of the labels on its two sides; edges inside one cell fall away."""
    parts, of_part = shapely.get_parts(faces, return_index=True)
    rings, of_face = shapely.get_rings(parts, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    points = (points - frame[:2]) * frame[2:]
    same = of_ring[1:] == of_ring[:-1]
    a, b = points[:-1][same], points[1:][same]
    label = (labels[of_part[of_face[of_ring[:-1][same]]]] + 1).astype(np.int32)
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    ends = np.where(swap[:, None], np.hstack([b, a]), np.hstack([a, b]))
    order = np.argsort(_key(ends), kind="stable")
    ends, label = ends[order], label[order]
    first = np.flatnonzero(np.append(True, (ends[1:] != ends[:-1]).any(axis=1)))
    mask = np.bitwise_xor.reduceat(label, first)
    return ends[first][mask != 0], mask[mask != 0]


def _key(ends: Floats) -> NDArray[np.uint64]:
    """A number per edge, equal for equal edges, to bring the two copies of an edge together."""
    bits = (ends + 0.0).view(np.uint64)
    key = bits[:, 0].copy()
    for column in (1, 2, 3):
        key ^= key >> np.uint64(29)
        key *= np.uint64(0xBF58476D1CE4E5B9)
        key += bits[:, column]
    return np.asarray(key * np.uint64(0x94D049BB133111EB))


def _spans(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """For ranges low … high (inclusive) the range's number and the value, one after another."""
    count = np.maximum(high - low + 1, 0)
    which = np.repeat(np.arange(len(low)), count)
    ahead = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return which, low[which] + ahead


def _scan(ends: Floats, mask: Labels, rows: int, columns: int) -> Labels:
    """Label + 1 at the middle of every pixel: from left to right every edge crossed toggles the cells on its sides."""
    y1, y2 = ends[:, 1], ends[:, 3]
    low = np.ceil(np.minimum(y1, y2) - 0.5).astype(np.int64)
    high = np.ceil(np.maximum(y1, y2) - 0.5).astype(np.int64) - 1
    edge, row = _spans(low, high)
    x1, ya, x2, yb = ends[edge].T
    column = np.ceil(x1 + (row + 0.5 - ya) / (yb - ya) * (x2 - x1) - 0.5).astype(np.int64)
    state = np.zeros((rows, columns), dtype=np.int32)
    np.bitwise_xor.at(state.ravel(), row * columns + column, mask[edge])
    np.bitwise_xor.accumulate(state, axis=1, out=state)
    return state


def _touched(ends: Floats, columns: int) -> tuple[Ints, Ints]:
    """Pixels that an edge touches, a hair's breadth more than less, and the edge."""
    x1, y1, x2, y2 = ends.T
    low = np.floor(np.minimum(y1, y2) - _MARGIN_PX).astype(np.int64)
    high = np.floor(np.maximum(y1, y2) + _MARGIN_PX).astype(np.int64)
    edge, row = _spans(low, high)
    flat = np.abs(y2 - y1) < 1e-9
    slope = np.where(flat, 0.0, (x2 - x1) / np.where(flat, 1.0, y2 - y1))
    at_bottom, at_top = (
        x1[edge] + slope[edge] * (row + offset - y1[edge]) for offset in (-_MARGIN_PX, 1.0 + _MARGIN_PX)
    )
    left, right = np.minimum(at_bottom, at_top), np.maximum(at_bottom, at_top)
    whole = flat[edge]
    left = np.maximum(np.where(whole, -np.inf, left), np.minimum(x1, x2)[edge])
    right = np.minimum(np.where(whole, np.inf, right), np.maximum(x1, x2)[edge])
    which, column = _spans(
        np.floor(left - _MARGIN_PX).astype(np.int64), np.floor(np.maximum(left, right) + _MARGIN_PX).astype(np.int64)
    )
    return row[which] * columns + column, edge[which]


def _sides(pixel: Ints, edge: Ints, ends: Floats, columns: int) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """On which side of the edge the pixel's middle lies, and whether it lies too near to say."""
    cx, cy = pixel % columns + 0.5, pixel // columns + 0.5
    x1, y1, x2, y2 = ends[edge].T
    turn = (x2 - x1) * (cy - y1) - (y2 - y1) * (cx - x1)
    hard = np.abs(turn) <= _CENTRE_PX * (np.hypot(x2 - x1, y2 - y1) + _CENTRE_PX)
    return np.where(turn > 0.0, 1, -1).astype(np.int8), hard


def arrays_of(raster: LabelRaster) -> dict[str, Any]:
    """The arrays by name, for keeping."""
    return {name: getattr(raster, name) for name in LabelRaster.__dataclass_fields__}
