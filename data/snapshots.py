"""Daily figures: taken once a day, exactly once however many processes run, catching up on missed days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from data.county import County
from data.db import Record
from data.jobruns import claim, done_dates, fail, finish
from data.models import FigureSnapshot, JobRun, Lead
from data.queries.frames import Frames, frames
from policy.figures.definitions import Target, compute_all, target_of_row
from policy.figures.rows import FigureRow
from policy.figures.scope import day_bounds, day_scope, rules_of
from policy.vocabulary import LeadStatus

JOB: Final = "daily_figures"
ENDED: Final = (LeadStatus.DUPLICATE, LeadStatus.REJECTED, LeadStatus.TRANSFERRED)
FEW: Final = 30  # days below which other processes are not worth starting
SHARED: Final[dict[str, tuple[County, Frames]]] = {}  # what forked processes inherit
MARGIN: Final = timedelta(days=2)
CHINA: Final = ZoneInfo("Asia/Shanghai")
KEPT_GROUPS: Final = frozenset({"county", "township", "organ", "team", "settlement", "part"})
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


def rows_of(county: County, read: Frames, day: date) -> list[FigureRow]:
    """Every figure of a past day as seen from its end."""
    scope = day_scope(day, rules_of(county.profile, day))
    return [row for row in compute_all(touching(read, day), scope) if row.group_kind in KEPT_GROUPS]


def touching(read: Frames, day: date) -> Frames:
    """Only what a day's figures can count: leads and tasks begun, ended or open that day, shifts that overlap it, deadlines
    that ran on it or fell due."""
    start, end = (pd.Timestamp(moment) for moment in day_bounds(day))
    leads, tasks, shifts = read["leads"], read["tasks"], read["shifts"]
    done = leads["resolved_at"].fillna(end)
    closed = leads["status"].isin(ENDED) & leads["resolved_at"].isna()
    here = (leads["received_at"] < end) & (done >= start) & (~closed | (leads["received_at"] >= start - MARGIN))
    ended = tasks[["reported_at", "ended_at"]].min(axis=1).fillna(end)
    late = tasks[["accept_due_at", "arrive_due_at"]].max(axis=1)
    at_work = (tasks["assigned_at"] < end) & ((ended >= start) | (late >= start))
    on_duty = (shifts["starts_at"] < end) & (shifts["ends_at"] > start)
    found = {**read, "leads": leads[here], "tasks": tasks[at_work], "shifts": shifts[on_duty]}
    return found | ({"deadlines": _running(read["deadlines"], start, end)} if "deadlines" in read else {})


def _running(deadlines: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    over = deadlines[["done_at", "ended_at"]].min(axis=1).fillna(end)
    return deadlines[(deadlines["begun_at"] < end) & ((over >= start) | (deadlines["due_at"] >= start))]


def _values(
    county: County, day: date, rows: Iterable[FigureRow], now: datetime, restatement: int
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    goals: dict[tuple[str, str, str], Target | None] = {}
    for row in rows:
        kind = (row.figure, row.measure, row.group_kind)
        if kind not in goals:
            goals[kind] = target_of_row(row, county.profile, day)
        goal = goals[kind]
        made.append(
            row.as_dict()
            | {
                "id": uuid7(),
                "jurisdiction_id": county.jurisdiction_id,
                "business_date": day,
                "target": goal.value if goal else None,
                "clause": goal.clause if goal else None,
                "profile_digest": county.profile.digest,
                "restatement": restatement,
                "taken_at": now,
            }
        )
    return made


Compute = Callable[[], list[FigureRow]]


def take(record: Record, county: County, day: date, now: datetime, compute: Compute) -> bool:
    """Take the snapshot of one day unless it is taken or somebody else is at it; result and mark in one transaction."""
    mine = claim(record, JOB, county.jurisdiction_id, day, now)
    if mine is None:
        return False
    try:
        values = _values(county, day, compute(), now, 0)
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
        read = frames(session, county, now, days=(now.astimezone(CHINA).date() - days[0]).days + 2) if days else {}
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


def restate(record: Record, code: str, day: date, now: datetime) -> int:
    """Compute a past day again; what differs is kept beside the first value as restated; gives how many rows changed."""
    county = record.county(code)
    with record.read() as session:
        read = frames(session, county, now, days=(now.astimezone(CHINA).date() - day).days + 2)
        before = _newest(session, county, day)
    changed = [row for row in rows_of(county, read, day) if before.get(_key(row), (None, -1))[0] != row.value]
    if not changed:
        return 0
    number = max((n for _, n in before.values()), default=-1) + 1
    values = _values(county, day, changed, now, number)

    def work(connection: Connection) -> None:
        with connection.begin_nested():
            connection.execute(insert(FigureSnapshot), values)

    record.submit_raw(work).result()
    return len(changed)


def _key(row: FigureRow | FigureSnapshot) -> tuple[str, str, str, str]:
    return row.figure, row.measure, row.group_kind, row.group_code


def _newest(session: Session, county: County, day: date) -> dict[tuple[str, str, str, str], tuple[float | None, int]]:
    query = select(FigureSnapshot).where(
        FigureSnapshot.jurisdiction_id == county.jurisdiction_id, FigureSnapshot.business_date == day
    )
    return {_key(s): (s.value, s.restatement) for s in session.scalars(query.order_by(FigureSnapshot.restatement))}
