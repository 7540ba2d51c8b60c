"""Cells from a user's GeoJSON, GeoPackage or Shapefile; what cannot be read is refused with a code and its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinates import Datum, geometry_to_wgs84
from geo.errors import GridError
from geo.hierarchy import Cell, Settlement

_DEGREES: Final = ("EPSG:4326", "EPSG:4490", "OGC:CRS84", "EPSG:4979")
_ENDINGS: Final = (".geojson", ".json", ".gpkg", ".shp", ".zip")
_URBAN: Final = ("urban", "城市", "城区", "1", "true")


class GridFileError(GridError):
    """A file that no grid can be read from; codes are keys of the catalogue area `errors_geo`."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Which columns of the file hold what; `level`, `settlement` and `name_en` may be missing in the file."""

    code: str = "code"
    name: str = "name"
    parent: str = "parent"
    level: str = "level"
    settlement: str = "settlement"
    name_en: str = "name_en"


def read_cells(
    path: Path,
    *,
    fields: Fields | None = None,
    layer: str | None = None,
    datum: Datum = "wgs84",
    encoding: str | None = None,
) -> list[Cell]:
    """Cells of the file, in WGS-84 (`datum` says what the file is in); levels follow from the parents where not given.

    Raises `GridFileError`: file_missing, file_kind, file_unreadable, file_empty, field_missing, field_empty, wrong_crs.
    Faults of the grid itself are left for `check.check_grid`.
    """
    fields = fields or Fields()
    crs, blobs, columns = _read(path, layer, encoding)
    _refuse_crs(path, crs)
    for wanted in (fields.code, fields.name, fields.parent):
        if wanted not in columns:
            raise GridFileError("field_missing", file=path.name, field=wanted, fields=", ".join(columns) or "—")
    geometries = geometry_to_wgs84(_geometries(blobs), datum)
    codes = [_required(path, row, fields.code, value) for row, value in enumerate(columns[fields.code], start=1)]
    parents = [_text(value) or None for value in columns[fields.parent]]
    levels = _levels(path, codes, parents, columns.get(fields.level))
    none = np.full(len(codes), "", dtype=object)
    settlements, english = columns.get(fields.settlement, none), columns.get(fields.name_en, none)
    return [
        Cell(code, _text(name), level, parent, geometry, _settlement(settlement), name_en=_text(name_en))
        for code, name, level, parent, geometry, settlement, name_en in zip(
            codes, columns[fields.name], levels, parents, geometries, settlements, english, strict=True
        )
    ]


def _read(
    path: Path, layer: str | None, encoding: str | None
) -> tuple[str | None, NDArray[np.object_], Mapping[str, NDArray[Any]]]:
    import pyogrio.raw
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError

    if not path.is_file():
        raise GridFileError("file_missing", file=path.name)
    if path.suffix.lower() not in _ENDINGS:
        raise GridFileError("file_kind", file=path.name, kinds=", ".join(_ENDINGS))
    try:
        meta, _, blobs, data = pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
    except (DataSourceError, DataLayerError, FieldError, UnicodeDecodeError, RuntimeError, ValueError) as why:
        raise GridFileError("file_unreadable", file=path.name, why=reason_of(why, path)) from why
    if blobs is None or not len(blobs):
        raise GridFileError("file_empty", file=path.name)
    return meta["crs"], blobs, dict(zip(meta["fields"].tolist(), data, strict=True))


def reason_of(why: Exception, path: Path) -> str:
    """What the reader says, without the folder and without advice on drivers."""
    said = (str(why).splitlines() or [type(why).__name__])[0].split(";")[0].rstrip(".")
    return said.replace(str(path), path.name).replace(str(path.parent), "")[:160]


def _refuse_crs(path: Path, crs: str | None) -> None:
    if crs is not None and crs.upper() not in _DEGREES and 'CGCS2000"' not in crs[:40].upper():
        raise GridFileError("wrong_crs", file=path.name, crs=crs.splitlines()[0][:80])


def _geometries(blobs: NDArray[np.object_]) -> NDArray[np.object_]:
    shapes = shapely.from_wkb(blobs, on_invalid="ignore")
    empty = shapely.Polygon()
    return np.array([empty if shape is None else shape for shape in shapes], dtype=object)


def _text(value: Any) -> str:
    """What a column holds as text; whole numbers without a decimal point, nothing for missing values."""
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else f"{value:.15g}"
    return "" if value is None else str(value).strip()


def _required(path: Path, row: int, field: str, value: Any) -> str:
    text = _text(value)
    if not text:
        raise GridFileError("field_empty", file=path.name, field=field, row=row)
    return text


def _levels(path: Path, codes: list[str], parents: list[str | None], given: NDArray[Any] | None) -> list[int]:
    if given is not None:
        return [_level(path, row, value) for row, value in enumerate(given, start=1)]
    above = dict(zip(codes, parents, strict=True))
    return [_depth(code, above) for code in codes]


def _level(path: Path, row: int, value: Any) -> int:
    text = _text(value)
    if not text.lstrip("-").isdecimal():
        raise GridFileError("field_empty", file=path.name, field="level", row=row)
    return int(text)


def _depth(code: str, above: Mapping[str, str | None]) -> int:
    """Steps up to a cell without a parent; a circle or an unknown parent counts as far as it can be followed."""
    seen, depth = {code}, 0
    parent = above.get(code)
    while parent is not None and parent not in seen:
        seen.add(parent)
        depth += 1
        parent = above.get(parent)
    return depth


def _settlement(value: Any) -> Settlement:
    return "urban" if _text(value).lower() in _URBAN else "rural"
