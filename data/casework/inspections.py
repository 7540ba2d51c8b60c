"""Verbs of a visit to an enterprise 入企检查: planned, perhaps merged; approved, noticed, entered by code, left, recorded (E1–E8)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from data.casework.inspection_facts import clause_of_step, demand_own_area, visit_facts
from data.casework.inspection_plans import usable
from data.casework.inspection_steps import (
    admitted,
    asked,
    day_of,
    draft,
    find_row,
    not_found,
    numbered,
    on_of,
    step_of,
    take,
    unpublished,
)
from data.casework.inspection_subjects import find_subject
from data.casework.leads import receive_lead
from data.casework.organs import find_organ
from data.db import Tx
from data.models import InspectionDraw, InspectionPlan, InspectionVisit, Party, Person
from policy.errors import Refusal
from policy.guards_inspection import VisitFacts
from policy.text import say
from policy.vocabulary import LeadSource, MatterKind, Verb
from policy.vocabulary_between import VisitStatus
from policy.vocabulary_inspection import DrawStatus, VisitOutcome

VISIT: Final = MatterKind.INSPECTION_VISIT
GOES_ON: Final = frozenset({VisitOutcome.VIOLATION, VisitOutcome.SERIOUS})
"""Outcomes that go on as a lead."""
FINDS: Final = frozenset({Verb.RECORD, Verb.CHECK_IN_WRITING})
"""Steps that say what was found."""
CODE: Final = "onegrid:visit"


def plan_visit(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> InspectionVisit:
    """Plan a visit: for one organ, or merged from the plans of several for one enterprise; raises Refusal with every obstacle."""
    told = asked(tx, VISIT, Verb.PLAN, given)
    subject, on = find_subject(tx, told["inspected"]), day_of(told, "visit_on")
    row: InspectionVisit = draft(
        tx,
        VISIT,
        sender,
        township_code=subject.township_code,
        party_id=subject.id,
        visit_on=on,
        inspectors=_staff(tx, told["persons"]),
        agreed={},
        cap_exception=told.get("cap_exception"),
        exception_reason=told.get("exception_reason"),
        planned_at=tx.now,
    )
    demand_own_area(tx, subject)
    here, row.organ_code = admitted(tx, VISIT, row, Verb.PLAN, sender)
    _served(tx, row, subject, told)
    facts = visit_facts(here, row, subject, row.organ_code, told, Verb.PLAN)
    row.repeats = _repeats(facts)
    numbered(tx, VISIT, row)
    said = {"subject": subject.code, "on": row.visit_on.isoformat(), "organs": row.organs, "plans": row.plans,
            "items": row.items, "inspectors": row.inspectors, "cap_exception": row.cap_exception,
            "exception_reason": row.exception_reason, "repeats": row.repeats}  # fmt: skip
    take(here, VISIT, row, Verb.PLAN, facts, said, clause=clause_of_step(facts, Verb.PLAN, len(row.organs) > 1))
    return row


def visit_step(
    tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None, sender: str | None = None
) -> InspectionVisit:
    """Take one step of a visit with what its form asks for; raises Refusal with every obstacle and its clause."""
    row: InspectionVisit = find_row(tx, VISIT, number)
    step = step_of(tx, VISIT, row, step_name, given, sender)
    verb, told = step.verb, step.told
    subject = tx.session.get_one(Party, row.party_id)
    _check(tx, row, told)
    facts = visit_facts(step.here, row, subject, step.acting, told, verb)
    said = {"organ": step.acting} | _writer(verb)(tx, row, told, step.acting)
    take(step.here, VISIT, row, verb, facts, said, clause=clause_of_step(facts, verb, False))
    if verb in FINDS and row.outcome in GOES_ON:
        row.lead_number = _goes_on(tx, row, subject)
    return row


def code_text(row: InspectionVisit) -> str:
    """What the QR code of a visit says; empty before the notice."""
    return f"{CODE}:{row.number}:{row.token}" if row.token else ""


# -- what a visit is for ------------------------------------------------------------------------------------------------


def _served(tx: Tx, row: InspectionVisit, subject: Party, told: Mapping[str, Any]) -> None:
    """Organs, items and draws of the plans it serves; the organ that plans it leads."""
    plans = [_plan(tx, row, subject, number) for number in told.get("inspection_plans", ())]
    row.plans = [plan.number for plan in plans]
    row.organs = list(dict.fromkeys((row.organ_code, *(plan.organ_code for plan in plans))))
    items = (code for plan in plans for code in plan.items)
    row.items = list(dict.fromkeys((*items, *told.get("inspection_items", ()))))
    unpublished(tx, row.items)
    query = select(InspectionDraw).where(
        InspectionDraw.jurisdiction_id == tx.county.jurisdiction_id,
        InspectionDraw.plan_number.in_(row.plans),
        InspectionDraw.status == DrawStatus.DRAWN.value,
    )
    row.draws = [draw.number for draw in tx.session.scalars(query) if subject.code in draw.drawn_subjects]


def _plan(tx: Tx, row: InspectionVisit, subject: Party, number: str) -> InspectionPlan:
    """A plan that may lead to this visit: approved, for this enterprise, near the day, and not served already."""
    plan: InspectionPlan = find_row(tx, MatterKind.INSPECTION_PLAN, number)
    window = tx.county.profile.get("inspection.merge_window", on_of(tx))
    apart = timedelta(days=window.value if window is not None else 0)
    near = plan.begins_on - apart <= row.visit_on <= plan.ends_on + apart
    why = (
        "plan_not_approved" if not usable(plan)
        else "plan_other_subject" if subject.code not in plan.subjects
        else "plan_other_day" if not near
        else "plan_served" if _is_served(tx, plan, subject) else ""
    )  # fmt: skip
    if why:
        facts: dict[str, Any] = {
            "number": plan.number,
            "subject": subject.name,
            "begins": plan.begins_on,
            "ends": plan.ends_on,
        }
        raise Refusal(f"errors_inspections.{why}", kind="conflict", pointer="/inspection_plans", **facts)
    return plan


def _is_served(tx: Tx, plan: InspectionPlan, subject: Party) -> bool:
    query = select(InspectionVisit.plans).where(
        InspectionVisit.party_id == subject.id, InspectionVisit.status != VisitStatus.CANCELLED.value
    )
    return any(plan.number in plans for plans in tx.session.scalars(query))


def _staff(tx: Tx, codes: Sequence[str]) -> list[str]:
    """Staff numbers of people of this county; raises Refusal for one nobody has."""
    query = select(Person.code).where(Person.jurisdiction_id == tx.county.jurisdiction_id, Person.code.in_(codes))
    known = set(tx.session.scalars(query))
    for code in codes:
        if code not in known:
            facts: dict[str, Any] = {"person": code[:40], "county": tx.county.name}
            raise Refusal("errors_inspections.no_such_person", kind="not_found", pointer="/persons", **facts)
    return list(codes)


def _repeats(facts: VisitFacts) -> int:
    window = facts.value("inspection.repeat_window")
    if window is None or facts.visit_on is None or facts.written:
        return 0
    since = facts.visit_on - timedelta(days=window.value)
    return sum(since <= day <= facts.visit_on for day in facts.earlier_visits)


# -- what a step writes -------------------------------------------------------------------------------------------------


def _check(tx: Tx, row: InspectionVisit, told: Mapping[str, Any]) -> None:
    """A code that is not this visit's is refused as such; so is a department nobody knows."""
    scanned = str(told.get("scanned") or "")
    if scanned and not (row.token and secrets.compare_digest(scanned.rsplit(":", 1)[-1].encode(), row.token.encode())):
        raise Refusal(
            "errors_inspections.wrong_code", kind="conflict", clause="EI 要点", pointer="/scanned", number=row.number
        )
    if told.get("informed"):
        find_organ(tx, told["informed"], "/informed")


def _nothing(_tx: Tx, _row: InspectionVisit, told: Mapping[str, Any], _acting: str) -> dict[str, Any]:
    return {"reason": told.get("reason")}


def _agreed(tx: Tx, row: InspectionVisit, _told: Mapping[str, Any], acting: str) -> dict[str, Any]:
    row.agreed = {**row.agreed, acting: tx.now.isoformat()}
    return {}


def _approved(tx: Tx, row: InspectionVisit, _told: Mapping[str, Any], _acting: str) -> dict[str, Any]:
    row.approved_at = tx.now
    return {}


def _noticed(tx: Tx, row: InspectionVisit, told: Mapping[str, Any], _acting: str) -> dict[str, Any]:
    row.noticed_at, row.notice = tx.now, told.get("document") or row.notice
    row.token = row.token or secrets.token_urlsafe(12)
    return {"document": row.notice}


def _entered(tx: Tx, row: InspectionVisit, told: Mapping[str, Any], _acting: str) -> dict[str, Any]:
    row.entered_at, row.visit_on = tx.now, on_of(tx)
    row.inspectors = _staff(tx, told["persons"]) if told.get("persons") else row.inspectors
    return {"inspectors": row.inspectors, "scanned": bool(told.get("scanned"))}


def _left(tx: Tx, row: InspectionVisit, _told: Mapping[str, Any], _acting: str) -> dict[str, Any]:
    row.left_at = tx.now
    return {}


def _recorded(tx: Tx, row: InspectionVisit, told: Mapping[str, Any], _acting: str) -> dict[str, Any]:
    outcome = told.get("visit_outcome")
    row.recorded_at, row.outcome, row.words = tx.now, outcome.value if outcome else None, told.get("words")
    row.guidance, row.informed, row.report = told.get("guidance"), told.get("informed"), told.get("document")
    return {"outcome": row.outcome, "words": row.words, "guidance": row.guidance, "informed": row.informed,
            "document": row.report}  # fmt: skip


_Writer = Callable[[Tx, InspectionVisit, Mapping[str, Any], str], dict[str, Any]]
_WRITES: Final[Mapping[Verb, _Writer]] = {
    Verb.AGREE: _agreed,
    Verb.APPROVE: _approved,
    Verb.GIVE_NOTICE: _noticed,
    Verb.ENTER: _entered,
    Verb.LEAVE: _left,
    Verb.RECORD: _recorded,
    Verb.CHECK_IN_WRITING: _recorded,
}


def _writer(verb: Verb) -> _Writer:
    return _WRITES.get(verb, _nothing)


def _goes_on(tx: Tx, row: InspectionVisit, subject: Party) -> str:
    """A violation goes on as a lead, from which a case is proposed; its own step in the same transaction."""
    if not row.items:
        raise not_found(tx, VISIT, row.number)
    summary = say("inspections.lead_summary", "zh", subject=subject.name, number=row.number, words=row.words or "")
    lead = receive_lead(
        tx,
        source=LeadSource.DEPARTMENT_INSPECTION,
        summary=summary[:1000],
        cell_code=subject.cell_code or subject.township_code,
        item_code=row.items[0],
        urgency="urgent" if row.outcome == VisitOutcome.SERIOUS else "normal",
    )
    return lead.number
