"""Rosters by page and interface: a shift planned or ended, leave recorded or ended, a table taken in; each for one's own people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from data.authority import Actor, Subject, demand
from data.casework.numbers import local_time
from data.casework.tables import take_file
from data.county import County
from data.db import Record, Tx
from data.events import append_event
from data.importers.faults import Imported
from data.importers.roster import COLUMNS, WRITE
from data.importers.tables import Line, by_code_or_name
from data.importers.writing import Batch
from data.keys import row_key
from data.models import Leave, Organ, Person, Shift, Team
from data.queries.rosters import own_people, own_teams, span_of
from policy.case_reading import read_form
from policy.errors import Refusal
from policy.shift_forms import SHIFT_FORMS
from policy.vocabulary_shift import ShiftStep

_FIELDS: Final = {"person_code": "person"}
"""What a column of a table is called in a form."""


def plan_shift(tx: Tx, *, given: Mapping[str, Any]) -> Shift:
    """Plan a person into a shift of a team; never into a leave, nor into two shifts at once."""
    demand(tx.actor, "roster.plan", Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(ShiftStep.PLAN_SHIFT, given, SHIFT_FORMS[ShiftStep.PLAN_SHIFT])
    person = _own(tx, told.pop("person"), "roster.plan")
    _own_team(tx, str(told["team"]))
    values = told | {"person_code": person.code, "shift_name": str(told["shift_name"])}
    _write(tx, "shifts", values)
    query = select(Shift).where(Shift.person_id == person.id, Shift.starts_at == told["starts_at"])
    row = tx.session.scalars(query).one()
    _event(tx, person, "plan", row, {"team": told["team"], "shift": row.name})
    return row


def end_shift(tx: Tx, *, key: str) -> Shift:
    """Take a shift that has not begun out of the roster; one that runs ends now."""
    row: Shift
    row, person = _found(tx, Shift, key, "roster.end", "shift")
    begun = row.starts_at < tx.now
    _event(tx, person, "end", row, {"shift": row.name, "begun": begun})
    _end(tx, row, begun)
    return row


def record_leave(tx: Tx, *, given: Mapping[str, Any]) -> Leave:
    """Record a person's leave; the shifts in it that have not begun are taken out of the roster."""
    demand(tx.actor, "roster.leave", Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(ShiftStep.PLAN_LEAVE, given, SHIFT_FORMS[ShiftStep.PLAN_LEAVE])
    person = _own(tx, told.pop("person"), "roster.leave")
    values = told | {"person_code": person.code, "leave_reason": told.pop("reason", None)}
    batch = _write(tx, "leaves", values)
    query = select(Leave).where(Leave.person_id == person.id, Leave.starts_at == told["starts_at"])
    row = tx.session.scalars(query).one()
    _event(tx, person, "leave", row, {"shifts": batch.changed})
    return row


def end_leave(tx: Tx, *, key: str) -> Leave:
    """Withdraw a leave that has not begun; one that runs ends now."""
    row: Leave
    row, person = _found(tx, Leave, key, "roster.end_leave", "leave")
    begun = row.starts_at < tx.now
    _event(tx, person, "end_leave", row, {"begun": begun})
    _end(tx, row, begun)
    return row


def _end(tx: Tx, row: Any, begun: bool) -> None:
    if begun:
        row.ends_at = tx.now
    else:
        tx.session.delete(row)


def _write(tx: Tx, kind: str, values: dict[str, Any]) -> Batch:
    """One line by the rules of the table; the first fault becomes the refusal, at the field of the form."""
    batch = Batch(kind, "", "", [Line(0, {column.key: values.get(column.key) for column in COLUMNS[kind]})])
    WRITE[kind](tx, batch)
    for fault in batch.faults:
        raise Refusal(fault.code, pointer=f"/{_FIELDS.get(fault.column, fault.column)}", **fault.params)
    tx.session.flush()
    return batch


def _own(tx: Tx, code: str, verb: str) -> Person:
    """One's own person; raises Refusal for somebody else's, and for nobody."""
    mine = own_people(tx.actor, tx.county, verb, tx.now)
    query = select(Person).join(Organ, Organ.id == Person.organ_id)
    here = (Person.jurisdiction_id == tx.county.jurisdiction_id, Person.code == code)
    row = tx.session.scalars(query.where(*here, mine)).first()
    if row is None:
        known = tx.session.scalars(query.where(*here)).first()
        wrong = "not_own_person" if known else "person_unknown"
        raise Refusal(f"errors_shift.{wrong}", kind="forbidden" if known else "invalid", pointer="/person", value=code[:40])  # fmt: skip
    return row


def _own_team(tx: Tx, told: str) -> None:
    """Refuse a team of others: who is on its shift acts as one of it."""
    if told in _others_teams(tx, "roster.plan"):
        raise Refusal("errors_shift.not_own_team", kind="forbidden", pointer="/team", value=told[:40])


def _others_teams(tx: Tx, verb: str) -> set[str]:
    """What the teams are called into which the actor plans nobody."""
    query = select(Team, own_teams(tx.actor, tx.county, verb, tx.now))
    rows = tx.session.execute(query.where(Team.jurisdiction_id == tx.county.jurisdiction_id)).all()
    own = {team.id for team, mine in rows if mine}
    return {called for called, team in by_code_or_name(team for team, _ in rows).items() if team.id not in own}


def _found(tx: Tx, model: Any, key: str, verb: str, what: str) -> tuple[Any, Person]:
    demand(tx.actor, verb, Subject(tx.county.jurisdiction_id), tx.now)
    row = span_of(tx.session, tx.county, model, row_key(key))
    if row is None:
        raise Refusal(f"errors_shift.{what}_unknown", kind="not_found")
    person = tx.session.get_one(Person, row.person_id)
    _own(tx, person.code, verb)
    if row.ends_at <= tx.now:
        raise Refusal(f"errors_shift.{what}_over", kind="conflict", end=local_time(row.ends_at))
    return row, person


def _event(tx: Tx, person: Person, verb: str, row: Any, facts: Mapping[str, Any]) -> None:
    span = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    told = span | dict(facts)
    append_event(tx, matter="roster", subject_id=person.id, subject_number=person.code, verb=verb, facts=told)


# -- tables -----------------------------------------------------------------------------------------------------------


def take_table(
    record: Record, actor: Actor, county: County, kind: str, file: Path, *, preview: bool = False
) -> Imported:
    """Take in a table of shifts or leaves of one's own people, all or nothing; a preview says what it would do and writes
    nothing. Raises Refusal with every fault as a reason."""
    return take_file(record, actor, county, kind, COLUMNS[kind], file, _take, preview=preview)


def _take(tx: Tx, batch: Batch) -> None:
    demand(tx.actor, "roster.import", Subject(tx.county.jurisdiction_id, label=batch.file), tx.now)
    query = select(Person.code).join(Organ, Organ.id == Person.organ_id)
    query = query.where(Person.jurisdiction_id == tx.county.jurisdiction_id)
    known = set(tx.session.scalars(query))
    mine = set(tx.session.scalars(query.where(own_people(tx.actor, tx.county, "roster.import", tx.now))))
    for line in batch.lines:
        if line["person_code"] in known - mine:
            batch.refuse(line, "not_own_person", "person_code", value=line["person_code"])
    others = _others_teams(tx, "roster.import") if batch.kind == "shifts" else set()
    for line in batch.lines:
        if batch.kind == "shifts" and line["team"] in others:
            batch.refuse(line, "not_own_team", "team", value=line["team"])
    WRITE[batch.kind](tx, batch)
