"""Guards of criminal referrals: two officers at once, the head decides, papers with every step, no penalty instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from policy.decision import Decision, against, for_
from policy.guards_between import OrganFacts, clause_of, codes, must, spoken
from policy.profile import Profile
from policy.vocabulary_between import ReferralStatus

RUNNING: Final = frozenset(ReferralStatus) - {ReferralStatus.NOT_APPROVED, ReferralStatus.TAKEN_BACK}
"""States in which the matter is with the head, the police or the procurator: no penalty step of its case."""


@dataclass(frozen=True, slots=True)
class ReferralFacts(OrganFacts):
    """A criminal referral at the moment of a step; `by_head`: whoever acts is the organ's head or stands in for it."""

    investigators: int = 0
    by_head: bool = False
    handed_in: frozenset[str] = frozenset()
    conditional: frozenset[str] = frozenset()
    receipt: str = ""
    goods: bool = True
    goods_list: str = ""


def two_officers_at_once(facts: ReferralFacts) -> Decision:
    """Two officers at least are named at once to see to it (CR 5)."""
    value = facts.value("officers.minimum_referral")
    if value is None:
        return Decision((against("reasons_between.rules_unknown"),))
    short = against("reasons_between.investigators_short", value.clause, need=value.value, have=facts.investigators)
    return must(facts.investigators >= value.value, short)


def report_written(facts: ReferralFacts) -> Decision:
    """What is put to the head is a report in writing (CR 5)."""
    return must(bool(facts.document), against("reasons_between.report_not_written", "CR 5"))


def head_decides(facts: ReferralFacts) -> Decision:
    """Only the organ's head, or who leads in the head's place, approves or withholds approval (CR 5)."""
    return must(facts.by_head, against("reasons_between.not_the_head", clause_of(facts, "deadline.criminal_head")))


def refusal_on_record(facts: ReferralFacts) -> Decision:
    """Why a referral is not approved is put on record (CR 5)."""
    return must(bool(facts.reason.strip()), against("reasons_between.refusal_unreasoned", "CR 5"))


def papers_with_it(facts: ReferralFacts) -> Decision:
    """The papers the regulation lists go with the file; a list of goods or a report of experts only where there is one (CR 6)."""
    value = facts.value("criminal.materials")
    if value is None:
        return Decision()
    always = {row["code"] for row in value.value if not row.get("where_any")} | facts.conditional
    lacking = tuple(code for code in codes(value) if code in always and code not in facts.handed_in)
    return must(not lacking, against("reasons_between.materials_missing", value.clause, missing=spoken(value, lacking)))


def police_signed(facts: ReferralFacts) -> Decision:
    """The police sign the receipt of the referral (CR 7)."""
    return must(bool(facts.receipt), against("reasons_between.police_receipt_missing", "CR 7"))


def forwarded_to_somebody(facts: ReferralFacts) -> Decision:
    """Police that are not competent say in writing to whom they have forwarded it (CR 7)."""
    told = bool(facts.receiver) and bool(facts.document)
    return must(told, against("reasons_between.forward_unknown", clause_of(facts, "deadline.criminal_forward")))


def police_notice(facts: ReferralFacts) -> Decision:
    """What the police decide reaches the organ as a written notice (CR 8)."""
    return must(bool(facts.document), against("reasons_between.police_notice_missing", "CR 8"))


def police_reasons(facts: ReferralFacts) -> Decision:
    """Police that do not file say why (CR 8)."""
    return must(bool(facts.reason.strip()), against("reasons_between.police_reason_missing", "CR 8"))


def time_to_ask_again(facts: ReferralFacts) -> Decision:
    """The police are asked again within the time; after it only the procurator is left (CR 9)."""
    left = facts.now is not None and facts.due_at is not None and facts.now <= facts.due_at
    return must(left, against("reasons_between.too_late_to_ask_again", clause_of(facts, "deadline.criminal_retry")))


def goods_listed(facts: ReferralFacts) -> Decision:
    """Goods are handed over against a list that both sign (CR 12)."""
    listed = bool(facts.goods_list) or not facts.goods
    return must(listed, against("reasons_between.goods_unlisted", clause_of(facts, "deadline.criminal_goods")))


def no_penalty_while_referred(status: ReferralStatus | None, profile: Profile, on: date) -> Decision:
    """Asked by the case: no penalty instead of a referral that runs (CR 11); one taken back is penalised by law (CR 10)."""
    value = profile.get("criminal.penalty_instead", on)
    clause = value.clause if value is not None else None
    if status in RUNNING and (value is None or not value.value):
        return Decision((against("reasons_between.penalty_instead", clause),))
    return Decision((for_("reasons_between.no_referral_runs", clause),))
