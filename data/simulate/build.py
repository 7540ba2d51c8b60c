"""A county-year by seed: the grid, the force, a year of leads and tasks, and the event of every step, in one transaction."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, insert, select

from data.county import County
from data.db import open_engine
from data.demo import PLANS, demonstration_grid
from data.models import (
    Account,
    Block,
    Case,
    CaseEntry,
    CaseReview,
    Certificate,
    ChainHead,
    Counter,
    Deadline,
    Delegation,
    DutyContact,
    Evidence,
    EvidenceLink,
    Goods,
    GoodsMove,
    GridCell,
    Handover,
    Item,
    ItemField,
    Jurisdiction,
    Lead,
    LegalExpert,
    Measure,
    Notice,
    Organ,
    Paper,
    Party,
    Payment,
    Person,
    Posting,
    Remedy,
    Series,
    Shift,
    ShiftNote,
    Task,
    Team,
    TeamMember,
    Unit,
)
from data.models.sealed import Sealed, sealed_row
from data.secret import own_secret
from data.settings import settings
from data.simulate.case_docket import Docket
from data.simulate.case_papers import paper_plans
from data.simulate.case_pictures import keep_pictures
from data.simulate.catalogue import pools
from data.simulate.chance import chance, key_at
from data.simulate.conduct import Conduct
from data.simulate.course import Story
from data.simulate.demand import Demand
from data.simulate.desk import Desk
from data.simulate.establishment import Establishment
from data.simulate.force import raise_force
from data.simulate.ground import Ground
from data.simulate.inspecting import Inspecting
from data.simulate.interleave import Clerk, Interleave
from data.simulate.organs import establish
from data.simulate.patrols import Patrolling
from data.simulate.people import begin_of
from data.simulate.shift_book import ShiftBook
from data.simulate.squads import Force
from data.simulate.staffing import Staffing
from data.simulate.supervising_files import FileReviews
from data.simulate.tables import World, tables
from data.simulate.today import Today
from geo.hierarchy import Hierarchy
from policy.errors import Refusal
from policy.loader import load_profile
from policy.text import say
from policy.workdays import load_calendar
from policy.zone import CHINA

Row = dict[str, Any]
Progress = Callable[[str, int, int], None]
MOST_DAYS: Final = 1100
BATCH: Final = 5_000
USUAL_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was made: rows by table, events, and the head of the chain."""

    profile: str
    county: str
    begun: date
    end: datetime
    rows: Mapping[str, int]
    events: int
    chain_head: str


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
        own_secret(settings())
        with engine.connect() as connection:
            _refuse_existing(connection, profile)
        with _undisturbed():
            world = imagine(profile, days, seed, end or datetime.now(UTC), per_year=per_year, progress=progress)
            with engine.begin() as connection:
                return _write(connection, world, progress or _silent)
    finally:
        if isinstance(target, str):
            engine.dispose()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """The collector rests: it would walk through a million rows again and again and find nothing."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


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
    desk = _live_through(ground, made, force, begun, end, per_year or usual_year(ground), tell)
    world = World(county, ground, made, force, desk, begun)
    return World(county, ground, made, force, desk, begun, tables(world, seed, on))


def usual_year(ground: Ground) -> int:
    """Leads of a year, by the number of villages."""
    per_village: float = pools()["leads"]["per_village"]
    return round(per_village * len(ground.leaves))


def _county(profile: str, grid: Hierarchy, seed: int, end: datetime) -> County:
    rules = load_profile(profile)
    rng = chance(seed, profile, "jurisdiction")
    return County(
        key_at(rng, end), grid.root.code, rules.name_zh, rules.name_en, rules.short_code, rules,
        load_calendar(settings().calendar_folder), grid, end.astimezone(CHINA).date(),
    )  # fmt: skip


def _live_through(
    ground: Ground, made: Establishment, force: Force, begun: date, end: datetime, per_year: int, tell: Progress
) -> Desk:
    first = begin_of(begun)
    demand = Demand(ground, made.sorts)
    days = (end.astimezone(CHINA).date() - begun).days + 1
    known = demand.draw(first, days, end, per_year)
    desk = Desk(ground, made, force, end)
    desk.docket, desk.shifts = Docket(desk), ShiftBook(desk)
    # a short history says too little about what comes in today
    usual = (
        known if days >= USUAL_DAYS else demand.draw(first - timedelta(days=USUAL_DAYS), USUAL_DAYS, first, per_year)
    )
    for arrival in [*known, *Today(ground, usual, end).draw()]:
        desk.start(Story(desk, arrival).steps(), arrival.at)
    if desk.shifts.begin() >= first:
        desk.start(desk.shifts.course(), desk.shifts.begin())
    stage = say("simulate.stage_year")
    desk.run(lambda at: tell(stage, (at - first).days, days))
    tell(stage, days, days)
    return desk


# writing

MODELS: Final[Mapping[str, Any]] = {
    "jurisdiction": Jurisdiction, "organ": Organ, "person": Person, "grid_cell": GridCell, "certificate": Certificate,
    "posting": Posting, "team": Team, "team_member": TeamMember, "shift": Shift, "item_field": ItemField,
    "item": Item, "delegation": Delegation, "lead": Lead, "task": Task, "unit": Unit, "counter": Counter,
    "party": Party, "case_file": Case, "case_entry": CaseEntry, "case_review": CaseReview, "measure": Measure, "goods": Goods,
    "goods_move": GoodsMove, "payment": Payment, "remedy": Remedy, "deadline": Deadline, "evidence": Evidence,
    "evidence_link": EvidenceLink, "series": Series, "number_block": Block, "paper": Paper,
    "legal_expert": LegalExpert, "account": Account, "duty_contact": DutyContact, "shift_note": ShiftNote,
    "handover": Handover, "notice": Notice,
}  # fmt: skip


def _write(connection: Connection, world: World, tell: Progress) -> DemoReport:
    keep_pictures(settings().var)
    stage = say("simulate.stage_rows")
    total = sum(len(rows) for rows in world.tables.values())
    done = 0
    for name, rows in world.tables.items():
        table: Table = MODELS[name].__table__
        for batch in _batches(rows):
            connection.execute(insert(table), _stored(MODELS[name], batch))
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


def _stored(model: Any, batch: Sequence[Row]) -> Sequence[Row]:
    return [sealed_row(model, row) for row in batch] if issubclass(model, Sealed) else batch


def _write_events(connection: Connection, world: World, tell: Progress) -> int:
    stage, total = say("simulate.stage_events"), len(world.desk.events)
    written = 0

    def told(count: int) -> None:
        nonlocal written
        written += count
        tell(stage, written, total)

    clerk = Clerk(connection, world.county)
    chain = Interleave(clerk, world.desk.events, told)
    docket, end = world.desk.docket, world.desk.end
    papers = paper_plans(docket, (end - begin_of(world.begun)).days)
    inspections = Inspecting(docket, world.begun).plans()
    patrols = Patrolling(world.desk, world.begun).plans()
    staffing = Staffing(world, end.astimezone(CHINA).date()).plans()
    reviews = FileReviews(docket, world.begun).plans()
    conduct = Conduct(docket, world.begun).plans()
    office = [*staffing, *reviews, *conduct, *world.desk.shifts.plans()]
    chain.run([*docket.between.plans, *papers, *inspections, *patrols, *office], end)
    chain.renumber(world.tables["deadline"], world.tables["case_review"])
    docket.refused += clerk.refused
    tell(stage, total, total)
    return chain.moved(total)


def _batches(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
