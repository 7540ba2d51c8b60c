"""The rows of a demonstration, table by table, in the order in which they may be inserted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import shapely

from data.county import County
from data.simulate.chance import chance, key_at
from data.simulate.crews import Crew
from data.simulate.desk import Desk
from data.simulate.establishment import Establishment, english_cell, field_rows
from data.simulate.ground import Ground
from data.simulate.names import invented_phone
from data.simulate.people import begin_of
from data.simulate.rota import shift_rows
from data.simulate.squads import Force, member_rows
from policy.lifecycle import unit_status
from policy.vocabulary import TaskStatus, UnitStatus

Row = dict[str, Any]
GRID_SINCE: Final = date(2021, 8, 1)


@dataclass(frozen=True)
class World:
    """A demonstration before it is written: everything in memory."""

    county: County
    ground: Ground
    made: Establishment
    force: Force
    desk: Desk
    begun: date
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)


def tables(world: World, seed: int, on: date) -> dict[str, Sequence[Row]]:
    """Rows of every table, in the order in which they may be inserted."""
    county, made, force = world.county, world.made, world.force
    rng = chance(seed, county.code, "rows")
    ids = {row["code"]: row["id"] for row in made.organs}
    people, certificates = force.registry.rows(county.jurisdiction_id, ids)
    at = begin_of(world.begun)
    book = world.desk.shifts.tables()
    return {
        "jurisdiction": [_jurisdiction(county)],
        "organ": made.organs,
        "person": people,
        "grid_cell": list(_cells(world, rng, on)),
        "certificate": certificates,
        "posting": force.postings,
        "team": [s.row(county.jurisdiction_id, ids[s.organ], invented_phone(rng)) for s in force.squads],
        "team_member": list(member_rows(force, county.jurisdiction_id, seed)),
        "shift": list(shift_rows(force, world.desk.crews.rota, county.jurisdiction_id, seed, world.begun, on)),
        "item_field": list(field_rows(made, county, rng, at)),
        "item": made.items,
        "delegation": made.delegations,
        "lead": [_public(row) for row in world.desk.leads],
        "task": [_public(row) for row in world.desk.tasks],
        "unit": list(_units(world.desk, seed)),
        "counter": [
            {"jurisdiction_id": county.jurisdiction_id, "kind": kind, "day": day, "last": last}
            for (kind, day), last in world.desk.counters.items()
        ],
        **world.desk.docket.tables(),
        **book,
    }


def _public(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def _jurisdiction(county: County) -> Row:
    return {
        "id": county.jurisdiction_id, "code": county.code, "profile": county.profile.code,
        "short_code": county.short_code, "name": county.name, "name_en": county.name_en,
        "outline": shapely.to_wkb(county.hierarchy.root.geometry), "drill": county.drill,
    }  # fmt: skip


def _cells(world: World, rng: Any, on: date) -> Iterator[Row]:
    county, force = world.county, world.force
    cells = list(county.hierarchy)
    since = min(GRID_SINCE, world.begun)
    areas = world.ground.square_metres(cells).tolist()
    for cell, area in zip(cells, areas, strict=True):
        head = force.heads.get(cell.code) if county.hierarchy.children(cell.code) else None  # a village has an officer
        point = shapely.point_on_surface(cell.geometry)
        yield {
            "id": key_at(rng, begin_of(since)), "jurisdiction_id": county.jurisdiction_id, "code": cell.code,
            "name": cell.name, "name_en": english_cell(county, cell) or None, "level": cell.level, "parent_code": cell.parent,
            "township_code": county.township_of(cell.code), "settlement": cell.settlement,
            "illustrative": cell.illustrative, "geometry": shapely.to_wkb(cell.geometry), "lon": point.x,
            "lat": point.y, "area_m2": area, "head_person_id": head.id if head else None,
            "deputy_ids": [str(p.id) for p in force.deputies.get(cell.code, [])], "valid_from": since,
            "valid_to": None, "version": 1,
        }  # fmt: skip


def _units(desk: Desk, seed: int) -> Iterator[Row]:
    rng = chance(seed, desk.county.code, "units")
    for crew in desk.crews.all:
        status = unit_status(TaskStatus(task["status"]) for task in crew.open)
        on_duty = bool(desk.crews.rota.at(crew.squad.code, desk.end).people)
        if not crew.open and not on_duty:
            status = UnitStatus.OFF_DUTY
        last = crew.open[-1] if crew.open else None
        lon, lat, age = _position(desk, crew, rng, on_duty)
        yield {
            "id": key_at(rng, desk.end), "jurisdiction_id": desk.county.jurisdiction_id, "team_id": crew.squad.id,
            "status": status.value, "since": _since(desk, last, rng), "lon": lon, "lat": lat,
            "position_at": desk.end - age, "task_id": last["id"] if last else None, "version": 1,
        }  # fmt: skip


def _since(desk: Desk, task: Row | None, rng: Any) -> datetime:
    if task is None:
        return desk.end - timedelta(minutes=rng.randrange(4, 170))
    moments: tuple[datetime | None, ...] = (task["arrived_at"], task["departed_at"], task["assigned_at"])
    return next(at for at in moments if at is not None)


def _position(desk: Desk, crew: Crew, rng: Any, on_duty: bool) -> tuple[float, float, timedelta]:
    """Degrees and age of a position: on the way in proportion to the time gone, else where the team was last."""
    age = timedelta(seconds=rng.randrange(15, 400))
    if not on_duty:
        lon, lat = desk.ground.centres[crew.squad.seat].tolist()
        return lon, lat, timedelta(minutes=rng.randrange(90, 500))
    travelling = next((t for t in crew.open if t["status"] == TaskStatus.EN_ROUTE), None)
    lon, lat = travelling["_from"] if travelling else desk.crews.place(crew, desk.end)
    if travelling is not None:
        there = travelling["_lead"]["_point"]
        gone = (desk.end - travelling["departed_at"]).total_seconds() / 60.0
        part = min(0.9, gone / max(1.0, travelling["_minutes"]))
        lon, lat = lon + part * (there[0] - lon), lat + part * (there[1] - lat)
    stale = timedelta(minutes=25) if not crew.open and rng.random() < 0.06 else timedelta()
    return round(lon, 6), round(lat, 6), age + stale
