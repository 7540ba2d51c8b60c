"""What a step of a case writes besides its state: entries of the file, measures and goods, money, remedies, who decided."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from uuid_utils.compat import uuid7

from data.casework.case_decided import decided, decided_on_spot, spared
from data.casework.case_known import taken_elsewhere
from data.casework.review_rounds import open_round
from data.casework.spot_numbers import free_number
from data.db import Tx
from data.deadlines import extend_deadline, running
from data.models import (
    Case,
    CaseEntry,
    Goods,
    GoodsMove,
    Item,
    Measure,
    Party,
    Payment,
    Referral,
    Refund,
    Remedy,
)
from policy import items as catalogue
from policy.case_facts import CaseFacts
from policy.errors import Refusal
from policy.items.model import Party as PartySort
from policy.review import missing
from policy.vocabulary import Verb
from policy.vocabulary_between import ReferralStatus
from policy.vocabulary_case import PartyKind
from policy.zone import CHINA

WORDED: Final = ("words", "reason", "weighed", "present", "mediation", "changes", "grade_reason")
"""Inputs that are written into the file as they were said."""
_SORT: Final[Mapping[str, PartySort]] = {PartyKind.CITIZEN: "individual", PartyKind.ORGANISATION: "organisation"}

Told = dict[str, Any]
Given = Mapping[str, Any]


# -- before the guards: what the record itself adds to what was told ------------------------------------------------------


def lasting(tx: Tx, case: Case, verb: Verb, given: Given) -> Told:
    """Facts that follow from the record: range of the grade, completeness of the material, answers of other organs."""
    more: Told = {}
    if given.get("grade"):
        more |= graded(tx, case, given)
    if verb is Verb.SUBMIT_REVIEW:
        more["materials_complete"] = not missing(
            tx.county.profile, _today(tx), given.get("materials", ()), bool(case.hearing_at)
        )
    if verb is Verb.DECIDE_ON_SPOT and not given.get("document"):
        number = free_number(tx, case)
        more |= {"document": number.printed, "number": number}
    if verb is Verb.TRANSFER:
        more["receiver_accepted"] = taken_elsewhere(tx.session, case)
    if verb is Verb.REFER_CRIMINAL:
        done = (ReferralStatus.REPORTED, ReferralStatus.NOT_APPROVED)
        more["referral_approved"] = any(row.status not in done for row in _of(tx, Referral, case))
    if verb is Verb.ASSIGN_OFFICERS:
        case.officer_ids = list(given["persons"])
    if verb is Verb.RECUSE:
        case.recused_ids = [*case.recused_ids, given["person"]]
        case.officer_ids = [one for one in case.officer_ids if one != given["person"]]
    return more


def _today(tx: Tx) -> Any:
    return tx.now.astimezone(CHINA).date()


def _of(tx: Tx, model: Any, case: Case) -> list[Any]:
    return list(tx.session.scalars(select(model).where(model.matter_id == case.id)))


def graded(tx: Tx, case: Case, given: Given) -> Told:
    """Least and most of the chosen grade in yuan, from the item's line for this party; raises Refusal naming the grades."""
    item, party = (
        tx.session.get_one(Item, case.item_id),
        tx.session.get(Party, case.party_id) if case.party_id else None,
    )
    code = item.basis.get("catalogue") if isinstance(item.basis, dict) else None
    if code is None or party is None:
        raise Refusal("errors_case.no_grades", pointer="/grade", item=item.name, number=case.number)
    entry, sort = catalogue.item(code), _SORT[party.kind]
    offered = [grade for grade in catalogue.grades(entry, sort) if grade.line.stage == given.get("stage", "")]
    lines = tuple(grade.line for grade in offered if grade.code == given["grade"])
    if not lines:
        known = tuple(dict.fromkeys(grade.code for grade in offered))
        raise Refusal("errors_case.grade_unknown", pointer="/grade", grade=given["grade"], known=known or "—")
    stages = (given["stage"],) if given.get("stage") else ()
    found = catalogue.fine_range(replace(entry, fines=lines), sort, given.get("amounts"), stages)
    if found.most is None:
        needed = tuple(dict.fromkeys(line.base or line.unit for line in found.lines if line.base or line.unit))
        raise Refusal("errors_case.amounts_missing", pointer="/amounts", grade=given["grade"], needed=needed or "—")
    return {"grade_least": found.least, "grade_most": found.most}


# -- after the guards ----------------------------------------------------------------------------------------------------


def write(tx: Tx, case: Case, verb: Verb, given: Given, facts: CaseFacts) -> Told:
    """Rows the step leaves behind; gives the facts of its event: references and amounts, never a person's words."""
    told = _plain(given)
    told |= _entries(tx, case, verb, given)
    also = _ALSO.get(verb)
    if also is not None:
        told |= also(tx, case, given, facts)
    return told


_TOLD: Final = (
    "penalties", "fine", "confiscated", "grade", "stage", "grade_least", "grade_most", "limitation_ground", "triggers", "materials",
    "opinion", "waived", "before", "service_way", "not_punished_ground", "close_ground", "result", "amount", "paid", "cash_ground",
    "hearing_on", "deferred_until", "extension_clause", "document", "archive_number", "presider", "person", "persons",
    "adjusted", "large_fine", "hearing_by_law", "complex_case", "major", "suspected_crime", "tells_hearing", "urgent",
    "released", "head_approved", "redo_ordered", "social_effect", "facts_clear", "corrected", "educated", "receipt",
    "fine_changed", "confiscated_changed", "bank", "slip",
)  # fmt: skip
"""Inputs that may stand in an event: closed values, references, amounts."""


def _plain(given: Given) -> Told:
    return {name: _said(given[name]) for name in _TOLD if name in given}


def _said(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(str(each) for each in value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _entries(tx: Tx, case: Case, verb: Verb, given: Given) -> Told:
    """Words go into the file; the event holds their digest, so that they cannot be changed unseen."""
    words = {name: given[name] for name in WORDED if given.get(name)}
    if not words:
        return {}
    main = words.get("words") or words.get("reason") or next(iter(words.values()))
    row = CaseEntry(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        case_id=case.id,
        kind=verb.value,
        at=tx.now,
        account_id=tx.actor.account_id,
        author=tx.actor.name,
        text=main,
        details={name: text for name, text in words.items() if text is not main},
    )
    tx.session.add(row)
    digest = hashlib.sha256("\n".join(f"{name}:{text}" for name, text in sorted(words.items())).encode()).hexdigest()
    return {"entry": str(row.id), "words_sha256": digest}


def _proposed(_tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
    case.grade = given.get("grade") or case.grade
    return {}


def _grounded(_tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
    case.ground = str(given.get("close_ground") or "") or case.ground
    return {}


def _archived(_tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
    case.archive_number = given["archive_number"]
    return {}


def _paid(tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
    return _payment(tx, case, given, str(given["paid"]), "bank")


def _collected(tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
    return _payment(tx, case, given, "fine", "on_the_spot")


def _payment(tx: Tx, case: Case, given: Given, kind: str, channel: str) -> Told:
    row = Payment(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        case_id=case.id,
        kind=kind,
        amount=given["amount"],
        paid_at=tx.now,
        channel=channel,
        receipt=given.get("slip"),
        bank=given.get("bank"),
        account_id=tx.actor.account_id,
    )
    tx.session.add(row)
    return {"payment": str(row.id), "channel": channel}


def _refunded(tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
    row = Refund(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        case_id=case.id,
        amount=given["amount"],
        paid_at=tx.now,
        bank=given["bank"],
        voucher=given["slip"],
        account_id=tx.actor.account_id,
    )
    tx.session.add(row)
    return {"refund": str(row.id)}


# -- what is held --------------------------------------------------------------------------------------------------------


def _hold(kind: str) -> Callable[[Tx, Case, Given, CaseFacts], Told]:
    def written(tx: Tx, case: Case, given: Given, facts: CaseFacts) -> Told:
        measure = Measure(
            id=uuid7(),
            jurisdiction_id=tx.county.jurisdiction_id,
            case_id=case.id,
            kind=kind,
            status="running",
            begun_at=tx.now,
            on_the_spot=facts.urgent,
            account_id=tx.actor.account_id,
        )
        tx.session.add(measure)
        tx.session.flush()
        for row in given["goods"]:
            _take_in(tx, case, measure, row)
        return {"measure": str(measure.id), "goods": len(given["goods"])}

    return written


def _take_in(tx: Tx, case: Case, measure: Measure, row: Mapping[str, str]) -> None:
    """A thing on the list, with the first link of its chain of custody: from the party to the organ."""
    keeper = row.get("keeper") or tx.actor.name
    thing = Goods(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        case_id=case.id,
        measure_id=measure.id,
        name=row["name"],
        quantity=row["quantity"],
        condition=row.get("condition"),
        keeper=keeper,
        place=row.get("place"),
    )
    tx.session.add(thing)
    tx.session.flush()
    move_goods(tx, thing, "party", keeper, measure.kind)


def move_goods(tx: Tx, thing: Goods, giver: str, receiver: str, reason: str) -> None:
    """One link of a thing's chain of custody."""
    thing.keeper = receiver
    tx.session.add(
        GoodsMove(
            id=uuid7(),
            jurisdiction_id=tx.county.jurisdiction_id,
            goods_id=thing.id,
            at=tx.now,
            giver=giver,
            receiver=receiver,
            reason=reason,
            account_id=tx.actor.account_id,
        )
    )


def _running_measure(tx: Tx, case: Case, *kinds: str) -> Measure | None:
    query = select(Measure).where(Measure.case_id == case.id, Measure.kind.in_(kinds), Measure.status == "running")
    return tx.session.scalars(query.order_by(Measure.begun_at)).first()


def _let_go(*kinds: str) -> Callable[[Tx, Case, Given, CaseFacts], Told]:
    def written(tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
        measure = _running_measure(tx, case, *kinds)
        if measure is None:
            return {}
        released = bool(given.get("released"))
        measure.status, measure.ended_at = ("released" if released else "handled"), tx.now
        measure.result = given.get("words")
        for thing in tx.session.scalars(select(Goods).where(Goods.measure_id == measure.id)):
            move_goods(tx, thing, thing.keeper, "party" if released else thing.keeper, measure.status)
        return {"measure": str(measure.id)}

    return written


def _prolonged(tx: Tx, case: Case, _given: Given, _facts: CaseFacts) -> Told:
    measure = _running_measure(tx, case, "sealing")
    if measure is None:
        return {}
    measure.extended_at = tx.now
    return _extended(tx, case, "sealing", str(measure.id))


def _longer(tx: Tx, case: Case, _given: Given, _facts: CaseFacts) -> Told:
    return _extended(tx, case, "decision")


def _extended(tx: Tx, case: Case, kind: str, about: str = "") -> Told:
    for deadline in running(tx.session, tx.county, matter_id=case.id, kinds=(kind,)):
        if deadline.about == about:
            extend_deadline(tx, deadline)
    return {}


# -- remedies ------------------------------------------------------------------------------------------------------------


def _asked(kind: str) -> Callable[[Tx, Case, Given, CaseFacts], Told]:
    def written(tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
        row = Remedy(
            id=uuid7(),
            jurisdiction_id=tx.county.jurisdiction_id,
            case_id=case.id,
            kind=kind,
            organ=given["before"],
            asked_at=tx.now,
        )
        tx.session.add(row)
        case.remedy = "pending"
        return {"remedy": str(row.id)}

    return written


def _answered(kind: str) -> Callable[[Tx, Case, Given, CaseFacts], Told]:
    def written(tx: Tx, case: Case, given: Given, _facts: CaseFacts) -> Told:
        of_kind: ColumnElement[bool] = Remedy.kind == kind
        query = select(Remedy).where(Remedy.case_id == case.id, of_kind, Remedy.result.is_(None))
        row = tx.session.scalars(query.order_by(Remedy.asked_at)).first()
        case.remedy = str(given["result"])
        if row is None:
            return {}
        row.result, row.decided_at, row.mediation = case.remedy, tx.now, given.get("mediation")
        return {"remedy": str(row.id)}

    return written


_ALSO: Final[Mapping[Verb, Callable[[Tx, Case, Given, CaseFacts], Told]]] = {
    Verb.PROPOSE_PENALTY: _proposed,
    Verb.SUBMIT_REVIEW: open_round,
    Verb.DECIDE: decided,
    Verb.NOT_PUNISH: spared,
    Verb.DECIDE_ON_SPOT: decided_on_spot,
    Verb.CLOSE: _grounded,
    Verb.ARCHIVE: _archived,
    Verb.RECORD_PAYMENT: _paid,
    Verb.COLLECT_CASH: _collected,
    Verb.PAY_REFUND: _refunded,
    Verb.PRESERVE: _hold("preservation"),
    Verb.SEAL: _hold("sealing"),
    Verb.HANDLE_PRESERVED: _let_go("preservation"),
    Verb.RELEASE_SEALING: _let_go("sealing", "seizure"),
    Verb.EXTEND_SEALING: _prolonged,
    Verb.EXTEND_DECISION: _longer,
    Verb.ASK_RECONSIDERATION: _asked("reconsideration"),
    Verb.BRING_SUIT: _asked("suit"),
    Verb.DECIDE_RECONSIDERATION: _answered("reconsideration"),
    Verb.DECIDE_SUIT: _answered("suit"),
}
