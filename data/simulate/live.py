"""The demonstration goes on: new leads at the hour's rate, teams at work, the queue worked off when people leave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from data.authority import SYSTEM
from data.casework import receive_lead, set_status
from data.county import County
from data.db import Record
from data.models import Item, Lead, Shift, Team, Unit
from data.simulate.chance import chance
from data.simulate.hotline import order
from data.simulate.live_cases import LiveCases
from data.simulate.live_desk import LiveDesk
from data.simulate.live_field import Field, errands, teams_out
from data.simulate.live_proposals import LiveProposals
from data.simulate.newleads import LeadMaker
from policy.errors import Refusal
from policy.text import say
from policy.vocabulary import LeadSource, UnitStatus

LEAST, MOST = 20.0, 40.0  # seconds between two leads in an ordinary hour
SLOWEST: Final = 3.0  # in the dead of night, or in a small town, a lead comes at most so many times more slowly
VILLAGES: Final = 360  # of a county where leads come at that pace
REPEATED: Final = 0.05  # share of leads that report the one before once more
CHANGES: Final = 6  # units that change with their shift in one step
ROSTER_LOOK: Final = timedelta(minutes=30)
ROSTER_LEAST: Final = timedelta(days=3)
WEEK: Final = timedelta(days=7)
MOST_WEEKS: Final = 60


@dataclass(frozen=True, slots=True)
class LiveStep:
    """What one step did: leads received, steps of teams, positions told, leads sent, closed or called back, steps of cases,
    cases proposed."""

    received: int = 0
    advanced: int = 0
    moved: int = 0
    sent: int = 0
    closed: int = 0
    cases: int = 0
    proposed: int = 0


class LiveSimulation:
    """Drives one county of a record; call `step` every few seconds from one thread. It calls ordinary verbs alone."""

    def __init__(self, record: Record, seed: int = 1, county: str | None = None) -> None:
        """`county`: code or profile name (None: the first one)."""
        self.record, self.seed, self.code = record, seed, county
        self.rng = chance(seed, "live")
        self._begun = False
        self.field, self.desk, self.cases = Field(record, seed), LiveDesk(record, seed), LiveCases(record, seed)
        self.proposals = LiveProposals(record, seed)
        self._maker: LeadMaker | None = None
        self._next: datetime | None = None
        self._last: dict[str, Any] | None = None
        self._roster: datetime | None = None

    def step(self, now: datetime) -> LiveStep:
        """One step at `now`: whatever is due by then."""
        county = self.record.county(self.code)
        self._begin(county)
        self._keep_roster(county, now)
        received = self._receive(county, now)
        with self.record.read() as session:
            found = errands(session, county)
        advanced = self.field.step(county, found, now)
        moved = self.field.move(county, found, now)
        with self.record.read() as session:
            moved += self.field.patrol(session, county, now)
            sent = self.desk.step(session, county, now)
            closed = self.desk.close(session, county, now)
            taken = self.cases.step(session, county, now)
            proposed = self.proposals.step(session, county, now)
            changed = _changed(session, county, now)
        self._change(county, changed, now)
        return LiveStep(received, advanced, moved, sent, closed, taken, proposed)

    def _begin(self, county: County) -> None:
        """Chance goes on from where the record stands: a server started again does not tell the same leads again."""
        if self._begun:
            return
        with self.record.read() as session:
            known = session.scalar(select(func.max(Lead.number)).where(Lead.jurisdiction_id == county.jurisdiction_id))
        self.rng, self._begun = chance(self.seed, "live", known or ""), True

    # leads

    def maker(self, county: County) -> LeadMaker:
        """Makes leads of the items the record knows; built once."""
        if self._maker is None:
            with self.record.read() as session:
                codes = session.scalars(select(Item.code).where(Item.jurisdiction_id == county.jurisdiction_id))
                self._maker = LeadMaker(county, self.seed, set(codes))
        return self._maker

    def pause(self, county: County, now: datetime) -> timedelta:
        """Time to the next lead: longer in quiet hours and where there are fewer villages."""
        busy = self.maker(county).demand.hourly(now) * len(self.maker(county).ground.leaves) / VILLAGES
        slower = min(SLOWEST, max(1.0, 1.0 / max(busy, 0.05)))
        return timedelta(seconds=self.rng.uniform(LEAST, MOST) * slower)

    def _receive(self, county: County, now: datetime) -> int:
        if self._next is not None and now < self._next:
            return 0
        self._next = now + self.pause(county, now)
        again = self._last is not None and self.rng.random() < REPEATED
        told = self._repeat(now) if again else self.maker(county).next(self.rng, now)
        self._last = told
        try:
            self.record.write(SYSTEM, receive_lead, county=county, now=now, **told)
        except Refusal:
            return 0
        return 1

    def _repeat(self, now: datetime) -> dict[str, Any]:
        """The last lead once more, by telephone."""
        told = (self._last or {}) | {"source": LeadSource.HOTLINE_12345.value, "item_code": None, "occurred_at": now}
        return told | order(self.rng, told["source"], told["urgency"], now)

    # shifts

    def _change(self, county: County, changed: list[tuple[str, UnitStatus]], now: datetime) -> None:
        for code, status in changed[:CHANGES]:
            reason = say("simulate.unit_on_duty" if status is UnitStatus.AVAILABLE else "simulate.unit_off_duty")
            told = {"team_code": code, "status": status.value, "reason": reason}
            try:
                self.record.write(SYSTEM, set_status, county=county, now=now, **told)
            except Refusal:
                continue

    def _keep_roster(self, county: County, now: datetime) -> None:
        """Carry the last week of the roster on, so that a demonstration opened weeks later has people on duty."""
        if self._roster is not None and now < self._roster:
            return
        self._roster = now + ROSTER_LOOK
        with self.record.read() as session:
            last = _roster_end(session, county)
        weeks = 0
        while last is not None and last < now + ROSTER_LEAST and weeks < MOST_WEEKS:
            self.record.submit_raw(partial(_carry_on, jurisdiction=county.jurisdiction_id, end=last)).result()
            last, weeks = last + WEEK, weeks + 1


def _roster_end(session: Session, county: County) -> datetime | None:
    return session.scalar(select(func.max(Shift.ends_at)).where(Shift.jurisdiction_id == county.jurisdiction_id))


def _carry_on(connection: Connection, jurisdiction: UUID, end: datetime) -> None:
    """Write the week before `end` once more, seven days later."""
    query = select(Shift.person_id, Shift.team_id, Shift.name, Shift.starts_at, Shift.ends_at).where(
        Shift.jurisdiction_id == jurisdiction, Shift.starts_at >= end - WEEK, Shift.starts_at < end
    )
    rows = [
        {
            "id": uuid7(), "jurisdiction_id": jurisdiction, "person_id": row.person_id, "team_id": row.team_id,
            "name": row.name, "starts_at": row.starts_at + WEEK, "ends_at": row.ends_at + WEEK,
        }
        for row in connection.execute(query)
    ]  # fmt: skip
    with connection.begin_nested():
        if rows:
            connection.execute(insert(Shift), rows)


def _changed(session: Session, county: County, now: datetime) -> list[tuple[str, UnitStatus]]:
    """Units without a task whose status does not fit the roster; what a person set within this shift is left alone."""
    mine = Shift.jurisdiction_id == county.jurisdiction_id
    shifts = select(Shift.team_id, func.min(Shift.starts_at)).where(mine, Shift.starts_at <= now, Shift.ends_at > now)
    begun: dict[UUID, datetime] = dict(iter(session.execute(shifts.group_by(Shift.team_id))))
    busy = teams_out(session, county)
    rows = session.execute(
        select(Team.code, Unit)
        .join(Unit, Unit.team_id == Team.id)
        .where(Team.jurisdiction_id == county.jurisdiction_id)
    )
    found = []
    for code, unit in rows:
        at = begun.get(unit.team_id)
        if unit.team_id in busy:
            continue
        if at is None and unit.status == UnitStatus.AVAILABLE:
            found.append((code, UnitStatus.OFF_DUTY))
        if at is not None and unit.status == UnitStatus.OFF_DUTY and unit.since < at:
            found.append((code, UnitStatus.AVAILABLE))
    return sorted(found)
