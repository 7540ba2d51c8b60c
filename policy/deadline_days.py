"""Counting a period in days, months or years: the day of the event is left out, pauses are left out, the end may roll."""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from policy.workdays import Calendar, DayNote

DAY: Final = timedelta(days=1)
Span = tuple[date, date]
Terms = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class DayCount:
    """The result: first and last day, whether working days were counted, pauses left out, the day it rolled from."""

    start: date
    last: date
    in_workdays: bool
    left_out: tuple[Span, ...] = ()
    rolled_from: date | None = None
    rolls: bool = False

    def provisional(self, calendar: Calendar) -> bool:
        """True when a day that mattered lies in a year without a notice.

        Working days: every day counted; a rolling end: the days looked at for rolling; other periods: none.
        """
        if self.in_workdays:
            return any(
                calendar.is_provisional(date(y, 1, 1)) for y in range((self.start + DAY).year, self.last.year + 1)
            )
        return self.rolls and (
            calendar.is_provisional(self.last) or calendar.is_provisional(self.rolled_from or self.last)
        )

    def notes(self, calendar: Calendar) -> tuple[DayNote, ...]:
        """Every day after the event up to the last one: counted, or skipped and why."""
        days = (date.fromordinal(i) for i in range(self.start.toordinal() + 1, self.last.toordinal() + 1))
        return tuple(self._note(day, calendar) for day in days)

    def _note(self, day: date, calendar: Calendar) -> DayNote:
        if _within(day, self.left_out):
            return DayNote(day, False, "paused")
        if self.rolled_from and day > self.rolled_from:
            return DayNote(day, False, "rolled" if day < self.last else "rolled_end")
        if self.in_workdays:
            return calendar.note(day, calendar.is_workday(day))
        return DayNote(day, True, "calendar_day")


def count_days(start: date, terms: Terms, left_out: Sequence[Span], calendar: Calendar, rolls: bool) -> DayCount:
    """Last day of a period of `terms` ((amount, unit) one after another) that starts the day after `start`.

    Days of `left_out` (both ends included) are not counted. With `rolls`, an end on a day off moves to the next working day.
    """
    in_workdays = all(unit == "working_day" for _, unit in terms)
    last = start
    for amount, unit in terms:
        last = _advance(last, amount, unit, left_out, calendar)
    rolled = calendar.next_workday(last) if rolls else last
    return DayCount(start, rolled, in_workdays, tuple(left_out), last if rolled != last else None, rolls)


def _advance(start: date, amount: int, unit: str, left_out: Sequence[Span], calendar: Calendar) -> date:
    if unit == "working_day":
        return _nth_open_workday(start, amount, left_out, calendar)
    if unit == "calendar_day":
        return _prolonged(start, start + amount * DAY, left_out)
    return _prolonged(start, add_months(start, amount * (12 if unit == "year" else 1)), left_out)


def add_months(day: date, amount: int) -> date:
    """The corresponding day `amount` months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _nth_open_workday(start: date, amount: int, left_out: Sequence[Span], calendar: Calendar) -> date:
    last, missing = start, amount
    while missing > 0:
        reached = calendar.nth_after(last, missing)
        missing = sum(1 for day in _days(last + DAY, reached) if _within(day, left_out) and calendar.is_workday(day))
        last = reached
    return last


def _prolonged(start: date, last: date, left_out: Sequence[Span]) -> date:
    """Move the end on by the days of pauses that lie before it, until no further pause is met."""
    if not left_out:
        return last
    reached, checked = last, start
    while reached > checked:
        more = sum(1 for day in _days(checked + DAY, reached) if _within(day, left_out))
        checked, reached = reached, reached + more * DAY
    return reached


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(i) for i in range(first.toordinal(), last.toordinal() + 1)]


def _within(day: date, spans: Sequence[Span]) -> bool:
    return any(first <= day <= last for first, last in spans)
