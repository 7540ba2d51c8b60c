"""Figures of past days counted again: what differs is kept beside the first value as restated, with when and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from data.county import County
from data.db import Record
from data.figures_changes import Change, changes, take_up, touched
from data.figures_day import rows_of
from data.figures_kept import differing_on, keep
from data.figures_many import counting, read_since
from data.jobruns import Claim, Hold, beating, claim, done_dates, fail, finish, forget_ahead, ticking
from data.models import JobRun
from data.snapshots import JOB, Progress, catch_up, last_due
from policy.figures.definitions import DEFINITIONS

RESTATING: Final = "figures_restated"
CAUSES: Final = ("rows", "profile", "asked")
"""Why a day is counted again: rows changed, the rules changed, somebody asked for all of it."""


def refresh(
    record: Record, code: str, now: datetime, *, hour: int = 6, again: bool = False, progress: Progress | None = None
) -> tuple[int, int]:
    """Take what is due and not taken, then count again what changed since; gives days taken and rows restated.

    Counting again happens once a business date, in one process; with `again`, or where a clock that was ahead did it, also
    a second time.
    """
    county = record.county(code)
    due, clock = last_due(now, hour), ticking(now)
    forget_ahead(record, RESTATING, county.jurisdiction_id, due)
    mine = claim(record, RESTATING, county.jurisdiction_id, due, now, again=again)
    if mine is None:
        return catch_up(record, code, now, hour=hour, progress=progress), 0
    try:
        with beating(record, mine, clock):
            with record.read() as session:
                seen, days, cause = _to_count(session, county)
            hold = Hold(mine, clock, {"of": len(days)})
            taken = catch_up(record, code, now, hour=hour, progress=progress, hold=hold)
            restated = _count_again(record, county, hold, now, days, cause)
    except Exception as fault:
        fail(record, mine, now, f"{type(fault).__name__}: {fault}")
        raise
    _finish(record, county, mine, now, seen, {"days": len(days), "rows": restated, "profile": county.profile.digest})
    return taken, restated


def restate(record: Record, code: str, day: date, now: datetime, cause: str = "asked") -> int:
    """Compute a past day again; what differs is kept beside the first value as restated; gives how many rows changed."""
    county = record.county(code)
    with record.read() as session:
        read = read_since(session, county, now, day)
    changed = differing_on(record, county, day, rows_of(county, read, day))
    return keep(record, county, day, changed, now, cause)


def _to_count(session: Session, county: County) -> tuple[list[Change], Mapping[date, frozenset[str]], str]:
    """The changes noted, and the days with the figures they touch; every day after the rules have changed."""
    seen, days = changes(session, county), done_dates(session, JOB, county.jurisdiction_id)
    before = _profile_before(session, county)
    if before in (None, county.profile.digest):
        return seen, touched(seen, days), "rows"
    return seen, {day: frozenset(DEFINITIONS) for day in sorted(days)}, "profile"


def _profile_before(session: Session, county: County) -> str | None:
    """Digest of the profile that the refresh before this one counted by."""
    query = select(JobRun.result).where(
        JobRun.job == RESTATING, JobRun.jurisdiction_id == county.jurisdiction_id, JobRun.status == "done"
    )
    result: Mapping[str, Any] = session.scalar(query.order_by(JobRun.business_date.desc()).limit(1)) or {}
    return result.get("profile")


def _count_again(
    record: Record, county: County, hold: Hold, now: datetime, days: Mapping[date, frozenset[str]], cause: str
) -> int:
    """What differs of the days, while the run is one's own; gives how many rows."""
    restated = 0
    for index, (day, compute) in enumerate(counting(record, county, now, days), start=1):
        if not hold.held:
            break
        hold.result["done"] = index
        restated += keep(record, county, day, differing_on(record, county, day, compute(), days[day]), now, cause, hold)
    return restated


def _finish(
    record: Record, county: County, mine: Claim, now: datetime, seen: Iterable[Change], result: dict[str, Any]
) -> None:
    def work(connection: Connection) -> None:
        with connection.begin_nested():
            if finish(connection, mine, now, result):
                take_up(connection, county, seen)

    record.submit_raw(work).result()
