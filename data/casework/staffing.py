"""Registers of what a township works with: one entry by page or interface, its end, a table taken in; each where one may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from data.authority import Actor, Subject, authorise, demand
from data.casework.tables import take_file
from data.county import County
from data.db import Record, Tx
from data.events import append_event
from data.importers.faults import Imported
from data.importers.staffing import COLUMNS, write_lines
from data.importers.staffing_known import Known, townships_of
from data.importers.staffing_secondments import end_secondment
from data.importers.tables import Line, Unfit, a_number
from data.importers.writing import Batch
from data.keys import row_key
from data.models import Equipment, Organ, Person, PostHolder, Posting, Scenario, VillageOfficer
from data.queries.rosters import own_people
from policy.case_reading import read_form
from policy.errors import Refusal
from policy.staffing_forms import ENDLESS, REGISTERS, STAFFING_FORMS
from policy.vocabulary_staffing import Register, StaffingStep

COLUMN_OF: Final = {
    "person": "person_code", "township": "of_town", "valid_from": "from_day", "valid_to": "to_day", "post": "team_post",
    "reason": "secondment_reason", "document": "document_number", "organ": "lead_organ", "mode": "posting_mode",
    "townships": "guided_towns",
}  # fmt: skip
"""What a field of a form is called as a column of a table; others bear one name."""
_FIELD_OF: Final = {column: field for field, column in COLUMN_OF.items()}
MODELS: Final[Mapping[Register, Any]] = {
    Register.VILLAGE_OFFICERS: VillageOfficer,
    Register.POSTS: PostHolder,
    Register.EQUIPMENT: Equipment,
    Register.SCENARIOS: Scenario,
    Register.SECONDMENTS: Posting,
    Register.GUIDANCE: Posting,
}


def enter(tx: Tx, *, register: str, given: Mapping[str, Any]) -> Any:
    """Enter one thing into a register: the row as it is kept. Raises Refusal, and nothing was written."""
    kind = _register(register)
    kept = REGISTERS[kind]
    demand(tx.actor, kept.right, Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(kept.step, given, STAFFING_FORMS[kept.step])
    batch = Batch(kind.value, "", "", list(_lines(kind, told)))
    known = Known(tx, batch)
    for line in batch.lines:
        _permit(tx, kind, line, known)
    rows = write_lines(tx, batch)
    for fault in batch.faults:
        raise Refusal(fault.code, pointer=f"/{_FIELD_OF.get(fault.column, fault.column)}", **fault.params)
    if batch.created or batch.changed:
        _event(tx, kind, kept.verb, rows[0], told)
    return rows[0]


def end_entry(tx: Tx, *, register: str, key: str, given: Mapping[str, Any]) -> Any:
    """Say the last day of an entry; who was seconded away is back from the day after."""
    kind = _register(register)
    kept = REGISTERS[kind]
    if kind in ENDLESS:
        raise Refusal("errors_staffing.does_not_end", kind="conflict")
    demand(tx.actor, kept.ending, Subject(tx.county.jurisdiction_id), tx.now)
    row = _found(tx, kind, key)
    if not authorise(tx.actor, kept.ending, _subject(tx, _town_of(tx, kind, row)), tx.now).allowed:
        raise _unknown()
    if kind is Register.GUIDANCE:
        _own_guide(tx, tx.session.get_one(Person, row.person_id), kept.ending)
    last = read_form(StaffingStep.END_ENTRY, given, STAFFING_FORMS[StaffingStep.END_ENTRY])["last_day"]
    if last < row.valid_from:
        raise Refusal("errors_staffing.ends_before", pointer="/last_day", begin=row.valid_from, end=last)
    if row.valid_to is not None and row.valid_to < last:
        raise Refusal("errors_staffing.over", kind="conflict", pointer="/last_day", end=row.valid_to)
    if kind is Register.SECONDMENTS:
        end_secondment(tx, row, last)
    else:
        row.valid_to = last
    _event(tx, kind, "end", row, {"last_day": last})
    return row


def take_register(
    record: Record, actor: Actor, county: County, register: str, file: Path, *, preview: bool = False
) -> Imported:
    """Take in a register from a table where one may, all or nothing; a preview says what it would do and writes nothing.
    Raises Refusal with every fault as a reason."""
    kind = _register(register)
    return take_file(record, actor, county, kind.value, COLUMNS[kind], file, _take, preview=preview)


def _take(tx: Tx, batch: Batch) -> None:
    kind = Register(batch.kind)
    right = REGISTERS[kind].right
    demand(tx.actor, right, Subject(tx.county.jurisdiction_id, label=batch.file), tx.now)
    known = Known(tx, batch)
    mine = _own_numbers(tx, right) if kind is Register.GUIDANCE else set(known.people)
    for line in batch.lines:
        towns = townships_of(kind, line, known)
        if not authorise(tx.actor, right, _subject(tx, towns), tx.now).allowed:
            batch.refuse(line, "not_own_township" if towns else "not_at_large")
        if line["person_code"] in set(known.people) - mine:
            batch.refuse(line, "not_own_guide", "person_code", value=line["person_code"])
    write_lines(tx, batch)


# -- who may ----------------------------------------------------------------------------------------------------------


def _register(name: str) -> Register:
    try:
        return Register(name)
    except ValueError as fault:
        raise Refusal("errors_staffing.register_unknown", kind="not_found", name=name[:40]) from fault


def _subject(tx: Tx, towns: frozenset[str] | None) -> Subject:
    """What the right is asked about; the county's at large lies in no township."""
    return Subject(tx.county.jurisdiction_id, towns or frozenset(), nowhere=towns is None)


def _permit(tx: Tx, kind: Register, line: Line, known: Known) -> None:
    right = REGISTERS[kind].right
    demand(tx.actor, right, _subject(tx, townships_of(kind, line, known)), tx.now)
    person = known.people.get(line["person_code"] or "")
    if kind is Register.GUIDANCE and person is not None:
        _own_guide(tx, person, right)


def _own_guide(tx: Tx, person: Person, right: str) -> None:
    """A department sends its own people."""
    if person.code not in _own_numbers(tx, right):
        raise Refusal("errors_staffing.not_own_guide", kind="forbidden", pointer="/person", value=person.code)


def _own_numbers(tx: Tx, right: str) -> set[str]:
    query = select(Person.code).join(Organ, Organ.id == Person.organ_id)
    mine = query.where(
        Person.jurisdiction_id == tx.county.jurisdiction_id, own_people(tx.actor, tx.county, right, tx.now)
    )
    return set(tx.session.scalars(mine))


# -- lines and rows ---------------------------------------------------------------------------------------------------


def _lines(kind: Register, told: Mapping[str, Any]) -> Iterator[Line]:
    """The lines a form stands for: one, or of a training one for each who took part."""
    values: dict[str, Any] = dict.fromkeys(column.key for column in COLUMNS[kind])
    values |= {COLUMN_OF.get(name, name): value for name, value in told.items()}
    if kind is not Register.TRAININGS:
        yield Line(0, {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()})
        return
    passed, failed = values.pop("passed_by", ()), values.pop("not_passed_by", ())
    for person in set(passed) & set(failed):
        raise Refusal("errors_staffing.passed_and_not", pointer="/not_passed_by", value=person)
    values |= {"training_organ": told["training_organ"], "hours": _hours(told.get("hours"))}
    took_part: list[tuple[Any, bool | None]] = [*((who, True) for who in passed), *((who, False) for who in failed)]
    for who, done in took_part or [(None, None)]:
        yield Line(0, values | {"person_code": who, "passed": done})


def _hours(told: str | None) -> float | None:
    try:
        return None if told is None else a_number(told)
    except Unfit as fault:
        raise Refusal(f"errors_import.{fault.code}", pointer="/hours", **fault.params) from fault


def _found(tx: Tx, kind: Register, key: str) -> Any:
    """The row of a register that `key` names; Refusal for none."""
    model = MODELS[kind]
    query = select(model).where(model.jurisdiction_id == tx.county.jurisdiction_id, model.id == row_key(key))
    if model is Posting:
        query = query.where(Posting.seconded.is_(kind is Register.SECONDMENTS))
    row = tx.session.scalars(query).first()
    if row is None:
        raise _unknown()
    return row


def _unknown() -> Refusal:
    return Refusal("errors_staffing.entry_unknown", kind="not_found")


def _town_of(tx: Tx, kind: Register, row: Any) -> frozenset[str] | None:
    if kind is Register.SCENARIOS:
        return frozenset()
    town = tx.county.township_of(row.cell_code) if kind is Register.VILLAGE_OFFICERS else row.township_code
    return frozenset({town}) if town else frozenset()


def _event(tx: Tx, kind: Register, verb: str, row: Any, told: Mapping[str, Any]) -> None:
    """What was entered, by codes and days; what somebody typed is sealed beside the chain."""
    typed = ("reason", "approved_by", "works_at", "equipment_name", "scenario_name", "training_title")
    words = {name: str(told[name]) for name in typed if told.get(name)}
    facts = {name: _plain(value) for name, value in told.items() if name not in typed}
    number = getattr(row, "code", None) or _number(tx, row)
    matter = REGISTERS[kind].matter
    append_event(tx, matter=matter, subject_id=row.id, subject_number=number, verb=verb, facts=facts, words=words)


def _number(tx: Tx, row: Any) -> str:
    """The staff number of who an entry is about."""
    return str(tx.session.get_one(Person, row.person_id).code)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value
