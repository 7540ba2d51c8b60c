"""The figures of many days: the long ones of all days in one pass (data/figures_bulk.py), the others day by day by their definitions.

Leads, tasks, shifts and deadlines of a day are cut from the span of days it lies in, and the span from the whole, so that a day
goes through what its span holds and not through the whole history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from typing import Final

import structlog
from sqlalchemy.orm import Session

from data.county import County
from data.db import Record
from data.figures_bulk import FIGURES, case_blocks, clock_blocks, loop_blocks
from data.figures_bulk_read import read_columns
from data.figures_day import KEPT_GROUPS, rows_of, touching
from data.figures_kept import differing, numbers_of
from data.figures_panel import Block, Panel
from data.queries.frames import Frames, frames, frames_of
from policy.figures.definitions import DEFINITIONS
from policy.figures.rows import FigureRow
from policy.figures.scope import rules_of
from policy.zone import CHINA

LOG = structlog.get_logger(__name__)
FEW: Final = 30  # days below which neither a pass over everything nor other processes are worth starting
SPAN: Final = 28  # days that are cut from the whole at once
SHARED: Final[dict[str, Spans]] = {}  # what forked processes inherit
Asked = Mapping[date, frozenset[str]]
Compute = Callable[[], list[FigureRow]]


class Spans:
    """Frames of a long time, cut to the span of days that is being counted."""

    def __init__(self, county: County, read: Frames, asked: Asked) -> None:
        """`asked`: the days with the figures to count of each, oldest first."""
        self.county, self.read, self.asked, self.last = county, read, asked, max(asked, default=date.min)
        self._first, self._until, self._cut = date.max, date.min, read

    def rows(self, day: date) -> list[FigureRow]:
        """The rows of one of the days."""
        if not self._first <= day <= self._until:
            self._first, self._until = day, min(day + timedelta(days=SPAN - 1), self.last)
            self._cut = touching(self.read, self._first, self._until)
        return rows_of(self.county, self._cut, day, self.asked[day])


def counting(
    record: Record, county: County, now: datetime, asked: Asked, workers: int = 1
) -> Iterator[tuple[date, Compute]]:
    """Each day with how to come by the rows of the figures asked for; what they are counted from is read before the first.

    `workers` > 1 counts in that many processes: for commands only, a server has threads that must not be forked.
    """
    if not asked:
        return iter(())
    first, last, many = min(asked), max(asked), len(asked) >= FEW
    long_ones = many and any(ids & FIGURES for ids in asked.values())
    blocks = _long(record, county, now, first, last) if long_ones else []
    rest = {day: frozenset(ids - FIGURES if blocks else ids) for day, ids in asked.items()}
    with record.read() as session:
        spans = Spans(county, read_since(session, county, now, first, frozenset().union(*rest.values())), rest)

    def long(day: date) -> list[FigureRow]:
        return [row for block in blocks if block.figure in asked[day] for row in block.of_day((day - first).days)]

    if workers < 2 or not many:
        return ((day, partial(lambda day: [*spans.rows(day), *long(day)], day)) for day in asked)
    return ((day, partial(lambda day, rows: [*rows, *long(day)], day, rows)) for day, rows in _forked(spans, workers))


def _forked(spans: Spans, workers: int) -> Iterator[tuple[date, list[FigureRow]]]:
    SHARED["here"] = spans
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
            yield from zip(spans.asked, pool.map(_shared_rows, spans.asked, chunksize=SPAN), strict=True)
    finally:
        SHARED.clear()


def _shared_rows(day: date) -> list[FigureRow]:
    return SHARED["here"].rows(day)


def read_since(
    session: Session, county: County, now: datetime, oldest: date, figures: frozenset[str] | None = None
) -> Frames:
    """The frames that the figures (None: all) of `oldest` and of the days after it are counted from."""
    days = (now.astimezone(CHINA).date() - oldest).days + 2
    return frames(session, county, now, days=days, only=None if figures is None else frames_of(figures))


# -- the long figures --------------------------------------------------------------------------------------------------


def _long(record: Record, county: County, now: datetime, first: date, last: date) -> list[Block]:
    """The long figures of every day from–to. The newest day is counted by the definitions as well: where the two differ, and a
    second time too, this is logged and nothing is taken from here."""
    for again in (True, False):  # something may be written between the two readings
        blocks = all_blocks(record, county, first, last)
        with record.read() as session:
            read = read_since(session, county, now, last, FIGURES)
        at_once = [row for block in blocks for row in block.of_day((last - first).days)]
        wrong = next(differing(numbers_of(rows_of(county, read, last, FIGURES)), at_once), None)
        if wrong is None:
            return blocks
        if not again:
            LOG.error(
                "figures.differ", figure=wrong.figure, measure=wrong.measure, group=wrong.group_kind, day=str(last)
            )
    return []


def all_blocks(record: Record, county: County, first: date, last: date) -> list[Block]:
    """The long figures of every day from–to, in the groups that are kept."""
    panel = Panel(first, (last - first).days + 1)
    rules = [rules_of(county.profile, first + timedelta(days=n)) for n in range(panel.days)]
    read = read_columns(record, county)
    leads, tasks = read["leads"], read["tasks"]
    made = (*loop_blocks(panel, leads, tasks, rules), *case_blocks(panel, read["cases"]),
            *clock_blocks(panel, leads, tasks, read["deadlines"]))  # fmt: skip
    return [block for block in made if block.kind in KEPT_GROUPS]


def every_figure(days: Sequence[date]) -> Asked:
    """All figures of each day."""
    return dict.fromkeys(days, frozenset(DEFINITIONS))
