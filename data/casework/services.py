"""Hand-over to and from 110, 119 and 120: when, who took it there, under which number, what was handed over, what they answered.

A hand-over closes no lead: the town's own work on it goes on until it ends by its own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand, within
from data.casework.leads import TOLERANCE, receive_lead
from data.casework.numbers import local_time
from data.casework.steps import find_lead, subject_of
from data.db import Tx
from data.events import append_event
from data.keys import row_key
from data.models import Lead, ServiceHandOver
from policy.errors import Refusal
from policy.lifecycle import OPEN_LEADS
from policy.text import Word
from policy.vocabulary import Urgency, word
from policy.vocabulary_calls import HandOverWay, Service

SHORT: Final = 100
LONG: Final = 2_000


def hand_over(
    tx: Tx,
    *,
    number: str,
    service: str,
    taken_by: str,
    words: str,
    reference: str | None = None,
    at: datetime | None = None,
) -> ServiceHandOver:
    """Note that a lead was handed to a service; refused while that service has one of this lead it has not answered."""
    lead = find_lead(tx, number)
    demand(tx.actor, "lead.hand_over", subject_of(tx, lead), tx.now)
    chosen = service_of(service)
    if lead.status not in OPEN_LEADS:
        state = Word(f"vocabulary.lead_status.{lead.status}")
        raise Refusal("errors_calls.hand_over_closed", kind="conflict", number=number, state=state)
    _refuse_twice(tx, lead, chosen)
    told = {
        "taken_by": _text(taken_by, "/taken_by", "errors_calls.taker_missing", SHORT),
        "words": _text(words, "/words", "errors_calls.handed_missing", LONG),
        "reference": _reference(reference),
    }
    row = _row(tx, lead, HandOverWay.OUT, chosen, _moment(tx, at), told)
    _tell(tx, lead, "hand_over", row)
    return row


def take_over(
    tx: Tx,
    *,
    service: str,
    reference: str,
    taken_by: str,
    words: str,
    urgency: str = Urgency.URGENT,
    at: datetime | None = None,
    lon: float | None = None,
    lat: float | None = None,
    cell_code: str | None = None,
    address: str | None = None,
) -> ServiceHandOver:
    """Take in what a service hands over, as a lead of that source; the same reference of a service is taken once."""
    demand(tx.actor, "lead.take_over", Subject(tx.county.jurisdiction_id), tx.now)
    chosen = service_of(service)
    known_as = _reference(reference)
    if known_as is None:
        raise Refusal("errors_calls.reference_missing", pointer="/reference", service=word(chosen))
    before = _known(tx, chosen, known_as)
    if before is not None:
        demand(tx.actor, "lead.take_over", subject_of(tx, tx.session.get_one(Lead, before.lead_id)), tx.now)
        return before
    told = {
        "taken_by": _text(taken_by, "/taken_by", "errors_calls.giver_missing", SHORT),
        "words": _text(words, "/words", "errors_calls.handed_missing", LONG),
        "reference": known_as,
    }
    moment = _moment(tx, at)
    lead = receive_lead(
        tx,
        source=chosen.value,
        summary=told["words"],
        urgency=urgency,
        occurred_at=moment,
        external_number=known_as,
        lon=lon,
        lat=lat,
        cell_code=cell_code or None,
        address=address or None,
    )
    row = _row(tx, lead, HandOverWay.IN, chosen, moment, told)
    row.came_as = _came_as(chosen, known_as)
    _tell(tx, lead, "take_over", row)
    return row


def reply_of_service(tx: Tx, *, key: str, reply: str, reference: str | None = None) -> ServiceHandOver:
    """Note what the service answered, and its number where that was not known; once."""
    row = _find(tx, key)
    lead = tx.session.get_one(Lead, row.lead_id)
    demand(tx.actor, "lead.reply_of_service", subject_of(tx, lead), tx.now)
    if row.replied_at is not None:
        told: dict[str, Any] = {"service": Word(f"vocabulary.service.{row.service}"), "at": local_time(row.replied_at)}
        raise Refusal("errors_calls.replied", kind="conflict", number=lead.number, **told)
    row.reply = _text(reply, "/reply", "errors_calls.reply_missing", LONG)
    row.replied_at = tx.now
    row.reference = row.reference or _reference(reference)
    _tell(tx, lead, "reply_of_service", row)
    return row


def service_of(service: str) -> Service:
    """A service by its code; raises Refusal naming the list."""
    try:
        return Service(service)
    except ValueError as fault:
        allowed = tuple(member.value for member in Service)
        raise Refusal("errors_casework.not_in_list", pointer="/service", value=service[:40], allowed=allowed) from fault


def _text(text: str, pointer: str, missing: str, limit: int) -> str:
    words = (text or "").strip()
    if not words:
        raise Refusal(missing, pointer=pointer)
    if len(words) > limit:
        raise Refusal("errors_casework.note_long", pointer=pointer, length=len(words), limit=limit)
    return words


def _reference(reference: str | None) -> str | None:
    found = (reference or "").strip()
    if len(found) > SHORT:
        raise Refusal("errors_casework.note_long", pointer="/reference", length=len(found), limit=SHORT)
    return found or None


def _moment(tx: Tx, at: datetime | None) -> datetime:
    moment = at or tx.now
    if moment.tzinfo is None:
        raise Refusal("errors_casework.time_without_zone", pointer="/at", value=moment.isoformat())
    if moment > tx.now + TOLERANCE:
        raise Refusal("errors_casework.time_in_future", pointer="/at", value=local_time(moment), now=local_time(tx.now))
    return min(moment, tx.now)


def _came_as(service: Service, reference: str) -> str:
    return f"{service.value} {reference}"


def _known(tx: Tx, service: Service, reference: str) -> ServiceHandOver | None:
    query = select(ServiceHandOver).where(
        ServiceHandOver.jurisdiction_id == tx.county.jurisdiction_id,
        ServiceHandOver.came_as == _came_as(service, reference),
    )
    return tx.session.scalars(query).first()


def _refuse_twice(tx: Tx, lead: Lead, service: Service) -> None:
    query = select(ServiceHandOver).where(
        ServiceHandOver.lead_id == lead.id,
        ServiceHandOver.service == service.value,
        ServiceHandOver.way == HandOverWay.OUT.value,
        ServiceHandOver.replied_at.is_(None),
    )
    before = tx.session.scalars(query).first()
    if before is not None:
        told: dict[str, Any] = {"service": word(service), "at": local_time(before.at), "who": before.taken_by}
        raise Refusal("errors_calls.handed_already", kind="conflict", number=lead.number, **told)


def _row(
    tx: Tx, lead: Lead, way: HandOverWay, service: Service, at: datetime, told: Mapping[str, str | None]
) -> ServiceHandOver:
    row = ServiceHandOver(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        lead_id=lead.id,
        way=way.value,
        service=service.value,
        at=at,
        account_id=tx.actor.account_id,
        **told,
    )
    tx.session.add(row)
    return row


def _find(tx: Tx, key: str) -> ServiceHandOver:
    row = tx.session.get(ServiceHandOver, row_key(key), with_for_update=True)
    if row is None or row.jurisdiction_id != tx.county.jurisdiction_id:
        raise Refusal("errors_calls.hand_over_not_found", kind="not_found")
    return row


def _tell(tx: Tx, lead: Lead, verb: str, row: ServiceHandOver) -> None:
    facts = {"service": row.service, "reference": row.reference, "hand_over": str(row.id), "at": row.at.isoformat()}
    append_event(
        replace(tx, actor=within(tx.actor, subject_of(tx, lead), tx.now)),
        matter="lead",
        subject_id=lead.id,
        subject_number=lead.number,
        verb=verb,
        from_state=lead.status,
        to_state=lead.status,
        facts=facts,
    )
