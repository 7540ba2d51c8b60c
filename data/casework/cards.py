"""Verbs of cards on enforcement conduct 三牌 (JD 二(五)15): given to the officer who acted, withdrawn, over at their end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import SYSTEM, Subject, authorise, demand, within
from data.casework.card_holds import cards_of, hold_certificates, rules_here
from data.casework.card_notices import tell_card
from data.casework.numbers import draw_number
from data.casework.organs import own_organ
from data.db import Tx
from data.events import append_event
from data.models import Case, Certificate, Complaint, ConductCard, Event, InspectionVisit, Lead, Person, Task
from policy.case_reading import read_form
from policy.conduct import CardRules, GivingFacts, end_of, may_give
from policy.conduct_forms import CARD_FORMS
from policy.decision import Decision
from policy.errors import Refusal
from policy.text import Word
from policy.vocabulary import CardKind, word
from policy.vocabulary_conduct import CardState, CardStep, ComplaintStatus
from policy.vocabulary_notice import NoticeReason

Given = Mapping[str, Any]
Acted = Lead | Task | Case | InspectionVisit
_MATTERS: Final[tuple[type[Any], ...]] = (Case, Task, Lead, InspectionVisit)
BATCH: Final = 500


def give_card(tx: Tx, *, given: Given) -> ConductCard:
    """Give a card for conduct in a matter to the officer who acted and was heard; raises Refusal with every obstacle."""
    demand(tx.actor, "card.give", Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(CardStep.GIVE, given, CARD_FORMS[CardStep.GIVE])
    matter = find_acted(tx, told["matter"])
    tx = _admitted(tx, "card.give", matter.township_code, matter.number, _no_matter(told["matter"]))
    person, rules = _find_person(tx, told["person"]), rules_here(tx)
    complaint = _founded(tx, told.get("complaint"))
    kind = CardKind(told["card"])
    facts = GivingFacts(
        kind=kind,
        now=tx.now,
        name=person.name,
        heard_at=told["heard_at"],
        acted=acted_in(tx, matter, person),
        matter=matter.number,
        until=told.get("until"),
        self_given=tx.actor.person_id == person.id,
        earlier=tuple(cards_of(tx, person.id)),
    )
    _obey(may_give(facts, rules), name=person.name, card=word(kind))
    return _give(tx, told, matter, person, rules, complaint)


def _give(
    tx: Tx, told: Given, matter: Acted, person: Person, rules: CardRules, complaint: Complaint | None
) -> ConductCard:
    kind = CardKind(told["card"])
    row = ConductCard(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number=draw_number(tx, "card"),
        person_id=person.id,
        township_code=matter.township_code,
        kind=kind.value,
        matter_number=matter.number,
        clause=told.get("clause") or rules.clause,
        given_by=own_organ(tx, "card.give"),
        given_at=tx.now,
        heard_at=told["heard_at"],
        ends_at=end_of(rules.cards[kind], tx.now, told.get("until")),
    )
    row.ground, row.statement = told["conduct"], told["statement"]
    tx.session.add(row)
    tx.session.flush()
    if complaint is not None:
        complaint.card_number = row.number
    hold = hold_certificates(tx, person.id)
    facts = {"card": kind.value, "about": matter.number, "blocks": kind in rules.blocking and hold is not None}
    ends = {"until": row.ends_at.isoformat()} if row.ends_at else {}
    words = {"conduct": told["conduct"], "statement": told["statement"]}
    _event(tx, row, "give", None, CardState.IN_FORCE, facts=facts | ends, words=words, clause=row.clause)
    tell_card(tx, row, NoticeReason.CARD_GIVEN, hold)
    return row


def withdraw_card(tx: Tx, *, number: str, given: Given) -> ConductCard:
    """Withdraw a card that is in force, with the reason; what it blocked is free again unless another card holds it."""
    demand(tx.actor, "card.withdraw", Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(CardStep.WITHDRAW, given, CARD_FORMS[CardStep.WITHDRAW])
    row = find_card(tx, number)
    tx = _admitted(tx, "card.withdraw", row.township_code, row.number, _no_card(tx, number))
    if row.ended_at is not None or (row.ends_at is not None and row.ends_at <= tx.now):
        raise Refusal("errors_conduct.card_over", kind="conflict", number=number)
    row.ended_at, row.end_reason = tx.now, told["reason"]
    tx.session.flush()
    hold = hold_certificates(tx, row.person_id)
    _event(tx, row, "withdraw", CardState.IN_FORCE, CardState.WITHDRAWN, words={"reason": told["reason"]})
    tell_card(tx, row, NoticeReason.CARD_WITHDRAWN, hold)
    return row


def end_due_cards(tx: Tx) -> list[str]:
    """Cards whose time is over are so on the record, each once; gives their numbers. A certificate that came in meanwhile is
    held by the cards in force like the one before it."""
    query = select(ConductCard).where(
        ConductCard.jurisdiction_id == tx.county.jurisdiction_id,
        ConductCard.ended_at.is_(None),
        ConductCard.ends_at <= tx.now,
    )
    rows = list(tx.session.scalars(query.order_by(ConductCard.number).limit(BATCH).with_for_update()))
    for row in rows:
        row.ended_at = row.ends_at
        tx.session.flush()
        hold = hold_certificates(tx, row.person_id)
        _event(replace(tx, actor=SYSTEM), row, "end", CardState.IN_FORCE, CardState.OVER)
        tell_card(tx, row, NoticeReason.CARD_OVER, hold)
    for person in _blocked(tx):
        hold_certificates(tx, person)
    return [row.number for row in rows]


def _blocked(tx: Tx) -> list[UUID]:
    """Who holds a card in force that blocks."""
    kinds = sorted(kind.value for kind in rules_here(tx).blocking)
    query = select(ConductCard.person_id).where(
        ConductCard.jurisdiction_id == tx.county.jurisdiction_id,
        ConductCard.kind.in_(kinds),
        ConductCard.ended_at.is_(None),
    )
    return list(tx.session.scalars(query.distinct().order_by(ConductCard.person_id)))


def find_card(tx: Tx, number: str) -> ConductCard:
    """The card of that number in the county of the step, locked; Refusal where there is none."""
    query = select(ConductCard).where(
        ConductCard.jurisdiction_id == tx.county.jurisdiction_id, ConductCard.number == number
    )
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise _no_card(tx, number)
    return row


def _no_card(tx: Tx, number: str) -> Refusal:
    return Refusal("errors_conduct.card_not_found", kind="not_found", number=number[:40], county=tx.county.words)


# -- who acted in what -------------------------------------------------------------------------------------------------


def acted_in(tx: Tx, matter: Acted, person: Person) -> bool:
    """Whether a person handled the matter, was sent on it, inspected, or signed a step of it with the own certificate."""
    if str(person.id) in _sent(tx, matter) or person.code in getattr(matter, "inspectors", ()):
        return True
    signed = select(Event.position).where(
        Event.jurisdiction_id == tx.county.jurisdiction_id,
        Event.subject_id == matter.id,
        Event.certificate.in_(_certificates(tx, person.id)),
    )
    return tx.session.scalars(signed.limit(1)).first() is not None


def _sent(tx: Tx, matter: Acted) -> set[str]:
    """Keys of the people who handle a case or were sent on a task, of a lead on any of its tasks."""
    if isinstance(matter, Case | Task):
        return set(matter.officer_ids)
    if isinstance(matter, Lead):
        tasks: Iterable[list[str]] = tx.session.scalars(select(Task.officer_ids).where(Task.lead_id == matter.id))
        return {key for task in tasks for key in task}
    return set()


def _certificates(tx: Tx, person: UUID) -> list[str]:
    return list(tx.session.scalars(select(Certificate.number).where(Certificate.person_id == person)))


def find_acted(tx: Tx, number: str) -> Acted:
    """The case, task, lead or visit of that number in which somebody acted; Refusal where there is none."""
    for model in _MATTERS:
        query = select(model).where(model.number == number, model.jurisdiction_id == tx.county.jurisdiction_id)
        row: Acted | None = tx.session.scalars(query).first()
        if row is not None:
            return row
    raise _no_matter(number)


def _no_matter(number: str) -> Refusal:
    return Refusal("errors_conduct.no_matter", kind="not_found", pointer="/matter", number=number[:40])


def _find_person(tx: Tx, code: str) -> Person:
    query = select(Person).where(Person.jurisdiction_id == tx.county.jurisdiction_id, Person.code == code)
    row = tx.session.scalars(query).first()
    if row is None:
        raise Refusal("errors_conduct.no_person", kind="not_found", pointer="/person", code_given=code[:40])
    return row


def _founded(tx: Tx, number: str | None) -> Complaint | None:
    """The complaint a card follows from: one that was answered as founded."""
    if not number:
        return None
    query = select(Complaint).where(Complaint.jurisdiction_id == tx.county.jurisdiction_id, Complaint.number == number)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None or row.status != ComplaintStatus.ANSWERED or not row.founded:
        raise Refusal("errors_conduct.not_founded", kind="conflict", pointer="/complaint", number=number[:40])
    return row


# -- shared ------------------------------------------------------------------------------------------------------------


def _obey(decision: Decision, **told: Any) -> None:
    """Refuse with every obstacle in words."""
    if not decision.allowed:
        found = decision.obstacles
        why = tuple(Word(reason.code, reason.params) for reason in found)
        raise Refusal(
            "errors_conduct.card_refused", kind="conflict", clause=found[0].clause, reasons=found, why=why, **told
        )


def _admitted(tx: Tx, verb: str, township: str | None, label: str, hidden: Refusal) -> Tx:
    """Answer who may not take this step there as if there were nothing; gives the step as the roles held there take it."""
    townships = frozenset({township} if township else ())
    subject = Subject(tx.county.jurisdiction_id, townships, None, label, not townships)
    if not authorise(tx.actor, verb, subject, tx.now).allowed:
        raise hidden
    return replace(tx, actor=within(tx.actor, subject, tx.now))


def _event(tx: Tx, row: ConductCard, verb: str, before: CardState | None, after: CardState, **told: Any) -> None:
    append_event(
        tx,
        matter="card",
        subject_id=row.id,
        subject_number=row.number,
        verb=verb,
        from_state=before.value if before else None,
        to_state=after.value,
        **told,
    )
