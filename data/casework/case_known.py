"""What the record knows of a case at the moment of a step: kept facts, who handles, what is due, what other cases say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from data.casework.case_memory import recall
from data.casework.surcharges import surcharge_owed
from data.county import County
from data.db import Tx
from data.deadlines import count
from data.models import Case, CaseReview, Certificate, Deadline, Evidence, EvidenceLink, Item, Party, Person, Transfer
from data.queries.competence import grounds_at
from data.queries.force import officers_named
from policy.case_facts import OVERTURNED, CaseFacts, appeal_end
from policy.case_rules import rules_of
from policy.competence import CaseFacts as Matter
from policy.competence import covers
from policy.decision import Decision
from policy.vocabulary import ActKind, ItemKind, PenaltyKind, Verb
from policy.vocabulary_between import TransferStatus
from policy.vocabulary_case import CaseStatus, PartyKind, Procedure
from policy.zone import CHINA


def actor_id_of(tx: Tx) -> str:
    """Who acts, as the file names people: by the person behind the account, so that one person with two accounts is one."""
    return str(tx.actor.person_id or tx.actor.account_id or "")


def known(tx: Tx, case: Case, verb: Verb | None = None) -> CaseFacts:
    """Everything the guards may ask of a case now; `verb` adds the deadlines that this very step would start.

    Who reviews is asked only where a review waits for its opinion.
    """
    facts = facts_of(tx.session, tx.county, case, tx.now, verb)
    organ = tx.actor.organ_for(f"case.{verb.value}") if verb else None
    facts = replace(
        facts, actor_id=actor_id_of(tx), actor_organ=(organ or "") if not tx.actor.system else case.organ_code
    )
    if facts.status is not CaseStatus.LEGAL_REVIEW:
        return facts
    first, qualified = reviewer_known(tx)
    return replace(facts, reviewer_first_time=first, reviewer_qualified=qualified)


def facts_of(session: Session, county: County, case: Case, now: datetime, verb: Verb | None = None) -> CaseFacts:
    """What is known of a case whoever asks."""
    on = now.astimezone(CHINA).date()
    item, party = session.get_one(Item, case.item_id), _party(session, case)
    kept = recall(case.course)
    facts = CaseFacts(
        **kept,
        now=now,
        number=case.number,
        township_code=case.township_code or "",
        rules=rules_of(county.profile, on),
        status=CaseStatus(case.status) if case.status else None,
        procedure=Procedure(case.procedure),
        organ=case.organ_code,
        officers=officers_named(session, case.officer_ids, now, recused=case.recused_ids),
        party_kind=PartyKind(party.kind) if party else None,
        item_kind=_item_kind(case),
        discovered_at=case.found_at,
        evidence=evidence_count(session, case.id),
        night=_at_night(county, now),
        statutory_holiday=county.calendar.kind(on) in ("holiday", "statutory", "unrecorded"),
        **_earlier(session, case),
    )
    competence, compulsion = _competence(session, county, case, item, facts, on)
    facts = replace(facts, competence=competence, compulsion=compulsion)
    facts = replace(facts, due=_due(session, county, case, facts, verb))
    return replace(facts, surcharge_owed=surcharge_owed(session, county, case, facts, now))


def _party(session: Session, case: Case) -> Party | None:
    return session.get(Party, case.party_id) if case.party_id else None


def _item_kind(case: Case) -> ItemKind | None:
    """Why the organ may enforce the item; the county's own competence is statutory."""
    if case.basis == "county":
        return ItemKind.STATUTORY
    return ItemKind(case.basis) if case.basis in {kind.value for kind in ItemKind} else None


def evidence_count(session: Session, matter_id: UUID) -> int:
    """Files of evidence that are of the matter or linked to it."""
    own = select(func.count()).select_from(Evidence).where(Evidence.matter_id == matter_id).scalar_subquery()
    linked = select(func.count()).select_from(EvidenceLink).where(EvidenceLink.matter_id == matter_id).scalar_subquery()
    return session.scalar(select(own + linked)) or 0


def _at_night(county: County, now: datetime) -> bool | None:
    """Whether it is night as the profile says; None where it does not say."""
    value = county.profile.get("compulsion.night", now.astimezone(CHINA).date())
    if value is None:
        return None
    here = now.astimezone(CHINA).time()
    begin, end = (time.fromisoformat(value.value[name]) for name in ("begins", "ends"))
    return here >= begin or here < end


def earlier_of_party(case: Case) -> list[ColumnElement[bool]]:
    """Conditions for decided cases on the same party, besides this one."""
    return [Case.party_id == case.party_id, Case.id != case.id, Case.decided_at.is_not(None)]


def _earlier(session: Session, case: Case) -> dict[str, Any]:
    """What earlier decisions on the same party and item say; nothing without a party.

    Fines that stand for the very act, by the day of the act (PL 29); whether none is known at all (PL 33).
    """
    if case.party_id is None:
        return {}
    standing = and_(Case.act_on == case.act_on, Case.fine > 0, Case.remedy.is_(None) | Case.remedy.not_in(OVERTURNED))
    query = select(func.count(), func.count().filter(standing)).where(
        *earlier_of_party(case), Case.item_id == case.item_id
    )
    decided, fined = session.execute(query).one()
    return {"first_violation": not decided, "earlier_fines": fined}


def _competence(
    session: Session, county: County, case: Case, item: Item, facts: CaseFacts, on: date
) -> tuple[Decision, ...]:
    """Is the organ of the case competent to punish and to compel here and now? Filed matters follow the rule on what was taken back."""
    filed = case.filed_at.astimezone(CHINA).date() if case.filed_at else None
    about, penalties = Matter(filed_on=filed), tuple(facts.penalties)
    grounds = grounds_at(session, county, item, case.township_code, on)
    found = (grounds.competence(act, penalties, about) for act in (ActKind.PENALISE, ActKind.COMPEL))
    return tuple(covers(one, case.organ_code, (case.township_code,) if case.township_code else ()) for one in found)


# -- what is due -------------------------------------------------------------------------------------------------------


def midnight(day: date) -> datetime:
    """The first moment of a day here."""
    return datetime.combine(day, time(), CHINA)


def _due(session: Session, county: County, case: Case, facts: CaseFacts, verb: Verb | None) -> Mapping[str, datetime]:
    over = Deadline.done_at.is_not(None) | Deadline.ended_at.is_not(None)
    query = select(Deadline.kind, Deadline.due_at, over).where(Deadline.matter_id == case.id)
    rows = session.execute(query.order_by(Deadline.begun_at)).all()
    found = {kind: due_at for kind, due_at, ended in rows if ended}
    found |= {kind: due_at for kind, due_at, ended in reversed(rows) if not ended}  # the one that has run longest
    begun = _would_begin(case, replace(facts, due=found), verb)
    counted = {kind: count(county, kind, at) for kind, at in begun.items() if kind not in found or kind in _EACH_TIME}
    return found | {kind: one.due_at for kind, one in counted.items() if one is not None}


_EACH_TIME: Final = frozenset({"limitation", "limitation_serious", "hearing_notice", "court_application"})
"""Deadlines counted for the question itself, whatever ran before."""


def _would_begin(case: Case, facts: CaseFacts, verb: Verb | None) -> dict[str, datetime]:
    """Deadlines no step of the file has started: limitation from the act's end, and those this step would start."""
    act = midnight(case.act_ended_on or case.act_on)
    begun = {"limitation": act, "limitation_serious": act}
    if verb is Verb.NOTIFY_HEARING and facts.now is not None:
        begun["hearing_notice"] = facts.now
    end = appeal_end(facts)
    if end is not None:
        begun["court_application"] = end
    return begun


def reviewer_known(tx: Tx) -> tuple[bool, bool]:
    """Whether the actor has never given an opinion before, and is qualified in law."""
    if tx.actor.account_id is None:
        return False, False
    given = select(func.count()).select_from(CaseReview)
    before = tx.session.scalar(
        given.where(CaseReview.reviewer_id == tx.actor.account_id, CaseReview.opinion.is_not(None))
    )
    person = tx.session.get(Person, tx.actor.person_id) if tx.actor.person_id else None
    return not before, bool(person and person.law_qualified)


def owed(facts: CaseFacts) -> Decimal:
    """Yuan still to be paid."""
    return facts.outstanding if facts.outstanding is not None else Decimal(0)


def kinds_of(values: Iterable[str]) -> tuple[PenaltyKind, ...]:
    """Kinds of penalty as the vocabulary names them."""
    return tuple(PenaltyKind(value) for value in values)


_TAKEN_ON: Final = (TransferStatus.ACCEPTED.value, TransferStatus.DECIDED_ELSEWHERE.value)


def taken_elsewhere(session: Session, case: Case) -> bool:
    """Whether another organ has taken a case on, or was named competent for it."""
    query = select(Transfer).where(Transfer.matter_id == case.id, Transfer.status.in_(_TAKEN_ON))
    return any((row.competent_organ or row.to_organ) != row.from_organ for row in session.scalars(query))


def certified_numbers(session: Session, ids: Iterable[str], now: datetime) -> Mapping[str, str]:
    """Certificate numbers of officers at a moment, by person."""
    rows = session.execute(
        select(Certificate.person_id, Certificate.number)
        .where(Certificate.person_id.in_([UUID(one) for one in ids]), Certificate.valid_from <= now)
        .order_by(Certificate.valid_to)
    )
    return {str(person): number for person, number in rows}
