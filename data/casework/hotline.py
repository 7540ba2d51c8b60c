"""What 12345 asks of a lead: its number and time, the answer that went back, and what its call-back found; kept with the lead."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from data.authority import demand
from data.casework.numbers import local_time
from data.casework.steps import find_lead, subject_of
from data.db import Tx
from data.events import append_event
from data.models import Lead
from policy.errors import Refusal
from policy.vocabulary import LeadSource
from policy.vocabulary_between import Callback

REPLY_LIMIT: Final = 5_000


def set_hotline(tx: Tx, *, number: str, external_number: str | None = None, due_at: datetime | None = None) -> Lead:
    """Note the number and the time 12345 gave, which stay with the lead wherever it goes."""
    lead = _lead(tx, number, "set_hotline")
    if due_at is not None and due_at.tzinfo is None:
        raise Refusal("errors_casework.time_without_zone", pointer="/due_at", value=due_at.isoformat())
    lead.external_number = external_number or lead.external_number
    lead.hotline_due_at = due_at.astimezone(UTC) if due_at else lead.hotline_due_at
    _tell(tx, lead, "set_hotline", {"external": lead.external_number, "due": _iso(lead.hotline_due_at)})
    return lead


def reply_hotline(tx: Tx, *, number: str, reply: str) -> Lead:
    """Answer 12345 in words; an answer already given is not written over without the call-back in between."""
    lead = _lead(tx, number, "reply_hotline")
    words = reply.strip()
    if not words:
        raise Refusal("errors_between.reply_missing", pointer="/reply", number=number)
    if len(words) > REPLY_LIMIT:
        raise Refusal("errors_casework.summary_long", pointer="/reply", length=len(words), limit=REPLY_LIMIT)
    if lead.replied_at is not None and (lead.called_back_at is None or lead.called_back_at < lead.replied_at):
        raise Refusal("errors_between.replied_already", kind="conflict", number=number, at=local_time(lead.replied_at))
    lead.reply, lead.replied_at = words, tx.now
    late = lead.hotline_due_at is not None and tx.now > lead.hotline_due_at
    _tell(tx, lead, "reply_hotline", {"external": lead.external_number, "late": late, "due": _iso(lead.hotline_due_at)})
    return lead


def record_callback(tx: Tx, *, number: str, found: str) -> Lead:
    """Note what 12345's call-back found, after its answer."""
    lead = _lead(tx, number, "record_callback")
    allowed = tuple(each.value for each in Callback)
    if found not in allowed:
        raise Refusal("errors_casework.not_in_list", pointer="/found", value=found[:40], allowed=allowed)
    if lead.replied_at is None:
        raise Refusal("errors_between.not_replied", kind="conflict", number=number)
    lead.callback, lead.called_back_at = found, tx.now
    _tell(tx, lead, "record_callback", {"found": found})
    return lead


def _lead(tx: Tx, number: str, verb: str) -> Lead:
    lead = find_lead(tx, number)
    demand(tx.actor, f"lead.{verb}", subject_of(tx, lead), tx.now)
    if lead.source != LeadSource.HOTLINE_12345 and lead.external_number is None and verb != "set_hotline":
        raise Refusal("errors_between.not_of_hotline", kind="conflict", number=number)
    return lead


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _tell(tx: Tx, lead: Lead, verb: str, facts: dict[str, Any]) -> None:
    append_event(
        tx,
        matter="lead",
        subject_id=lead.id,
        subject_number=lead.number,
        verb=verb,
        from_state=lead.status,
        to_state=lead.status,
        facts=facts,
    )
