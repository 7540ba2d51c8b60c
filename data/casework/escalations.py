"""Verbs of a review raised to the county department 提级审查: copied upwards, taken on, answered, counted when nobody answers (C23)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data.casework.assistance import answer_due
from data.casework.between import Course, Given, about, begin, common, step
from data.casework.organs import find_organ
from data.db import Tx
from data.models import Escalation
from policy.case_reading import read_form
from policy.guards_between import EscalationFacts, clause_of
from policy.vocabulary import MatterKind, Verb
from policy.vocabulary_between import EscalationStatus


def raise_matter(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> Escalation:
    """Copy a lead or a case to the county department for review, on a ground of the plan (LX 二(三)4)."""
    told = read_form(Verb.RAISE, given, ESCALATION.form(Verb.RAISE))
    find_organ(tx, told["receiver"])
    columns = about(tx, told["matter"]) | ({"subject": told["subject"]} if told.get("subject") else {})
    row: Escalation = begin(
        tx,
        ESCALATION,
        Verb.RAISE,
        told,
        sender=sender if tx.actor.system else None,
        ground=told.get("ground", ""),
        reason=told.get("reason"),
        raised_at=tx.now,
        **columns,
    )
    return row


def escalation_step(tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None) -> Escalation:
    """Take one step of a raised matter with what its form asks for; raises Refusal with every obstacle and its clause."""
    row: Escalation = step(tx, ESCALATION, number, step_name, given or {})
    return row


def _facts(tx: Tx, row: Escalation, verb: Verb, given: Given, acting: str) -> EscalationFacts:
    return EscalationFacts(
        **common(tx, row, given, acting),
        ground=given.get("ground", row.ground),
        due_at=answer_due(tx, row.id, "escalation_answer") if verb is Verb.COUNT_UNANSWERED else None,
        opinion=given.get("opinion", ""),
    )


def _expected(row: Escalation, verb: Verb) -> tuple[str, ...]:
    return (row.from_organ,) if verb is Verb.RAISE else (row.to_organ,)


def _clause(facts: EscalationFacts, _verb: Verb) -> str | None:
    return clause_of(facts, "escalation.grounds", "escalation.organ")


def _answered(tx: Tx, row: Escalation, given: Given) -> None:
    row.answered_at, row.answer = tx.now, given["opinion"]


ESCALATION: Final = Course(
    MatterKind.ESCALATION,
    Escalation,
    EscalationStatus,
    "escalation",
    _facts,
    _expected,
    _clause,
    written={Verb.ANSWER: _answered},
)
