"""Events of the year into the chain in the order of time, with what passes between organs taken by the real verbs at its moment."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import accumulate
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from data.authority import SYSTEM, Actor
from data.casework.notices import PAST
from data.county import County
from data.db import Tx
from data.events import EventDraft, append_many
from data.heads import heads_of, sharing_heads
from data.models import CaseReview, Deadline
from policy.errors import Refusal

T = TypeVar("T")
Row = dict[str, Any]
BATCH: Final = 5_000
STEP: Final = "step_of_the_demonstration"


class Clerk:
    """Takes real steps on the connection that is being written, at the moment the demonstration has reached."""

    def __init__(self, connection: Connection, county: County) -> None:
        self.connection, self.county = connection, county
        self.now: datetime
        self.refused: list[Refusal] = []

    def do(self, verb: Callable[..., T], actor: Actor = SYSTEM, **facts: Any) -> T:
        """One verb in a savepoint of its own, taken by the system where nobody is named."""
        heads = heads_of(self.connection)
        before = dict(heads.now)
        try:
            with self._session() as session:
                result = verb(Tx(session, actor, self.now, self.county), **facts)
                session.commit()
                return result
        except Refusal:
            heads.now = before
            raise

    def find(self, query: Any) -> Any:
        """What the record knows by now."""
        with self._session() as session:
            return session.scalars(query).first()

    def all(self, query: Any) -> list[Any]:
        """Every row of what the record knows by now."""
        with self._session() as session:
            return list(session.scalars(query))

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """A session in a savepoint that is let go of in every case.

        A session that is closed or rolled back goes back to its savepoint without releasing it, and SQLite then walks the
        whole journal of the savepoints it still holds at every row that is inserted.
        """
        self.connection.exec_driver_sql(f"SAVEPOINT {STEP}")
        try:
            with Session(
                self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint", info={PAST: True}
            ) as session:
                yield session
        except BaseException:
            self.connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {STEP}")
            raise
        finally:
            self.connection.exec_driver_sql(f"RELEASE SAVEPOINT {STEP}")


Going = Generator[datetime, None, None]
Plan = tuple[datetime, Callable[[Clerk], Going]]


class Interleave:
    """Appends the drafts and runs the plans, whichever comes first in time."""

    def __init__(self, clerk: Clerk, drafts: Sequence[EventDraft], told: Callable[[int], None]) -> None:
        self.clerk, self.drafts, self.told = clerk, drafts, told
        self.written = 0
        self.shifts: list[tuple[int, int]] = []
        self._places: list[int] = []
        self._sums = [0]

    def run(self, plans: Sequence[Plan], end: datetime) -> None:
        """Everything up to the end; a plan whose next step the rules refuse stands still."""
        queue = [(at, number, plan(self.clerk)) for number, (at, plan) in enumerate(plans)]
        heapq.heapify(queue)
        with sharing_heads(self.clerk.connection):
            while queue and queue[0][0] <= end:
                at, number, course = heapq.heappop(queue)
                self._append(bisect_right(self.drafts, at, key=lambda draft: draft.at))
                following = self._step(course, at)
                if following is not None:
                    heapq.heappush(queue, (max(following, at), number, course))
            self._append(len(self.drafts))
        self._places = [place for place, _ in self.shifts]
        self._sums = [0, *accumulate(count for _, count in self.shifts)]

    def _append(self, until: int) -> None:
        if until > self.written:
            connection, place = self.clerk.connection, self.clerk.county.jurisdiction_id
            append_many(connection, place, self.drafts[self.written : until], batch=BATCH, progress=self.told)
            self.written = until

    def _step(self, course: Going, at: datetime) -> datetime | None:
        before, self.clerk.now = self._sequence(), at
        try:
            return next(course, None)
        except Refusal as why:
            self.clerk.refused.append(why)
            return None
        finally:
            self.shifts.append((self.written, self._sequence() - before))

    def _sequence(self) -> int:
        known = heads_of(self.clerk.connection).now.get(self.clerk.county.jurisdiction_id)
        return known[0] if known else 0

    # what was counted before the steps between came in

    def moved(self, sequence: int) -> int:
        """Where the draft that was to be number `sequence` stands in the chain."""
        return sequence + self._sums[bisect_left(self._places, sequence)]

    def renumber(self, deadlines: Sequence[Row], reviews: Sequence[Row]) -> None:
        """Let the rows point to where the events of their drafts stand."""
        if not any(count for _, count in self.shifts):
            return
        for model, column, rows in ((Deadline, "begun_by", deadlines), (CaseReview, "sequence", reviews)):
            table: Any = model.__table__
            told = [
                {"key": row["id"], "at": self.moved(row[column])}
                for row in rows
                if self.moved(row[column]) != row[column]
            ]
            change = update(table).where(table.c.id == bindparam("key")).values({column: bindparam("at")})
            for start in range(0, len(told), BATCH):
                self.clerk.connection.execute(change, told[start : start + BATCH])


def one(model: Any, **columns: Any) -> Any:
    """A query for the row with these columns."""
    return select(model).where(*(getattr(model, name) == value for name, value in columns.items()))
