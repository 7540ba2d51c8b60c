"""No sequence of allowed steps leads a case where the law forbids: random walks, judged from their history alone.

The rules below are written a second time, from the articles, and know nothing of the guards: they read only what happened.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.case_rules import CaseRules, rules_of
from policy.loader import load_profile
from policy.profile import Profile
from policy.vocabulary import ItemKind, PenaltyKind, Verb
from policy.vocabulary_case import CaseStatus, CashGround, PartyKind, RemedyResult
from policy.zone import CHINA
from tests.policy.case_world import BEGIN, CALENDAR, ORGAN, Past, World

FOUND_GUILTY = (Verb.DECIDE, Verb.DECIDE_ON_SPOT)
PENALTY_STEPS = (Verb.GIVE_NOTICE, Verb.HOLD_HEARING, Verb.DISCUSS, Verb.PROPOSE_PENALTY, *FOUND_GUILTY)
CARRIED_OUT = (
    Verb.RECORD_PAYMENT, Verb.COLLECT_CASH, Verb.RECORD_EXECUTION, Verb.REMIND, Verb.FORCE_EXECUTION, Verb.APPLY_COURT,
)  # fmt: skip
WITH_TWO = (
    Verb.PROPOSE, Verb.SUBMIT_FILING, Verb.START_INVESTIGATION, Verb.CONCLUDE_INVESTIGATION, Verb.PRESERVE, Verb.SEAL,
    Verb.GIVE_NOTICE, Verb.RECORD_STATEMENT, Verb.HOLD_HEARING, Verb.SERVE, Verb.COLLECT_CASH, *FOUND_GUILTY,
)  # fmt: skip
HEARING_KINDS = {
    PenaltyKind.CONFISCATE_LARGE_GAINS, PenaltyKind.CONFISCATE_LARGE_GOODS, PenaltyKind.LOWER_QUALIFICATION,
    PenaltyKind.REVOKE_PERMIT, PenaltyKind.ORDER_SUSPENSION, PenaltyKind.ORDER_CLOSURE, PenaltyKind.RESTRICT_EMPLOYMENT,
}  # fmt: skip
NULL = {RemedyResult.REVOKED, RemedyResult.INVALID}
PROFILES = ("national", "chengliu", "fuling", "lanxi")
COUNTIES = [(name, order) for name in PROFILES for order in ("before_notice", "after_hearing")]


def county(name: str, order: str) -> tuple[Profile, CaseRules]:
    profile = load_profile(name)
    return profile, replace(rules_of(profile, BEGIN.date()), review_order=order)


def walk(name: str, order: str, seed: int, careful: float, strides: int = 160) -> World:
    profile, rules = county(name, order)
    world = World(Random(seed), profile, rules, careful)
    for _ in range(strides):
        world.stride()
    return world


# -- the law, a second time -------------------------------------------------------------------------------------------


def since_redo(past: list[Past]) -> list[Past]:
    """The steps that count for a decision: after an order to decide again only filing and finding last."""
    cut = max((i for i, step in enumerate(past) if step.verb is Verb.REDO), default=-1)
    return past[cut + 1 :]


def last(past: list[Past], *verbs: Verb) -> Past | None:
    return next((step for step in reversed(past) if step.verb in verbs), None)


def working_days_over(start: Past, now: Past, days: int) -> bool:
    end = CALENDAR.nth_after(start.at.astimezone(CHINA).date(), days)
    return now.at.astimezone(CHINA).date() > end


def check_two_officers(past: list[Past], now: Past) -> None:
    fit = {
        who.person_id
        for who in now.facts.officers
        if who.certificate_no
        and who.certificate_valid_to is not None
        and who.certificate_valid_to >= now.at
        and not who.suspended
        and not who.recused
    }
    assert len(fit) >= 2, now.verb


def check_filed(past: list[Past], now: Past) -> None:
    filing = last(past, Verb.APPROVE_FILING)
    assert filing is not None
    assert filing.facts.actor_id not in {who.person_id for who in filing.facts.officers}
    assert filing.facts.actor_organ == ORGAN


def check_time(past: list[Past], now: Past) -> None:
    years = 5 if now.facts.limitation_ground else 2
    assert now.facts.discovered_at is not None
    assert now.facts.discovered_at - now.ended_at <= timedelta(days=years * 366)


def check_finding(name: str, past: list[Past], now: Past) -> None:
    if name == "chengliu":
        verbs = [step.verb for step in past]
        assert Verb.RECORD_FINDING in verbs[: verbs.index(Verb.APPROVE_FILING)]
    else:
        assert last(past, Verb.CONCLUDE_INVESTIGATION) is not None


def review_needed(name: str, past: list[Past], now: Past) -> bool:
    facts = now.facts
    held = last(since_redo(past), Verb.HOLD_HEARING) is not None
    if name == "chengliu" or held or facts.triggers or facts.complex_case:
        return True
    if name == "fuling":
        limit = 2000 if facts.party_kind is PartyKind.CITIZEN else 20000
        return (facts.fine or 0) >= limit or bool(HEARING_KINDS & facts.penalties)
    return facts.grade_most is not None and facts.fine is not None and facts.fine > facts.grade_most


def check_review(name: str, past: list[Past], now: Past) -> None:
    round_ = since_redo(past)
    answers = (Verb.AGREE_REVIEW, Verb.FAIL_REVIEW, Verb.RETURN_REVIEW)
    opinion = last(round_, *answers)
    if opinion is not None:
        assert opinion.verb is Verb.AGREE_REVIEW
    if not review_needed(name, past, now):
        return
    assert opinion is not None
    assert opinion.facts.actor_id not in {who.person_id for who in opinion.facts.officers}
    later = last(round_, Verb.HOLD_HEARING, Verb.PROPOSE_PENALTY)
    assert later is None or later.at <= opinion.at


def check_heard(past: list[Past], now: Past) -> None:
    round_ = since_redo(past)
    notice = last(round_, Verb.GIVE_NOTICE)
    assert notice is not None
    after = round_[round_.index(notice) :]
    answered = last(after, Verb.RECORD_STATEMENT, Verb.RECORD_WAIVER, Verb.HOLD_HEARING, Verb.END_HEARING)
    assert answered is not None or working_days_over(notice, now, 5)
    told = now.facts.penalties <= notice.facts.penalties and (now.facts.fine or 0) <= (notice.facts.fine or 0)
    assert told
    listed = HEARING_KINDS & now.facts.penalties or (PenaltyKind.FINE in now.facts.penalties and now.facts.large_fine)
    settled = last(after, Verb.HOLD_HEARING, Verb.END_HEARING, Verb.RECORD_WAIVER)
    asked = last(after, Verb.REQUEST_HEARING)
    if asked is not None:
        assert settled is not None
        assert not working_days_over(notice, asked, 5)
    if listed:
        assert notice.facts.tells_hearing
    if notice.facts.tells_hearing:
        assert settled is not None or working_days_over(notice, now, 5)


def check_hearing_held(past: list[Past], now: Past) -> None:
    told = last(past, Verb.NOTIFY_HEARING)
    assert told is not None
    assert working_days_over(told, now, 7)
    assert now.facts.presider_id not in {who.person_id for who in now.facts.officers}


def check_collective(past: list[Past], now: Past) -> None:
    if now.facts.complex_case or now.facts.major:
        discussed = last(since_redo(past), Verb.DISCUSS)
        assert discussed is not None
        heard = last(since_redo(past), Verb.HOLD_HEARING)
        assert heard is None or heard.at <= discussed.at


def check_three_people(past: list[Past], now: Past) -> None:
    last_reviewer = last(since_redo(past), Verb.AGREE_REVIEW)
    handlers = {who.person_id for who in now.facts.officers}
    assert now.facts.actor_id
    assert now.facts.actor_id not in handlers
    assert last_reviewer is None or now.facts.actor_id != last_reviewer.facts.actor_id
    assert last_reviewer is None or not handlers & {last_reviewer.facts.actor_id}


def check_no_penalty_beside_crime(past: list[Past], now: Past) -> None:
    assert not now.facts.referral_running
    if now.verb in FOUND_GUILTY:
        assert not now.facts.suspected_crime or now.facts.referral_ended


def check_penalty_itself(name: str, past: list[Past], now: Past) -> None:
    facts = now.facts
    if PenaltyKind.FINE in facts.penalties:
        assert facts.earlier_fines == 0
        least, most = facts.grade_least or Decimal(0), facts.grade_most or Decimal(0)
        assert least <= (facts.fine or 0) <= most or facts.grade_reason
    if name == "lanxi":
        assert not HEARING_KINDS & facts.penalties


def check_decision(name: str, past: list[Past], now: Past) -> None:
    check_two_officers(past, now)
    assert now.facts.competence is not None
    assert now.facts.competence.allowed
    assert now.facts.actor_organ == ORGAN
    check_filed(past, now)
    check_finding(name, past, now)
    check_review(name, past, now)
    check_heard(past, now)
    check_collective(past, now)
    check_three_people(past, now)
    check_no_penalty_beside_crime(past, now)
    check_penalty_itself(name, past, now)


def check_on_the_spot(name: str, past: list[Past], now: Past) -> None:
    facts = now.facts
    check_two_officers(past, now)
    check_no_penalty_beside_crime(past, now)
    check_penalty_itself(name, past, now)
    assert facts.penalties <= {PenaltyKind.WARNING, PenaltyKind.FINE}
    limit = 200 if facts.party_kind is PartyKind.CITIZEN else 3000
    assert PenaltyKind.FINE not in facts.penalties or (facts.fine or 0) <= limit
    assert facts.statement_at is not None
    assert facts.receipt
    assert facts.document


def check_carried_out(past: list[Past], now: Past) -> None:
    served = last(since_redo(past), Verb.SERVE, Verb.DECIDE_ON_SPOT)
    assert served is not None
    for verb in (Verb.DECIDE_SUIT, Verb.DECIDE_RECONSIDERATION):
        result = last(since_redo(past), verb)
        assert result is None or result.facts.result not in NULL


def check_collected(past: list[Past], now: Past) -> None:
    decided = last(past, *FOUND_GUILTY)
    assert decided is not None
    if now.verb is Verb.RECORD_PAYMENT:
        assert now.facts.actor_id != decided.facts.actor_id
        assert now.facts.actor_id not in {who.person_id for who in now.facts.officers}
        return
    spot = decided.verb is Verb.DECIDE_ON_SPOT
    small = spot and now.facts.cash_ground is CashGround.SMALL_FINE and (now.facts.fine or 0) <= 100
    hard = spot and now.facts.cash_ground is CashGround.HARD_TO_ENFORCE
    remote = now.facts.cash_ground is CashGround.REMOTE_AT_REQUEST and now.facts.cash_asked
    assert small or hard or remote


def check_reminded(past: list[Past], now: Past) -> None:
    served = last(past, Verb.SERVE, Verb.DECIDE_ON_SPOT)
    assert served is not None
    assert now.at.astimezone(CHINA).date() > served.at.astimezone(CHINA).date() + timedelta(days=15)


def check_court(past: list[Past], now: Past) -> None:
    past = since_redo(past)
    reminder = last(past, Verb.REMIND)
    served = last(past, Verb.SERVE, Verb.DECIDE_ON_SPOT)
    assert reminder is not None
    assert served is not None
    assert working_days_over(reminder, now, 10)
    assert now.at > served.at + timedelta(days=60) or last(past, Verb.DECIDE_RECONSIDERATION, Verb.DECIDE_SUIT)
    for asked, answered in (
        (Verb.ASK_RECONSIDERATION, Verb.DECIDE_RECONSIDERATION),
        (Verb.BRING_SUIT, Verb.DECIDE_SUIT),
    ):
        begun, done = last(past, asked), last(past, answered)
        assert begun is None or (done is not None and done.at > begun.at)


def check_forced(past: list[Past], now: Past) -> None:
    assert now.facts.urgent or not (now.facts.night or now.facts.statutory_holiday)
    assert now.facts.item_kind is not ItemKind.ENTRUSTED
    assert last(past, Verb.REMIND) is not None


def check_sealed(past: list[Past], now: Past) -> None:
    assert now.facts.item_kind is not ItemKind.ENTRUSTED
    assert now.facts.head_approved or now.facts.urgent


def check_extended(past: list[Past], now: Past) -> None:
    sealed = max(i for i, step in enumerate(past) if step.verb is Verb.SEAL)
    assert [step.verb for step in past[sealed:]].count(Verb.EXTEND_SEALING) == 0
    assert now.at <= past[sealed].at + timedelta(days=31)


def check_referral(past: list[Past], now: Past) -> None:
    check_no_penalty_beside_crime(past, now)
    referred, back = last(past, Verb.REFER_CRIMINAL), last(past, Verb.RESUME, Verb.SUBMIT_FILING)
    assert referred is None or (back is not None and back.at > referred.at)


def check_turn(name: str, order: str, past: list[Past], now: Past) -> None:
    """Review and notice in the order of the profile."""
    if now.verb is Verb.GIVE_NOTICE and order == "before_notice" and review_needed(name, past, now):
        assert last(since_redo(past), Verb.AGREE_REVIEW) is not None
    if now.verb is Verb.SUBMIT_REVIEW and order == "after_hearing":
        assert last(since_redo(past), Verb.GIVE_NOTICE) is not None


def check_transferred(past: list[Past], now: Past) -> None:
    assert not now.facts.received_by_transfer
    assert now.facts.receiver_accepted


def check_published(past: list[Past], now: Past) -> None:
    assert now.facts.masked_copy
    check_carried_out(past, now)


def check_closed(past: list[Past], now: Past) -> None:
    """Nothing is left over: no goods held, no money on the way, a spot decision reported."""
    held = Counter(step.verb for step in past)
    assert held[Verb.PRESERVE] == held[Verb.HANDLE_PRESERVED]
    sealed, released = last(past, Verb.SEAL), last(past, Verb.RELEASE_SEALING)
    assert sealed is None or (released is not None and released.at > sealed.at)
    assert held[Verb.COLLECT_CASH] == held[Verb.BANK_CASH]
    assert last(past, Verb.DECIDE_ON_SPOT) is None or last(past, Verb.REGISTER_ON_SPOT) is not None


def check_preserved(past: list[Past], now: Past) -> None:
    kept = last(past, Verb.PRESERVE)
    assert kept is not None
    assert now.facts.released or not working_days_over(kept, now, 7)


def check_let_off(past: list[Past], now: Past) -> None:
    check_three_people(past, now)
    check_no_penalty_beside_crime(past, now)
    assert now.facts.not_punished_ground is not None
    assert now.facts.educated or now.facts.not_punished_ground.value not in (
        "minor_corrected",
        "first_violation",
        "no_fault",
    )


def check_review_step(past: list[Past], now: Past) -> None:
    assert now.facts.actor_id
    assert now.facts.actor_id not in {who.person_id for who in now.facts.officers}
    sent = last(past, Verb.SUBMIT_REVIEW)
    assert sent is not None
    assert sent.facts.materials_complete
    assert last(past[past.index(sent) :], Verb.AGREE_REVIEW, Verb.FAIL_REVIEW, Verb.RETURN_REVIEW) is None


def check_step(name: str, order: str, past: list[Past], now: Past) -> None:
    """Everything the law says of this step, given what came before it."""
    check_turn(name, order, past, now)
    for verbs, check in CHECKS:
        if now.verb in verbs:
            check(past, now)
    if now.verb is Verb.DECIDE:
        check_decision(name, past, now)
    if now.verb is Verb.DECIDE_ON_SPOT:
        check_on_the_spot(name, past, now)


CHECKS = (
    (WITH_TWO, check_two_officers),
    (PENALTY_STEPS, check_referral),
    (CARRIED_OUT, check_carried_out),
    ((Verb.RECORD_PAYMENT, Verb.COLLECT_CASH), check_collected),
    ((Verb.APPROVE_FILING,), check_time),
    ((Verb.REMIND,), check_reminded),
    ((Verb.APPLY_COURT,), check_court),
    ((Verb.FORCE_EXECUTION,), check_forced),
    ((Verb.SEAL,), check_sealed),
    ((Verb.EXTEND_SEALING,), check_extended),
    ((Verb.HANDLE_PRESERVED,), check_preserved),
    ((Verb.HOLD_HEARING,), check_hearing_held),
    ((Verb.AGREE_REVIEW, Verb.FAIL_REVIEW, Verb.RETURN_REVIEW), check_review_step),
    ((Verb.NOT_PUNISH,), check_let_off),
    ((Verb.TRANSFER,), check_transferred),
    ((Verb.PUBLISH,), check_published),
    ((Verb.CLOSE,), check_closed),
)


# -- the walks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "order"), COUNTIES)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), careful=st.sampled_from([0.7, 0.9, 0.97]))
def test_no_walk_leads_where_the_law_forbids(name: str, order: str, seed: int, careful: float) -> None:
    world = walk(name, order, seed, careful)
    for i, step in enumerate(world.past):
        check_step(name, order, world.past[:i], step)


@pytest.mark.parametrize(("name", "order"), COUNTIES)
def test_walks_reach_what_they_are_judged_by(name: str, order: str) -> None:
    hearing = {Verb.REQUEST_HEARING, Verb.NOTIFY_HEARING, Verb.HOLD_HEARING, Verb.END_HEARING}
    wanted = {Verb.DECIDE, Verb.DECIDE_ON_SPOT, Verb.SERVE, Verb.RECORD_PAYMENT, Verb.REMIND, Verb.CLOSE, Verb.ARCHIVE}
    seen: Counter[Verb] = Counter()
    for seed in range(90):
        seen.update({step.verb for step in walk(name, order, seed, 0.97).past})
        if wanted | hearing <= set(seen) and seen[Verb.DECIDE] >= 3:
            return
    assert wanted | hearing <= set(seen)
    assert seen[Verb.DECIDE] >= 3


def test_the_order_of_review_and_notice_is_the_profiles() -> None:
    firsts: dict[str, set[Verb]] = {}
    for order in ("before_notice", "after_hearing"):
        for seed in range(40):
            past = walk("chengliu", order, seed, 0.97).past
            verbs = [step.verb for step in past if step.verb in (Verb.GIVE_NOTICE, Verb.AGREE_REVIEW)]
            if CaseStatus.DECIDED in {step.to for step in past}:
                firsts.setdefault(order, set()).add(verbs[0])
    assert firsts == {"before_notice": {Verb.AGREE_REVIEW}, "after_hearing": {Verb.GIVE_NOTICE}}
