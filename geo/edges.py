"""From labelled sites to cells that tile: natural edges drawn once, noded once, shared bit by bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

from geo.errors import GridError
from geo.growth import Floats, Ints, Plane

_HALVINGS: Final = 2
_ROUGHNESS: Final = 0.17
GRID_SIZE: Final = 1e-7  # degrees, about a centimetre: every vertex lies on this grid


def border_segments(plane: Plane, labels: Ints) -> Floats:
    """Straight pieces (n × 2 × 2, kilometres) between sites of different labels, corners cut so that borders bend softly."""
    differs = labels[plane.ridges[:, 0]] != labels[plane.ridges[:, 1]]
    ends = plane.ridge_ends[differs & (plane.ridge_ends >= 0).all(axis=1)]
    middles = plane.vertices[ends].mean(axis=1)
    vertex, ridge = ends.ravel(), np.repeat(np.arange(len(ends)), 2)
    order = np.argsort(vertex, kind="stable")
    vertex, ridge = vertex[order], ridge[order]
    _, start, degree = np.unique(vertex, return_index=True, return_counts=True)
    through = start[degree == 2]
    bends = np.stack([middles[ridge[through]], middles[ridge[through + 1]]], axis=1)
    at_junction = np.repeat(degree != 2, degree)
    stubs = np.stack([plane.vertices[vertex[at_junction]], middles[ridge[at_junction]]], axis=1)
    return np.concatenate([bends, stubs])


def roughen(segments: Floats, rng: Generator, halvings: int = _HALVINGS) -> Floats:
    """Polylines (n × k × 2) from straight pieces by halving with a random sideways shift; ends stay where they are."""
    lines = segments
    for _ in range(halvings):
        along = np.diff(lines, axis=1)
        sideways = np.stack([-along[..., 1], along[..., 0]], axis=-1)
        shift = (rng.random(along.shape[:2]) * 2.0 - 1.0)[..., None] * _ROUGHNESS
        middles = (lines[:, :-1] + lines[:, 1:]) / 2.0 + sideways * shift
        woven = np.empty((len(lines), 2 * lines.shape[1] - 1, 2))
        woven[:, 0::2], woven[:, 1::2] = lines, middles
        lines = woven
    return lines


def faces_of(outline: Any, lines: Floats) -> NDArray[np.object_]:
    """Faces of `outline` (degrees) cut by `lines` (n × k × 2 degrees), noded once on one fine grid: neighbours share vertices."""
    strings = shapely.multilinestrings(np.asarray(shapely.linestrings(np.round(lines / GRID_SIZE) * GRID_SIZE)))
    noded = shapely.unary_union([shapely.boundary(outline), strings], grid_size=GRID_SIZE)
    faces = np.asarray(shapely.get_parts(shapely.polygonize([noded])))
    shapely.prepare(outline)
    return faces[shapely.contains(outline, shapely.point_on_surface(faces))]


def hearts(plane: Plane) -> Floats:
    """For every site a point (kilometres) that stays on its side when corners are cut: the mean of its ridges' middles."""
    known = (plane.ridge_ends >= 0).all(axis=1)
    middles = plane.vertices[plane.ridge_ends[known]].mean(axis=1)
    site, twice = plane.ridges[known].ravel(), np.repeat(middles, 2, axis=0)
    count = np.bincount(site, minlength=len(plane.sites))
    total = np.column_stack([np.bincount(site, twice[:, axis], len(plane.sites)) for axis in (0, 1)])
    return np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], plane.sites)


def cells_of(faces: NDArray[np.object_], sites: Floats, labels: Ints, count: int) -> list[Any]:
    """One polygon per label 0 … count-1: faces go to the label of the sites in them, slivers to the neighbour they touch longest."""
    owner = _majority(faces, sites, labels)
    if len(missing := np.setdiff1d(np.arange(count), owner)):
        raise GridError("village_lost", villages=len(missing))
    owner = _adopt(faces, owner, _only_largest(faces, owner, count))
    return [_merged(faces[owner == label]) for label in range(count)]


def _majority(faces: NDArray[np.object_], sites: Floats, labels: Ints) -> Ints:
    """For every face the commonest label of the sites in it, -1 for none."""
    site, face = shapely.STRtree(faces).query(shapely.points(sites), predicate="intersects")
    pairs, votes = np.unique(np.column_stack([face, labels[site]]), axis=0, return_counts=True)
    owner = np.full(len(faces), -1, dtype=np.int64)
    for (where, label), _ in sorted(zip(pairs.tolist(), votes.tolist(), strict=True), key=lambda item: item[1]):
        owner[where] = label
    return owner


def _merged(faces: NDArray[np.object_]) -> Any:
    return faces[0] if len(faces) == 1 else shapely.coverage_union_all(faces)


def _only_largest(faces: NDArray[np.object_], owner: Ints, count: int) -> NDArray[np.bool_]:
    """True for the faces that form the largest connected part of their label."""
    keep = np.zeros(len(faces), dtype=np.bool_)
    for label in range(count):
        mine = np.flatnonzero(owner == label)
        parts = shapely.get_parts(_merged(faces[mine]))
        largest = parts[int(np.argmax(shapely.area(parts)))]
        keep[mine] = shapely.contains(largest, shapely.point_on_surface(faces[mine]))
    return keep


def _adopt(faces: NDArray[np.object_], owner: Ints, settled: NDArray[np.bool_]) -> Ints:
    """Give every face that is not settled to the settled neighbour with the longest common edge, until none is left."""
    owner, settled = owner.copy(), settled.copy()
    tree = shapely.STRtree(faces)
    waiting = [int(face) for face in np.flatnonzero(~settled)]
    while waiting:
        left = []
        for face in waiting:
            near = tree.query(faces[face], predicate="touches")
            near = near[settled[near]]
            shared = shapely.length(shapely.intersection(faces[near], faces[face]))
            if len(near) and shared.max() > 0.0:
                owner[face], settled[face] = owner[near[int(np.argmax(shared))]], True
            else:
                left.append(face)
        if len(left) == len(waiting):  # an island of the outline keeps the label of its own sites
            break
        waiting = left
    return owner


def touching(geometries: NDArray[np.object_]) -> Ints:
    """Pairs (a < b) of geometries that share an edge, not only a corner."""
    a, b = shapely.STRtree(geometries).query(geometries, predicate="touches")
    a, b = a[a < b], b[a < b]
    length = shapely.length(shapely.intersection(geometries[a], geometries[b]))
    return np.asarray(np.column_stack([a, b])[length > 0.0], dtype=np.int64)


def to_degrees(origin: tuple[float, float]) -> tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]:
    """Two functions: kilometres around `origin` (lon, lat) to degrees, and back; equirectangular, good for one county."""
    scale = np.array([111.195 * np.cos(np.radians(origin[1])), 111.195])

    def degrees(points: Floats) -> Floats:
        return np.asarray(points / scale + origin)

    def kilometres(points: Floats) -> Floats:
        return np.asarray((points - origin) * scale)

    return degrees, kilometres
