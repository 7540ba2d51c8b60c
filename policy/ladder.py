"""Who is told when a deadline nears and passes: remind, urge (督办), escalate (提级), at the marks of the profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from policy.profile import Profile, Value
from policy.text import say
from policy.zone import CHINA

KEY: Final = "reminder.ladder"


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung reached: 0 `none` before the first; `at` is the share of the period, `since` when it was reached."""

    index: int
    verb: str
    recipient: str
    at: float
    overdue: bool
    since: datetime | None
    share: float
    clause: str | None

    def sentence(self, lang: str = "zh") -> str:
        """Say what is to be done, and to whom."""
        return say(f"policy.ladder.{self.verb}", lang, recipient=say(f"policy.recipient.{self.recipient}", lang))


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of the ladder: from when (`overdue`: only once the end is past) which verb goes to whom."""

    index: int
    when: datetime
    overdue: bool
    end: datetime
    verb: str
    recipient: str
    at: float

    def passed(self, now: datetime) -> bool:
        """Whether the mark is reached at `now`; one for what is overdue, only once the end is past."""
        return now >= self.when and (now > self.end or not self.overdue)


def marks(start: datetime, due: datetime, profile: Profile, on: date | None = None) -> tuple[Mark, ...]:
    """All moments of the ladder between aware `start` and beyond `due`, in order, by the profile on `on` (default: start)."""
    return tuple(
        Mark(
            n,
            _moment(start, due, row["at"]),
            bool(row.get("after", row["at"] > 1)),
            due,
            row["verb"],
            row["to"],
            row["at"],
        )
        for n, row in enumerate(_rows(_value(profile, start, on)), 1)
    )


def rung(start: datetime, due: datetime, now: datetime, profile: Profile, on: date | None = None) -> Rung:
    """The highest rung reached at `now` (aware), with the share of the period used (1.0 at the end, 1.5 half beyond)."""
    reached = [mark for mark in marks(start, due, profile, on) if mark.passed(now)]
    clause = _value(profile, start, on).clause
    share = _share(start, due, now)
    if not reached:
        return Rung(0, "none", "nobody", 0.0, False, None, share, clause)
    top = reached[-1]
    return Rung(top.index, top.verb, top.recipient, top.at, top.overdue, top.when, share, clause)


def _value(profile: Profile, start: datetime, on: date | None) -> Value:
    return profile.require(KEY, on or start.astimezone(CHINA).date())


def _rows(value: Value) -> list[Mapping[str, Any]]:
    return sorted(value.value, key=lambda row: (row["at"], row.get("after", False)))


def _moment(start: datetime, due: datetime, at: float) -> datetime:
    return start + max(due - start, timedelta(0)) * at


def _share(start: datetime, due: datetime, now: datetime) -> float:
    length = (due - start).total_seconds()
    if length <= 0:
        return 1.0 if now <= due else float("inf")
    return (now - start).total_seconds() / length
