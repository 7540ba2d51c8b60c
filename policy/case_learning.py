"""What a case's record knows once a step is told and once it is taken; the guards stand between the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from policy.case_facts import OVERTURNED, TURNED, CaseFacts, overturned
from policy.case_forms import FORMS
from policy.vocabulary import PenaltyKind, Verb
from policy.vocabulary_between import ReviewOpinion
from policy.vocabulary_case import Paid, RemedyResult, ServiceWay, Waived

STAMPS: Final[Mapping[Verb, tuple[str, ...]]] = {
    Verb.RECORD_FINDING: ("finding_at",),
    Verb.APPROVE_FILING: ("filing_approved_at",),
    Verb.CONCLUDE_INVESTIGATION: ("report_at",),
    Verb.PROPOSE_PENALTY: ("proposed_at",),
    Verb.SUBMIT_REVIEW: ("review_submitted_at",),
    Verb.AGREE_REVIEW: ("reviewed_at",),
    Verb.FAIL_REVIEW: ("reviewed_at",),
    Verb.RETURN_REVIEW: ("reviewed_at",),
    Verb.GIVE_NOTICE: ("notice_at",),
    Verb.RECORD_STATEMENT: ("statement_at",),
    Verb.REQUEST_HEARING: ("hearing_requested_at",),
    Verb.HOLD_HEARING: ("hearing_held_at",),
    Verb.END_HEARING: ("hearing_ended_at",),
    Verb.DISCUSS: ("discussed_at",),
    Verb.SERVE: ("served_at",),
    Verb.DECIDE_ON_SPOT: ("served_at",),
    Verb.REGISTER_ON_SPOT: ("registered_at",),
    Verb.REMIND: ("reminder_served_at",),
    Verb.ASK_RECONSIDERATION: ("reconsideration_asked_at",),
    Verb.BRING_SUIT: ("suit_brought_at",),
    Verb.DECIDE_SUIT: ("suit_decided_at",),
    Verb.PUBLISH: ("published_at",),
    Verb.FILE_MAJOR_PENALTY: ("major_filed_at",),
}
"""Facts that say when a step was last taken."""

_NAMES: Final = frozenset(f.name for f in fields(CaseFacts))
_SLOTS: Final = tuple((f.name, getattr(CaseFacts, f.name)) for f in fields(CaseFacts))


def replace(facts: CaseFacts, **changes: Any) -> CaseFacts:
    """As `dataclasses.replace`, slot by slot: to make a hundred facts anew through their constructor cost more than a step."""
    unknown = changes.keys() - _NAMES
    if unknown:
        raise TypeError(f"no facts of a case: {sorted(unknown)}")
    after = object.__new__(CaseFacts)
    for name, slot in _SLOTS:
        slot.__set__(after, changes[name] if name in changes else slot.__get__(facts))
    return after


MOMENTARY: Final = frozenset(
    {"reason", "amount", "head_approved", "released", "document", "receipt", "cash_receipt", "cash_asked",
     "extension_clause", "person_named", "materials_complete", "receiver", "receiver_accepted", "result", "hearing_record",
     "paid", "fine_changed", "confiscated_changed",
     "masked_copy", "file_complete", "goods_listed", "minutes", "service_consent"}
)  # fmt: skip
"""What is said for one step only: it is judged with the step and not remembered as a fact of the case."""


_EACH_TIME: Final = frozenset({"urgent", "tells_hearing"})


def told(verb: Verb, facts: CaseFacts, given: Mapping[str, Any], now: datetime) -> CaseFacts:
    """The facts with what the step is told, as the guards judge them."""
    known = {name: value for name, value in given.items() if name in _NAMES and value is not None}
    for name in _EACH_TIME.intersection(one.name for one in FORMS.get(verb, ())):
        known[name] = bool(
            given.get(name)
        )  # an earlier step's urgency, or what an earlier notice told, is not this one's
    after = replace(facts, now=now, **known)
    means = _MEANS.get(verb)
    return means(after, given) if means else after


def learn(verb: Verb, facts: CaseFacts, given: Mapping[str, Any], now: datetime) -> CaseFacts:
    """What is known once the guards let the step pass; what was said for one step only is forgotten again."""
    stamped: dict[str, Any] = dict.fromkeys(STAMPS.get(verb, ()), now)
    after = replace(facts, **stamped)
    follow = _FOLLOW.get(verb)
    after = follow(after, given) if follow else after
    return replace(after, **{name: getattr(_BLANK, name) for name in MOMENTARY})


# -- what follows from a step -------------------------------------------------------------------------------------------

_Given = Mapping[str, Any]


def _said(name: str, given: _Given) -> bool:
    return bool(str(given.get(name) or "").strip())


def _noticed(facts: CaseFacts, _given: _Given) -> CaseFacts:
    """What the party is told is what is meant now; an earlier answer belongs to the earlier notice."""
    return replace(
        facts,
        penalties_told=facts.penalties,
        fine_told=facts.fine,
        statement_at=None,
        statement_weighed=False,
        statement_waived_at=None,
        hearing_requested_at=None,
        hearing_waived_at=None,
        hearing_held_at=None,
        hearing_ended_at=None,
    )


def _waived(facts: CaseFacts, given: _Given) -> CaseFacts:
    if given.get("waived") == Waived.HEARING:
        return replace(facts, hearing_waived_at=facts.now)
    return replace(facts, statement_waived_at=facts.now)


def _weighed(facts: CaseFacts, given: _Given) -> CaseFacts:
    return replace(facts, statement_weighed=facts.statement_weighed or _said("weighed", given))


def _discussed(facts: CaseFacts, given: _Given) -> CaseFacts:
    return replace(facts, minutes=_said("words", given))


def _answered(opinion: ReviewOpinion) -> Callable[[CaseFacts, _Given], CaseFacts]:
    def follow(facts: CaseFacts, given: _Given) -> CaseFacts:
        said = ReviewOpinion(given["opinion"]) if given.get("opinion") else opinion
        return replace(facts, review_opinion=said, reviewer_id=facts.actor_id)

    return follow


def _approved(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, filing_approver_id=facts.actor_id)


def _decided(facts: CaseFacts, _given: _Given) -> CaseFacts:
    fine = facts.fine if PenaltyKind.FINE in facts.penalties else None  # what was proposed before is not decided
    money = {PenaltyKind.FINE, PenaltyKind.WARNING, PenaltyKind.CRITICISM}
    return replace(
        facts,
        decider_id=facts.actor_id,
        fine=fine,
        outstanding=(fine or Decimal(0)) + (facts.confiscated or Decimal(0)),
        duties_open=1 if facts.penalties - money - _TAKEN else 0,
    )


_TAKEN: Final = frozenset(
    {
        PenaltyKind.CONFISCATE_GAINS,
        PenaltyKind.CONFISCATE_LARGE_GAINS,
        PenaltyKind.CONFISCATE_GOODS,
        PenaltyKind.CONFISCATE_LARGE_GOODS,
    }
)


def _let_off(facts: CaseFacts, _given: _Given) -> CaseFacts:
    """Nothing that was proposed is decided: another case on the same act is not barred by a fine that never was (PL 29)."""
    return replace(
        facts,
        decider_id=facts.actor_id,
        penalties=frozenset(),
        fine=None,
        confiscated=None,
        outstanding=Decimal(0),
        duties_open=0,
    )


def _paid(facts: CaseFacts, given: _Given) -> CaseFacts:
    """A surcharge pays nothing of the fine itself."""
    if given.get("paid") == Paid.SURCHARGE:
        return replace(facts, surcharge_paid=facts.surcharge_paid + facts.amount)
    if facts.outstanding is None:
        return facts
    return replace(facts, outstanding=max(facts.outstanding - facts.amount, Decimal(0)))


def _refunded(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, refund_owed=max(facts.refund_owed - facts.amount, Decimal(0)))


def _collected(facts: CaseFacts, given: _Given) -> CaseFacts:
    return replace(_paid(facts, given), cash_held=facts.cash_held + facts.amount)


def _handed_in(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, cash_at_organ=facts.cash_at_organ + facts.cash_held, cash_held=Decimal(0))


def _banked(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, cash_at_organ=Decimal(0))


def _receipted(facts: CaseFacts, given: _Given) -> CaseFacts:
    return replace(facts, cash_receipt=_said("slip", given))


def _carried_out(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, duties_open=max(facts.duties_open - 1, 0))


def _reported(facts: CaseFacts, given: _Given) -> CaseFacts:
    return replace(facts, report_at=facts.now if _said("words", given) else None)


def _told_on_spot(facts: CaseFacts, given: _Given) -> CaseFacts:
    """Told, heard and handed over in one visit (PL 44, 45, 52)."""
    heard, waived = _said("words", given), bool(given.get("waived"))
    return replace(
        facts,
        notice_at=facts.now,
        statement_at=facts.now if heard else None,
        statement_waived_at=facts.now if waived else None,
        statement_weighed=heard,
        penalties_told=facts.penalties,
        fine_told=facts.fine,
    )


def _handed_over(facts: CaseFacts, given: _Given) -> CaseFacts:
    return replace(_decided(facts, given), service_way=ServiceWay.IN_PERSON)


def _preserved(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, preserved_open=facts.preserved_open + 1)


def _handled(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, preserved_open=max(facts.preserved_open - 1, 0))


def _sealed(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, sealed_open=facts.sealed_open + 1, sealing_extended=0)


def _released(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, sealed_open=max(facts.sealed_open - 1, 0))


def _extended(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, sealing_extended=facts.sealing_extended + 1)


def _given_longer(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, decision_extended=facts.decision_extended + 1)


def _changed(facts: CaseFacts) -> CaseFacts:
    """A decision that was changed is owed as it was changed, less what was paid of it (RL 63)."""
    if facts.result is not RemedyResult.CHANGED:
        return facts
    fine = facts.fine if facts.fine_changed is None else facts.fine_changed
    gains = facts.confiscated if facts.confiscated_changed is None else facts.confiscated_changed
    after = (fine or Decimal(0)) + (gains or Decimal(0))
    paid = _paid_of(facts)
    more = max(paid - after, Decimal(0))
    kept = facts.penalties - {PenaltyKind.FINE} if fine == 0 else facts.penalties
    owed = {"outstanding": max(after - paid, Decimal(0)), "refund_owed": facts.refund_owed + more}
    return replace(facts, fine=fine, confiscated=gains, penalties=kept, **owed)


def _paid_of(facts: CaseFacts) -> Decimal:
    """What came in for the decision as it stands; nothing where nothing was decided."""
    if facts.outstanding is None:
        return Decimal(0)
    return (facts.fine or Decimal(0)) + (facts.confiscated or Decimal(0)) - facts.outstanding


def _fallen(facts: CaseFacts) -> CaseFacts:
    """Of a decision that binds nobody any more, everything that came in goes back, surcharges too, once (RL 72; CO 41)."""
    if facts.result not in OVERTURNED or overturned(facts):
        return _changed(facts)
    came_in = _paid_of(facts) + facts.surcharge_paid
    return replace(facts, surcharge_paid=Decimal(0), refund_owed=facts.refund_owed + came_in)


def _turned(facts: CaseFacts) -> CaseFacts:
    """When a decision was last changed, revoked, found unlawful or invalid: what was published before is to be withdrawn (PL 48)."""
    return replace(facts, turned_at=facts.now) if facts.result in TURNED else facts


def _reconsidered(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return _turned(replace(_fallen(facts), reconsideration_result=facts.result))


def _tried(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return _turned(replace(_fallen(facts), suit_result=facts.result))


def _asked_again(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, reconsideration_result=None)


def _sued(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, suit_result=None)


def _withdrawn(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, published_at=None)


def _referred(facts: CaseFacts, _given: _Given) -> CaseFacts:
    return replace(facts, referral_running=True, referral_ended=False)


def _anew(facts: CaseFacts, _given: _Given) -> CaseFacts:
    """A revoked decision is made again: what led to it up to the investigation stands, the rest is done anew."""
    return replace(facts, **{name: getattr(_BLANK, name) for name in _AFTER_INVESTIGATION})


_BLANK: Final = CaseFacts()
_AFTER_INVESTIGATION: Final = (
    "report_at", "review_submitted_at", "review_opinion", "reviewed_at", "penalties", "fine", "confiscated", "proposed_at",
    "grade_least", "grade_most", "grade_reason", "penalties_told", "fine_told", "notice_at", "statement_at",
    "statement_weighed", "statement_waived_at", "hearing_requested_at", "hearing_waived_at", "hearing_on",
    "hearing_held_at", "hearing_ended_at", "discussed_at", "decider_id", "served_at", "service_way", "outstanding",
    "duties_open", "surcharge_paid", "deferred_until", "reminder_served_at", "reconsideration_asked_at",
    "reconsideration_result", "suit_brought_at", "suit_decided_at", "suit_result", "redo_ordered", "decision_extended", "major_filed_at",
)  # fmt: skip


def _listed(facts: CaseFacts, given: _Given) -> CaseFacts:
    return replace(facts, goods_listed=bool(given.get("goods")))


def _named(facts: CaseFacts, given: _Given) -> CaseFacts:
    return replace(facts, person_named=str(given.get("person") or ""))


def _presided(facts: CaseFacts, given: _Given) -> CaseFacts:
    return replace(facts, presider_id=str(given.get("presider") or ""))


_Follow = Callable[[CaseFacts, _Given], CaseFacts]

_MEANS: Final[Mapping[Verb, _Follow]] = {
    Verb.DECIDE_ON_SPOT: _told_on_spot,
    Verb.CONCLUDE_INVESTIGATION: _reported,
    Verb.HEAR_STATEMENT: _weighed,
    Verb.NOTIFY_HEARING: _presided,
    Verb.DISCUSS: _discussed,
    Verb.COLLECT_CASH: _receipted,
    Verb.PRESERVE: _listed,
    Verb.SEAL: _listed,
    Verb.RECUSE: _named,
}
"""What the guards of the step itself ask for."""

_FOLLOW: Final[Mapping[Verb, _Follow]] = {
    Verb.APPROVE_FILING: _approved,
    Verb.AGREE_REVIEW: _answered(ReviewOpinion.AGREE),
    Verb.FAIL_REVIEW: _answered(ReviewOpinion.DO_NOT_DECIDE),
    Verb.RETURN_REVIEW: _answered(ReviewOpinion.CORRECT_AND_RESUBMIT),
    Verb.GIVE_NOTICE: _noticed,
    Verb.RECORD_WAIVER: _waived,
    Verb.RECORD_STATEMENT: _weighed,
    Verb.DECIDE: _decided,
    Verb.DECIDE_ON_SPOT: _handed_over,
    Verb.NOT_PUNISH: _let_off,
    Verb.RECORD_PAYMENT: _paid,
    Verb.COLLECT_CASH: _collected,
    Verb.PAY_REFUND: _refunded,
    Verb.HAND_IN_CASH: _handed_in,
    Verb.BANK_CASH: _banked,
    Verb.RECORD_EXECUTION: _carried_out,
    Verb.PRESERVE: _preserved,
    Verb.HANDLE_PRESERVED: _handled,
    Verb.SEAL: _sealed,
    Verb.RELEASE_SEALING: _released,
    Verb.EXTEND_SEALING: _extended,
    Verb.EXTEND_DECISION: _given_longer,
    Verb.ASK_RECONSIDERATION: _asked_again,
    Verb.DECIDE_RECONSIDERATION: _reconsidered,
    Verb.BRING_SUIT: _sued,
    Verb.DECIDE_SUIT: _tried,
    Verb.WITHDRAW_PUBLICATION: _withdrawn,
    Verb.REFER_CRIMINAL: _referred,
    Verb.REDO: _anew,
}
"""What is known once the step was taken."""
