"""Registers of staffing from tables: trainings, officers of villages, posts, equipment, scenarios, secondments, guidance lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from data.authority import Actor
from data.county import County
from data.db import Record, Tx
from data.importers import staffing_people as people
from data.importers import staffing_things as things
from data.importers.faults import Imported
from data.importers.staffing_known import Known
from data.importers.staffing_secondments import SECONDMENTS, Secondments
from data.importers.tables import Column, read_table
from data.importers.writing import Batch, Progress, digest_of, take_in
from policy.vocabulary_staffing import Register

COLUMNS: Final[Mapping[Register, Sequence[Column]]] = {
    Register.TRAININGS: people.TRAININGS,
    Register.VILLAGE_OFFICERS: people.VILLAGE_OFFICERS,
    Register.POSTS: people.POSTS,
    Register.EQUIPMENT: things.EQUIPMENT,
    Register.SCENARIOS: things.SCENARIOS,
    Register.SECONDMENTS: SECONDMENTS,
    Register.GUIDANCE: people.GUIDANCE,
}
_WRITERS: Final[Mapping[Register, Callable[[Known], Any]]] = {
    Register.TRAININGS: people.Trainings,
    Register.VILLAGE_OFFICERS: people.VillageOfficers,
    Register.POSTS: people.Posts,
    Register.EQUIPMENT: things.EquipmentRows,
    Register.SCENARIOS: things.ScenarioRows,
    Register.SECONDMENTS: Secondments,
    Register.GUIDANCE: people.Guidance,
}


def write_lines(tx: Tx, batch: Batch) -> list[Any]:
    """Every line of a register into the record, by one rule for files and forms; faults are noted in the batch.

    Gives the rows the lines made, changed or found as they say.
    """
    known = Known(tx, batch)
    writer = _WRITERS[Register(batch.kind)](known)
    for done, line in enumerate(batch.lines, start=1):
        writer.take(line)
        batch.step(done)
    tx.session.flush()
    return known.made


def _write(tx: Tx, batch: Batch) -> None:
    write_lines(tx, batch)


def import_register(
    record: Record, actor: Actor, county: County, kind: str, file: Path, *, progress: Progress | None = None
) -> Imported:
    """Take in a register from a file. Raises ImportRefused with every fault; then nothing was written."""
    batch = Batch(kind, file.name, digest_of(file), [], progress=progress)
    batch.lines = read_table(file, COLUMNS[Register(kind)], batch.faults)
    return take_in(record, actor, county, batch, _write)
