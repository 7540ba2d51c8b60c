"""What is wrong with a file, and what an import did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policy.errors import Refusal
from policy.text import say


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `code` is a key of the catalogue, `row` the line of the file (0: the file itself), `column` its key."""

    code: str
    row: int = 0
    column: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def sentence(self, lang: str = "zh") -> str:
        """Row and column, then what is wrong, by which rule, and what to do."""
        words = say(self.code, lang, **self.params)
        if not self.row:
            return words
        where = "errors_import.at_cell" if self.column else "errors_import.at_row"
        column = say(f"imports.column.{self.column}", lang) if self.column else ""
        return say(where, lang, row=self.row, column=column, words=words)


class ImportRefused(Refusal):
    """A file that was not taken in: nothing of it was written; `faults` holds every fault found."""

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        """`file` is the name to show; there is at least one fault."""
        super().__init__("errors_import.refused", file=file, count=len(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote: rows read, rows new, rows changed, rows already known and left alone."""

    kind: str
    rows: int
    created: int = 0
    changed: int = 0
    known: int = 0

    def sentence(self, lang: str = "zh") -> str:
        """The result in words."""
        counts = {"rows": self.rows, "created": self.created, "changed": self.changed, "known": self.known}
        return say(f"imports.done.{self.kind}", lang, **counts)
