"""Shifts and leave, one row a person and a span: a shift is never planned into a leave, and a leave takes out the shifts in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import select

from data.authority import Actor
from data.county import County
from data.db import Record, Tx
from data.importers.faults import Imported
from data.importers.tables import Column, Line, Unfit, a_moment, by_code_or_name, read_table
from data.importers.writing import Batch, Progress, digest_of, take_in
from data.models import Leave, Person, Shift, Team
from policy.text import LANGUAGES, Word, say
from policy.zone import CHINA

LONGEST: Final = timedelta(hours=24)  # one shift
NAMES: Final = ("day", "evening", "night")
_WORDS: Final = tuple(Word(f"imports.shift.{name}") for name in NAMES)


def _a_shift(text: str) -> str:
    known = {say(word.key, lang).lower(): name for name, word in zip(NAMES, _WORDS, strict=True) for lang in LANGUAGES}
    found = (known | dict(zip(NAMES, NAMES, strict=True))).get(text.strip().lower())
    if found is None:
        raise Unfit("not_in_list", value=text, allowed=_WORDS)
    return found


SHIFTS: Final = (
    Column("person_code", required=True),
    Column("team", required=True),
    Column("shift_name", _a_shift, required=True, choices=_WORDS),
    Column("starts_at", a_moment, required=True),
    Column("ends_at", a_moment, required=True),
)
LEAVES: Final = (
    Column("person_code", required=True),
    Column("starts_at", a_moment, required=True),
    Column("ends_at", a_moment, required=True),
    Column("leave_reason"),
)


class _Span(Protocol):
    person_id: Any
    starts_at: Any
    ends_at: Any


def import_shifts(
    record: Record, actor: Actor, county: County, file: Path, *, progress: Progress | None = None
) -> Imported:
    """Take in a roster; a shift that is already there is left alone. Raises ImportRefused with every fault."""
    return _take(record, actor, county, "shifts", file, progress)


def import_leaves(
    record: Record, actor: Actor, county: County, file: Path, *, progress: Progress | None = None
) -> Imported:
    """Take in leave, and take the shifts in it out of the roster; `changed` counts those. Raises ImportRefused with every fault."""
    return _take(record, actor, county, "leaves", file, progress)


def _take(record: Record, actor: Actor, county: County, kind: str, file: Path, progress: Progress | None) -> Imported:
    batch = Batch(kind, file.name, digest_of(file), [], progress=progress)
    batch.lines = read_table(file, SHIFTS if kind == "shifts" else LEAVES, batch.faults)
    return take_in(record, actor, county, batch, _write_shifts if kind == "shifts" else _write_leaves)


class _Roster:
    """The people of a county with their shifts and leave around the spans of a file."""

    def __init__(self, tx: Tx, batch: Batch) -> None:
        self.tx, self.batch, self.place = tx, batch, tx.county.jurisdiction_id
        self.people: dict[str, Person] = {row.code: row for row in self._all(Person)}
        begins = [line["starts_at"] for line in batch.lines if line["starts_at"]]
        ends = [line["ends_at"] for line in batch.lines if line["ends_at"]]
        self.around = (min(begins), max(ends)) if begins and ends else None
        self.shifts, self.leaves = self._spans(Shift), self._spans(Leave)

    def _all(self, model: Any) -> list[Any]:
        return list(self.tx.session.scalars(select(model).where(model.jurisdiction_id == self.place)))

    def _spans(self, model: Any) -> dict[UUID, list[Any]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        if self.around is not None:
            query = select(model).where(model.jurisdiction_id == self.place)
            for row in self.tx.session.scalars(
                query.where(model.starts_at < self.around[1], model.ends_at > self.around[0])
            ):
                found[row.person_id].append(row)
        return found

    def person(self, line: Line) -> Person | None:
        """The person of a line whose span is in order; None, with the fault noted, for any other."""
        begin, end, code = line["starts_at"], line["ends_at"], line["person_code"]
        if None in (begin, end, code):
            return None  # told when the cell was read
        if end <= begin:
            self.batch.refuse(line, "ends_before_it_begins", "ends_at", begin=_said(begin), end=_said(end))
            return None
        person = self.people.get(code)
        if person is None:
            self.batch.refuse(line, "person_unknown", "person_code", value=code)
        return person


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _meeting(spans: Iterable[_Span], begin: datetime, end: datetime) -> list[Any]:
    return [span for span in spans if span.starts_at < end and span.ends_at > begin]


# -- shifts -----------------------------------------------------------------------------------------------------------


def _write_shifts(tx: Tx, batch: Batch) -> None:
    roster = _Roster(tx, batch)
    teams = by_code_or_name(roster._all(Team))
    for done, line in enumerate(batch.lines, start=1):
        person, team = roster.person(line), teams.get(line["team"] or "")
        if line["team"] and team is None:
            batch.refuse(line, "roster_team_unknown", "team", value=line["team"])
        if person is not None and team is not None and line["shift_name"]:
            _shift(roster, line, person, team)
        batch.step(done)


def _shift(roster: _Roster, line: Line, person: Person, team: Team) -> None:
    begin, end = line["starts_at"], line["ends_at"]
    if any(one.team_id == team.id and (one.starts_at, one.ends_at) == (begin, end) for one in roster.shifts[person.id]):
        roster.batch.known += 1
        return
    before = len(roster.batch.faults)
    _judge(roster, line, person)
    if len(roster.batch.faults) > before:
        return
    row = Shift(
        jurisdiction_id=roster.place, person_id=person.id, team_id=team.id, name=line["shift_name"], starts_at=begin,
        ends_at=end,
    )  # fmt: skip
    roster.tx.session.add(row)
    roster.shifts[person.id].append(row)
    roster.batch.created += 1


def _judge(roster: _Roster, line: Line, person: Person) -> None:
    begin, end, refuse = line["starts_at"], line["ends_at"], roster.batch.refuse
    if end - begin > LONGEST:
        refuse(line, "shift_too_long", "ends_at", hours=f"{(end - begin).total_seconds() / 3600:g}", limit=24)
    day = begin.astimezone(CHINA).date()
    if day < person.employed_from or (person.employed_to is not None and day > person.employed_to):
        refuse(line, "not_employed_then", "starts_at", value=line["person_code"], day=day)
    for kind, spans in (("shift_overlaps", roster.shifts), ("shift_in_leave", roster.leaves)):
        for other in _meeting(spans[person.id], begin, end)[:1]:
            span = {"begin": _said(other.starts_at), "end": _said(other.ends_at)}
            refuse(line, kind, "starts_at", value=line["person_code"], **span)


# -- leave ------------------------------------------------------------------------------------------------------------


def _write_leaves(tx: Tx, batch: Batch) -> None:
    roster = _Roster(tx, batch)
    for done, line in enumerate(batch.lines, start=1):
        person = roster.person(line)
        if person is not None:
            _leave(roster, line, person)
        batch.step(done)


def _leave(roster: _Roster, line: Line, person: Person) -> None:
    begin, end = line["starts_at"], line["ends_at"]
    met = _meeting(roster.leaves[person.id], begin, end)
    if any((one.starts_at, one.ends_at) == (begin, end) for one in met):
        roster.batch.known += 1
        return
    for other in met[:1]:
        span = {"begin": _said(other.starts_at), "end": _said(other.ends_at)}
        roster.batch.refuse(line, "leave_overlaps", "starts_at", value=line["person_code"], **span)
        return
    row = Leave(
        jurisdiction_id=roster.place, person_id=person.id, starts_at=begin, ends_at=end, reason=line["leave_reason"]
    )
    roster.tx.session.add(row)
    roster.leaves[person.id].append(row)
    roster.batch.created += 1
    for shift in _meeting(roster.shifts[person.id], max(begin, roster.tx.now), end):
        roster.shifts[person.id].remove(shift)
        roster.tx.session.delete(shift)
        roster.batch.changed += 1


COLUMNS: Final = {"shifts": SHIFTS, "leaves": LEAVES}
WRITE: Final[dict[str, Callable[[Tx, Batch], None]]] = {"shifts": _write_shifts, "leaves": _write_leaves}
"""How the lines of a table are judged and written; the pages write one line by the same rules."""
