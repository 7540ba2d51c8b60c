"""Cells, items and hours with more leads than expected (S10): what policy.anomalies marks, with the leads behind each mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope, townships_of
from data.county import County
from data.models import Item, Lead
from data.queries.grid import short_words
from data.queries.wall_rows import Named
from policy.anomalies import RATE, WINDOWS, Excess, excesses
from policy.zone import CHINA

Kind = Literal["cell", "item", "hour"]
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
WEEKS: Final = 8  # how far back the usual is looked for
LOOK_BACK: Final = WEEKS * 7
HOURS: Final = 24  # whole hours looked at, beside the running one


@dataclass(frozen=True, slots=True)
class Anomaly:
    """More leads than expected in a cell, of an item or in an hour; `leads` are the numbers of what was counted."""

    kind: Kind
    code: str
    name: Named
    count: int
    usual: float
    chance: float
    begins: datetime
    ends: datetime
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anomalies:
    """One look: what was marked, on how many comparable days the usual rests, and the rate of chance among the marks."""

    at: datetime
    days: int
    rate: float
    weekly: bool  # they are the same weekday
    workday: bool
    rows: tuple[Anomaly, ...]

    @property
    def judged(self) -> bool:
        """Whether there are enough comparable days to say anything."""
        return self.days >= WINDOWS


@dataclass(frozen=True, slots=True)
class _Past:
    """The leads of the last weeks in columns, and the days to compare with (how long ago each was)."""

    now: datetime
    ago: tuple[timedelta, ...]
    seconds: Any  # before now
    columns: dict[str, Any]


def read_anomalies(session: Session, actor: Actor, county: County, *, now: datetime) -> Anomalies:
    """What of the last 24 hours is more than expected, the least likely first; raises Refusal when leads may not be read."""
    demand(actor, "lead.read", Subject(county.jurisdiction_id, label=county.name), now)
    return anomalies(session, actor, county, now)


def anomalies(session: Session, actor: Actor, county: County, now: datetime) -> Anomalies:
    """What of the last 24 hours is more than expected in the actor's area."""
    past = _read(session, actor, county, now)
    weekly, workday = (
        all(ago.days % 7 == 0 for ago in past.ago),
        county.calendar.is_workday(now.astimezone(CHINA).date()),
    )
    found: list[Anomaly] = []
    if len(past.ago) >= WINDOWS:
        found = [*_cells(past, actor, county), *_items(session, past, county), *_hours(past)]
    rows = tuple(sorted(found, key=lambda one: (one.chance, one.kind, one.code)))
    return Anomalies(now, len(past.ago), RATE, weekly, workday, rows)


def _read(session: Session, actor: Actor, county: County, now: datetime) -> _Past:
    query = select(Lead.number, Lead.received_at, Lead.township_code, Lead.cell_code, Item.code).where(
        Lead.jurisdiction_id == county.jurisdiction_id,
        Lead.received_at >= now - (LOOK_BACK + 2) * DAY, Lead.received_at < now,
        in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code),
    )  # fmt: skip
    rows = session.execute(query.outerjoin(Item, Item.id == Lead.item_id).order_by(Lead.received_at, Lead.number)).all()
    seconds = np.array([(now - row[1]).total_seconds() for row in rows])
    names = ("number", "received", "township", "cell", "item")
    columns = {name: np.array([row[n] for row in rows], dtype=object) for n, name in enumerate(names)}
    return _Past(now, _comparable(county, now, seconds), seconds, columns)


def _comparable(county: County, now: datetime, seconds: Any) -> tuple[timedelta, ...]:
    """How long ago the days to compare with were: the same weekday, working or free as today is; on a holiday other free days."""
    if not len(seconds):
        return ()
    today, begun = now.astimezone(CHINA).date(), timedelta(seconds=float(seconds[0]))
    workday = county.calendar.is_workday(today)
    same = [n for n in range(1, LOOK_BACK + 1) if county.calendar.is_workday(today - n * DAY) == workday]
    whole = [n * DAY for n in same if (n + 1) * DAY <= begun + HOUR]
    weekly = tuple(ago for ago in whole if ago.days % 7 == 0)
    return weekly if len(weekly) >= WINDOWS else tuple(whole)


def _window(past: _Past, ends: timedelta, length: timedelta) -> Any:
    """Which leads came in a window that ended so long ago."""
    first, last = ends.total_seconds(), (ends + length).total_seconds()
    return (past.seconds > first) & (past.seconds <= last)


def _counts(past: _Past, index: Any, size: int, ends: timedelta, length: timedelta) -> Any:
    inside = _window(past, ends, length) & (index >= 0)
    return np.bincount(index[inside], minlength=size)


def _of_series(past: _Past, codes: Sequence[str], index: Any) -> tuple[Excess, ...]:
    """The series marked of the last 24 hours; `index` is the series of each lead, -1 for none."""
    if not codes:
        return ()
    counts = _counts(past, index, len(codes), timedelta(), DAY)
    before = np.stack([_counts(past, index, len(codes), ago, DAY) for ago in past.ago], axis=1)
    return excesses(counts, before)


def _indexed(codes: Sequence[str], column: Any) -> Any:
    place = {code: n for n, code in enumerate(codes)}
    return np.array([place.get(code, -1) for code in column], dtype=np.int64)


def _anomaly(past: _Past, kind: Kind, code: str, name: Named, one: Excess, inside: Any) -> Anomaly:
    numbers = tuple(past.columns["number"][inside])
    return Anomaly(kind, code, name, one.count, one.usual, one.chance, past.now - DAY, past.now, numbers)


def _cells(past: _Past, actor: Actor, county: County) -> list[Anomaly]:
    """Townships and the finest cells, each level judged for itself; a cell stands for its township where both are marked."""
    area = townships_of(actor, "lead.read", county.jurisdiction_id)
    towns = [cell.code for cell in county.townships if area is None or cell.code in area]
    grid = county.hierarchy
    leaves = [cell.code for cell in grid.leaves() if area is None or area & set(grid.chain(cell.code))]
    found = []
    for column, codes in (("cell", leaves), ("township", towns)):
        index = _indexed(codes, past.columns[column])
        for one in _of_series(past, codes, index):
            name = short_words(county, codes[one.index])
            inside = _window(past, timedelta(), DAY) & (index == one.index)
            found.append(_anomaly(past, "cell", codes[one.index], name, one, inside))
    return found


def _items(session: Session, past: _Past, county: County) -> list[Anomaly]:
    query = select(Item.code, Item.name, Item.name_en).where(Item.jurisdiction_id == county.jurisdiction_id)
    names = {code: Named(name, english or name) for code, name, english in session.execute(query.order_by(Item.code))}
    codes = list(names)
    index = _indexed(codes, past.columns["item"])
    return [
        _anomaly(past, "item", codes[one.index], names[codes[one.index]], one, _window(past, timedelta(), DAY) & (index == one.index))
        for one in _of_series(past, codes, index)
    ]  # fmt: skip


def _hours(past: _Past) -> list[Anomaly]:
    """The last whole hours and the running one, each against the same hour of the days to compare with."""
    running = past.now - past.now.replace(minute=0, second=0, microsecond=0)
    spans = [(timedelta(), running), *((running + n * HOUR, HOUR) for n in range(HOURS))]
    counts = [int(_window(past, ends, length).sum()) for ends, length in spans]
    before = [[int(_window(past, ends + ago, length).sum()) for ago in past.ago] for ends, length in spans]
    found = []
    for one in excesses(counts, before):
        ends, length = spans[one.index]
        begins, end = past.now - ends - length, past.now - ends
        clock = f"{begins.astimezone(CHINA):%H:00}–{begins.astimezone(CHINA) + HOUR:%H:00}"
        numbers = tuple(past.columns["number"][_window(past, ends, length)])
        code = f"{begins.astimezone(CHINA):%Y-%m-%dT%H}"
        found.append(Anomaly("hour", code, Named(clock, clock), one.count, one.usual, one.chance, begins, end, numbers))
    return found
