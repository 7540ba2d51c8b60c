"""A county-year by seed: the grid, the force, a year of leads and tasks, and the event of every step, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import shapely
from sqlalchemy import Connection, Engine, Table, insert, select

from data.county import County
from data.db import open_engine
from data.demo import PLANS, demonstration_grid
from data.events import append_many
from data.models import (
    Certificate,
    ChainHead,
    Counter,
    Delegation,
    GridCell,
    Item,
    ItemField,
    Jurisdiction,
    Lead,
    Organ,
    Person,
    Posting,
    Shift,
    Task,
    Team,
    TeamMember,
    Unit,
)
from data.settings import settings
from data.simulate.catalogue import pools
from data.simulate.chance import chance, key_at
from data.simulate.course import Story
from data.simulate.demand import Demand
from data.simulate.desk import Crew, Desk
from data.simulate.force import Force, member_rows, raise_force
from data.simulate.ground import Ground
from data.simulate.organs import Establishment, establish, field_rows
from data.simulate.people import CHINA, begin_of
from data.simulate.rota import shift_rows
from data.simulate.today import Today
from geo.hierarchy import Hierarchy
from policy.errors import Refusal
from policy.lifecycle import unit_status
from policy.loader import load_profile
from policy.text import say
from policy.vocabulary import TaskStatus, UnitStatus
from policy.workdays import load_calendar

Row = dict[str, Any]
Progress = Callable[[str, int, int], None]
MOST_DAYS: Final = 1100
BATCH: Final = 5_000
GRID_SINCE: Final = date(2021, 8, 1)


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was made: rows by table, events, and the head of the chain, which is the same for the same seed and end."""

    profile: str
    county: str
    begun: date
    end: datetime
    rows: Mapping[str, int]
    events: int
    chain_head: str


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


def build_demo(
    target: str | Engine,
    profile: str = "jindong",
    days: int = 365,
    seed: int = 1,
    end: datetime | None = None,
    *,
    per_year: int | None = None,
    progress: Progress | None = None,
) -> DemoReport:
    """Make a county with `days` of history up to `end` in a migrated database, all or nothing.

    `progress(stage, done, total)` is told as it goes. Raises Refusal when the county is there already, or has no grid.
    """
    engine = open_engine(target, writer=True) if isinstance(target, str) else target
    try:
        with engine.connect() as connection:
            _refuse_existing(connection, profile)
        world = imagine(profile, days, seed, end or datetime.now(UTC), per_year=per_year, progress=progress)
        with engine.begin() as connection:
            return _write(connection, world, progress or _silent)
    finally:
        if isinstance(target, str):
            engine.dispose()


def _silent(_stage: str, _done: int, _total: int) -> None:
    return None


def _refuse_existing(connection: Connection, profile: str) -> None:
    name = connection.execute(select(Jurisdiction.name).where(Jurisdiction.profile == profile)).scalar()
    if name is not None:
        raise Refusal("errors_simulate.exists", kind="conflict", county=name, profile=profile)


def imagine(
    profile: str,
    days: int,
    seed: int,
    end: datetime,
    *,
    per_year: int | None = None,
    progress: Progress | None = None,
) -> World:
    """Everything of a demonstration, in memory; the same for the same arguments."""
    if profile not in PLANS:
        raise Refusal("errors_simulate.no_profile", kind="not_found", profile=profile, known=", ".join(PLANS))
    if not 1 <= days <= MOST_DAYS:
        raise Refusal("errors_simulate.days", days=days)
    tell = progress or _silent
    end = end.astimezone(UTC).replace(microsecond=0)
    tell(say("simulate.stage_grid"), 0, 1)
    county = _county(profile, demonstration_grid(profile, seed), seed, end)
    tell(say("simulate.stage_grid"), 1, 1)
    ground = Ground(county, seed)
    on = end.astimezone(CHINA).date()
    begun = on - timedelta(days=days - 1)
    made = establish(ground, begun, on)
    force = raise_force(ground, made, begun, on)
    tell(say("simulate.stage_force"), 1, 1)
    desk = _live_through(ground, made, force, begun, end, per_year or pools()["leads"]["per_year"], tell)
    world = World(county, ground, made, force, desk, begun)
    return World(county, ground, made, force, desk, begun, _tables(world, seed, on))


def _county(profile: str, grid: Hierarchy, seed: int, end: datetime) -> County:
    rules = load_profile(profile)
    rng = chance(seed, profile, "jurisdiction")
    return County(
        key_at(rng, end), grid.root.code, rules.name_zh, rules.name_en, rules.short_code, rules,
        load_calendar(settings().calendars), grid, end.astimezone(CHINA).date(),
    )  # fmt: skip


def _live_through(
    ground: Ground, made: Establishment, force: Force, begun: date, end: datetime, per_year: int, tell: Progress
) -> Desk:
    first = begin_of(begun)
    demand = Demand(ground, made.sorts)
    days = (end.astimezone(CHINA).date() - begun).days + 1
    known = demand.draw(first, days, end, per_year)
    desk = Desk(ground, made, force, end)
    for arrival in [*known, *Today(ground, known, end).draw()]:
        desk.start(Story(desk, arrival).steps(), arrival.at)
    stage = say("simulate.stage_year")
    desk.run(lambda at: tell(stage, (at - first).days, days))
    tell(stage, days, days)
    return desk


# rows


def _tables(world: World, seed: int, on: date) -> dict[str, Sequence[Row]]:
    """Rows of every table, in the order in which they may be inserted."""
    county, made, force = world.county, world.made, world.force
    rng = chance(seed, county.code, "rows")
    ids = {row["code"]: row["id"] for row in made.organs}
    people, certificates = force.registry.rows(county.jurisdiction_id, ids)
    at = begin_of(world.begun)
    return {
        "jurisdiction": [_jurisdiction(county)],
        "organ": made.organs,
        "person": people,
        "grid_cell": list(_cells(world, rng, on)),
        "certificate": certificates,
        "posting": force.postings,
        "team": [s.row(county.jurisdiction_id, ids[s.organ], force.registry.phone()) for s in force.squads],
        "team_member": list(member_rows(force, county.jurisdiction_id, seed)),
        "shift": list(shift_rows(force, world.desk.rota, county.jurisdiction_id, seed, world.begun, on)),
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
        head, point = force.heads.get(cell.code), shapely.point_on_surface(cell.geometry)
        yield {
            "id": key_at(rng, begin_of(since)), "jurisdiction_id": county.jurisdiction_id, "code": cell.code,
            "name": cell.name, "level": cell.level, "parent_code": cell.parent,
            "township_code": county.township_of(cell.code), "settlement": cell.settlement,
            "illustrative": cell.illustrative, "geometry": shapely.to_wkb(cell.geometry), "lon": point.x,
            "lat": point.y, "area_m2": area, "head_person_id": head.id if head else None,
            "deputy_ids": [str(p.id) for p in force.deputies.get(cell.code, [])], "valid_from": since,
            "valid_to": None, "version": 1,
        }  # fmt: skip


def _units(desk: Desk, seed: int) -> Iterator[Row]:
    rng = chance(seed, desk.county.code, "units")
    desk.now = desk.end
    for crew in desk.crews:
        status = unit_status(TaskStatus(task["status"]) for task in crew.open)
        on_duty = bool(desk.rota.at(crew.squad.code, desk.end).people)
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
    lon, lat = travelling["_from"] if travelling else desk.place(crew)
    if travelling is not None:
        there = travelling["_lead"]["_point"]
        gone = (desk.end - travelling["departed_at"]).total_seconds() / 60.0
        part = min(0.9, gone / max(1.0, travelling["_minutes"]))
        lon, lat = lon + part * (there[0] - lon), lat + part * (there[1] - lat)
    stale = timedelta(minutes=25) if not crew.open and rng.random() < 0.06 else timedelta()
    return round(lon, 6), round(lat, 6), age + stale


# writing

MODELS: Final[Mapping[str, Any]] = {
    "jurisdiction": Jurisdiction, "organ": Organ, "person": Person, "grid_cell": GridCell, "certificate": Certificate,
    "posting": Posting, "team": Team, "team_member": TeamMember, "shift": Shift, "item_field": ItemField,
    "item": Item, "delegation": Delegation, "lead": Lead, "task": Task, "unit": Unit, "counter": Counter,
}  # fmt: skip


def _write(connection: Connection, world: World, tell: Progress) -> DemoReport:
    stage = say("simulate.stage_rows")
    total = sum(len(rows) for rows in world.tables.values())
    done = 0
    for name, rows in world.tables.items():
        table: Table = MODELS[name].__table__
        for batch in _batches(rows):
            connection.execute(insert(table), batch)
            done += len(batch)
            tell(stage, done, total)
    events = _write_events(connection, world, tell)
    head = connection.execute(
        select(ChainHead.hash).where(ChainHead.jurisdiction_id == world.county.jurisdiction_id)
    ).scalar()
    counts = {name: len(rows) for name, rows in world.tables.items()}
    return DemoReport(
        world.county.profile.code, world.county.name, world.begun, world.desk.end, counts, events, head or ""
    )


def _write_events(connection: Connection, world: World, tell: Progress) -> int:
    stage, total = say("simulate.stage_events"), len(world.desk.events)
    written = 0

    def told(count: int) -> None:
        nonlocal written
        written += count
        tell(stage, written, total)

    made = append_many(connection, world.county.jurisdiction_id, world.desk.events, batch=BATCH, progress=told)
    tell(stage, total, total)
    return made


def _batches(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
