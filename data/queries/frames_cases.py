"""Frames of cases, legal reviews, remedies, scores of files and cards, read by column; `case_id` is the number people know."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from sqlalchemy import Select, case, func, or_, select

from data.models import Case, CaseReview, ConductCard, Deadline, Event, FileScore, Item, Remedy
from data.queries.frames_read import Reading, any_of, read_frame
from policy.vocabulary import MatterKind
from policy.vocabulary_case import CaseStatus

ENDED: Final = (CaseStatus.DROPPED.value, CaseStatus.HANDLED_OTHERWISE.value)
"""Left their course when they were closed."""
DUE: Final = ("decision", "payment")
HANDED_OVER: Final = (CaseStatus.TRANSFERRED_OUT.value, CaseStatus.REFERRED_CRIMINAL.value)
"""Left their course when the step was taken; no column says when, the chain does."""


def cases(reading: Reading) -> pd.DataFrame:
    """Cases that run, and those that were decided, closed, paid or due for it since."""
    left = _left(reading)
    decision, payment = _due("decision"), _due("payment")
    ended = case((Case.status.in_(ENDED), Case.closed_at), else_=left.c.at)
    query = (
        select(
            Case.number, Case.township_code, Case.organ_code, Item.code, Case.procedure, Case.filed_at,
            decision, Case.decided_at, Case.closed_at, ended, Case.hearing_at,
            func.coalesce(Case.review_required, Case.reviewed_at.is_not(None)),
            Case.fine, payment, Case.paid_at,
        )
        .join(Item, Item.id == Case.item_id)
        .outerjoin(left, left.c.subject_id == Case.id)
        .where(Case.jurisdiction_id == reading.county.jurisdiction_id)
    )  # fmt: skip
    since = reading.since
    if since is not None:
        moments = (Case.proposed_at, Case.decided_at, Case.closed_at, Case.paid_at)
        fell_due = select(Deadline.matter_id).where(
            Deadline.jurisdiction_id == reading.county.jurisdiction_id, Deadline.due_at >= since, Deadline.kind.in_(DUE)
        )
        reasons = (Case.closed_at.is_(None), Case.id.in_(fell_due), *(m >= since for m in moments))
        query = query.where(any_of(reading, Case, *reasons))
    return read_frame(reading, query, "cases")


def _due(kind: str) -> Any:
    """When a case was to be decided or paid; counted anew after a decision was redone, the latest holds."""
    query = select(func.max(Deadline.due_at)).where(
        Deadline.matter_id == Case.id, Deadline.matter == MatterKind.CASE.value, Deadline.kind == kind
    )
    return query.correlate(Case).scalar_subquery()


def _left(reading: Reading) -> Any:
    """When a case was handed over to another organ or to the police."""
    query = (
        select(Event.subject_id, func.max(Event.at).label("at"))
        .join(Case, (Case.id == Event.subject_id) & (Case.status == Event.to_state))
        .where(Case.jurisdiction_id == reading.county.jurisdiction_id, Case.status.in_(HANDED_OVER))
    )
    return query.group_by(Event.subject_id).subquery()


def reviews(reading: Reading) -> pd.DataFrame:
    """Rounds of legal review: those of the time, and those of cases decided in it, which may be older."""
    query = (
        select(
            CaseReview.number, Case.number, CaseReview.township_code, CaseReview.submitted_at, CaseReview.opinion,
            CaseReview.opinion_at,
        )
        .join(Case, Case.id == CaseReview.case_id)
        .where(CaseReview.jurisdiction_id == reading.county.jurisdiction_id)
    )  # fmt: skip
    since = reading.since
    if since is not None:
        moments = (CaseReview.submitted_at, CaseReview.opinion_at, Case.decided_at)
        query = query.where(or_(*(moment >= since for moment in moments)))
    return read_frame(reading, query, "reviews")


def remedies(reading: Reading) -> pd.DataFrame:
    """Reconsiderations and suits with what they came to."""
    query = (
        select(
            Remedy.id, Case.number, Case.township_code, Item.code, Remedy.kind, Remedy.asked_at, Remedy.result,
            Remedy.decided_at,
        )
        .join(Case, Case.id == Remedy.case_id)
        .join(Item, Item.id == Case.item_id)
        .where(Remedy.jurisdiction_id == reading.county.jurisdiction_id)
    )  # fmt: skip
    return read_frame(reading, query, "remedies")


def file_reviews(reading: Reading) -> pd.DataFrame:
    """Score sheets of files, one row each time a file was scored."""
    query = (
        select(Case.number, Case.township_code, FileScore.score, FileScore.scored_at)
        .join(Case, Case.id == FileScore.case_id)
        .where(FileScore.jurisdiction_id == reading.county.jurisdiction_id)
    )
    return read_frame(reading, query, "file_reviews")


def cards(reading: Reading) -> pd.DataFrame:
    """Cards given; one that was not withdrawn ends when its time is over."""
    ended = func.coalesce(ConductCard.ended_at, ConductCard.ends_at)
    query: Select[*tuple[Any, ...]] = select(
        ConductCard.number, ConductCard.person_id, ConductCard.township_code, ConductCard.kind, ConductCard.given_at,
        ended,
    ).where(ConductCard.jurisdiction_id == reading.county.jurisdiction_id)  # fmt: skip
    return read_frame(reading, query, "cards")
