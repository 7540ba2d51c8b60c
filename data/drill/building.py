"""Builds the record of a drill: grid, people, units and who may log in are copied; no lead, case, notice, token or session is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from data.authority import Actor, Subject, demand
from data.casework.numbers import draw_number
from data.county import County
from data.db import Record, Tx, open_engine
from data.drill.folders import address_of, folder_of, home
from data.drill.spot import choose_cell
from data.events import append_event
from data.migrate import migrate
from data.models import Account, Base, Drill, DrillInject, Grant, Jurisdiction, Person, Shift, Team, Unit
from data.settings import Settings
from geo.hierarchy import Cell
from policy.drill import Scenario, told_of
from policy.vocabulary import UnitStatus
from policy.vocabulary_patrol import InjectStatus

COPIED: Final = (
    "organ", "person", "grid_cell", "certificate", "posting", "team", "team_member", "unit", "shift", "leave",
    "item_field", "item", "delegation", "duty_contact",
)  # fmt: skip
"""Tables in the order in which they may be filled."""
BATCH: Final = 2_000
OFFERED: Final = "demonstration.json"


def start_drill(
    record: Record, actor: Actor, county: County, chosen: Settings, scenario: Scenario, *, cell: str | None = None
) -> str:
    """Build a drill beside the real record and note there that it has started; gives its number."""
    spot, now = choose_cell(county, scenario.place, cell), record.clock()
    demand(actor, "drill.control", Subject(county.jurisdiction_id), now)
    key = uuid7()
    aside = home(chosen) / f".{key}"
    aside.mkdir(parents=True)
    try:
        migrate(address_of(aside))
        with record.read() as session:
            _fill(session, aside, county, scenario, spot, key, now)
        _copy_files(chosen.var, aside, county.code)
        number = record.write(actor, _note_start, county=county, key=key, scenario=scenario, cell=spot.code)
        _number(aside, number)
        aside.rename(folder_of(chosen, number))
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return str(number)


def _copy_files(var: Path, folder: Path, code: str) -> None:
    """The road network, and the accounts a demonstration offers."""
    for name in (f"roads/{code}.npz", OFFERED):
        if (var / name).is_file():
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(var / name, folder / name)


def _number(folder: Path, number: str) -> None:
    """The drill is called as the real record calls it; until then nobody finds it."""
    engine = open_engine(address_of(folder))
    try:
        with engine.begin() as connection:
            connection.execute(update(Drill).values(number=number))
    finally:
        engine.dispose()


def _note_start(tx: Tx, *, key: UUID, scenario: Scenario, cell: str) -> str:
    number = draw_number(tx, "drill")
    facts = {"scenario": scenario.code, "cell": cell, "injects": len(scenario.injects)}
    append_event(
        tx, matter="drill", subject_id=key, subject_number=number, verb="start", facts=facts, clause="JD 二(四)12"
    )
    return number


def _fill(
    session: Session,
    folder: Path,
    county: County,
    scenario: Scenario,
    spot: Cell,
    key: UUID,
    now: datetime,
) -> None:
    engine = open_engine(address_of(folder))
    try:
        with engine.begin() as connection:
            _copy(session, connection, county.jurisdiction_id)
            _let_rest(connection, now)
            _write_script(connection, county, scenario, spot, key, now)
    finally:
        engine.dispose()


def _copy(session: Session, connection: Connection, place: UUID) -> None:
    county = session.execute(select(Jurisdiction.__table__).where(Jurisdiction.id == place)).mappings().one()
    connection.execute(insert(Jurisdiction).values(**dict(county) | {"drill": True}))
    for name in COPIED:
        _copy_table(session, connection, Base.metadata.tables[name], place)
    _copy_accounts(session, connection, place)


def _copy_table(session: Session, connection: Connection, table: Table, place: UUID) -> None:
    rows = session.execute(select(table).where(table.c.jurisdiction_id == place)).mappings().all()
    blank = {"task_id": None} if table.name == "unit" else {}
    for start in range(0, len(rows), BATCH):
        connection.execute(insert(table), [dict(row) | blank for row in rows[start : start + BATCH]])


def _copy_accounts(session: Session, connection: Connection, place: UUID) -> None:
    """Who holds something in this county logs in with the same password; a language or theme kept stays."""
    grants = session.execute(select(Grant.__table__).where(Grant.jurisdiction_id == place)).mappings().all()
    held = {row["account_id"] for row in grants}
    people = set(connection.scalars(select(Person.id)))
    accounts = session.execute(select(Account.__table__).where(Account.id.in_(held))).mappings().all()
    if accounts:
        told = [dict(row) | ({} if row["person_id"] in people else {"person_id": None}) for row in accounts]
        connection.execute(insert(Account), told)
        connection.execute(insert(Grant), [dict(row) for row in grants])


def _let_rest(connection: Connection, now: datetime) -> None:
    """Units without the tasks of the real day: those on shift stand by, the others are off duty."""
    on = select(Shift.team_id).where(Shift.starts_at <= now, Shift.ends_at > now)
    units = update(Unit)
    connection.execute(units.values(status=UnitStatus.OFF_DUTY.value, since=now))
    connection.execute(
        units.where(Unit.team_id.in_(on.union(select(Team.id).where(Team.kind == "grid_workers")))).values(
            status=UnitStatus.AVAILABLE.value, since=now
        )
    )


def _write_script(
    connection: Connection, county: County, scenario: Scenario, spot: Cell, key: UUID, now: datetime
) -> None:
    place = county.jurisdiction_id
    drill = {"id": key, "jurisdiction_id": place, "number": "", "scenario": scenario.code, "cell_code": spot.code}
    connection.execute(insert(Drill).values(**drill, started_at=now, version=1))
    connection.execute(insert(DrillInject), list(_injects(place, key, scenario, now)))


def _injects(place: UUID, key: UUID, scenario: Scenario, now: datetime) -> Iterator[dict[str, Any]]:
    for n, one in enumerate(scenario.injects, start=1):
        yield {
            "id": uuid7(), "jurisdiction_id": place, "drill_id": key, "place": n, "kind": one.kind.value,
            "told": told_of(one), "status": InjectStatus.WAITING.value, "due_at": now + timedelta(minutes=one.minute),
            "version": 1,
        }  # fmt: skip
