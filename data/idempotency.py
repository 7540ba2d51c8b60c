"""The same Idempotency-Key gives the same answer and one row, for as long as answers are kept; with another body it is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.authority import SYSTEM
from data.county import County
from data.db import Record, Tx
from data.models import Answered
from policy.errors import Refusal

KEY_LIMIT: Final = 200
MOST: Final = 500
"""Answers forgotten in one step: nobody waits long behind it."""


def digest(body: Mapping[str, Any]) -> str:
    """SHA-256 of a request body, independent of the order of its fields."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def given_before(session: Session, account: UUID | None, key: str, request: str) -> dict[str, Any] | None:
    """The answer that was given to `key`; None for none yet. Raises Refusal for a key of another request."""
    if not 1 <= len(key) <= KEY_LIMIT:
        raise Refusal("errors_casework.key_length", pointer="/Idempotency-Key")
    known = session.scalars(select(Answered).where(Answered.account_id == account, Answered.key == key)).first()
    if known is None:
        return None
    if known.request_sha256 != request:
        raise Refusal("errors_casework.key_reused", kind="conflict", key=key)
    return known.answer


def answered(
    tx: Tx, *, key: str, request: str, verb: Callable[[Tx], Mapping[str, Any]], status: int
) -> tuple[dict[str, Any], bool]:
    """The answer to `key` and whether it was given before; runs `verb` and keeps its answer in the same savepoint."""
    before = given_before(tx.session, tx.actor.account_id, key, request)
    if before is not None:
        return before, True
    answer = json.loads(json.dumps(verb(tx), default=str))
    tx.session.add(
        Answered(
            jurisdiction_id=tx.county.jurisdiction_id,
            account_id=tx.actor.account_id,
            key=key,
            request_sha256=request,
            status=status,
            answer=answer,
            at=tx.now,
        )
    )
    return answer, False


def forget_answers(record: Record, county: County, before: datetime, now: datetime) -> int:
    """Forget the answers of a county that were given before a moment; gives how many. What they told of stays."""
    forgotten = last = record.write(SYSTEM, _forget, county=county, now=now, before=before)
    while last == MOST:
        last = record.write(SYSTEM, _forget, county=county, now=now, before=before)
        forgotten += last
    return forgotten


def _forget(tx: Tx, *, before: datetime) -> int:
    old = select(Answered.id).where(Answered.jurisdiction_id == tx.county.jurisdiction_id, Answered.at < before)
    keys = tx.session.scalars(old.limit(MOST)).all()
    tx.session.execute(delete(Answered).where(Answered.id.in_(keys)))
    return len(keys)
