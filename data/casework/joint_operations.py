"""Verbs of a joint operation 联合执法: planned, heard, consented to, notified, answered, run, its result told to each (D11, P14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data.casework.inspection_steps import admitted, asked, draft, find_row, numbered, on_of, organ_row, step_of, take
from data.casework.organs import find_organ
from data.db import Tx
from data.models import InspectionVisit, JointOperation
from policy.errors import Refusal
from policy.guards_between import clause_of
from policy.guards_inspection import OperationFacts
from policy.vocabulary import MatterKind, OrganKind, Verb

OPERATION: Final = MatterKind.JOINT_OPERATION


def plan_operation(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> JointOperation:
    """Plan an operation of the actor's organ with others, with the visits that belong to it."""
    told = asked(tx, OPERATION, Verb.PLAN, given)
    row: JointOperation = draft(
        tx,
        OPERATION,
        sender,
        title=told["title"],
        townships=[find_organ(tx, code, "/townships").code for code in told.get("townships", ())],
        heard=[],
        answers={},
        planned_at=tx.now,
    )
    here, row.organ_code = admitted(tx, OPERATION, row, Verb.PLAN, sender)
    named = (find_organ(tx, code, "/participants").code for code in told["participants"])
    row.participants = list(dict.fromkeys((row.organ_code, *named)))
    facts = _facts(here, row, row.organ_code, told)
    numbered(tx, OPERATION, row)
    visits = [_joined(tx, row, number) for number in told.get("visits", ())]
    said = {"participants": row.participants, "townships": row.townships, "visits": visits}
    take(here, OPERATION, row, Verb.PLAN, facts, said, clause=_clause(facts))
    return row


def operation_step(
    tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None, sender: str | None = None
) -> JointOperation:
    """Take one step of an operation with what its form asks for; raises Refusal with every obstacle and its clause."""
    row: JointOperation = find_row(tx, OPERATION, number)
    step = step_of(tx, OPERATION, row, step_name, given, sender)
    if step.verb not in (Verb.ANSWER, Verb.APPROVE) and step.acting != row.organ_code:
        raise Refusal("errors_inspections.not_own_operation", kind="forbidden", number=row.number)
    facts = _facts(step.here, row, step.acting, step.told)
    said = {"organ": step.acting, **_written(tx, row, step.verb, step.told, step.acting)}
    take(step.here, OPERATION, row, step.verb, facts, said, clause=_clause(facts))
    return row


def _joined(tx: Tx, row: JointOperation, number: str) -> str:
    visit: InspectionVisit = find_row(tx, MatterKind.INSPECTION_VISIT, number)
    if visit.operation:
        facts: dict[str, Any] = {"number": number, "operation": visit.operation}
        raise Refusal("errors_inspections.visit_in_operation", kind="conflict", pointer="/visits", **facts)
    visit.operation = row.number
    return number


def _written(tx: Tx, row: JointOperation, verb: Verb, told: Mapping[str, Any], acting: str) -> dict[str, Any]:
    said: dict[str, Any] = {"document": told.get("document"), "reason": told.get("reason"), "words": told.get("words")}
    if verb is Verb.CONSULT:
        row.heard = list(told.get("townships_heard", ()))
        return said | {"heard": row.heard}
    if verb is Verb.APPROVE:
        row.approved_at, row.consent = tx.now, told.get("consent")
        return said | {"consent": row.consent}
    if verb is Verb.NOTIFY_PARTICIPANTS:
        row.noticed_at, row.answer_by = tx.now, told.get("answer_by")
        return said | {"answer_by": row.answer_by.isoformat() if row.answer_by else None}
    if verb is Verb.ANSWER:
        row.answers = {**row.answers, acting: tx.now.isoformat()}
    if verb is Verb.BEGIN:
        row.begun_at = tx.now
    if verb is Verb.REPORT_RESULT:
        row.reported_at, row.results = tx.now, told.get("results")
        return said | {"results": row.results, "told": row.participants}
    return said


def _facts(tx: Tx, row: JointOperation, acting: str, told: Mapping[str, Any]) -> OperationFacts:
    organ = organ_row(tx, row.organ_code)
    return OperationFacts(
        now=tx.now,
        number=row.number,
        profile=tx.county.profile,
        on=on_of(tx),
        acting=acting,
        reason=told.get("reason", ""),
        document=told.get("document", ""),
        due_at=told.get("answer_by") or row.answer_by,
        proposed_by=OrganKind(organ.kind) if organ is not None else None,
        townships=frozenset(row.townships),
        townships_heard=frozenset(told.get("townships_heard") or row.heard),
        consent=told.get("consent") or row.consent or "",
        participants=frozenset(row.participants),
        answered=frozenset(row.answers) | {row.organ_code},
        results=told.get("results", ""),
    )


def _clause(facts: OperationFacts) -> str | None:
    return clause_of(facts, "inspection.once_for_all", "joint_operation.proposed_by", "joint_operation.participants")
