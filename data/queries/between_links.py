"""Beside matters between organs: organs to choose from, what is tied to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, authorise, demand
from data.county import County
from data.models import Dispute, Lead, Organ, Transfer
from data.queries.between import COURSES, MatterRow, list_matters
from data.queries.case_head import case_row
from policy.text import Name
from policy.vocabulary import MatterKind


@dataclass(frozen=True, slots=True)
class OrganChoice:
    """An organ that may be named in a form."""

    code: str
    name: Name
    kind: str


def organ_choices(session: Session, actor: Actor, county: County, now: datetime) -> tuple[OrganChoice, ...]:
    """Every organ of the county, townships last."""
    demand(actor, "transfer.read", Subject(county.jurisdiction_id), now)
    query = select(Organ).where(Organ.jurisdiction_id == county.jurisdiction_id).order_by(Organ.code)
    found = [OrganChoice(row.code, Name(row.name, row.name_en), row.kind) for row in session.scalars(query)]
    return tuple(sorted(found, key=lambda one: one.kind == "township"))


def tied(session: Session, county: County, kind: MatterKind, number: str) -> str | None:
    """The dispute over a transfer, or the transfer a dispute is over; None where there is none."""
    if kind not in (MatterKind.TRANSFER, MatterKind.DISPUTE):
        return None
    here, there = (Transfer, Dispute) if kind is MatterKind.TRANSFER else (Dispute, Transfer)
    query = (
        select(there.number)
        .select_from(Dispute)
        .join(Transfer, Transfer.id == Dispute.transfer_id)
        .where(here.number == number, here.jurisdiction_id == county.jurisdiction_id)
    )
    return session.scalars(query).first()


def matters_about(session: Session, actor: Actor, county: County, now: datetime, number: str) -> list[MatterRow]:
    """Whatever passes between organs about one lead or case, as far as who looks may see it."""
    place = Subject(county.jurisdiction_id)
    kinds = [kind for kind in COURSES if authorise(actor, f"{kind.value}.read", place, now).allowed]
    return [row for kind in kinds for row in list_matters(session, actor, county, now, kind, about=number)]


def lead_of_case(session: Session, actor: Actor, county: County, number: str) -> str | None:
    """The number of the lead a case came of; None for one that came of none."""
    case = case_row(session, actor, county, number)
    return session.scalar(select(Lead.number).where(Lead.id == case.lead_id)) if case.lead_id else None
