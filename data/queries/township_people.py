"""The people of a township: own, sunk down, in its teams; with mode, certificate, shifts, leave and load."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import and_, or_, select

from data.models import Case, Certificate, Leave, Organ, Person, Posting, Shift, Task, Team, TeamMember
from data.queries.force import suspended
from data.queries.township import SHOWN_DAYS, midnight, today
from data.queries.township_reading import Reading, may_see_names
from policy.courses.case import OPEN_CASES
from policy.lifecycle import OPEN_TASKS
from policy.vocabulary import OrganKind, PersonKind
from policy.zone import CHINA

RUNS_OUT: Final = timedelta(days=60)  # a certificate that ends within so many days is shown as running out
CertificateState = Literal["valid", "runs_out", "expired", "suspended", "none", "not_needed"]
Mode = Literal["own", "stationed", "covering", "fire_station", "member"]


class Span(NamedTuple):
    """One booked shift of a person; `here`: in a team of the township, not one of the department or another township."""

    starts_at: datetime
    ends_at: datetime
    here: bool = True


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who works in the township: own, sunk-down or in one of its teams; the name masked for outsiders."""

    key: str
    name: str
    kind: str
    title: str
    organ: str
    mode: Mode
    since: date | None
    until: date | None
    teams: tuple[str, ...]
    post: str
    certificate: str | None
    certified_to: date | None
    state: CertificateState
    on_shift: bool
    next_shift: datetime | None
    open_tasks: int
    open_cases: int
    hours: float
    hours_elsewhere: float
    on_leave: date | None
    phone: str | None


def people_of(read: Reading, teams: Sequence[Team]) -> tuple[PersonRow, ...]:
    """Everybody who works in the township today, those with a certificate to see to first; who is seconded away is left out."""
    postings = _postings(read, seconded=False)
    members = members_of(read, teams)
    place = and_(Person.jurisdiction_id == read.county.jurisdiction_id, _employed(read.day))
    mine = or_(Person.id.in_([*postings, *members]), Organ.township_code == read.code)
    rows = read.session.execute(select(Person, Organ).join(Organ, Organ.id == Person.organ_id).where(place, mine)).all()
    gone = {row.person_id for row in _seconded(read)} - set(postings)
    kept = [(person, organ) for person, organ in rows if person.id not in gone]
    ids = [person.id for person, _ in kept]
    certificates, shifts, leave = _certificates(read, ids), _shifts(read, ids), _on_leave(read, ids)
    load = Load(_load(read, teams), _cases(read))
    found = [
        _person(
            read,
            person,
            organ,
            postings.get(person.id),
            members.get(person.id, []),
            certificates.get(person.id),
            shifts.get(person.id, []),
            load,
            leave.get(person.id),
        )
        for person, organ in kept
    ]
    return tuple(sorted(found, key=_person_order))


def _employed(day: date) -> Any:
    return and_(Person.employed_from <= day, or_(Person.employed_to.is_(None), Person.employed_to >= day))


MODES: Final = ("stationed", "covering", "own", "fire_station", "member")
POSTS: Final = ("captain", "executive_deputy", "deputy", "member", "")


def _person_order(row: PersonRow) -> tuple[int, int, str]:
    needed = {"expired": 0, "suspended": 0, "none": 0, "runs_out": 1}.get(row.state, 2)
    return needed, MODES.index(row.mode) * 10 + POSTS.index(row.post), row.key


def _posting_query(read: Reading) -> Any:
    return select(Posting).where(
        Posting.jurisdiction_id == read.county.jurisdiction_id,
        Posting.township_code == read.code,
        Posting.valid_from <= read.day,
        or_(Posting.valid_to.is_(None), Posting.valid_to >= read.day),
    )


def _postings(read: Reading, *, seconded: bool) -> dict[UUID, Posting]:
    rows = read.session.scalars(_posting_query(read).where(Posting.seconded.is_(seconded)).order_by(Posting.valid_from))
    return {row.person_id: row for row in rows}


def _seconded(read: Reading) -> list[Posting]:
    return list(_postings(read, seconded=True).values())


def members_of(read: Reading, teams: Sequence[Team]) -> dict[UUID, list[tuple[Team, str]]]:
    """Places in `teams` held today, with the post, by person."""
    by_id = {team.id: team for team in teams}
    rows = read.session.execute(
        select(TeamMember.team_id, TeamMember.person_id, TeamMember.post).where(
            TeamMember.team_id.in_(by_id),
            TeamMember.valid_from <= read.day,
            or_(TeamMember.valid_to.is_(None), TeamMember.valid_to >= read.day),
        )
    )
    found: dict[UUID, list[tuple[Team, str]]] = defaultdict(list)
    for team, person, post in rows:
        found[person].append((by_id[team], post))
    return found


def _certificates(read: Reading, ids: Sequence[UUID]) -> dict[UUID, Certificate]:
    """The certificate that counts for each person: the one that ends last."""
    query = select(Certificate).where(Certificate.person_id.in_(ids)).order_by(Certificate.valid_to)
    return {row.person_id: row for row in read.session.scalars(query)}


def certificate_state(kind: str, certificate: Certificate | None, now: datetime) -> CertificateState:
    """How a person's certificate stands at `now` (PL 42: officers need one; others do not)."""
    if certificate is None:
        return "none" if kind == PersonKind.OFFICER else "not_needed"
    if certificate.valid_to < now:
        return "expired"
    if suspended(certificate, now):
        return "suspended"
    return "runs_out" if certificate.valid_to < now + RUNS_OUT else "valid"


def _mode(posting: Posting | None, organ: Organ, code: str) -> Mode:
    if posting is not None:
        return "covering" if posting.mode == "covering" else "stationed"
    if organ.kind == OrganKind.FIRE:
        return "fire_station"
    return "own" if organ.township_code == code else "member"


def _person(
    read: Reading,
    person: Person,
    organ: Organ,
    posting: Posting | None,
    member: Sequence[tuple[Team, str]],
    certificate: Certificate | None,
    shifts: Sequence[Span],
    load: Load,
    leave: date | None,
) -> PersonRow:
    open_name = may_see_names(read.actor, read.code)
    return PersonRow(
        key=person.code,
        name=read.name(person.name),
        kind=person.kind,
        title=person.title or "",
        organ=read.words(organ),
        mode=_mode(posting, organ, read.code),
        since=posting.valid_from if posting else person.employed_from,
        until=posting.valid_to if posting else None,
        teams=tuple(read.words(team) for team, _ in member),
        post=min((post for _, post in member if post in POSTS), key=POSTS.index, default=""),
        certificate=certificate.number if certificate else None,
        certified_to=certificate.valid_to.astimezone(CHINA).date() if certificate else None,
        state=certificate_state(person.kind, certificate, read.now),
        on_shift=any(shift.starts_at <= read.now < shift.ends_at for shift in shifts),
        next_shift=min((shift.starts_at for shift in shifts if shift.starts_at > read.now), default=None),
        open_tasks=load.tasks.get(str(person.id), 0),
        open_cases=load.cases.get(str(person.id), 0),
        hours=_hours([shift for shift in shifts if shift.here], read.now),
        hours_elsewhere=_hours([shift for shift in shifts if not shift.here], read.now),
        on_leave=leave,
        phone=person.phone if open_name else None,
    )


def _hours(shifts: Iterable[Span], now: datetime) -> float:
    """Hours booked in the last 30 days, up to the end of today, as F24 counts them."""
    begun, end = midnight(today(now) - timedelta(days=SHOWN_DAYS - 1)), midnight(today(now) + timedelta(days=1))
    spans = ((max(shift.starts_at, begun), min(shift.ends_at, end)) for shift in shifts)
    return sum(max((b - a).total_seconds(), 0.0) for a, b in spans) / 3600


def _shifts(read: Reading, ids: Sequence[UUID]) -> dict[UUID, list[Span]]:
    since = midnight(read.day - timedelta(days=SHOWN_DAYS - 1))
    query = select(Shift.person_id, Shift.starts_at, Shift.ends_at, Team.township_code)
    query = query.join(Team, Team.id == Shift.team_id).where(
        Shift.person_id.in_(ids), Shift.ends_at > since, Shift.starts_at < read.now + timedelta(days=8)
    )
    found: dict[UUID, list[Span]] = defaultdict(list)
    for person, starts_at, ends_at, town in read.session.execute(query):
        found[person].append(Span(starts_at, ends_at, town == read.code))
    return found


def _on_leave(read: Reading, ids: Sequence[UUID]) -> dict[UUID, date]:
    """Last day of leave of those who are on leave now."""
    query = select(Leave.person_id, Leave.ends_at).where(
        Leave.person_id.in_(ids), Leave.starts_at <= read.now, Leave.ends_at > read.now
    )
    last = timedelta(microseconds=1)  # leave up to midnight ends on the day before
    return {person: (ends_at - last).astimezone(CHINA).date() for person, ends_at in read.session.execute(query)}


def _load(read: Reading, teams: Sequence[Team]) -> Mapping[str, int]:
    """Open tasks of each person who was named for them."""
    tasks = read.session.scalars(
        select(Task.officer_ids).where(Task.team_id.in_([team.id for team in teams]), Task.status.in_(OPEN_TASKS))
    )
    return Counter(officer for officers in tasks for officer in officers)


@dataclass(frozen=True, slots=True)
class Load:
    """What people have in hand: tasks they were named for, cases they handle, by person."""

    tasks: Mapping[str, int]
    cases: Mapping[str, int]


def _cases(read: Reading) -> Mapping[str, int]:
    """Cases of the township that are not over, by who handles them."""
    mine = (Case.jurisdiction_id == read.county.jurisdiction_id, Case.township_code == read.code)
    rows = read.session.scalars(
        select(Case.officer_ids).where(*mine, Case.status.in_([one.value for one in OPEN_CASES]))
    )
    return Counter(officer for officers in rows for officer in officers)
