"""Complaints about enforcement for people: masked, in the sight of those who keep them; of the organ complained of only when
they are looked into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, case, false, or_, select, true
from sqlalchemy.orm import Session

from data.authority import VERBS, Actor, Scope, Subject, demand
from data.casework.organs import names_of_organs
from data.county import County
from data.db import Tx
from data.masking import mask_name, mask_phone
from data.models import Complaint
from policy.errors import Refusal
from policy.text import Name
from policy.vocabulary import Role
from policy.vocabulary_conduct import ComplaintStatus

MOST: Final = 500
_COUNTY: Final = frozenset({Role.SUPERVISOR, Role.COUNTY_OFFICE})
OPEN: Final = (ComplaintStatus.RECEIVED.value, ComplaintStatus.LOOKED_INTO.value)


@dataclass(frozen=True, slots=True)
class Complainant:
    """Who complained and what was said, in plain."""

    number: str
    complainant: str | None
    contact: str | None
    words: str | None


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint as a list shows it; what personal data it holds is masked, `words` are there for its keepers alone."""

    number: str
    status: ComplaintStatus
    channel: str
    complainant: str
    contact: str
    words: str | None
    about_organ: str | None
    about_name: Name | None
    township_code: str | None
    matter_number: str | None
    taken_by: str
    taken_name: Name
    received_at: datetime
    answer_due_at: datetime | None
    answered_at: datetime | None
    founded: bool | None
    answer: str | None
    card_number: str | None
    overdue: bool
    kept: bool


def keeps(actor: Actor, county: County, row: Complaint) -> bool:
    """Whether a complaint is kept by who asks: the county's supervision, or the organ that took it, never the one complained of."""
    return actor.system or any(_keeps(scope, county, row) for scope in actor.scopes)


def _keeps(scope: Scope, county: County, row: Complaint) -> bool:
    if scope.jurisdiction_id != county.jurisdiction_id or scope.role not in VERBS["complaint.read"]:
        return False
    if scope.townships is not None and row.township_code not in scope.townships:
        return False
    if scope.organ is not None and scope.organ == row.about_organ:
        return scope.role is Role.SUPERVISOR
    return scope.role in _COUNTY or scope.organ == row.taken_by


def _seen(scope: Scope) -> ColumnElement[bool]:
    """What a role sees: the county's supervision all of it, an organ what it took in and, once it is looked into, what is
    about itself."""
    place: ColumnElement[bool] = true() if scope.townships is None else Complaint.township_code.in_(sorted(scope.townships))  # fmt: skip
    told = and_(Complaint.about_organ == scope.organ, Complaint.status != ComplaintStatus.RECEIVED.value)
    other = or_(Complaint.about_organ.is_(None), Complaint.about_organ != scope.organ)
    if scope.role is Role.SUPERVISOR:
        return place
    if scope.role is Role.COUNTY_OFFICE:
        return place & (or_(other, told) if scope.organ else true())
    return place & or_(and_(Complaint.taken_by == scope.organ, other), told) if scope.organ else false()


def visible_complaints(actor: Actor, county: County) -> ColumnElement[bool]:
    """The condition that who asks may know of a complaint."""
    here: ColumnElement[bool] = Complaint.jurisdiction_id == county.jurisdiction_id
    if actor.system:
        return here
    mine = [s for s in actor.scopes if s.role in VERBS["complaint.read"] and s.jurisdiction_id == county.jurisdiction_id]  # fmt: skip
    return here & or_(false(), *(_seen(scope) for scope in mine))


def complaints(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    *,
    only: str = "",
    about: str | None = None,
    limit: int = 200,
) -> list[ComplaintRow]:
    """Complaints who asks may see, the overdue ones first, then the newest; `only` is `open`, `overdue` or a status; `about`
    is the organ complained of."""
    demand(actor, "complaint.read", Subject(county.jurisdiction_id), now)
    query = select(Complaint).where(visible_complaints(actor, county))
    if only in ("open", "overdue"):
        query = query.where(Complaint.status.in_(OPEN))
        query = query.where(Complaint.answer_due_at < now) if only == "overdue" else query
    elif only:
        query = query.where(Complaint.status == only)
    if about:
        query = query.where(Complaint.about_organ == about)
    open_ones = Complaint.status.in_(OPEN)
    urgency = case((open_ones & (Complaint.answer_due_at < now), 0), (open_ones, 1), else_=2)
    newest = (Complaint.received_at.desc(), Complaint.number.desc())
    rows = session.scalars(query.order_by(urgency, *newest).limit(min(limit, MOST)))
    names = names_of_organs(Tx(session, actor, now, county))
    return [_row(row, actor, county, names, now) for row in rows]


def one_complaint(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> ComplaintRow:
    """One complaint; not found and not for who asks are the same answer."""
    demand(actor, "complaint.read", Subject(county.jurisdiction_id), now)
    row = session.scalars(
        select(Complaint).where(visible_complaints(actor, county), Complaint.number == number)
    ).first()
    if row is None:
        raise Refusal("errors_conduct.complaint_not_found", kind="not_found", number=number[:40], county=county.words)
    return _row(row, actor, county, names_of_organs(Tx(session, actor, now, county)), now)


def _row(row: Complaint, actor: Actor, county: County, names: Mapping[str, Name], now: datetime) -> ComplaintRow:
    kept = keeps(actor, county, row)
    about = names.get(row.about_organ, Name(row.about_organ, row.about_organ)) if row.about_organ else None
    return ComplaintRow(
        number=row.number,
        status=ComplaintStatus(row.status),
        channel=row.channel,
        complainant=mask_name(row.complainant) if kept else "",
        contact=mask_phone(row.contact) if kept else "",
        words=row.words if kept else None,
        about_organ=row.about_organ,
        about_name=about,
        township_code=row.township_code,
        matter_number=row.matter_number,
        taken_by=row.taken_by,
        taken_name=names.get(row.taken_by, Name(row.taken_by, row.taken_by)),
        received_at=row.received_at,
        answer_due_at=row.answer_due_at,
        answered_at=row.answered_at,
        founded=row.founded,
        answer=row.answer,
        card_number=row.card_number,
        overdue=row.status in OPEN and row.answer_due_at is not None and row.answer_due_at < now,
        kept=kept,
    )
