"""Guards of inspection plans and of draws: published items and bodies, approval, the population before the seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policy.decision import Decision, against
from policy.guards_between import OrganFacts, clause_of, flag, must
from policy.vocabulary_inspection import InspectionKind


@dataclass(frozen=True, slots=True)
class PlanFacts(OrganFacts):
    """An inspection plan at the moment of a step; `unpublished` are its items that are not public, `specials` the special
    plans the organ has this year."""

    kind: InspectionKind | None = None
    published_body: bool = False
    items: int = 0
    unpublished: tuple[str, ...] = ()
    subjects: int = 0
    begins_on: date | None = None
    ends_on: date | None = None
    specials: int = 0
    by_head: bool = False
    by_county: bool = False
    visits: int = 0
    why_visit: str = ""


@dataclass(frozen=True, slots=True)
class DrawFacts(OrganFacts):
    """A draw at the moment of a step; `visits` were made from it."""

    kind: InspectionKind | None = None
    approved: bool = False
    population: int = 0
    wanted: int = 0
    people: int = 0
    people_wanted: int = 0
    unpublished_source: bool = False
    visits: int = 0


# -- plans ------------------------------------------------------------------------------------------------------------


def plan_body_published(facts: PlanFacts) -> Decision:
    """Only an organ that is published as one that inspects makes plans (E1)."""
    clause = clause_of(facts, "inspection.only_by")
    return must(facts.published_body, against("reasons_between.body_unpublished", clause, organ=facts.acting or "—"))


def plan_items_published(facts: PlanFacts) -> Decision:
    """A plan has items, and only published ones (E2)."""
    clause = clause_of(facts, "inspection.published_items_only")
    decision = must(facts.items > 0, against("reasons_between.plan_without_items", clause))
    if not flag(facts, "inspection.published_items_only"):
        return decision
    for name in facts.unpublished:
        decision &= Decision((against("reasons_between.item_unpublished", clause, item=name),))
    return decision


def period_set(facts: PlanFacts) -> Decision:
    """A plan has a period that begins before it ends."""
    whole = facts.begins_on is not None and facts.ends_on is not None and facts.begins_on <= facts.ends_on
    return must(whole, against("reasons_between.plan_period"))


def subjects_named(facts: PlanFacts) -> Decision:
    """A plan names its subjects; those of a random one are drawn."""
    drawn = facts.kind is InspectionKind.RANDOM
    return must(drawn or facts.subjects > 0, against("reasons_between.plan_without_subjects"))


def instead_considered(facts: PlanFacts) -> Decision:
    """A plan of visits says why neither shared data nor a written check will do, where the profile prefers these (E3)."""
    value = facts.value("inspection.instead")
    if value is None or facts.kind is InspectionKind.WRITTEN:
        return Decision()
    return must(bool(facts.why_visit.strip()), against("reasons_between.why_visit_missing", value.clause))


def specials_within_limit(facts: PlanFacts) -> Decision:
    """Special inspections are limited in number a year, where a number is set (E5)."""
    value = facts.value("inspection.special")
    if facts.kind is not InspectionKind.SPECIAL or value is None:
        return Decision()
    return must(
        facts.specials < value.value, against("reasons_between.specials_reached", value.clause, most=value.value)
    )


def plan_approved_by_whom(facts: PlanFacts) -> Decision:
    """A special plan is approved by the county government or above in a document (E5), every other by the organ's head."""
    special = facts.value("inspection.special_approved_by")
    if facts.kind is InspectionKind.SPECIAL and special is not None:
        done = facts.by_county and bool(facts.document.strip())
        return must(done, against("reasons_between.special_not_by_county", special.clause))
    return must(facts.by_head, against("reasons_between.plan_not_by_head", clause_of(facts, "inspection.steps")))


def filing_documented(facts: PlanFacts) -> Decision:
    """A plan is filed under a document (E5)."""
    clause = clause_of(facts, "inspection.special_approved_by")
    return must(bool(facts.document.strip()), against("reasons_between.plan_filing_missing", clause))


def plan_not_begun(facts: PlanFacts) -> Decision:
    """A plan that has led to visits is not withdrawn."""
    return must(facts.visits == 0, against("reasons_between.plan_has_visits", visits=facts.visits))


# -- draws ------------------------------------------------------------------------------------------------------------


def plan_is_random(facts: DrawFacts) -> Decision:
    """Subjects are drawn for an approved plan of random inspection (ZJ 21, FL 二(五))."""
    ready = facts.kind is InspectionKind.RANDOM and facts.approved
    return must(ready, against("reasons_between.draw_without_plan", clause_of(facts, "inspection.random")))


def enough_to_draw_from(facts: DrawFacts) -> Decision:
    """At least as many subjects and inspectors are there as are to be drawn, and somebody is drawn."""
    subjects = 0 < facts.wanted <= facts.population
    reason = against("reasons_between.draw_subjects_short", wanted=facts.wanted, have=facts.population)
    decision = must(subjects, reason)
    minimum = facts.value("officers.minimum")
    need = max(facts.people_wanted, minimum.value if minimum is not None else 1)
    short = against(
        "reasons_between.draw_inspectors_short", minimum.clause if minimum else None, need=need, have=facts.people
    )
    return decision & must(facts.people >= need and facts.people_wanted >= need, short)


def beacon_is_named(facts: DrawFacts) -> Decision:
    """A seed that was typed in says which public number it is."""
    return must(not facts.unpublished_source, against("reasons_between.beacon_unnamed"))


def draw_not_used(facts: DrawFacts) -> Decision:
    """A draw that has led to visits is not discarded."""
    return must(facts.visits == 0, against("reasons_between.draw_has_visits", visits=facts.visits))
