"""Filings that are late 未及时立案: what has been found and not filed, held against the time the profile gives (C23, PL 54)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from policy.deadlines import due
from policy.errors import Refusal
from policy.profile import Profile
from policy.workdays import Calendar

KEY: Final = "deadline.filing"
LAW: Final = "PL 54"
"""What meets the conditions is filed in time; the law does not say within how many days."""
Standing = Literal["late", "in_time", "no_time"]


@dataclass(frozen=True, slots=True)
class Filing:
    """How a matter stands that was found and is not filed: since when, due when, by which clause; `no_time` is no verdict."""

    standing: Standing
    waiting: timedelta
    due_at: datetime | None
    clause: str


def filing(found_at: datetime, now: datetime, profile: Profile, calendar: Calendar) -> Filing:
    """Whether a filing is late: only a time of the profile makes it so; a silent profile leaves it to the office."""
    waiting = now - found_at
    try:
        counted = due("filing", found_at, profile, calendar)
    except Refusal as silent:
        if silent.code != "errors_policy.silent":
            raise
        return Filing("no_time", waiting, None, LAW)
    late = now > counted.due_at
    return Filing("late" if late else "in_time", waiting, counted.due_at, counted.clause or LAW)
