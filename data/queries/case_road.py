"""Where a case stands on its road and what leads on: the stage bar in the profile's order, steps with what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, within
from data.casework.case_known import facts_of, known
from data.county import County
from data.db import Tx
from data.models import Case, Referral, Transfer
from data.queries.case_head import subject_of_case
from data.queries.case_history import HappeningView
from policy.case_ahead import Ahead, steps_ahead
from policy.case_facts import CaseFacts, hearing_due, hearing_wanted, review_due
from policy.case_rules import CaseRules
from policy.lifecycle import final_states
from policy.vocabulary import MatterKind, Role, Verb
from policy.vocabulary_between import ReferralStatus, TransferStatus
from policy.vocabulary_case import CaseStatus as S
from policy.vocabulary_case import Procedure

_TO_FILING: Final = (S.PROPOSED, S.FILING_REVIEW, S.FILED, S.INVESTIGATING, S.FINDING)
_TO_END: Final = (S.DECIDED, S.SERVED, S.EXECUTING, S.CLOSED, S.ARCHIVED)
_APART: Final = frozenset({S.NOT_FILED, S.REFERRED_CRIMINAL, *final_states(MatterKind.CASE)})
"""Ended, or out of the organ's hands: what lay ahead is not to come."""
_UNSENT: Final = (ReferralStatus.REPORTED, ReferralStatus.NOT_APPROVED)


@dataclass(frozen=True, slots=True)
class Stage:
    """One station of the stage bar: when the case reached it (last), how often, whether it is there now."""

    state: str
    at: datetime | None
    times: int
    current: bool


def road(rules: CaseRules, procedure: str, review: bool, hearing: bool, discussion: bool) -> tuple[S, ...]:
    """The stations of a case in the order its profile gives them; what the case does not ask for is left out."""
    if procedure == Procedure.SIMPLE:
        return (S.SERVED, S.EXECUTING, S.CLOSED, S.ARCHIVED)
    heard = (S.NOTICE, *((S.HEARING,) if hearing else ()), S.STATEMENT_HEARD)
    reviewed = (S.LEGAL_REVIEW,) if review else ()
    middle = (*heard, *reviewed) if rules.review_order == "after_hearing" else (*reviewed, *heard)
    return (*_TO_FILING, *middle, *((S.COLLECTIVE_DISCUSSION,) if discussion else ()), *_TO_END)


def stages(case: Case, facts: CaseFacts, events: Iterable[HappeningView]) -> tuple[Stage, ...]:
    """Stations the case has passed in the order it reached them, then those still ahead of it on its road."""
    reached: dict[str, list[datetime]] = {}
    for event in events:
        if event.matter == "case" and event.to_state and event.to_state != event.from_state:
            reached.setdefault(event.to_state, []).append(event.at)
    passed = sorted(reached, key=lambda state: reached[state][-1])
    ahead = _ahead(case, facts, passed)
    gone = [Stage(state, reached[state][-1], len(reached[state]), state == case.status) for state in passed]
    return (*gone, *(Stage(state.value, None, 0, state.value == case.status) for state in ahead))


def _ahead(case: Case, facts: CaseFacts, passed: list[str]) -> tuple[S, ...]:
    """The rest of the road after where the case is now; from a state beside the road, after the last station on it."""
    if S(case.status) in _APART:
        return ()
    discussion = bool(facts.complex_case or facts.major)
    review = not review_due(facts).allowed or S.LEGAL_REVIEW in passed
    way = road(facts.rules, case.procedure, review, bool(hearing_due(facts)) and hearing_wanted(facts), discussion)
    if case.status == S.NOT_PUNISHED:
        return (S.CLOSED, S.ARCHIVED)
    on_it = [state for state in (case.status, *reversed(passed)) if state in way]
    return way[way.index(S(on_it[0])) + 1 :] if on_it else way


def standing_of(session: Session, actor: Actor, county: County, case: Case, now: datetime) -> CaseFacts:
    """What is known of the case, as `actor` would be judged."""
    here = within(actor, subject_of_case(county, case), now)
    return known(Tx(session, here, now, county), case)


def next_steps(
    session: Session, actor: Actor, county: County, case: Case, facts: CaseFacts, now: datetime
) -> tuple[Ahead, ...]:
    """Every step from here with what is missing for it, judged for `actor`; those that may be taken come first."""
    here = within(actor, subject_of_case(county, case), now)
    roles = frozenset(Role) if actor.system else here.roles
    between = _between(session, case)

    def more(verb: Verb) -> Mapping[str, Any]:
        organ = case.organ_code if actor.system else here.organ_for(f"case.{verb.value}") or ""
        due = _due(session, county, case, now) if verb is Verb.NOTIFY_HEARING else facts.due
        return {"actor_organ": organ, "due": due, **between}

    return steps_ahead(facts, roles, now, more)


def _due(session: Session, county: County, case: Case, now: datetime) -> Mapping[str, datetime]:
    """Deadlines with the one that a hearing arranged now would start."""
    return facts_of(session, county, case, now, Verb.NOTIFY_HEARING).due


def _between(session: Session, case: Case) -> dict[str, Any]:
    """What other organs have answered: a transfer that was accepted, a referral that was approved."""

    def there(model: Any, *conditions: Any) -> bool:
        query = select(func.count()).select_from(model).where(model.matter_id == case.id, *conditions)
        return bool(session.scalar(query))

    accepted = there(Transfer, Transfer.status == TransferStatus.ACCEPTED)
    approved = there(Referral, Referral.status.not_in(_UNSENT))
    return {"receiver_accepted": accepted, "referral_approved": approved}
