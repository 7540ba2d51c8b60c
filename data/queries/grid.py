"""The grid's geometry for the map: simplified and compressed once for each version of the grid, then handed out as it is."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import brotli

from data.county import County
from data.queries.wall_rows import Named
from geo.hierarchy import Hierarchy
from geo.simplify import collection, features_by_level

QUALITY: Final = 9  # brotli: 11 takes ten times as long for two per cent
SHORT: Final = {"村民委员会": "村", "村委会": "村", "社区居民委员会": "社区", "社区居委会": "社区"}
KINDS_EN: Final = (" Subdistrict", " Township", " Town")


@dataclass(frozen=True, slots=True)
class Encoded:
    """A document as it is sent: plain, gzip and brotli, with its ETag."""

    plain: bytes
    gzip: bytes
    brotli: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class MapGrid:
    """The documents of one grid: cells and names by level, and (south, west, north, east) of every cell."""

    cells: dict[int, Encoded]
    names: dict[int, Encoded]
    bounds: dict[str, tuple[float, float, float, float]]
    version: str  # changes with any border or name


_grids: Final[WeakKeyDictionary[Hierarchy, MapGrid]] = WeakKeyDictionary()
_lock: Final = threading.Lock()


def map_grid(county: County) -> MapGrid:
    """The map documents of a county's grid, made on first use; a grid that is read anew is made anew."""
    with _lock:
        found = _grids.get(county.hierarchy)
        if found is None:
            found = _grids[county.hierarchy] = _make(county)
        return found


def map_version(county: County) -> str:
    """What stands in the address of the map's documents, so that browsers may keep them for ever."""
    return map_grid(county).version


def cells_document(county: County, level: int) -> Encoded | None:
    """Cells of a level (0 the county) in order of code, each with its index `i`; None for a level the grid does not have."""
    return map_grid(county).cells.get(level)


def names_document(county: County, level: int) -> Encoded | None:
    """Names of a level at their label points; None for a level the grid does not have."""
    return map_grid(county).names.get(level)


def bounds_of(county: County, code: str) -> list[list[float]]:
    """[[south, west], [north, east]] of a cell, as the map takes it; KeyError for an unknown code."""
    south, west, north, east = map_grid(county).bounds[code]
    return [[south, west], [north, east]]


def _make(county: County) -> MapGrid:
    levels = features_by_level(county.hierarchy)
    cells = {level: encode(collection(_indexed(features))) for level, features in levels.items()}
    names = {level: encode(collection([_name(f) for f in features])) for level, features in levels.items()}
    bounds = {cell.code: _bounds(cell.geometry) for cell in county.hierarchy}
    marks = "".join(document.etag for document in (*cells.values(), *names.values()))
    return MapGrid(cells, names, bounds, hashlib.sha256(marks.encode()).hexdigest()[:16])


def _indexed(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the position in the list, by which `hideout` names a cell's class."""
    return [feature | {"properties": feature["properties"] | {"i": i}} for i, feature in enumerate(features)]


def _name(feature: dict[str, Any]) -> dict[str, Any]:
    told = feature["properties"]
    point = {"type": "Point", "coordinates": [told["x"], told["y"]]}
    names = {key: short_name(told[key]) for key in ("n", "e") if key in told}
    return {"type": "Feature", "geometry": point, "properties": {"c": told["c"], **names}}


def short_name(name: str) -> str:
    """A cell's name as one says it: 郑店村 for 郑店村委会, 上钱村 for 上钱村村委会, 光南社区 for 光南社区居委会, in English without its
    kind: Duohu for Duohu Subdistrict; others as they are."""
    for ending, kind in SHORT.items():
        if name.endswith(ending) and name != ending:
            bare = name.removesuffix(ending)
            return bare if bare.endswith(kind) else bare + kind
    return name.removesuffix(next((kind for kind in KINDS_EN if name.endswith(kind)), ""))


def short_words(county: County, code: str) -> Named:
    """A cell as one says it in either language."""
    words = county.words_of(code)
    return Named(short_name(words.zh), short_name(words.en))


def _bounds(geometry: Any) -> tuple[float, float, float, float]:
    west, south, east, north = geometry.bounds
    return south, west, north, east


def encode(document: bytes) -> Encoded:
    """Compress a document once, for every request to come."""
    squeeze: Callable[..., bytes] = brotli.compress
    etag = f'"{hashlib.sha256(document).hexdigest()[:24]}"'
    return Encoded(document, gzip.compress(document, 9, mtime=0), squeeze(document, quality=QUALITY), etag)
