"""What came of a drill: each alarm with its expected steps and times, who did what, what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.db import Tx
from data.drill.injects import drill_of
from data.events import append_event
from data.models import Account, CallOut, Drill, DrillInject, Event, Lead, Organ, Task
from policy.drill import Expectation, Outcome, expectations_of, judge
from policy.text import named
from policy.vocabulary_patrol import Expected, InjectStatus


@dataclass(frozen=True, slots=True)
class InjectReport:
    """One inject: as it was written, when it was given, its lead, how each expected step came out."""

    place: int
    kind: str
    minute: int
    words: str
    status: str
    given_at: datetime | None
    lead: str | None
    reason: str | None
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """One step somebody took."""

    at: datetime
    who: str
    organ: str
    role: str
    matter: str
    number: str
    verb: str


@dataclass(frozen=True, slots=True)
class DrillReport:
    """The whole of a drill."""

    number: str
    scenario: str
    county: str
    cell: str
    started_at: datetime
    stopped_at: datetime
    injects: tuple[InjectReport, ...]
    deeds: tuple[Deed, ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every expected step of every alarm given."""
        return tuple(outcome for one in self.injects for outcome in one.outcomes)


def stop_drill(tx: Tx) -> Drill:
    """The drill is over: what was not given is skipped."""
    drill = drill_of(tx)
    open_ones = (InjectStatus.WAITING.value, InjectStatus.PAUSED.value)
    query = select(DrillInject).where(DrillInject.drill_id == drill.id, DrillInject.status.in_(open_ones))
    for row in tx.session.scalars(query):
        row.status = InjectStatus.SKIPPED.value
    drill.stopped_at = tx.now
    append_event(tx, matter="drill", subject_id=drill.id, subject_number=drill.number, verb="stop", facts={})
    return drill


def report_on(session: Session, county: County, drill: Drill, now: datetime, lang: str = "zh") -> DrillReport:
    """The report on a drill as its record has it, places named in `lang`."""
    rows = session.scalars(select(DrillInject).where(DrillInject.drill_id == drill.id).order_by(DrillInject.place))
    return DrillReport(
        drill.number,
        drill.scenario,
        named(county.words, lang),
        county.place(drill.cell_code, lang) or named(county.words, lang),
        drill.started_at,
        drill.stopped_at or now,
        tuple(_inject(session, county, row) for row in rows),
        tuple(_deeds(session, county, drill)),
    )


def _inject(session: Session, county: County, row: DrillInject) -> InjectReport:
    lead = session.get(Lead, row.lead_id) if row.lead_id else None
    expected = expectations_of(row.told) if lead is not None and row.given_at is not None else ()
    outcomes = _outcomes(session, county, lead, row.given_at, expected) if lead and row.given_at else ()
    return InjectReport(
        row.place,
        row.kind,
        row.told["minute"],
        row.told["words"],
        row.status,
        row.given_at,
        lead.number if lead else None,
        row.reason,
        tuple(outcomes),
    )


def _outcomes(
    session: Session, county: County, lead: Lead, given: datetime, expected: Sequence[Expectation]
) -> list[Outcome]:
    tasks = session.scalars(select(Task).where(Task.lead_id == lead.id).order_by(Task.assigned_at)).all()
    return [judge(one, given, *_done(session, county, lead, tasks, one)) for one in expected]


def _done(
    session: Session, county: County, lead: Lead, tasks: Sequence[Task], one: Expectation
) -> tuple[datetime | None, datetime | None]:
    """When a step was first done, and by when the record itself asks for it."""
    if one.step is Expected.CALLED_OUT:
        return _called(session, county, lead, one.organs), None
    name = f"{one.step.value}_at"
    done = min((at for task in tasks if (at := getattr(task, name)) is not None), default=None)
    if one.step is Expected.ASSIGNED:
        return done, lead.assign_due_at
    column = {Expected.ACCEPTED: "accept_due_at", Expected.ARRIVED: "arrive_due_at"}.get(one.step)
    due = min((at for task in tasks if column and (at := getattr(task, column)) is not None), default=None)
    return done, due


def _called(session: Session, county: County, lead: Lead, kinds: Sequence[str]) -> datetime | None:
    query = select(CallOut.called_at).join(
        Organ, (Organ.code == CallOut.to_organ) & (Organ.jurisdiction_id == CallOut.jurisdiction_id)
    )
    query = query.where(CallOut.jurisdiction_id == county.jurisdiction_id, CallOut.matter_id == lead.id)
    found = session.scalars((query.where(Organ.kind.in_(kinds)) if kinds else query).order_by(CallOut.called_at))
    return found.first()


def _deeds(session: Session, county: County, drill: Drill) -> list[Deed]:
    """Steps of people in the order of time; what the system did of itself is left out."""
    names: dict[UUID, str] = dict(iter(session.execute(select(Account.id, Account.display_name))))
    organs: dict[str, str] = dict(iter(session.execute(select(Organ.code, Organ.name))))
    query = select(Event).where(Event.jurisdiction_id == county.jurisdiction_id, Event.at >= drill.started_at)
    found: list[Any] = list(session.scalars(query.where(Event.actor_id.is_not(None)).order_by(Event.sequence)))
    return [
        Deed(
            one.at,
            names.get(one.actor_id, "—"),
            organs.get(one.organ or "", one.organ or "—"),
            one.role,
            one.matter,
            one.subject_number or "—",
            one.verb,
        )
        for one in found
    ]
