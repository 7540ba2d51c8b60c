"""Rosters by page: whose people one plans for, a week of their shifts and leave, teams they may be planned into."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from data.authority import VERBS, Actor, Scope, Subject, demand, within
from data.county import County
from data.models import DISPATCH_ROOM, Leave, Organ, Person, Posting, Shift, Team, TeamMember
from policy.text import Name
from policy.vocabulary import Role
from policy.zone import CHINA

WEEK: Final = timedelta(days=7)
MOST: Final = 120
"""People shown at once."""


@dataclass(frozen=True, slots=True)
class Span:
    """A shift or a leave of somebody: `name` is the shift's, or the reason of leave for who plans that person (PI 51)."""

    key: UUID
    name: str
    team: Name | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person with the shifts and leave of the week."""

    code: str
    name: str
    organ: Name
    mine: bool
    shifts: tuple[Span, ...]
    leaves: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from Monday, and who is on them; `more` people are left out."""

    begin: date
    rows: tuple[RosterRow, ...]
    more: int


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def own_people(actor: Actor, county: County, verb: str, now: datetime) -> ColumnElement[bool]:
    """The condition that a person (joined with the organ) is one for whom `actor` does `verb`: of one's own organ or one
    below it, of one's townships, posted to one of them."""
    if actor.system:
        return true()
    found: list[ColumnElement[bool]] = []
    for scope in _held(actor, county, verb, now):
        if _everybody(scope):
            return true()
        if scope.role is not Role.DEPARTMENT and scope.townships is not None:
            found += [Organ.township_code.in_(sorted(scope.townships)), _posted(sorted(scope.townships), now)]
        elif scope.organ is not None:
            found += [Organ.code == scope.organ, Organ.parent_code == scope.organ]
        if scope.team is not None:
            found.append(_member(scope.team, now))
    return or_(*found) if found else false()


def own_teams(actor: Actor, county: County, verb: str, now: datetime) -> ColumnElement[bool]:
    """The condition that a team is one into which `actor` plans people: of one's own townships, or with one's own people in it."""
    held = _held(actor, county, verb, now)
    if actor.system or any(_everybody(scope) for scope in held):
        return true()
    towns = {code for scope in held if scope.role is not Role.DEPARTMENT for code in scope.townships or ()}
    member = (
        select(TeamMember.id).join(Person, Person.id == TeamMember.person_id).join(Organ, Organ.id == Person.organ_id)
    )
    mine = member.where(TeamMember.team_id == Team.id, *_now(now), own_people(actor, county, verb, now))
    return or_(Team.township_code.in_(sorted(towns)), mine.exists())


def _held(actor: Actor, county: County, verb: str, now: datetime) -> list[Scope]:
    here = within(actor, Subject(county.jurisdiction_id), now).scopes
    return [scope for scope in here if scope.role in VERBS[verb]]


def _everybody(scope: Scope) -> bool:
    """Whether a role held so reaches everybody of the county."""
    whole = (Role.COUNTY_OFFICE, Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN)
    return scope.role in whole and not scope.townships


def _posted(townships: Sequence[str], now: datetime) -> ColumnElement[bool]:
    day = now.astimezone(CHINA).date()
    in_force = (Posting.valid_from <= day, or_(Posting.valid_to.is_(None), Posting.valid_to >= day))
    return (
        select(Posting.id)
        .where(Posting.person_id == Person.id, Posting.township_code.in_(townships), *in_force)
        .exists()
    )


def _member(team: str, now: datetime) -> ColumnElement[bool]:
    return (
        select(TeamMember.id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(TeamMember.person_id == Person.id, Team.code == team, *_now(now))
        .exists()
    )


def _now(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Which memberships are in force."""
    day = now.astimezone(CHINA).date()
    return TeamMember.valid_from <= day, or_(TeamMember.valid_to.is_(None), TeamMember.valid_to >= day)


def people_of(session: Session, actor: Actor, county: County, now: datetime, verb: str) -> list[tuple[Person, Organ]]:
    """People employed today for whom `actor` does `verb`, by organ and staff number."""
    day = now.astimezone(CHINA).date()
    query = (
        select(Person, Organ)
        .join(Organ, Organ.id == Person.organ_id)
        .where(Person.jurisdiction_id == county.jurisdiction_id, own_people(actor, county, verb, now))
        .where(Person.employed_from <= day, or_(Person.employed_to.is_(None), Person.employed_to >= day))
        .order_by(Organ.code, Person.code)
    )
    return [(person, organ) for person, organ in session.execute(query)]


def week_of(
    session: Session, actor: Actor, county: County, now: datetime, *, on: date, organ: str = "", team: str = ""
) -> Week:
    """The week of a day for one's own people, or for the whole county where one reads it; `organ` and `team` narrow it."""
    demand(actor, "roster.read", Subject(county.jurisdiction_id), now)
    people = [pair for pair in people_of(session, actor, county, now, "roster.read") if organ in ("", pair[1].code)]
    if team:
        members = _of_team(session, county, team)
        people = [pair for pair in people if pair[0].id in members]
    mine = {person.id for person, _ in people_of(session, actor, county, now, "roster.plan")}
    begin = monday(on)
    start = datetime(begin.year, begin.month, begin.day, tzinfo=CHINA)
    keys = [person.id for person, _ in people[:MOST]]
    shifts, leaves = _shifts(session, keys, start), _leaves(session, keys, start)
    rows = tuple(
        RosterRow(
            person.code,
            person.name,
            Name(of.name, of.name_en or of.name),
            person.id in mine,
            tuple(shifts[person.id]),
            tuple(one if person.id in mine else replace(one, name="") for one in leaves[person.id]),
        )
        for person, of in people[:MOST]
    )
    return Week(begin, rows, max(len(people) - MOST, 0))


def _of_team(session: Session, county: County, code: str) -> set[UUID]:
    query = select(TeamMember.person_id).join(Team, Team.id == TeamMember.team_id)
    return set(session.scalars(query.where(Team.jurisdiction_id == county.jurisdiction_id, Team.code == code)))


def _shifts(session: Session, keys: Sequence[UUID], start: datetime) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = defaultdict(list)
    query = select(Shift, Team).join(Team, Team.id == Shift.team_id).order_by(Shift.starts_at)
    query = query.where(Shift.person_id.in_(keys), Shift.starts_at < start + WEEK, Shift.ends_at > start)
    for row, team in session.execute(query):
        name = Name(team.name, team.name_en or team.name)
        found[row.person_id].append(Span(row.id, row.name, name, row.starts_at, row.ends_at))
    return found


def _leaves(session: Session, keys: Sequence[UUID], start: datetime) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = defaultdict(list)
    query = select(Leave).where(Leave.person_id.in_(keys), Leave.starts_at < start + WEEK, Leave.ends_at > start)
    for row in session.scalars(query.order_by(Leave.starts_at)):
        found[row.person_id].append(Span(row.id, row.reason or "", None, row.starts_at, row.ends_at))
    return found


def teams_of(session: Session, actor: Actor, county: County, now: datetime) -> list[tuple[str, Name]]:
    """Teams one's own people are in, by code."""
    keys = [person.id for person, _ in people_of(session, actor, county, now, "roster.read")]
    query = (
        select(Team.code, Team.name, Team.name_en)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(Team.jurisdiction_id == county.jurisdiction_id, TeamMember.person_id.in_(keys))
        .distinct()
        .order_by(Team.code)
    )
    return [(code, Name(zh, en or zh)) for code, zh, en in session.execute(query)]


def span_of(session: Session, county: County, model: Any, key: UUID) -> Any:
    """A shift or leave of this county by its key; None for none."""
    query = select(model).where(model.id == key, model.jurisdiction_id == county.jurisdiction_id)
    return session.scalars(query).first()


def dispatch_room(session: Session, county: County) -> str:
    """The team that staffs the command centre; empty where there is none."""
    query = select(Team.code).where(Team.jurisdiction_id == county.jurisdiction_id, Team.kind == DISPATCH_ROOM)
    return session.scalars(query.order_by(Team.code).limit(1)).first() or ""
