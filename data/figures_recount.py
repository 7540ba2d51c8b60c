"""All days counted again on demand: asked for, worked off by one process, told how far it is, stopped when nobody wants it.

The long figures are counted of all days in one pass (data/figures_bulk.py); the others day by day by their definitions. What
differs from what was taken is kept beside it as restated. It survives a restart: who takes the run over begins anew, and what
was already kept does not differ any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from data.county import County
from data.db import Record
from data.figures_kept import differing_on, keep
from data.figures_many import counting, every_figure
from data.jobruns import Claim, beating, claim, done_dates, fail, finish, renew
from data.models import JobRun
from data.snapshots import JOB, Progress

RECOUNT: Final = "figures_recount"
ASKED, RUNNING, DONE, FAILED, STOPPED = "asked", "running", "done", "failed", "stopped"
TOLD: Final = 1.0  # seconds between two words on how far it is


class Stopped(Exception):
    """Somebody stopped the recount, or another process took it over."""


@dataclass(frozen=True, slots=True)
class Recount:
    """How a recount stands: days done of all, rows that were restated, when it was asked for and ended, by whom."""

    status: str
    done: int
    of: int
    rows: int
    asked_at: datetime
    finished_at: datetime | None
    by: str | None
    stopping: bool
    error: str | None

    @property
    def going(self) -> bool:
        """Whether it waits or runs."""
        return self.status in (ASKED, RUNNING)


def newest_recount(session: Session, county: County) -> Recount | None:
    """The recount that was asked for last."""
    row = newest_run(session, county)
    if row is None:
        return None
    told = row.result
    return Recount(
        row.status, told.get("done", 0), told.get("of", 0), told.get("rows", 0), row.started_at, row.finished_at,
        told.get("by"), bool(told.get("stop")), row.error,
    )  # fmt: skip


def newest_run(session: Session, county: County) -> JobRun | None:
    """Its row."""
    query = select(JobRun).where(JobRun.job == RECOUNT, JobRun.jurisdiction_id == county.jurisdiction_id)
    return session.scalars(query.order_by(JobRun.business_date.desc()).limit(1)).first()


def run_asked(record: Record, code: str, now: datetime, progress: Progress | None = None) -> int | None:
    """Work off the recount that waits, or one whose process was lost; gives how many rows were restated, None: there was none."""
    county = record.county(code)
    with record.read() as session:
        row = newest_run(session, county)
    if row is None or row.status not in (ASKED, RUNNING):
        return None
    mine = claim(record, RECOUNT, county.jurisdiction_id, row.business_date, now)
    if mine is None:
        return None
    told = {"by": row.result.get("by")}

    def tell(done: int, of: int, rows: int) -> None:
        _tell(record, mine, told | {"done": done, "of": of, "rows": rows})
        if progress:
            progress(done, of)

    try:
        with beating(record, mine, record.clock):
            rows = recount(record, county, now, tell)
    except Stopped:
        return None
    except Exception as fault:
        fail(record, mine, record.clock(), f"{type(fault).__name__}: {fault}")
        raise
    _end(record, mine, told, rows)
    return rows


Tell = Callable[[int, int, int], None]


def recount(record: Record, county: County, now: datetime, tell: Tell | None = None) -> int:
    """Count every day that was taken again and keep what differs; gives how many rows. `tell` hears days done, days in all and
    rows kept so far, and may raise `Stopped`."""
    with record.read() as session:
        days = sorted(done_dates(session, JOB, county.jurisdiction_id))
    kept, told = 0, 0.0
    for index, (day, compute) in enumerate(counting(record, county, now, every_figure(days)), start=1):
        kept += keep(record, county, day, differing_on(record, county, day, compute()), now, "asked", begun_at=now)
        if tell and (monotonic() - told > TOLD or index == len(days)):
            tell(index, len(days), kept)
            told = monotonic()
    return kept


# -- how far it is ----------------------------------------------------------------------------------------------------


def _tell(record: Record, mine: Claim, told: dict[str, Any]) -> None:
    """Keep how far it is and hold the run; `Stopped` where it is no longer wanted or no longer one's own."""

    def work(connection: Connection) -> bool:
        with connection.begin_nested():
            before = connection.scalar(select(JobRun.result).where(JobRun.id == mine.run_id)) or {}
            if before.get("stop"):
                finish(connection, mine, record.clock(), told, status=STOPPED)
                return False
            return renew(connection, mine, record.clock(), told)

    if not record.submit_raw(work).result():
        raise Stopped


def _end(record: Record, mine: Claim, told: dict[str, Any], rows: int) -> None:
    def work(connection: Connection) -> None:
        with connection.begin_nested():
            before = connection.scalar(select(JobRun.result).where(JobRun.id == mine.run_id)) or {}
            finish(connection, mine, record.clock(), before | told | {"rows": rows})

    record.submit_raw(work).result()
