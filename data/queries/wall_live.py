"""The living part of the wall: open leads and tasks, units, load, deadlines that have passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from data.authority import Actor, in_scope, townships_of
from data.county import County
from data.masking import mask_name
from data.models import (
    DISPATCH_ROOM,
    DutyContact,
    Item,
    ItemField,
    Lead,
    Organ,
    Person,
    Shift,
    Task,
    Team,
    TeamMember,
    Unit,
)
from data.queries.call_contacts import in_force
from data.queries.wall_rows import Counts, Hours, Late, Named, OpenLead, OpenTask, Place, Support
from policy.items.fields import field_words
from policy.lifecycle import OPEN_TASKS
from policy.vocabulary import LeadStatus, OrganKind, UnitStatus
from policy.vocabulary_shift import DutyKind

WAITING: Final = (LeadStatus.RECEIVED, LeadStatus.TRIAGED)
IN_HAND: Final = (LeadStatus.ASSIGNED, LeadStatus.IN_PROGRESS)
UNTIMED: Final = (LeadStatus.DUPLICATE, LeadStatus.REJECTED, LeadStatus.TRANSFERRED)
POSTS: Final = ("captain", "executive_deputy", "deputy")
NEWEST: Final = 5
SHARED_TEAMS: Final = ("grid_workers", DISPATCH_ROOM)  # not sent to enforce: no place on the wall


def _leads(actor: Actor, county: County) -> Select[*tuple[Any, ...]]:
    columns = (
        Lead.number, Lead.status, Lead.source, Lead.urgency, Item.name, Item.name_en, ItemField.name, Lead.township_code,
        Lead.cell_code, Lead.lon, Lead.lat, Lead.received_at, Lead.assign_due_at, Lead.triaged_at, Lead.assigned_at,
    )  # fmt: skip
    field_of = (ItemField.code == Lead.domain) & (ItemField.jurisdiction_id == Lead.jurisdiction_id)
    return (
        select(*columns)
        .outerjoin(Item, Item.id == Lead.item_id)
        .outerjoin(ItemField, field_of)
        .where(Lead.jurisdiction_id == county.jurisdiction_id, _mine(actor, county))
    )


def _mine(actor: Actor, county: County) -> ColumnElement[bool]:
    return in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code)


def _lead(row: Any) -> OpenLead:
    number, status, source, urgency, item, item_en, domain, *rest = row
    subject = Named(item, item_en or item) if item else Named(domain, field_words(domain).en) if domain else None
    return OpenLead(number, status, source, urgency, subject, *rest)


def open_leads(session: Session, actor: Actor, county: County) -> tuple[OpenLead, ...]:
    """Leads that are waiting or in hand, oldest first."""
    query = _leads(actor, county).where(Lead.status.in_((*WAITING, *IN_HAND))).order_by(Lead.received_at, Lead.number)
    return tuple(_lead(row) for row in session.execute(query))


def newest_leads(session: Session, actor: Actor, county: County) -> tuple[OpenLead, ...]:
    """The newest leads, whatever has become of them."""
    query = _leads(actor, county).order_by(Lead.received_at.desc(), Lead.number.desc()).limit(NEWEST)
    return tuple(_lead(row) for row in session.execute(query))


def open_tasks(session: Session, actor: Actor, county: County) -> tuple[OpenTask, ...]:
    """Tasks of teams that have not reported back, in the order they were sent."""
    columns = (
        Task.number, Lead.number, Team.code, Team.name, Team.name_en, Task.status, Task.township_code, Task.assigned_at,
        Task.accept_due_at, Task.arrive_due_at, Task.accepted_at, Task.arrived_at,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(Lead, Lead.id == Task.lead_id)
        .join(Team, Team.id == Task.team_id)
        .where(
            Task.jurisdiction_id == county.jurisdiction_id,
            Task.status.in_(OPEN_TASKS),
            Task.ended_at.is_(None),
            in_scope(actor, "task.read", county.jurisdiction_id, Task.township_code),
        )
        .order_by(Task.assigned_at, Task.number)
    )
    return tuple(
        OpenTask(number, lead, code, Named(name, name_en or name), *rest)
        for number, lead, code, name, name_en, *rest in session.execute(query)
    )


def late_ones(leads: Iterable[OpenLead], tasks: Iterable[OpenTask], now: datetime) -> tuple[Late, ...]:
    """Deadlines that have passed (F11, overdue now), the longest first; one line for each deadline."""
    found = [*_late_leads(leads, now), *_late_tasks(tasks, now)]
    return tuple(sorted(found, key=lambda one: (one.due_at, one.number, one.clock)))


def _late_leads(leads: Iterable[OpenLead], now: datetime) -> Iterator[Late]:
    for lead in leads:
        due = lead.assign_due_at
        if due is not None and lead.assigned_at is None and due < now:
            yield Late("assign", None, lead.township_code, due, lead.number)


def _late_tasks(tasks: Iterable[OpenTask], now: datetime) -> Iterator[Late]:
    for task in tasks:
        if task.accept_due_at is not None and task.accepted_at is None and task.accept_due_at < now:
            yield Late("accept", task.team, task.township_code, task.accept_due_at, task.lead_number)
        if task.arrive_due_at is not None and task.arrived_at is None and task.arrive_due_at < now:
            yield Late("arrive", task.team, task.township_code, task.arrive_due_at, task.lead_number)


def units(session: Session, actor: Actor, county: County) -> tuple[Place, ...]:
    """Teams that may be sent, with status and place; those off duty are left out."""
    area = townships_of(actor, "team.read", county.jurisdiction_id)
    query = (
        select(Team.code, Team.name, Team.name_en, Unit.status, Team.township_code, Unit.lon, Unit.lat)
        .join(Unit, Unit.team_id == Team.id)
        .where(
            Team.jurisdiction_id == county.jurisdiction_id,
            Team.kind.notin_(SHARED_TEAMS),
            Unit.status != UnitStatus.OFF_DUTY,
        )
        .order_by(Team.code)
    )
    return tuple(
        Place(code, Named(name, name_en or name), status, township, lon, lat)
        for code, name, name_en, status, township, lon, lat in session.execute(query)
        if area is None or township is None or township in area
    )


def support(session: Session, actor: Actor, county: County, now: datetime) -> tuple[Support, ...]:
    """Load a head by township (F24), the heaviest first; open tasks with nobody on duty stand above all."""
    area = townships_of(actor, "team.read", county.jurisdiction_id)
    teams = select(Team.id, Team.township_code).where(
        Team.jurisdiction_id == county.jurisdiction_id, Team.kind.notin_(SHARED_TEAMS), Team.township_code.is_not(None)
    )
    home = {team: code for team, code in session.execute(teams) if code and (area is None or code in area)}
    on_duty = _by_township(home, session.execute(_on_duty(county, now)))
    tasks = select(Task.team_id, func.count()).where(
        Task.jurisdiction_id == county.jurisdiction_id, Task.status.in_(OPEN_TASKS)
    )
    load = _by_township(home, session.execute(tasks.group_by(Task.team_id)))
    rows = [Support(code, load[code], on_duty[code]) for code in sorted(set(home.values()))]
    return tuple(sorted(rows, key=lambda s: (-(s.tasks if s.value is None else 0), -(s.value or 0), s.township_code)))


def _on_duty(county: County, now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Shift.team_id, func.count())
        .where(Shift.jurisdiction_id == county.jurisdiction_id, Shift.starts_at <= now, Shift.ends_at > now)
        .group_by(Shift.team_id)
    )


def _by_township(home: dict[UUID, str], rows: Iterable[Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    for team, count in rows:
        if team in home:
            found[home[team]] += count
    return found


def teams_on_duty(session: Session, county: County, now: datetime) -> int:
    """How many teams that may be sent have somebody on shift."""
    query = (
        select(func.count(func.distinct(Shift.team_id)))
        .join(Team, Team.id == Shift.team_id)
        .where(
            Shift.jurisdiction_id == county.jurisdiction_id,
            Shift.starts_at <= now,
            Shift.ends_at > now,
            Team.kind.notin_(SHARED_TEAMS),
        )
    )
    return session.scalar(query) or 0


def shift_leaders(session: Session, county: County, now: datetime) -> tuple[str, ...]:
    """Who leads the duty by the county's list, masked; else the command centre's captains and deputies on shift, else
    whoever is."""
    listed = in_force(county, DutyKind.LEADER, now).join(Person, Person.id == DutyContact.person_id)
    named = session.scalar(listed.with_only_columns(Person.name).order_by(DutyContact.starts_at.desc()).limit(1))
    if named is not None:
        return (mask_name(named),)
    query = (
        select(Person.name, TeamMember.post)
        .join(Shift, Shift.person_id == Person.id)
        .join(Organ, Organ.id == Person.organ_id)
        .outerjoin(TeamMember, (TeamMember.person_id == Person.id) & (TeamMember.team_id == Shift.team_id))
        .where(
            Shift.jurisdiction_id == county.jurisdiction_id,
            Shift.starts_at <= now,
            Shift.ends_at > now,
            Organ.kind == OrganKind.COMMAND_CENTRE,
        )
        .order_by(Person.code)
    )
    rows = session.execute(query).all()
    rank = {post: n for n, post in enumerate(POSTS)}
    ordered = sorted(rows, key=lambda row: rank.get(row[1], len(POSTS)))
    return tuple(mask_name(name) for name, _ in ordered[:1])


def loads(leads: Iterable[OpenLead]) -> dict[str, int]:
    """Open leads by township; those without a place count nowhere here."""
    return dict(Counter(lead.township_code for lead in leads if lead.township_code))


def today(session: Session, actor: Actor, county: County, start: datetime) -> tuple[tuple[datetime, ...], int, int]:
    """Moments at which leads came in since `start`, how many of those are resolved, and all that were resolved since."""
    rows = session.execute(
        select(Lead.received_at, Lead.resolved_at).where(
            Lead.jurisdiction_id == county.jurisdiction_id, Lead.received_at >= start, _mine(actor, county)
        )
    ).all()
    resolved = session.scalar(
        select(func.count()).where(
            Lead.jurisdiction_id == county.jurisdiction_id, Lead.resolved_at >= start, _mine(actor, county)
        )
    )
    return tuple(row[0] for row in rows), sum(row[1] is not None for row in rows), resolved or 0


def counts_of(  # the pieces of one line of the wall
    leads: tuple[OpenLead, ...],
    late: tuple[Late, ...],
    arrived: tuple[int, int, int],
    on_duty: int,
    usual: float | None,
) -> Counts:
    """The five counts."""
    waiting = [lead for lead in leads if lead.status in WAITING]
    received, of_received, resolved = arrived
    return Counts(
        to_assign=len(waiting),
        oldest_at=min((lead.received_at for lead in waiting), default=None),
        in_hand=len(leads) - len(waiting),
        teams_on_duty=on_duty,
        overdue=len(late),
        received=received,
        usual=usual,
        resolved=resolved,
        resolved_of_received=of_received,
    )


def by_hour(moments: Iterable[datetime], start: datetime) -> tuple[int, ...]:
    """Leads by hour of the local day that begins at `start`."""
    hour = timedelta(hours=1)
    counted = Counter(min(int((moment - start) / hour), 23) for moment in moments)
    return tuple(counted[n] for n in range(24))


def usual_by_now(hours: Hours, now: datetime, start: datetime) -> float | None:
    """What is usual by this time of the day: the middle of the hours gone, the running one in part; None without days."""
    if not hours.days:
        return None
    gone = (now - start) / timedelta(hours=1)
    return sum(middle * min(max(gone - n, 0.0), 1.0) for n, middle in enumerate(hours.middle))
