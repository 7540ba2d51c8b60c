"""Verbs of a draw 双随机: lists and their hash first, then the seed, then who was drawn; a discarded draw stays (D12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from data.casework.inspection_plans import usable, visits_for
from data.casework.inspection_steps import admitted, asked, count_of, draft, find_row, numbered, on_of, step_of, take
from data.casework.seeds import take_seed, told_of
from data.db import Tx
from data.models import Certificate, InspectionDraw, InspectionPlan, Organ, Party, Person
from policy.drawing import ALGORITHM, INSPECTORS, SUBJECTS, digest, draw, weight_of
from policy.errors import Refusal
from policy.guards_between import clause_of
from policy.guards_plans import DrawFacts
from policy.vocabulary import MatterKind, PersonKind, Verb
from policy.vocabulary_inspection import InspectionKind, SeedSource

DRAW = MatterKind.INSPECTION_DRAW
BEACON_MOST = 200


def commit_draw(tx: Tx, *, given: Mapping[str, Any]) -> InspectionDraw:
    """Fix the lists of a draw for an approved random plan, with their hash in the chain, before there is a seed."""
    told = asked(tx, DRAW, Verb.COMMIT, given)
    plan: InspectionPlan = find_row(tx, MatterKind.INSPECTION_PLAN, told["inspection_plan"])
    subjects, inspectors = _population(tx, told), _inspectors(tx, plan.organ_code)
    row: InspectionDraw = draft(
        tx,
        DRAW,
        plan.organ_code,
        township_code=plan.township_code,
        plan_number=plan.number,
        algorithm=ALGORITHM,
        subjects=subjects,
        inspectors=inspectors,
        subjects_wanted=count_of(told, "subjects_wanted"),
        inspectors_wanted=count_of(told, "inspectors_wanted", 100),
        population_sha256=digest(subjects, inspectors),
        committed_at=tx.now,
        drawn_subjects=[],
        drawn_inspectors=[],
    )
    here, acting = admitted(tx, DRAW, row, Verb.COMMIT, plan.organ_code)
    _own(plan, acting)
    facts = _facts(here, row, plan, told)
    numbered(tx, DRAW, row)
    said = {"plan": plan.number, "algorithm": ALGORITHM, "population_sha256": row.population_sha256,
            "subjects": len(subjects), "inspectors": len(inspectors)}  # fmt: skip
    wanted = {"subjects_wanted": row.subjects_wanted, "inspectors_wanted": row.inspectors_wanted}
    take(here, DRAW, row, Verb.COMMIT, facts, said | wanted, clause=_clause(facts))
    return row


def draw_step(tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None) -> InspectionDraw:
    """Draw by a seed that is made or typed in now, or discard the draw with a reason; both are events."""
    row: InspectionDraw = find_row(tx, DRAW, number)
    plan: InspectionPlan = find_row(tx, MatterKind.INSPECTION_PLAN, row.plan_number)
    step = step_of(tx, DRAW, row, step_name, given, plan.organ_code)
    _own(plan, step.acting)
    facts = _facts(step.here, row, plan, step.told)
    said: dict[str, Any] = {"reason": step.told.get("reason")}
    if step.verb is Verb.DRAW:
        said = _drawn(tx, row, step.told)
    take(step.here, DRAW, row, step.verb, facts, said, clause=_clause(facts))
    if step.verb is Verb.DRAW:
        plan.subjects = list(dict.fromkeys((*plan.subjects, *row.drawn_subjects)))
    elif step.verb is Verb.DISCARD:
        row.discarded_at, row.reason = tx.now, step.told.get("reason")
        plan.subjects = [code for code in plan.subjects if code not in row.drawn_subjects]
    return row


def _drawn(tx: Tx, row: InspectionDraw, told: Mapping[str, Any]) -> dict[str, Any]:
    seed = take_seed(row, told["seed_source"], tx.now, told.get("beacon") or "", told.get("beacon_name"))
    row.drawn_subjects = list(draw(row.subjects, row.subjects_wanted, seed, row.population_sha256, SUBJECTS))
    row.drawn_inspectors = list(draw(row.inspectors, row.inspectors_wanted, seed, row.population_sha256, INSPECTORS))
    return told_of(row) | {"drawn_subjects": row.drawn_subjects, "drawn_inspectors": row.drawn_inspectors}


def _own(plan: InspectionPlan, acting: str) -> None:
    if acting != plan.organ_code:
        raise Refusal("errors_inspections.not_own_plan", kind="forbidden", number=plan.number)


def _population(tx: Tx, told: Mapping[str, Any]) -> dict[str, int]:
    """Enterprises in the range with their weights by risk and credit; those whose data were erased are left out."""
    value = tx.county.profile.get("inspection.draw_weights", on_of(tx))
    query = select(Party).where(
        Party.jurisdiction_id == tx.county.jurisdiction_id,
        Party.kind == "organisation",
        Party.township_code.is_not(None),
        Party.merged_into_id.is_(None),
    )
    for name, column in (("of_township", Party.township_code), ("of_trade", Party.trade), ("of_risk", Party.risk)):
        if told.get(name):
            query = query.where(column == str(told[name]))
    weights = value.value if value is not None else {}
    return {row.code: weight_of(weights, row.risk, row.credit) for row in tx.session.scalars(query)}


def _inspectors(tx: Tx, organ: str) -> dict[str, int]:
    """Certified officers of an organ, each with the same weight; whoever has no valid certificate is never drawn (E1)."""
    lifted = or_(
        Certificate.suspended_from.is_(None), Certificate.suspended_to <= tx.now, Certificate.suspended_from > tx.now
    )
    query = (
        select(Person.code)
        .join(Organ, Organ.id == Person.organ_id)
        .join(Certificate, Certificate.person_id == Person.id)
        .where(
            Organ.jurisdiction_id == tx.county.jurisdiction_id,
            Organ.code == organ,
            Person.kind == PersonKind.OFFICER.value,
            Certificate.valid_from <= tx.now,
            Certificate.valid_to > tx.now,
            lifted,
            or_(Person.employed_to.is_(None), Person.employed_to >= on_of(tx)),
        )
    )
    return dict.fromkeys(sorted(set(tx.session.scalars(query))), 1)


def _facts(tx: Tx, row: InspectionDraw, plan: InspectionPlan, told: Mapping[str, Any]) -> DrawFacts:
    beacon = told.get("seed_source") is SeedSource.BEACON
    drawn = set(row.drawn_subjects)
    return DrawFacts(
        now=tx.now,
        number=row.number,
        profile=tx.county.profile,
        on=on_of(tx),
        acting=plan.organ_code,
        reason=told.get("reason", ""),
        kind=InspectionKind(plan.kind),
        approved=usable(plan),
        population=len(row.subjects),
        wanted=row.subjects_wanted,
        people=len(row.inspectors),
        people_wanted=row.inspectors_wanted,
        unpublished_source=beacon and not (told.get("beacon") and told.get("beacon_name")),
        visits=sum(row.number in visit.draws for visit in visits_for(tx, plan.number)) if drawn else 0,
    )


def _clause(facts: DrawFacts) -> str:
    return clause_of(facts, "inspection.random", "inspection.frequency_by") or "FL 二(五)"
