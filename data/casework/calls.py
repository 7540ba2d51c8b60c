"""Calls a person makes: what came of each, and the next named contact after nobody answered in time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement

from data.authority import Subject, demand
from data.casework.notices import (
    NOTE_LIMIT,
    UNANSWERED,
    again,
    ended_by,
    find_notice,
    going_on,
    notice_event,
    notices_of,
    pass_on,
)
from data.db import Tx
from data.models import Notice
from data.queries.call_contacts import contacts_after
from policy.errors import Refusal
from policy.text import Word
from policy.vocabulary_notice import CallResult, Channel


def record_call(tx: Tx, *, key: str, result: str, note: str | None = None) -> Notice:
    """What came of a call: reached ends the notice; no answer leaves time to try again before the next named contact is
    called; a wrong number passes on at once."""
    demand(tx.actor, "notice.call", Subject(tx.county.jurisdiction_id), tx.now)
    row = find_notice(tx, key, Notice.channel == Channel.VOICE.value)
    came = _judge(row, result, note)
    row.attempts, row.fault, row.result, row.called_at = row.attempts + 1, note, came.value, tx.now
    notice_event(tx, row, "call", {"result": came.value})
    if came is CallResult.REACHED:
        row.delivered_at = tx.now
        ended_by(tx, row)
        return row
    row.contacts = row.contacts or contacts_after(tx.session, tx.county, row, tx.now)
    _go_on(tx, row, at_once=came is CallResult.WRONG_NUMBER)
    return row


def _judge(row: Notice, result: str, note: str | None) -> CallResult:
    if row.status not in UNANSWERED:
        raise Refusal("errors_notices.over", kind="conflict", state=Word(f"vocabulary.notice_status.{row.status}"))
    if note and len(note) > NOTE_LIMIT:
        raise Refusal("errors_casework.note_long", pointer="/note", length=len(note), limit=NOTE_LIMIT)
    if result not in tuple(CallResult):
        raise Refusal("errors_shift.result_missing", pointer="/result")
    return CallResult(result)


def _go_on(tx: Tx, row: Notice, *, at_once: bool) -> None:
    """Nobody was reached: the next contact now or after the wait; where nobody else is named, the same once more later."""
    if not row.contacts:
        row.not_before = tx.now + again()
    elif at_once:
        pass_on(tx, row)
    else:
        row.acknowledge_by = tx.now + again()


def late_calls(place: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Calls nobody answered, where the time to try again is over and somebody else is named."""
    tried = (Notice.channel == Channel.VOICE.value, Notice.result == CallResult.NO_ANSWER.value)
    return (
        Notice.jurisdiction_id == place,
        *tried,
        Notice.status.in_(UNANSWERED),
        Notice.acknowledge_by <= now,
        going_on(),
    )


def pass_on_calls(tx: Tx) -> int:
    """Pass on calls nobody answered in time; gives how many."""
    rows = notices_of(tx, *late_calls(tx.county.jurisdiction_id, tx.now))
    for row in rows:
        pass_on(tx, row)
    return len(rows)
