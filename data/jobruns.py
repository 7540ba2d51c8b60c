"""Runs of jobs: one row per job, county and business date, with a lease and a fencing token (architecture.md, traps)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from data.db import Record
from data.models import JobRun

LEASE: Final = timedelta(minutes=5)


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
            held = row.status == "running" and row.lease_until is not None and row.lease_until > now
            if held or (row.status == "done" and not again):
                return None
            renewed = {"status": "running", "token": row.token + 1, "lease_until": now + LEASE, "started_at": now}
            connection.execute(update(JobRun).where(JobRun.id == row.id).values(**renewed, error=None))
            return Claim(row.id, job, jurisdiction_id, business_date, row.token + 1)

    return record.submit_raw(work).result()


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


def renew(connection: Connection, mine: Claim, now: datetime, result: dict[str, Any]) -> bool:
    """Hold a long run for another lease and tell how far it is; False when somebody else has taken it over meanwhile."""
    holding = (JobRun.id == mine.run_id) & (JobRun.token == mine.token) & (JobRun.status == "running")
    values = {"lease_until": now + LEASE, "result": result}
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
