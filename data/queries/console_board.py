"""The unit board of the dispatch console: status, since when, load, certified people, what each unit is on."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, townships_of
from data.county import County
from data.models import DISPATCH_ROOM, Lead, Task, Team, Unit
from data.queries.force import team_facts
from policy.eligibility import TaskFacts, may_enforce
from policy.lifecycle import OPEN_TASKS
from policy.ranking import rules_of
from policy.vocabulary import TaskKind, UnitStatus

KINDS: Final = ("squadron", "sunk_down", "professional", "fire", "grid_workers")
Strength = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit; `task`, `lead` and `going` (place of the lead) are those of its newest open task."""

    code: str
    name: str
    kind: str
    status: str
    since: datetime | None
    open_tasks: int
    capacity: int
    certified: int
    on_shift: int
    township: str | None
    phone: str | None
    lon: float | None
    lat: float | None
    position_at: datetime | None
    task: str | None = None
    lead: str | None = None
    going: str = ""
    late: bool = False  # longer in its status than its task allows: not accepted, or not there, when due
    stale: float | None = None  # minutes, of a position older than the rules take for fresh


@dataclass
class _Minute:
    """Who is on shift and may enforce, by county, for the minute it was counted in: people change by shifts, not by steps."""

    known: dict[UUID, tuple[datetime, Strength]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def strength(self, session: Session, county: County, now: datetime) -> Strength:
        """(certified, on shift) by team code."""
        minute = now.replace(second=0, microsecond=0)
        with self.lock:
            found = self.known.get(county.jurisdiction_id)
            if found is None or found[0] != minute:
                found = self.known[county.jurisdiction_id] = (minute, count_strength(session, county, now))
        return found[1]


_MINUTE: Final = _Minute()


def count_strength(session: Session, county: County, now: datetime) -> Strength:
    """(people on shift who may enforce at `now`, people on shift) by team code."""
    probe = TaskFacts(TaskKind.HANDLE)
    return {
        team.code: (
            sum(may_enforce(who, team, probe, now).allowed for who in team.members),
            sum(who.on_shift for who in team.members),
        )
        for team in team_facts(session, county, now)
    }


@dataclass(frozen=True, slots=True)
class _Work:
    load: Counter[str]
    newest: Mapping[str, tuple[str, str, str | None]]
    late: frozenset[str]


def _work(session: Session, county: County, now: datetime) -> _Work:
    rows = session.execute(
        select(
            Team.code,
            Task.number,
            Lead.number.label("lead"),
            Lead.cell_code,
            Task.accepted_at,
            Task.arrived_at,
            Task.accept_due_at,
            Task.arrive_due_at,
        )
        .join(Task, Task.team_id == Team.id)
        .join(Lead, Lead.id == Task.lead_id)
        .where(Task.jurisdiction_id == county.jurisdiction_id, Task.status.in_(OPEN_TASKS))
        .order_by(Task.assigned_at)
    ).all()
    newest = {row.code: (row.number, row.lead, row.cell_code) for row in rows}
    late = {row.code for row in rows if _late(row.accepted_at, row.accept_due_at, now)}
    late |= {row.code for row in rows if _late(row.arrived_at, row.arrive_due_at, now)}
    return _Work(Counter(row.code for row in rows), newest, frozenset(late))


def _late(done: datetime | None, due: datetime | None, now: datetime) -> bool:
    return done is None and due is not None and due < now


_COLUMNS: Final = (
    Team.code, Team.name, Team.name_en, Team.kind, Team.township_code, Team.phone, Team.capacity,
    Unit.status, Unit.since, Unit.lon, Unit.lat, Unit.position_at,
)  # fmt: skip


def read_board(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> tuple[BoardRow, ...]:
    """Every unit the actor may see, in an order that does not change with its status."""
    demand(actor, "team.read", Subject(county.jurisdiction_id), None)
    area = townships_of(actor, "team.read", county.jurisdiction_id)
    query = select(*_COLUMNS).outerjoin(Unit, Unit.team_id == Team.id)
    teams = session.execute(
        query.where(Team.jurisdiction_id == county.jurisdiction_id, Team.kind != DISPATCH_ROOM)
    ).all()
    mine = [team for team in teams if area is None or team.township_code is None or team.township_code in area]
    work, strength = _work(session, county, now), _MINUTE.strength(session, county, now)
    ordered = sorted(mine, key=lambda team: (_kind(team.kind), team.code))
    rows = (_row(team, work, strength.get(team.code, (0, 0)), county, lang) for team in ordered)
    fresh = rules_of(county.profile, now.date()).stale_minutes
    return tuple(replace(row, stale=_stale(row.position_at, now, fresh)) for row in rows)


def _stale(at: datetime | None, now: datetime, fresh: float) -> float | None:
    age = (now - at).total_seconds() / 60 if at else 0.0
    return age if age > fresh else None


def _kind(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _row(team: Row[*tuple[Any, ...]], work: _Work, strength: tuple[int, int], county: County, lang: str) -> BoardRow:
    task, lead, cell = work.newest.get(team.code, (None, None, None))
    return BoardRow(
        code=team.code,
        name=team.name if lang == "zh" else team.name_en,
        kind=team.kind,
        status=team.status or UnitStatus.AVAILABLE.value,
        since=team.since,
        open_tasks=work.load[team.code],
        capacity=team.capacity,
        certified=strength[0],
        on_shift=strength[1],
        township=county.name_of(team.township_code, lang) if team.township_code else None,
        phone=team.phone,
        lon=team.lon,
        lat=team.lat,
        position_at=team.position_at,
        task=task,
        lead=lead,
        going=county.name_of(cell, lang) if cell else "",
        late=team.code in work.late,
    )
