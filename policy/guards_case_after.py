"""Guards of a case after its decision: service, money, force and court."""

from __future__ import annotations

from policy.case_facts import FALLEN, CaseFacts, appeal_end, appeal_kinds, handlers, overturned, passed, remedy_pending
from policy.decision import Decision
from policy.guards_case import OK, barred, day, must
from policy.vocabulary import ItemKind
from policy.vocabulary_case import CashGround, Paid, Procedure, RemedyResult, ServiceWay

# -- service and money -------------------------------------------------------------------------------------------------


def served_as_the_law_asks(facts: CaseFacts) -> Decision:
    """The decision reached the party in a way of the law, with its receipt; electronically only by consent (PL 61)."""
    if facts.service_way is None or not facts.receipt:
        return barred("reasons_case.receipt_missing", "PL 61")
    consented = facts.service_way is not ServiceWay.ELECTRONIC or facts.service_consent
    return must(consented, "reasons_case.no_consent", "PL 61")


def was_served(facts: CaseFacts) -> Decision:
    """Nothing is carried out before the decision was served (PL 61, 67)."""
    return must(facts.served_at is not None, "reasons_case.not_served", "PL 61")


def decision_stands(facts: CaseFacts) -> Decision:
    """A decision that was revoked or found invalid is not carried out (CO 40)."""
    return must(not overturned(facts), "reasons_case.overturned", "CO 40")


def collector_apart(facts: CaseFacts) -> Decision:
    """Who handled or decided does not collect (PL 67; CL 第二十五条)."""
    clause = facts.rules.clause("case.collection_separate", "PL 67")
    if not facts.actor_id:
        return barred("reasons_case.actor_unknown", clause)
    own = facts.actor_id == facts.decider_id or facts.actor_id in handlers(facts)
    return must(not own, "reasons_case.collector_decides", clause)


def amount_due(facts: CaseFacts) -> Decision:
    """A payment has an amount, no more than what is still owed of the fine, or as surcharge once it is late (PL 67, 72)."""
    late = facts.paid is Paid.SURCHARGE
    owed, clause = (facts.surcharge_owed, "PL 72") if late else (facts.outstanding, "PL 67")
    if not owed or facts.amount <= 0:
        return barred("reasons_case.nothing_owed", clause)
    return must(facts.amount <= owed, "reasons_case.paid_too_much", clause, amount=facts.amount, owed=owed)


def refund_due(facts: CaseFacts) -> Decision:
    """Paid back is what came in beyond the decision as it stands now, no more (RL 72; CO 41)."""
    clause = "CO 41" if facts.suit_result in FALLEN else "RL 72"
    if facts.refund_owed <= 0 or facts.amount <= 0:
        return barred("reasons_case.no_refund", clause)
    owed = facts.refund_owed
    return must(facts.amount <= owed, "reasons_case.refund_too_much", clause, amount=facts.amount, owed=owed)


def cash_allowed(facts: CaseFacts) -> Decision:
    """Cash only for a small fine on the spot, where it is else hard to enforce, or far away at the party's request (PL 68–69)."""
    ground, limit = facts.cash_ground, facts.rules.cash_limit
    known = ground is CashGround.SMALL_FINE or (ground is not None and ground.value in facts.rules.cash_otherwise)
    if not known:
        return barred("reasons_case.cash_ground_missing", "PL 68")
    if ground is CashGround.REMOTE_AT_REQUEST:
        return must(facts.cash_asked, "reasons_case.cash_not_asked", "PL 69")
    if facts.procedure is not Procedure.SIMPLE:
        return barred("reasons_case.cash_ordinary", "PL 68")
    if ground is CashGround.HARD_TO_ENFORCE:
        return must(bool(facts.reason.strip()), "reasons.reason_missing", "PL 68")
    small = limit is not None and facts.fine is not None and facts.fine <= limit
    clause = facts.rules.clause("case.cash.maximum", "PL 68")
    return must(
        small, "reasons_case.cash_too_much", clause, fine=facts.fine or 0, limit="—" if limit is None else limit
    )


def cash_receipt_given(facts: CaseFacts) -> Decision:
    """Cash is taken only against the uniform receipt of the finance authority (PL 70)."""
    return must(facts.cash_receipt, "reasons_case.cash_receipt_missing", "PL 70")


def cash_held(facts: CaseFacts) -> Decision:
    """There is cash collected on the spot to hand in (PL 71)."""
    return must(facts.cash_held > 0, "reasons_case.no_cash", "PL 71")


def cash_at_organ(facts: CaseFacts) -> Decision:
    """There is cash at the organ to pay into the bank (PL 71)."""
    return must(facts.cash_at_organ > 0, "reasons_case.no_cash", "PL 71")


def cash_passed_on(facts: CaseFacts) -> Decision:
    """Cash collected on the spot has reached the bank (PL 71)."""
    on_the_way = facts.cash_held + facts.cash_at_organ
    return must(on_the_way == 0, "reasons_case.cash_on_the_way", "PL 71", amount=on_the_way)


def deferral_dated(facts: CaseFacts) -> Decision:
    """A deferral is asked for by the party, with its reason, and ends on a day (PL 66)."""
    dated = facts.deferred_until is not None and bool(facts.reason.strip())
    return must(dated, "reasons_case.deferral_undated", "PL 66")


# -- force and court ---------------------------------------------------------------------------------------------------


def still_owed(facts: CaseFacts) -> Decision:
    """Something of the decision is still to be carried out (PL 72)."""
    if facts.outstanding is None:
        return barred("reasons_case.outstanding_unknown", "PL 72")
    return must(facts.outstanding > 0 or facts.duties_open > 0, "reasons_case.all_done", "PL 72")


def payment_time_over(facts: CaseFacts) -> Decision:
    """The time to pay is over, and a granted deferral too (PL 66, 67, 72)."""
    deferred = facts.deferred_until is not None and facts.now is not None and facts.now <= facts.deferred_until
    until = facts.deferred_until if deferred else facts.due.get("payment")
    if until is None:
        return barred("reasons_case.payment_idle", "PL 67")
    over = passed(facts, "payment") and not deferred
    return must(over, "reasons_case.payment_open", "PL 67", until=day(until))


def reminded(facts: CaseFacts) -> Decision:
    """The party was reminded in writing first (CO 35, 54)."""
    return must(facts.reminder_served_at is not None, "reasons_case.reminder_missing", "CO 54")


def reminder_waited(facts: CaseFacts) -> Decision:
    """Ten working days have passed since the reminder was served (CO 54, 69)."""
    until = facts.due.get("reminder_to_court")
    if until is None:
        return barred("reasons_case.reminder_idle", "CO 54")
    return must(passed(facts, "reminder_to_court"), "reasons_case.reminder_running", "CO 54", until=day(until))


def appeals_over(facts: CaseFacts) -> Decision:
    """The times for reconsideration and suit are over and none runs (CO 53)."""
    if remedy_pending(facts):
        return barred("reasons_case.remedy_pending", "CO 53")
    open_still = [kind for kind in appeal_kinds(facts) if not passed(facts, kind)]
    if not open_still:
        return OK
    until = appeal_end(facts)
    if until is None:
        return barred("reasons_case.appeal_idle", "CO 53")
    return barred("reasons_case.appeal_open", "CO 53", until=day(until))


def own_to_enforce(facts: CaseFacts) -> Decision:
    """What a reconsideration changed is enforced by the organ of reconsideration, or by the court at its request (RL 78)."""
    changed = facts.reconsideration_result is RemedyResult.CHANGED and facts.suit_decided_at is None
    return must(not changed, "reasons_case.enforced_above", "RL 78")


def court_in_time(facts: CaseFacts) -> Decision:
    """The court is asked within three months of the end of the appeal periods (CO 53)."""
    until = facts.due.get("court_application")
    if until is None or facts.now is None:
        return barred("reasons_case.court_time_unknown", "CO 53")
    return must(facts.now <= until, "reasons_case.court_late", "CO 53", until=day(until))


def may_compel(facts: CaseFacts) -> Decision:
    """The organ has the power of compulsion for this item; entrusted items give none (CO 17)."""
    clause = facts.rules.clause("compulsion.entrustable", "CO 17")
    if facts.item_kind is None:
        return barred("reasons_case.item_kind_unknown", clause)
    if facts.item_kind is ItemKind.ENTRUSTED and not facts.rules.entrustable:
        return barred("reasons_case.compulsion_entrusted", clause)
    return facts.compulsion or barred("reasons_case.compulsion_unknown", "CO 17")


def not_at_night(facts: CaseFacts) -> Decision:
    """No forced execution at night or on statutory holidays, unless urgent (CO 43)."""
    if facts.urgent:
        return OK
    clause = facts.rules.clause("compulsion.barred", "CO 43")
    if facts.night is None or facts.statutory_holiday is None:
        return barred("reasons_case.hour_unknown", clause)
    when = {"night": facts.night, "statutory_holiday": facts.statutory_holiday}
    return must(not any(when[name] for name in facts.rules.barred if name in when), "reasons_case.at_night", clause)
