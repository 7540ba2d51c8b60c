"""What was kept of a day's figures: rows as they are written, numbers as they stand, what differs, written beside the first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from math import isclose
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from data.county import County
from data.db import Record
from data.models import FigureSnapshot
from policy.figures.definitions import Target, target_of_row
from policy.figures.rows import FigureRow

Key = tuple[str, str, str, str]
Numbers = tuple[float | None, float | None, float | None, float | None]
NOTHING: Final[Numbers] = (None, None, None, None)
"""A group that nothing is counted in any more."""
Fence = Callable[[Connection], bool]
"""Whether a long run is still one's own, asked in the transaction that writes."""


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
        if not _same(held.get(key_of(row), NOTHING), _numbers(row)):
            yield row
    for key, numbers in held.items():
        if key not in counted and numbers != NOTHING:
            yield FigureRow(*key, *NOTHING)


def numbers_of(rows: Iterable[FigureRow]) -> dict[Key, Numbers]:
    """The numbers of rows by what they are of."""
    return {key_of(row): _numbers(row) for row in rows}


def _numbers(row: FigureRow) -> Numbers:
    return row.value, row.numerator, row.denominator, row.p90


def _same(before: Numbers, after: Numbers) -> bool:
    """Sums of fractions may differ in their last digit by the order of the rows."""
    pairs = zip(before, after, strict=True)
    return all(a == b or (a is not None and b is not None and isclose(a, b, rel_tol=1e-9)) for a, b in pairs)


def key_of(row: FigureRow | FigureSnapshot) -> Key:
    """What a row is of."""
    return row.figure, row.measure, row.group_kind, row.group_code


def newest(
    session: Session | Connection, county: County, day: date, figures: Collection[str] | None = None
) -> dict[Key, Numbers]:
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
    begun_at: datetime | None = None,
) -> int:
    """Write what differs beside what was taken; gives how many rows. Nothing is written by a run that is no longer one's own,
    and nothing over what others kept since a long one has `begun_at`: it was counted from newer rows."""
    if not changed and fence is None:
        return 0

    def work(connection: Connection) -> int:
        with connection.begin_nested():
            rows = _still(connection, county, day, changed, begun_at)
            if (fence and not fence(connection)) or not rows:
                return 0
            last = connection.scalar(_of_day(select(func.max(FigureSnapshot.restatement)), county, day))
            number = 0 if last is None else last + 1
            connection.execute(insert(FigureSnapshot), values_of(county, day, rows, now, number, cause))
            return len(rows)

    return record.submit_raw(work).result()


def _still(
    connection: Connection, county: County, day: date, changed: list[FigureRow], begun_at: datetime | None
) -> list[FigureRow]:
    """Those of the rows that nobody else has kept so meanwhile: two who count one day at once restate it once."""
    held = newest(connection, county, day, {row.figure for row in changed}) if changed else {}
    newer = _kept_since(connection, county, day, begun_at) if changed and begun_at else frozenset()
    return [
        row for row in changed if key_of(row) not in newer and not _same(held.get(key_of(row), NOTHING), _numbers(row))
    ]


def _kept_since(connection: Connection, county: County, day: date, moment: datetime) -> frozenset[Key]:
    columns = (FigureSnapshot.figure, FigureSnapshot.measure, FigureSnapshot.group_kind, FigureSnapshot.group_code)
    later = _of_day(select(*columns), county, day).where(FigureSnapshot.taken_at > moment)
    return frozenset(tuple(row) for row in connection.execute(later))
