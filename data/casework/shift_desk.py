"""Verbs of the shift desk: notes of the shift, signed out with what is open as it stands, signed in by somebody else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.casework.numbers import draw_number
from data.db import Tx
from data.events import append_event, canonical
from data.models import Account, Handover, ShiftNote
from data.queries.shift_desk import Period, duty_leader, periods
from data.queries.shift_matters import open_matters
from policy.case_reading import read_form
from policy.decision import Decision
from policy.errors import Refusal
from policy.guards_shift import NOTE_LIMIT, HandoverFacts, may_accept, may_sign
from policy.shift_forms import SHIFT_FORMS
from policy.text import Word
from policy.vocabulary import word
from policy.vocabulary_shift import HandoverStatus, ShiftStep

STAYED_ON: Final = timedelta(hours=1)


def note_shift(tx: Tx, *, given: Mapping[str, Any]) -> ShiftNote:
    """Add a note to the running shift; it is never changed."""
    demand(tx.actor, "shift.note", Subject(tx.county.jurisdiction_id), tx.now)
    words = read_form(ShiftStep.NOTE, given, SHIFT_FORMS[ShiftStep.NOTE])["words"]
    if len(words) > NOTE_LIMIT:
        raise Refusal("errors_shift.note_long", pointer="/words", length=len(words), limit=NOTE_LIMIT)
    row = ShiftNote(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        at=tx.now,
        account_id=tx.actor.account_id,
        words=words,
    )
    tx.session.add(row)
    facts = {"words_sha256": hashlib.sha256(words.encode()).hexdigest()}
    append_event(tx, matter="shift", subject_id=row.id, verb="note", facts=facts)
    return row


def sign_handover(tx: Tx, *, given: Mapping[str, Any]) -> Handover:
    """Sign a shift out: notes for who comes, and every open matter frozen as it stands. Until it is taken over, its signer
    may sign again."""
    demand(tx.actor, "handover.sign", Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(ShiftStep.SIGN, given, SHIFT_FORMS[ShiftStep.SIGN])
    period, row = _period(tx, told["shift"]), _known(tx, told["shift"])
    facts = HandoverFacts(
        status=HandoverStatus(row.status) if row else None,
        begun=told["shift"] <= tx.now,
        on_roster=period is not None,
        signer=_signer(tx, row),
        actor=_actor(tx),
        told=bool(told["words"].strip()),
    )
    _demand(may_sign(facts), ShiftStep.SIGN)
    if period is None:
        raise Refusal("errors_shift.shift_unknown", kind="not_found")
    return _write(tx, row, period, told["words"])


def _write(tx: Tx, known: Handover | None, period: Period, words: str) -> Handover:
    leader = duty_leader(tx.session, tx.county, min(tx.now, period.ends_at - timedelta(seconds=1)))
    row = known or Handover(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number=draw_number(tx, "handover"),
        name=period.name,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        status="",
    )
    before = row.status or None
    row.status, row.words = HandoverStatus.SIGNED.value, words
    row.leader, row.crew = (leader.code or None) if leader else None, list(period.crew)
    row.matters = [one.frozen() for one in open_matters(tx.session, tx.actor, tx.county, tx.now)]
    row.notes = _notes(tx, period)
    row.signed_by, row.signed_at = tx.actor.account_id, tx.now
    row.sha256 = digest_of(row)
    if known is None:
        tx.session.add(row)
    facts = {"sha256": row.sha256, "matters": len(row.matters), "notes": len(row.notes)}
    _event(tx, row, "sign", before, facts)
    return row


def digest_of(row: Any) -> str:
    """SHA-256 of what was signed: shift, leader, people, words, matters as they stood, keys of the notes."""
    signed = {name: getattr(row, name) for name in ("number", "name", "leader", "crew", "words", "matters", "notes")}
    signed |= {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    return hashlib.sha256(canonical(signed).encode()).hexdigest()


def _notes(tx: Tx, period: Period) -> list[str]:
    """Notes since the shift began, also those of who stayed on for a while."""
    until = tx.now if tx.now - period.ends_at < STAYED_ON else period.ends_at
    query = select(ShiftNote.id).where(
        ShiftNote.jurisdiction_id == tx.county.jurisdiction_id,
        ShiftNote.at >= period.starts_at,
        ShiftNote.at <= until,
    )
    return [str(key) for key in tx.session.scalars(query.order_by(ShiftNote.at, ShiftNote.id))]


def accept_handover(tx: Tx, *, number: str, given: Mapping[str, Any] | None = None) -> Handover:
    """Sign a shift in that somebody else has signed out; a remark may say what is seen differently."""
    demand(tx.actor, "handover.accept", Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(ShiftStep.ACCEPT, given or {}, SHIFT_FORMS[ShiftStep.ACCEPT])
    query = select(Handover).where(Handover.jurisdiction_id == tx.county.jurisdiction_id, Handover.number == number)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal("errors_shift.handover_unknown", kind="not_found", number=number[:40])
    facts = HandoverFacts(HandoverStatus(row.status), True, True, _signer(tx, row), _actor(tx))
    _demand(may_accept(facts), ShiftStep.ACCEPT)
    row.status, row.remark = HandoverStatus.ACCEPTED.value, told.get("words")
    row.accepted_by, row.accepted_at = tx.actor.account_id, tx.now
    _event(tx, row, "accept", HandoverStatus.SIGNED.value, {"sha256": row.sha256, "remarked": bool(row.remark)})
    return row


# -- facts ------------------------------------------------------------------------------------------------------------


def _demand(decision: Decision, step: ShiftStep) -> None:
    if not decision.allowed:
        why = tuple(Word(reason.code, reason.params) for reason in decision.obstacles)
        raise Refusal("errors_shift.refused", kind="conflict", reasons=decision.obstacles, step=word(step), why=why)


def _period(tx: Tx, starts_at: datetime) -> Period | None:
    found = periods(tx.session, tx.county, starts_at, starts_at + timedelta(seconds=1))
    return next((one for one in found if one.starts_at == starts_at), None)


def _known(tx: Tx, starts_at: datetime) -> Handover | None:
    query = select(Handover).where(
        Handover.jurisdiction_id == tx.county.jurisdiction_id, Handover.starts_at == starts_at
    )
    return tx.session.scalars(query.with_for_update()).first()


def _signer(tx: Tx, row: Handover | None) -> str:
    """Who signed out: the person, where the account has one; two accounts of one person are one signer."""
    if row is None or row.signed_by is None:
        return ""
    person = tx.session.scalar(select(Account.person_id).where(Account.id == row.signed_by))
    return str(person or row.signed_by)


def _actor(tx: Tx) -> str:
    return str(tx.actor.person_id or tx.actor.account_id or "system")


def _event(tx: Tx, row: Handover, verb: str, before: str | None, facts: Mapping[str, Any]) -> None:
    append_event(
        tx,
        matter="handover",
        subject_id=row.id,
        subject_number=row.number,
        verb=verb,
        from_state=before,
        to_state=row.status,
        facts=facts,
    )
