"""What changed since a refresh saw it, as days and figures that have to be counted again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.orm import Session

from data.county import County
from data.figures_sources import SOURCES, Source, figures_of
from data.models import FigureChange

Touched = Mapping[date, frozenset[str]]
"""Day → figures that may have changed on it."""


@dataclass(frozen=True, slots=True)
class Change:
    """Rows of one table that changed, and the days that feel it; `times` tells whether more came since."""

    source: str
    since: date
    until: date
    times: int


def changes(session: Session, county: County) -> list[Change]:
    """All that is noted and not yet taken up."""
    columns = (FigureChange.source, FigureChange.since, FigureChange.until, FigureChange.times)
    query = select(*columns).where(FigureChange.jurisdiction_id == county.jurisdiction_id)
    return [Change(*row) for row in session.execute(query)]


def touched(seen: Iterable[Change], days: Iterable[date]) -> Touched:
    """Which figures of which of `days` the changes may have touched."""
    found: dict[date, set[str]] = defaultdict(set)
    ordered = sorted(days)
    for source, spans in _by_table(seen).items():
        near, far = figures_of(source.frames), figures_of(source.wide)
        for since, until in spans:
            begin, end = bisect_left(ordered, since), bisect_right(ordered, until)
            for day in ordered[begin:end]:
                found[day] |= near
            for day in ordered[begin:] if far else ():
                found[day] |= far
    return {day: frozenset(figures) for day, figures in sorted(found.items()) if figures}


def _by_table(seen: Iterable[Change]) -> Mapping[Source, set[tuple[date, date]]]:
    """The spans of each table; one that another release noted is left out."""
    spans: dict[Source, set[tuple[date, date]]] = defaultdict(set)
    for change in seen:
        if change.source in SOURCES:
            spans[SOURCES[change.source]].add((change.since, change.until))
    return spans


def take_up(connection: Connection, county: County, seen: Iterable[Change]) -> None:
    """Forget the changes that were counted; one that came again meanwhile stays for the next refresh."""
    gone = [{"s": change.source, "f": change.since, "u": change.until, "n": change.times} for change in seen]
    if gone:
        same = (FigureChange.source == bindparam("s")) & (FigureChange.since == bindparam("f"))
        same &= (FigureChange.until == bindparam("u")) & (FigureChange.times == bindparam("n"))
        mine = FigureChange.jurisdiction_id == county.jurisdiction_id
        connection.execute(delete(FigureChange).where(mine, same), gone)
