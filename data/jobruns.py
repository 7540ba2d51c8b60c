"""Runs of jobs: one row per job, county and business date, with a lease and a fencing token (architecture.md, traps)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.orm import Session

from data.db import Record
from data.models import JobRun
from policy.errors import Refusal

LEASE: Final = timedelta(seconds=30)
"""After which a run whose process was killed is taken over: a server that starts has caught up within a minute."""
BEAT: Final = 10.0  # seconds between two words that a run is still at work
LONGEST: Final = 3_600.0  # seconds after which work that goes on counts as hung: its run is no longer held


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one run, until somebody else takes it over with a higher token."""

    run_id: UUID
    job: str
    jurisdiction_id: UUID
    business_date: date
    token: int


def claim(
    record: Record, job: str, jurisdiction_id: UUID, business_date: date, now: datetime, *, again: bool = False
) -> Claim | None:
    """Claim a run; None when it is done (unless it is wanted `again`), or held by somebody whose lease has not ended."""

    def work(connection: Connection) -> Claim | None:
        key = (
            (JobRun.job == job) & (JobRun.jurisdiction_id == jurisdiction_id) & (JobRun.business_date == business_date)
        )
        with connection.begin_nested():
            row = connection.execute(select(JobRun.__table__).where(key)).first()
            if row is None:
                return _first(connection, job, jurisdiction_id, business_date, now)
            if _held(row, now) or (row.status == "done" and not again):
                return None
            renewed = {"status": "running", "token": row.token + 1, "lease_until": now + LEASE, "started_at": now}
            connection.execute(update(JobRun).where(JobRun.id == row.id).values(**renewed, error=None))
            return Claim(row.id, job, jurisdiction_id, business_date, row.token + 1)

    return record.submit_raw(work).result()


def _held(row: Row[Any], now: datetime) -> bool:
    """Whether somebody is at it. A lease that ends later than one can be given now is of a clock that was ahead: it binds nobody."""
    until: datetime | None = row.lease_until
    return row.status == "running" and until is not None and now < until <= now + 2 * LEASE


def ticking(now: datetime) -> Callable[[], datetime]:
    """A clock that begins at `now`: what lasts claims and renews by the time it has come to."""
    begun = monotonic()
    return lambda: now + timedelta(seconds=monotonic() - begun)


@contextmanager
def beating(record: Record, mine: Claim, clock: Callable[[], datetime]) -> Iterator[None]:
    """Hold a run while its work goes on, however long one step of it lasts; what hangs is let go of after an hour."""
    over, end = Event(), monotonic() + LONGEST

    def hold(connection: Connection) -> bool:
        with connection.begin_nested():
            return renew(connection, mine, clock())

    def beat() -> None:
        while not over.wait(BEAT) and monotonic() < end:
            with suppress(Refusal):  # the database is away: the next beat finds it, or the run is lost
                record.submit_raw(hold).result()

    thread = Thread(target=beat, name="run-held", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@dataclass
class Hold:
    """A long run that is held on to as it goes on; `held` is False once somebody else has taken it over."""

    mine: Claim
    clock: Callable[[], datetime]
    result: dict[str, Any]
    held: bool = True

    def __call__(self, connection: Connection) -> bool:
        """Hold it for another lease, in the transaction that writes."""
        with connection.begin_nested():
            self.held = renew(connection, self.mine, self.clock(), self.result)
        return self.held


def _first(connection: Connection, job: str, jurisdiction_id: UUID, business_date: date, now: datetime) -> Claim:
    from uuid_utils.compat import uuid7

    run_id = uuid7()
    connection.execute(
        insert(JobRun).values(
            id=run_id,
            job=job,
            jurisdiction_id=jurisdiction_id,
            business_date=business_date,
            status="running",
            token=1,
            lease_until=now + LEASE,
            started_at=now,
            result={},
        )
    )
    return Claim(run_id, job, jurisdiction_id, business_date, 1)


def renew(connection: Connection, mine: Claim, now: datetime, result: dict[str, Any] | None = None) -> bool:
    """Hold a long run for another lease and tell how far it is; False when somebody else has taken it over meanwhile."""
    holding = (JobRun.id == mine.run_id) & (JobRun.token == mine.token) & (JobRun.status == "running")
    values = {"lease_until": now + LEASE} | ({} if result is None else {"result": result})
    return connection.execute(update(JobRun).where(holding).values(values)).rowcount == 1


def finish(connection: Connection, mine: Claim, now: datetime, result: dict[str, Any], *, status: str = "done") -> bool:
    """Mark the run done (or as `status`) in the transaction of its result; False when somebody else has taken it over meanwhile."""
    holding = (JobRun.id == mine.run_id) & (JobRun.token == mine.token) & (JobRun.status == "running")
    values = {"status": status, "finished_at": now, "lease_until": None, "result": result}
    return connection.execute(update(JobRun).where(holding).values(values)).rowcount == 1


def fail(record: Record, mine: Claim, now: datetime, error: str) -> None:
    """Note that the run failed; the next look may try again."""

    def work(connection: Connection) -> None:
        holding = (JobRun.id == mine.run_id) & (JobRun.token == mine.token)
        values = {"status": "failed", "finished_at": now, "lease_until": None, "error": error[:2_000]}
        with connection.begin_nested():
            connection.execute(update(JobRun).where(holding).values(values))

    record.submit_raw(work).result()


def done_dates(session: Session, job: str, jurisdiction_id: UUID) -> set[date]:
    """Business dates for which a job is done."""
    query = select(JobRun.business_date).where(
        JobRun.job == job, JobRun.jurisdiction_id == jurisdiction_id, JobRun.status == "done"
    )
    return set(session.scalars(query))


def ended_ahead(session: Session, job: str, jurisdiction_id: UUID, business_date: date, now: datetime) -> bool:
    """Whether a run was done by a clock that was ahead of `now`: what happened after it is not in its result."""
    key = (JobRun.job == job) & (JobRun.jurisdiction_id == jurisdiction_id) & (JobRun.business_date == business_date)
    ended = session.scalar(select(JobRun.finished_at).where(key, JobRun.status == "done"))
    return ended is not None and ended > now + 2 * LEASE


def forget_ahead(record: Record, job: str, jurisdiction_id: UUID, due: date) -> None:
    """Let the runs of days that are not due yet count as not done: a clock that was ahead made them, before those days were over."""
    ahead = (JobRun.job == job) & (JobRun.jurisdiction_id == jurisdiction_id) & (JobRun.business_date > due)
    ahead &= JobRun.status == "done"
    with record.read() as session:
        if session.scalar(select(JobRun.id).where(ahead).limit(1)) is None:
            return

    def work(connection: Connection) -> None:
        with connection.begin_nested():
            connection.execute(update(JobRun).where(ahead).values(status="failed", error="clock ahead"))

    record.submit_raw(work).result()
