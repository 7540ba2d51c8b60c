"""What stands in the way of a step whatever its form says, and what the form itself still has to say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from policy.case_facts import CaseFacts
from policy.case_forms import FORMS, Input
from policy.case_learning import told
from policy.course import Clocks, Step
from policy.courses.case_clocks import clocks_of
from policy.decision import Reason, against
from policy.eligibility import OfficerFacts
from policy.guards import Guard
from policy.lifecycle import steps
from policy.vocabulary import MatterKind, PenaltyKind, PersonKind, Role, Verb, word

SAID: Final = "…"
"""Stands for words that a form will hold."""
OF_THE_ASKER: Final = frozenset(
    f"reasons_case.{name}"
    for name in ("actor_unknown", "other_organ", "own_filing", "reviewer_handles", "decider_handles", "decider_reviews")
)
"""What stands in the way of whoever asks, and says nothing to those whose step it is."""
_AHEAD: Final = timedelta(days=365)
_CENT, _MOST = Decimal("0.01"), Decimal(10) ** 11


@dataclass(frozen=True, slots=True)
class Ahead:
    """A step that leads on: who may take it, what is missing whatever is written, what its form has to say for it.

    `mine` says whether one of the asked roles takes it; `clocks` are those it would touch as far as is known now.
    """

    step: Step
    form: tuple[Input, ...]
    mine: bool
    missing: tuple[Reason, ...]
    asked: tuple[Reason, ...]
    clocks: Clocks

    @property
    def open(self) -> bool:
        """Whether its form may be opened."""
        return self.mine and not self.missing

    @property
    def obstacles(self) -> tuple[Reason, ...]:
        """Everything that stands in the way before a form is opened, whose step it is first."""
        if self.mine:
            return self.missing
        may = tuple(word(role) for role in Role if role in self.step.roles)
        return (against("reasons.role_missing", verb=word(self.step.verb), roles=may), *self.missing)


def steps_ahead(
    facts: CaseFacts,
    roles: Collection[Role],
    now: datetime,
    more: Callable[[Verb], Mapping[str, Any]] = lambda _verb: {},
    only: Collection[Verb] = frozenset(FORMS),
) -> tuple[Ahead, ...]:
    """Every step from `facts.status`, or those of `only`, which may be taken first; `more` adds facts that only one step
    knows."""
    rows = [row for row in steps(MatterKind.CASE, facts.status) if row.verb in FORMS and row.verb in only]
    found = [_ahead(row, replace(facts, now=now, **more(row.verb)), roles, now) for row in rows]
    return tuple(sorted(found, key=lambda each: (not each.open, not each.mine)))


def _ahead(row: Step, facts: CaseFacts, roles: Collection[Role], now: datetime) -> Ahead:
    worlds = [
        told(row.verb, replace(facts, **_looked_up(row.verb, now)), given, now) for given in _filled(row.verb, now)
    ]
    plain = told(row.verb, facts, {}, now)
    missing: list[Reason] = []
    asked: list[Reason] = []
    for guard in row.guards:
        obstacles = guard(plain).obstacles
        if obstacles:
            (asked if _can_pass(guard, worlds) else missing).extend(obstacles)
    mine = bool(row.roles.intersection(roles))
    if not mine:
        missing = [reason for reason in missing if reason.code not in OF_THE_ASKER]
    return Ahead(row, FORMS[row.verb], mine, _once(missing), _once(asked), clocks_of(row.verb, worlds[0]))


def _can_pass(guard: Guard, worlds: list[CaseFacts]) -> bool:
    return any(guard(world).allowed for world in worlds)


def _once(reasons: list[Reason]) -> tuple[Reason, ...]:
    """Two guards may name the same thing."""
    return tuple({(reason.code, repr(reason.params)): reason for reason in reasons}.values())


# -- forms filled in as favourably as can be ---------------------------------------------------------------------------


def _filled(verb: Verb, now: datetime) -> Iterator[dict[str, Any]]:
    """The form filled in, then once more for each other answer one of its choices or ticks could have."""
    form = FORMS[verb]
    base = {one.name: value for one in form if (value := _likely(one, now)) is not None}
    yield base
    for one in form:
        for value in _others(one):
            yield base | value


def _likely(one: Input, now: datetime) -> Any:
    values: Mapping[str, Any] = {
        "text": SAID,
        "words": SAID,
        "person": SAID,
        "flag": True,
        "moment": now + _AHEAD,
        "codes": (SAID,),
        "goods": ({"name": SAID, "quantity": SAID},),
    }
    if one.name == "amount":
        return _CENT
    if one.kind == "choice" and one.options is not None:
        return next(iter(one.options))
    return values.get(one.kind)


def _others(one: Input) -> Iterator[dict[str, Any]]:
    if one.kind == "flag":
        yield {one.name: False}
    if one.kind == "choice" and one.options is not None:
        yield from ({one.name: option} for option in one.options)
    if one.name == "penalties":
        yield from ({"penalties": frozenset({kind})} | _least(kind) for kind in PenaltyKind)


def _least(kind: PenaltyKind) -> dict[str, Any]:
    """A fine needs an amount and a grade around it."""
    graded = {"fine": _CENT, "grade": SAID, "grade_least": Decimal(0), "grade_most": _MOST}
    return graded if kind is PenaltyKind.FINE else {}


def _looked_up(verb: Verb, now: datetime) -> dict[str, Any]:
    """What the record finds out from a form: the officers it names, whether the material is whole."""
    if verb is Verb.ASSIGN_OFFICERS:
        return {"officers": (_certified("1", now), _certified("2", now))}
    return {"materials_complete": True} if verb is Verb.SUBMIT_REVIEW else {}


def _certified(key: str, now: datetime) -> OfficerFacts:
    return OfficerFacts(SAID + key, SAID, PersonKind.OFFICER, SAID, now, now)
