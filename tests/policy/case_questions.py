"""Questions of the rule cases about the courses of matters: may a step be taken, who settles a dispute, is a review due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from policy.case_rules import rules_of
from policy.dispute import ladder_of, next_rung, scopes_of
from policy.guards import Facts
from policy.lifecycle import FACTS, TABLES, find, why_not
from policy.loader import load_profile
from policy.review import Proposed, hearing_due, missing, next_after, required, triggers
from policy.vocabulary import MatterKind, OrganKind, Role, Verb
from policy.vocabulary_between import ReviewOpinion
from policy.zone import CHINA
from tests.policy.case_step_facts import case_facts


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def shaped(hint: Any, raw: Any) -> Any:
    """A value as it stands in a rule case, as the type that the rules take."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return shaped(next(arg for arg in args if arg is not type(None)), raw)
    if origin in (frozenset, tuple, Sequence):
        several = (shaped(args[0], each) for each in raw)
        return frozenset(several) if origin is frozenset else tuple(several)
    if origin is Mapping:
        return {name: shaped(args[1], each) for name, each in raw.items()}
    return plain(hint, raw) if isinstance(hint, type) else raw


def plain(kind: type[Any], raw: Any) -> Any:
    if issubclass(kind, StrEnum):
        return kind(raw)
    if is_dataclass(kind):
        return built(kind, raw)
    if issubclass(kind, Decimal):
        return Decimal(str(raw))
    if issubclass(kind, datetime):
        return moment(raw)
    return date.fromisoformat(raw) if issubclass(kind, date) else raw


def built(kind: type[Any], raw: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind)
    unknown = set(raw) - set(hints)
    assert not unknown, f"{kind.__name__} has no {', '.join(sorted(unknown))}"
    return kind(**{name: shaped(hints[name], value) for name, value in raw.items()})


def known(matter: MatterKind, facts: Mapping[str, Any]) -> Facts:
    """The facts of a step: what the case says, with the profile of its day and the ladder of a dispute."""
    if matter is MatterKind.CASE:
        return case_facts(facts, built)
    made: Facts = built(FACTS[matter], facts.get("known", {}))
    with_them: dict[str, Any] = {}
    if "profile" in facts:
        profile, day = load_profile(facts["profile"]), date.fromisoformat(facts["on"])
        hints = get_type_hints(type(made))
        with_them = {name: value for name, value in {"profile": profile, "on": day}.items() if name in hints}
        if "rules" in hints:
            with_them["rules"] = rules_of(profile, day)
        if matter is MatterKind.DISPUTE:
            sides = [OrganKind(side) for side in facts["sides"]]
            with_them["ladder"] = ladder_of(profile, day, scopes_of(sides, facts["penalty"]))
    return replace(made, **with_them)


def answer_step(facts: dict[str, Any]) -> dict[str, Any]:
    """May this step of a matter be taken now, where does it lead, what stands in the way, what is told besides?"""
    matter, verb = MatterKind(facts["matter"]), Verb(facts["verb"])
    state = next((s.source for s in TABLES[matter] if s.source == facts.get("state")), None)
    roles = [Role(facts["role"])]
    decision = why_not(matter, state, verb, roles, known(matter, facts))
    step = find(matter, state, verb)
    grounds = decision.obstacles or decision.reasons
    return {
        "allowed": decision.allowed,
        "to": str(step.to) if step is not None and decision.allowed else None,
        "why": [reason.code.split(".")[1] for reason in decision.obstacles],
        "told": [reason.code.split(".")[1] for reason in decision.reasons if reason.favourable],
        "clause": "; ".join(reason.clause for reason in grounds if reason.clause),
    }


def answer_rungs(facts: dict[str, Any]) -> dict[str, Any]:
    """Who settles a dispute between these sides, rung by rung, and whose turn it is."""
    sides = [OrganKind(side) for side in facts["sides"]]
    ladder = ladder_of(
        load_profile(facts["profile"]), date.fromisoformat(facts["on"]), scopes_of(sides, facts["penalty"])
    )
    turn = next_rung(ladder, facts.get("tried", 0))
    return {
        "organs": [rung.organ_zh for rung in ladder],
        "verbs": [str(rung.verb) for rung in ladder],
        "turn": turn.organ_zh if turn else "none",
        "clause": turn.clause if turn else None,
    }


def answer_review(facts: dict[str, Any]) -> dict[str, Any]:
    """Is a review due before this decision, on which grounds, what is missing, where does the opinion lead?"""
    profile, on = load_profile(facts["profile"]), date.fromisoformat(facts["on"])
    proposed = built(Proposed, facts.get("decision", {}))
    due = required(proposed, profile, on)
    lacking = missing(profile, on, facts.get("handed_in", ()), facts.get("heard_or_assessed", False))
    return {
        "required": not due.allowed,
        "grounds": [str(found.trigger) for found in triggers(proposed, profile, on)],
        "hearing": hearing_due(proposed, profile, on),
        "missing": [entry.code for entry in lacking],
        "next": next_after(ReviewOpinion(facts["opinion"]), profile, on) if "opinion" in facts else None,
        "clause": "; ".join(due.clauses),
    }


QUESTIONS = {"step": answer_step, "rungs": answer_rungs, "review": answer_review}
