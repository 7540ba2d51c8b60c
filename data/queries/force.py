"""Teams with their people, certificates, places and load as of a moment: what eligibility and recommendation judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session, joinedload, load_only

from data.county import County
from data.models import (
    DISPATCH_ROOM,
    Certificate,
    ItemField,
    Lead,
    Organ,
    Person,
    Posting,
    Shift,
    Task,
    Team,
    TeamMember,
)
from policy.eligibility import OfficerFacts, TeamFacts
from policy.lifecycle import OPEN_TASKS
from policy.vocabulary import OrganKind, PersonKind, UnitStatus

KNOWS: Final = timedelta(days=90)  # how far back a team's work in a cell counts as knowing it
SHIFT_MOST: Final = timedelta(hours=48)  # twice the longest shift of a roster: what began earlier is over


def team_facts(
    session: Session,
    county: County,
    now: datetime,
    *,
    codes: Collection[str] | None = None,
    township: str | Collection[str] | None = None,
    releasing: UUID | None = None,
    everybody: bool = False,
) -> list[TeamFacts]:
    """Facts of all teams (or `codes`) at `now`, ordered by code; knowledge of cells is counted in `township` (one or
    several), `releasing` leaves one task out of the load (the one being judged). Members are those on shift, or `everybody`."""
    teams = _teams(session, county, codes)
    ids = [team.id for team in teams]
    people = _people(session, county, ids, now, everybody)
    load = _open_tasks(session, county, releasing)
    townships = () if township is None else (township,) if isinstance(township, str) else township
    known = _known_cells(session, county, now, townships)
    domains = _domains_by_field(session, county)
    return [
        _facts(team, people.get(team.id, ()), load.get(team.id, 0), known.get(team.id, {}), domains) for team in teams
    ]


def _teams(session: Session, county: County, codes: Collection[str] | None) -> list[Team]:
    query = (
        select(Team)
        .where(Team.jurisdiction_id == county.jurisdiction_id)
        .options(joinedload(Team.organ), joinedload(Team.unit))
        .order_by(Team.code)
    )
    chosen = Team.kind != DISPATCH_ROOM if codes is None else Team.code.in_(codes)
    return list(session.scalars(query.where(chosen)))


def _people(
    session: Session, county: County, team_ids: list[UUID], now: datetime, everybody: bool
) -> Mapping[UUID, list[OfficerFacts]]:
    """Members by team; a person on shift in a team counts there even when they are a member elsewhere."""
    on_shift = _on_shift(session, county, now)
    day = now.date()
    query = (
        select(TeamMember.team_id, Person, Organ)
        .join(Person, Person.id == TeamMember.person_id)
        .join(Organ, Organ.id == Person.organ_id)
        .where(
            TeamMember.team_id.in_(team_ids),
            TeamMember.valid_from <= day,
            or_(TeamMember.valid_to.is_(None), TeamMember.valid_to >= day),
        )
        .options(load_only(Person.name, Person.kind), load_only(Organ.code, Organ.township_code))
    )
    if not everybody:
        query = query.where(Person.id.in_({person for team in team_ids for person in on_shift.get(team, ())}))
    rows = session.execute(query.order_by(Person.code)).all()
    rows = [row for row in rows if everybody or row.Person.id in on_shift[row.team_id]]
    ids = [row.Person.id for row in rows]
    certificates, postings = _certificates(session, ids, now), _postings(session, ids, now)
    found: dict[UUID, list[OfficerFacts]] = defaultdict(list)
    for team_id, person, organ in rows:
        here = person.id in on_shift[team_id]
        found[team_id].append(_officer(person, organ, certificates.get(person.id), postings.get(person.id), here, now))
    return found


def _on_shift(session: Session, county: County, now: datetime) -> Mapping[UUID, set[UUID]]:
    """Who is on shift in each team of the county."""
    rows = session.execute(
        select(Shift.team_id, Shift.person_id).where(
            Shift.jurisdiction_id == county.jurisdiction_id,
            Shift.starts_at > now - SHIFT_MOST,
            Shift.starts_at <= now,
            Shift.ends_at > now,
        )
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for team_id, person_id in rows:
        found[team_id].add(person_id)
    return found


def _certificates(session: Session, person_ids: list[UUID], now: datetime) -> Mapping[UUID, Certificate]:
    """The certificate that counts for each person: the one that ends last."""
    rows = session.scalars(
        select(Certificate).where(Certificate.person_id.in_(person_ids)).order_by(Certificate.valid_to)
    )
    return {row.person_id: row for row in rows}


def _postings(session: Session, person_ids: list[UUID], now: datetime) -> Mapping[UUID, frozenset[str]]:
    day = now.date()
    rows = session.execute(
        select(Posting.person_id, Posting.township_code).where(
            Posting.person_id.in_(person_ids),
            Posting.valid_from <= day,
            or_(Posting.valid_to.is_(None), Posting.valid_to >= day),
            Posting.seconded.is_(False),
        )
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for person_id, township in rows:
        found[person_id].add(township)
    return {key: frozenset(value) for key, value in found.items()}


def _officer(  # one row of the join, in its order
    person: Person,
    organ: Organ,
    certificate: Certificate | None,
    posted: frozenset[str] | None,
    here: bool,
    now: datetime,
) -> OfficerFacts:
    home = frozenset({organ.township_code}) if organ.township_code else frozenset()
    return OfficerFacts(
        person_id=str(person.id),
        name=person.name,
        kind=PersonKind(person.kind),
        certificate_no=certificate.number if certificate else None,
        certificate_valid_from=certificate.valid_from if certificate else None,
        certificate_valid_to=certificate.valid_to if certificate else None,
        suspended=certificate is not None and suspended(certificate, now),
        home_organ_code=organ.code,
        domains=frozenset(certificate.fields) if certificate else frozenset(),
        on_shift=here,
        township_codes=posted if posted is not None else home,
    )


def officers_named(
    session: Session, person_ids: Iterable[str], now: datetime, *, recused: Collection[str] = ()
) -> tuple[OfficerFacts, ...]:
    """The people named for a matter, in that order, as the rules see them at `now`; `recused` ones say so."""
    keys = [UUID(one) for one in dict.fromkeys(person_ids)]
    if not keys:
        return ()
    rows = session.execute(select(Person, Organ).join(Organ, Organ.id == Person.organ_id).where(Person.id.in_(keys)))
    found = {person.id: (person, organ) for person, organ in rows}
    held, posted = _certificates(session, keys, now), _postings(session, keys, now)
    officers = (
        _officer(*found[key], held.get(key), posted.get(key), True, now)  # named for a case, on shift or not
        for key in keys
        if key in found
    )
    return tuple(replace(who, recused=who.person_id in recused) for who in officers)


def suspended(certificate: Certificate, now: datetime) -> bool:
    """Whether an orange or red card holds the certificate at `now` (JD 二(五)15)."""
    begun = certificate.suspended_from is not None and certificate.suspended_from <= now
    return begun and (certificate.suspended_to is None or now < certificate.suspended_to)


def _open_tasks(session: Session, county: County, releasing: UUID | None) -> Mapping[UUID, int]:
    query = select(Task.team_id, func.count()).where(
        Task.jurisdiction_id == county.jurisdiction_id, Task.status.in_(OPEN_TASKS)
    )
    if releasing is not None:
        query = query.where(Task.id != releasing)
    return _counted(session.execute(query.group_by(Task.team_id)))


def _known_cells(
    session: Session, county: County, now: datetime, townships: Collection[str]
) -> Mapping[UUID, Mapping[str, int]]:
    """How often each team of the county was lately sent into each cell."""
    if not townships:
        return {}
    rows = session.execute(
        select(Task.team_id, Lead.cell_code, func.count())
        .join(Lead, Lead.id == Task.lead_id)
        .where(
            Task.jurisdiction_id == county.jurisdiction_id,
            Task.assigned_at > now - KNOWS,
            Lead.township_code.in_(townships),
        )
        .group_by(Task.team_id, Lead.cell_code)
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for team_id, cell, count in rows:
        if cell:
            found[team_id][cell] = count
    return found


def _domains_by_field(session: Session, county: County) -> Mapping[str, frozenset[str]]:
    """Domains (codes of item fields) by professional field, through the body that enforces them."""
    rows = session.execute(
        select(Organ.field, ItemField.code)
        .join(ItemField, ItemField.enforcing_body == Organ.code)
        .where(Organ.jurisdiction_id == county.jurisdiction_id, ItemField.jurisdiction_id == county.jurisdiction_id)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for name, code in rows:
        if name:
            found[name].add(code)
    return {key: frozenset(value) for key, value in found.items()}


def _counted(rows: Iterable[Row[UUID, int]]) -> Mapping[UUID, int]:
    return {row[0]: row[1] for row in rows}


def organ_kind(kind: str) -> OrganKind:
    """The kind of an organ as the rules know it; kinds of the organ tree beyond them are `other`."""
    return OrganKind(kind) if kind in {member.value for member in OrganKind} else OrganKind.OTHER


def _facts(
    team: Team,
    members: Iterable[OfficerFacts],
    load: int,
    known: Mapping[str, int],
    domains: Mapping[str, frozenset[str]],
) -> TeamFacts:
    unit: Any = team.unit
    return TeamFacts(
        team_id=str(team.id),
        code=team.code,
        name=team.name,
        organ_code=team.organ.code,
        organ_kind=organ_kind(team.organ.kind),
        township_codes=frozenset({team.township_code}) if team.township_code else frozenset(),
        domains=domains.get(team.field, frozenset({team.field})) if team.field else frozenset(),
        members=tuple(members),
        unit_status=UnitStatus(unit.status) if unit else UnitStatus.AVAILABLE,
        lon=unit.lon if unit else None,
        lat=unit.lat if unit else None,
        position_at=unit.position_at if unit else None,
        open_tasks=load,
        capacity=team.capacity,
        has_vehicle=team.has_vehicle,
        known_cells=known,
    )
