"""Guards of leads and tasks: named rules over the facts of a step, each with its clause. A missing fact stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from policy.decision import Decision, Reason, against, decide, for_
from policy.vocabulary import Outcome, TaskKind, word

ENFORCEMENT_KINDS: Final = frozenset(
    {TaskKind.HANDLE, TaskKind.INSPECT, TaskKind.JOINT_INSPECT, TaskKind.SERVE_DOCUMENT}
)
"""Kinds of task that are enforcement and need two certified officers (PL 42)."""

OFFICERS_FOR: Final[Mapping[Outcome, int]] = {
    Outcome.ORDERED_CORRECTION: 2,
    Outcome.SIMPLE_PENALTY: 2,
    Outcome.PROPOSE_CASE: 2,
    Outcome.GUIDANCE: 1,
    Outcome.REFER_CRIMINAL: 1,
}
"""Certified officers who must stand behind an outcome (PL 42); the others anyone sent may report."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at the moment of a step; what a guard needs and does not find here stands in the way."""

    now: datetime | None = None
    number: str = ""
    reason: str = ""
    domain: str = ""
    township_code: str = ""
    original_number: str = ""
    receiver: str = ""
    receiver_accepted: bool = False
    open_tasks: int = 0
    pending: int = 0
    outcome: Outcome | None = None
    recheck_on: date | None = None
    certified_officers: int = 0
    task_kind: TaskKind | None = None
    accept_due_at: datetime | None = None
    eligibility: Decision | None = None
    competence: Decision | None = None
    matter_ended: bool = False


Guard = Callable[[Any], Decision]
"""Asked with the facts of its matter: `Facts`, or the kind of facts the matter of its table has."""


def _must(ok: bool, reason: Reason) -> Decision:
    return Decision() if ok else Decision((reason,))


def reason_given(facts: Facts) -> Decision:
    """A refusal, return or recall says why."""
    return _must(bool(facts.reason.strip()), against("reasons.reason_missing"))


def domain_chosen(facts: Facts) -> Decision:
    """Triage names the domain, on which everything after it turns."""
    return _must(bool(facts.domain), against("reasons.domain_missing"))


def located(facts: Facts) -> Decision:
    """A lead without a township stays in the queue as unlocated; it is never sent blind and never dropped."""
    return _must(bool(facts.township_code), against("reasons.unlocated"))


def original_named(facts: Facts) -> Decision:
    """A duplicate names another lead as its original."""
    named = bool(facts.original_number) and facts.original_number != facts.number
    return _must(named, against("reasons.original_missing"))


def receiver_named(facts: Facts) -> Decision:
    """A transfer names who receives it."""
    return _must(bool(facts.receiver), against("reasons.receiver_missing", "FL 二(三)"))


def receiver_accepted(facts: Facts) -> Decision:
    """A lead is transferred only when the receiver has accepted it."""
    return _must(facts.receiver_accepted, against("reasons.receiver_not_accepted", "FL 二(三)"))


def no_open_task(facts: Facts) -> Decision:
    """Nobody is still on the way or at work."""
    return _must(facts.open_tasks == 0, against("reasons.tasks_open", count=facts.open_tasks))


def nothing_pending(facts: Facts) -> Decision:
    """No other outcome of the lead still waits for something (a re-check, a case, a receiver)."""
    return _must(facts.pending == 0, against("reasons.outcomes_pending", count=facts.pending))


def team_eligible(facts: Facts) -> Decision:
    """The team may do this task now, by every rule of eligibility."""
    return facts.eligibility or Decision((against("reasons.eligibility_unknown", "PL 42"),))


def organ_competent(facts: Facts) -> Decision:
    """An enforcement task goes to an organ competent for item and place; looking, checking and making safe go out anyway."""
    if facts.task_kind is not None and facts.task_kind not in ENFORCEMENT_KINDS:
        return Decision((for_("reasons.competence_not_needed", kind=word(facts.task_kind)),))
    return facts.competence or Decision((against("reasons.competence_unknown", "PL 22"),))


def eyes_or_safety(facts: Facts) -> Decision:
    """Before a lead is triaged only looking, checking on the spot and making safe go out; enforcement waits for its domain."""
    fit = facts.task_kind is not None and facts.task_kind not in ENFORCEMENT_KINDS
    return _must(fit, against("reasons.triage_first"))


def outcome_given(facts: Facts) -> Decision:
    """A report names one of the closed list of outcomes (FL 二(五))."""
    return _must(facts.outcome is not None, against("reasons.outcome_missing", "FL 二(五)"))


def recheck_date_given(facts: Facts) -> Decision:
    """An ordered correction has a date on which it is checked again."""
    needed = facts.outcome is Outcome.ORDERED_CORRECTION
    return _must(not needed or facts.recheck_on is not None, against("reasons.recheck_missing", "PL 28"))


def officers_behind_outcome(facts: Facts) -> Decision:
    """Enforcement outcomes are reported by two certified officers (PL 42); grid workers and auxiliaries never enforce."""
    if facts.outcome is None:
        return Decision()
    need, have = OFFICERS_FOR.get(facts.outcome, 0), facts.certified_officers
    short = against("reasons.outcome_officers", "PL 42", outcome=word(facts.outcome), need=need, have=have)
    return _must(have >= need, short)


def accept_time_over(facts: Facts) -> Decision:
    """A task expires only when its time to accept has run out."""
    over = facts.now is not None and facts.accept_due_at is not None and facts.now > facts.accept_due_at
    return _must(over, against("reasons.accept_time_left"))


def ends_the_lead(facts: Facts) -> Decision:
    """The reported outcome, or the end of what it led to (re-check passed, case filed or dropped), ends the lead."""
    at_once = facts.outcome in (Outcome.NOTHING_FOUND, Outcome.GUIDANCE, Outcome.SIMPLE_PENALTY)
    later = facts.outcome in (Outcome.ORDERED_CORRECTION, Outcome.PROPOSE_CASE) and facts.matter_ended
    if facts.outcome is None:
        return Decision((against("reasons.outcome_missing", "FL 二(五)"),))
    return _must(at_once or later, against("reasons.outcome_keeps_open", outcome=word(facts.outcome)))


def judge(guards: tuple[Guard, ...], facts: Facts) -> Decision:
    """Every reason of every guard, in order."""
    return decide(reason for guard in guards for reason in guard(facts).reasons)
