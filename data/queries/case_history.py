"""What happened to a case: every event in words, what was written with it, and whether its links of the chain are whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.events import Verification, verify_subjects
from data.keys import row_key
from data.models import (
    Account,
    Assistance,
    Case,
    CaseReview,
    Dispute,
    Escalation,
    Event,
    Person,
    Referral,
    Transfer,
)
from data.queries.deadlines import deadline_event
from data.queries.event_words import in_words
from data.said import with_words
from policy.text import has, say

_BESIDE: Final = (Transfer, Assistance, Dispute, Referral, Escalation)
_PEOPLE: Final = ("person", "presider", "persons")


@dataclass(frozen=True, slots=True)
class HappeningView:
    """One event: `words` say what was done, `facts` what it was told; a deadline's own events are `clock`."""

    position: int
    sequence: int
    at: datetime
    matter: str
    verb: str
    words: str
    who: str | None
    role: str
    organ: str | None
    certificate: str | None
    from_state: str | None
    to_state: str | None
    facts: Mapping[str, Any]
    clause: str | None
    hash: str
    clock: bool


def subjects_of(session: Session, case: Case) -> tuple[UUID, ...]:
    """The case itself, its reviews, and what passed between organs about it."""
    found = [case.id, *session.scalars(select(CaseReview.id).where(CaseReview.case_id == case.id))]
    for model in _BESIDE:
        found += session.scalars(select(model.id).where(model.matter_id == case.id))
    return tuple(found)


def happenings(
    session: Session, county: County, case: Case, names: Mapping[str, str], lang: str = "zh"
) -> tuple[HappeningView, ...]:
    """Every event of the case and of what belongs to it, oldest first."""
    rows = session.execute(
        select(Event, Account.display_name)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where(Event.subject_id.in_(subjects_of(session, case)))
        .order_by(Event.sequence)
    ).all()
    facts = with_words(session, [json.loads(event.facts) for event, _ in rows], lang)
    people = _people(session, county, facts)
    return tuple(
        _view(event, who, in_words(county, _told(fact, people), names, event.matter, event.at, lang), names, lang)
        for (event, who), fact in zip(rows, facts, strict=True)
    )


def _view(event: Event, who: str | None, facts: dict[str, Any], names: Mapping[str, str], lang: str) -> HappeningView:
    told = deadline_event(event.verb, facts, lang)
    return HappeningView(
        event.position,
        event.sequence,
        event.at,
        event.matter,
        event.verb,
        told or step_words(event.matter, event.verb, lang),
        who,
        event.role,
        names.get(event.organ, event.organ) if event.organ else None,
        event.certificate,
        event.from_state,
        event.to_state,
        {} if told else facts,
        event.clause,
        event.hash,
        told is not None,
    )


def step_words(matter: str, verb: str, lang: str) -> str:
    """What a step is called: `批准立案`; its own name among verbs first, then the general one."""
    for key in (f"verbs.{matter}.{verb}", f"vocabulary.verb.{verb}", f"case_page.event.{verb}"):
        if has(key, lang):
            return say(key, lang)
    return verb


def _people(session: Session, county: County, facts: list[dict[str, Any]]) -> Mapping[str, str]:
    """Names of the people that events tell of, by key or by staff number."""
    told = {one for fact in facts for name in _PEOPLE for one in _many(fact.get(name))}
    keys = {row_key(one) for one in told}
    here = Person.code.in_(sorted(told)) & (Person.jurisdiction_id == county.jurisdiction_id)
    rows = session.execute(select(Person.id, Person.code, Person.name).where(Person.id.in_(keys) | here)).all()
    return {str(key): name for key, _, name in rows} | {code: name for _, code, name in rows if code}


def _many(value: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return (str(value),) if value else ()


def _told(fact: dict[str, Any], people: Mapping[str, str]) -> dict[str, Any]:
    named = {name: [people.get(one, one) for one in _many(fact[name])] for name in _PEOPLE if fact.get(name)}
    return fact | named


def chain_of(session: Session, county: County, case: Case) -> Verification:
    """The case's own events, each recomputed and held against the one before it; the rest of the chain is not looked at."""
    return verify_subjects(session, county.jurisdiction_id, subjects_of(session, case))
