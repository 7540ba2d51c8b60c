"""The grid of a county from a file: checked whole, then put in force from a day; the cells before it end the day before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import load_county
from data.db import Record, Tx
from data.importers.faults import Fault, Imported, ImportRefused
from data.importers.writing import digest_of, record_import
from data.models import GridCell, Jurisdiction
from geo.check import check_grid
from geo.coordinates import Datum
from geo.distance import EARTH_RADIUS_M
from geo.files import Fields, GridFileError, read_cells
from geo.hierarchy import Cell, Hierarchy
from geo.simplify import label_points
from policy.errors import Refusal
from policy.grid_levels import levels_of, township_level
from policy.loader import load_profile
from policy.zone import CHINA


@dataclass(frozen=True, slots=True)
class GridSource:
    """How a grid file is read, and from which day it is in force."""

    file: Path
    profile: str | None = None
    layer: str | None = None
    datum: Datum = "wgs84"
    fields: Fields | None = None
    valid_from: date | None = None


def import_grid(record: Record, actor: Actor, source: GridSource) -> Imported:
    """Replace the grid of the county the file describes; a new county needs the profile named.

    Raises ImportRefused with every fault of the file; then nothing was written.
    """
    cells, place = _read(source), _place(record, source)
    outline = shapely.from_wkb(place.outline) if place else None
    faults = [Fault(f"errors_geo.{f.code}", params=f.facts) for f in check_grid(cells, outline)]
    if faults:
        raise ImportRefused(source.file.name, faults)
    hierarchy = Hierarchy(cells)
    _fits(source, hierarchy, place, _day(source, record.clock()))
    done: Imported = record.submit_raw(_writing(record, actor, source, hierarchy)).result()
    record.counties.forget()
    record.bus.committed()
    return done


def _read(source: GridSource) -> list[Cell]:
    try:
        return read_cells(source.file, fields=source.fields, layer=source.layer, datum=source.datum)
    except GridFileError as fault:
        raise ImportRefused(source.file.name, [Fault(f"errors_geo.{fault.code}", params=fault.params)]) from fault


def _place(record: Record, source: GridSource) -> Jurisdiction | None:
    with record.read() as session:
        query = select(Jurisdiction).order_by(Jurisdiction.id)
        if source.profile:
            query = query.where(Jurisdiction.profile == source.profile)
        places = session.scalars(query).all()
    if not places and not source.profile:
        raise Refusal("errors_import.profile_missing", file=source.file.name)
    if len(places) > 1:
        raise Refusal("errors_import.profile_ambiguous", known=", ".join(place.profile for place in places))
    return places[0] if places else None


def _fits(source: GridSource, hierarchy: Hierarchy, place: Jurisdiction | None, day: date) -> None:
    """The file must describe the county that is meant, with as many levels as its profile names."""
    root, name = hierarchy.root, source.file.name
    if place is not None and root.code != place.code:
        raise Refusal("errors_import.other_county", file=name, found=root.code, county=place.name, wanted=place.code)
    code = place.profile if place else source.profile or ""
    levels = levels_of(load_profile(code), day)[1:]
    if hierarchy.depth != len(levels):
        words = tuple(str(level["name_zh"]) for level in levels)
        raise Refusal("errors_import.levels", file=name, found=hierarchy.depth, wanted=len(levels), names=words)


def _day(source: GridSource, now: datetime) -> date:
    return source.valid_from or now.astimezone(CHINA).date()


def _on_equal_areas(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    radians = np.radians(degrees)
    return np.column_stack([radians[:, 0], np.sin(radians[:, 1])]) * EARTH_RADIUS_M


def square_metres(geometries: Sequence[Any]) -> NDArray[np.float64]:
    """Areas of WGS-84 shapes in m², on the sphere of mean radius (within 0.5 % of the ellipsoid)."""
    flat = shapely.transform(np.array(geometries, dtype=object), _on_equal_areas)
    return np.asarray(shapely.area(flat), dtype=np.float64)


def _writing(
    record: Record, actor: Actor, source: GridSource, hierarchy: Hierarchy
) -> Callable[[Connection], Imported]:
    labels, areas = label_points(hierarchy), square_metres([cell.geometry for cell in hierarchy])
    now, digest = record.clock(), digest_of(source.file)

    def work(connection: Connection) -> Imported:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            place = _jurisdiction(session, source, hierarchy)
            _end_former(session, place, _day(source, now))
            session.flush()
            session.add_all(_rows(place, hierarchy, labels, areas, _day(source, now)))
            session.flush()
            tx = Tx(session, actor, now, load_county(session, place, _day(source, now)))
            demand(actor, "import.run", Subject(place.id, label=source.file.name), now)
            done = Imported("grid", len(hierarchy), created=len(hierarchy))
            record_import(tx, done, digest)
            session.commit()
            return done

    return work


def _jurisdiction(session: Session, source: GridSource, hierarchy: Hierarchy) -> Jurisdiction:
    place = session.scalars(select(Jurisdiction).where(Jurisdiction.code == hierarchy.root.code)).first()
    if place is None:
        profile = load_profile(source.profile or "")
        place = Jurisdiction(
            code=hierarchy.root.code,
            profile=profile.code,
            short_code=profile.short_code,
            name=profile.name_zh,
            name_en=profile.name_en,
            outline=shapely.to_wkb(hierarchy.root.geometry),
        )
        session.add(place)
        session.flush()
    return place


def _end_former(session: Session, place: Jurisdiction, day: date) -> None:
    """Cells in force end the day before; cells that would only begin on or after `day` never come into force."""
    mine = GridCell.jurisdiction_id == place.id
    session.execute(delete(GridCell).where(mine, GridCell.valid_from >= day))
    open_end = GridCell.valid_to.is_(None) | (GridCell.valid_to >= day)
    session.execute(update(GridCell).where(mine, open_end).values(valid_to=day - timedelta(days=1)))


def _rows(
    place: Jurisdiction,
    hierarchy: Hierarchy,
    labels: dict[str, tuple[float, float]],
    areas: NDArray[np.float64],
    day: date,
) -> list[GridCell]:
    level = township_level(load_profile(place.profile), day)
    common: dict[str, Any] = {"jurisdiction_id": place.id, "valid_from": day}
    return [
        GridCell(
            **common,
            code=cell.code,
            name=cell.name,
            name_en=cell.name_en or None,
            level=cell.level,
            parent_code=cell.parent,
            township_code=town.code if (town := hierarchy.ancestor(cell.code, level)) else None,
            settlement=cell.settlement,
            illustrative=cell.illustrative,
            geometry=shapely.to_wkb(cell.geometry),
            lon=labels[cell.code][0],
            lat=labels[cell.code][1],
            area_m2=float(area),
        )
        for cell, area in zip(hierarchy, areas, strict=True)
    ]
