"""Moments of office work: in working hours of working days, as the county's calendar has them."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Final

from data.simulate.desk import Desk
from policy.zone import CHINA

OPENS, NOON, AGAIN, CLOSES = time(8, 30), time(12), time(13, 30), time(17, 30)
A_MOMENT: Final = timedelta(minutes=4)
A_WHILE: Final = 180  # minutes within which what is done on the same day is done
MORNING: Final = 0.55  # of what is done on a day
SITTINGS: Final = (time(9), time(9, 30), time(14, 30), time(15))


class WorkDays:
    """Says when something is done at a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.calendar = desk, desk.county.calendar

    def later(self, rng: random.Random, least: int, most: int) -> datetime:
        """A moment `least` to `most` days from now, on a working day."""
        days = rng.randint(least, most)
        if not days:
            return self.after(rng, self.desk.now)
        return self.on(rng, (self.desk.now + timedelta(days=days)).astimezone(CHINA).date())

    def on(self, rng: random.Random, day: date) -> datetime:
        """A moment in the morning or the afternoon of the first working day from `day` on."""
        day = self.calendar.next_workday(day)
        opens, closes = (OPENS, NOON) if rng.random() < MORNING else (AGAIN, CLOSES)
        begun = datetime.combine(day, opens, CHINA)
        return self._told(begun + timedelta(seconds=rng.randrange(_seconds(opens, closes))))

    def after(self, rng: random.Random, moment: datetime) -> datetime:
        """A moment in working hours, soon after `moment`: within some hours of it, or on the next working day."""
        least = (max(moment, self.desk.now) + A_MOMENT).astimezone(CHINA)
        day = least.date()
        if self.calendar.next_workday(day) != day or least.time() >= CLOSES:
            return self.on(rng, day + timedelta(days=1))
        if least.time() < OPENS:
            return self.on(rng, day)
        left = min(A_WHILE * 60, _seconds(least.time(), CLOSES))
        at = least + timedelta(seconds=rng.randrange(left + 1))
        if NOON < at.time() < AGAIN:
            at = max(least, at - timedelta(seconds=_seconds(NOON, at.time())))
        return self._told(at)

    def open(self, moment: datetime) -> bool:
        """Whether desks are manned."""
        here = moment.astimezone(CHINA)
        return OPENS <= here.time() < CLOSES and self.calendar.next_workday(here.date()) == here.date()

    def within(self, rng: random.Random, hours: int) -> datetime:
        """A moment within so many hours by the clock: in working hours, else the same evening."""
        at = self.after(rng, self.desk.now + timedelta(minutes=30))
        if at - self.desk.now < timedelta(hours=hours):
            return at
        return self._told(self.desk.now + timedelta(minutes=rng.randrange(40, 150)))

    def sitting(self, rng: random.Random, moment: datetime) -> datetime:
        """When a hearing begins, on a day after `moment`."""
        day = self.calendar.next_workday(moment.astimezone(CHINA).date() + timedelta(days=1))
        return self._told(datetime.combine(day, rng.choice(SITTINGS), CHINA))

    def _told(self, at: datetime) -> datetime:
        return at.astimezone(self.desk.now.tzinfo).replace(microsecond=0)


def _seconds(begins: time, ends: time) -> int:
    return (ends.hour - begins.hour) * 3600 + (ends.minute - begins.minute) * 60 - begins.second
