"""Figures of past days counted again: what differs is kept beside the first value as restated, with when and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from math import isclose
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from data.county import County
from data.db import Record
from data.figures_changes import Change, changes, take_up, touched
from data.figures_day import rows_of
from data.jobruns import Claim, claim, done_dates, fail, finish, renew
from data.models import FigureSnapshot, JobRun
from data.snapshots import JOB, Progress, catch_up, last_due, read_since, values_of
from policy.figures.definitions import DEFINITIONS
from policy.figures.rows import FigureRow

RESTATING: Final = "figures_restated"
Key = tuple[str, str, str, str]
Numbers = tuple[float | None, float | None, float | None, float | None]
NOTHING: Final[Numbers] = (None, None, None, None)
"""A group that nothing is counted in any more."""
CAUSES: Final = ("rows", "profile", "asked")
"""Why a day is counted again: rows changed, the rules changed, somebody asked for all of it."""


def refresh(
    record: Record, code: str, now: datetime, *, hour: int = 6, again: bool = False, progress: Progress | None = None
) -> tuple[int, int]:
    """Take what is due and not taken, then count again what changed since; gives days taken and rows restated.

    Counting again happens once a business date, in one process; with `again` also a second time.
    """
    county = record.county(code)
    due = last_due(now, hour)
    mine = claim(record, RESTATING, county.jurisdiction_id, due, now, again=again)
    if mine is None:
        return catch_up(record, code, now, hour=hour, progress=progress), 0
    try:
        with record.read() as session:
            seen, days, cause = _to_count(session, county)
        taken = catch_up(record, code, now, hour=hour, progress=progress)
        restated = _count_again(record, county, mine, now, days, cause)
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
    record: Record, county: County, mine: Claim, now: datetime, days: Mapping[date, frozenset[str]], cause: str
) -> int:
    if not days:
        return 0
    with record.read() as session:
        read = read_since(session, county, now, min(days))
    restated = 0
    for index, (day, figures) in enumerate(days.items(), start=1):
        rows = rows_of(county, read, day, figures)
        changed = differing_on(record, county, day, rows, figures)
        restated += keep(
            record, county, day, changed, now, cause, _holding(mine, record, {"done": index, "of": len(days)})
        )
    return restated


Fence = Callable[[Connection], bool]
"""Whether a long run is still one's own, asked in the transaction that writes."""


def _holding(mine: Claim, record: Record, result: dict[str, Any]) -> Fence:
    return lambda connection: renew(connection, mine, record.clock(), result)


def _finish(
    record: Record, county: County, mine: Claim, now: datetime, seen: Iterable[Change], result: dict[str, Any]
) -> None:
    def work(connection: Connection) -> None:
        with connection.begin_nested():
            if finish(connection, mine, now, result):
                take_up(connection, county, seen)

    record.submit_raw(work).result()


# -- what differs -----------------------------------------------------------------------------------------------------


def differing_on(
    record: Record, county: County, day: date, rows: Iterable[FigureRow], figures: Collection[str] | None = None
) -> list[FigureRow]:
    """Those of `rows` that the day's snapshot does not hold so, and the groups it holds that are there no more."""
    with record.read() as session:
        held = newest(session, county, day, figures)
    return list(differing(held, rows))


def differing(held: Mapping[Key, Numbers], rows: Iterable[FigureRow]) -> Iterator[FigureRow]:
    """Rows whose numbers are not those that are held, then what is held and was not counted."""
    counted: set[Key] = set()
    for row in rows:
        counted.add(key_of(row))
        if not _same(held.get(key_of(row), NOTHING), (row.value, row.numerator, row.denominator, row.p90)):
            yield row
    for key, numbers in held.items():
        if key not in counted and numbers != NOTHING:
            yield FigureRow(*key, *NOTHING)


def _same(before: Numbers, after: Numbers) -> bool:
    """Sums of fractions may differ in their last digit by the order of the rows."""
    pairs = zip(before, after, strict=True)
    return all(a == b or (a is not None and b is not None and isclose(a, b, rel_tol=1e-9)) for a, b in pairs)


def key_of(row: FigureRow | FigureSnapshot) -> Key:
    """What a row is of."""
    return row.figure, row.measure, row.group_kind, row.group_code


def newest(session: Session, county: County, day: date, figures: Collection[str] | None = None) -> dict[Key, Numbers]:
    """The numbers of a day as they stand: as last restated, else as taken."""
    columns = (FigureSnapshot.figure, FigureSnapshot.measure, FigureSnapshot.group_kind, FigureSnapshot.group_code,
               FigureSnapshot.value, FigureSnapshot.numerator, FigureSnapshot.denominator, FigureSnapshot.p90)  # fmt: skip
    query = _of_day(select(*columns), county, day).order_by(FigureSnapshot.restatement)
    if figures is not None:
        query = query.where(FigureSnapshot.figure.in_(sorted(figures)))
    return {tuple(row[:4]): tuple(row[4:]) for row in session.execute(query)}


def _of_day(query: Any, county: County, day: date) -> Any:
    return query.where(FigureSnapshot.jurisdiction_id == county.jurisdiction_id, FigureSnapshot.business_date == day)


def keep(
    record: Record,
    county: County,
    day: date,
    changed: list[FigureRow],
    now: datetime,
    cause: str,
    fence: Fence | None = None,
) -> int:
    """Write what differs beside what was taken; gives how many rows. Nothing is written by a run that is no longer one's own."""
    if not changed and fence is None:
        return 0

    def work(connection: Connection) -> int:
        with connection.begin_nested():
            if (fence and not fence(connection)) or not changed:
                return 0
            last = connection.scalar(_of_day(select(func.max(FigureSnapshot.restatement)), county, day))
            number = 0 if last is None else last + 1
            connection.execute(insert(FigureSnapshot), values_of(county, day, changed, now, number, cause))
            return len(changed)

    return record.submit_raw(work).result()
