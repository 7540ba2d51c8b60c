"""Verbs of assistance between organs 协助: asked on a ground, given, refused with a reason, counted when nobody answers (X5, PL 26)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from data.casework.between import Course, Given, about, begin, common, step
from data.casework.organs import find_organ, townships_of_organs
from data.db import Tx
from data.models import Assistance, Deadline
from policy.case_reading import read_form
from policy.guards_between import AssistanceFacts, clause_of
from policy.vocabulary import MatterKind, Verb
from policy.vocabulary_between import AssistanceStatus


def ask_help(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> Assistance:
    """Ask another organ for help with a lead, a case, or a matter of its own; `sender` only where the system acts."""
    told = read_form(Verb.ASK_HELP, given, ASSISTANCE.form(Verb.ASK_HELP))
    receiver = find_organ(tx, told["receiver"])
    columns = about(tx, told.get("matter")) | {"subject": told["subject"]}
    columns["township_code"] = columns["township_code"] or _own_township(tx) or receiver.township_code
    row: Assistance = begin(
        tx,
        ASSISTANCE,
        Verb.ASK_HELP,
        told,
        sender=sender if tx.actor.system else None,
        asked_at=tx.now,
        ground=told.get("ground"),
        clause=told.get("clause"),
        urgent=bool(told.get("urgent")),
        **columns,
    )
    return row


def _own_township(tx: Tx) -> str | None:
    """The township for which the actor asks: a town may ask another one, in whose area it holds no right."""
    code = tx.actor.organ_for("assistance.ask_help") or ""
    own = townships_of_organs(tx, {code})
    return next(iter(own)) if len(own) == 1 else None


def assistance_step(tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None) -> Assistance:
    """Take one step of a request for help with what its form asks for; raises Refusal with every obstacle and its clause."""
    row: Assistance = step(tx, ASSISTANCE, number, step_name, given or {})
    return row


def answer_due(tx: Tx, matter_id: Any, kind: str) -> Any:
    """When an answer is due, as the running deadline has it now; None where none was started."""
    query = select(Deadline.due_at).where(Deadline.matter_id == matter_id, Deadline.kind == kind)
    return tx.session.scalars(query.order_by(Deadline.begun_at.desc())).first()


def _facts(tx: Tx, row: Assistance, verb: Verb, given: Given, acting: str) -> AssistanceFacts:
    return AssistanceFacts(
        **common(tx, row, given, acting),
        ground=given.get("ground", ""),
        due_at=answer_due(tx, row.id, "assistance_answer") if verb is Verb.COUNT_UNANSWERED else None,
        provided=given.get("provided", ""),
    )


def _expected(row: Assistance, verb: Verb) -> tuple[str, ...]:
    return (row.from_organ,) if verb is Verb.ASK_HELP else (row.to_organ,)


def _clause(facts: AssistanceFacts, verb: Verb) -> str | None:
    keys = {Verb.ASK_HELP: "assistance.grounds", Verb.REFUSE: "assistance.refusal"}
    return clause_of(facts, keys.get(verb, "deadline.assistance_answer")) or "PL 26"


def _answered(tx: Tx, row: Assistance, _given: Given) -> None:
    row.answered_at = tx.now


def _refused(tx: Tx, row: Assistance, given: Given) -> None:
    row.answered_at, row.refusal_ground, row.reason = tx.now, given.get("ground"), given["reason"]


def _provided(tx: Tx, row: Assistance, given: Given) -> None:
    row.provided_at, row.result = tx.now, given["provided"]


ASSISTANCE: Final = Course(
    MatterKind.ASSISTANCE,
    Assistance,
    AssistanceStatus,
    "assistance",
    _facts,
    _expected,
    _clause,
    written={Verb.TAKE_ON: _answered, Verb.REFUSE: _refused, Verb.PROVIDE: _provided},
)
