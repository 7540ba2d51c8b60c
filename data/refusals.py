"""Refused attempts: kept apart from the chain, one row a minute for the same attempt, so that nobody floods it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from data.db import Tx
from data.models import RefusedAttempt

WINDOW: Final = timedelta(minutes=1)


def note_refusal(tx: Tx, *, attempt: str, why: str, subject: str | None = None) -> None:
    """Count a refused attempt of the acting account; `subject` is a reference, never personal data."""
    row = tx.session.scalars(
        select(RefusedAttempt)
        .where(
            RefusedAttempt.at > tx.now - WINDOW,
            RefusedAttempt.at <= tx.now,
            RefusedAttempt.verb == attempt,
            RefusedAttempt.code == why,
            RefusedAttempt.subject.is_not_distinct_from(subject),
            RefusedAttempt.actor_id.is_not_distinct_from(tx.actor.account_id),
        )
        .limit(1)
    ).first()
    if row is not None:
        row.times += 1
        return
    tx.session.add(
        RefusedAttempt(
            jurisdiction_id=tx.county.jurisdiction_id,
            at=tx.now,
            actor_id=tx.actor.account_id,
            verb=attempt,
            subject=subject,
            code=why,
            times=1,
        )
    )
