"""The grid for the map: simplified as one coverage so that shared edges stay shared, small enough to send once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.hierarchy import Cell, Hierarchy

DECIMALS: Final = 5  # about a metre
TOLERANCE_M: Final = 35.0
_METRES_PER_DEGREE: Final = 111_195.0
Feature = dict[str, Any]


def simplify_cells(hierarchy: Hierarchy, tolerance_m: float = TOLERANCE_M) -> dict[str, Any]:
    """Simplified geometry (shapely, WGS-84, `DECIMALS` decimals) by code: edges that cells share, of whatever level, stay equal.

    Leaves that share their edges are simplified together and parents put together from them; a parent whose children leave
    a gap, and cells that overlap, are simplified level by level.
    """
    leaves = hierarchy.leaves()
    shapes = np.array([cell.geometry for cell in leaves], dtype=object)
    if not _tiled(hierarchy, shapes):
        return _level_by_level(hierarchy, tolerance_m)
    simple = dict(zip((cell.code for cell in leaves), _simplified(shapes, tolerance_m), strict=True))
    for level in range(hierarchy.depth - 1, -1, -1):
        for cell in hierarchy.at_level(level):
            if cell.code not in simple:
                simple[cell.code] = shapely.coverage_union_all([simple[c.code] for c in hierarchy.children(cell.code)])
    return simple


def _tiled(hierarchy: Hierarchy, leaves: NDArray[np.object_]) -> bool:
    county = hierarchy.root.geometry.area
    return bool(shapely.coverage_is_valid(leaves)) and abs(float(shapely.area(leaves).sum()) - county) <= 1e-9 * county


def _level_by_level(hierarchy: Hierarchy, tolerance_m: float) -> dict[str, Any]:
    simple: dict[str, Any] = {}
    for level in range(hierarchy.depth + 1):
        cells = hierarchy.at_level(level)
        shapes = _simplified(np.array([cell.geometry for cell in cells], dtype=object), tolerance_m)
        simple |= dict(zip((cell.code for cell in cells), shapes, strict=True))
    return simple


def _simplified(shapes: NDArray[np.object_], tolerance_m: float) -> NDArray[np.object_]:
    """Coverage-simplified and rounded; where rounding would break a cell, all keep their full detail, rounding included."""
    for tolerance in (tolerance_m, tolerance_m / 2.0, tolerance_m / 4.0):
        rough = shapely.coverage_simplify(shapes, tolerance / _METRES_PER_DEGREE)
        rounded = shapely.transform(rough, lambda points: np.round(points, DECIMALS))
        if shapely.is_valid(rounded).all() and not shapely.is_empty(rounded).any():
            return np.asarray(rounded)
    return shapes


def label_points(hierarchy: Hierarchy) -> dict[str, tuple[float, float]]:
    """Where to write each cell's name (lon, lat): the middle of its largest inscribed circle, always inside."""
    points = {}
    for cell in hierarchy:
        largest = max(shapely.get_parts(cell.geometry).tolist(), key=lambda part: part.area)
        span = float(np.sqrt(largest.area))
        circle = shapely.maximum_inscribed_circle(shapely.simplify(largest, span / 100.0), tolerance=span / 50.0)
        middle = shapely.get_point(circle, 0)
        if not shapely.contains(largest, middle):
            middle = shapely.point_on_surface(largest)
        points[cell.code] = round(float(middle.x), DECIMALS), round(float(middle.y), DECIMALS)
    return points


def features_by_level(hierarchy: Hierarchy, tolerance_m: float = TOLERANCE_M) -> dict[int, list[Feature]]:
    """GeoJSON features by level with the least properties: c code, n name, e English name, p parent, x y label point, u 1 urban, s 1 illustrative."""
    shapes, labels = simplify_cells(hierarchy, tolerance_m), label_points(hierarchy)
    return {
        level: [_feature(cell, shapes[cell.code], labels[cell.code]) for cell in hierarchy.at_level(level)]
        for level in range(hierarchy.depth + 1)
    }


def _feature(cell: Cell, shape: Any, label: tuple[float, float]) -> Feature:
    marks: Mapping[str, int] = {"u": int(cell.settlement == "urban"), "s": int(cell.illustrative)}
    properties: dict[str, Any] = {"c": cell.code, "n": cell.name, "p": cell.parent, "x": label[0], "y": label[1]}
    properties |= {"e": cell.name_en} if cell.name_en else {}
    properties |= {key: value for key, value in marks.items() if value}
    return {"type": "Feature", "id": cell.code, "properties": properties, "geometry": geometry_json(shape)}


def geometry_json(shape: Any) -> dict[str, Any]:
    """A (multi)polygon as a GeoJSON mapping with `DECIMALS` decimals."""
    polygons = [
        [np.round(shapely.get_coordinates(ring), DECIMALS).tolist() for ring in shapely.get_rings(part)]
        for part in shapely.get_parts(shape)
    ]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def collection(features: list[Feature]) -> bytes:
    """A GeoJSON FeatureCollection as compact UTF-8 bytes, ready to be compressed and sent."""
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
