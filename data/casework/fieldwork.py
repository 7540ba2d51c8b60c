"""Verbs of a team at work: accept, decline, depart, arrive, report; and what the clock does when nobody accepts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from data.casework.entering import entered
from data.casework.notices import answered_by_step, recall_notices
from data.casework.numbers import local_time
from data.casework.sending import judge_team, people_on_shift
from data.casework.steps import demand_step, find_task, follow, open_tasks, pending_outcomes, take_step
from data.casework.units import follow_tasks
from data.db import Tx
from data.models import Certificate, Lead, Task, Team
from data.queries.force import suspended
from policy.errors import Refusal
from policy.guards import Facts
from policy.lifecycle import lead_verb_after
from policy.vocabulary import LeadStatus, Outcome, TaskKind, TaskStatus, Verb

NOTE_LIMIT = 4_000


def _team_of(tx: Tx, task: Task) -> Team:
    return tx.session.get_one(Team, task.team_id)


def _after(tx: Tx, task: Task, verb: Verb, outcome: Outcome | None = None) -> Lead:
    """Let the unit board and the lead follow the task."""
    lead = tx.session.get_one(Lead, task.lead_id)
    follow_tasks(tx, task.team_id)
    others = open_tasks(tx, lead.id, besides=task.id)
    waiting = pending_outcomes(tx, lead.id, task) if outcome else 0
    step = lead_verb_after(verb, LeadStatus(lead.status), others + waiting, outcome)
    if step is Verb.RESOLVE:
        lead.resolved_at = tx.now
    if step is Verb.REQUEUE:
        lead.assigned_at = None
    follow(tx, lead, step, Facts(outcome=outcome, open_tasks=others, reason=task.reason or ""), {"task": task.number})
    return lead


def _already(tx: Tx, task: Task, verb: Verb) -> None:
    """A second accept is told who was first and when, not merely that the state forbids it."""
    if verb is Verb.ACCEPT and task.accepted_at is not None:
        team = _team_of(tx, task)
        raise Refusal(
            "errors_casework.already_accepted",
            kind="conflict",
            number=task.number,
            team=team.name,
            at=local_time(task.accepted_at),
        )


def accept(tx: Tx, *, number: str, told_by: str | None = None) -> Task:
    """Take a task on with who is on shift now; eligibility is judged again, for a certificate may have run out since.

    `told_by`, here and below: the code of the person of the team whose words somebody else enters (代录).
    """
    task = find_task(tx, number)
    lead, team = tx.session.get_one(Lead, task.lead_id), _team_of(tx, task)
    demand_step(tx, task, Verb.ACCEPT, team.code)
    _already(tx, task, Verb.ACCEPT)
    task.accepted_at = tx.now
    verdict = judge_team(tx, lead, team, TaskKind(task.kind), holding=task.id)
    task.officer_ids = people_on_shift(tx, team)
    told = {"people": len(task.officer_ids)} | entered(tx, team, told_by)
    take_step(tx, task, Verb.ACCEPT, Facts(eligibility=verdict), told=told, team=team.code)
    answered_by_step(tx, task.id)
    _after(tx, task, Verb.ACCEPT)
    return task


def decline(tx: Tx, *, number: str, reason: str, told_by: str | None = None) -> Task:
    """Give a task back with a reason; its lead returns to the queue when nobody else is on it."""
    task = find_task(tx, number)
    task.reason, task.ended_at = reason.strip(), tx.now
    team = _team_of(tx, task)
    told = {"reasoned": bool(task.reason)} | entered(tx, team, told_by)
    take_step(tx, task, Verb.DECLINE, Facts(reason=reason), told=told, team=team.code)
    answered_by_step(tx, task.id)
    _after(tx, task, Verb.DECLINE)
    return task


def depart(tx: Tx, *, number: str, told_by: str | None = None) -> Task:
    """The team is on its way."""
    task = find_task(tx, number)
    team = _team_of(tx, task)
    task.departed_at = tx.now
    take_step(tx, task, Verb.DEPART, Facts(), told=entered(tx, team, told_by), team=team.code)
    _after(tx, task, Verb.DEPART)
    return task


def arrive(tx: Tx, *, number: str, told_by: str | None = None) -> Task:
    """The team is on scene; measured from assignment against 5 or 15 minutes (JD 二(四)12)."""
    task = find_task(tx, number)
    task.arrived_at = tx.now
    seconds = int((tx.now - task.assigned_at).total_seconds())
    team = _team_of(tx, task)
    told = {"seconds": seconds} | entered(tx, team, told_by)
    take_step(tx, task, Verb.ARRIVE, Facts(), told=told, team=team.code)
    _after(tx, task, Verb.ARRIVE)
    return task


def certified_now(tx: Tx, officer_ids: list[str], now: datetime) -> list[str]:
    """The officers sent who hold a certificate that is valid to the second and not suspended."""
    ids = [UUID(one) for one in officer_ids]
    if not ids:
        return []
    rows = tx.session.scalars(
        select(Certificate).where(
            Certificate.person_id.in_(ids), Certificate.valid_from <= now, Certificate.valid_to >= now
        )
    )
    held = {str(row.person_id) for row in rows if not suspended(row, now)}
    return [one for one in officer_ids if one in held]


def _outcome(value: str | None) -> Outcome | None:
    if not value:
        return None
    try:
        return Outcome(value)
    except ValueError as fault:
        allowed = tuple(member.value for member in Outcome)
        raise Refusal("errors_casework.not_in_list", pointer="/outcome", value=value, allowed=allowed) from fault


def report(
    tx: Tx,
    *,
    number: str,
    outcome: str | None,
    note: str | None = None,
    recheck_on: date | None = None,
    told_by: str | None = None,
) -> Task:
    """Report back with one of the closed list of outcomes; the lead follows as workflow.md's table says."""
    task = find_task(tx, number)
    chosen = _outcome(outcome)
    if note and len(note) > NOTE_LIMIT:
        raise Refusal("errors_casework.note_long", pointer="/note", length=len(note), limit=NOTE_LIMIT)
    _check_recheck(tx, recheck_on)
    task.outcome, task.note, task.recheck_on = chosen.value if chosen else None, note, recheck_on
    task.reported_at = task.ended_at = tx.now
    facts = Facts(
        outcome=chosen, recheck_on=recheck_on, certified_officers=len(certified_now(tx, task.officer_ids, tx.now))
    )
    team = _team_of(tx, task)
    told = {"outcome": task.outcome, "recheck_on": recheck_on.isoformat() if recheck_on else None}
    take_step(tx, task, Verb.REPORT, facts, told=told | entered(tx, team, told_by), team=team.code)
    lead = tx.session.get_one(Lead, task.lead_id)
    if task.leading or lead.outcome is None:
        lead.outcome, lead.recheck_on = task.outcome, recheck_on
    _after(tx, task, Verb.REPORT, Outcome(lead.outcome) if lead.outcome else chosen)
    return task


def _check_recheck(tx: Tx, recheck_on: date | None) -> None:
    if recheck_on is not None and recheck_on < tx.now.date():
        raise Refusal("errors_casework.recheck_past", pointer="/recheck_on", day=recheck_on.isoformat())


def expire(tx: Tx, *, number: str) -> Task:
    """Nobody accepted in time: back to the queue, and counted (taken by the clock)."""
    task = find_task(tx, number)
    task.ended_at = tx.now
    take_step(tx, task, Verb.EXPIRE, Facts(accept_due_at=task.accept_due_at), told={"due": _iso(task.accept_due_at)})
    recall_notices(tx, task.id)
    _after(tx, task, Verb.EXPIRE)
    return task


def expire_due(tx: Tx) -> list[str]:
    """Expire every task of the county whose time to accept is over; gives their numbers."""
    numbers = tx.session.scalars(
        select(Task.number).where(
            Task.jurisdiction_id == tx.county.jurisdiction_id,
            Task.status == TaskStatus.ASSIGNED,
            Task.accept_due_at < tx.now,
        )
    ).all()
    return [expire(tx, number=number).number for number in numbers]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
