"""Verbs of a lead: receive, locate, triage, mark as duplicate, reject, resolve, evaluate, archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.casework.notifying import tell_emergency
from data.casework.numbers import draw_numbers, local_time
from data.casework.placing import Place, of_cell, of_point, place_lead
from data.casework.steps import (
    demand_step,
    find_item,
    find_lead,
    last_leading,
    open_tasks,
    pending_outcomes,
    roles_of,
    take_step,
)
from data.db import Tx
from data.events import EventDraft, append_steps
from data.models import Item, ItemField, Lead
from geo.coordinates import Datum
from policy.errors import Refusal
from policy.guards import Facts
from policy.lifecycle import advance
from policy.vocabulary import LeadSource, LeadStatus, MatterKind, Outcome, Urgency, Verb

TOLERANCE = timedelta(minutes=2)  # clocks of phones run a little ahead
SUMMARY_LIMIT = 2_000
EARLIEST, LATEST = (
    datetime(1900, 1, 1, tzinfo=UTC),
    datetime(2200, 1, 1, tzinfo=UTC),
)  # beyond them lies a slip of the pen


def _one_of(value: str, vocabulary: type[LeadSource] | type[Urgency], pointer: str) -> str:
    try:
        return vocabulary(value).value
    except ValueError as fault:
        allowed = tuple(member.value for member in vocabulary)
        raise Refusal("errors_casework.not_in_list", pointer=pointer, value=value, allowed=allowed) from fault


def _check_times(tx: Tx, occurred_at: datetime | None) -> datetime:
    moment = occurred_at or tx.now
    if moment.tzinfo is None:
        raise Refusal("errors_casework.time_without_zone", pointer="/occurred_at", value=moment.isoformat())
    if not EARLIEST <= moment < LATEST:
        raise Refusal("errors_casework.time_implausible", pointer="/occurred_at", value=moment.isoformat())
    if moment > tx.now + TOLERANCE:
        raise Refusal(
            "errors_casework.time_in_future", pointer="/occurred_at", value=local_time(moment), now=local_time(tx.now)
        )
    return moment


def _check_summary(summary: str) -> str:
    words = summary.strip()
    if not words:
        raise Refusal("errors_casework.summary_missing", pointer="/summary")
    if len(words) > SUMMARY_LIMIT:
        raise Refusal("errors_casework.summary_long", pointer="/summary", length=len(words), limit=SUMMARY_LIMIT)
    return words


def _check_domain(tx: Tx, domain: str | None) -> None:
    if domain is None:
        return
    query = select(ItemField.code).where(
        ItemField.jurisdiction_id == tx.county.jurisdiction_id, ItemField.code == domain
    )
    if tx.session.scalars(query).first() is None:
        raise Refusal("errors_casework.domain_unknown", pointer="/domain", domain=domain, county=tx.county.words)


def assign_due(tx: Tx, urgency: str, since: datetime) -> datetime:
    """When a lead of `urgency` received at `since` is to be assigned (profile, `lead.assign.<urgency>`, minutes)."""
    minutes = tx.county.profile.require(f"lead.assign.{urgency}", since.date()).value
    return since + timedelta(minutes=minutes)


def receive_lead(
    tx: Tx,
    *,
    source: str,
    summary: str,
    urgency: str = Urgency.NORMAL,
    occurred_at: datetime | None = None,
    lon: float | None = None,
    lat: float | None = None,
    datum: Datum = "wgs84",
    accuracy_m: float | None = None,
    cell_code: str | None = None,
    address: str | None = None,
    item_code: str | None = None,
    domain: str | None = None,
    reporter_name: str | None = None,
    reporter_phone: str | None = None,
    external_number: str | None = None,
    hotline_due_at: datetime | None = None,
) -> Lead:
    """Take in a lead and place it in the grid; what cannot be placed stays in the queue as unlocated (workflow.md)."""
    lead = _prepare(
        tx,
        find_item(tx, item_code) if item_code else None,
        place_lead(tx.county, lon, lat, datum, cell_code, address),
        source=source,
        summary=summary,
        urgency=urgency,
        occurred_at=occurred_at,
        domain=domain,
        reporter_name=reporter_name,
        reporter_phone=reporter_phone,
        external_number=external_number,
        hotline_due_at=hotline_due_at,
        address=address,
        accuracy_m=accuracy_m,
    )
    _register(tx, [(lead, item_code)])
    return lead


def receive_leads(tx: Tx, *, leads: Sequence[Mapping[str, Any]]) -> list[tuple[Lead, str | None] | Refusal]:
    """Take in many leads (facts as `receive_lead`'s) in one savepoint; each is taken with its item's code or refused
    alone, in the order given."""
    items: dict[str, Item] = {}
    found: list[tuple[Lead, str | None] | Refusal] = []
    for facts in leads:
        rest = dict(facts)
        place = {name: rest.pop(name, None) for name in ("lon", "lat", "cell_code")}
        datum, code = rest.pop("datum", "wgs84"), rest.pop("item_code", None)
        try:
            if code and code not in items:
                items[code] = find_item(tx, code)
            where = place_lead(tx.county, **place, datum=datum, address=rest.get("address"))
            found.append((_prepare(tx, items[code] if code else None, where, **rest), code))
        except Refusal as refusal:
            found.append(refusal)
    _register(tx, [one for one in found if not isinstance(one, Refusal)])
    return found


def _prepare(
    tx: Tx,
    item: Item | None,
    place: Place,
    *,
    source: str,
    summary: str,
    urgency: str = Urgency.NORMAL,
    occurred_at: datetime | None = None,
    domain: str | None = None,
    **told: Any,
) -> Lead:
    """A lead that may be taken in, without number or state yet; raises Refusal naming what is wrong."""
    _check_domain(tx, domain)
    lead = Lead(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        source=_one_of(source, LeadSource, "/source"),
        urgency=_one_of(urgency, Urgency, "/urgency"),
        summary=_check_summary(summary),
        domain=item.domain if item else domain,
        item_id=item.id if item else None,
        occurred_at=_check_times(tx, occurred_at),
        received_at=tx.now,
        assign_due_at=assign_due(tx, urgency, tx.now),
        **told,
        **place.as_columns(),
    )
    here = frozenset([place.township] if place.township else [])
    demand(tx.actor, "lead.receive", Subject(tx.county.jurisdiction_id, here), tx.now)
    return lead


def _register(tx: Tx, leads: Sequence[tuple[Lead, str | None]]) -> None:
    """Number the leads, set their first state and write their events."""
    if not leads:
        return
    numbers = draw_numbers(tx, "lead", len(leads))
    for (lead, _), number in zip(leads, numbers, strict=True):
        lead.number = number
        lead.status = advance(MatterKind.LEAD, None, Verb.RECEIVE, roles_of(tx), Facts(number=number, now=tx.now)).value
    tx.session.add_all(lead for lead, _ in leads)
    append_steps(tx, [_received(tx, lead, code) for lead, code in leads])
    for lead, _ in leads:
        tell_emergency(tx, lead)


def _received(tx: Tx, lead: Lead, item_code: str | None) -> EventDraft:
    told = {"source": lead.source, "urgency": lead.urgency, "cell": lead.cell_code, "item": item_code}
    return EventDraft(
        at=tx.now,
        matter="lead",
        subject_id=lead.id,
        verb=Verb.RECEIVE.value,
        subject_number=lead.number,
        to_state=lead.status,
        facts=told | {"note": lead.location_note},
    )


def locate(
    tx: Tx,
    *,
    number: str,
    lon: float | None = None,
    lat: float | None = None,
    datum: Datum = "wgs84",
    cell_code: str | None = None,
) -> Lead:
    """Place a lead by a point or by a cell the dispatcher chose; raises Refusal when the point is outside the county."""
    lead = find_lead(tx, number)
    demand_step(tx, lead, Verb.LOCATE)  # where it lay so far; where it comes to lie is asked with the step
    if lon is not None and lat is not None:
        place = of_point(tx.county, lon, lat, datum)
    elif cell_code:
        place = of_cell(tx.county, cell_code, lead.lon, lead.lat)
    else:
        raise Refusal("errors_casework.place_missing", number=number)
    if place.cell is None:
        raise Refusal("errors_casework.point_outside", pointer="/lon", lon=lon, lat=lat, county=tx.county.words)
    before = lead.cell_code
    for name, value in place.as_columns().items():
        setattr(lead, name, value)
    take_step(tx, lead, Verb.LOCATE, Facts(), told={"before": before, "cell": place.cell})
    return lead


def triage(
    tx: Tx, *, number: str, urgency: str | None = None, item_code: str | None = None, domain: str | None = None
) -> Lead:
    """Set urgency, item and domain; the item is what the dispatcher says, a suggestion is never applied by itself."""
    lead = find_lead(tx, number)
    item: Item | None = find_item(tx, item_code) if item_code else None
    _check_domain(tx, domain)
    if item is not None:
        lead.item_id, lead.domain = item.id, item.domain
    elif domain:
        lead.domain = domain
    if urgency and urgency != lead.urgency:
        lead.urgency = _one_of(urgency, Urgency, "/urgency")
        tell_emergency(tx, lead)
        lead.assign_due_at = assign_due(tx, lead.urgency, lead.received_at)
    lead.triaged_at = lead.triaged_at or tx.now
    told = {"urgency": lead.urgency, "domain": lead.domain, "item": item_code}
    take_step(tx, lead, Verb.TRIAGE, Facts(domain=lead.domain or ""), told=told)
    return lead


def mark_duplicate(tx: Tx, *, number: str, original: str) -> Lead:
    """Close a lead as a duplicate of `original`; both stay readable, nothing is merged."""
    lead = find_lead(tx, number)
    demand_step(tx, lead, Verb.MARK_DUPLICATE)
    first = find_lead(tx, original)
    _check_original(first)
    lead.duplicate_of_id = first.id
    lead.closing_reason = first.number
    take_step(tx, lead, Verb.MARK_DUPLICATE, Facts(original_number=first.number), told={"original": first.number})
    return lead


def _check_original(first: Lead) -> None:
    """The original must not be closed as a duplicate itself: two leads would close each other and nobody would go."""
    if first.status == LeadStatus.DUPLICATE:
        raise Refusal(
            "errors_casework.original_is_duplicate",
            kind="conflict",
            pointer="/original",
            number=first.number,
            original=first.closing_reason or "",
        )


def reject(tx: Tx, *, number: str, reason: str) -> Lead:
    """Turn a lead away with a reason that the reporter is told."""
    lead = find_lead(tx, number)
    lead.closing_reason = reason.strip()
    take_step(tx, lead, Verb.REJECT, Facts(reason=reason), told={"reasoned": bool(reason.strip())})
    return lead


def resolve(tx: Tx, *, number: str, note: str | None = None, matter_ended: bool = False) -> Lead:
    """Close a lead whose outcome ends it, or whose re-check passed (`matter_ended`)."""
    lead = find_lead(tx, number)
    outcome = Outcome(lead.outcome) if lead.outcome else None
    waiting = 0 if matter_ended else pending_outcomes(tx, lead.id, last_leading(tx, lead.id))
    facts = Facts(outcome=outcome, open_tasks=open_tasks(tx, lead.id), pending=waiting, matter_ended=matter_ended)
    lead.resolved_at, lead.closing_reason = tx.now, note
    take_step(tx, lead, Verb.RESOLVE, facts, told={"outcome": lead.outcome, "matter_ended": matter_ended})
    return lead


def evaluate(tx: Tx, *, number: str, score: int, note: str | None = None) -> Lead:
    """Record the evaluation (1–5) of a resolved lead by call-back or by the centre."""
    if not 1 <= score <= 5:
        raise Refusal("errors_casework.score_range", pointer="/score", score=score)
    lead = find_lead(tx, number)
    lead.evaluation, lead.evaluated_at = score, tx.now
    take_step(tx, lead, Verb.EVALUATE, Facts(), told={"score": score})
    return lead


def archive(tx: Tx, *, number: str) -> Lead:
    """Put an evaluated lead away; it stays readable."""
    lead = find_lead(tx, number)
    take_step(tx, lead, Verb.ARCHIVE, Facts(), told=_nothing())
    return lead


def _nothing() -> Mapping[str, Any]:
    return {}
