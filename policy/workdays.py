"""Working days by State Council notice; a year without one is counted provisionally and never silently."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from policy.calendar_files import Notices, all_notices, calendar_paths, statutory_days
from policy.profile_file import ProfileFault
from policy.text import say

Stamp = tuple[str, int, int]
"""A calendar file with the time it was changed (nanoseconds) and its size (bytes)."""
FIRST: Final = date(1900, 1, 1)
LAST: Final = date(2199, 12, 31)
_BASE: Final = FIRST.toordinal()
_SIZE: Final = LAST.toordinal() - _BASE + 1
_EPOCH: Final = date(1970, 1, 1).toordinal() - _BASE

Dates = NDArray[np.datetime64]
DayKind = Literal["working_day", "working_weekend", "weekend", "holiday", "statutory", "unrecorded"]


@dataclass(frozen=True, slots=True)
class DayNote:
    """One day of a count: whether it counts, and what kind of day it is (`name`: the holiday)."""

    day: date
    counted: bool
    kind: str
    name: str = ""

    def sentence(self, lang: str = "zh") -> str:
        """Say the day and why it counts or not."""
        return say(f"policy.day.{self.kind}", lang, day=self.day.isoformat(), name=self.name)

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for the API and the calculator."""
        plain = {"day": self.day.isoformat(), "counted": self.counted, "kind": self.kind, "name": self.name}
        return plain | {"sentence": self.sentence(lang)}


class Calendar:
    """Working days of 1900–2199 in prefix tables; outside of them Monday to Friday. Immutable; no question raises."""

    def __init__(self, notices: Notices) -> None:
        self.years = frozenset(notices.years)
        self.sources = {year: notice.source for year, notice in notices.years.items()}
        self.faults: tuple[ProfileFault, ...] = notices.faults
        self._names, self._worked = _days_off(notices)
        work = _work_table(self._names, self._worked)
        self._upto = list(accumulate(work))
        self._nth = [i for i, flag in enumerate(work) if flag]
        self._upto_array = np.array(self._upto, dtype=np.int32)
        self._nth_array = np.array(self._nth, dtype=np.int32)
        self._work_array = np.array(work, dtype=np.bool_)
        self._open_array = _open_table(self.years)
        self.digest = hashlib.sha256(self._work_array.tobytes() + repr(sorted(self.years)).encode()).hexdigest()

    @property
    def published_until(self) -> date:
        """Last day of the unbroken run of years with a notice."""
        year = min(self.years)
        while year + 1 in self.years:
            year += 1
        return date(year, 12, 31)

    def is_provisional(self, day: date) -> bool:
        """True when the day's year has no notice, so that its count may still change."""
        return day.year not in self.years

    def is_workday(self, day: date) -> bool:
        """Whether `day` is a working day, working week-ends (调休) included."""
        i = day.toordinal() - _BASE
        return bool(self._work_array[i]) if 0 <= i < _SIZE else day.weekday() < 5

    def nth_after(self, start: date, n: int) -> date:
        """The `n`-th working day after `start` (`start` not counted); before it for negative `n`; `start` for 0."""
        i = start.toordinal() - _BASE
        if n > 0 and 0 <= i < _SIZE:
            k = self._upto[i] + n - 1
            if k < len(self._nth):
                return date.fromordinal(self._nth[k] + _BASE)
        return start if n == 0 else self._before_or_beyond(start, n)

    def next_workday(self, day: date) -> date:
        """`day` itself when it is a working day, else the first one after it."""
        return day if self.is_workday(day) else self.nth_after(day, 1)

    def count_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        low, high = start.toordinal() - _BASE, end.toordinal() - _BASE
        if 0 <= low < _SIZE and 0 <= high < _SIZE:
            return self._upto[high] - self._upto[low]
        return int(np.busday_count(start + timedelta(days=1), end + timedelta(days=1)))

    def kind(self, day: date) -> DayKind:
        """What kind of day it is: working day or week-end worked, week-end, holiday by notice, or statutory holiday."""
        if self.is_workday(day):
            return "working_day" if day.weekday() < 5 else "working_weekend"
        if day in self._names:
            return self._without_notice(day) if self.is_provisional(day) else "holiday"
        return "weekend"

    def unrecorded(self, year: int) -> bool:
        """Whether a year without a notice is over: it lies before the first that is at hand, and none is to come."""
        return year < min(self.years)

    def _without_notice(self, day: date) -> DayKind:
        return "unrecorded" if self.unrecorded(day.year) else "statutory"

    def note(self, day: date, counted: bool) -> DayNote:
        """The day as one line of a count."""
        return DayNote(day, counted, self.kind(day), self._names.get(day, ""))

    def particular_days(self, year: int) -> tuple[DayNote, ...]:
        """Days of `year` that are not what their weekday says or bear the name of a holiday, in order."""
        days = sorted(day for day in {*self._names, *self._worked} if day.year == year)
        return tuple(self.note(day, self.is_workday(day)) for day in days)

    def explain(self, start: date, n: int) -> tuple[DayNote, ...]:
        """Every day from the one after `start` to the `n`-th working day: counted or skipped, and why."""
        last = self.nth_after(start, n).toordinal()
        days = (date.fromordinal(i) for i in range(start.toordinal() + 1, last + 1))
        return tuple(self.note(day, self.is_workday(day)) for day in days)

    def is_workday_many(self, days: Dates) -> NDArray[np.bool_]:
        """Vectorised `is_workday` over datetime64[D]; days outside the tables by Monday to Friday."""
        index = _index(days)
        inside = np.take(self._work_array, index, mode="clip")
        return inside if _all_inside(index) else np.where(_inside(index), inside, np.is_busday(days))

    def nth_after_many(self, starts: Dates, n: int | NDArray[np.int64]) -> Dates:
        """Vectorised `nth_after` for `n` ≥ 1 over datetime64[D]; starts outside the tables by Monday to Friday."""
        index = _index(starts)
        at = np.take(self._upto_array, index, mode="clip") + (np.asarray(n, dtype=np.int32) - np.int32(1))
        found = np.take(self._nth_array, at, mode="clip").astype(np.int64)
        found -= _EPOCH
        days: Dates = found.view("datetime64[D]")
        if _all_inside(index) and (at.size == 0 or int(at.max()) < len(self._nth)):
            return days
        return np.where(_inside(index) & (at < len(self._nth)), days, np.busday_offset(starts, n, roll="backward"))

    def next_workday_many(self, days: Dates) -> Dates:
        """Vectorised `next_workday` over datetime64[D]."""
        return np.where(self.is_workday_many(days), days, self.nth_after_many(days, 1))

    def provisional_many(self, days: Dates) -> NDArray[np.bool_]:
        """Vectorised `is_provisional` over datetime64[D]; days outside the tables have no notice either."""
        return np.take(self._open_array, _index(days), mode="clip")

    def _before_or_beyond(self, start: date, n: int) -> date:
        i = start.toordinal() - _BASE
        if n < 0 and 0 <= i < _SIZE:
            k = self._upto[i] - int(self._work_array[i]) + n
            if k >= 0:
                return date.fromordinal(self._nth[k] + _BASE)
        return _by_weekday(start, n)


def _by_weekday(start: date, n: int) -> date:
    """Monday to Friday only, for days far outside the tables; stops at the last day a date can hold."""
    day = np.datetime64(start, "D")
    found = np.busday_offset(day, n, roll="backward") if n > 0 else np.busday_offset(day, n, roll="forward")
    ordinal = int(found.astype(np.int64)) + date(1970, 1, 1).toordinal()
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _days_off(notices: Notices) -> tuple[dict[date, str], frozenset[date]]:
    """Names of all days off, and all week-end days worked; a notice may also touch the last days of the year before."""
    names: dict[date, str] = {}
    worked: set[date] = set()
    for year in range(FIRST.year, LAST.year + 1):
        if year not in notices.years:
            names |= statutory_days(year)
    for notice in notices.years.values():
        names = {day: name for day, name in names.items() if day not in notice.working} | dict(notice.off)
        worked = (worked - set(notice.off)) | notice.working
    return names, frozenset(worked)


def _work_table(names: Mapping[date, str], worked: frozenset[date]) -> list[bool]:
    weekday = FIRST.weekday()
    table = [(weekday + i) % 7 < 5 for i in range(_SIZE)]
    for days, flag in ((names, False), (worked, True)):
        for day in days:
            table[day.toordinal() - _BASE] = flag
    return table


def _open_table(years: frozenset[int]) -> NDArray[np.bool_]:
    """Per day: whether its year has no notice."""
    of_day = (np.arange(_SIZE) - _EPOCH).view("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return ~np.isin(of_day, np.array(sorted(years), dtype=np.int64))


def _index(days: Dates) -> NDArray[np.int64]:
    return days.astype("datetime64[D]", copy=False).view(np.int64) + _EPOCH


def _inside(index: NDArray[np.int64]) -> NDArray[np.bool_]:
    return (index >= 0) & (index < _SIZE)


def _all_inside(index: NDArray[np.int64]) -> bool:
    return index.size == 0 or (int(index.min()) >= 0 and int(index.max()) < _SIZE)


def load_calendar(folder: Path | None = None) -> Calendar:
    """The calendar of the package, of the files that ship and of `folder`; read again as soon as a file changes."""
    folders = (Path(str(resources.files("policy") / "calendars")), *([folder] if folder else []))
    return _calendar(tuple(_stamps(folders)))


def _stamps(folders: Iterable[Path]) -> Iterable[Stamp]:
    for path in (path for folder in folders for path in calendar_paths(folder)):
        status = path.stat()
        yield str(path), status.st_mtime_ns, status.st_size


@cache
def _calendar(stamps: tuple[Stamp, ...]) -> Calendar:
    return Calendar(all_notices(Path(file) for file, _, _ in stamps))
