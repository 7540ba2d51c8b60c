"""The event chain as people search it: by matter, by who acted, by step, by time, page by page, newest first (C20)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from data.authority import VERBS, Actor, Subject, demand, townships_of
from data.county import County
from data.events import Verification, verify_subjects
from data.models import (
    Account,
    Assistance,
    CallOut,
    Case,
    CaseReview,
    Complaint,
    ConductCard,
    Dispute,
    Escalation,
    Event,
    Lead,
    Organ,
    Person,
    Referral,
    Task,
    Transfer,
)
from data.queries.cards import visible_cards
from data.queries.case_history import step_words, subjects_of
from data.queries.complaints import visible_complaints
from data.queries.deadlines import deadline_event
from data.said import with_words
from policy.errors import Refusal

PAGE: Final = 50
MOST: Final = 500
_MATTERS: Final[tuple[Any, ...]] = (
    Lead,
    Task,
    Case,
    CaseReview,
    Transfer,
    Assistance,
    Dispute,
    Referral,
    Escalation,
    CallOut,
)
OWN: Final = frozenset(
    {"log_in", "log_out", "enrol_factor", "use_recovery_code", "renew_recovery_codes", "remove_factor", "reset_factor"}
)
"""What one does with one's own account: asked of nobody, and yet in the chain."""
STEPS: Final = tuple(sorted({name.partition(".")[2] for name in VERBS} - {"read"} | OWN))
"""Names by which steps stand in the chain."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What is looked for; nothing set: everything. `actor` is part of an account's or a person's name."""

    number: str = ""
    actor: str = ""
    step: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventFound:
    """One event: what was done in words, by whom in which role for which organ, on what, with its place in the chain."""

    sequence: int
    at: datetime
    matter: str
    subject_id: UUID
    number: str
    verb: str
    words: str
    who: str
    role: str
    organ: str | None
    certificate: str | None
    from_state: str | None
    to_state: str | None
    clause: str | None
    facts: Mapping[str, Any]
    previous: str
    hash: str


def search_events(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    which: EventFilter,
    *,
    before: int | None = None,
    limit: int = PAGE,
    lang: str = "zh",
) -> list[EventFound]:
    """Events of the actor's area, newest first; `before` is the sequence after which a page begins."""
    demand(actor, "event.read", Subject(county.jurisdiction_id, label=which.number), now)
    _check(which)
    query = (
        select(Event, Account.display_name)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where(*_conditions(session, county, which))
        .where(*_area(actor, county), *_conduct(actor, county))
    )
    if before is not None:
        query = query.where(Event.sequence < before)
    rows = session.execute(query.order_by(Event.sequence.desc()).limit(min(limit, MOST))).all()
    facts = with_words(session, [json.loads(event.facts) for event, _ in rows], lang)
    return [_found(event, who, fact, lang) for (event, who), fact in zip(rows, facts, strict=True)]


def _check(which: EventFilter) -> None:
    if which.step and which.step not in STEPS:
        near = tuple(get_close_matches(which.step, STEPS, 5, 0.4)) or STEPS[:5]
        raise Refusal("errors_audit.unknown_step", pointer="/step", step=which.step[:40], near=near)
    if which.since and which.until and which.since > which.until:
        raise Refusal(
            "errors_audit.period", pointer="/until", since=f"{which.since:%Y-%m-%d}", until=f"{which.until:%Y-%m-%d}"
        )


def _conditions(session: Session, county: County, which: EventFilter) -> list[ColumnElement[bool]]:
    if which.number:  # by county too, SQLite would walk its whole chain in order
        found: list[ColumnElement[bool]] = [Event.subject_id.in_(_subjects(session, county, which.number))]
    else:
        found = [Event.jurisdiction_id == county.jurisdiction_id]
    if which.actor:
        found.append(Event.actor_id.in_(_accounts(session, which.actor)))
    if which.step:
        found.append(Event.verb == which.step)
    if which.since:
        found.append(Event.at >= which.since)
    if which.until:
        found.append(Event.at < which.until)
    return found


def _subjects(session: Session, county: County, number: str) -> tuple[UUID, ...]:
    """The matter `number` with what belongs to it; raises Refusal for a number nobody has."""
    for model in _MATTERS:
        query = select(model).where(model.number == number, model.jurisdiction_id == county.jurisdiction_id)
        row = session.scalars(query).first()
        if isinstance(row, Case):
            return subjects_of(session, row)
        if isinstance(row, Lead):
            return (row.id, *session.scalars(select(Task.id).where(Task.lead_id == row.id)))
        if row is not None:
            return (row.id,)
    raise Refusal(
        "errors_audit.matter_not_found", kind="not_found", pointer="/number", number=number[:40], county=county.name
    )


def _accounts(session: Session, name: str) -> tuple[UUID, ...]:
    part = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    like = f"%{part}%"
    query = select(Account.id).where(
        or_(Account.username.ilike(like, escape="\\"), Account.display_name.ilike(like, escape="\\"))
    )
    return tuple(session.scalars(query))


def _area(actor: Actor, county: County) -> list[ColumnElement[bool]]:
    """For who holds some townships only: events of matters that lie there."""
    townships = townships_of(actor, "event.read", county.jurisdiction_id)
    if townships is None:
        return []
    places = sorted(townships)
    parts = [Event.subject_id.in_(select(model.id).where(model.township_code.in_(places))) for model in _MATTERS]
    return [or_(*parts)]


def _conduct(actor: Actor, county: County) -> list[ColumnElement[bool]]:
    """Steps of a complaint or card for who may read it: whom it is about learns nothing of it here."""
    told = select(Complaint.id).where(visible_complaints(actor, county))
    given = select(ConductCard.id).join(Person, Person.id == ConductCard.person_id)
    given = given.join(Organ, Organ.id == Person.organ_id).where(visible_cards(actor, county))
    return [
        or_(Event.matter != matter, Event.subject_id.in_(seen))
        for matter, seen in (("complaint", told), ("card", given))
    ]


def _found(event: Event, who: str | None, facts: Mapping[str, Any], lang: str) -> EventFound:
    return EventFound(
        event.sequence,
        event.at,
        event.matter,
        event.subject_id,
        event.subject_number or "",
        event.verb,
        deadline_event(event.verb, facts, lang) or step_words(event.matter, event.verb, lang),
        who or "",
        event.role,
        event.organ,
        event.certificate,
        event.from_state,
        event.to_state,
        event.clause,
        facts,
        event.previous,
        event.hash,
    )


def verify_matter(session: Session, actor: Actor, county: County, now: datetime, number: str) -> Verification:
    """The events of one matter recomputed, each held against the one before it; the rest of the chain is not looked at."""
    demand(actor, "event.read", Subject(county.jurisdiction_id, label=number), now)
    subjects = _subjects(session, county, number)
    if not search_events(session, actor, county, now, EventFilter(number=number), limit=1):
        raise Refusal(
            "errors_audit.matter_not_found", kind="not_found", pointer="/number", number=number[:40], county=county.name
        )
    return verify_subjects(session, county.jurisdiction_id, subjects)
