"""For which moment and which period a figure is asked, and what the profile says about counting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

ZONE: Final = "Asia/Shanghai"
_AHEAD: Final = np.timedelta64(8 * 3600, "s")  # of UTC, without summer time since 1992


@dataclass(frozen=True, slots=True)
class Counting:
    """Which postings and which people count as the township force (profile key `sink_down.counting`)."""

    postings: frozenset[str] = frozenset({"stationed", "covering", "own", "fire_station"})
    people: frozenset[str] = frozenset({"certified", "fire"})
    home_squadrons: bool = True


@dataclass(frozen=True, slots=True)
class FigureRules:
    """What the profile decides for the figures, None where it is silent: minutes to arrive, days, lengths of lists."""

    counting: Counting = field(default_factory=Counting)
    target_urban: float | None = None
    target_rural: float | None = None
    patrol_days: int | None = None
    repeat_days: int | None = None
    best_files: int | None = None
    worst_files: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """As of `now`, for the period from `start` (included) to `end` (not included); all aware, `on` is the local day."""

    now: datetime
    start: datetime
    end: datetime
    rules: FigureRules = field(default_factory=FigureRules)

    @property
    def on(self) -> date:
        """The local day of `now`."""
        return self.now.astimezone(ZoneInfo(ZONE)).date()

    @property
    def moment(self) -> pd.Timestamp:
        """`now` in UTC."""
        return pd.Timestamp(self.now).tz_convert("UTC")

    @property
    def day(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First moment of the day `on` and of the day after, in UTC."""
        return day_bounds(self.on)

    @property
    def year(self) -> pd.Timestamp:
        """First moment of the local year of `on`, in UTC."""
        return day_bounds(self.on.replace(month=1, day=1))[0]

    def within(self, column: pd.Series) -> pd.Series:
        """Which moments of `column` lie in the period and are not later than `now`."""
        start, end = (pd.Timestamp(m).tz_convert("UTC") for m in (self.start, self.end))
        return (column >= start) & (column < end) & (column <= self.moment)

    def happened(self, column: pd.Series) -> pd.Series:
        """`column` with everything after `now` taken as not yet happened: what was known on a past day."""
        return column.where(column <= self.moment)

    def this_year(self, column: pd.Series) -> pd.Series:
        """Which moments of `column` lie in the local year of `on` and are not later than `now`."""
        return (column >= self.year) & (column <= self.moment)

    def holds(self, begin: pd.Series, end: pd.Series) -> pd.Series:
        """Which validities hold on the local day `on`; the last day is included."""
        start, after = self.day
        return (begin < after) & (end.isna() | (end >= start))


class _Value(Protocol):
    @property
    def value(self) -> Any: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


def rules_of(profile: _Profile, on: date) -> FigureRules:
    """Counting rules, response targets, windows and lengths of lists as `profile` has them on the day `on`."""
    counting = profile.get("sink_down.counting", on)
    return FigureRules(
        counting=_counting(counting.value) if counting else Counting(),
        target_urban=_number(profile, "response.urban", on),
        target_rural=_number(profile, "response.other", on),
        patrol_days=_whole(profile, "patrol.cycle", on),
        repeat_days=_whole(profile, "inspection.repeat_window", on),
        best_files=_whole(profile, "file_review.best", on),
        worst_files=_whole(profile, "file_review.worst", on),
    )


def _number(profile: _Profile, key: str, on: date) -> float | None:
    value = profile.get(key, on)
    return float(value.value) if value else None


def _whole(profile: _Profile, key: str, on: date) -> int | None:
    value = profile.get(key, on)
    return int(value.value) if value else None


def _counting(record: Mapping[str, Any]) -> Counting:
    return Counting(
        frozenset(record["postings"]), frozenset(record["people"]), bool(record.get("home_squadrons", True))
    )


def day_bounds(on: date) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First moment of the local day `on` and of the next one, in UTC."""
    start = pd.Timestamp(on, tz=ZONE)
    return start.tz_convert("UTC"), (start + timedelta(days=1)).tz_convert("UTC")


def day_scope(on: date, rules: FigureRules, now: datetime | None = None) -> Scope:
    """The local day `on` as a period, seen from its end (the daily snapshot) or from `now` (today so far)."""
    start, end = day_bounds(on)
    return Scope((now or end - timedelta(microseconds=1)), start, end, rules)


def recent_scope(now: datetime, days: int, rules: FigureRules) -> Scope:
    """The last `days` local days up to and with the one of `now`."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    start, _ = day_bounds(today - timedelta(days=days - 1))
    return Scope(now, start, day_bounds(today)[1], rules)


def local_days(column: pd.Series) -> pd.Series:
    """Local day of each moment as ISO text, by which figures are grouped."""
    return _texts(column, lambda days: days.strftime("%Y-%m-%d"))


def local_months(column: pd.Series) -> pd.Series:
    """Local month of each moment as `YYYY-MM`."""
    return _texts(column, lambda days: days.strftime("%Y-%m"))


def local_quarters(column: pd.Series) -> pd.Series:
    """Local quarter of each moment as `YYYY-Qn`."""
    return _texts(column, lambda days: days.to_period("Q").strftime("%Y-Q%q"))


def local_half_years(column: pd.Series) -> pd.Series:
    """Local half-year of each moment as `YYYY-Hn`."""
    return _texts(column, lambda days: days.strftime("%Y-H") + np.where(days.month <= 6, "1", "2"))


def local_years(column: pd.Series) -> pd.Series:
    """Local year of each moment as `YYYY`."""
    return _texts(column, lambda days: days.strftime("%Y"))


def _texts(column: pd.Series, name: Callable[[pd.DatetimeIndex], pd.Index]) -> pd.Series:
    """Named once for each distinct day, not once for each row."""
    here = column.dt.tz_localize(None).to_numpy(dtype="datetime64[s]") + _AHEAD
    codes, days = pd.factorize(here.astype("datetime64[D]"))
    numbers, names = pd.factorize(name(pd.DatetimeIndex(days)), sort=True)
    spread = np.where(codes < 0, -1, numbers[codes]) if len(days) else np.full(len(column), -1)
    return pd.Series(pd.Categorical.from_codes(spread, pd.Index(names, dtype=object)), index=column.index)
