"""What every step shares: authorise, ask the rules, change the state, write the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from data.authority import SYSTEM, Subject, demand, within
from data.db import Tx
from data.events import append_event
from data.models import Item, Lead, Task, Team
from policy.errors import Refusal
from policy.guards import Facts
from policy.lifecycle import OPEN_TASKS, advance, lead_after
from policy.vocabulary import LeadStatus, MatterKind, Outcome, Role, TaskStatus, Verb

Row = TypeVar("Row", Lead, Task, Team, Item)


def roles_of(tx: Tx) -> frozenset[Role]:
    """Roles the actor brings to a step; the clock and the jobs act as `system`, which holds every desk role too."""
    return frozenset(Role) if tx.actor.system else tx.actor.roles


def subject_of(tx: Tx, matter: Lead | Task, team: str | None = None) -> Subject:
    """The matter as an object of access: its township, its team, its number."""
    townships = frozenset({matter.township_code} if matter.township_code else ())
    nowhere = not townships and bool(
        matter.status
    )  # a new lead may come from anywhere, an unlocated one is the centre's
    return Subject(tx.county.jurisdiction_id, townships, team, matter.number, nowhere)


def demand_step(tx: Tx, matter: Lead | Task, verb: Verb, team: str | None = None) -> Tx:
    """Refuse who may not take this step here, before anything of the matter is told; gives the step as those roles take
    it that the actor holds where the matter lies."""
    subject = subject_of(tx, matter, team)
    kind = MatterKind.LEAD if isinstance(matter, Lead) else MatterKind.TASK
    demand(tx.actor, f"{kind.value}.{verb.value}", subject, tx.now)
    return replace(tx, actor=within(tx.actor, subject, tx.now))


def find_lead(tx: Tx, number: str) -> Lead:
    """The lead `number` of this county, locked for the step; raises Refusal when there is none in the actor's area."""
    return _find(tx, Lead, Lead.number, number, "errors_casework.lead_not_found")


def find_task(tx: Tx, number: str) -> Task:
    """The task `number` of this county, locked for the step."""
    return _find(tx, Task, Task.number, number, "errors_casework.task_not_found")


def find_team(tx: Tx, code: str) -> Team:
    """The team `code` of this county."""
    return _find(tx, Team, Team.code, code, "errors_casework.team_not_found")


def find_item(tx: Tx, code: str) -> Item:
    """The item `code` of this county."""
    return _find(tx, Item, Item.code, code, "errors_casework.item_not_found")


def _find(tx: Tx, model: type[Row], column: InstrumentedAttribute[str], key: str, code: str) -> Row:
    query = select(model).where(column == key, model.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal(code, kind="not_found", number=key, county=tx.county.words)
    return row


def open_tasks(tx: Tx, lead_id: UUID, besides: UUID | None = None) -> int:
    """How many tasks of a lead are still open, not counting `besides`."""
    query = select(func.count()).select_from(Task).where(Task.lead_id == lead_id, Task.status.in_(OPEN_TASKS))
    return tx.session.scalar(query.where(Task.id != besides) if besides else query) or 0


AWAITING: Final = tuple(outcome.value for outcome in Outcome if lead_after(outcome).status is not LeadStatus.RESOLVED)


def pending_outcomes(tx: Tx, lead_id: UUID, round_of: Task | None) -> int:
    """How many other tasks sent in the same round reported an outcome that still waits for something (re-check, case,
    receiver); a later round, such as the re-check itself, leaves the earlier ones behind."""
    if round_of is None:
        return 0
    query = (
        select(func.count())
        .select_from(Task)
        .where(
            Task.lead_id == lead_id,
            Task.id != round_of.id,
            Task.outcome.in_(AWAITING),
            Task.reported_at >= round_of.assigned_at,
        )
    )
    return tx.session.scalar(query) or 0


def last_leading(tx: Tx, lead_id: UUID) -> Task | None:
    """The task that led the newest round of a lead."""
    query = select(Task).where(Task.lead_id == lead_id, Task.leading).order_by(Task.assigned_at.desc()).limit(1)
    return tx.session.scalars(query).first()


def take_step(
    tx: Tx,
    matter: Lead | Task,
    verb: Verb,
    facts: Facts,
    *,
    told: Mapping[str, Any] | None = None,
    clause: str | None = None,
    team: str | None = None,
) -> None:
    """One step: scope, then the table with its guards, then the new state and its event (`told`: facts of the event)."""
    kind = MatterKind.LEAD if isinstance(matter, Lead) else MatterKind.TASK
    before = matter.status or None
    state = (LeadStatus if kind is MatterKind.LEAD else TaskStatus)(before) if before else None
    tx = demand_step(tx, matter, verb, team)
    facts = replace(facts, number=matter.number, now=tx.now)
    matter.status = advance(kind, state, verb, roles_of(tx), facts).value
    append_event(
        tx,
        matter=kind.value,
        subject_id=matter.id,
        subject_number=matter.number,
        verb=verb.value,
        from_state=before,
        to_state=matter.status,
        facts=told,
        clause=clause,
    )
    _tell_sender(tx, matter)


def follow(tx: Tx, lead: Lead, verb: Verb | None, facts: Facts, told: Mapping[str, Any] | None = None) -> None:
    """A step of the lead that follows from a step of its task; taken as the system, in the same savepoint."""
    if verb is None:
        return
    before = lead.status
    facts = replace(facts, number=lead.number, now=tx.now)
    lead.status = advance(MatterKind.LEAD, LeadStatus(before), verb, frozenset(Role), facts).value
    append_event(
        replace(tx, actor=SYSTEM),
        matter="lead",
        subject_id=lead.id,
        subject_number=lead.number,
        verb=verb.value,
        from_state=before,
        to_state=lead.status,
        facts={"following": True, **(told or {})},
    )
    _tell_sender(tx, lead)


def _tell_sender(tx: Tx, matter: Lead | Task) -> None:
    """What came by transfer and is over goes back to its sender (X4)."""
    if isinstance(matter, Lead):
        from data.casework.results import result_of_lead  # a result is a step of its transfer

        result_of_lead(tx, matter)
