"""The road network of a county from a file: read, judged, compiled, then put in place whole, with its event."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.db import Record, Tx
from data.importers.faults import Fault, Imported, ImportRefused
from data.importers.writing import digest_of, record_import
from data.models import Lead
from data.roads import road_file, share_inside
from geo.coordinates import Datum
from geo.road_cache import keep_network
from geo.road_files import Box, RoadError, Roads, read_roads
from geo.roads import RoadNetwork, compile_roads, suspect_datum

MARGIN: Final = 0.1  # degrees around a county (some 10 km) that are taken from a larger extract: ways lead outside
SAMPLE: Final = 2_000  # latest leads against which the datum of a file is judged
_DATUMS: Final = {"gcj02": "GCJ-02", "bd09": "BD-09"}


def load_roads(record: Record, actor: Actor, county: County, file: Path, datum: Datum = "wgs84") -> RoadNetwork:
    """Put the network of `file` in place of the county's former one, with an event that names the file by its digest.

    Raises ImportRefused with what is wrong with the file; then nothing was changed.
    """
    try:
        network = _compiled(record, county, file, datum)
    except RoadError as fault:
        raise ImportRefused(file.name, [Fault(f"errors_roads.{fault.code}", params=fault.params)]) from fault
    record.write(actor, _put_in_place, county=county, network=network)
    return network


def _compiled(record: Record, county: County, file: Path, datum: Datum) -> RoadNetwork:
    roads = _read(county, file, datum)
    network = compile_roads(roads, source=file.name, sha256=digest_of(file))
    if share_inside(network, county) == 0.0:
        raise _elsewhere(file, county, roads)
    with record.read() as session:
        lons, lats = _known_places(session, county)
    found = suspect_datum(network, lons, lats)
    if found is not None:
        option, metres = found
        raise RoadError("other_datum", file=file.name, datum=_DATUMS[option], option=option, metres=metres)
    return network


def around(county: County) -> Box:
    """The extent of the county and `MARGIN` around it (west, south, east, north)."""
    west, south, east, north = county.hierarchy.root.geometry.bounds
    return west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN


def _read(county: County, file: Path, datum: Datum) -> Roads:
    """What the file holds about the county; where that is nothing, the refusal says where its roads are."""
    try:
        return read_roads(file, bounds=around(county), datum=datum)
    except RoadError as fault:
        if fault.code != "no_roads":
            raise
        raise _elsewhere(file, county, read_roads(file, datum=datum)) from fault


def _elsewhere(file: Path, county: County, roads: Roads) -> RoadError:
    west, south = roads.points.min(axis=0)
    east, north = roads.points.max(axis=0)
    corners = {"west": float(west), "south": float(south), "east": float(east), "north": float(north)}
    return RoadError("elsewhere", file=file.name, county=county.name, **corners)


def _known_places(session: Session, county: County) -> tuple[list[float], list[float]]:
    """Where the latest leads were reported from."""
    query = select(Lead.lon, Lead.lat).where(Lead.jurisdiction_id == county.jurisdiction_id, Lead.lon.is_not(None))
    rows = session.execute(query.order_by(Lead.received_at.desc()).limit(SAMPLE)).all()
    points = np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, 2)
    return points[:, 0].tolist(), points[:, 1].tolist()


def _put_in_place(tx: Tx, *, network: RoadNetwork) -> None:
    demand(tx.actor, "import.run", Subject(tx.county.jurisdiction_id, label=network.source), tx.now)
    done = Imported("roads", network.report.roads, created=network.report.pieces)
    record_import(tx, done, network.sha256)
    keep_network(network, road_file(tx.county.code))
