"""What the forms of a case offer to choose from: people with their certificates, grades with their ranges, review material."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import Certificate, Delegation, Item, Organ, Party, Person
from data.queries.case_head import case_row
from policy import items as catalogue
from policy import review
from policy.items.model import Fine
from policy.items.model import Party as PartySort
from policy.review import Entry
from policy.vocabulary import PersonKind
from policy.vocabulary_case import PartyKind
from policy.zone import CHINA

_SORT: Final[Mapping[str, PartySort]] = {PartyKind.CITIZEN: "individual", PartyKind.ORGANISATION: "organisation"}


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Somebody who may be named: staff number, name, organ, certificate now in force (None: none)."""

    code: str
    name: str
    organ: str
    organ_code: str
    certificate: str | None


@dataclass(frozen=True, slots=True)
class GradeChoice:
    """A grade of the item for this party: its range in yuan, or a multiple of what `base` or `unit` names."""

    code: str
    stage: str
    least: Decimal
    most: Decimal
    base: str
    unit: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms of one case offer; `amounts` are what its fines may be counted from."""

    people: tuple[PersonChoice, ...]
    grades: tuple[GradeChoice, ...]
    amounts: tuple[str, ...]
    materials: tuple[Entry, ...]


def case_choices(session: Session, actor: Actor, county: County, number: str, now: datetime) -> Choices:
    """Choices for the forms of the case `number`: people of its organ first."""
    case = case_row(session, actor, county, number)
    item, party = session.get_one(Item, case.item_id), session.get(Party, case.party_id) if case.party_id else None
    lines = _graded(item, party)
    needed = (name for _, line in lines for name in (line.base, line.unit, line.condition.of if line.condition else ""))
    return Choices(
        people=people_choices(session, county, now, first=case.organ_code),
        grades=tuple(GradeChoice(code, one.stage, one.least, one.most, one.base, one.unit) for code, one in lines),
        amounts=tuple(dict.fromkeys(name for name in needed if name)),
        materials=review.materials(county.profile, now.astimezone(CHINA).date()),
    )


def _graded(item: Item, party: Party | None) -> list[tuple[str, Fine]]:
    code = item.basis.get("catalogue") if isinstance(item.basis, dict) else None
    if code is None or party is None:
        return []
    return [(grade.code, grade.line) for grade in catalogue.grades(catalogue.item(code), _SORT[party.kind])]


def people_choices(session: Session, county: County, now: datetime, *, first: str = "") -> tuple[PersonChoice, ...]:
    """Enforcement people of the county by staff number, those of the organ `first` before the others."""
    held = (
        select(Certificate.number)
        .where(Certificate.person_id == Person.id, Certificate.valid_from <= now, Certificate.valid_to >= now)
        .order_by(Certificate.valid_to.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Person.code, Person.name, Organ.name, Organ.code, held)
        .join(Organ, Organ.id == Person.organ_id)
        .where(Person.jurisdiction_id == county.jurisdiction_id, Person.kind != PersonKind.GRID_WORKER)
        .order_by(Person.code)
    )
    found = [PersonChoice(*row) for row in rows]
    return tuple(sorted(found, key=lambda one: one.organ_code != first))


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """An item that a case may be proposed on."""

    code: str
    name: str
    name_en: str | None
    articles: str


def item_choices(
    session: Session, actor: Actor, county: County, townships: Sequence[str] | None = None
) -> tuple[ItemChoice, ...]:
    """Items of the county by name; `townships` narrows them to what these have taken on."""
    demand(actor, "case.read", Subject(county.jurisdiction_id), None)
    query = select(Item).where(Item.jurisdiction_id == county.jurisdiction_id).order_by(Item.code)
    if townships is not None:
        taken = select(Delegation.item_id).where(Delegation.township_code.in_(townships))
        query = query.where(Item.id.in_(taken))
    return tuple(ItemChoice(row.code, row.name, row.name_en, _articles(row)) for row in session.scalars(query))


def _articles(item: Item) -> str:
    part = item.basis.get("penalises") if isinstance(item.basis, dict) else None
    return f"{part['law']} {part['clause']}" if isinstance(part, dict) and part.get("law") else ""
