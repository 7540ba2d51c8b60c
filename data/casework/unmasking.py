"""Personal data shown unmasked: asked for with a reason, told in the chain, for this once (PI 51, 54)."""

from __future__ import annotations

from dataclasses import replace

from data.authority import demand, on_behalf, within
from data.casework.cases import find_case, subject_of
from data.casework.steps import find_lead
from data.casework.steps import subject_of as place_of
from data.db import Tx
from data.events import append_event
from data.models import Lead, Party
from data.queries.case_head import PartyView, party_view
from policy.errors import Refusal

REASON_LIMIT = 500
REPORTER = ("reporter_name", "reporter_phone")
PERSONAL = ("name", "identity_number", "representative", "phone", "address")


def unmask_case(tx: Tx, *, number: str, reason: str) -> PartyView:
    """The party of a case unmasked; who saw it, when and why is an event, what was seen is not."""
    case = find_case(tx, number)
    subject = subject_of(tx, case)
    demand(tx.actor, "case.unmask", subject, tx.now)
    words = _reason(reason)
    party = tx.session.get(Party, case.party_id) if case.party_id else None
    if party is None:
        raise Refusal("errors_case.party_absent", kind="conflict", number=number)
    if party.erased_at is not None:
        raise Refusal("errors_personal.erased", kind="conflict", clause="PI 47", thing=party.code)
    append_event(
        replace(tx, actor=on_behalf(within(tx.actor, subject, tx.now), case.organ_code)),
        matter="case",
        subject_id=case.id,
        subject_number=case.number,
        verb="unmask",
        from_state=case.status,
        to_state=case.status,
        facts={"fields": [name for name in PERSONAL if getattr(party, name)]},
        words={"reason": words},
        clause="PI 51",
    )
    return party_view(party, masked=False)


def unmask_lead(tx: Tx, *, number: str, reason: str) -> Lead:
    """Who reported a lead, unmasked; who saw it, when and why is an event."""
    lead = find_lead(tx, number)
    subject = place_of(tx, lead)
    demand(tx.actor, "lead.unmask", subject, tx.now)
    words = _reason(reason)
    if not (lead.reporter_name or lead.reporter_phone):
        raise Refusal("errors_between.reporter_absent", kind="conflict", number=number)
    if lead.erased_at is not None:
        raise Refusal("errors_personal.erased", kind="conflict", clause="PI 47", thing=number)
    append_event(
        replace(tx, actor=within(tx.actor, subject, tx.now)),
        matter="lead",
        subject_id=lead.id,
        subject_number=lead.number,
        verb="unmask",
        from_state=lead.status,
        to_state=lead.status,
        facts={"fields": [name for name in REPORTER if getattr(lead, name)]},
        words={"reason": words},
        clause="PI 51",
    )
    return lead


def _reason(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise Refusal("errors_case.unmask_reason", pointer="/reason", clause="PI 51")
    if len(words) > REASON_LIMIT:
        raise Refusal("errors_casework.note_long", pointer="/reason", length=len(words), limit=REASON_LIMIT)
    return words
