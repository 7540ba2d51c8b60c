"""What may be done next with a case, and what is missing for each of it: the list a screen shows instead of dead buttons."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from policy.case_facts import CaseFacts
from policy.case_rules import CaseRules
from policy.course import Clocks, Step
from policy.courses.case_clocks import clocks_of
from policy.decision import Decision
from policy.lifecycle import steps, why_not
from policy.vocabulary import MatterKind, Role


@dataclass(frozen=True, slots=True)
class NextStep:
    """One row that leads on, whether it may be taken now, what is missing for it, and what it does to clocks."""

    step: Step
    decision: Decision
    clocks: Clocks

    @property
    def allowed(self) -> bool:
        """Whether it may be taken now, by one of the asked roles."""
        return self.decision.allowed


def case_steps(facts: CaseFacts, rules: CaseRules, roles: Collection[Role], now: datetime) -> tuple[NextStep, ...]:
    """Every possible next step from `facts.status` (None: what begins a case) with what stands in its way at `now`.

    Steps of other roles are listed too and say whose they are; those that may be taken come first.
    """
    asked = replace(facts, rules=rules, now=now)
    found = [
        NextStep(
            step,
            why_not(MatterKind.CASE, facts.status, step.verb, roles, asked),
            clocks_of(step.verb, asked),
        )
        for step in steps(MatterKind.CASE, facts.status)
    ]
    return tuple(sorted(found, key=lambda each: not each.allowed))
