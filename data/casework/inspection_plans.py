"""Verbs of an inspection plan 检查计划: made by an organ, approved by its head or the county government, filed (D10, E5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from data.casework.inspection_steps import (
    admitted,
    asked,
    body_published,
    day_of,
    draft,
    find_row,
    numbered,
    on_of,
    organ_row,
    step_of,
    take,
    township_of_organ,
    unpublished,
)
from data.casework.inspection_subjects import find_subject
from data.db import Tx
from data.models import InspectionPlan, InspectionVisit
from policy.guards_between import clause_of
from policy.guards_plans import PlanFacts
from policy.vocabulary import MatterKind, OrganKind, Role, Verb
from policy.vocabulary_between import VisitStatus
from policy.vocabulary_inspection import InspectionKind, InspectionPlanStatus

PLAN = MatterKind.INSPECTION_PLAN


def register_plan(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> InspectionPlan:
    """Register what the actor's organ means to inspect in a period; raises Refusal with every obstacle and its clause."""
    told = asked(tx, PLAN, Verb.PLAN, given)
    row: InspectionPlan = draft(
        tx,
        PLAN,
        sender,
        title=told["title"],
        kind=told["inspection_kind"].value,
        begins_on=day_of(told, "begins_on"),
        ends_on=day_of(told, "ends_on"),
        items=list(told["inspection_items"]),
        subjects=[find_subject(tx, code, "/subjects").code for code in told.get("subjects", ())],
        planned_at=tx.now,
    )
    here, row.organ_code = admitted(tx, PLAN, row, Verb.PLAN, sender)
    row.township_code = township_of_organ(tx, row.organ_code)
    facts = _facts(here, row, row.organ_code, told)
    numbered(tx, PLAN, row)
    said = {"organ": row.organ_code, "kind": row.kind, "items": row.items, "subjects": row.subjects,
            "why_visit": told.get("why_visit")}  # fmt: skip
    take(here, PLAN, row, Verb.PLAN, facts, said, clause=clause_of(facts, "inspection.division") or "EI 要点")
    return row


def plan_step(
    tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None, sender: str | None = None
) -> InspectionPlan:
    """Approve, file or withdraw a plan; raises Refusal with every obstacle and its clause."""
    row: InspectionPlan = find_row(tx, PLAN, number)
    step = step_of(tx, PLAN, row, step_name, given, sender)
    facts = _facts(step.here, row, step.acting, step.told)
    if step.verb is Verb.APPROVE:
        row.approved_at, row.approved_by, row.approval = tx.now, step.acting, step.told.get("document")
    if step.verb is Verb.FILE_PLAN:
        row.filed_at, row.filing = tx.now, step.told.get("document")
    clause = clause_of(
        facts, "inspection.special_approved_by" if row.kind == InspectionKind.SPECIAL else "inspection.steps"
    )
    take(step.here, PLAN, row, step.verb, facts, {"organ": step.acting, **step.told}, clause=clause)
    return row


def usable(row: InspectionPlan) -> bool:
    """Whether visits may be made for the plan."""
    return row.status in (InspectionPlanStatus.APPROVED, InspectionPlanStatus.FILED)


def visits_for(tx: Tx, number: str) -> list[InspectionVisit]:
    """Visits made for a plan that were not cancelled."""
    query = select(InspectionVisit).where(
        InspectionVisit.jurisdiction_id == tx.county.jurisdiction_id,
        InspectionVisit.status != VisitStatus.CANCELLED.value,
    )
    return [row for row in tx.session.scalars(query) if number in row.plans]


def _facts(tx: Tx, row: InspectionPlan, acting: str, told: Mapping[str, Any]) -> PlanFacts:
    kind = InspectionKind(row.kind)
    return PlanFacts(
        now=tx.now,
        number=row.number,
        profile=tx.county.profile,
        on=on_of(tx),
        acting=acting,
        reason=told.get("reason", ""),
        document=told.get("document", ""),
        kind=kind,
        published_body=body_published(tx, row.organ_code),
        items=len(row.items),
        unpublished=unpublished(tx, row.items),
        subjects=len(row.subjects),
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        specials=_specials(tx, row) if kind is InspectionKind.SPECIAL else 0,
        by_head=acting == row.organ_code,
        by_county=_of_the_county(tx, acting),
        visits=len(visits_for(tx, row.number)) if row.number else 0,
        why_visit=told.get("why_visit", ""),
    )


def _of_the_county(tx: Tx, acting: str) -> bool:
    """Whether who acts enters what the county government has decided: the government itself or the county office."""
    organ = organ_row(tx, acting)
    government = organ is not None and organ.kind == OrganKind.GOVERNMENT
    return government or Role.COUNTY_OFFICE in tx.actor.roles or (tx.actor.system and acting == "government")


def _specials(tx: Tx, row: InspectionPlan) -> int:
    """Special plans of the organ that begin in the same year."""
    query = (
        select(func.count())
        .select_from(InspectionPlan)
        .where(
            InspectionPlan.jurisdiction_id == tx.county.jurisdiction_id,
            InspectionPlan.organ_code == row.organ_code,
            InspectionPlan.kind == InspectionKind.SPECIAL.value,
            InspectionPlan.status != InspectionPlanStatus.CANCELLED.value,
            InspectionPlan.begins_on.between(
                row.begins_on.replace(month=1, day=1), row.begins_on.replace(month=12, day=31)
            ),
        )
    )
    return tx.session.scalar(query) or 0
