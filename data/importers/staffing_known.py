"""What the registers of staffing are checked against: people, organs, townships, villages of a county, and its plan on the day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select

from data.db import Tx
from data.importers.tables import Line, by_code_or_name
from data.importers.writing import Batch
from data.models import Organ, Person
from policy.text import LANGUAGES, Name, Word, named
from policy.vocabulary import PersonKind
from policy.vocabulary_staffing import Register
from policy.zone import CHINA


def called(words: Mapping[str, Name | Word]) -> dict[str, str]:
    """Codes of a list by everything they may be called: the code, and the name in either language."""
    found = {code: code for code in words}
    for code, name in words.items():
        found |= {named(name, lang).lower(): code for lang in LANGUAGES}
    return found


class Known:
    """The county as the lines of a register meet it; faults are noted in the batch."""

    def __init__(self, tx: Tx, batch: Batch) -> None:
        """`batch` is the file, or the one line of a form."""
        self.tx, self.batch, self.place = tx, batch, tx.county.jurisdiction_id
        self.today = tx.now.astimezone(CHINA).date()
        self.made: list[Any] = []  # rows the lines made, changed or found as they say

    def all(self, model: Any) -> list[Any]:
        """Every row of the county."""
        return list(self.tx.session.scalars(select(model).where(model.jurisdiction_id == self.place)))

    @cached_property
    def people(self) -> dict[str, Person]:
        """Staff by number."""
        return {row.code: row for row in self.all(Person)}

    @cached_property
    def organs(self) -> dict[str, Organ]:
        """Organs by code or name."""
        return by_code_or_name(self.all(Organ))

    @cached_property
    def townships(self) -> dict[str, Any]:
        """Townships by code or name."""
        return by_code_or_name(self.tx.county.townships)

    @cached_property
    def villages(self) -> dict[str, Any]:
        """Villages and communities by code or name."""
        return by_code_or_name(self.tx.county.hierarchy.leaves())

    def person(self, line: Line, day: date, *, column: str = "person_code", officer: bool = False) -> Person | None:
        """The person of a line, employed on the day; None with the fault noted."""
        code = line[column]
        row = self.people.get(code or "")
        if code and row is None:
            self.batch.refuse(line, "person_unknown", column, value=code)
        if row is None:
            return None
        if day < row.employed_from or (row.employed_to is not None and day > row.employed_to):
            self.batch.refuse(line, "not_employed_then", column, value=code, day=day)
        elif officer and row.kind != PersonKind.OFFICER:
            what = Word(f"vocabulary.person_kind.{row.kind}")
            self.batch.refuse(line, "not_an_officer", column, value=code, what=what)
        else:
            return row
        return None

    def organ(self, line: Line, column: str) -> Organ | None:
        """The organ of a line; None with the fault noted."""
        word = line[column]
        if word and word not in self.organs:
            self.batch.refuse(line, "organ_not_there", column, value=word, county=self.tx.county.name)
        return self.organs.get(word or "")

    def township(self, line: Line, column: str = "of_town") -> str | None:
        """Code of the township of a line; None with the fault noted, and for an empty cell."""
        word = line[column]
        cell = self.townships.get(word or "")
        if word and cell is None:
            self.batch.refuse(line, "township_unknown", column, value=word, county=self.tx.county.name)
        return cell.code if cell else None

    def village(self, line: Line) -> str | None:
        """Code of the village of a line; None with the fault noted."""
        word = line["village"]
        cell = self.villages.get(word or "")
        if word and cell is None:
            self.batch.refuse(line, "village_unknown", "village", value=word, county=self.tx.county.name)
        return cell.code if cell else None

    def one_of(self, line: Line, column: str, words: Mapping[str, Name | Word], key: str) -> str | None:
        """Code of an entry of a list of the plan; None with the fault noted, and for an empty cell."""
        told = line[column]
        if not told:
            return None
        if not words:
            self.batch.refuse(line, "plan_silent", column, what=Word(f"policy.key.{key}"), county=self.tx.county.name)
            return None
        found = called(words).get(told) or called(words).get(told.lower())
        if found is None:
            self.batch.refuse(line, "not_in_list", column, value=told, allowed=tuple(words.values()))
        return found

    def in_order(self, line: Line, begin: str = "from_day", end: str = "to_day") -> bool:
        """Whether a span ends no earlier than it begins; the fault is noted."""
        first, last = line[begin], line[end]
        if first and last and last < first:
            self.batch.refuse(line, "ends_before_it_begins", end, begin=first, end=last)
            return False
        return True

    def whole(self, line: Line, wanted: Collection[str]) -> bool:
        """Whether everything a line must say could be read; what is missing was told when the cell was read."""
        return all(line[name] is not None for name in wanted)


def townships_of(register: Register, line: Line, known: Known) -> frozenset[str] | None:
    """Townships an entry touches, for the right to make it, without noting faults; None where it is the county's at large and
    no township's to enter."""
    if register is Register.SCENARIOS:
        return frozenset()
    if register is Register.TRAININGS and not line["of_town"]:
        return None
    if register is Register.VILLAGE_OFFICERS:
        cell = known.villages.get(line["village"] or "")
        found = [known.tx.county.township_of(cell.code) if cell else None]
    else:
        told = line["guided_towns"] if register is Register.GUIDANCE else [line["of_town"]]
        found = [cell.code for one in told or () if (cell := known.townships.get(one or ""))]
    return frozenset(code for code in found if code)
