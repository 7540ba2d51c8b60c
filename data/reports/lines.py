"""The figures of a report as lines: of a day from its snapshot, of a week or month counted over it, by the one definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import FigureSnapshot
from data.queries.figures import COMPARED, rows_of
from data.reports.periods import Period
from policy.figures.definitions import DEFINITIONS, Target, definition, meets, target_of_row
from policy.figures.measures import Unit
from policy.figures.rows import COUNTY, FigureRow
from policy.figures.written import moved

TOWNSHIP: Final = "township"
SMALL: Final = "figures.small_group"


@dataclass(frozen=True, slots=True)
class Line:
    """A measure of the county with its target; every township's row; whether the day's value was corrected later."""

    figure: str
    measure: str
    unit: Unit
    row: FigureRow
    target: Target | None
    meets: bool | None
    restated: bool = False
    townships: Mapping[str, FigureRow] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """Figure and measure."""
        return self.figure, self.measure

    @property
    def value(self) -> float | None:
        """The county's value."""
        return self.row.value

    @property
    def headline(self) -> bool:
        """Whether the measure is the one its figure is known by."""
        return definition(self.figure).headline.id == self.measure

    def few(self, small: float) -> bool:
        """Whether it rests on too few cases to be held against another value; counts and the like never do."""
        return self.unit in COMPARED and (self.row.denominator or 0) < small


def small_group(county: County, on: date) -> float:
    """Below how many cases values are not compared; 0 where the profile has no such number."""
    value = county.profile.get(SMALL, on)
    return float(value.value) if value else 0.0


def lines_of(session: Session, county: County, span: Period, now: datetime) -> tuple[Line, ...]:
    """Every measure of a period that the record has data for, in the order of the figures."""
    rows = rows_of(session, county, list(DEFINITIONS), on=span.last, now=now, days=span.days)
    towns: dict[tuple[str, str], dict[str, FigureRow]] = {}
    for row in rows:
        if row.group_kind == TOWNSHIP:
            towns.setdefault((row.figure, row.measure), {})[row.group_code] = row
    again = _restated(session, county, span.last) if span.days == 1 else frozenset()
    return tuple(_line(county, span.last, row, towns, again) for row in _ordered(rows))


def _ordered(rows: Iterable[FigureRow]) -> list[FigureRow]:
    places = {(one.id, m.id): n for one in DEFINITIONS.values() for n, m in enumerate(one.measures)}
    known = [row for row in rows if row.group_kind == COUNTY and (row.figure, row.measure) in places]
    return sorted(known, key=lambda row: (row.figure, places[row.figure, row.measure]))


def _line(
    county: County,
    on: date,
    row: FigureRow,
    towns: Mapping[tuple[str, str], Mapping[str, FigureRow]],
    again: frozenset[tuple[str, str]],
) -> Line:
    key, aim = (row.figure, row.measure), target_of_row(row, county.profile, on)
    unit = definition(row.figure).measure(row.measure).unit
    return Line(*key, unit, row, aim, meets(row, aim), key in again, towns.get(key, {}))


def _restated(session: Session, county: County, day: date) -> frozenset[tuple[str, str]]:
    query = select(FigureSnapshot.figure, FigureSnapshot.measure).where(
        FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
        FigureSnapshot.business_date == day,
        FigureSnapshot.group_kind == COUNTY,
        FigureSnapshot.restatement > 0,
    )
    return frozenset((figure, measure) for figure, measure in session.execute(query))


def changes(now: Iterable[Line], before: Mapping[tuple[str, str], Line], small: float) -> list[tuple[Line, Line]]:
    """What moved against the period before and rests on enough cases in both: what crossed its target first, then by size."""
    pairs = [(line, before[line.key]) for line in now if line.headline and line.key in before]
    known = [(line, old) for line, old in pairs if _size(line, old) and not line.few(small) and not old.few(small)]
    return sorted(known, key=lambda pair: (pair[0].meets is pair[1].meets, -_size(*pair)))


def _size(line: Line, old: Line) -> float:
    """The change as a part of what it was; of a share in whole; 0 where nothing is to be seen."""
    by, was = abs(moved(old.value, line.value, line.unit) or 0.0), abs(old.value or 0.0)
    return by / 100 if line.unit == "share" else by / was if was else float(by > 0)
