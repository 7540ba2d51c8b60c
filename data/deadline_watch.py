"""What happens to running deadlines by themselves: a year's arrangement recounts them, a rung of the ladder is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, select, update

from data.authority import SYSTEM
from data.casework.notifying import tell_rung
from data.county import County
from data.db import Record, Tx
from data.deadlines import OPEN, count, ladder_of, put, told
from data.events import append_steps
from data.models import Deadline
from policy import deadlines as law

NEWS: Final = timedelta(days=1)
BATCH: Final = 2_000  # rows of one savepoint, so that other writers have their turn


@dataclass(frozen=True, slots=True)
class Recount:
    """A deadline that another calendar counts differently: when it was due and is due, provisional or final."""

    number: str | None
    matter: str
    kind: str
    before: datetime
    after: datetime
    was_provisional: bool
    provisional: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A rung that was told: of which deadline, what is to be done, to whom it goes."""

    number: str | None
    matter: str
    kind: str
    township_code: str | None
    organ_code: str | None
    due_at: datetime
    rung: int
    verb: str
    recipient: str
    since: datetime


# -- the calendar -----------------------------------------------------------------------------------------------------


def recompute(record: Record, county: County, now: datetime | None = None) -> list[Recount]:
    """Count again what runs and was counted by other working days than the county's; gives what changed. Twice changes nothing."""
    found: list[Recount] = []
    while _stale(record, county):
        found += record.write(SYSTEM, recount, county=county, now=now)
    return found


def _stale(record: Record, county: County) -> bool:
    return _any(record, county, Deadline.calendar != county.calendar.digest)


def _any(record: Record, county: County, which: ColumnElement[bool]) -> bool:
    query = select(Deadline.id).where(Deadline.jurisdiction_id == county.jurisdiction_id, *OPEN, which).limit(1)
    with record.read() as session:
        return session.scalar(query) is not None


def recount(tx: Tx) -> list[Recount]:
    """The next batch of deadlines counted by other working days: the new end and its event in one savepoint.

    One event for each deadline whose end moves or which becomes final or provisional; the others only note the calendar.
    """
    query = select(Deadline).where(Deadline.jurisdiction_id == tx.county.jurisdiction_id, *OPEN)
    query = query.where(Deadline.calendar != tx.county.calendar.digest).order_by(Deadline.id).limit(BATCH)
    rows = tx.session.scalars(query.with_for_update()).all()
    counted = [(row, count(tx.county, row.kind, row.begun_at, row.pauses, extended=row.extended > 0)) for row in rows]
    changed = [(row, fresh) for row, fresh in counted if fresh is not None and _differs(row, fresh)]
    _note_calendar(tx, rows)
    results = [_change(tx, row, fresh) for row, fresh in changed]
    append_steps(replace(tx, actor=SYSTEM), [told(tx, row, "recount", facts) for row, facts, _ in results])
    return [recounted for _, _, recounted in results]


def _differs(row: Deadline, fresh: law.Deadline) -> bool:
    return (row.due_at, row.provisional) != (fresh.due_at, fresh.provisional)


def _note_calendar(tx: Tx, rows: Sequence[Deadline]) -> None:
    keys = [row.id for row in rows]
    noted = update(Deadline).where(Deadline.id.in_(keys)).values(calendar=tx.county.calendar.digest)
    tx.session.execute(noted.execution_options(synchronize_session="fetch"))


def _change(tx: Tx, row: Deadline, fresh: law.Deadline) -> tuple[Deadline, dict[str, Any], Recount]:
    before, was = row.due_at, row.provisional
    put(tx, row, fresh)
    facts = {"before": before, "due": row.due_at, "was_provisional": was, "provisional": row.provisional}
    recounted = Recount(row.matter_number, row.matter, row.kind, before, row.due_at, was, row.provisional)
    return row, facts, recounted


# -- the ladder -------------------------------------------------------------------------------------------------------


def climb_ladders(record: Record, county: County, now: datetime) -> list[Told]:
    """Tell whatever has been reached by `now` and was not told; gives what was told, for whoever passes it on."""
    found: list[Told] = []
    while _any(record, county, Deadline.remind_at <= now):
        batch = record.write(SYSTEM, remind, county=county, now=now)
        found += batch
        if not batch:
            break
    return found


def remind(tx: Tx) -> list[Told]:
    """Tell every rung that running deadlines have reached by now, each once: its event, and who is to hear of it."""
    query = select(Deadline).where(Deadline.jurisdiction_id == tx.county.jurisdiction_id, *OPEN)
    query = query.where(Deadline.remind_at <= tx.now).order_by(Deadline.remind_at, Deadline.id).limit(BATCH)
    found = [(row, one) for row in tx.session.scalars(query.with_for_update()) for one in _climb(tx, row)]
    steps = [
        told(tx, row, "remind", {"rung": one.rung, "step": one.verb, "to": one.recipient, "due": row.due_at})
        for row, one in found
    ]
    append_steps(replace(tx, actor=SYSTEM), steps)
    _tell(tx, found)
    return [one for _, one in found]


def _tell(tx: Tx, found: Sequence[tuple[Deadline, Told]]) -> None:
    """The newest rung of each deadline goes to whom it names; what was reached long ago, while nothing ran, is no news."""
    newest = {row.id: (row, one) for row, one in found if one.since > tx.now - NEWS}
    known: dict[Any, Any] = {}
    for row, one in newest.values():
        tell_rung(tx, row, one.verb, one.recipient, known)


def _climb(tx: Tx, row: Deadline) -> list[Told]:
    """Rungs reached and not yet told, lowest first; the row then waits for the next one."""
    ladder = ladder_of(tx.county, row)
    reached = [mark for mark in ladder if mark.index > row.reminded and mark.passed(tx.now)]
    row.reminded = max((mark.index for mark in reached), default=row.reminded)
    row.remind_at = next((mark.when for mark in ladder if mark.index > row.reminded), None)
    return [
        Told(row.matter_number, row.matter, row.kind, row.township_code, row.organ_code, row.due_at, mark.index,
             mark.verb, mark.recipient, mark.when)
        for mark in reached
    ]  # fmt: skip
