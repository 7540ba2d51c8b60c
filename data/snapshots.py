"""Daily figures: taken once a day, exactly once however many processes run, catching up on missed days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from data.county import County
from data.db import Record
from data.figures_day import rows_of
from data.jobruns import claim, done_dates, fail, finish
from data.models import FigureSnapshot, JobRun, Lead
from data.queries.frames import Frames, frames
from policy.figures.definitions import Target, target_of_row
from policy.figures.rows import FigureRow

JOB: Final = "daily_figures"
FEW: Final = 30  # days below which other processes are not worth starting
SHARED: Final[dict[str, tuple[County, Frames]]] = {}  # what forked processes inherit
CHINA: Final = ZoneInfo("Asia/Shanghai")
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


def read_since(session: Session, county: County, now: datetime, oldest: date) -> Frames:
    """The frames that the figures of `oldest` and of the days after it are counted from."""
    return frames(session, county, now, days=(now.astimezone(CHINA).date() - oldest).days + 2)


def values_of(
    county: County, day: date, rows: Iterable[FigureRow], now: datetime, restatement: int = 0, cause: str | None = None
) -> list[dict[str, Any]]:
    """Rows of a day as they are kept, each with the target and clause of that day."""
    made: list[dict[str, Any]] = []
    goals: dict[tuple[str, str, str], Target | None] = {}
    common = {"jurisdiction_id": county.jurisdiction_id, "business_date": day, "profile_digest": county.profile.digest,
              "restatement": restatement, "taken_at": now, "cause": cause}  # fmt: skip
    for row in rows:
        kind = (row.figure, row.measure, row.group_kind)
        if kind not in goals:
            goals[kind] = target_of_row(row, county.profile, day)
        goal = goals[kind]
        held = {"target": goal.value if goal else None, "clause": goal.clause if goal else None}
        made.append(row.as_dict() | held | common | {"id": uuid7()})
    return made


Compute = Callable[[], list[FigureRow]]


def take(record: Record, county: County, day: date, now: datetime, compute: Compute) -> bool:
    """Take the snapshot of one day unless it is taken or somebody else is at it; result and mark in one transaction."""
    mine = claim(record, JOB, county.jurisdiction_id, day, now)
    if mine is None:
        return False
    try:
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
) -> int:
    """Take every missing snapshot of a county, oldest first; gives how many were taken here. With `newest`, only the last so
    many days: the days before the first one ever taken are not missing.

    `workers` > 1 computes in that many processes: for commands only, a server has threads that must not be forked.
    """
    county = record.county(code)
    with record.read() as session:
        days = missing_days(session, county, now, hour)
        days = days[-newest:] if newest else days
        read = read_since(session, county, now, days[0]) if days else {}
    taken = 0
    for index, (day, compute) in enumerate(_computed(county, read, days, workers), start=1):
        taken += take(record, county, day, now, compute)
        if progress:
            progress(index, len(days))
    return taken


def _computed(county: County, read: Frames, days: list[date], workers: int) -> Iterator[tuple[date, Compute]]:
    """How to come by the rows of each day: when they are asked for, or beforehand in other processes."""
    if workers < 2 or len(days) < FEW:
        yield from ((day, partial(rows_of, county, read, day)) for day in days)
        return
    SHARED["here"] = (county, read)
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        for day, rows in zip(days, pool.map(_shared_rows, days, chunksize=4), strict=True):
            yield day, partial(list, rows)
    SHARED.clear()


def _shared_rows(day: date) -> list[FigureRow]:
    county, read = SHARED["here"]
    return rows_of(county, read, day)
