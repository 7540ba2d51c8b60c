"""What the imports of tables share: read first, then one verb that writes all or nothing, with one event."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from data.authority import Actor, Subject, demand
from data.county import County
from data.db import Record, Tx
from data.events import append_event
from data.importers.faults import Fault, Imported, ImportRefused
from data.importers.tables import Line

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Batch:
    """The lines of one file on their way into the record."""

    kind: str
    file: str
    sha256: str
    lines: list[Line]
    faults: list[Fault] = field(default_factory=list)
    created: int = 0
    changed: int = 0
    known: int = 0
    progress: Progress | None = None

    def refuse(self, line: Line, code: str, column: str = "", **params: Any) -> None:
        """Note a fault of a line."""
        self.faults.append(Fault(f"errors_import.{code}", line.number, column, params))

    def step(self, done: int) -> None:
        """Tell how far the import is."""
        if self.progress:
            self.progress(done, len(self.lines))

    def judge(self) -> None:
        """Raises ImportRefused when any fault was found so far."""
        if self.faults:
            raise ImportRefused(self.file, sorted(self.faults, key=lambda fault: fault.row))

    def result(self) -> Imported:
        """What was written."""
        return Imported(self.kind, len(self.lines), self.created, self.changed, self.known)


def digest_of(file: Path) -> str:
    """SHA-256 of a file; empty when it is not there (reading it says so)."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _run(tx: Tx, *, batch: Batch, write: Callable[[Tx, Batch], None]) -> Imported:
    demand(tx.actor, "import.run", Subject(tx.county.jurisdiction_id, label=batch.file), tx.now)
    write(tx, batch)
    batch.judge()
    record_import(tx, batch.result(), batch.sha256)
    return batch.result()


def record_import(tx: Tx, done: Imported, sha256: str) -> None:
    """The event of an import: what kind, how many rows, and which file by its digest."""
    counts = {"rows": done.rows, "created": done.created, "changed": done.changed, "known": done.known}
    append_event(
        tx, matter="import", subject_id=uuid7(), verb="run", facts={"kind": done.kind, "sha256": sha256, **counts}
    )


def take_in(record: Record, actor: Actor, county: County, batch: Batch, write: Callable[[Tx, Batch], None]) -> Imported:
    """Write a batch in one savepoint; raises ImportRefused with every fault, and then nothing was written."""
    return record.write(actor, _run, county=county, batch=batch, write=write)
