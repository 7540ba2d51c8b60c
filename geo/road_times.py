"""Minutes on the road between places: places put on the nearest road, then Dijkstra's algorithm (scipy) over the junctions."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.distance import metres_between
from geo.road_tags import KINDS, NO_STOPPING
from geo.roads import RoadNetwork, metres_of

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
SNAP_MOST_M: Final = 2_000.0
"""A place farther from every road than this is not on the network: its times are NaN."""
ON_FOOT_M: Final = 20.0
"""So much farther one walks between two places beside one road rather than drive, also against a one-way."""
_KEPT: Final = 50_000  # places whose road is remembered
_MANY: Final = 2_000  # places asked for at once, from which they are remembered together
_RASTERS: Final = 8
_Known = dict[tuple[float, float], tuple[int, float, float]]  # piece, along, metres
_ROUNDING: Final = 1e-9
_LEAST: Final = 1e-6  # seconds: an edge of no length would be no edge


@dataclass(frozen=True)
class Speeds:
    """km/h by class of road (every one of `KINDS`), and on foot from the road to the place; lower limits of a road hold."""

    kmh: Mapping[str, float]
    walking: float

    def seconds(self, network: RoadNetwork) -> Floats:
        """Seconds for each piece of the network."""
        table = np.array([self.kmh[kind] for kind in KINDS], dtype=np.float64)
        kmh = np.fmin(table[network.kind], network.limit)
        return np.asarray(network.metres * 3.6 / kmh)


@dataclass(frozen=True, slots=True)
class Snapped:
    """Places (WGS-84) on the network: piece of road, share along it (0 at `tail`), metres off it; `piece` -1 beyond reach."""

    lon: Floats
    lat: Floats
    piece: Indices
    along: Floats
    metres: Floats

    def __len__(self) -> int:
        return len(self.piece)

    def at(self, chosen: Any) -> Snapped:
        """Some of the places, by index or mask."""
        return Snapped(self.lon[chosen], self.lat[chosen], self.piece[chosen], self.along[chosen], self.metres[chosen])


class Router:
    """Travel times over one network at given speeds; build once (tenths of a second), use from any thread."""

    def __init__(self, network: RoadNetwork, speeds: Speeds) -> None:
        """Raises KeyError when `speeds` lacks a class."""
        self.network, self.speeds = network, speeds
        seconds = speeds.seconds(network)
        self._ahead = np.where(network.forward, seconds, np.inf)
        self._back = np.where(network.backward, seconds, np.inf)
        self._forward = _graph(network, self._ahead, self._back)
        self._backward = csr_array(self._forward.T.tocsr())
        self._middle = float(np.mean(network.lat))
        self._known: _Known = {}
        self._rasters: dict[tuple[bytes, bytes], Snapped] = {}
        self._lock = threading.Lock()

    # places on the network

    @cached_property
    def _pieces(self) -> tuple[Any, Indices, NDArray[np.object_]]:
        """A search tree of the pieces one may stop on (all, when there are no others), their numbers and their lines."""
        network = self.network
        stops = ~np.isin(network.kind, [KINDS.index(kind) for kind in NO_STOPPING])
        chosen = np.flatnonzero(stops) if stops.any() else np.arange(len(network.tail))
        of = np.repeat(np.arange(len(network.tail)), np.diff(network.first))
        drawn = shapely.linestrings(metres_of(network.points, self._middle), indices=of)
        lines = np.asarray(drawn, dtype=object)[chosen]
        return shapely.STRtree(lines), chosen, lines

    def snap(self, lons: ArrayLike, lats: ArrayLike) -> Snapped:
        """The nearest road of each place (WGS-84 degrees) and how far it is; NaN and places beyond `SNAP_MOST_M` have none."""
        lon, lat = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (lons, lats))
        if len(lon) > _MANY:
            return self._snap_many(lon, lat)
        keys = list(zip(lon.tolist(), lat.tolist(), strict=True))
        known = self._known
        missing = [i for i, key in enumerate(keys) if key not in known]
        if missing:
            known = self._learn(known, [keys[i] for i in missing], *self._search(lon[missing], lat[missing]))
        piece, along, metres = zip(*(known[key] for key in keys), strict=True) if keys else ((), (), ())
        return Snapped(lon, lat, np.array(piece, dtype=np.int64), np.array(along), np.array(metres))

    def _snap_many(self, lon: Floats, lat: Floats) -> Snapped:
        """The same for the points of a raster, which come again as a whole."""
        key = (lon.tobytes(), lat.tobytes())
        found = self._rasters.get(key)
        if found is None:
            piece, along, metres = self._search(lon, lat)
            found = Snapped(lon, lat, piece, along, metres)
            with self._lock:
                kept = self._rasters if len(self._rasters) < _RASTERS else {}
                self._rasters = {**kept, key: found}
        return found

    def _learn(self, known: _Known, keys: list[tuple[float, float]], *columns: NDArray[Any]) -> _Known:
        """What is known with what was just found; the store is begun anew before it grows without end."""
        rows = zip(*(column.tolist() for column in columns), strict=True)
        fresh: _Known = dict(zip(keys, rows, strict=True))
        with self._lock:
            kept = self._known if len(self._known) + len(fresh) <= _KEPT else {}
            self._known = kept | fresh
        return known | fresh

    def _search(self, lon: Floats, lat: Floats) -> tuple[Indices, Floats, Floats]:
        tree, chosen, lines = self._pieces
        piece, along, metres = np.full(len(lon), -1), np.zeros(len(lon)), np.full(len(lon), np.nan)
        given = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        places = metres_of(np.column_stack([lon[given], lat[given]]), self._middle)
        points = np.asarray(shapely.points(places), dtype=object)
        row = tree.nearest(points)
        far = shapely.distance(lines[row], points)
        near = far <= SNAP_MOST_M
        at, row, points = given[near], row[near], points[near]
        piece[at], metres[at] = chosen[row], far[near]
        along[at] = _ends_exact(shapely.line_locate_point(lines[row], points, normalized=True))
        return piece, along, metres

    # times

    def matrix(self, origins: Snapped, places: Snapped, *, limit: float = np.inf) -> Floats:
        """Minutes from each origin (row) to each place (column); inf beyond `limit` minutes, NaN off the network."""
        if len(places) < len(origins):
            return self._minutes(places, origins, limit, reverse=True).T
        return self._minutes(origins, places, limit, reverse=False)

    def nearest(self, origins: Snapped, places: Snapped, *, limit: float = np.inf) -> Floats:
        """Minutes to each place from the origin that is soonest there; inf beyond `limit`, NaN off the network."""
        on = origins.piece >= 0
        begun = origins.at(on)
        if not len(begun):
            return np.where(places.piece < 0, np.nan, np.inf)
        graph, starts = self._with(begun, reverse=False)
        reached = dijkstra(graph, indices=starts, limit=limit * 60.0, min_only=True)
        found = self._arriving(reached[None, :], places, reverse=False)
        _, second, direct = self._on_one_piece(begun, places, reverse=False)
        np.minimum.at(found[0], second, direct)
        return np.asarray(_in_minutes(found, places, limit)[0])

    def _minutes(self, sources: Snapped, targets: Snapped, limit: float, *, reverse: bool) -> Floats:
        on = np.flatnonzero(sources.piece >= 0)
        if not len(on):
            return np.full((len(sources), len(targets)), np.nan)
        begun = sources.at(on)
        graph, starts = self._with(begun, reverse=reverse)
        reached = np.atleast_2d(dijkstra(graph, indices=starts, limit=limit * 60.0))
        found = self._arriving(reached, targets, reverse=reverse)
        first, second, direct = self._on_one_piece(begun, targets, reverse=reverse)
        found[first, second] = np.minimum(found[first, second], direct)
        found = _in_minutes(found, targets, limit)
        if len(on) == len(sources):
            return found
        minutes = np.full((len(sources), len(targets)), np.nan)
        minutes[on] = found
        return minutes

    def _walk(self, at: Snapped) -> Floats:
        return np.asarray(at.metres * 3.6 / self.speeds.walking)

    def _links(self, at: Snapped, *, leaving: bool) -> tuple[Floats, Floats]:
        """Seconds between a place and the tail and the head of its piece, on foot to the road included; inf where not allowed."""
        ahead, back, walk = self._ahead[at.piece], self._back[at.piece], self._walk(at)
        with np.errstate(invalid="ignore"):
            if leaving:
                tail, head = back * at.along, ahead * (1.0 - at.along)
            else:
                tail, head = ahead * at.along, back * (1.0 - at.along)
        return (_closed(tail) + walk, _closed(head) + walk)

    def _with(self, sources: Snapped, *, reverse: bool) -> tuple[csr_array, Indices]:
        """The graph with one more vertex for each source, from which it is left towards the ends of its piece."""
        graph = self._backward if reverse else self._forward
        junctions, count = self.network.junctions, len(sources)
        ends = np.column_stack([self.network.tail[sources.piece], self.network.head[sources.piece]]).ravel()
        seconds = np.column_stack(self._links(sources, leaving=not reverse)).ravel()
        seconds = np.maximum(seconds, _LEAST)
        open_ = np.isfinite(seconds)
        sizes = open_.reshape(count, 2).sum(axis=1)
        pointer = np.concatenate([graph.indptr, graph.indptr[-1] + np.cumsum(sizes)]).astype(np.int32)
        indices = np.concatenate([graph.indices, ends[open_]]).astype(np.int32, copy=False)
        data = np.concatenate([graph.data, seconds[open_]])
        whole = csr_array((data, indices, pointer), shape=(junctions + count, junctions + count))
        return whole, np.arange(junctions, junctions + count)

    def _arriving(self, reached: Floats, targets: Snapped, *, reverse: bool) -> Floats:
        """Seconds to the targets by the nearer end of their piece."""
        piece = np.maximum(targets.piece, 0)  # what is off the network is made NaN by `_in_minutes`
        tail, head = self._links(targets, leaving=reverse)
        by_tail = reached.take(self.network.tail[piece], axis=1)
        by_tail += tail
        by_head = reached.take(self.network.head[piece], axis=1)
        by_head += head
        return np.minimum(by_tail, by_head, out=by_tail)

    def _on_one_piece(self, sources: Snapped, targets: Snapped, *, reverse: bool) -> tuple[Indices, Indices, Floats]:
        """Pairs of a source and a target on the same piece, with the seconds along it."""
        order: Indices = np.argsort(targets.piece, kind="stable")
        ranked = targets.piece[order]
        low, high = np.searchsorted(ranked, sources.piece), np.searchsorted(ranked, sources.piece, side="right")
        first = np.repeat(np.arange(len(sources)), high - low)
        inner = np.arange(len(first)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
        second = order[np.repeat(low, high - low) + inner]
        way = targets.along[second] - sources.along[first]
        way = -way if reverse else way
        piece = sources.piece[first]
        drive = np.where(way >= 0.0, self._ahead[piece], self._back[piece])
        with np.errstate(invalid="ignore"):
            ride = np.where(way == 0.0, 0.0, np.abs(way) * drive)
        return first, second, self._or_on_foot(sources.at(first), targets.at(second), ride)

    def _or_on_foot(self, origins: Snapped, places: Snapped, ride: Floats) -> Floats:
        """Seconds by a ride of so many between two places beside one piece; straight across where that is hardly longer on foot."""
        straight = metres_between(origins.lon, origins.lat, places.lon, places.lat)
        off = origins.metres + places.metres
        feet = 3.6 / self.speeds.walking
        return np.asarray(np.where(straight <= off + ON_FOOT_M, straight * feet, ride + off * feet))


def _graph(network: RoadNetwork, ahead: Floats, back: Floats) -> csr_array:
    """Seconds from junction to junction, the quickest of parallel pieces."""
    rows = np.concatenate([network.tail[network.forward], network.head[network.backward]]).astype(np.int64)
    columns = np.concatenate([network.head[network.forward], network.tail[network.backward]])
    seconds = np.concatenate([ahead[network.forward], back[network.backward]])
    order = np.argsort(rows * network.junctions + columns, kind="stable")
    keys = (rows * network.junctions + columns)[order]
    begins = np.flatnonzero(np.diff(keys, prepend=-1))
    quickest = np.maximum(np.minimum.reduceat(seconds[order], begins), _LEAST)
    places = (rows[order][begins], columns[order][begins])
    return csr_array((quickest, places), shape=(network.junctions, network.junctions))


def _ends_exact(along: Floats) -> Floats:
    """What is an end but for rounding is the junction itself, which may be left whatever the direction of the piece."""
    return np.asarray(np.where(along < _ROUNDING, 0.0, np.where(along > 1.0 - _ROUNDING, 1.0, along)))


def _closed(seconds: Floats) -> Floats:
    """Zero times a closed direction is no number: at its very end a piece is left without being driven."""
    return np.asarray(np.where(np.isnan(seconds), 0.0, seconds))


def _in_minutes(seconds: Floats, targets: Snapped, limit: float) -> Floats:
    """The same array in minutes, inf beyond the limit, NaN off the network."""
    seconds /= 60.0
    if np.isfinite(limit):
        seconds[seconds > limit] = np.inf
    off = targets.piece < 0
    if off.any():
        seconds[:, off] = np.nan
    return seconds
