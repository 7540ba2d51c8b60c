"""A job runs exactly once (security.md): days on end, several processes, killed at random moments, clocks that jump, servers that are down."""

from __future__ import annotations

import random
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select
from uuid_utils.compat import uuid7

from data.casework import receive_lead
from data.db import Record
from data.events import verify
from data.figures_recount import recount
from data.jobruns import done_dates
from data.models import FigureSnapshot, JobRun, Person, Posting
from data.snapshots import JOB
from policy.vocabulary import Role
from policy.zone import CHINA
from tests.data import small
from tests.support.clockwork import Crew
from tests.support.few_figures import DEFINED, others

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]
FIRST = date(2026, 11, 21)
PROCESSES = 4
LOOKS = (0, 20, 40, 60)  # seconds after a start or after six o'clock at which a server looks
JUMPS = (
    timedelta(days=-400), timedelta(days=-2), timedelta(hours=-5), timedelta(seconds=-50), timedelta(seconds=25),
    timedelta(minutes=4), timedelta(hours=9), timedelta(days=1), timedelta(days=3),
)  # fmt: skip
FARTHEST = max(JUMPS)


def six(day: date) -> datetime:
    """Six in the morning, when the day before falls due."""
    return datetime(day.year, day.month, day.day, 6, tzinfo=CHINA)


class Days:
    """One long time, day by day, as a lot has it."""

    def __init__(self, record: Record, crew: Crew, lot: random.Random) -> None:
        self.record, self.crew, self.lot = record, crew, lot
        self.place, self.desk = record.county().jurisdiction_id, small.actor(record, Role.DISPATCHER)
        with record.read() as session:
            self.person = session.scalars(select(Person.id).where(Person.code == "05")).one()
        self.worst = self.kills = self.jumps = self.outages = 0

    def happen(self, day: date) -> None:
        """A lead; and now and then it becomes known that somebody was posted on a day before, whose figures change."""
        lon, lat = small.middle(self.lot.randrange(4))
        told = {"source": "grid_patrol", "summary": "占道", "lon": lon, "lat": lat, "item_code": "A1"}
        self.record.write(self.desk, receive_lead, now=six(day) + timedelta(hours=self.lot.uniform(0.1, 15)), **told)
        if self.lot.random() < 0.4:
            on = max(FIRST, day - timedelta(days=self.lot.randrange(4)))
            posting = {
                "id": uuid7(), "jurisdiction_id": self.place, "version": 1, "person_id": self.person, "seconded": False,
                "township_code": small.WEST, "mode": "stationed", "valid_from": on, "valid_to": on,
            }  # fmt: skip
            self.record.submit_raw(lambda connection: connection.execute(insert(Posting).values(posting))).result()

    def jump(self) -> None:
        """Now and then the clock of one process goes wrong, and is put right; half of them are always right."""
        for slot in range(PROCESSES // 2):
            draw = self.lot.random()
            if draw < 0.1:
                self.jumps += 1
                self.crew.clock.shift(slot, self.lot.choice(JUMPS))
            elif draw < 0.4:
                self.crew.clock.shift(slot, timedelta(0))

    def killing(self) -> None:
        """Kill some at a random moment of their look; each is started again."""
        for _ in range(self.lot.choice((0, 0, 0, 1, 2))):
            time.sleep(self.lot.uniform(0, 0.1))
            slot = self.lot.choice(list(self.crew.at_work))
            self.crew.kill(slot)
            self.crew.start(slot)
            self.kills += 1

    def morning(self, day: date) -> date:
        """What falls due on a morning is taken within a minute, by servers that run or by those that start later; gives the day they do."""
        begun = six(day)
        if self.lot.random() < 0.1:  # the servers are down over six o'clock, sometimes for days
            self.outages += 1
            self.crew.stop()
            day += timedelta(days=self.lot.choice((0, 0, 0, 1, 2, 9)))
            begun = six(day) + timedelta(hours=self.lot.uniform(0, 17))
            self.crew.clock.say(begun)
            for slot in range(PROCESSES):
                self.crew.start(slot)
        self.look(begun, day - timedelta(days=1))
        return day

    def look(self, begun: datetime, due: date) -> None:
        """Look as often as servers do in their first minute, until everything that is due is taken."""
        for seconds in LOOKS:
            self.crew.heard(begun + timedelta(seconds=seconds), self.killing if seconds == 0 else lambda: None)
            if not self.missing(due):
                self.worst = max(self.worst, seconds)
                return
        raise AssertionError(f"not taken a minute after {begun}: {sorted(self.missing(due))}")

    def missing(self, due: date) -> set[date]:
        """Days that are due and not taken."""
        with self.record.read() as session:
            done = done_dates(session, JOB, self.place)
        return {FIRST + timedelta(days=n) for n in range((due - FIRST).days + 1)} - done


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True, ids=str
)
def test_every_day_is_taken_once_whoever_is_killed_and_whatever_the_clock_says(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 1_000 if database.startswith("sqlite") else 100
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    record = Record(database)
    small.build(record)
    assert record.county().profile.values
    for id_ in others():
        monkeypatch.delitem(DEFINED, id_)
    crew = Crew(database, tmp_path, PROCESSES)
    days = Days(record, crew, random.Random(seed))
    begun, day, last = time.monotonic(), FIRST, FIRST + timedelta(days=count)
    crew.clock.say(six(FIRST))
    for slot in range(PROCESSES):
        crew.start(slot)
    try:
        while day < last:
            days.happen(day)
            days.jump()
            day = days.morning(day + timedelta(days=1))
        for slot in range(PROCESSES):
            crew.clock.shift(slot, timedelta(0))
        day += FARTHEST + timedelta(days=1)  # what a clock that was ahead has taken is due now
        days.look(six(day), day - timedelta(days=1))
        crew.heard(six(day) + timedelta(minutes=2))
    finally:
        crew.close()
    print(
        f"{(day - FIRST).days} days in {time.monotonic() - begun:.0f} s, {days.kills} kills, {days.jumps} jumps, "
        f"{days.outages} outages, taken {days.worst} s after at the latest"
    )
    check(record, days.place, day - timedelta(days=1), six(day))
    assert not crew.faults.exists(), crew.faults.read_text()[-4000:]
    record.close()


def check(record: Record, place: UUID, last: date, now: datetime) -> None:
    """One run done and one set of figures for every date; each set is that of its run; they agree with what the record holds."""
    with record.read() as session:
        runs = session.scalars(select(JobRun).where(JobRun.job == JOB).order_by(JobRun.business_date)).all()
        restated = session.scalar(select(func.count()).where(FigureSnapshot.restatement > 0))
        taken = session.execute(
            select(FigureSnapshot.business_date, FigureSnapshot.taken_at, func.count())
            .where(FigureSnapshot.restatement == 0)
            .group_by(FigureSnapshot.business_date, FigureSnapshot.taken_at)
            .order_by(FigureSnapshot.business_date)
        ).all()
    assert [run.business_date for run in runs] == [FIRST + timedelta(days=n) for n in range((last - FIRST).days + 1)]
    assert {run.status for run in runs} == {"done"}
    assert [tuple(row) for row in taken] == [(run.business_date, run.finished_at, run.result["rows"]) for run in runs]
    assert restated, "nothing was counted again"
    assert recount(record, record.county(), now) == 0
    assert verify(record, place).whole
