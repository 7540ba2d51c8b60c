"""The pool of legal experts as it may be chosen from: who is in it, until when, and who steps aside for a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.casework.experts import tie_of
from data.county import County
from data.models import Case, CaseReview, LegalExpert
from policy.errors import Refusal
from policy.zone import CHINA

Standing = Literal["available", "not_yet", "ended", "handles", "is_party", "declared"]


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """An expert of the pool; `standing` is today's, and for the review asked about."""

    code: str
    name: str
    organisation: str
    fields: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    standing: Standing


def list_experts(
    session: Session, actor: Actor, county: County, now: datetime, *, review: str | None = None
) -> tuple[ExpertRow, ...]:
    """The pool by code, those who may be asked first; with `review` judged for its case. Refusal for an unknown review."""
    demand(actor, "review.read", Subject(county.jurisdiction_id), now)
    case = _case_of(session, actor, county, review) if review else None
    query = select(LegalExpert).where(LegalExpert.jurisdiction_id == county.jurisdiction_id).order_by(LegalExpert.code)
    rows = [_row(session, expert, case, now.astimezone(CHINA).date()) for expert in session.scalars(query)]
    return tuple(sorted(rows, key=lambda row: row.standing != "available"))


def _case_of(session: Session, actor: Actor, county: County, review: str) -> Case:
    seen = in_scope(actor, "review.read", county.jurisdiction_id, Case.township_code)
    query = select(Case).join(CaseReview, CaseReview.case_id == Case.id).where(CaseReview.number == review, seen)
    case = session.scalars(query.where(CaseReview.jurisdiction_id == county.jurisdiction_id)).first()
    if case is None:
        raise Refusal("errors_review.not_found", kind="not_found", number=review, county=county.words)
    return case


def _row(session: Session, expert: LegalExpert, case: Case | None, on: date) -> ExpertRow:
    return ExpertRow(
        expert.code,
        expert.name,
        expert.organisation,
        tuple(expert.fields),
        expert.valid_from,
        expert.valid_to,
        _standing(session, expert, case, on),
    )


def _standing(session: Session, expert: LegalExpert, case: Case | None, on: date) -> Standing:
    if on < expert.valid_from:
        return "not_yet"
    if expert.valid_to is not None and on > expert.valid_to:
        return "ended"
    if case is None:
        return "available"
    if expert.person_id is not None and str(expert.person_id) in case.officer_ids:
        return "handles"
    tie = tie_of(session, expert, case)
    return "is_party" if tie == "is_party" else "declared" if tie else "available"
