"""Verbs of call-outs 吹哨: departments called to a lead, who acknowledges, comes and reports, and who does not (D8, JD 二(四)11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from data.casework.assistance import answer_due
from data.casework.between import Course, Given, about, begin, common, step
from data.casework.notices import answered_by_step, recall_notices
from data.casework.notifying import tell_department
from data.casework.organs import find_organ
from data.db import Tx
from data.models import CallOut, Lead
from policy.case_reading import read_form
from policy.errors import Refusal
from policy.guards_between import CallOutFacts, clause_of
from policy.lifecycle import OPEN_LEADS
from policy.vocabulary import MatterKind, Urgency, Verb
from policy.vocabulary_between import CallOutStatus

RUNNING: Final = (
    CallOutStatus.CALLED,
    CallOutStatus.ACKNOWLEDGED,
    CallOutStatus.ARRIVED,
    CallOutStatus.UNANSWERED,
)
_CLOCK: Final = "callout_acknowledge"


def call_out(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> CallOut:
    """Call one department out to a lead; `sender` only where the system acts."""
    told = read_form(Verb.CALL_OUT, given, CALL_OUT.form(Verb.CALL_OUT))
    receiver = find_organ(tx, told["receiver"])
    columns = _about_lead(tx, told["matter"]) | {"subject": told["subject"]}
    columns["urgent"] = bool(told.get("urgent")) or columns["urgent"]
    columns["township_code"] = columns["township_code"] or receiver.township_code
    row: CallOut = begin(
        tx, CALL_OUT, Verb.CALL_OUT, told, sender=sender if tx.actor.system else None, called_at=tx.now, **columns
    )
    return row


def call_out_all(tx: Tx, *, number: str, receivers: Sequence[str], subject: str, urgent: bool = False) -> list[CallOut]:
    """Call several departments out to the lead `number` at once: all of them or none."""
    codes = list(dict.fromkeys(receivers))
    if not codes:
        raise Refusal("errors_between.nobody_called", pointer="/receivers", number=number)
    given = {"matter": number, "subject": subject, "urgent": urgent}
    return [call_out(tx, given=given | {"receiver": code}) for code in codes]


def call_out_step(tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None) -> CallOut:
    """Take one step of a call-out with what its form asks for; raises Refusal with every obstacle and its clause."""
    row: CallOut = step(tx, CALL_OUT, number, step_name, given or {})
    return row


def _about_lead(tx: Tx, number: str) -> dict[str, Any]:
    columns = about(tx, number)
    if columns["matter_kind"] != "lead":
        raise Refusal("errors_between.call_out_of_lead", pointer="/matter", number=number)
    lead = tx.session.get_one(Lead, columns["matter_id"])
    return columns | {"urgent": lead.urgency != Urgency.NORMAL}


def _facts(tx: Tx, row: CallOut, verb: Verb, given: Given, acting: str) -> CallOutFacts:
    lead = tx.session.get_one(Lead, row.matter_id)
    return CallOutFacts(
        **common(tx, row, given, acting),
        due_at=answer_due(tx, row.id, _CLOCK) if verb is Verb.COUNT_UNANSWERED else None,
        lead_open=lead.status in OPEN_LEADS,
        called=_running_one(tx, row) if verb is Verb.CALL_OUT else "",
        told_by=given.get("told_by", ""),
        result=given.get("result", ""),
    )


def _running_one(tx: Tx, row: CallOut) -> str:
    """The number of the call-out of the same department to the same lead that is not over; empty for none."""
    same = (CallOut.matter_id == row.matter_id, CallOut.to_organ == row.to_organ, CallOut.id != row.id)
    return tx.session.scalars(select(CallOut.number).where(*same, CallOut.status.in_(RUNNING))).first() or ""


def _expected(row: CallOut, verb: Verb) -> tuple[str, ...]:
    """The department first; who called it may enter what it said."""
    own = (row.from_organ,)
    return own if verb in (Verb.CALL_OUT, Verb.RECALL) else (row.to_organ, *own)


def _entered(tx: Tx, row: CallOut, verb: Verb, given: Given) -> Given:
    """The event says for which department a step is entered by another (代录)."""
    acting = "" if tx.actor.system else tx.actor.organ_for(f"call_out.{verb.value}") or ""
    another = verb in (Verb.ACKNOWLEDGE, Verb.ARRIVE, Verb.REPORT) and acting == row.from_organ
    return {**given, "entered_for": row.to_organ} if another else given


def _clause(facts: CallOutFacts, _verb: Verb) -> str | None:
    return clause_of(facts, "callout.form", "callout.acknowledge")


def _acknowledged(tx: Tx, row: CallOut, given: Given) -> None:
    row.answered_at = tx.now
    answered_by_step(tx, row.id)


def _arrived(tx: Tx, row: CallOut, given: Given) -> None:
    row.answered_at, row.arrived_at = row.answered_at or tx.now, tx.now
    answered_by_step(tx, row.id)


def _reported(tx: Tx, row: CallOut, given: Given) -> None:
    row.reported_at, row.result = tx.now, given["result"]


def _recalled(tx: Tx, row: CallOut, given: Given) -> None:
    row.reason = given["reason"]
    recall_notices(tx, row.id)


def _told(tx: Tx, row: CallOut, given: Given) -> None:
    tell_department(tx, row)


CALL_OUT: Final = Course(
    MatterKind.CALL_OUT,
    CallOut,
    CallOutStatus,
    "call_out",
    _facts,
    _expected,
    _clause,
    resolve=_entered,
    written={
        Verb.ACKNOWLEDGE: _acknowledged,
        Verb.ARRIVE: _arrived,
        Verb.REPORT: _reported,
        Verb.RECALL: _recalled,
    },
    follows={Verb.CALL_OUT: _told},
)
