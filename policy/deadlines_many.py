"""A whole column of deadlines at once: the same counting as `due`, vectorised, without pauses and extensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from policy.deadline_terms import Spec, key_of, spec_of
from policy.profile import Profile, Value
from policy.workdays import Calendar, Dates

OFFSET: Final = np.timedelta64(8 * 3600, "s")  # Asia/Shanghai; no summer time since 1991
_END_OF_DAY: Final = 86_399 - 8 * 3600  # 23:59:59 there, seen from midnight UTC of the same date
_CLOCK: Final = {"minute": 60, "hour": 3600}
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DueMany:
    """Due times (datetime64[s], UTC) and whether each is provisional; both of the shape of the starts."""

    due_at: Dates
    provisional: Flags


def due_many(
    kind: str | Spec, starts: Dates, profile: Profile | None, calendar: Calendar, *, on: date | None = None
) -> DueMany:
    """Due times of `kind` for many starts (datetime64, UTC, one dimension); each by the value in force on its own day.

    Raises `Refusal` (`errors_policy.silent`) when the profile has no value for one of them.
    """
    moments = starts.astype("datetime64[s]", copy=False)
    days = (moments + OFFSET).astype("datetime64[D]")
    if isinstance(kind, Spec):
        return DueMany(*_count(kind, moments, days, calendar))
    if profile is None:
        raise ValueError("a deadline named by its kind needs a profile")
    if on is not None:
        return DueMany(*_count(spec_of(kind, profile.require(key_of(kind), on)), moments, days, calendar))
    return _by_value(kind, moments, days, profile, calendar)


def _by_value(kind: str, moments: Dates, days: Dates, profile: Profile, calendar: Calendar) -> DueMany:
    due_at, provisional = np.empty_like(moments), np.zeros(moments.shape, dtype=np.bool_)
    open_ = np.ones(moments.shape, dtype=np.bool_)
    for value, held in _held(profile, key_of(kind), days):
        if held.all() and open_.all():
            return DueMany(*_count(spec_of(kind, value), moments, days, calendar))
        mask = held & open_
        if mask.any():
            due_at[mask], provisional[mask] = _count(spec_of(kind, value), moments[mask], days[mask], calendar)
            open_ &= ~mask
    if open_.any():
        raise profile.silent(key_of(kind), days[open_][0].item())
    return DueMany(due_at, provisional)


def _held(profile: Profile, key: str, days: Dates) -> Iterator[tuple[Value, Flags]]:
    """Each value with the days it governs, nearest layer first; then what is chosen by filing or decision, for older days."""
    for value in profile.values.get(key, ()):
        held = days >= np.datetime64(value.valid_from, "D")
        yield value, held if value.valid_to is None else held & (days <= np.datetime64(value.valid_to, "D"))
    for value in profile.history(key):
        if value.select in ("filing", "decision"):
            yield value, days < np.datetime64(value.valid_from, "D")


def _count(spec: Spec, moments: Dates, days: Dates, calendar: Calendar) -> tuple[Dates, Flags]:
    if spec.unit in _CLOCK:
        at: Dates = moments + np.timedelta64(spec.amount * _CLOCK[spec.unit], "s")
        return at, np.zeros(moments.shape, dtype=np.bool_)
    last = _advance(spec, days, calendar)
    ends = calendar.next_workday_many(last) if spec.rolls else last
    seconds = ends.astype("datetime64[s]").astype(np.int64) + _END_OF_DAY
    return seconds.view("datetime64[s]"), _provisional(spec, days, last, ends, calendar)


def _provisional(spec: Spec, days: Dates, last: Dates, ends: Dates, calendar: Calendar) -> Flags:
    if spec.unit == "working_day":
        return calendar.provisional_many(days + np.timedelta64(1, "D")) | calendar.provisional_many(ends)
    if spec.rolls:
        return calendar.provisional_many(last) | calendar.provisional_many(ends)
    return np.zeros(days.shape, dtype=np.bool_)


def _advance(spec: Spec, days: Dates, calendar: Calendar) -> Dates:
    if spec.unit == "working_day":
        return calendar.nth_after_many(days, spec.amount)
    if spec.unit == "calendar_day":
        return days + np.timedelta64(spec.amount, "D")
    months = days.astype("datetime64[M]")
    target = months + np.timedelta64(spec.amount * (12 if spec.unit == "year" else 1), "M")
    day_of_month = days - months.astype("datetime64[D]")
    month_end = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    last: Dates = np.minimum(target.astype("datetime64[D]") + day_of_month, month_end)
    return last
