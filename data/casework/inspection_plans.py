"""Verbs of an inspection plan 检查计划: made by an organ, approved by its head or the county government, filed (D10, E5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from uuid_utils.compat import uuid7

from data.casework.inspection_steps import (
    admitted,
    body_published,
    day_of,
    find_row,
    form_of,
    may_begin,
    on_of,
    organ_row,
    read,
    take,
    township_of_organ,
    unpublished,
)
from data.casework.inspection_subjects import find_subject
from data.casework.numbers import draw_number
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
    may_begin(tx, PLAN, Verb.PLAN)
    told = read(PLAN, Verb.PLAN, given)
    row = InspectionPlan(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number="",
        status="",
        organ_code=sender or "",
        course=[],
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
    row.number = draw_number(tx, "inspection_plan")
    tx.session.add(row)
    said = {"organ": row.organ_code, "kind": row.kind, "items": row.items, "subjects": row.subjects}
    take(here, PLAN, row, Verb.PLAN, facts, said, clause=clause_of(facts, "inspection.division") or "EI 要点")
    return row


def plan_step(
    tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None, sender: str | None = None
) -> InspectionPlan:
    """Approve, file or withdraw a plan; raises Refusal with every obstacle and its clause."""
    verb = form_of(PLAN, step_name)
    row: InspectionPlan = find_row(tx, PLAN, number)
    here, acting = admitted(tx, PLAN, row, verb, sender)
    told = read(PLAN, verb, given or {})
    facts = _facts(here, row, acting, told)
    if verb is Verb.APPROVE:
        row.approved_at, row.approved_by, row.approval = tx.now, acting, told.get("document")
    if verb is Verb.FILE_PLAN:
        row.filed_at, row.filing = tx.now, told.get("document")
    clause = clause_of(
        facts, "inspection.special_approved_by" if row.kind == InspectionKind.SPECIAL else "inspection.steps"
    )
    take(here, PLAN, row, verb, facts, {"organ": acting, **told}, clause=clause)
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
