"""A call taken at the desk: it becomes a lead or joins one that is open; who called is sealed (PI 51)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from uuid_utils.compat import uuid7

from data.authority import Subject, demand, within
from data.casework.leads import SUMMARY_LIMIT, assign_due, receive_lead
from data.casework.notifying import tell_emergency
from data.casework.steps import find_lead, subject_of
from data.db import Tx
from data.events import append_event
from data.models import Call, Lead
from policy.calls import urgency_of
from policy.errors import Refusal
from policy.lifecycle import OPEN_LEADS
from policy.text import Word, say
from policy.vocabulary import LeadSource, LeadStatus, Urgency, label
from policy.vocabulary_calls import CallKind

NAME_LIMIT: Final = 100
_PHONE: Final = re.compile(r"\+?[\d\s()-]{3,24}")
_WAITING: Final = (LeadStatus.RECEIVED, LeadStatus.TRIAGED)


def take_call(
    tx: Tx,
    *,
    kind: str,
    phone: str | None = None,
    caller: str | None = None,
    words: str | None = None,
    cell_code: str | None = None,
    address: str | None = None,
    attach: str | None = None,
) -> Call:
    """Take a call: a new lead of its kind and place, or `attach` to the number of an open one; kinds say emergencies."""
    demand(tx.actor, "lead.take_call", Subject(tx.county.jurisdiction_id), tx.now)
    chosen, said = _kind(kind), _said((words or "").strip())
    told = {"phone": _phone(phone), "caller": _caller(caller), "words": said or None}
    lead = _joined(tx, attach, chosen) if attach else _new(tx, chosen, said, cell_code, address, told)
    row = Call(
        jurisdiction_id=tx.county.jurisdiction_id,
        id=uuid7(),
        kind=chosen.value,
        taken_at=tx.now,
        lead_id=lead.id,
        attached=bool(attach),
        account_id=tx.actor.account_id,
        **told,
    )
    tx.session.add(row)
    _tell(tx, lead, {"call": str(row.id), "kind": chosen.value, "attached": bool(attach), "urgency": lead.urgency})
    return row


def _kind(kind: str) -> CallKind:
    try:
        return CallKind(kind)
    except ValueError as fault:
        allowed = tuple(member.value for member in CallKind)
        raise Refusal("errors_casework.not_in_list", pointer="/kind", value=kind[:40], allowed=allowed) from fault


def _phone(phone: str | None) -> str | None:
    number = (phone or "").strip()
    if number and not _PHONE.fullmatch(number):
        raise Refusal("errors_calls.phone", pointer="/phone")
    return number or None


def _caller(caller: str | None) -> str | None:
    name = (caller or "").strip()
    if len(name) > NAME_LIMIT:
        raise Refusal("errors_casework.note_long", pointer="/caller", length=len(name), limit=NAME_LIMIT)
    return name or None


def _said(words: str) -> str:
    if len(words) > SUMMARY_LIMIT:
        raise Refusal("errors_casework.summary_long", pointer="/words", length=len(words), limit=SUMMARY_LIMIT)
    return words


def _new(
    tx: Tx, kind: CallKind, words: str, cell_code: str | None, address: str | None, told: dict[str, str | None]
) -> Lead:
    where = (address or "").strip()
    if kind is CallKind.OTHER and not words:
        raise Refusal("errors_calls.words_missing", pointer="/words")
    return receive_lead(
        tx,
        source=LeadSource.PUBLIC_REPORT,
        summary=words or _summary(tx, kind, cell_code, where),
        urgency=urgency_of(kind),
        cell_code=cell_code or None,
        address=where or None,
        reporter_name=told["caller"],
        reporter_phone=told["phone"],
    )


def _summary(tx: Tx, kind: CallKind, cell_code: str | None, address: str) -> str:
    """What stands for a caller's words where none were written down: the kind and the place."""
    place = address or (tx.county.name_of(cell_code) if cell_code else "")
    return say("calls.summary", "zh", kind=label(kind), place=place) if place else label(kind)


def _joined(tx: Tx, number: str, kind: CallKind) -> Lead:
    """The open lead a call joins; an emergency told of raises one that waits."""
    lead = find_lead(tx, number.strip().upper())
    demand(tx.actor, "lead.take_call", subject_of(tx, lead), tx.now)
    if lead.status not in OPEN_LEADS:
        state = Word(f"vocabulary.lead_status.{lead.status}")
        raise Refusal("errors_calls.attach_closed", kind="conflict", pointer="/attach", number=lead.number, state=state)
    if urgency_of(kind) is Urgency.EMERGENCY and lead.urgency != Urgency.EMERGENCY:
        lead.urgency = Urgency.EMERGENCY.value
        if lead.status in _WAITING:
            lead.assign_due_at = assign_due(tx, lead.urgency, lead.received_at)
        tell_emergency(tx, lead)
    return lead


def _tell(tx: Tx, lead: Lead, facts: dict[str, Any]) -> None:
    append_event(
        replace(tx, actor=within(tx.actor, subject_of(tx, lead), tx.now)),
        matter="lead",
        subject_id=lead.id,
        subject_number=lead.number,
        verb="take_call",
        from_state=lead.status,
        to_state=lead.status,
        facts=facts,
    )
