"""Sink-down on any day: department × township with modes, who counts by which rule, who is lent away, 181N by township."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import pandas as pd
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, authorise, demand
from data.county import County
from data.masking import mask_name
from data.models import Certificate, Organ, Person, Posting, Secondment
from data.queries.frames import force_frames
from data.queries.wall import Kept
from policy.figures.force import PARTS, force_on
from policy.figures.scope import day_scope, rules_of
from policy.profile import Value
from policy.text import Name
from policy.vocabulary import OrganKind, PersonKind
from policy.zone import CHINA

OWN: Final = "own"
FIRE: Final = "fire"
"""Rows that stand for many organs: the townships' own, the fire stations."""
ORDER: Final = ("bureau", "professional_team", "department", "police", FIRE, "other", OWN)
FORCE: Final = (PersonKind.OFFICER.value, PersonKind.FIRE.value)
_looks: Final = Kept(8)


@dataclass(frozen=True, slots=True)
class Posted:
    """One person on the day: of which row and home organ, where (None: at home), in which mode, whether F01 counts them, and
    why not. `lent_from`: the township a secondment has taken them away from."""

    key: UUID
    person: str
    name: str
    kind: str
    row: str
    organ: str
    organ_kind: str
    organ_name: Name
    township: str | None
    mode: str
    since: date | None
    until: date | None
    certificate: str | None
    certified_to: date | None
    counted: bool
    why_not: str | None
    lent_from: str | None = None
    reason: str | None = None
    approved_by: str | None = None
    works_at: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """People of a row in a township: those who count by mode, and how many are there without counting."""

    modes: Mapping[str, int]
    others: int

    @property
    def counted(self) -> int:
        """How many count."""
        return sum(self.modes.values())


@dataclass(frozen=True, slots=True)
class ForceRow:
    """A department: its force, how many of it are sunk down, lent away, and by township; the share asked of it, if one is."""

    code: str
    name: Name | None
    kind: str
    whole: int
    sunk: int
    lent: int
    needed: float | None
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class SinkDown:
    """The whole picture of a day."""

    on: date
    whole: int
    sunk: int
    target: float | None
    target_clause: str | None
    team_target: float | None
    team_clause: str | None
    counting: Value | None
    rows: tuple[ForceRow, ...]
    townships: tuple[str, ...]
    parts: Mapping[str, Mapping[str, int]]
    people: tuple[Posted, ...]

    @property
    def lent(self) -> tuple[Posted, ...]:
        """Who is lent away on the day."""
        return tuple(one for one in self.people if one.lent_from is not None)

    def cell(self, row: str, township: str) -> tuple[Posted, ...]:
        """The people of a cell; an empty `row` or `township` stands for all of them."""
        return tuple(
            one for one in self.people
            if one.township is not None and row in ("", one.row) and township in ("", one.township)
        )  # fmt: skip


def sink_down(session: Session, actor: Actor, county: County, now: datetime, on: date | None = None) -> SinkDown:
    """The sink-down of today or of the day `on`; names are open to who may work out postings, else masked."""
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    day = on or now.astimezone(CHINA).date()
    named = authorise(
        actor, "posting_plan.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now
    ).allowed
    key = (county.jurisdiction_id, county.profile.digest, day, named, *_mark(session, county))
    return _looks.get(key, lambda: _look(session, county, day, named))


def _mark(session: Session, county: County) -> tuple[Any, ...]:
    """What changes whenever people, certificates or postings do."""
    marks: list[Any] = []
    for model in (Person, Certificate, Posting, Organ):
        query = select(func.count(), func.sum(model.version))
        marks += session.execute(query.where(model.jurisdiction_id == county.jurisdiction_id)).one()
    approved = select(func.count(), func.max(Secondment.approved_by))
    marks += session.execute(approved.where(Secondment.jurisdiction_id == county.jurisdiction_id)).one()
    return tuple(marks)


def _look(session: Session, county: County, day: date, named: bool) -> SinkDown:
    read = force_frames(session, county)
    scope = day_scope(day, rules_of(county.profile, day))
    force = force_on(read["people"], read["postings"], scope, read["certificates"])
    counted = {UUID(key): _place(code) for key, code in zip(force["person_id"], force["township_code"], strict=True)}
    people = tuple(_people(session, county, day, counted, named))
    townships = _townships(county, people)
    team = county.profile.get("target.F02", day)
    whole = county.profile.get("target.F01", day)
    return SinkDown(
        day,
        len(force),
        int(force["sunk"].sum()),
        float(whole.value) if whole else None,
        whole.clause if whole else None,
        float(team.value) if team else None,
        team.clause if team else None,
        county.profile.get("sink_down.counting", day),
        _rows(people, counted, float(team.value) if team else None),
        townships,
        _parts(force, townships),
        people,
    )


def _place(code: Any) -> str | None:
    return None if code is None or pd.isna(code) else str(code)


def _townships(county: County, people: Iterable[Posted]) -> tuple[str, ...]:
    """The townships of the grid, and those that people are still posted to."""
    grid = [cell.code for cell in county.townships]
    more = sorted({one.township for one in people if one.township} - set(grid))
    return (*grid, *more)


def _parts(force: pd.DataFrame, townships: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """How many of each part of 181N work in a township."""
    sunk = force[force["sunk"]]
    found = Counter(zip(sunk["township_code"], sunk["part"], strict=True))
    return {code: {part: found[(code, part)] for part in PARTS} for code in townships}


# -- people ------------------------------------------------------------------------------------------------------------


def _people(
    session: Session, county: County, day: date, counted: Mapping[UUID, str | None], named: bool
) -> Iterable[Posted]:
    """Officers and fire staff employed on the day, in the order of their staff numbers."""
    cards, posts, approved = _cards(session, county), _posts(session, county, day), _approved(session, county)
    query = (
        select(Person, Organ)
        .join(Organ, Organ.id == Person.organ_id)
        .where(Person.jurisdiction_id == county.jurisdiction_id, Person.kind.in_(FORCE))
        .where(*_in_force(Person.employed_from, Person.employed_to, day))
    )
    for person, organ in session.execute(query.order_by(Person.code)):
        one = _posted(person, organ, cards.get(person.id), posts.get(person.id, ()), day, counted, named)
        paper = next((approved[row.id] for row in posts.get(person.id, ()) if row.id in approved), None)
        yield replace(one, approved_by=paper.approved_by, works_at=paper.works_at) if paper else one


def _posted(  # one row of the join with what belongs to it
    person: Person,
    organ: Organ,
    card: Certificate | None,
    posts: Sequence[Posting],
    day: date,
    counted: Mapping[UUID, str | None],
    named: bool,
) -> Posted:
    away = next((one for one in posts if one.seconded), None)
    here = next((one for one in posts if not one.seconded), None)
    township = counted.get(person.id)
    if here is not None and township is not None:
        here = next((one for one in posts if not one.seconded and one.township_code == township), here)
    place = township or (None if away else here.township_code if here else organ.township_code)
    ends = card.valid_to.astimezone(CHINA).date() if card else None
    return Posted(
        key=person.id,
        person=person.code,
        name=person.name if named else mask_name(person.name),
        kind=person.kind,
        row=row_of(organ, person.kind),
        organ=organ.code,
        organ_kind=organ.kind if organ.kind in ORDER else "other",
        organ_name=Name(organ.name, organ.name_en),
        township=place,
        mode=_mode(here if place else None, organ, person.kind, place),
        since=away.valid_from if away else here.valid_from if here else None,
        until=away.valid_to if away else here.valid_to if here else None,
        certificate=card.number if card else None,
        certified_to=ends,
        counted=township is not None,
        why_not=_why_not(person, card, away, place, township, day),
        lent_from=away.township_code if away else None,
        reason=away.reason if away else here.reason if here else None,
    )


def row_of(organ: Organ, kind: str) -> str:
    """The row of the matrix a person stands in: the home organ, or one for all townships and one for all fire staff."""
    if organ.kind == OrganKind.TOWNSHIP:
        return OWN
    return FIRE if organ.kind == OrganKind.FIRE or kind == PersonKind.FIRE else organ.code


def _mode(here: Posting | None, organ: Organ, kind: str, place: str | None) -> str:
    if here is not None:
        return here.mode
    if place is None:
        return "home"
    return "fire_station" if organ.kind == OrganKind.FIRE or kind == PersonKind.FIRE else "own"


def _why_not(  # what the figure asks, in its order
    person: Person, card: Certificate | None, away: Posting | None, place: str | None, counted: str | None, day: date
) -> str | None:
    """Why somebody who is in a township, or was lent out of one, does not count there."""
    if counted is not None or (place is None and away is None):
        return None
    if away is not None:
        return "lent"
    if person.kind == PersonKind.OFFICER and card is None:
        return "uncertified"
    expired = card is not None and card.valid_to.astimezone(CHINA).date() < day
    return "expired" if expired else "rule"


def _cards(session: Session, county: County) -> dict[UUID, Certificate]:
    """The certificate that counts for each person: the one that ends last."""
    query = select(Certificate).where(Certificate.jurisdiction_id == county.jurisdiction_id)
    return {row.person_id: row for row in session.scalars(query.order_by(Certificate.valid_to))}


def _approved(session: Session, county: County) -> dict[UUID, Secondment]:
    """What each secondment was approved on (YY 五(二)), by its posting."""
    query = select(Secondment).where(Secondment.jurisdiction_id == county.jurisdiction_id)
    return {row.posting_id: row for row in session.scalars(query)}


def _posts(session: Session, county: County, day: date) -> dict[UUID, list[Posting]]:
    query = select(Posting).where(Posting.jurisdiction_id == county.jurisdiction_id)
    query = query.where(*_in_force(Posting.valid_from, Posting.valid_to, day))
    found: dict[UUID, list[Posting]] = {}
    for row in session.scalars(query.order_by(Posting.valid_from, Posting.township_code)):
        found.setdefault(row.person_id, []).append(row)
    return found


def _in_force(begin: Any, end: Any, day: date) -> tuple[Any, ...]:
    return begin <= day, or_(end.is_(None), end >= day)


# -- rows --------------------------------------------------------------------------------------------------------------


def _rows(people: Sequence[Posted], counted: Mapping[UUID, str | None], team: float | None) -> tuple[ForceRow, ...]:
    groups: dict[str, list[Posted]] = {}
    for one in people:
        groups.setdefault(one.row, []).append(one)
    return tuple(sorted((_row(code, mine, counted, team) for code, mine in groups.items()), key=_place_of))


def _place_of(row: ForceRow) -> tuple[int, int, str]:
    return ORDER.index(row.kind), -row.whole, row.code


def _row(code: str, mine: Sequence[Posted], counted: Mapping[UUID, str | None], team: float | None) -> ForceRow:
    force = [one for one in mine if one.key in counted]
    kind = _kind(code, mine[0])
    modes: dict[str, Counter[str]] = {}
    others: Counter[str] = Counter()
    for one in mine:
        if one.township is not None and one.counted:
            modes.setdefault(one.township, Counter())[one.mode] += 1
        elif one.township is not None:
            others[one.township] += 1
    places = sorted({*modes, *others})
    return ForceRow(
        code,
        None if code in (OWN, FIRE) else mine[0].organ_name,
        kind,
        len(force),
        sum(one.counted for one in force),
        sum(one.lent_from is not None for one in mine),
        team if kind == "professional_team" else None,
        {place: Cell(dict(modes.get(place, Counter())), others[place]) for place in places},
    )


def _kind(code: str, one: Posted) -> str:
    return code if code in (OWN, FIRE) else one.organ_kind
