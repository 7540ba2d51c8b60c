"""Daily figures: taken once a day, exactly once however many processes run, catching up on missed days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from data.county import County
from data.db import Record
from data.figures_kept import values_of
from data.figures_many import Compute, counting, every_figure
from data.jobruns import Hold, beating, claim, done_dates, fail, finish, ticking
from data.models import FigureSnapshot, JobRun, Lead
from policy.zone import CHINA

JOB: Final = "daily_figures"
Progress = Callable[[int, int], None]


def last_due(now: datetime, hour: int) -> date:
    """The newest business date whose snapshot is due: yesterday from `hour` o'clock on (Asia/Shanghai), else the day before."""
    local = now.astimezone(CHINA)
    return local.date() - timedelta(days=1 if local.hour >= hour else 2)


def first_day(session: Session, county: County) -> date | None:
    """The day of the first lead: before it there is nothing to count."""
    first = session.scalar(select(func.min(Lead.received_at)).where(Lead.jurisdiction_id == county.jurisdiction_id))
    return first.astimezone(CHINA).date() if first else None


def missing_days(session: Session, county: County, now: datetime, hour: int) -> list[date]:
    """Business dates that are due and not yet taken, oldest first; none before the first one anybody set out to take."""
    first, last = first_day(session, county), last_due(now, hour)
    if first is None or first > last:
        return []
    done = done_dates(session, JOB, county.jurisdiction_id)
    begun = select(func.min(JobRun.business_date)).where(JobRun.job == JOB)
    first = max(first, session.scalar(begun.where(JobRun.jurisdiction_id == county.jurisdiction_id)) or first)
    return [day for n in range((last - first).days + 1) if (day := first + timedelta(days=n)) not in done]


def take(
    record: Record, county: County, day: date, now: datetime, compute: Compute, at: datetime | None = None
) -> bool:
    """Take the snapshot of one day unless it is taken or somebody else is at it; result and mark in one transaction. It is claimed
    `at` a moment later than `now`, where many days have gone before."""
    mine = claim(record, JOB, county.jurisdiction_id, day, at or now)
    if mine is None:
        return False
    try:
        with beating(record, mine, ticking(at or now)):
            values = values_of(county, day, compute(), now)
    except Exception as fault:
        fail(record, mine, now, f"{type(fault).__name__}: {fault}")
        raise

    def work(connection: Connection) -> bool:
        with connection.begin_nested() as point:
            if not finish(connection, mine, now, {"rows": len(values)}):
                point.rollback()
                return False
            if values:
                connection.execute(insert(FigureSnapshot), values)
            return True

    return record.submit_raw(work).result()


def catch_up(
    record: Record,
    code: str,
    now: datetime,
    *,
    hour: int = 6,
    progress: Progress | None = None,
    workers: int = 1,
    newest: int | None = None,
    hold: Hold | None = None,
) -> int:
    """Take every missing snapshot of a county, oldest first; gives how many were taken here. With `newest`, only the last so
    many days: the days before the first one ever taken are not missing. With `hold`, only while that run is one's own.

    `workers` > 1 computes in that many processes: for commands only, a server has threads that must not be forked.
    """
    county = record.county(code)
    with record.read() as session:
        days = missing_days(session, county, now, hour)
    days = days[-newest:] if newest else days
    taken, clock = 0, ticking(now)
    for index, (day, compute) in enumerate(counting(record, county, now, every_figure(days), workers), start=1):
        taken += take(record, county, day, now, compute, clock())
        if hold is not None and not record.submit_raw(hold).result():
            break
        if progress:
            progress(index, len(days))
    return taken
