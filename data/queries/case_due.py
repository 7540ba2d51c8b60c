"""Cases by what is due: those the organ is late with, and all of them by their next deadline, read off the deadlines' own index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from data.authority import Actor, in_scope
from data.county import County
from data.models import Case, Deadline


def _ours(deadline: Any) -> tuple[ColumnElement[bool], ...]:
    """Deadlines of cases that run, and are the organ's to keep."""
    runs = (deadline.done_at.is_(None), deadline.ended_at.is_(None))
    return (deadline.matter == "case", deadline.whose == "organ", deadline.sense == "latest", *runs)


OURS: Final = _ours(Deadline)


def late(county: County, now: datetime) -> Select[Any]:
    """Cases of which the organ has let a deadline pass: the first of each is told by the index that holds them by case."""
    here = Deadline.jurisdiction_id == county.jurisdiction_id
    return (
        select(Deadline.matter_id)
        .where(here, *OURS)
        .group_by(Deadline.matter_id)
        .having(func.min(Deadline.due_at) < now)
    )


def is_late(county: County, now: datetime) -> ColumnElement[bool]:
    """Whether the organ has let a deadline of a case pass: asked case by case, so that a page reads no more than it shows."""
    here = (Deadline.jurisdiction_id == county.jurisdiction_id, Deadline.matter_id == Case.id, *OURS)
    return select(Deadline.id).where(*here, Deadline.due_at < now).exists()


def late_cases(session: Session, actor: Actor, county: County, now: datetime, township: str | None) -> int:
    """How many there are of them, in the actor's townships or in one; a deadline lies where its case lies."""
    mine = [in_scope(actor, "case.read", county.jurisdiction_id, Deadline.township_code)]
    if township:
        mine.append(Deadline.township_code == township)
    return session.scalar(select(func.count()).select_from(late(county, now).where(*mine).subquery())) or 0


def due_first(
    session: Session, county: County, conditions: Sequence[ColumnElement[bool]], offset: int, limit: int
) -> list[UUID]:
    """Keys of a page of cases by their next deadline, the newest first among equals and among those without one."""
    due = _with_due(county, conditions)
    found = list(session.scalars(due.order_by(Deadline.due_at, Case.number.desc()).offset(offset).limit(limit)))
    if len(found) == limit:
        return found
    before = 0 if found else session.scalar(select(func.count()).select_from(due.subquery())) or 0
    none = ~select(Deadline.id).where(Deadline.matter_id == Case.id, *OURS).exists()
    rest = select(Case.id).where(*conditions, none).order_by(Case.number.desc())
    skipped = 0 if found else max(offset - before, 0)
    return found + list(session.scalars(rest.offset(skipped).limit(limit - len(found))))


def _with_due(county: County, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Cases with a deadline of ours, each once, by the first of them."""
    other = aliased(Deadline)
    sooner = or_(other.due_at < Deadline.due_at, (other.due_at == Deadline.due_at) & (other.id < Deadline.id))
    first = ~select(other.id).where(other.matter_id == Deadline.matter_id, sooner, *_ours(other)).exists()
    here = Deadline.jurisdiction_id == county.jurisdiction_id
    return select(Case.id).join(Deadline, Deadline.matter_id == Case.id).where(here, *OURS, first, *conditions)
