"""Moments of office work: in working hours of working days, as the county's calendar has them."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Final

from data.simulate.desk import Desk
from data.simulate.people import CHINA

OPENS, CLOSES = time(8, 30), time(17, 30)
MINUTES: Final = 9 * 60  # between the two
A_MOMENT: Final = timedelta(minutes=4)


class WorkDays:
    """Says when something is done at a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.calendar = desk, desk.county.calendar

    def later(self, rng: random.Random, least: int, most: int) -> datetime:
        """A moment `least` to `most` days from now, on a working day."""
        return self.after(rng, self.desk.now + timedelta(days=rng.randint(least, most)))

    def after(self, rng: random.Random, moment: datetime) -> datetime:
        """A moment in working hours of the first working day that is not over at `moment`, and not before it."""
        least = (max(moment, self.desk.now) + A_MOMENT).astimezone(CHINA)
        day = self.calendar.next_workday(least.date())
        if day == least.date() and least.time() >= CLOSES:
            day = self.calendar.next_workday(day + timedelta(days=1))
        opens = datetime.combine(day, OPENS, CHINA)
        left = max(0, MINUTES - max(0, int((least - opens).total_seconds() // 60)))
        at = max(opens, least) + timedelta(minutes=rng.randrange(left + 1))
        return at.astimezone(self.desk.now.tzinfo).replace(microsecond=0)
