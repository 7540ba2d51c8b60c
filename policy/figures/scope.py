"""For which moment and which period a figure is asked, and what the profile says about counting."""

from __future__ import annotations

from collections.abc import Mapping
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
    """What the profile decides for the figures; targets in minutes are None where the plan is silent."""

    counting: Counting = field(default_factory=Counting)
    target_urban: float | None = None
    target_rural: float | None = None


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

    def within(self, column: pd.Series) -> pd.Series:
        """Which moments of `column` lie in the period and are not later than `now`."""
        start, end = (pd.Timestamp(m).tz_convert("UTC") for m in (self.start, self.end))
        return (column >= start) & (column < end) & (column <= self.moment)

    def happened(self, column: pd.Series) -> pd.Series:
        """`column` with everything after `now` taken as not yet happened: what was known on a past day."""
        return column.where(column <= self.moment)


class _Value(Protocol):
    @property
    def value(self) -> Any: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


def rules_of(profile: _Profile, on: date) -> FigureRules:
    """Counting rules and response targets as `profile` has them on the day `on`."""
    counting, urban, rural = (
        profile.get(key, on) for key in ("sink_down.counting", "response.urban", "response.other")
    )
    return FigureRules(
        counting=_counting(counting.value) if counting else Counting(),
        target_urban=float(urban.value) if urban else None,
        target_rural=float(rural.value) if rural else None,
    )


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
    return _texts(column, "%Y-%m-%d")


def local_months(column: pd.Series) -> pd.Series:
    """Local month of each moment as `YYYY-MM`."""
    return _texts(column, "%Y-%m")


def _texts(column: pd.Series, pattern: str) -> pd.Series:
    """Formatted once for each distinct day, not once for each row."""
    here = column.dt.tz_localize(None).to_numpy(dtype="datetime64[s]") + _AHEAD
    codes, days = pd.factorize(here.astype("datetime64[D]"))
    numbers, names = pd.factorize(pd.DatetimeIndex(days).strftime(pattern), sort=True)
    spread = np.where(codes < 0, -1, numbers[codes]) if len(days) else np.full(len(column), -1)
    return pd.Series(pd.Categorical.from_codes(spread, pd.Index(names, dtype=object)), index=column.index)
