"""When something is due, and how that was counted: one engine for every deadline of law and plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from policy.deadline_days import DayCount, count_days
from policy.deadline_terms import ALIASES, KINDS, Extension, Spec, key_of, spec_of, value_for
from policy.deadlines_many import due_many
from policy.errors import Refusal
from policy.profile import Profile, Value
from policy.text import Word, say
from policy.workdays import Calendar, DayNote
from policy.zone import CHINA

__all__ = [
    "ALIASES",
    "KINDS",
    "Counted",
    "Deadline",
    "Extension",
    "Pause",
    "Spec",
    "due",
    "due_many",
    "end_of_day",
    "extend",
    "key_of",
    "spec_of",
    "value_for",
]

YEARS: Final = range(1950, 2200)
"""Years in which a deadline can start: outside them a year is a slip of the pen."""
RIGHTS: Final = frozenset({"statement", "hearing_request", "reconsideration", "suit", "suit_after_reconsideration"})
"""Times in which a party may act and need not: over, they have lapsed; nobody is late and nobody is urged (PL 45, 64; AR 20; AL 45, 46)."""
_CLOCK: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Pause:
    """A stop of the clock: aware times, the ground that the deadline names, the clause; `end` None while it lasts."""

    start: datetime
    end: datetime | None
    ground: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How a deadline was counted: each day with its reason, the pauses left out, the day it rolled from."""

    first: datetime
    last: datetime
    amount: int
    unit: str
    days: tuple[DayNote, ...] = ()
    pauses: tuple[Pause, ...] = ()
    rolled_from: date | None = None
    rolls_ground: str = ""

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for the API, the calculator and the command line."""
        return {
            "first": self.first.astimezone(CHINA).isoformat(),
            "last": self.last.astimezone(CHINA).isoformat(),
            "amount": self.amount,
            "unit": self.unit,
            "counted": [note.day.isoformat() for note in self.days if note.counted],
            "skipped": [note.as_dict(lang) for note in self.days if not note.counted],
            "pauses": [_pause_dict(pause) for pause in self.pauses],
            "rolled_from": self.rolled_from.isoformat() if self.rolled_from else None,
            "rolls_ground": self.rolls_ground or None,
        }


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due (UTC), whether that is final, the value and clause it rests on, and how it was counted."""

    kind: str
    spec: Spec
    value: Value | None
    start: datetime
    due_at: datetime
    provisional: bool
    pauses: tuple[Pause, ...] = ()
    extended: bool = False
    rolled_from: date | None = None
    calendar: Calendar | None = None

    @property
    def clause(self) -> str | None:
        """Clause it rests on; None for a default of ours."""
        return self.value.clause if self.value else None

    @property
    def paused_since(self) -> datetime | None:
        """Start of a pause that has no end yet: the clock stands still and `due_at` will move."""
        return next((pause.start for pause in self.pauses if pause.end is None), None)

    def remaining(self, now: datetime) -> timedelta:
        """Time left at `now` (aware); negative when overdue; while paused, what was left when the pause began."""
        return self.due_at - min(now, self.paused_since or now)

    def reached(self, now: datetime) -> bool:
        """Whether the time is past at `now`: for an `earliest` deadline the act has become possible."""
        return self.remaining(now) < timedelta(0)

    def overdue(self, now: datetime) -> bool:
        """Whether it was missed by `now`; an `earliest` deadline cannot be missed."""
        return self.spec.sense == "latest" and self.reached(now)

    def counted(self) -> Counted:
        """How it was counted, made when asked for."""
        spec = self.spec
        notes = () if spec.unit in _CLOCK or self.calendar is None else self._notes(self.calendar)
        return Counted(
            self.start,
            self.due_at,
            spec.amount,
            spec.unit,
            notes,
            self.pauses,
            self.rolled_from,
            spec.rolls_ground if self.rolled_from else "",
        )

    def told(self, lang: str = "zh") -> tuple[str, ...]:
        """How it was counted, in a sentence; where it is the earliest day for an act, that too."""
        days = self.counted().days
        skipped = sum(not note.counted for note in days)
        through = say("policy_page.counted_through", lang, unit=Word(f"policy.unit.{self.spec.unit}"))
        in_days = say("policy_page.counted", lang, counted=len(days) - skipped, skipped=skipped)
        how = through if self.spec.unit in _CLOCK else in_days
        return (how, say("policy_page.earliest", lang)) if self.spec.sense == "earliest" else (how,)

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for the API and the command line: due, provisional, clause, counted, and the terms."""
        return {
            "kind": self.kind,
            "due": self.due_at.astimezone(CHINA).isoformat(),
            "due_utc": self.due_at.isoformat(),
            "provisional": self.provisional,
            "clause": self.clause,
            "sense": self.spec.sense,
            "extended": self.extended,
            "paused_since": self.paused_since.isoformat() if self.paused_since else None,
            "interpreted": bool(self.value and self.value.interpreted),
            "basis": self.value.basis if self.value else None,
            "counted": self.counted().as_dict(lang),
        }

    def _notes(self, calendar: Calendar) -> tuple[DayNote, ...]:
        return _count(self.spec, self.start, calendar, self.pauses, self.extended).notes(calendar)


def due(
    kind: str | Spec,
    start: datetime,
    profile: Profile | None,
    calendar: Calendar,
    *,
    pauses: Sequence[Pause] = (),
    extended: bool = False,
    on: date | None = None,
) -> Deadline:
    """When `kind` (a kind, a key or a `Spec`) that starts at the aware time `start` is due.

    The day of the event is not counted; hours are counted through; a deadline in days ends at 23:59:59 Asia/Shanghai of
    its last day. `Refusal` for a naive time, a silent profile, a pause or an extension that the law does not allow.
    """
    _aware(start)
    spec, value = _terms(kind, start, profile, on)
    held = _checked_pauses(spec, pauses, value)
    _check_extension(spec, extended, value)
    if spec.unit in _CLOCK:
        at = _by_clock(spec, start, held, extended)
        return Deadline(spec.kind, spec, value, start.astimezone(UTC), at, False, held, extended, None, calendar)
    count = _count(spec, start, calendar, held, extended)
    return Deadline(
        kind=spec.kind,
        spec=spec,
        value=value,
        start=start.astimezone(UTC),
        due_at=end_of_day(count.last),
        provisional=count.provisional(calendar),
        pauses=held,
        extended=extended,
        rolled_from=count.rolled_from,
        calendar=calendar,
    )


def end_of_day(day: date) -> datetime:
    """23:59:59 Asia/Shanghai of `day`, in UTC."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=CHINA).astimezone(UTC)


def _count(spec: Spec, start: datetime, calendar: Calendar, pauses: Sequence[Pause], extended: bool) -> DayCount:
    terms = [(spec.amount, spec.unit)]
    if extended and spec.extension:
        terms.append((spec.extension.amount, spec.extension.unit))
    left_out = [_days_of(pause) for pause in pauses if pause.end is not None]
    return count_days(start.astimezone(CHINA).date(), terms, left_out, calendar, spec.rolls)


def _by_clock(spec: Spec, start: datetime, pauses: Sequence[Pause], extended: bool) -> datetime:
    length = spec.amount * _CLOCK[spec.unit]
    if extended and spec.extension:
        length += spec.extension.amount * _CLOCK[spec.extension.unit]
    at = start.astimezone(UTC) + length
    for pause in sorted(pauses, key=lambda p: p.start):
        if pause.end is not None and pause.start < at and pause.end > start:
            at += pause.end - max(pause.start, start)
    return at


def _days_of(pause: Pause) -> tuple[date, date]:
    ends = pause.end or pause.start
    return pause.start.astimezone(CHINA).date(), ends.astimezone(CHINA).date()


def _checked_pauses(spec: Spec, pauses: Sequence[Pause], value: Value | None) -> tuple[Pause, ...]:
    for pause in pauses:
        _aware(pause.start)
        _aware(pause.end or pause.start)
        if pause.ground not in spec.stops:
            raise Refusal(
                "errors_policy.pause_not_allowed",
                clause=value.clause if value else None,
                deadline=spec.kind,
                ground=pause.ground,
                where=(value.clause if value else None) or "—",
                allowed=", ".join(spec.stops) or "—",
            )
        if pause.end is not None and pause.end < pause.start:
            raise Refusal("errors_policy.pause_backwards", start=pause.start.isoformat(), end=pause.end.isoformat())
    return tuple(pauses)


def _check_extension(spec: Spec, extended: bool, value: Value | None) -> None:
    if extended and spec.extension is None:
        where = value.clause if value else None
        raise Refusal(
            "errors_policy.not_extendable", kind="conflict", clause=where, deadline=spec.kind, where=where or "—"
        )


def extend(deadline: Deadline) -> Deadline:
    """The same deadline extended once; `Refusal` when the law allows none, or none any more."""
    if deadline.extended:
        times = deadline.spec.extension.times if deadline.spec.extension else 0
        raise Refusal(
            "errors_policy.extended_enough",
            kind="conflict",
            clause=deadline.clause,
            deadline=deadline.kind,
            where=deadline.clause or "—",
            times=times,
        )
    if deadline.calendar is None:
        raise ValueError("a deadline without a calendar cannot be counted again")
    again = due(deadline.spec, deadline.start, None, deadline.calendar, pauses=deadline.pauses, extended=True)
    return replace(again, value=deadline.value)


def _terms(kind: str | Spec, start: datetime, profile: Profile | None, on: date | None) -> tuple[Spec, Value | None]:
    if isinstance(kind, Spec):
        return kind, None
    if profile is None:
        raise ValueError("a deadline named by its kind needs a profile")
    value = value_for(kind, profile, start.astimezone(CHINA).date(), on)
    return spec_of(kind, value), value


def _aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise Refusal("errors_policy.naive_time", value=moment.isoformat())
    if moment.year not in YEARS:
        raise Refusal("errors_policy.year_beyond", value=moment.isoformat(), first=YEARS[0], last=YEARS[-1])


def _pause_dict(pause: Pause) -> dict[str, str | None]:
    ends = pause.end.isoformat() if pause.end else None
    return {"start": pause.start.isoformat(), "end": ends, "ground": pause.ground, "clause": pause.clause or None}
