"""Tables taken in by page and interface: previewed in a savepoint that is taken back, every fault told as a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from data.authority import Actor
from data.county import County
from data.db import Record, Tx
from data.importers.faults import Fault, Imported, ImportRefused
from data.importers.tables import Column, read_table
from data.importers.writing import Batch, digest_of, record_import
from policy.decision import Reason, against
from policy.errors import Refusal
from policy.text import Word

LARGEST: Final = 1  # megabytes of a table
MOST_FAULTS: Final = 200
"""Faults of a table told at once."""
Take = Callable[[Tx, Batch], None]


class _Seen(Exception):
    """Carries what an import would do out of a savepoint that is taken back."""

    def __init__(self, done: Imported) -> None:
        super().__init__(done.kind)
        self.done = done


def take_file(
    record: Record, actor: Actor, county: County, kind: str, columns: Sequence[Column], file: Path, take: Take,
    *, preview: bool = False,
) -> Imported:  # fmt: skip
    """Take in a table by `take`, all or nothing; a preview says what it would do and writes nothing.

    Raises Refusal with every fault as a reason.
    """
    if file.is_file() and file.stat().st_size > LARGEST * 1024 * 1024:
        raise Refusal("errors_shift.file_large", kind="too_large", file=file.name, limit=LARGEST)
    batch = Batch(kind, file.name, digest_of(file), [])
    try:
        batch.lines = read_table(file, columns, batch.faults)
        done: Imported = record.write(actor, _taken, county=county, batch=batch, take=take, preview=preview)
    except _Seen as seen:
        return seen.done
    except ImportRefused as refused:
        told = tuple(_reason(fault) for fault in refused.faults[:MOST_FAULTS])
        raise Refusal(refused.code, reasons=told, **refused.params) from None
    return done


def _taken(tx: Tx, *, batch: Batch, take: Take, preview: bool) -> Imported:
    take(tx, batch)
    batch.judge()
    if preview:
        raise _Seen(batch.result())
    record_import(tx, batch.result(), batch.sha256)
    return batch.result()


def _reason(fault: Fault) -> Reason:
    """A fault as a reason: row and column, then what is wrong."""
    if not fault.row:
        return against(fault.code, **fault.params)
    words = Word(fault.code, fault.params)
    if not fault.column:
        return against("errors_import.at_row", row=fault.row, words=words)
    column = Word(f"imports.column.{fault.column}")
    return against("errors_import.at_cell", row=fault.row, column=column, words=words)
