"""Silence is counted: requests whose time to answer is over, by the clock; urging and escalating goes on by the ladder (X10)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from data.casework.assistance import ASSISTANCE
from data.casework.between import Course, find_row, take
from data.casework.call_outs import CALL_OUT
from data.casework.escalations import ESCALATION
from data.db import Tx
from data.deadlines import OPEN
from data.models import Deadline
from policy.vocabulary import Verb

BATCH: Final = 500
_WATCHED: Final[tuple[tuple[Course, str, str], ...]] = (
    (ASSISTANCE, "assistance_answer", "requested"),
    (ESCALATION, "escalation_answer", "raised"),
    (CALL_OUT, "callout_acknowledge", "called"),
)


def count_unanswered(tx: Tx) -> list[str]:
    """Count every request nobody answered in time, each once; gives their numbers. The time goes on running."""
    return [number for course, kind, state in _WATCHED for number in _silent(tx, course, kind, state)]


def _silent(tx: Tx, course: Course, kind: str, state: str) -> list[str]:
    model = course.model
    query = (
        select(model.number)
        .join(Deadline, Deadline.matter_id == model.id)
        .where(model.jurisdiction_id == tx.county.jurisdiction_id, model.status == state, *OPEN)
        .where(Deadline.kind == kind, Deadline.due_at < tx.now)
    )
    numbers = list(tx.session.scalars(query.order_by(model.number).limit(BATCH)))
    for number in numbers:
        take(tx, course, find_row(tx, course, number), Verb.COUNT_UNANSWERED, {})
    return numbers
