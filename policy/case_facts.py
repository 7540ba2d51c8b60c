"""What the record knows of a case at the moment of a step, and what follows from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from policy import review
from policy.case_rules import CaseRules
from policy.decision import Decision
from policy.eligibility import OfficerFacts
from policy.guards import Facts
from policy.vocabulary import ItemKind, PenaltyKind
from policy.vocabulary_between import ReviewOpinion, Trigger
from policy.vocabulary_case import (
    CaseStatus,
    CashGround,
    CloseGround,
    LimitationGround,
    NotPunishedGround,
    Paid,
    PartyKind,
    Procedure,
    RemedyResult,
    ServiceWay,
)

OVERTURNED: Final = frozenset({RemedyResult.REVOKED, RemedyResult.INVALID})
"""Results after which a decision binds nobody any more."""

FALLEN: Final = OVERTURNED | {RemedyResult.CHANGED}
"""Results after which less may be owed than was paid."""

TURNED: Final = FALLEN | {RemedyResult.UNLAWFUL}
"""Results after which what was made public is withdrawn within three days, with the reason (PL 48)."""

UNDECIDED: Final = frozenset({None, RemedyResult.NOT_HEARD, RemedyResult.WITHDRAWN})
"""Results that leave the decision as it was and the way open."""

LENIENT: Final = frozenset(
    {NotPunishedGround.MINOR_CORRECTED, NotPunishedGround.FIRST_VIOLATION, NotPunishedGround.NO_FAULT}
)
"""Grounds of PL 33: a violation stands and is let off, and the party is educated."""


@dataclass(frozen=True, slots=True)
class CaseFacts(Facts):
    """Facts of a case; None means that nobody has looked yet, and a guard that needs the answer stands in the way.

    `officers` are the handlers now named. `due` holds when each kind of deadline of the case is due (aware), also those
    that the asked step itself would start. Amounts are yuan.
    """

    rules: CaseRules = field(default_factory=CaseRules)
    status: CaseStatus | None = None
    procedure: Procedure = Procedure.ORDINARY
    due: Mapping[str, datetime] = field(default_factory=dict)
    # who
    actor_id: str = ""
    organ: str = ""
    actor_organ: str = ""
    officers: tuple[OfficerFacts, ...] = ()
    filing_approver_id: str = ""
    reviewer_id: str = ""
    reviewer_first_time: bool = False
    reviewer_qualified: bool = False
    presider_id: str = ""
    decider_id: str = ""
    head_approved: bool = False
    # the act and its file
    party_kind: PartyKind | None = None
    item_kind: ItemKind | None = None
    discovered_at: datetime | None = None
    limitation_ground: LimitationGround | None = None
    evidence: int = 0
    finding_at: datetime | None = None
    report_at: datetime | None = None
    filing_approved_at: datetime | None = None
    earlier_fines: int | None = None
    suspected_crime: bool | None = None
    referral_approved: bool = False
    referral_running: bool = False
    referral_ended: bool = False
    police_filed: bool = False
    received_by_transfer: bool = False
    # review
    triggers: frozenset[Trigger] = frozenset()
    materials_complete: bool = False
    review_submitted_at: datetime | None = None
    review_opinion: ReviewOpinion | None = None
    reviewed_at: datetime | None = None
    # the penalty that is meant, and what the party was told of it
    penalties: frozenset[PenaltyKind] = frozenset()
    fine: Decimal | None = None
    confiscated: Decimal | None = None
    proposed_at: datetime | None = None
    grade_least: Decimal | None = None
    grade_most: Decimal | None = None
    grade_reason: str = ""
    heavier: bool = False
    mitigated: bool = False
    penalties_told: frozenset[PenaltyKind] = frozenset()
    fine_told: Decimal | None = None
    notice_at: datetime | None = None
    # statement and hearing
    statement_at: datetime | None = None
    statement_weighed: bool = False
    statement_waived_at: datetime | None = None
    large_fine: bool | None = None
    hearing_by_law: bool = False
    tells_hearing: bool = False
    hearing_requested_at: datetime | None = None
    hearing_waived_at: datetime | None = None
    hearing_on: datetime | None = None
    hearing_held_at: datetime | None = None
    hearing_ended_at: datetime | None = None
    hearing_record: bool = False
    # decision, service
    complex_case: bool | None = None
    major: bool | None = None
    major_filed_at: datetime | None = None
    discussed_at: datetime | None = None
    minutes: bool = False
    not_punished_ground: NotPunishedGround | None = None
    corrected: bool | None = None
    first_violation: bool | None = None
    educated: bool = False
    facts_clear: bool = False
    document: str = ""
    served_at: datetime | None = None
    service_way: ServiceWay | None = None
    service_consent: bool = False
    receipt: bool = False
    registered_at: datetime | None = None
    # money and execution
    outstanding: Decimal | None = None
    amount: Decimal = Decimal(0)
    paid: Paid | None = None
    surcharge_owed: Decimal | None = None
    surcharge_paid: Decimal = Decimal(0)
    refund_owed: Decimal = Decimal(0)
    duties_open: int = 0
    cash_ground: CashGround | None = None
    cash_receipt: bool = False
    cash_asked: bool = False
    cash_held: Decimal = Decimal(0)
    cash_at_organ: Decimal = Decimal(0)
    deferred_until: datetime | None = None
    reminder_served_at: datetime | None = None
    compulsion: Decision | None = None
    urgent: bool = False
    night: bool | None = None
    statutory_holiday: bool | None = None
    preserved_open: int = 0
    sealed_open: int = 0
    sealing_extended: int = 0
    goods_listed: bool = False
    released: bool = False
    # remedies, publication, end
    reconsideration_asked_at: datetime | None = None
    reconsideration_result: RemedyResult | None = None
    suit_brought_at: datetime | None = None
    suit_decided_at: datetime | None = None
    suit_result: RemedyResult | None = None
    turned_at: datetime | None = None
    result: RemedyResult | None = None
    fine_changed: Decimal | None = None
    confiscated_changed: Decimal | None = None
    redo_ordered: bool = False
    social_effect: bool | None = None
    masked_copy: bool = False
    published_at: datetime | None = None
    extension_clause: str = ""
    decision_extended: int = 0
    person_named: str = ""
    close_ground: CloseGround | None = None
    file_complete: bool = False


def handlers(facts: CaseFacts) -> frozenset[str]:
    """Ids of the officers who handle the case."""
    return frozenset(who.person_id for who in facts.officers)


def hearing_due(facts: CaseFacts) -> bool | None:
    """Whether the penalty that is meant gives a right to a hearing (PL 63); None while a fine's size is undecided."""
    rules = facts.rules
    if facts.hearing_by_law or bool(rules.hearing_kinds & facts.penalties):
        return True
    if PenaltyKind.FINE not in facts.penalties or "large_fine" not in rules.hearing_kinds:
        return False
    if facts.party_kind not in rules.hearing_sized or rules.profile is None or rules.on is None:
        return facts.large_fine
    return review.hearing_due(proposed(facts, False), rules.profile, rules.on)


def outside_grade(facts: CaseFacts) -> bool:
    """Whether the fine leaves the range of the chosen grade."""
    low, high = facts.grade_least, facts.grade_most
    if facts.fine is None:
        return False
    return (low is not None and facts.fine < low) or (high is not None and facts.fine > high)


def proposed(facts: CaseFacts, with_hearing: bool) -> review.Proposed:
    """The decision in view as a review asks about it."""
    weighty = {Trigger.COMPLEX} if facts.complex_case else set()
    return review.Proposed(
        party=facts.party_kind or PartyKind.CITIZEN,
        ordinary=facts.procedure is Procedure.ORDINARY,
        kinds=facts.penalties,
        fine=float(facts.fine or 0),
        gains=float(facts.confiscated or 0),
        hearing_due=with_hearing,
        hearing_held=facts.hearing_held_at is not None,
        heavier=facts.heavier,
        mitigated=facts.mitigated,
        waived=facts.not_punished_ground in LENIENT,
        outside_grade=outside_grade(facts),
        ticked=facts.triggers | weighty,
    )


def review_due(facts: CaseFacts) -> Decision:
    """Why this decision must be reviewed (PL 58, the profile's triggers): each ground stands in the way of going without."""
    rules = facts.rules
    if rules.profile is None or rules.on is None or facts.procedure is Procedure.SIMPLE:
        return Decision()
    asked = bool(hearing_due(facts)) or hearing_wanted(facts)
    return review.required(proposed(facts, asked), rules.profile, rules.on)


def hearing_wanted(facts: CaseFacts) -> bool:
    """Whether the party asked for a hearing since the notice and has not given it up."""
    asked, given_up = facts.hearing_requested_at, facts.hearing_waived_at
    return asked is not None and since_notice(facts, asked) and (given_up is None or given_up < asked)


def since_notice(facts: CaseFacts, at: datetime | None) -> bool:
    """Whether `at` belongs to the notice that now stands: a new notice opens statement and hearing anew."""
    return at is not None and (facts.notice_at is None or at >= facts.notice_at)


def review_running(facts: CaseFacts) -> bool:
    """Whether a file sent to review has no opinion yet."""
    sent, answered = facts.review_submitted_at, facts.reviewed_at
    return sent is not None and (answered is None or answered < sent)


def review_valid(facts: CaseFacts) -> bool:
    """Whether a review agreed and nothing came after it that asks for another: a hearing, a new penalty."""
    if facts.review_opinion is not ReviewOpinion.AGREE or facts.reviewed_at is None:
        return False
    later = (at for at in (facts.hearing_held_at, facts.proposed_at) if at is not None)
    return all(at <= facts.reviewed_at for at in later)


def remedy_pending(facts: CaseFacts) -> bool:
    """Whether a reconsideration or a suit runs."""
    asked = facts.reconsideration_asked_at is not None and facts.reconsideration_result is None
    return asked or (facts.suit_brought_at is not None and facts.suit_result is None)


def overturned(facts: CaseFacts) -> bool:
    """Whether the decision was revoked or found invalid, by reconsideration or by the court."""
    return facts.reconsideration_result in OVERTURNED or facts.suit_result in OVERTURNED


def passed(facts: CaseFacts, kind: str) -> bool:
    """Whether the deadline `kind` is known and over now."""
    at = facts.due.get(kind)
    return at is not None and facts.now is not None and facts.now > at


def appeal_kinds(facts: CaseFacts) -> tuple[str, ...]:
    """The party's periods that must be over before the decision can be enforced through the court (CO 53)."""
    if facts.suit_decided_at is not None:
        return ()
    if facts.reconsideration_result not in UNDECIDED:
        return ("suit_after_reconsideration",)
    first = facts.procedure is Procedure.SIMPLE and "on_the_spot" in facts.rules.reconsideration_first
    return ("reconsideration",) if first else ("reconsideration", "suit")


def appeal_end(facts: CaseFacts) -> datetime | None:
    """When the remedies are over, or a granted deferral (PL 72): the start of `court_application`; None while unknown."""
    ends = [facts.due.get(kind) for kind in appeal_kinds(facts)] or [facts.suit_decided_at]
    known = [at for at in (*ends, facts.deferred_until) if at is not None]
    return max(known) if None not in ends else None
