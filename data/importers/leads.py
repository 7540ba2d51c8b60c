"""Leads from a file, each received by the same verb as any other; numbers of other systems are taken in once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from data.authority import Actor
from data.casework import receive_lead
from data.county import County
from data.db import Record, Tx
from data.importers.faults import Fault, Imported
from data.importers.tables import Column, Line, Unfit, a_choice, a_moment, a_number, doubled, read_table
from data.importers.writing import Batch, Progress, digest_of, take_in
from data.models import Lead
from geo.coordinates import DATUMS
from policy.errors import Refusal
from policy.vocabulary import LeadSource, Urgency


def _datum(text: str) -> str:
    word = text.strip().lower().replace("-", "").replace(" ", "")
    if word == "cgcs2000":  # the same to a centimetre (geo/coordinates.py)
        return "wgs84"
    if word not in DATUMS:
        raise Unfit("not_in_list", value=text, allowed=", ".join(DATUMS))
    return word


COLUMNS: Final = (
    a_choice("source", LeadSource, required=True),
    Column("summary", required=True),
    a_choice("urgency", Urgency),
    Column("occurred_at", a_moment),
    Column("lon", a_number),
    Column("lat", a_number),
    Column("datum", _datum),
    Column("cell_code"),
    Column("address"),
    Column("item_code"),
    Column("domain"),
    Column("reporter_name"),
    Column("reporter_phone"),
    Column("external_number"),
)


def import_leads(
    record: Record, actor: Actor, county: County, file: Path, *, progress: Progress | None = None
) -> Imported:
    """Receive every lead of a file now; rows whose external number is known are left alone and counted.

    Raises ImportRefused with every fault; then nothing was received.
    """
    batch = Batch("leads", file.name, digest_of(file), [], progress=progress)
    batch.lines = read_table(file, COLUMNS, batch.faults)
    batch.faults.extend(doubled(batch.lines, "external_number"))
    return take_in(record, actor, county, batch, _write)


def _write(tx: Tx, batch: Batch) -> None:
    query = select(Lead.external_number).where(Lead.jurisdiction_id == tx.county.jurisdiction_id)
    known = set(tx.session.scalars(query.where(Lead.external_number.is_not(None))))
    faulty = {fault.row for fault in batch.faults}
    for done, line in enumerate(batch.lines, start=1):
        if line["external_number"] in known:
            batch.known += 1
        elif line.number not in faulty:
            _receive(tx, batch, line)
        batch.step(done)


def _facts(line: Line) -> dict[str, Any]:
    return {name: value for name, value in line.values.items() if value is not None}


def _receive(tx: Tx, batch: Batch, line: Line) -> None:
    try:
        receive_lead(tx, **_facts(line))
    except Refusal as refusal:
        column = (refusal.pointer or "").lstrip("/")
        known = {c.key for c in COLUMNS}
        batch.faults.append(Fault(refusal.code, line.number, column if column in known else "", refusal.params))
        return
    batch.created += 1
