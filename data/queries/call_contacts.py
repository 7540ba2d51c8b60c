"""Who is called next: the named contacts of a unit or organ, and the command centre's for an emergency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from data.county import County
from data.models import DutyContact, Notice, Organ, Person, Shift, Task, Team, TeamMember
from policy.vocabulary import OrganKind
from policy.vocabulary_notice import Channel
from policy.vocabulary_shift import DutyKind

POSTS: Final = ("captain", "executive_deputy", "deputy")
NextContact = list[str]
"""Person (empty for none), way, and the telephone on duty where it is one."""


def contacts_after(session: Session, county: County, row: Notice, now: datetime) -> list[NextContact]:
    """Named contacts nobody has called about this matter yet, in the order in which they are called."""
    called = set(_called(session, row))
    found: dict[str, NextContact] = {}
    for person, contact in _named(session, county, row, now):
        key = str(contact or person)
        if key not in called and str(person) not in called:
            told = [str(person or ""), Channel.VOICE.value]
            found.setdefault(key, [*told, str(contact)] if contact else told)
    return list(found.values())


def _called(session: Session, row: Notice) -> Iterator[str]:
    query = select(Notice.person_id, Notice.contact_id).where(
        Notice.matter_id == row.matter_id, Notice.channel == Channel.VOICE.value
    )
    for person, contact in session.execute(query):
        yield from (str(one) for one in (person, contact) if one is not None)


Named = tuple[UUID | None, UUID | None]


def _named(session: Session, county: County, row: Notice, now: datetime) -> Iterator[Named]:
    if row.matter_kind == "task":
        team = session.scalar(select(Task.team_id).where(Task.id == row.matter_id))
        if team is not None:
            yield from _of_team(session, team, now)
            organ = session.scalar(select(Organ.code).join(Team, Team.organ_id == Organ.id).where(Team.id == team))
            yield from telephones_of(session, county, [organ or ""], now)
        return
    if row.organ_code is not None:
        yield from telephones_of(session, county, [row.organ_code], now)
        return
    centre = select(Organ.code).where(
        Organ.jurisdiction_id == county.jurisdiction_id, Organ.kind == OrganKind.COMMAND_CENTRE.value
    )
    yield from _leaders(session, county, now)
    yield from telephones_of(session, county, session.scalars(centre).all(), now)


def _of_team(session: Session, team: UUID, now: datetime) -> Iterator[Named]:
    """Those who lead the team first, then who is on its shift; only who has a telephone."""
    query = (
        select(Person.id, TeamMember.post, Shift.id)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .outerjoin(
            Shift,
            (Shift.person_id == Person.id) & (Shift.team_id == team) & (Shift.starts_at <= now) & (Shift.ends_at > now),
        )
        .where(TeamMember.team_id == team, TeamMember.valid_to.is_(None), Person.phone.is_not(None))
        .order_by(Person.code)
    )
    rank = {post: n for n, post in enumerate(POSTS)}
    rows = [row for row in session.execute(query).all() if row[1] in rank or row[2] is not None]
    yield from ((person, None) for person, _, _ in sorted(rows, key=lambda row: rank.get(row[1], len(POSTS))))


def telephones_of(session: Session, county: County, organs: Sequence[str], now: datetime) -> Iterator[Named]:
    """Telephones on duty of organs, in the order of their list."""
    query = in_force(county, DutyKind.TELEPHONE, now).where(DutyContact.organ_code.in_(organs))
    for row in session.scalars(query.order_by(DutyContact.rank, DutyContact.label, DutyContact.id)):
        yield row.person_id, row.id


def _leaders(session: Session, county: County, now: datetime) -> Iterator[Named]:
    for row in session.scalars(in_force(county, DutyKind.LEADER, now).order_by(DutyContact.starts_at)):
        yield row.person_id, row.id


def in_force(county: County, kind: DutyKind, now: datetime) -> Select[DutyContact]:
    """Rows of the list of the duty that hold now."""
    return select(DutyContact).where(
        DutyContact.jurisdiction_id == county.jurisdiction_id,
        DutyContact.kind == kind.value,
        DutyContact.starts_at <= now,
        or_(DutyContact.ends_at.is_(None), DutyContact.ends_at > now),
    )
