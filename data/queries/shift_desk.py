"""The shift desk for page and interface: who is on duty, what is open, notes of the shift, what was handed over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import (
    DISPATCH_ROOM,
    Account,
    CallOut,
    DutyContact,
    Handover,
    Lead,
    Organ,
    Person,
    Shift,
    ShiftNote,
    Team,
    TeamMember,
)
from data.queries.call_contacts import POSTS, in_force
from data.queries.shift_matters import OpenMatter, thawed
from policy.errors import Refusal
from policy.text import Name
from policy.vocabulary import OrganKind
from policy.vocabulary_shift import DutyKind, HandoverStatus

LOOK_BACK: Final = timedelta(hours=24)
"""How long a shift that was not handed over is named."""
EARLIER: Final = 30  # handovers listed


@dataclass(frozen=True, slots=True)
class Period:
    """One shift of the dispatch room: its name, from when to when, who is on it."""

    name: str
    starts_at: datetime
    ends_at: datetime
    crew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty, or a telephone of an organ."""

    name: str
    post: str
    organ: Name
    phone: str | None
    code: str = ""
    until: datetime | None = None
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note of a shift."""

    key: UUID
    at: datetime
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class HandoverView:
    """A handover with both signatures; `now_status` says how its matters stand today, by number."""

    number: str
    name: str
    starts_at: datetime
    ends_at: datetime
    status: str
    leader: str | None
    crew: tuple[str, ...]
    words: str
    matters: tuple[OpenMatter, ...]
    notes: tuple[NoteView, ...]
    sha256: str
    signed_by: str
    signed_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None
    remark: str | None
    now_status: Mapping[str, str]


# -- shifts -----------------------------------------------------------------------------------------------------------


def periods(session: Session, county: County, begin: datetime, end: datetime) -> list[Period]:
    """Shifts of the dispatch room that touch begin–end, in their order; a single person's odd hours are no shift."""
    query = (
        select(Shift.name, Shift.starts_at, Shift.ends_at, Person.code)
        .join(Team, Team.id == Shift.team_id)
        .join(Person, Person.id == Shift.person_id)
        .where(Shift.jurisdiction_id == county.jurisdiction_id, Team.kind == DISPATCH_ROOM)
        .where(Shift.starts_at < end, Shift.ends_at > begin)
        .order_by(Shift.starts_at, Shift.ends_at, Person.code)
    )
    found: dict[datetime, dict[tuple[str, datetime], list[str]]] = {}
    for name, starts_at, ends_at, code in session.execute(query):
        found.setdefault(starts_at, {}).setdefault((name, ends_at), []).append(code)
    return [_period(starts_at, sorts) for starts_at, sorts in sorted(found.items())]


def _period(starts_at: datetime, sorts: Mapping[tuple[str, datetime], list[str]]) -> Period:
    (name, ends_at), _ = max(sorts.items(), key=lambda item: (len(item[1]), item[0][1]))
    everybody = dict.fromkeys(code for codes in sorts.values() for code in codes)
    return Period(name, starts_at, ends_at, tuple(everybody))


def running(session: Session, county: County, now: datetime) -> Period | None:
    """The shift of the dispatch room that runs; None where the roster has none."""
    found = [one for one in periods(session, county, now, now + timedelta(microseconds=1)) if one.starts_at <= now]
    return max(found, key=lambda one: (len(one.crew), one.starts_at), default=None)


def not_handed_over(session: Session, county: County, now: datetime) -> list[Period]:
    """Shifts of the last day that are over and that nobody took over with a signature."""
    ended = [one for one in periods(session, county, now - LOOK_BACK, now) if now - LOOK_BACK < one.ends_at <= now]
    done = select(Handover.starts_at).where(
        Handover.jurisdiction_id == county.jurisdiction_id,
        Handover.status == HandoverStatus.ACCEPTED.value,
        Handover.starts_at > now - 3 * LOOK_BACK,
    )
    accepted = set(session.scalars(done))
    return [one for one in ended if one.starts_at not in accepted]


# -- who is on duty ---------------------------------------------------------------------------------------------------


def duty_leader(session: Session, county: County, now: datetime) -> OnDuty | None:
    """Who leads the duty by the list; else the captain or deputy of the dispatch room on shift."""
    query = in_force(county, DutyKind.LEADER, now).order_by(DutyContact.starts_at.desc()).limit(1)
    row = session.scalars(query).first()
    if row is None:
        return next((one for one in dispatchers(session, county, now) if one.post in POSTS), None)
    person = session.get(Person, row.person_id) if row.person_id else None
    organ = organ_names(session, county).get(row.organ_code, Name(row.organ_code, row.organ_code))
    phone = row.phone or (person.phone if person else None)
    return OnDuty(
        person.name if person else row.label,
        row.label,
        organ,
        phone,
        person.code if person else "",
        row.ends_at,
        row.id,
    )


def organ_names(session: Session, county: County) -> dict[str, Name]:
    """Names of the county's organs by code."""
    query = select(Organ.code, Organ.name, Organ.name_en).where(Organ.jurisdiction_id == county.jurisdiction_id)
    return {code: Name(zh, en or zh) for code, zh, en in session.execute(query)}


def dispatchers(session: Session, county: County, now: datetime) -> list[OnDuty]:
    """The dispatch room's people on shift, those who lead it first."""
    query = (
        select(Person, Organ, TeamMember.post, Shift.ends_at)
        .join(Shift, Shift.person_id == Person.id)
        .join(Team, Team.id == Shift.team_id)
        .join(Organ, Organ.id == Person.organ_id)
        .outerjoin(TeamMember, (TeamMember.person_id == Person.id) & (TeamMember.team_id == Team.id))
        .where(Shift.jurisdiction_id == county.jurisdiction_id, Team.kind == DISPATCH_ROOM)
        .where(Shift.starts_at <= now, Shift.ends_at > now)
        .order_by(Person.code)
    )
    rank = {post: n for n, post in enumerate(POSTS)}
    rows = sorted(session.execute(query).all(), key=lambda row: rank.get(row[2], len(POSTS)))
    found = {person.code: OnDuty(person.name, post or "member", Name(organ.name, organ.name_en or organ.name), person.phone, person.code, until) for person, organ, post, until in rows}  # fmt: skip
    return list(found.values())


def telephones(session: Session, actor: Actor, county: County, now: datetime) -> list[OnDuty]:
    """Telephones on duty, the county's first, then the townships', then the departments'."""
    demand(actor, "duty.read", Subject(county.jurisdiction_id), now)
    order = {OrganKind.GOVERNMENT.value: 0, OrganKind.COMMAND_CENTRE.value: 0, OrganKind.TOWNSHIP.value: 1}
    query = in_force(county, DutyKind.TELEPHONE, now).add_columns(Organ, Person)
    query = query.join(
        Organ, (Organ.code == DutyContact.organ_code) & (Organ.jurisdiction_id == DutyContact.jurisdiction_id)
    )
    rows = session.execute(query.outerjoin(Person, Person.id == DutyContact.person_id)).all()
    rows = sorted(rows, key=lambda row: (order.get(row[1].kind, 2), row[1].code, row[0].rank, row[0].label))
    return [OnDuty(person.name if person else "", row.label, Name(organ.name, organ.name_en or organ.name), row.phone, organ.code, None, row.id) for row, organ, person in rows]  # fmt: skip


def leaders(session: Session, actor: Actor, county: County, now: datetime) -> list[OnDuty]:
    """Who leads the duty now and in the coming days."""
    demand(actor, "duty.read", Subject(county.jurisdiction_id), now)
    query = (
        select(DutyContact, Person)
        .outerjoin(Person, Person.id == DutyContact.person_id)
        .where(DutyContact.jurisdiction_id == county.jurisdiction_id, DutyContact.kind == DutyKind.LEADER.value)
        .where(or_(DutyContact.ends_at.is_(None), DutyContact.ends_at > now))
        .order_by(DutyContact.starts_at)
    )
    names = organ_names(session, county)
    return [OnDuty(person.name if person else "", row.label, names.get(row.organ_code, Name(row.organ_code, row.organ_code)), row.phone or (person.phone if person else None), row.starts_at.isoformat(), row.ends_at, row.id) for row, person in session.execute(query)]  # fmt: skip


# -- notes and handovers ----------------------------------------------------------------------------------------------


def shift_notes(
    session: Session, actor: Actor, county: County, now: datetime, *, begin: datetime, end: datetime
) -> list[NoteView]:
    """Notes made from begin to end, in the order they were made."""
    demand(actor, "shift.read", Subject(county.jurisdiction_id), now)
    return _notes(session, county, ShiftNote.at >= begin, ShiftNote.at < end)


def _notes(session: Session, county: County, *which: Any) -> list[NoteView]:
    query = (
        select(ShiftNote, Account.display_name)
        .outerjoin(Account, Account.id == ShiftNote.account_id)
        .where(ShiftNote.jurisdiction_id == county.jurisdiction_id, *which)
        .order_by(ShiftNote.at, ShiftNote.id)
    )
    return [NoteView(row.id, row.at, name or "—", row.words) for row, name in session.execute(query)]


def handovers(session: Session, actor: Actor, county: County, now: datetime) -> list[HandoverView]:
    """The latest handovers, the newest first, without their matters' present state."""
    demand(actor, "shift.read", Subject(county.jurisdiction_id), now)
    query = select(Handover).where(Handover.jurisdiction_id == county.jurisdiction_id)
    rows = session.scalars(query.order_by(Handover.starts_at.desc()).limit(EARLIER)).all()
    return _views(session, county, rows)


def waiting_handover(session: Session, county: County) -> Handover | None:
    """The newest shift that was signed out and not taken over yet."""
    query = select(Handover).where(
        Handover.jurisdiction_id == county.jurisdiction_id, Handover.status == HandoverStatus.SIGNED.value
    )
    return session.scalars(query.order_by(Handover.starts_at.desc()).limit(1)).first()


def one_handover(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> HandoverView:
    """A handover as it was signed, with how its matters stand now; raises Refusal for none."""
    demand(actor, "shift.read", Subject(county.jurisdiction_id), now)
    query = select(Handover).where(Handover.jurisdiction_id == county.jurisdiction_id, Handover.number == number)
    row = session.scalars(query).first()
    if row is None:
        raise Refusal("errors_shift.handover_unknown", kind="not_found", number=number[:40])
    (view,) = _views(session, county, [row])
    keys = [UUID(one) for one in row.notes]
    notes = _notes(session, county, ShiftNote.id.in_(keys)) if keys else []
    return replace(view, notes=tuple(notes), now_status=_states(session, county, view.matters))


def _states(session: Session, county: County, matters: Iterable[OpenMatter]) -> dict[str, str]:
    found: dict[str, str] = {}
    for model, kind in ((Lead, "lead"), (CallOut, "call_out")):
        numbers = [one.number for one in matters if one.kind == kind]
        query = select(model.number, model.status).where(model.jurisdiction_id == county.jurisdiction_id)
        if numbers:
            found |= {number: status for number, status in session.execute(query.where(model.number.in_(numbers)))}  # noqa: C416
    return found


def _views(session: Session, county: County, rows: Sequence[Handover]) -> list[HandoverView]:
    accounts = _names(session, Account.id, Account.display_name, {one for row in rows for one in (row.signed_by, row.accepted_by) if one})  # fmt: skip
    codes = {code for row in rows for code in (*row.crew, row.leader) if code}
    people = _names(session, Person.code, Person.name, codes, Person.jurisdiction_id == county.jurisdiction_id)
    return [_view(row, accounts, people) for row in rows]


def _names(session: Session, key: Any, name: Any, wanted: Collection[Any], *which: Any) -> dict[Any, str]:
    if not wanted:
        return {}
    rows = session.execute(select(key, name).where(key.in_(list(wanted)), *which))
    return {one: said for one, said in rows}  # noqa: C416  # rows, not pairs


def _view(row: Handover, accounts: Mapping[Any, str], people: Mapping[str, str]) -> HandoverView:
    return HandoverView(
        number=row.number,
        name=row.name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        status=row.status,
        leader=people.get(row.leader or ""),
        crew=tuple(people.get(code, code) for code in row.crew),
        words=row.words,
        matters=tuple(thawed(one) for one in row.matters),
        notes=(),
        sha256=row.sha256,
        signed_by=accounts.get(row.signed_by, "—"),
        signed_at=row.signed_at,
        accepted_by=accounts.get(row.accepted_by) if row.accepted_by else None,
        accepted_at=row.accepted_at,
        remark=row.remark,
        now_status={},
    )
