"""What a township works with, as its page and the interface read it: posts, officers of villages, equipment, trainings, people away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import Equipment, Organ, Person, PostHolder, Posting, Secondment, Training, TrainingResult
from data.queries.township_reading import Reading
from policy.errors import Refusal
from policy.profile import Value
from policy.readiness import Need, equipment_kinds, equipment_needs, post_needs, posts_listed, training_forms
from policy.text import Name, Word
from policy.vocabulary import OrganKind, PersonKind
from policy.zone import CHINA

MOST_TRAININGS: Final = 40


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in a post or office, since when."""

    key: UUID
    name: str
    since: date


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post or office the plan lists, and who is in it."""

    need: Need
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of the register of equipment."""

    key: UUID
    code: str
    kind: str
    name: str
    since: date


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A training of this year in which people of the township took part: how many, how many of them passed."""

    code: str
    title: str
    form: Name | None
    organ: str
    held_at: datetime
    hours: float | None
    own: bool  # the township's, not the county's
    took_part: int
    passed: int


@dataclass(frozen=True, slots=True)
class TrainingState:
    """Trainings of this year, who has passed none, and how many the plan asks for (CL 第二十一条)."""

    rows: tuple[TrainingRow, ...]
    people: int
    untrained: tuple[tuple[str, str], ...]  # staff number, name
    needed: Value | None

    @property
    def held(self) -> int:
        """Trainings of the township itself this year."""
        return sum(row.own for row in self.rows)


@dataclass(frozen=True, slots=True)
class AwayRow:
    """Somebody of the township's force who is seconded away or will be; `unapproved`: the plan asks for an approver, none is told."""

    key: UUID
    code: str
    name: str
    organ: str
    reason: str
    since: date
    until: date | None
    approved_by: str | None
    document: str | None
    works_at: str | None
    unapproved: bool


@dataclass(frozen=True, slots=True)
class GuideRow:
    """A department's person who is stationed here or covers the township with others (YY 三(二); FL 二(六))."""

    key: UUID
    organ: str
    organ_code: str
    code: str
    name: str
    mode: str
    towns: tuple[str, ...]  # codes of all townships the person looks after
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Staffing:
    """Everything the registers say of one township on a day."""

    posts: tuple[PostRow, ...]
    needs: tuple[Need, ...]
    things: tuple[Thing, ...]
    kinds: Mapping[str, Word]
    training: TrainingState
    away: tuple[AwayRow, ...]
    guides: tuple[GuideRow, ...]
    approval: Value | None


def staffing_of(session: Session, actor: Actor, county: County, code: str, now: datetime, lang: str = "zh") -> Staffing:
    """The registers of a township; names masked for who is not a head of it. Raises Refusal for none of the county."""
    known_township(county, code)
    demand(actor, "staffing.read", Subject(county.jurisdiction_id, frozenset({code}), label=county.words_of(code)), now)
    read = Reading(session, actor, county, code, now, lang)
    things = _things(read)
    held = Counter(one.kind for one in things)
    return Staffing(
        posts=posts_of(read),
        needs=equipment_needs(county.profile, read.day, held),
        things=things,
        kinds=equipment_kinds(county.profile, read.day),
        training=_training(read),
        away=away_rows(read),
        guides=_guides(read),
        approval=county.profile.get("secondment.needs_approval", read.day),
    )


def known_township(county: County, code: str) -> None:
    """Raise Refusal for a code that is no township of the county."""
    if code not in {cell.code for cell in county.townships}:
        raise Refusal("errors_staffing.no_township", kind="not_found", township=code[:40])


def on_day(model: Any, day: date) -> tuple[ColumnElement[bool], ...]:
    """The condition that a row with first and last day holds on a day."""
    return model.valid_from <= day, or_(model.valid_to.is_(None), model.valid_to >= day)


# -- posts and things -------------------------------------------------------------------------------------------------


def posts_of(read: Reading) -> tuple[PostRow, ...]:
    """Posts and offices of the plan's lists with who is in them today."""
    if not posts_listed(read.county.profile, read.day):
        return ()
    query = select(PostHolder, Person.name).join(Person, Person.id == PostHolder.person_id)
    here = (PostHolder.jurisdiction_id == read.county.jurisdiction_id, PostHolder.township_code == read.code)
    found: dict[str, list[Holder]] = defaultdict(list)
    for row, name in read.session.execute(query.where(*here, *on_day(PostHolder, read.day)).order_by(PostHolder.valid_from)):  # fmt: skip
        found[row.post].append(Holder(row.id, read.name(name), row.valid_from))
    needs = post_needs(read.county.profile, read.day, {post: len(rows) for post, rows in found.items()})
    return tuple(PostRow(need, tuple(found[need.code])) for need in needs)


def _things(read: Reading) -> tuple[Thing, ...]:
    query = select(Equipment).where(
        Equipment.jurisdiction_id == read.county.jurisdiction_id,
        Equipment.township_code == read.code,
        *on_day(Equipment, read.day),
    )
    rows = read.session.scalars(query.order_by(Equipment.kind, Equipment.code))
    return tuple(Thing(row.id, row.code, row.kind, row.name, row.valid_from) for row in rows)


# -- trainings --------------------------------------------------------------------------------------------------------


def force_here(read: Reading) -> ColumnElement[bool]:
    """The condition that a person, joined with the organ, works in the township today: posted there, or of its own staff."""
    here = (Posting.township_code == read.code, *on_day(Posting, read.day))
    posted = select(Posting.person_id).where(*here, Posting.seconded.is_(False))
    away = select(Posting.person_id).where(*here, Posting.seconded)
    own = (Organ.township_code == read.code) & Person.id.not_in(away)
    employed = Person.employed_to.is_(None) | (Person.employed_to >= read.day)
    return (Person.id.in_(posted) | own) & (Person.employed_from <= read.day) & employed


def _training(read: Reading) -> TrainingState:
    officers = _officers(read)
    year = datetime.combine(read.day.replace(month=1, day=1), time(), CHINA)
    mine = (Training.jurisdiction_id == read.county.jurisdiction_id, Training.held_at >= year, Training.held_at <= read.now)  # fmt: skip
    query = select(TrainingResult.training_id, TrainingResult.person_id, TrainingResult.passed)
    query = query.join(Training, Training.id == TrainingResult.training_id)
    parts: dict[UUID, list[bool]] = defaultdict(list)
    passed = set()
    for training, person, done in read.session.execute(query.where(*mine, TrainingResult.person_id.in_(officers))):
        parts[training].append(done)
        passed |= {person} if done else set()
    held = select(Training, Organ).outerjoin(Organ, (Organ.code == Training.organ_code) & (Organ.jurisdiction_id == Training.jurisdiction_id))  # fmt: skip
    rows = read.session.execute(held.where(*mine).order_by(Training.held_at.desc())).all()
    shown = [(row, organ) for row, organ in rows if row.township_code == read.code or row.id in parts]
    needed = read.county.profile.get("training.per_year", read.day)
    lacking = tuple(pair for key, pair in officers.items() if key not in passed)
    return TrainingState(_trainings(read, shown, parts), len(officers), lacking, needed)


def _officers(read: Reading) -> dict[UUID, tuple[str, str]]:
    """Officers of the township as F03 counts them: who looks after several is one of the first."""
    query = select(Person.id, Person.code, Person.name).join(Organ, Organ.id == Person.organ_id)
    query = query.where(Person.jurisdiction_id == read.county.jurisdiction_id, Person.kind == PersonKind.OFFICER)
    rows = read.session.execute(query.where(force_here(read)).order_by(Person.code)).all()
    held = (Posting.person_id.in_([row[0] for row in rows]), Posting.seconded.is_(False), *on_day(Posting, read.day))
    postings = select(Posting.person_id, Posting.township_code).where(*held)
    first: dict[UUID, str] = {}
    for person, town in read.session.execute(postings.order_by(Posting.valid_from, Posting.township_code)):
        first.setdefault(person, town)
    return {key: (code, read.name(name)) for key, code, name in rows if first.get(key, read.code) == read.code}


def _trainings(
    read: Reading, rows: Sequence[tuple[Training, Organ | None]], parts: Mapping[UUID, Sequence[bool]]
) -> tuple[TrainingRow, ...]:
    forms = training_forms(read.county.profile, read.day)
    return tuple(
        TrainingRow(
            row.code, row.title, forms.get(row.form or ""), read.words(organ) if organ else row.organ_code, row.held_at,
            row.hours, row.township_code == read.code, len(parts.get(row.id, ())), sum(parts.get(row.id, ())),
        )
        for row, organ in rows[:MOST_TRAININGS]
    )  # fmt: skip


# -- people away and people who come ----------------------------------------------------------------------------------


def away_rows(read: Reading) -> tuple[AwayRow, ...]:
    """Who is seconded away from the township, now or from a coming day."""
    query = (
        select(Posting, Person, Organ, Secondment)
        .join(Person, Person.id == Posting.person_id)
        .join(Organ, Organ.id == Person.organ_id)
        .outerjoin(Secondment, Secondment.posting_id == Posting.id)
        .where(
            Posting.jurisdiction_id == read.county.jurisdiction_id,
            Posting.township_code == read.code,
            Posting.seconded,
            or_(Posting.valid_to.is_(None), Posting.valid_to >= read.day),
        )
        .order_by(Posting.valid_from, Person.code)
    )
    asked = read.county.profile.get("secondment.needs_approval", read.day)
    return tuple(_away(read, *row, asked=bool(asked and asked.value)) for row in read.session.execute(query))


def _away(
    read: Reading, row: Posting, person: Person, organ: Organ, told: Secondment | None, *, asked: bool
) -> AwayRow:
    by = told.approved_by if told else None
    return AwayRow(
        row.id, person.code, read.name(person.name), read.words(organ), row.reason or "", row.valid_from, row.valid_to, by,
        told.document if told else None, told.works_at if told else None, asked and not by,
    )  # fmt: skip


def _guides(read: Reading) -> tuple[GuideRow, ...]:
    """People of departments and professional teams who look after the township."""
    here = (Posting.township_code == read.code, *on_day(Posting, read.day), Posting.seconded.is_(False))
    people = select(Posting.person_id).where(Posting.jurisdiction_id == read.county.jurisdiction_id, *here)
    return guide_rows(read, [Posting.person_id.in_(people)], read.code)


def guide_rows(read: Reading, conditions: Iterable[ColumnElement[bool]], town: str | None) -> tuple[GuideRow, ...]:
    """One row a person, with every township looked after; the key is that of the posting to `town`, or the first."""
    query = (
        select(Posting, Person, Organ)
        .join(Person, Person.id == Posting.person_id)
        .join(Organ, Organ.id == Person.organ_id)
        .where(
            Posting.jurisdiction_id == read.county.jurisdiction_id,
            Organ.kind.in_((OrganKind.DEPARTMENT, OrganKind.PROFESSIONAL_TEAM)),
            *on_day(Posting, read.day),
            Posting.seconded.is_(False),
            *conditions,
        )
        .order_by(Organ.code, Person.code, Posting.valid_from)
    )
    by_person: dict[UUID, list[tuple[Posting, Person, Organ]]] = defaultdict(list)
    for posting, person, organ in read.session.execute(query):
        by_person[person.id].append((posting, person, organ))
    return tuple(_guide(read, rows, town) for rows in by_person.values())


def _guide(read: Reading, rows: Sequence[tuple[Posting, Person, Organ]], town: str | None) -> GuideRow:
    shown, person, organ = next((row for row in rows if row[0].township_code == town), rows[0])
    towns = tuple(dict.fromkeys(posting.township_code for posting, _, _ in rows))
    return GuideRow(
        shown.id, read.words(organ), organ.code, person.code, read.name(person.name), shown.mode, towns,
        shown.valid_from, shown.valid_to,
    )  # fmt: skip


def guidance_lists(
    session: Session, actor: Actor, county: County, now: datetime, *, organ: str = "", lang: str = "zh"
) -> tuple[GuideRow, ...]:
    """The guidance lists of the county by department; of one where it is named. Names masked outside of one's township."""
    demand(actor, "staffing.read", Subject(county.jurisdiction_id), now)
    read = Reading(session, actor, county, "", now, lang)
    return guide_rows(read, [Organ.code == organ] if organ else [], None)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person a form may name."""

    code: str
    name: str
    kind: str
    organ: Name


def people_here(
    session: Session, actor: Actor, county: County, code: str | None, now: datetime
) -> tuple[Somebody, ...]:
    """People a form of the registers may name: who works in the township, or in departments where none is said."""
    place = Subject(county.jurisdiction_id, frozenset({code}) if code else frozenset())
    demand(actor, "staffing.read", place, now)
    read = Reading(session, actor, county, code or "", now, "zh")
    below = Organ.kind.in_((OrganKind.DEPARTMENT, OrganKind.PROFESSIONAL_TEAM))
    employed = (Person.employed_from <= read.day, or_(Person.employed_to.is_(None), Person.employed_to >= read.day))
    query = select(Person, Organ).join(Organ, Organ.id == Person.organ_id)
    query = query.where(
        Person.jurisdiction_id == county.jurisdiction_id, *employed, force_here(read) if code else below
    )
    query = query.order_by(Organ.code, Person.code)
    return tuple(
        Somebody(who.code, who.name, who.kind, Name(of.name, of.name_en or of.name))
        for who, of in session.execute(query)
    )
