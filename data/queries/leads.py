"""Leads and tasks as plain rows, masked, within the actor's area."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.masking import mask_name, mask_phone
from data.models import Event, Item, Lead, Task, Team
from data.said import with_words
from policy.errors import Refusal

Row = dict[str, Any]
PAGE_LIMIT: Final = 500
LEAD_COLUMNS: Final = (
    "number", "status", "source", "urgency", "summary", "domain", "address", "lon", "lat", "accuracy_m", "cell_code",
    "cell_chain", "township_code", "external_number", "occurred_at", "received_at", "triaged_at", "assign_due_at",
    "assigned_at", "resolved_at", "evaluated_at", "outcome", "recheck_on", "evaluation", "closing_reason",
    "location_note", "hotline_due_at", "reply", "replied_at", "callback", "called_back_at", "version",
)  # fmt: skip
TASK_COLUMNS: Final = (
    "number", "kind", "leading", "status", "urgency", "township_code", "assigned_at", "accept_due_at", "arrive_due_at",
    "accepted_at", "departed_at", "arrived_at", "reported_at", "ended_at", "outcome", "note", "recheck_on", "reason",
    "version",
)  # fmt: skip


def lead_row(lead: Lead, county: County, item_code: str | None = None, lang: str = "zh") -> Row:
    """A lead as a plain row with its place in words; name and telephone of the reporter masked, what was erased said so
    in `lang` (PI 47, 51)."""
    return {name: getattr(lead, name) for name in LEAD_COLUMNS} | {
        "item_code": item_code,
        "place": county.place(lead.cell_code, lang),
        "reporter": mask_name(lead.reporter_name, lang),
        "reporter_phone": mask_phone(lead.reporter_phone, lang),
    }


def task_row(task: Task, lead_number: str, team: Team) -> Row:
    """A task as a plain row with its lead and team."""
    return {name: getattr(task, name) for name in TASK_COLUMNS} | {
        "lead_number": lead_number,
        "team_code": team.code,
        "team_name": team.name,
    }


def _leads(actor: Actor, county: County) -> Select[Lead, str | None]:
    return (
        select(Lead, Item.code)
        .outerjoin(Item, Item.id == Lead.item_id)
        .where(
            Lead.jurisdiction_id == county.jurisdiction_id,
            in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code),
        )
    )


def get_lead(session: Session, actor: Actor, county: County, *, number: str, lang: str = "zh") -> Row:
    """One lead; not found and not in the actor's area are the same answer, so that numbers tell nothing."""
    demand(actor, "lead.read", Subject(county.jurisdiction_id), None)
    row = session.execute(_leads(actor, county).where(Lead.number == number)).first()
    if row is None:
        raise Refusal("errors_casework.lead_not_found", kind="not_found", number=number, county=county.words)
    return lead_row(row[0], county, row[1], lang)


def lead_id(session: Session, county: County, number: str) -> UUID:
    """The key of a lead that is known to be there."""
    query = select(Lead.id).where(Lead.number == number, Lead.jurisdiction_id == county.jurisdiction_id)
    return session.scalars(query).one()


def list_leads(
    session: Session,
    actor: Actor,
    county: County,
    *,
    statuses: Sequence[str] = (),
    township: str | None = None,
    since: datetime | None = None,
    before: str | None = None,
    limit: int = 100,
    lang: str = "zh",
) -> list[Row]:
    """Leads newest first; `before` is the number after which the page begins; at most 500."""
    demand(actor, "lead.read", Subject(county.jurisdiction_id), None)
    query = _leads(actor, county).order_by(Lead.received_at.desc(), Lead.number.desc()).limit(min(limit, PAGE_LIMIT))
    if statuses:
        query = query.where(Lead.status.in_(statuses))
    if township:
        query = query.where(Lead.township_code == township)
    if since:
        query = query.where(Lead.received_at >= since)
    if before:
        mark = session.execute(_leads(actor, county).where(Lead.number == before)).first()
        if mark is None:  # the first page once more would never end
            raise Refusal("errors_casework.lead_not_found", pointer="/before", number=before, county=county.words)
        query = query.where(
            (Lead.received_at < mark[0].received_at)
            | ((Lead.received_at == mark[0].received_at) & (Lead.number < before))
        )
    return [lead_row(lead, county, code, lang) for lead, code in session.execute(query)]


def _tasks(actor: Actor, county: County) -> Select[Task, str, Team]:
    return (
        select(Task, Lead.number, Team)
        .join(Lead, Lead.id == Task.lead_id)
        .join(Team, Team.id == Task.team_id)
        .where(
            Task.jurisdiction_id == county.jurisdiction_id,
            in_scope(actor, "task.read", county.jurisdiction_id, Task.township_code),
        )
    )


def get_task(session: Session, actor: Actor, county: County, *, number: str) -> Row:
    """One task."""
    demand(actor, "task.read", Subject(county.jurisdiction_id), None)
    row = session.execute(_tasks(actor, county).where(Task.number == number)).first()
    if row is None:
        raise Refusal("errors_casework.task_not_found", kind="not_found", number=number, county=county.words)
    return task_row(row[0], row[1], row[2])


def list_tasks(
    session: Session,
    actor: Actor,
    county: County,
    *,
    statuses: Sequence[str] = (),
    lead: str | None = None,
    team: str | None = None,
    limit: int = 100,
) -> list[Row]:
    """Tasks newest first; of one lead or one team where named; at most 500."""
    demand(actor, "task.read", Subject(county.jurisdiction_id), None)
    few = bool(statuses or lead or team)
    # behind a function, so that SQLite looks the few up by what is asked instead of walking all tasks by their time
    newest = func.coalesce(Task.assigned_at, Task.assigned_at) if few else Task.assigned_at
    query = _tasks(actor, county).order_by(newest.desc(), Task.number.desc()).limit(min(limit, PAGE_LIMIT))
    if statuses:
        query = query.where(Task.status.in_(statuses))
    if lead:
        query = query.where(Lead.number == lead, Lead.jurisdiction_id == county.jurisdiction_id)
    if team:
        query = query.where(Team.code == team, Team.jurisdiction_id == county.jurisdiction_id)
    return [task_row(task, number, found) for task, number, found in session.execute(query)]


def event_rows(session: Session, query: Select[Event]) -> list[Row]:
    """Events as plain rows, their facts parsed, with what was typed at their steps."""
    rows = session.scalars(query).all()
    facts = with_words(session, [json.loads(event.facts) for event in rows])
    return [_event_row(event, fact) for event, fact in zip(rows, facts, strict=True)]


def _event_row(event: Event, facts: Mapping[str, Any]) -> Row:
    names = ("sequence", "at", "role", "organ", "certificate", "matter", "subject_id", "subject_number", "verb")
    more = ("from_state", "to_state", "clause", "hash")
    return {name: getattr(event, name) for name in (*names, *more)} | {"facts": dict(facts)}


def lead_events(session: Session, actor: Actor, county: County, *, number: str) -> list[Row]:
    """Every step of a lead and of its tasks, oldest first."""
    demand(actor, "event.read", Subject(county.jurisdiction_id, label=number), None)
    get_lead(session, actor, county, number=number)
    subject = select(Lead.id).where(Lead.number == number, Lead.jurisdiction_id == county.jurisdiction_id)
    tasks = select(Task.id).where(Task.lead_id.in_(subject))
    query = select(Event).where(Event.subject_id.in_(subject) | Event.subject_id.in_(tasks)).order_by(Event.sequence)
    return event_rows(session, query)
