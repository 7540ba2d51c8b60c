"""The course of a matter: one table *from · verb · role · guards · to* for each kind, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from policy import guards as g
from policy.case_facts import CaseFacts
from policy.course import Row, Step, spread
from policy.courses import between, case, inspection, review
from policy.decision import Decision, against
from policy.errors import Kind, Refusal
from policy.guards import Facts, judge
from policy.text import Word
from policy.vocabulary import LeadStatus, MatterKind, Outcome, Role, TaskStatus, UnitStatus, Verb, word

_DESK: Final = frozenset({Role.DISPATCHER, Role.SQUADRON_HEAD, Role.TOWNSHIP_HEAD, Role.COUNTY_OFFICE})
_CLOCK: Final = frozenset({Role.SYSTEM})
_FIELD: Final = frozenset({Role.OFFICER, Role.GRID_WORKER, Role.SQUADRON_HEAD, Role.DISPATCHER})
_INTAKE: Final = _DESK | _CLOCK | {Role.GRID_WORKER, Role.OFFICER, Role.DEPARTMENT}
_APPRAISERS: Final = frozenset({Role.DISPATCHER, Role.TOWNSHIP_HEAD, Role.COUNTY_OFFICE})

_L, _T = LeadStatus, TaskStatus
OPEN_LEADS: Final = (_L.RECEIVED, _L.TRIAGED, _L.ASSIGNED, _L.IN_PROGRESS)
"""States in which a lead still waits for something."""
OPEN_TASKS: Final = (_T.ASSIGNED, _T.ACCEPTED, _T.EN_ROUTE, _T.ON_SCENE)
"""States in which a team is still on a task."""

_LEAD: Final[tuple[Row, ...]] = (
    ((None,), Verb.RECEIVE, _INTAKE, (), _L.RECEIVED),
    (OPEN_LEADS, Verb.LOCATE, _INTAKE, (), None),
    ((_L.RECEIVED,), Verb.TRIAGE, _DESK, (g.domain_chosen,), _L.TRIAGED),
    ((_L.TRIAGED,), Verb.TRIAGE, _DESK, (g.domain_chosen,), None),
    ((_L.RECEIVED, _L.TRIAGED), Verb.MARK_DUPLICATE, _DESK, (g.original_named,), _L.DUPLICATE),
    ((_L.RECEIVED, _L.TRIAGED), Verb.REJECT, _DESK, (g.reason_given,), _L.REJECTED),
    (
        (_L.TRIAGED, _L.IN_PROGRESS),
        Verb.TRANSFER,
        _DESK | _CLOCK,
        (g.receiver_named, g.receiver_accepted, g.no_open_task),
        _L.TRANSFERRED,
    ),
    (
        (_L.RECEIVED,),
        Verb.DISPATCH,
        _DESK,
        (g.located, g.eyes_or_safety, g.team_eligible, g.organ_competent),
        _L.ASSIGNED,
    ),
    ((_L.TRIAGED,), Verb.DISPATCH, _DESK, (g.located, g.team_eligible, g.organ_competent), _L.ASSIGNED),
    ((_L.ASSIGNED, _L.IN_PROGRESS), Verb.DISPATCH, _DESK, (g.located, g.team_eligible, g.organ_competent), None),
    ((_L.ASSIGNED,), Verb.START, _DESK | _CLOCK, (), _L.IN_PROGRESS),
    ((_L.ASSIGNED, _L.IN_PROGRESS), Verb.REQUEUE, _DESK | _CLOCK, (g.no_open_task,), _L.TRIAGED),
    ((_L.TRANSFERRED,), Verb.REQUEUE, _DESK | _CLOCK, (g.reason_given,), _L.TRIAGED),
    (
        (_L.IN_PROGRESS,),
        Verb.RESOLVE,
        _DESK | _CLOCK,
        (g.ends_the_lead, g.no_open_task, g.nothing_pending),
        _L.RESOLVED,
    ),
    ((_L.RESOLVED,), Verb.EVALUATE, _APPRAISERS, (), _L.EVALUATED),
    ((_L.EVALUATED,), Verb.ARCHIVE, _APPRAISERS | _CLOCK, (), _L.ARCHIVED),
)

_TASK: Final[tuple[Row, ...]] = (
    ((None,), Verb.DISPATCH, _DESK, (g.team_eligible, g.organ_competent), _T.ASSIGNED),
    ((_T.ASSIGNED,), Verb.ACCEPT, _FIELD, (g.team_eligible,), _T.ACCEPTED),
    ((_T.ASSIGNED,), Verb.DECLINE, _FIELD, (g.reason_given,), _T.DECLINED),
    ((_T.ASSIGNED,), Verb.EXPIRE, _CLOCK, (g.accept_time_over,), _T.EXPIRED),
    ((_T.ACCEPTED,), Verb.DEPART, _FIELD, (), _T.EN_ROUTE),
    ((_T.EN_ROUTE,), Verb.ARRIVE, _FIELD, (), _T.ON_SCENE),
    (
        (_T.ON_SCENE,),
        Verb.REPORT,
        _FIELD,
        (g.outcome_given, g.recheck_date_given, g.officers_behind_outcome),
        _T.REPORTED,
    ),
    (OPEN_TASKS, Verb.RECALL, _DESK, (g.reason_given,), _T.RECALLED),
)

_ROWS: Final[Mapping[MatterKind, tuple[Row, ...]]] = {
    MatterKind.LEAD: _LEAD,
    MatterKind.TASK: _TASK,
    MatterKind.CASE: case.ROWS,
    **between.ROWS,
    **review.ROWS,
    **inspection.ROWS,
}

FACTS: Final[Mapping[MatterKind, type[Facts]]] = {
    MatterKind.LEAD: Facts,
    MatterKind.TASK: Facts,
    MatterKind.CASE: CaseFacts,
    **between.FACTS,
    **review.FACTS,
    **inspection.FACTS,
}
"""What the guards of each matter are asked with."""

TABLES: Final[Mapping[MatterKind, tuple[Step, ...]]] = {
    matter: tuple(spread(matter, rows)) for matter, rows in _ROWS.items()
}
"""One table for every matter that has a course; the documentation of states is written from it."""

_INDEX: Final = {(s.matter, s.source, s.verb): s for table in TABLES.values() for s in table}


def steps(matter: MatterKind, state: StrEnum | None, roles: Collection[Role] | None = None) -> tuple[Step, ...]:
    """Rows that lead on from `state` (None: what begins a matter), for any of `roles` (None: for anyone)."""
    rows = (step for step in TABLES[matter] if step.source == state)
    return tuple(step for step in rows if roles is None or step.roles.intersection(roles))


def states(matter: MatterKind) -> tuple[StrEnum, ...]:
    """Every state of a matter, in the order in which the table reaches them."""
    return tuple(dict.fromkeys(step.to for step in TABLES[matter]))


def final_states(matter: MatterKind) -> tuple[StrEnum, ...]:
    """States from which no step leads on."""
    return tuple(state for state in states(matter) if not steps(matter, state))


def find(matter: MatterKind, state: StrEnum | None, verb: Verb) -> Step | None:
    """The row for `verb` in `state`, or None when the table has none."""
    return _INDEX.get((matter, state, verb))


def next_state(matter: MatterKind, state: StrEnum | None, verb: Verb) -> StrEnum:
    """Where `verb` leads from `state`; raises `Refusal` (conflict) when the table has no such step."""
    step = find(matter, state, verb)
    if step is None:
        raise _no_such_step(matter, state, verb, "")
    return step.to


def why_not(
    matter: MatterKind, state: StrEnum | None, verb: Verb, roles: Collection[Role], facts: Facts | None = None
) -> Decision:
    """Everything that stands in the way of `verb`, in words with clauses; allowed when nothing does."""
    step = find(matter, state, verb)
    if step is None:
        return Decision((against("reasons.no_such_step", **_situation(matter, state, verb)),))
    decision = judge(step.guards, facts if facts is not None else FACTS[matter]())
    if step.roles.intersection(roles):
        return decision
    may = tuple(word(role) for role in Role if role in step.roles)
    return Decision((against("reasons.role_missing", verb=word(verb), roles=may),)) & decision


def advance(
    matter: MatterKind, state: StrEnum | None, verb: Verb, roles: Collection[Role], facts: Facts | None = None
) -> StrEnum:
    """The new state after `verb`; raises `Refusal` naming the matter, every obstacle and what can be done instead."""
    step = find(matter, state, verb)
    number = facts.number if facts is not None else ""
    if step is None:
        raise _no_such_step(matter, state, verb, number)
    decision = why_not(matter, state, verb, roles, facts)
    if decision.allowed:
        return step.to
    barred = not step.roles.intersection(roles)
    raise refused(matter, verb, number, decision, kind="forbidden" if barred else "conflict")


def refused(matter: MatterKind, verb: Verb, number: str, decision: Decision, *, kind: Kind = "conflict") -> Refusal:
    """A refused step with every obstacle and the clause of the first."""
    return Refusal(
        "errors_matter.step_refused",
        kind=kind,
        clause=next(iter(Decision(decision.obstacles).clauses), None),
        reasons=decision.obstacles,
        number=number,
        matter=word(matter),
        verb=word(verb),
        why=tuple(Word(r.code, r.params) for r in decision.obstacles),
    )


def _situation(matter: MatterKind, state: StrEnum | None, verb: Verb) -> dict[str, Any]:
    possible = tuple(dict.fromkeys(step.verb for step in steps(matter, state)))
    return {
        "matter": word(matter),
        "state": word(state) if state is not None else Word("reasons.state_none"),
        "verb": word(verb),
        "possible": tuple(word(v) for v in possible) or (Word("reasons.nothing_more"),),
    }


def _no_such_step(matter: MatterKind, state: StrEnum | None, verb: Verb, number: str) -> Refusal:
    situation = _situation(matter, state, verb)
    return Refusal("errors_matter.no_such_step", kind="conflict", number=number, **situation)


@dataclass(frozen=True, slots=True)
class LeadEffect:
    """What an outcome does to its lead: the status at the report, and later, once what it waits for has happened."""

    status: LeadStatus
    awaits: str | None = None
    later: LeadStatus | None = None


_AT_ONCE: Final = LeadEffect(LeadStatus.RESOLVED)
_OPEN_STILL: Final = LeadEffect(LeadStatus.IN_PROGRESS)
_HANDED_ON: Final = LeadEffect(LeadStatus.IN_PROGRESS, "receiver_accepted", LeadStatus.TRANSFERRED)

_EFFECTS: Final[Mapping[Outcome, LeadEffect]] = {
    Outcome.NOTHING_FOUND: _AT_ONCE,
    Outcome.GUIDANCE: _AT_ONCE,
    Outcome.SIMPLE_PENALTY: _AT_ONCE,
    Outcome.ORDERED_CORRECTION: LeadEffect(LeadStatus.IN_PROGRESS, "recheck_passed", LeadStatus.RESOLVED),
    Outcome.PROPOSE_CASE: LeadEffect(LeadStatus.IN_PROGRESS, "case_filed_or_dropped", LeadStatus.RESOLVED),
    Outcome.TRANSFER: _HANDED_ON,
    Outcome.REFER_CRIMINAL: _HANDED_ON,
    Outcome.REFER_UP: _OPEN_STILL,
    Outcome.ASSISTANCE_NEEDED: _OPEN_STILL,
}


def lead_after(outcome: Outcome, still_open: int = 0) -> LeadEffect:
    """Which outcome ends a lead; none does at once while other tasks or pending outcomes of it are open (`still_open`)."""
    effect = _EFFECTS[outcome]
    if still_open and effect.status is LeadStatus.RESOLVED:
        return LeadEffect(LeadStatus.IN_PROGRESS, "others_ended", LeadStatus.RESOLVED)
    return effect


def lead_verb_after(
    task_verb: Verb, lead: LeadStatus, still_open: int = 0, outcome: Outcome | None = None
) -> Verb | None:
    """The step of the lead (taken as `system`) that follows a step of its task; `still_open` as in `lead_after`."""
    if task_verb is Verb.ACCEPT and lead is LeadStatus.ASSIGNED:
        return Verb.START
    back = task_verb in (Verb.DECLINE, Verb.EXPIRE, Verb.RECALL)
    if back and not still_open and lead in (LeadStatus.ASSIGNED, LeadStatus.IN_PROGRESS):
        return Verb.REQUEUE
    if task_verb is Verb.REPORT and outcome is not None and lead is LeadStatus.IN_PROGRESS:
        return Verb.RESOLVE if lead_after(outcome, still_open).status is LeadStatus.RESOLVED else None
    return None


_UNIT: Final = {
    TaskStatus.ON_SCENE: UnitStatus.ON_SCENE,
    TaskStatus.EN_ROUTE: UnitStatus.EN_ROUTE,
    TaskStatus.ACCEPTED: UnitStatus.ASSIGNED,
    TaskStatus.ASSIGNED: UnitStatus.ASSIGNED,
}


def unit_status(tasks: Iterable[TaskStatus]) -> UnitStatus:
    """The board follows the tasks: the furthest advanced open one counts; none open is `available`."""
    have = set(tasks)
    return next((unit for task, unit in _UNIT.items() if task in have), UnitStatus.AVAILABLE)
