"""What happened to a lead: its steps and those of its tasks, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Account, Event, Item, Lead, Task, Team
from data.said import with_words


@dataclass(frozen=True, slots=True)
class EventView:
    """A step that was taken: when, what, by whom, to which task; facts with names for codes."""

    at: datetime
    matter: str
    verb: str
    number: str
    who: str | None
    role: str
    facts: Mapping[str, Any]
    clause: str | None


def events_of(
    session: Session, county: County, lead: Lead, names: Mapping[str, str], lang: str
) -> tuple[EventView, ...]:
    """Every step of the lead and of its tasks, oldest first."""
    tasks = select(Task.id).where(Task.lead_id == lead.id)
    rows = session.execute(
        select(Event, Account.display_name)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where((Event.subject_id == lead.id) | Event.subject_id.in_(tasks))
        .order_by(Event.sequence)
    ).all()
    facts = with_words(session, [json.loads(event.facts) for event, _ in rows], lang)
    known = {**names, **_codes(session, county, facts, lang)}
    return tuple(
        EventView(
            event.at, event.matter, event.verb, event.subject_number or "", who, event.role, _told(fact, known),
            event.clause,
        )
        for (event, who), fact in zip(rows, facts, strict=True)
    )  # fmt: skip


def _codes(session: Session, county: County, facts: Sequence[Mapping[str, Any]], lang: str) -> dict[str, str]:
    teams = {code for fact in facts for code in (*_many(fact.get("teams")), fact.get("team")) if code}
    items = {fact["item"] for fact in facts if fact.get("item")}
    found: dict[str, str] = {}
    for model, codes in ((Team, teams), (Item, items)):
        query = select(model.code, model.name, model.name_en).where(
            model.jurisdiction_id == county.jurisdiction_id, model.code.in_(codes)
        )
        found |= {code: name if lang == "zh" else name_en or name for code, name, name_en in session.execute(query)}
    return found


def _many(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _told(fact: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        key: [names.get(one, one) for one in value]
        if isinstance(value, list)
        else names.get(value, value)
        if isinstance(value, str)
        else value
        for key, value in fact.items()
    }
