"""Verbs of the dispatcher: send one or several teams, and call one back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.casework.notices import answered_by_step, recall_notices
from data.casework.notifying import tell_team
from data.casework.numbers import draw_number
from data.casework.steps import demand_step, find_lead, find_task, find_team, follow, open_tasks, take_step
from data.casework.units import follow_tasks
from data.db import Tx
from data.models import Item, Lead, Task, Team
from data.queries.force import team_facts
from data.queries.named import decision_named, names_in_both
from data.queries.recommending import competence_of, task_facts, usual_kind
from policy.competence import covers
from policy.decision import Decision
from policy.eligibility import TeamFacts, may_take
from policy.eligibility import rules_of as eligibility_rules
from policy.errors import Refusal
from policy.guards import ENFORCEMENT_KINDS, Facts
from policy.lifecycle import OPEN_TASKS, lead_verb_after
from policy.text import Word
from policy.vocabulary import LeadStatus, TaskKind, Urgency, Verb, word


def _item_code(tx: Tx, lead: Lead) -> str | None:
    return tx.session.get_one(Item, lead.item_id).code if lead.item_id else None


@dataclass(frozen=True, slots=True)
class _Judged:
    """A team before a task: its facts, whether its people may take it, whether its organ is competent."""

    facts: TeamFacts
    eligibility: Decision
    competence: Decision

    @property
    def decision(self) -> Decision:
        return self.eligibility & self.competence


def _judged(tx: Tx, lead: Lead, team: Team, kind: TaskKind, holding: UUID | None = None) -> _Judged:
    """Everything is read once: facts of the team, the competence for the lead's item, names for the words."""
    facts = _facts_of(tx, team, holding)
    found = competence_of(tx.session, tx.county, lead, tx.now)
    task = task_facts(tx.county, lead, kind, _item_code(tx, lead), found)
    eligibility = may_take(facts, task, tx.now, eligibility_rules(tx.county.profile, tx.now.date()))
    enforced = kind in ENFORCEMENT_KINDS
    competence = covers(found, facts.organ_code, facts.township_codes) if enforced else Decision()
    names = names_in_both(tx.session, tx.county)
    return _Judged(facts, decision_named(eligibility, names), decision_named(competence, names))


def _facts_of(tx: Tx, team: Team, holding: UUID | None = None) -> TeamFacts:
    return team_facts(tx.session, tx.county, tx.now, codes=[team.code], releasing=holding)[0]


def judge_team(tx: Tx, lead: Lead, team: Team, kind: TaskKind, *, holding: UUID | None = None) -> Decision:
    """May `team` take `kind` for `lead` now? `holding`: the task it already has, left out of its load."""
    return _judged(tx, lead, team, kind, holding).eligibility


def people_on_shift(tx: Tx, team: Team) -> list[str]:
    """Keys of the people of `team` who are on shift at the moment of the step: those who go."""
    return _officers(_facts_of(tx, team))


def _officers(team: TeamFacts) -> list[str]:
    return [who.person_id for who in team.members if who.on_shift]


def _check_busy(team: Team, facts: TeamFacts, confirmed: bool) -> None:
    """A busy unit is never silently reset; assigning it again is asked first."""
    if facts.open_tasks and not confirmed:
        raise Refusal("errors_casework.unit_busy", kind="conflict", team=team.name, tasks=facts.open_tasks)


def _check_not_sent(tx: Tx, lead: Lead, team: Team) -> None:
    """One team has one open task of a lead: a second one would count its work twice."""
    open_one = (Task.lead_id == lead.id, Task.team_id == team.id, Task.status.in_(OPEN_TASKS))
    task = tx.session.scalars(select(Task.number).where(*open_one)).first()
    if task is not None:
        raise Refusal(
            "errors_casework.team_already_sent", kind="conflict", team=team.name, number=lead.number, task=task
        )


def _check_alone(tx: Tx, lead: Lead) -> None:
    """Somebody is on it already, perhaps since a moment ago: another team goes only when that is wanted; eyes do not count."""
    working = (Task.lead_id == lead.id, Task.status.in_(OPEN_TASKS), Task.kind != TaskKind.LOOK)
    query = select(Team.name).join(Task, Task.team_id == Team.id).where(*working).order_by(Task.number)
    teams = tuple(tx.session.scalars(query))
    if teams:
        raise Refusal("errors_console.already_sent", kind="conflict", number=lead.number, teams=teams)


def _kind(lead: Lead, kind: str | None) -> TaskKind:
    if kind is None:
        return usual_kind(lead)
    try:
        return TaskKind(kind)
    except ValueError as fault:
        allowed = tuple(member.value for member in TaskKind)
        raise Refusal("errors_casework.kind_unknown", pointer="/kind", asked=kind, allowed=allowed) from fault


def _minutes(tx: Tx, key: str) -> timedelta | None:
    value = tx.county.profile.get(key, tx.now.date())
    return timedelta(minutes=value.value) if value else None


def _due(tx: Tx, key: str) -> datetime | None:
    allowance = _minutes(tx, key)
    return tx.now + allowance if allowance else None


def _arrive_due(tx: Tx, lead: Lead, settlement: str) -> datetime | None:
    """Only urgent and emergency tasks have a time to arrive: 5 minutes in town, 15 elsewhere (JD 二(四)12)."""
    if lead.urgency == Urgency.NORMAL:
        return None
    return _due(tx, "response.urban" if settlement == "urban" else "response.other")


def _make_task(tx: Tx, lead: Lead, team: Team, kind: TaskKind, officers: list[str], leading: bool) -> Task:
    cell = tx.county.hierarchy.get(lead.cell_code) if lead.cell_code else None
    settlement = cell.settlement if cell else "rural"
    return Task(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number="",
        status="",
        lead_id=lead.id,
        team_id=team.id,
        kind=kind.value,
        leading=leading,
        urgency=lead.urgency,
        township_code=lead.township_code,
        settlement=settlement,
        officer_ids=officers,
        assigned_at=tx.now,
        accept_due_at=_due(tx, f"task.accept.{lead.urgency}"),
        arrive_due_at=_arrive_due(tx, lead, settlement),
    )


def _assign(
    tx: Tx,
    lead: Lead,
    code: str,
    kind: TaskKind,
    *,
    leading: bool,
    confirmed: bool,
    reason: str | None,
    about: Mapping[str, Any],
) -> Task:
    team = find_team(tx, code)
    _check_not_sent(tx, lead, team)
    judged = _judged(tx, lead, team, kind)
    _check_busy(team, judged.facts, confirmed)
    _refuse_unfit(lead, team, kind, judged.decision)
    task = _make_task(tx, lead, team, kind, _officers(judged.facts), leading)
    task.reason = reason
    task.number = draw_number(tx, "task")
    tx.session.add(task)
    told: dict[str, Any] = {"lead": lead.number, "team": team.code, "kind": kind.value, "leading": leading}
    told |= {"override": bool(reason), "why": [reason.code for reason in judged.decision.reasons], **about}
    guards = Facts(task_kind=kind, eligibility=judged.eligibility, competence=judged.competence)
    take_step(tx, task, Verb.DISPATCH, guards, told=told)
    follow_tasks(tx, team.id)
    tell_team(tx, task, lead, team)
    return task


def _refuse_unfit(lead: Lead, team: Team, kind: TaskKind, decision: Decision) -> None:
    if not decision.allowed:
        raise Refusal(
            "errors_casework.team_refused",
            kind="conflict",
            clause=next(iter(Decision(decision.obstacles).clauses), None),
            reasons=decision.obstacles,
            number=lead.number,
            team=team.name,
            kind_=word(kind),
            why=tuple(Word(reason.code, reason.params) for reason in decision.obstacles),
        )


def _triage_first(tx: Tx, lead: Lead, kind: TaskKind) -> None:
    """A received lead is triaged by being sent: two keys from new lead to sent team. One without a domain may be looked
    at, checked and made safe as it is; only enforcement must know the domain first."""
    if lead.status == LeadStatus.RECEIVED:
        if not lead.domain:
            if kind in ENFORCEMENT_KINDS:
                raise Refusal("errors_casework.no_domain", kind="conflict", number=lead.number)
            return
        lead.triaged_at = tx.now
        told = {"urgency": lead.urgency, "domain": lead.domain, "by_dispatch": True}
        take_step(tx, lead, Verb.TRIAGE, Facts(domain=lead.domain), told=told)


def dispatch(
    tx: Tx,
    *,
    number: str,
    team_codes: Sequence[str],
    kind: str | None = None,
    reason: str | None = None,
    confirm_busy: bool = False,
    alone: bool = False,
    about: Mapping[str, Any] | None = None,
) -> list[Task]:
    """Send teams to a lead, the first one leading (1+X, JD 二(一)3); all of them or none. `alone`: refuse when another team is
    at work on it; `about`: what else the events tell, such as the batch it is part of."""
    codes = list(dict.fromkeys(team_codes))
    if not codes:
        raise Refusal("errors_casework.no_teams", pointer="/team_codes", number=number)
    lead = find_lead(tx, number)
    demand_step(tx, lead, Verb.DISPATCH)
    if alone:
        _check_alone(tx, lead)
    chosen = _kind(lead, kind)
    _triage_first(tx, lead, chosen)
    first = open_tasks(tx, lead.id) == 0
    tasks = [
        _assign(
            tx,
            lead,
            code,
            chosen,
            leading=first and index == 0,
            confirmed=confirm_busy,
            reason=reason,
            about=about or {},
        )
        for index, code in enumerate(codes)
    ]
    lead.assigned_at = lead.assigned_at or tx.now
    told = {"tasks": [task.number for task in tasks], "teams": codes, "kind": chosen.value, **(about or {})}
    facts = Facts(
        township_code=lead.township_code or "", task_kind=chosen, eligibility=Decision(), competence=Decision()
    )
    take_step(tx, lead, Verb.DISPATCH, facts, told=told)
    answered_by_step(tx, lead.id)
    return tasks


def recall(tx: Tx, *, number: str, reason: str) -> Task:
    """Call a team back with a reason; its lead returns to the queue when nobody else is on it."""
    task = find_task(tx, number)
    team = tx.session.get_one(Team, task.team_id)
    task.reason, task.ended_at = reason.strip(), tx.now
    take_step(tx, task, Verb.RECALL, Facts(reason=reason), told={"reasoned": bool(task.reason)}, team=team.code)
    follow_tasks(tx, task.team_id)
    recall_notices(tx, task.id)
    lead = tx.session.get_one(Lead, task.lead_id)
    others = open_tasks(tx, lead.id, besides=task.id)
    step = lead_verb_after(Verb.RECALL, LeadStatus(lead.status), others)
    if step is Verb.REQUEUE:
        lead.assigned_at = None
    follow(tx, lead, step, Facts(open_tasks=others, reason=task.reason), {"task": task.number})
    return task
