"""Roads from an OpenStreetMap extract (.osm.pbf, .osm) or a GraphML file (as OSMnx and networkx write it)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite, nan
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinates import Datum, to_wgs84
from geo.errors import GridError
from geo.road_tags import Way, way_of

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
ENDINGS: Final = (".pbf", ".osm", ".graphml")
_PAIR: Final = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_QUOTED: Final = re.compile(r"'([^']*)'")
_ESCAPED: Final = re.compile(r"\\(.)")


class RoadError(GridError):
    """A road file or a kept network that cannot be used; codes are keys of the catalogue area `errors_roads`."""


@dataclass(frozen=True, slots=True)
class Roads:
    """Lines (WGS-84 degrees, one after another; line i is `points[first[i]:first[i + 1]]`) with what holds on them.

    `crossing`: lines also meet at inner points they share; otherwise at their ends only. `metres`: lengths the file
    gives (NaN: none). `left_out`: how many ways were not taken, by reason.
    """

    points: Floats
    first: NDArray[np.int64]
    ways: list[Way]
    names: list[str]
    crossing: bool
    metres: Floats
    left_out: Mapping[str, int] = field(default_factory=dict)


def read_roads(path: Path, *, bounds: Box | None = None, datum: Datum = "wgs84") -> Roads:
    """Roads of the file in WGS-84 (`datum` says what it is in); `bounds` (west, south, east, north) limits an extract.

    Raises `RoadError`: file_missing, file_kind, file_unreadable, no_roads, no_place, no_node.
    """
    if not path.is_file():
        raise RoadError("file_missing", file=path.name)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise RoadError("file_kind", file=path.name, kinds=", ".join((".osm.pbf", ".osm", ".graphml")))
    found = read_graphml(path) if ending == ".graphml" else read_extract(path, bounds)
    if not found.ways:
        left = sum(found.left_out.values())
        raise RoadError("no_roads", file=path.name, left=left)
    return _in_wgs84(found, datum)


def _in_wgs84(roads: Roads, datum: Datum) -> Roads:
    if datum == "wgs84":
        return roads
    points = np.column_stack(to_wgs84(roads.points[:, 0], roads.points[:, 1], datum))
    return Roads(points, roads.first, roads.ways, roads.names, roads.crossing, roads.metres, roads.left_out)


def _roads(
    lines: NDArray[np.object_], ways: Iterable[tuple[Any, str, float]], left: Mapping[str, int], *, crossing: bool
) -> Roads:
    rows = list(ways)
    points, of = shapely.get_coordinates(lines, return_index=True)
    first = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(lines)))]).astype(np.int64)
    metres = np.array([given for _, _, given in rows], dtype=np.float64)
    return Roads(points, first, [way for way, _, _ in rows], [name for _, name, _ in rows], crossing, metres, left)


# -- extracts of OpenStreetMap ----------------------------------------------------------------------------------------


def read_extract(path: Path, bounds: Box | None = None) -> Roads:
    """Roads of an OpenStreetMap extract, through GDAL's reader; ways meet wherever they share a node."""
    lines, columns = _ogr(path, bounds)
    kept: list[int] = []
    ways: list[tuple[Way, str, float]] = []
    left: Counter[str] = Counter()
    for row, (kind, name, more) in enumerate(zip(*columns, strict=True)):
        way = way_of({**hstore(more or ""), "highway": kind})
        if isinstance(way, Way) and lines[row] is not None:
            kept.append(row)
            ways.append((way, name or "", nan))
        elif not isinstance(way, Way):
            left[way] += 1
    return _roads(lines[kept], ways, left, crossing=True)


def _ogr(path: Path, bounds: Box | None) -> tuple[NDArray[np.object_], tuple[NDArray[np.object_], ...]]:
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

    from geo.files import reason_of

    try:
        try:
            meta, blobs, data = _layer(path, bounds)
        except RuntimeError as unsorted:
            if "OSM_USE_CUSTOM_INDEXING" not in str(unsorted):
                raise
            meta, blobs, data = _layer(path, bounds, indexing="NO")
    except (DataSourceError, DataLayerError, FieldError, GeometryError, RuntimeError, ValueError) as why:
        raise RoadError("file_unreadable", file=path.name, why=reason_of(why, path)) from why
    columns = dict(zip(meta["fields"].tolist(), data, strict=True))
    lines = shapely.from_wkb(blobs if blobs is not None else [], on_invalid="ignore")
    return np.asarray(lines, dtype=object), (columns["highway"], columns["name"], columns["other_tags"])


def _layer(path: Path, bounds: Box | None, indexing: str = "YES") -> tuple[Any, Any, Any]:
    """The ways with a class; `indexing` NO is slower and takes files whose nodes are not in order, as editors write them."""
    import pyogrio
    import pyogrio.raw

    pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": indexing})
    meta, _, blobs, data = pyogrio.raw.read(
        path,
        layer="lines",
        columns=["name", "highway", "other_tags"],
        where="highway IS NOT NULL",
        bbox=bounds,
        force_2d=True,
    )
    return meta, blobs, data


def hstore(text: str) -> dict[str, str]:
    """The tags of GDAL's column `other_tags`: `"key"=>"value","key"=>"value"`."""
    return {_ESCAPED.sub(r"\1", key): _ESCAPED.sub(r"\1", value) for key, value in _PAIR.findall(text)}


# -- GraphML ----------------------------------------------------------------------------------------------------------


def read_graphml(path: Path) -> Roads:
    """Roads of a GraphML file: nodes with x, y (or lon, lat), edges with `highway`, `oneway`, `length`, `geometry`.

    In a directed graph an edge is one direction; an edge and its counterpart back become one road with two.
    """
    nodes, edges, directed = _elements(path)
    places = {key: _place(path, key, facts) for key, facts in nodes.items()}
    left: Counter[str] = Counter()
    taken: dict[tuple[str, str, int, int], _Edge] = {}
    for number, (source, target, facts) in enumerate(edges):
        way = way_of(_tags(facts, directed=directed))
        if not isinstance(way, Way):
            left[way] += 1
            continue
        edge = _Edge(way, _line(path, source, target, facts, places), _first(facts.get("name", "")), _length(facts))
        _take(taken, (source, target), edge, number, directed=directed)
    rows = [(edge.whole, edge.name, edge.metres) for edge in taken.values()]
    lines = shapely.linestrings([p for e in taken.values() for p in e.line], indices=_spread(taken.values()))
    return _roads(np.asarray(lines, dtype=object), rows, left, crossing=False)


@dataclass(slots=True)
class _Edge:
    way: Way
    line: list[tuple[float, float]]
    name: str
    metres: float
    both: bool = False

    @property
    def whole(self) -> Way:
        """The road with both directions once its counterpart was met."""
        return Way(self.way.kind, True, True, self.way.limit) if self.both else self.way

    def size(self) -> int:
        """Metres, rounded: what an edge and its counterpart have in common."""
        return round(self.metres) if isfinite(self.metres) else len(self.line)


def _take(
    taken: dict[tuple[str, str, int, int], _Edge],
    ends: tuple[str, str],
    edge: _Edge,
    number: int,
    *,
    directed: bool,
) -> None:
    back = taken.get((ends[1], ends[0], edge.way.kind, edge.size()))
    one_way = edge.way.forward and not edge.way.backward
    if directed and one_way and back is not None and not back.both and ends[0] != ends[1]:
        back.both = True
        return
    key = (*ends, edge.way.kind, edge.size())
    taken[key if key not in taken else (*ends, -1 - number, edge.size())] = edge


def _spread(edges: Iterable[_Edge]) -> NDArray[np.int64]:
    sizes = [len(edge.line) for edge in edges]
    return np.repeat(np.arange(len(sizes)), sizes)


def _elements(path: Path) -> tuple[dict[str, dict[str, str]], list[tuple[str, str, dict[str, str]]], bool]:
    from lxml import etree

    nodes: dict[str, dict[str, str]] = {}
    edges: list[tuple[str, str, dict[str, str]]] = []
    names: dict[str, str] = {}
    directed = True
    try:
        for tag, element in _ended(path, etree):
            if tag == "key":
                names[element.get("id", "")] = element.get("attr.name", "")
            elif tag == "node":
                nodes[element.get("id", "")] = _facts(element, names)
            elif tag == "edge":
                edges.append((element.get("source", ""), element.get("target", ""), _facts(element, names)))
            elif tag == "graph":
                directed = element.get("edgedefault") != "undirected"
    except etree.XMLSyntaxError as why:
        raise RoadError("file_unreadable", file=path.name, why=str(why).replace(str(path), path.name)[:160]) from why
    return nodes, edges, directed


def _ended(path: Path, etree: Any) -> Iterator[tuple[str, Any]]:
    """Every element once it is whole, let go of afterwards; entities of the file are not followed."""
    for _, element in etree.iterparse(str(path), events=("end",), resolve_entities=False, no_network=True):
        tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
        yield tag, element
        if tag in ("node", "edge"):
            element.clear()


def _facts(element: Any, names: Mapping[str, str]) -> dict[str, str]:
    return {names.get(child.get("key", ""), ""): (child.text or "").strip() for child in element}


def _tags(facts: Mapping[str, str], *, directed: bool) -> dict[str, str]:
    """Tags as OSM has them: the first of a list OSMnx wrote; in a directed graph every edge is one direction."""
    tags = {key: _first(value) for key, value in facts.items()}
    tags["maxspeed"] = ";".join(_QUOTED.findall(facts.get("maxspeed", ""))) or facts.get("maxspeed", "")
    if directed:
        tags["oneway"] = "yes"
    return tags


def _first(value: str) -> str:
    return next(iter(_QUOTED.findall(value)), value) if value.startswith("[") else value


def _length(facts: Mapping[str, str]) -> float:
    try:
        return float(facts.get("length", "nan"))
    except ValueError:
        return nan


def _place(path: Path, key: str, facts: Mapping[str, str]) -> tuple[float, float]:
    try:
        lon, lat = (float(facts.get(a) or facts[b]) for a, b in (("x", "lon"), ("y", "lat")))
    except (KeyError, ValueError):
        raise RoadError("no_place", file=path.name, node=key) from None
    return lon, lat


def _line(
    path: Path, source: str, target: str, facts: Mapping[str, str], places: Mapping[str, tuple[float, float]]
) -> list[tuple[float, float]]:
    """The line of an edge from node to node; a straight one where the file draws none."""
    missing = next((key for key in (source, target) if key not in places), None)
    if missing is not None:
        raise RoadError("no_node", file=path.name, node=missing)
    drawn = facts.get("geometry", "")
    try:
        inner = [(float(x), float(y)) for x, y in shapely.get_coordinates(shapely.from_wkt(drawn))] if drawn else []
    except shapely.errors.GEOSException as why:
        raise RoadError("file_unreadable", file=path.name, why=drawn[:60]) from why
    return [places[source], *inner[1:-1], places[target]]
