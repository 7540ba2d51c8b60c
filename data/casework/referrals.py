"""Verbs of a criminal referral 行刑衔接: reported, decided by the head, sent, answered by the police; its case waits (C19, CR 5–12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from data.casework.assistance import answer_due
from data.casework.between import Course, Given, about, begin, common, step
from data.casework.organs import find_organ, organ_named
from data.casework.referral_follow import ended, goods_handed_over, reported, sent, taken_by_police
from data.db import Tx
from data.models import Organ, Person, Referral
from policy.case_reading import read_form
from policy.errors import Refusal
from policy.guards_between import codes
from policy.guards_referral import RUNNING, ReferralFacts
from policy.vocabulary import MatterKind, OrganKind, Role, Verb
from policy.vocabulary_between import ReferralStatus

_HEADS: Final = frozenset({Role.TOWNSHIP_HEAD, Role.DEPARTMENT})
_BY_POLICE: Final = frozenset({Verb.RECEIVE, Verb.FORWARD, Verb.POLICE_FILE, Verb.POLICE_REFUSE, Verb.UPHOLD})
"""What the police do: entered by the organ from their papers, or by the police themselves."""
_CLAUSES: Final[Mapping[Verb, str]] = {
    Verb.SEND: "CR 6", Verb.RECEIVE: "CR 7", Verb.FORWARD: "CR 7", Verb.POLICE_FILE: "CR 8", Verb.POLICE_REFUSE: "CR 8",
    Verb.ASK_AGAIN: "CR 9", Verb.UPHOLD: "CR 9", Verb.ASK_PROCURATOR: "CR 9", Verb.TAKE_BACK: "CR 10",
    Verb.HAND_OVER_GOODS: "CR 12",
}  # fmt: skip


def report_suspicion(tx: Tx, *, given: Mapping[str, Any], sender: str | None = None) -> Referral:
    """Report a suspected crime of a lead or case to the head; `persons` are the staff numbers of who see to it (CR 5)."""
    told = read_form(Verb.REPORT_SUSPICION, given, REFERRAL.form(Verb.REPORT_SUSPICION))
    columns = about(tx, told["matter"])
    told |= {"receiver": find_organ(tx, told["receiver"]).code if told.get("receiver") else _police(tx)}
    row: Referral = begin(
        tx,
        REFERRAL,
        Verb.REPORT_SUSPICION,
        told,
        sender=sender if tx.actor.system else None,
        officer_ids=_persons(tx, told["persons"]),
        reason=told["reason"],
        clause=told.get("clause"),
        goods=bool(told.get("goods")),
        materials=[],
        reported_at=tx.now,
        **columns,
    )
    return row


def referral_step(tx: Tx, *, number: str, step_name: str, given: Mapping[str, Any] | None = None) -> Referral:
    """Take one step of a referral with what its form asks for; raises Refusal with every obstacle and its clause."""
    row: Referral = step(tx, REFERRAL, number, step_name, given or {})
    return row


def _persons(tx: Tx, staff: tuple[str, ...]) -> list[str]:
    query = select(Person).where(Person.jurisdiction_id == tx.county.jurisdiction_id, Person.code.in_(staff))
    found = {person.code: str(person.id) for person in tx.session.scalars(query)}
    unknown = tuple(code for code in staff if code not in found)
    if unknown:
        raise Refusal("errors_case.person_unknown", pointer="/persons", person=unknown, county=tx.county.words)
    return [found[code] for code in dict.fromkeys(staff)]


def _police(tx: Tx) -> str:
    """The police of the county, where the record has one organ of them; raises Refusal asking whom is meant otherwise."""
    query = select(Organ.code).where(
        Organ.jurisdiction_id == tx.county.jurisdiction_id, Organ.kind == OrganKind.POLICE.value
    )
    found = tx.session.scalars(query.order_by(Organ.code)).all()
    if len(found) != 1:
        raise Refusal("errors_between.police_unnamed", pointer="/receiver", known=tuple(found) or "—")
    return found[0]


def _none_running(tx: Tx, matter_id: Any, number: str) -> None:
    query = select(Referral.number).where(
        Referral.matter_id == matter_id, Referral.status.in_([state.value for state in RUNNING])
    )
    earlier = tx.session.scalars(query).first()
    if earlier is not None:
        raise Refusal("errors_between.referral_running", kind="conflict", number=number, earlier=earlier)


# -- what the guards are asked with ------------------------------------------------------------------------------------


def _facts(tx: Tx, row: Referral, verb: Verb, given: Given, acting: str) -> ReferralFacts:
    own = tx.actor.system or bool(_HEADS & {scope.role for scope in tx.actor.scopes if scope.organ == row.from_organ})
    goods = row.goods or bool(given.get("goods"))
    return ReferralFacts(
        **common(tx, row, given, acting) | ({"receiver": given.get("receiver", "")} if verb is Verb.FORWARD else {}),
        due_at=answer_due(tx, row.id, "criminal_retry") if verb is Verb.ASK_AGAIN else None,
        investigators=len(set(row.officer_ids)),
        by_head=own,
        handed_in=frozenset(row.materials) | frozenset(given.get("materials", ())),
        conditional=frozenset({"goods_list"}) if goods else frozenset(),
        receipt=given.get("receipt", ""),
        goods=goods,
        goods_list=given.get("goods_list", ""),
    )


def _expected(row: Referral, verb: Verb) -> tuple[str, ...]:
    return (row.from_organ, row.to_organ) if verb in _BY_POLICE else (row.from_organ,)


def _clause(_facts: ReferralFacts, verb: Verb) -> str | None:
    return _CLAUSES.get(verb, "CR 5")


def _own(tx: Tx, row: Referral, verb: Verb) -> None:
    """Only the organ that refers takes these steps, and the police those that are theirs."""
    acting, may = tx.actor.organ_for(REFERRAL.name(verb)), _expected(row, verb)
    if not tx.actor.system and acting not in may:
        own = organ_named(tx, acting)
        raise Refusal(
            "errors_between.other_organ",
            kind="forbidden",
            number=row.number,
            organ=tuple(organ_named(tx, code) for code in may),
            own=own,
        )


def _resolve(tx: Tx, row: Referral, verb: Verb, given: Given) -> Given:
    """A matter is reported once at a time; papers are those the regulation lists."""
    if verb is Verb.REPORT_SUSPICION:
        _none_running(tx, row.matter_id, row.matter_number or "")
    value = tx.county.profile.get("criminal.materials", tx.now.date())
    unknown = tuple(code for code in given.get("materials", ()) if value is not None and code not in codes(value))
    if unknown:
        raise Refusal("errors_between.material_unknown", pointer="/materials", material=unknown, known=codes(value))
    return given


# -- what a step writes ------------------------------------------------------------------------------------------------


def _approved(tx: Tx, row: Referral, _given: Given) -> None:
    row.approved_at = tx.now


def _sent(tx: Tx, row: Referral, given: Given) -> None:
    row.sent_at, row.goods = tx.now, row.goods or bool(given.get("goods"))
    row.materials = sorted({*row.materials, *given.get("materials", ())})


def _forwarded(_tx: Tx, row: Referral, given: Given) -> None:
    row.forwarded_to = given["receiver"]


def _answered(verb: Verb) -> Any:
    def written(tx: Tx, row: Referral, _given: Given) -> None:
        row.answered_at, row.result = tx.now, verb.value

    return written


def _asked_again(tx: Tx, row: Referral, _given: Given) -> None:
    row.asked_again_at = tx.now


def _procurator(tx: Tx, row: Referral, _given: Given) -> None:
    row.procurator_at = tx.now


def _goods_gone(tx: Tx, row: Referral, _given: Given) -> None:
    row.goods_at = tx.now


REFERRAL: Final = Course(
    MatterKind.CRIMINAL_REFERRAL,
    Referral,
    ReferralStatus,
    "referral",
    _facts,
    _expected,
    _clause,
    _own,
    _resolve,
    {
        Verb.APPROVE: _approved,
        Verb.SEND: _sent,
        Verb.FORWARD: _forwarded,
        **{verb: _answered(verb) for verb in (Verb.POLICE_FILE, Verb.POLICE_REFUSE, Verb.UPHOLD)},
        Verb.ASK_AGAIN: _asked_again,
        Verb.ASK_PROCURATOR: _procurator,
        Verb.HAND_OVER_GOODS: _goods_gone,
    },
    {
        Verb.REPORT_SUSPICION: reported,
        Verb.DISAPPROVE: ended,
        Verb.SEND: sent,
        Verb.POLICE_FILE: taken_by_police,
        Verb.TAKE_BACK: ended,
        Verb.HAND_OVER_GOODS: goods_handed_over,
    },
)
