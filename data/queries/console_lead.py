"""The chosen lead of the dispatch console: what is known, what is suggested, who may be sent, what may be done and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.models import Item, Lead, Task, Team
from data.queries.case_file import EvidenceView, evidence_of_matter
from data.queries.cases import cases_of_lead
from data.queries.console_hints import Double, doubles_of, places_of, suggestions_of
from data.queries.console_history import EventView, events_of
from data.queries.eyes import EyesView, eyes_of
from data.queries.handed import HandOverView, hand_overs_of
from data.queries.leads import lead_row, task_row
from data.queries.named import competence_named, names_in_both, names_of
from data.queries.recommending import competence_of, recommend_teams, usual_kind
from data.queries.taking_calls import CallView, calls_of
from policy.competence import Competence
from policy.decision import Decision
from policy.errors import Refusal
from policy.guards import Facts
from policy.lifecycle import OPEN_LEADS, OPEN_TASKS, find, steps, why_not
from policy.recommendation import Recommendation
from policy.suggestion import PlaceMatch, Suggestion
from policy.text import either
from policy.vocabulary import LeadStatus, MatterKind, Outcome, TaskKind, TaskStatus, Verb

LEAD_VERBS: Final = (
    Verb.LOCATE, Verb.TRIAGE, Verb.DISPATCH, Verb.MARK_DUPLICATE, Verb.REJECT, Verb.RESOLVE, Verb.EVALUATE,
    Verb.ARCHIVE,
)  # fmt: skip
TASK_VERBS: Final = (Verb.ACCEPT, Verb.DEPART, Verb.ARRIVE, Verb.REPORT, Verb.DECLINE, Verb.RECALL)
GIVEN: Final = "…"  # stands for what a form still asks for


@dataclass(frozen=True, slots=True)
class StepView:
    """A step the table has from here, and whether it may be taken: with every obstacle when not."""

    verb: Verb
    decision: Decision


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task of the lead with the steps its state allows who looks."""

    row: Mapping[str, Any]
    phone: str | None
    steps: tuple[Verb, ...]
    overdue: bool


@dataclass(frozen=True, slots=True)
class TeamCard:
    """What the page says of a team beside its reasons."""

    name: str
    kind: str
    phone: str | None
    status: str
    open_tasks: int
    certified: int


@dataclass(frozen=True, slots=True)
class LeadView:
    """Everything the right side of the console shows of one lead; personal data masked (PI 51)."""

    row: Mapping[str, Any]
    chain: tuple[str, ...]
    item: str | None
    domain: str | None
    due_at: datetime | None
    kind: TaskKind
    usual: TaskKind
    competence: Competence | None
    organ: str
    in_whose_name: str
    duplicates: tuple[Double, ...]
    original: str | None
    suggestions: tuple[Suggestion, ...]
    places: tuple[PlaceMatch, ...]
    tasks: tuple[TaskView, ...]
    steps: tuple[StepView, ...]
    recommendation: Recommendation | None
    teams: Mapping[str, TeamCard]
    evidence: tuple[EvidenceView, ...]
    events: tuple[EventView, ...]
    cases: tuple[tuple[str, str], ...] = ()
    calls: tuple[CallView, ...] = ()
    handed: tuple[HandOverView, ...] = ()
    eyes: tuple[EyesView, ...] = ()


def _find(session: Session, actor: Actor, county: County, number: str) -> Lead:
    demand(actor, "lead.read", Subject(county.jurisdiction_id), None)
    lead = session.scalars(
        select(Lead).where(
            Lead.jurisdiction_id == county.jurisdiction_id,
            Lead.number == number,
            in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code),
        )
    ).first()
    if lead is None:
        raise Refusal("errors_casework.lead_not_found", kind="not_found", number=number, county=county.words)
    return lead


def read_lead(
    session: Session,
    actor: Actor,
    county: County,
    number: str,
    now: datetime,
    kind: TaskKind | None = None,
    lang: str = "zh",
) -> LeadView:
    """The lead `number` as `actor` may see it, judged for a task of `kind` (the usual one when None)."""
    lead = _find(session, actor, county, number)
    names = names_of(session, county, lang)
    item = session.get(Item, lead.item_id) if lead.item_id else None
    alive = lead.status in OPEN_LEADS
    usual = usual_kind(lead)
    found = recommend_teams(session, county, lead, now, kind or usual) if alive else None
    tasks = _tasks(session, actor, lead, now, lang)
    competence = competence_of(session, county, lead, now)
    return LeadView(
        row=lead_row(lead, county, item.code if item else None, lang),
        chain=tuple(county.name_of(code, lang) for code in lead.cell_chain[1:]),
        item=_item_name(item, lang),
        domain=names.get(lead.domain, lead.domain) if lead.domain else None,
        due_at=lead.assign_due_at if lead.status in (LeadStatus.RECEIVED, LeadStatus.TRIAGED) else None,
        kind=kind or usual,
        usual=usual,
        competence=competence_named(competence, names_in_both(session, county)) if competence else None,
        organ=names.get(competence.organ_code, competence.organ_code) if competence else "",
        in_whose_name=names.get(competence.in_whose_name, competence.in_whose_name) if competence else "",
        duplicates=doubles_of(session, county, lead, now) if alive else (),
        original=_number(session, lead.duplicate_of_id),
        suggestions=suggestions_of(session, county, lead, lang) if alive and item is None else (),
        places=places_of(county, lead) if alive and lead.township_code is None else (),
        tasks=tasks,
        steps=_steps(lead, actor, tasks, found),
        recommendation=found,
        teams=_cards(session, county, found, lang),
        evidence=evidence_of_matter(session, lead.id),
        events=events_of(session, county, lead, names, lang),
        cases=cases_of_lead(session, actor, county, lead.id),
        calls=tuple(calls_of(session, lead.id, lang)),
        handed=tuple(hand_overs_of(session, lead.id)),
        eyes=tuple(eyes_of(session, lead.id, lang)),
    )


def _item_name(item: Item | None, lang: str) -> str | None:
    if item is None:
        return None
    return either(item.name, item.name_en, lang)


def _number(session: Session, lead_id: Any) -> str | None:
    return session.scalar(select(Lead.number).where(Lead.id == lead_id)) if lead_id else None


# -- tasks and steps --------------------------------------------------------------------------------------------------


def _tasks(session: Session, actor: Actor, lead: Lead, now: datetime, lang: str) -> tuple[TaskView, ...]:
    rows = session.execute(
        select(Task, Team).join(Team, Team.id == Task.team_id).where(Task.lead_id == lead.id).order_by(Task.assigned_at)
    )
    return tuple(_task(task, team, lead, actor, now, lang) for task, team in rows)


def _task(task: Task, team: Team, lead: Lead, actor: Actor, now: datetime, lang: str) -> TaskView:
    row = task_row(task, lead.number, team)
    row["team_name"] = either(team.name, team.name_en, lang)
    may = {step.verb for step in steps(MatterKind.TASK, TaskStatus(task.status), actor.roles)}
    due = task.accept_due_at if task.status == TaskStatus.ASSIGNED else task.arrive_due_at
    late = due is not None and due < now and task.status in OPEN_TASKS and task.status != TaskStatus.ON_SCENE
    return TaskView(row, team.phone, tuple(verb for verb in TASK_VERBS if verb in may), late)


def _steps(lead: Lead, actor: Actor, tasks: Sequence[TaskView], found: Recommendation | None) -> tuple[StepView, ...]:
    """Each step the table knows from here, with what stands in its way; what a form asks for counts as given."""
    facts = Facts(
        number=lead.number,
        reason=GIVEN,
        original_number=GIVEN,
        domain=lead.domain or GIVEN,
        township_code=lead.township_code or "",
        open_tasks=sum(task.row["status"] in OPEN_TASKS for task in tasks),
        outcome=Outcome(lead.outcome) if lead.outcome else None,
        matter_ended=True,
        eligibility=_anybody(found),
        competence=Decision(),
    )
    state = LeadStatus(lead.status)
    views = []
    for verb in LEAD_VERBS:
        source = LeadStatus.TRIAGED if verb is Verb.DISPATCH and state is LeadStatus.RECEIVED else state
        if find(MatterKind.LEAD, source, verb) is not None:
            views.append(StepView(verb, why_not(MatterKind.LEAD, source, verb, actor.roles, facts)))
    return tuple(views)


def _anybody(found: Recommendation | None) -> Decision:
    if found is None or found.candidates:
        return Decision()
    return Decision(found.notes)


def _cards(session: Session, county: County, found: Recommendation | None, lang: str) -> Mapping[str, TeamCard]:
    if found is None:
        return {}
    judged = [one.team for one in found.candidates] + [one.team for one in found.excluded]
    facts = {team.code: team for team in judged}
    rows = session.execute(
        select(Team.code, Team.name, Team.name_en, Team.kind, Team.phone).where(
            Team.jurisdiction_id == county.jurisdiction_id, Team.code.in_(facts)
        )
    )
    return {
        code: TeamCard(
            either(name, name_en, lang),
            kind,
            phone,
            facts[code].unit_status.value,
            facts[code].open_tasks,
            sum(bool(who.certificate_no) and who.on_shift for who in facts[code].members),
        )
        for code, name, name_en, kind, phone in rows
    }
