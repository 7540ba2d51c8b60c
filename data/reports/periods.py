"""Which days a report is of: a day, the week to a Sunday, the month to its last day; each held against the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

KINDS: Final = ("daily", "weekly", "monthly")
LOOK_BACK: Final = {"daily": 7, "weekly": 4, "monthly": 3}
"""How many missed ones are caught up after an outage."""
CHARTED: Final = {"daily": 30, "weekly": 60, "monthly": 92}
"""Days a chart shows."""
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days of one report, both ends included, and the last day of the one before, which it is held against."""

    kind: str
    first: date
    last: date
    before: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def period(kind: str, last: date) -> Period:
    """The period that ends on a day; a report asked for in the middle of a week or month begins with it all the same."""
    first = {"daily": last, "weekly": last - timedelta(days=last.weekday()), "monthly": last.replace(day=1)}[kind]
    return Period(kind, first, last, first - DAY)


def ended(kind: str, until: date) -> list[date]:
    """Last days of the periods that are over by the end of the day `until`, the newest first, as many as are caught up."""
    days = (until - n * DAY for n in range(LOOK_BACK[kind] * 31))
    return [day for day in days if ends(kind, day)][: LOOK_BACK[kind]]


def ends(kind: str, day: date) -> bool:
    """Whether a period ends on this day."""
    return {"daily": True, "weekly": day.isoweekday() == 7, "monthly": (day + DAY).day == 1}[kind]


def earlier(span: Period) -> Period:
    """The period before."""
    return period(span.kind, span.before)
