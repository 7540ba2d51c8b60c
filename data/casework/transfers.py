"""Verbs of a transfer 移送: drafted, sent, received, answered; objected to, returned once, settled elsewhere, its result (X1–X4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from data.authority import demand
from data.casework import cases
from data.casework.between import Course, Given, about, begin, common, find_row, lock_matter, step, take
from data.casework.case_known import known
from data.casework.numbers import local_time
from data.casework.organs import find_organ, organ_named
from data.casework.placing import of_cell
from data.casework.steps import open_tasks, roles_of
from data.casework.transfer_follow import came_back, handed_over
from data.db import Tx
from data.models import Case, Dispute, Lead, Transfer
from policy.case_learning import told
from policy.case_reading import read_form
from policy.courses.case import IN_WORK as IN_WORK_CASES
from policy.courses.case import UNFILED
from policy.decision import Decision
from policy.errors import Refusal
from policy.guards import Facts
from policy.guards_between import TransferFacts, clause_of, codes
from policy.lifecycle import OPEN_LEADS, why_not
from policy.text import Word
from policy.vocabulary import LeadSource, LeadStatus, MatterKind, OrganKind, Role, Verb
from policy.vocabulary_between import DisputeStatus, TransferStatus
from policy.vocabulary_case import CaseStatus

_SENDERS: Final = frozenset({Verb.DRAFT, Verb.SEND, Verb.RECALL, Verb.RESEND})
_CLAUSES: Final[Mapping[Verb, tuple[str, ...]]] = {
    Verb.DRAFT: ("transfer.routes",),
    Verb.SEND: ("deadline.transfer", "transfer.materials"),
    Verb.RECEIVE: ("transfer.receipt", "deadline.transfer_answer"),
    Verb.TAKE_ON: ("deadline.transfer_answer",),
    Verb.OBJECT: ("transfer.no_onward", "dispute.ladder"),
    Verb.PUT_TO_MEETING: ("meeting.joint", "meeting.members"),
    Verb.SETTLE: ("dispute.ladder",),
    Verb.RETURN_RESULT: ("transfer.copied_both_ways",),
}


def draft_transfer(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> Transfer:
    """Begin a transfer of a lead, of a case, or of a matter that is in no record here; `sender` only where the system acts."""
    told_ = read_form(Verb.DRAFT, given, TRANSFER.form(Verb.DRAFT))
    receiver = find_organ(tx, told_["receiver"])
    columns = about(tx, told_.get("matter")) | ({"subject": told_["subject"]} if told_.get("subject") else {})
    if not columns.get("subject"):
        raise Refusal("errors_between.subject_missing", pointer="/subject")
    if columns["township_code"] is None:
        columns["township_code"] = (
            of_cell(tx.county, told_["cell"]).township if told_.get("cell") else receiver.township_code
        )
    row: Transfer = begin(
        tx,
        TRANSFER,
        Verb.DRAFT,
        told_,
        sender=sender if tx.actor.system else None,
        found_at=_found_at(tx, told_),
        reason=told_["reason"],
        clause=told_.get("clause"),
        urgent=bool(told_.get("urgent")),
        ongoing=bool(told_.get("ongoing")),
        stopped_at_once=False,
        goods=False,
        goods_disposed=False,
        materials=[],
        returned=0,
        incoming=False,
        **columns,
    )
    sender_organ = find_organ(tx, row.from_organ)
    row.incoming = sender_organ.kind != OrganKind.TOWNSHIP and receiver.kind == OrganKind.TOWNSHIP
    return row


def transfer_step(tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None) -> Transfer:
    """Take one step of a transfer with what its form asks for; raises Refusal with every obstacle and its clause."""
    row: Transfer = step(tx, TRANSFER, number, step_name, given or {})
    return row


def settle_by_dispute(tx: Tx, transfer_id: UUID, competent: str, document: str) -> None:
    """The dispute over a transfer is decided: the transfer ends where the decision says."""
    number = tx.session.get_one(Transfer, transfer_id).number
    take(tx, TRANSFER, find_row(tx, TRANSFER, number), Verb.SETTLE, {"competent": competent, "document": document})


def _found_at(tx: Tx, given: Given) -> Any:
    moment = given.get("found_at") or tx.now
    if moment > tx.now:
        raise Refusal("errors_between.found_later", pointer="/found_at", at=local_time(moment), now=local_time(tx.now))
    return moment


# -- what the guards are asked with ------------------------------------------------------------------------------------


def _facts(tx: Tx, row: Transfer, verb: Verb, given: Given, acting: str) -> TransferFacts:
    return TransferFacts(
        **common(tx, row, given, acting),
        came_by=came_by(tx, row) if verb in (Verb.DRAFT, Verb.SEND) else "",
        found_at=row.found_at,
        urgent=row.urgent,
        ongoing=row.ongoing,
        stopped=row.stopped_at_once or bool(given.get("stopped")),
        goods=row.goods or bool(given.get("goods")),
        goods_disposed=row.goods_disposed or bool(given.get("goods_disposed")),
        handed_in=frozenset(row.materials) | frozenset(given.get("materials", ())),
        receipt=given.get("receipt", ""),
        returns=row.returned,
        competent_organ=given.get("competent") or row.competent_organ or "",
        settled=_settled(tx, row, given),
        result=given.get("result", ""),
    )


def came_by(tx: Tx, row: Transfer) -> str:
    """The transfer by which the matter had come here: by its number, else the number it was taken in under; empty for none."""
    if row.matter_id is None:
        return ""
    lead = tx.session.get(Lead, row.matter_id) if row.matter_kind == "lead" else _lead_of_case(tx, row.matter_id)
    if lead is None or lead.source != LeadSource.TRANSFER_IN:
        return ""
    query = select(Transfer.number).where(Transfer.received_lead_id == lead.id)
    return tx.session.scalars(query).first() or lead.external_number or lead.number


def _lead_of_case(tx: Tx, case_id: UUID) -> Lead | None:
    case = tx.session.get_one(Case, case_id)
    return tx.session.get(Lead, case.lead_id) if case.lead_id else None


def _settled(tx: Tx, row: Transfer, given: Given) -> bool:
    """At the joint meeting its minutes settle the matter, after an objection the decided dispute."""
    if row.status == TransferStatus.AT_MEETING:
        return bool(given.get("document"))
    query = select(Dispute.id).where(Dispute.transfer_id == row.id, Dispute.status == DisputeStatus.DECIDED.value)
    return tx.session.scalars(query).first() is not None


def _expected(row: Transfer, verb: Verb) -> tuple[str, ...]:
    if verb in _SENDERS:
        return (row.from_organ,)
    return (row.competent_organ or row.to_organ,) if verb is Verb.RETURN_RESULT else (row.to_organ,)


def _clause(facts: TransferFacts, verb: Verb) -> str | None:
    return clause_of(facts, *_CLAUSES.get(verb, ()))


# -- before the guards -------------------------------------------------------------------------------------------------


def _resolve(tx: Tx, row: Transfer, verb: Verb, given: Given) -> Given:
    """What the record itself refuses: material unknown, an organ nobody knows, a matter that cannot go or has gone before."""
    _known_materials(tx, given)
    if given.get("competent"):
        find_organ(tx, given["competent"], "/competent")
    if verb is Verb.DRAFT:
        _not_sent_before(tx, row)
        _own_and_open(tx, row)
    if verb is Verb.SEND:
        _not_sent_before(tx, row)
        _ready(tx, row)
    return given


def _known_materials(tx: Tx, given: Given) -> None:
    value = tx.county.profile.get("transfer.materials", tx.now.date())
    unknown = tuple(code for code in given.get("materials", ()) if value is not None and code not in codes(value))
    if unknown:
        raise Refusal("errors_between.material_unknown", pointer="/materials", material=unknown, known=codes(value))


def _not_sent_before(tx: Tx, row: Transfer) -> None:
    """One matter is transferred once: what was objected to or decided is not sent again, only what was taken back (X2)."""
    if row.matter_id is None:
        return
    query = select(Transfer).where(Transfer.matter_id == row.matter_id, Transfer.id != row.id)
    earlier = tx.session.scalars(query.where(Transfer.status != TransferStatus.RECALLED.value)).first()
    if earlier is not None:
        value = tx.county.profile.get("transfer.no_onward", tx.now.date())
        raise Refusal(
            "errors_between.second_transfer",
            kind="conflict",
            clause=value.clause if value else "PL 25",
            matter=row.matter_number,
            earlier=earlier.number,
            state=Word(f"vocabulary.transfer_status.{earlier.status}"),
        )


def _own_and_open(tx: Tx, row: Transfer) -> None:
    """Only what is still open is transferred; a case by the organ that handles it."""
    if row.matter_number is None:
        return
    _, matter = lock_matter(tx, row.matter_number)
    if isinstance(matter, Case) and matter.organ_code != row.from_organ:
        handles, own = organ_named(tx, matter.organ_code), organ_named(tx, row.from_organ)
        raise Refusal("errors_between.other_organ", kind="forbidden", number=matter.number, organ=handles, own=own)
    open_states = (*UNFILED, *IN_WORK_CASES) if isinstance(matter, Case) else OPEN_LEADS
    if matter.status not in {state.value for state in open_states}:
        raise Refusal("errors_between.matter_closed", kind="conflict", number=matter.number)


def _ready(tx: Tx, row: Transfer) -> None:
    """A file goes only when its lead or case could leave at once, were the receiver to take it on."""
    if row.matter_number is None:
        return
    _, matter = lock_matter(tx, row.matter_number)
    found = _may_leave_case(tx, row, matter) if isinstance(matter, Case) else _may_leave_lead(tx, row, matter)
    if not found.allowed:
        raise Refusal(
            "errors_between.matter_not_ready",
            kind="conflict",
            reasons=found.obstacles,
            clause=next((reason.clause for reason in found.obstacles if reason.clause), None),
            number=matter.number,
            why=tuple(Word(reason.code, reason.params) for reason in found.obstacles),
        )


def _may_leave_lead(tx: Tx, row: Transfer, lead: Lead) -> Decision:
    facts = Facts(receiver=row.to_organ, receiver_accepted=True, open_tasks=open_tasks(tx, lead.id), number=lead.number)
    return why_not(MatterKind.LEAD, LeadStatus(lead.status), Verb.TRANSFER, frozenset(Role), facts)


def _may_leave_case(tx: Tx, row: Transfer, case: Case) -> Decision:
    """The head of the organ that handles it lets a case go."""
    demand(tx.actor, "case.transfer", cases.subject_of(tx, case), tx.now)
    given = {"receiver": row.to_organ, "reason": row.reason or "", "receiver_accepted": True}
    facts = told(Verb.TRANSFER, known(tx, case, Verb.TRANSFER), given, tx.now)
    return why_not(MatterKind.CASE, CaseStatus(case.status), Verb.TRANSFER, roles_of(tx), facts)


# -- what a step writes, and what follows ------------------------------------------------------------------------------


def _with_it(_tx: Tx, row: Transfer, given: Given) -> None:
    row.stopped_at_once = row.stopped_at_once or bool(given.get("stopped"))
    row.goods = row.goods or bool(given.get("goods"))
    row.goods_disposed = row.goods_disposed or bool(given.get("goods_disposed"))
    row.materials = sorted({*row.materials, *given.get("materials", ())})


def _sent(tx: Tx, row: Transfer, given: Given) -> None:
    _with_it(tx, row, given)
    row.sent_at = tx.now


def _received(tx: Tx, row: Transfer, given: Given) -> None:
    row.received_at = tx.now
    row.first_received_at = row.first_received_at or tx.now
    row.receipt = given.get("receipt")


def _resent(tx: Tx, row: Transfer, given: Given) -> None:
    _with_it(tx, row, given)
    row.received_at = tx.now


def _answered(tx: Tx, row: Transfer, _given: Given) -> None:
    row.answered_at = tx.now


def _returned(_tx: Tx, row: Transfer, _given: Given) -> None:
    row.returned += 1


def _competent(_tx: Tx, row: Transfer, given: Given) -> None:
    row.competent_organ = given["competent"]


def _result(tx: Tx, row: Transfer, given: Given) -> None:
    row.result, row.result_at = given["result"], tx.now


def _taken_on(tx: Tx, row: Transfer, _given: Given) -> None:
    handed_over(tx, row, row.to_organ)


def _settled_elsewhere(tx: Tx, row: Transfer, given: Given) -> None:
    if given["competent"] == row.from_organ:
        came_back(tx, row)
    else:
        handed_over(tx, row, given["competent"])


def _taken_back(tx: Tx, row: Transfer, _given: Given) -> None:
    came_back(tx, row)


def _objected(tx: Tx, row: Transfer, given: Given) -> None:
    from data.casework.disputes import dispute_over  # a dispute settles its transfer in turn

    dispute_over(tx, row, given)


TRANSFER: Final = Course(
    MatterKind.TRANSFER,
    Transfer,
    TransferStatus,
    "transfer",
    _facts,
    _expected,
    _clause,
    resolve=_resolve,
    written={
        Verb.DRAFT: _with_it,
        Verb.SEND: _sent,
        Verb.RECEIVE: _received,
        Verb.TAKE_ON: _answered,
        Verb.OBJECT: _answered,
        Verb.PUT_TO_MEETING: _answered,
        Verb.RETURN_FILE: _returned,
        Verb.RESEND: _resent,
        Verb.SETTLE: _competent,
        Verb.RETURN_RESULT: _result,
    },
    follows={
        Verb.TAKE_ON: _taken_on,
        Verb.OBJECT: _objected,
        Verb.SETTLE: _settled_elsewhere,
        Verb.RECALL: _taken_back,
    },
)
