"""Rounds of legal review: each sending of a file opens one, with its material, its grounds and the penalty in view (C10–C13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, or_, select
from uuid_utils.compat import uuid7

from data.casework.case_known import actor_id_of, reviewer_known
from data.casework.case_memory import recall
from data.casework.experts import find_expert, tie_of
from data.casework.numbers import draw_number
from data.casework.steps import roles_of
from data.db import Tx
from data.events import append_event
from data.models import Case, CaseReview, Event, Organ, Person
from policy import review
from policy.case_facts import CaseFacts, hearing_due, hearing_wanted, proposed
from policy.guards_review import ReviewFacts
from policy.lifecycle import advance
from policy.review import OpinionForm
from policy.text import Name, Word
from policy.vocabulary import MatterKind, Verb
from policy.vocabulary_between import ReviewOpinion, ReviewStatus
from policy.zone import CHINA

Given = Mapping[str, Any]


def open_round(tx: Tx, case: Case, given: Given, facts: CaseFacts) -> dict[str, Any]:
    """Open the next round with the step that sends the file; a file sent back says what was put right since."""
    before = last_round(tx, case)
    back = before is not None and before.opinion == ReviewOpinion.CORRECT_AND_RESUBMIT
    row = CaseReview(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        case_id=case.id,
        number="",
        round=before.round + 1 if before is not None else 1,
        status="",
        township_code=case.township_code,
        submitted_at=tx.now,
        triggers=_triggers(facts),
        proposal=proposal_of(facts.penalties, facts.fine, facts.confiscated),
        changes=given.get("changes"),
        materials=list(given.get("materials", ())),
        asked=[],
        new_facts=[],
        points={},
        page_notes=[],
        sequence=0,
    )
    verb, source = (Verb.RESUBMIT, ReviewStatus.OPINION) if back else (Verb.SUBMIT, None)
    asked = review_facts(tx, case, row, {"changes": given.get("changes", "")}, before=before)
    row.status = advance(MatterKind.REVIEW, source, verb, roles_of(tx), asked).value
    row.number = draw_number(tx, "review")
    row.sequence = _sequence(tx)
    tx.session.add(row)
    told = {"materials": row.materials, "triggers": row.triggers, "round": row.round}
    tell(tx, row, case, verb, None, told)
    return {"review": row.number, "round": row.round, "materials": row.materials}


def last_round(tx: Tx, case: Case) -> CaseReview | None:
    """The newest round of a case."""
    query = select(CaseReview).where(CaseReview.case_id == case.id).order_by(CaseReview.round.desc()).limit(1)
    return tx.session.scalars(query).first()


def proposal_of(penalties: Any, fine: Any, confiscated: Any) -> dict[str, Any]:
    """The penalty in view as a round keeps it."""
    return {
        "penalties": sorted(str(kind) for kind in penalties),
        "fine": None if fine is None else str(fine.normalize() + 0),
        "confiscated": None if confiscated is None else str(confiscated.normalize() + 0),
    }


def _triggers(facts: CaseFacts) -> list[str]:
    """Every ground on which this decision must be reviewed, found by rule or ticked."""
    rules = facts.rules
    if rules.profile is None or rules.on is None:
        return []
    asked = bool(hearing_due(facts)) or hearing_wanted(facts)
    return [found.trigger.value for found in review.triggers(proposed(facts, asked), rules.profile, rules.on)]


def _sequence(tx: Tx) -> int:
    """Where the chain stands: what is written after it has changed since this round."""
    query = select(func.max(Event.sequence)).where(Event.jurisdiction_id == tx.county.jurisdiction_id)
    return tx.session.scalar(query) or 0


# -- what the guards are asked with ------------------------------------------------------------------------------------


def review_facts(
    tx: Tx,
    case: Case,
    row: CaseReview,
    given: Given,
    *,
    before: CaseReview | None = None,
    form: OpinionForm | None = None,
) -> ReviewFacts:
    """A review at the moment of a step; people by the person behind the account, material by the plan's codes."""
    first, qualified = reviewer_known(tx)
    on = tx.now.astimezone(CHINA).date()
    actor = actor_id_of(tx)
    return ReviewFacts(
        now=tx.now,
        number=row.number or case.number,
        reason=given.get("reason", ""),
        profile=tx.county.profile,
        on=on,
        due_at=given.get("due_at"),
        handlers=frozenset(case.officer_ids),
        submitted_by=case.officer_ids[0] if tx.actor.system and case.officer_ids else actor,
        reviewer=actor or ("system" if tx.actor.system else ""),
        decider=recall(case.course).get("decider_id", ""),
        first_time=first and not tx.actor.system,
        law_qualified=qualified,
        handed_in=frozenset(row.materials),
        heard_or_assessed=case.hearing_at is not None,
        asked=frozenset(given.get("materials", ())),
        asked_before=row.asked_at is not None,
        still_awaited=awaited(tx, row),
        outside=given.get("outside", ""),
        own_organ=case.organ_code,
        **_helper(tx, case, given.get("expert", "")),
        form=form,
        last_opinion=ReviewOpinion(before.opinion) if before is not None and before.opinion else None,
        changes=given.get("changes", ""),
    )


def asked_of(row: CaseReview) -> tuple[str, ...]:
    """Everything that was asked for in a round: the one list, and new facts."""
    return (*row.asked, *(code for entry in row.new_facts for code in entry["asked"]))


def awaited(tx: Tx, row: CaseReview) -> tuple[Name | Word | str, ...]:
    """What was asked for and is not in, as it is called."""
    on = tx.now.astimezone(CHINA).date()
    lacking = [code for code in asked_of(row) if code not in row.materials]
    return tuple(review.called(code, tx.county.profile, on) for code in lacking)


def _helper(tx: Tx, case: Case, told: str) -> dict[str, Any]:
    """Whoever helps from outside: an expert of the pool, another organ, a person by staff number, else a body by its name."""
    expert = find_expert(tx.session, tx.county, told)
    if expert is not None:
        name = str(expert.person_id) if expert.person_id else expert.code
        term = (expert.valid_from, expert.valid_to)
        return {"expert": name, "in_pool": True, "term": term, "tie": tie_of(tx.session, expert, case)}
    organ = find_organ(tx, told)
    query = select(Person.id).where(Person.code == told, Person.jurisdiction_id == tx.county.jurisdiction_id)
    person = tx.session.scalars(query).first() if told and organ is None else None
    return {"expert": str(person) if person else told, "partner": organ.code if organ else None}


def find_organ(tx: Tx, told: str) -> Organ | None:
    """The organ by code or name."""
    query = select(Organ).where(Organ.jurisdiction_id == tx.county.jurisdiction_id)
    return tx.session.scalars(query.where(or_(Organ.code == told, Organ.name == told))).first() if told else None


def tell(tx: Tx, row: CaseReview, case: Case, verb: Verb, before: str | None, facts: Mapping[str, Any]) -> None:
    """The event of a step of a review, in the chain of the round."""
    append_event(
        tx,
        matter="review",
        subject_id=row.id,
        subject_number=row.number,
        verb=verb.value,
        from_state=before,
        to_state=row.status,
        facts={"case": case.number, **facts},
        clause=review.LAW,
    )
