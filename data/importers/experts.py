"""The pool of legal experts, one row an expert; a known code is changed, not doubled."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from data.authority import Actor
from data.county import County
from data.db import Record, Tx
from data.importers.faults import Imported
from data.importers.tables import Column, Line, a_day, a_list, doubled, read_table
from data.importers.writing import Batch, Progress, digest_of, take_in
from data.models import LegalExpert, Person

COLUMNS: Final = (
    Column("expert_code", required=True),
    Column("expert_name", required=True),
    Column("organisation", required=True),
    Column("phone"),
    Column("expert_fields", a_list),
    Column("pool_from", a_day, required=True),
    Column("pool_to", a_day),
    Column("expert_person"),
    Column("avoids", a_list),
)


def import_experts(
    record: Record, actor: Actor, county: County, file: Path, *, progress: Progress | None = None
) -> Imported:
    """Take in the pool. Raises ImportRefused with every fault; then nothing was written."""
    batch = Batch("experts", file.name, digest_of(file), [], progress=progress)
    batch.lines = read_table(file, COLUMNS, batch.faults)
    batch.faults.extend(doubled(batch.lines, "expert_code"))
    return take_in(record, actor, county, batch, _write)


def _write(tx: Tx, batch: Batch) -> None:
    place = tx.county.jurisdiction_id
    known = {
        row.code: row for row in tx.session.scalars(select(LegalExpert).where(LegalExpert.jurisdiction_id == place))
    }
    people = {row.code: row for row in tx.session.scalars(select(Person).where(Person.jurisdiction_id == place))}
    for done, line in enumerate(batch.lines, start=1):
        if _fits(batch, line, people):
            _take(tx, batch, known, line, people)
        batch.step(done)


def _fits(batch: Batch, line: Line, people: dict[str, Person]) -> bool:
    before, begin, end = len(batch.faults), line["pool_from"], line["pool_to"]
    if begin and end and end <= begin:
        batch.refuse(line, "ends_before_it_begins", "pool_to", begin=begin, end=end)
    if line["expert_person"] and line["expert_person"] not in people:
        batch.refuse(line, "expert_person_unknown", "expert_person", value=line["expert_person"])
    return len(batch.faults) == before and all(line[one.key] is not None for one in COLUMNS if one.required)


def _take(tx: Tx, batch: Batch, known: dict[str, LegalExpert], line: Line, people: dict[str, Person]) -> None:
    person = people.get(line["expert_person"] or "")
    facts: dict[str, Any] = {
        "name": line["expert_name"],
        "organisation": line["organisation"],
        "phone": line["phone"],
        "fields": line["expert_fields"] or [],
        "valid_from": line["pool_from"],
        "valid_to": line["pool_to"],
        "person_id": person.id if person else None,
        "avoids": line["avoids"] or [],
    }
    row = known.get(line["expert_code"])
    if row is None:
        tx.session.add(LegalExpert(jurisdiction_id=tx.county.jurisdiction_id, code=line["expert_code"], **facts))
        batch.created += 1
        return
    different = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    batch.changed += bool(different)
    batch.known += not different
