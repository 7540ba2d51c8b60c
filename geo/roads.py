"""A road network: junctions and the road pieces between them, put together from a file, judged, and told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo.coordinates import DATUMS, Datum, in_china_box, to_wgs84
from geo.distance import EARTH_RADIUS_M, metres_between
from geo.road_files import Box, RoadError, Roads
from geo.road_tags import KINDS

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]
TOLD: Final = 10  # parts apart that are told of one by one
LEAST_SAMPLE: Final = 30  # known places from which another datum may be suspected
_BETTER: Final = 0.6  # of the distance to a road that is left after conversion, when another datum is suspected
_FAR_M: Final = 50.0  # median distance to a road from which it is asked at all
_FINE: Final = 1e7  # OpenStreetMap keeps seven decimals


@dataclass(frozen=True, slots=True)
class Part:
    """Roads that cannot be reached from the network or do not lead back to it: metres, pieces, a name, a place on them."""

    metres: float
    pieces: int
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class RoadReport:
    """What a network was made from: roads taken and left out (by reason), its size, and the parts left apart."""

    roads: int
    left_out: Mapping[str, int]
    junctions: int
    pieces: int
    metres: float
    by_kind: Mapping[str, float]
    one_way: float
    limited: float
    main: float
    apart: int
    parts: tuple[Part, ...] = ()
    bounds: Box = (0.0, 0.0, 0.0, 0.0)

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping, for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> RoadReport:
        """The report of a mapping that `as_dict` gave."""
        parts = tuple(Part(**part) for part in facts["parts"])
        west, south, east, north = facts["bounds"]
        return cls(**{**facts, "parts": parts, "bounds": (west, south, east, north)})


@dataclass(frozen=True)
class RoadNetwork:
    """Junctions (WGS-84 degrees) and pieces between them; every junction is reached from every other one.

    A piece runs from junction `tail` to `head` along `points[first[i]:first[i + 1]]`; `kind` indexes `KINDS`, `limit` is
    km/h (NaN: none), `forward` and `backward` say in which direction it may be driven.
    """

    lon: Floats
    lat: Floats
    tail: Indices
    head: Indices
    metres: Floats
    kind: NDArray[np.int8]
    limit: NDArray[np.float32]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    points: Floats
    first: NDArray[np.int64]
    report: RoadReport
    source: str = ""
    sha256: str = ""

    @property
    def junctions(self) -> int:
        """How many junctions there are."""
        return len(self.lon)


ARRAYS: Final = ("lon", "lat", "tail", "head", "metres", "kind", "limit", "forward", "backward", "points", "first")
"""The arrays of a network, in the order in which they are kept."""


@dataclass(frozen=True, slots=True)
class _Pieces:
    """All pieces of a file, before those apart are taken out."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    road: NDArray[np.int64]
    metres: Floats
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    junctions: int


def compile_roads(roads: Roads, *, source: str = "", sha256: str = "") -> RoadNetwork:
    """The network of the roads: cut where roads meet, the largest part that hangs together in both directions kept.

    Raises `RoadError`: not_degrees, swapped_axes, disconnected.
    """
    _refuse_axes(roads, source)
    pieces = _pieces(roads)
    forward, backward = _directions(roads, pieces)
    main = _main(pieces, forward, backward)
    if not main.any():
        raise RoadError("disconnected", file=source, roads=len(roads.ways))
    report = _report(roads, pieces, main, _parts(roads, pieces, main))
    return _kept(roads, pieces, main, {"report": report, "source": source, "sha256": sha256})


def _refuse_axes(roads: Roads, source: str) -> None:
    west, south = roads.points.min(axis=0)
    east, north = roads.points.max(axis=0)
    if max(abs(west), abs(east)) > 180.0 or max(abs(south), abs(north)) > 180.0 or not np.isfinite(roads.points).all():
        largest = float(np.abs(roads.points).max())
        raise RoadError("not_degrees", file=source, amount=largest)
    swapped = in_china_box(south, west) and in_china_box(north, east) and not in_china_box(west, south)
    if swapped or max(abs(south), abs(north)) > 90.0:
        raise RoadError("swapped_axes", file=source, lon=float(west), lat=float(south))


# -- cut where roads meet ---------------------------------------------------------------------------------------------


def _pieces(roads: Roads) -> _Pieces:
    node, count = _nodes(roads.points)
    of = np.repeat(np.arange(len(roads.ways)), np.diff(roads.first))
    ends = np.zeros(len(node), dtype=bool)
    ends[roads.first[:-1]] = ends[roads.first[1:] - 1] = True
    if roads.crossing:
        ends |= np.bincount(node, minlength=count)[node] > 1
    at = np.flatnonzero(ends)
    same = of[at[:-1]] == of[at[1:]]
    begin, end = at[:-1][same], at[1:][same]
    along = _along(roads.points)
    metres = along[end] - along[begin]
    given = roads.metres[of[begin]]
    metres = metres if roads.crossing else np.fmax(metres, given)
    sound = metres > 0.0
    begin, end, metres = begin[sound], end[sound], metres[sound]
    junctions, renumbered = np.unique(node[np.concatenate([begin, end])], return_inverse=True)
    tail, head = renumbered[: len(begin)], renumbered[len(begin) :]
    return _Pieces(tail, head, of[begin], metres, begin, end, len(junctions))


def _nodes(points: Floats) -> tuple[NDArray[np.int64], int]:
    """A number for every place, the same for points that share it to seven decimals."""
    fine = np.rint(points * _FINE).astype(np.int64)
    keys = (fine[:, 0] + 1_800_000_000) * 2**31 + (fine[:, 1] + 900_000_000)
    unique, number = np.unique(keys, return_inverse=True)
    return number, len(unique)


def _along(points: Floats) -> Floats:
    """Metres from the first of all points to each, along the lines one after another."""
    lon, lat = points[:, 0], points[:, 1]
    return np.concatenate([[0.0], np.cumsum(metres_between(lon[:-1], lat[:-1], lon[1:], lat[1:]))])


def _directions(roads: Roads, pieces: _Pieces) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    forward = np.array([way.forward for way in roads.ways])[pieces.road]
    backward = np.array([way.backward for way in roads.ways])[pieces.road]
    return forward, backward


def _main(pieces: _Pieces, forward: NDArray[np.bool_], backward: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pieces of the part, closed under driving to and fro, that has the most road."""
    part = _components(pieces, forward, backward, "strong")
    inside = part[pieces.tail] == part[pieces.head]
    length = np.bincount(part[pieces.tail][inside], weights=pieces.metres[inside], minlength=1)
    return np.asarray(inside & (part[pieces.tail] == int(length.argmax())) & (length.max() > 0.0))


def _components(
    pieces: _Pieces, forward: NDArray[np.bool_], backward: NDArray[np.bool_], connection: Literal["weak", "strong"]
) -> NDArray[np.int32]:
    rows = np.concatenate([pieces.tail[forward], pieces.head[backward]])
    columns = np.concatenate([pieces.head[forward], pieces.tail[backward]])
    ones = np.ones(len(rows), dtype=np.int8)
    graph = csr_array((ones, (rows, columns)), shape=(pieces.junctions, pieces.junctions))
    return np.asarray(connected_components(graph, directed=True, connection=connection)[1])


# -- what is told -----------------------------------------------------------------------------------------------------


def _parts(roads: Roads, pieces: _Pieces, main: NDArray[np.bool_]) -> list[Part]:
    """The parts left apart, the longest first."""
    apart = np.flatnonzero(~main)
    rest = _Pieces(
        pieces.tail[apart], pieces.head[apart], pieces.road[apart], pieces.metres[apart], pieces.begin[apart],
        pieces.end[apart], pieces.junctions,
    )  # fmt: skip
    every = np.ones(len(apart), dtype=bool)
    part = _components(rest, every, every, "weak")[rest.tail]
    order = np.argsort(part, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(part[order])) + 1) if len(order) else []
    return sorted((_part(roads, rest, group) for group in groups), key=lambda p: -p.metres)


def _part(roads: Roads, pieces: _Pieces, group: NDArray[np.int64]) -> Part:
    names = [(roads.names[road], metres) for road, metres in zip(pieces.road[group], pieces.metres[group], strict=True)]
    name = max(names, key=lambda one: (bool(one[0]), one[1]))[0]
    lon, lat = roads.points[pieces.begin[group[0]]]
    return Part(float(pieces.metres[group].sum()), len(group), name, round(float(lon), 6), round(float(lat), 6))


def _report(roads: Roads, pieces: _Pieces, main: NDArray[np.bool_], parts: list[Part]) -> RoadReport:
    kinds = np.array([way.kind for way in roads.ways])[pieces.road]
    both = np.array([way.forward and way.backward for way in roads.ways])[pieces.road]
    limits = np.array([way.limit for way in roads.ways])[pieces.road]
    metres, total = pieces.metres[main], float(pieces.metres[main].sum())
    by_kind = np.bincount(kinds[main], weights=metres, minlength=len(KINDS))
    west, south = roads.points.min(axis=0)
    east, north = roads.points.max(axis=0)
    return RoadReport(
        roads=len(roads.ways),
        left_out=dict(roads.left_out),
        junctions=len(np.unique(pieces.tail[main])),
        pieces=int(main.sum()),
        metres=total,
        by_kind={name: float(by_kind[i]) for i, name in enumerate(KINDS) if by_kind[i] > 0.0},
        one_way=float(metres[~both[main]].sum()) / total,
        limited=float(metres[np.isfinite(limits[main])].sum()) / total,
        main=total / float(pieces.metres.sum()),
        apart=len(parts),
        parts=tuple(parts[:TOLD]),
        bounds=(float(west), float(south), float(east), float(north)),
    )


# -- what is kept -----------------------------------------------------------------------------------------------------


def _kept(roads: Roads, pieces: _Pieces, main: NDArray[np.bool_], named: Mapping[str, Any]) -> RoadNetwork:
    road, begin, end = pieces.road[main], pieces.begin[main], pieces.end[main]
    old, renumbered = np.unique(np.concatenate([pieces.tail[main], pieces.head[main]]), return_inverse=True)
    tail, head = (part.astype(np.int32) for part in np.split(renumbered, 2))
    lon, lat = np.empty(len(old)), np.empty(len(old))
    lon[tail], lat[tail] = roads.points[begin].T
    lon[head], lat[head] = roads.points[end].T
    sizes = end - begin + 1
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    inner = np.arange(first[-1]) - np.repeat(first[:-1] - begin, sizes)
    ways = [roads.ways[i] for i in road]
    return RoadNetwork(
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        metres=pieces.metres[main],
        kind=np.array([way.kind for way in ways], dtype=np.int8),
        limit=np.array([way.limit for way in ways], dtype=np.float32),
        forward=np.array([way.forward for way in ways]),
        backward=np.array([way.backward for way in ways]),
        points=np.ascontiguousarray(roads.points[inner]),
        first=first,
        **named,
    )


# -- against what is known of the county ------------------------------------------------------------------------------


def metres_of(points: ArrayLike, middle: float) -> Floats:
    """WGS-84 degrees (n × 2) as metres east and north, true to scale along the latitude `middle`."""
    degrees = np.asarray(points, dtype=np.float64)
    per_degree = np.radians(1.0) * EARTH_RADIUS_M
    return np.column_stack([degrees[:, 0] * per_degree * np.cos(np.radians(middle)), degrees[:, 1] * per_degree])


def suspect_datum(network: RoadNetwork, lons: ArrayLike, lats: ArrayLike) -> tuple[Datum, float] | None:
    """Another datum and the metres it explains, when the network lies nearer to known places once converted from it.

    `lons`, `lats`: WGS-84 places people drove to or reported from, `LEAST_SAMPLE` of them or more within its extent.
    """
    lon, lat = _within(network, lons, lats)
    if len(lon) < LEAST_SAMPLE:
        return None
    off = {datum: _median_to_road(network, lon, lat, datum) for datum in DATUMS}
    best = min(DATUMS, key=lambda datum: off[datum])
    if best == "wgs84" or off["wgs84"] < _FAR_M or off[best] > _BETTER * off["wgs84"]:
        return None
    return best, off["wgs84"] - off[best]


def _within(network: RoadNetwork, lons: ArrayLike, lats: ArrayLike) -> tuple[Floats, Floats]:
    lon, lat = (np.asarray(v, dtype=np.float64) for v in (lons, lats))
    west, south, east, north = network.report.bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return lon[inside], lat[inside]


def _median_to_road(network: RoadNetwork, lon: Floats, lat: Floats, datum: Datum) -> float:
    import shapely

    middle = float(np.mean(network.lat))
    drawn = np.column_stack(to_wgs84(network.points[:, 0], network.points[:, 1], datum))
    of = np.repeat(np.arange(len(network.tail)), np.diff(network.first))
    lines = np.asarray(shapely.linestrings(metres_of(drawn, middle), indices=of), dtype=object)
    points = np.asarray(shapely.points(metres_of(np.column_stack([lon, lat]), middle)), dtype=object)
    return float(np.median(shapely.distance(lines[shapely.STRtree(lines).nearest(points)], points)))
