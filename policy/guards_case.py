"""Guards of a case up to its filing and through investigation and review: named rules with their clauses."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from policy.case_facts import CaseFacts, handlers, hearing_due, review_due, review_running, review_valid
from policy.decision import Decision, against, for_
from policy.eligibility import EligibilityRules, TaskFacts, TeamFacts, may_enforce
from policy.text import Word
from policy.vocabulary import OrganKind, PenaltyKind, TaskKind, word
from policy.vocabulary_between import ReviewOpinion
from policy.zone import CHINA

__all__ = ["CaseFacts", "barred", "must"]

OK: Final = Decision()
_AT_WORK: Final = TeamFacts("", "", "", "", OrganKind.OTHER)
_CASE_WORK: Final = TaskFacts(TaskKind.HANDLE)


def barred(code: str, clause: str | None = None, **params: Any) -> Decision:
    """One thing that stands in the way."""
    return Decision((against(code, clause, **params),))


def must(ok: bool, code: str, clause: str | None = None, **params: Any) -> Decision:
    """Nothing to say where `ok`, else one thing that stands in the way."""
    return OK if ok else barred(code, clause, **params)


# -- who ---------------------------------------------------------------------------------------------------------------


def _certified(facts: CaseFacts, need: int | None, clause: str | None) -> Decision:
    """Enough of the named officers hold a valid certificate now, none of them counted twice, suspended or recused."""
    if facts.now is None or need is None:
        return barred("reasons_case.officers_unknown", clause)
    rules = EligibilityRules(officers_minimum=need)
    named = {who.person_id: who for who in facts.officers}.values()
    asked = [may_enforce(who, _AT_WORK, _CASE_WORK, facts.now, rules) for who in named]
    fit = sum(decision.allowed for decision in asked)
    unfit = tuple(reason for decision in asked for reason in decision.obstacles)
    if fit < need:
        return barred("reasons_case.officers_short", clause, need=need, have=fit) & Decision(unfit)
    team = facts.eligibility or OK
    return Decision((for_("reasons_case.officers_enough", clause, need=need, have=fit), *team.obstacles))


def two_officers(facts: CaseFacts) -> Decision:
    """At least two certified, unexpired, not suspended, not recused officers handle it (PL 42–43)."""
    return _certified(facts, facts.rules.officers, facts.rules.clause("officers.minimum", "PL 42"))


def officers_for_compulsion(facts: CaseFacts) -> Decision:
    """Compulsion is carried out by two or more officers (CO 18)."""
    return _certified(
        facts, facts.rules.officers_compulsion, facts.rules.clause("officers.minimum_compulsion", "CO 18")
    )


def officers_for_referral(facts: CaseFacts) -> Decision:
    """Two or more officers are named to check a suspected crime (CR 5)."""
    return _certified(facts, facts.rules.officers_referral, facts.rules.clause("officers.minimum_referral", "CR 5"))


def person_named(facts: CaseFacts) -> Decision:
    """A recusal names the officer who steps back."""
    return must(bool(facts.person_named), "reasons_case.person_unnamed", "PL 43")


def head_approved(facts: CaseFacts) -> Decision:
    """The organ's head has approved it beforehand (PL 56; CO 18)."""
    return must(facts.head_approved, "reasons_case.head_not_asked", "PL 56")


def head_of_the_organ(facts: CaseFacts) -> Decision:
    """It is the head of the very organ that handles the case (PL 57)."""
    own = bool(facts.organ) and facts.actor_organ == facts.organ
    return must(own, "reasons_case.other_organ", "PL 57")


def organ_competent(facts: CaseFacts) -> Decision:
    """The organ is competent for item × place × date × penalty (PL 22; LX 二(一); YY 二(一))."""
    return facts.competence or barred("reasons.competence_unknown", "PL 22")


# -- filing ------------------------------------------------------------------------------------------------------------


def evidence_there(facts: CaseFacts) -> Decision:
    """Something proves the facts: a case is not opened, ended or decided on nothing (PL 40, 46, 54)."""
    return must(facts.evidence > 0, "reasons_case.no_evidence", "PL 40")


def not_time_barred(facts: CaseFacts) -> Decision:
    """The act was discovered within two years, five where life, health or financial safety was harmed (PL 36)."""
    # the five years reach only acts since they came into force (PL 37): for an older act they are not in `due`
    longer = facts.limitation_ground is not None and "limitation_serious" in facts.due
    kind = "limitation_serious" if longer else "limitation"
    end, found = facts.due.get(kind), facts.discovered_at
    if end is None or found is None:
        return barred("reasons_case.limitation_unknown", "PL 36")
    if found <= end:
        return OK
    ask = "reasons_case.time_barred" if facts.limitation_ground else "reasons_case.time_barred_ask"
    return barred(ask, "PL 36", until=day(end), found=day(found))


def finding_comes_first(facts: CaseFacts) -> Decision:
    """Where the finding of violation precedes filing, the proposal rests on it (CL 第十二条)."""
    needed = facts.rules.finding == "before_filing"
    clause = facts.rules.clause("case.finding")
    return must(not needed or facts.finding_at is not None, "reasons_case.finding_missing", clause)


def finding_before_filing(facts: CaseFacts) -> Decision:
    """A finding is given before filing only where the profile has that order (CL 第十二条)."""
    return must(facts.rules.finding == "before_filing", "reasons_case.finding_later")


def finding_attached(facts: CaseFacts) -> Decision:
    """The file holds the finding, or the investigation's report where the finding follows it (CL 第十二条; PL 57)."""
    if facts.rules.finding == "before_filing":
        return finding_comes_first(facts)
    there = facts.finding_at is not None or facts.report_at is not None
    return must(there, "reasons_case.finding_missing", facts.rules.clause("case.finding", "PL 57"))


def not_own_filing(facts: CaseFacts) -> Decision:
    """Nobody decides on the filing of a case that he or she handles."""
    if not facts.actor_id:
        return barred("reasons_case.actor_unknown")
    return must(
        facts.actor_id not in handlers(facts), "reasons_case.own_filing", facts.rules.clause("case.filing_steps")
    )


def filing_approved(facts: CaseFacts) -> Decision:
    """The organ's head has approved the filing (PL 54; CL 第十二条)."""
    return must(facts.filing_approved_at is not None, "reasons_case.filing_not_approved", "PL 54")


def not_transferred_again(facts: CaseFacts) -> Decision:
    """What came by transfer is not transferred on: the receiver objects and a dispute decides (PL 25; FL 二(三))."""
    clause = facts.rules.clause("transfer.no_onward", "PL 25")
    return must(not facts.received_by_transfer, "reasons_case.second_transfer", clause)


# -- investigation and review -------------------------------------------------------------------------------------------


def report_written(facts: CaseFacts) -> Decision:
    """An investigation ends with its written report, on which the head decides (PL 57)."""
    return must(facts.report_at is not None, "reasons_case.report_missing", "PL 57")


def penalty_meant(facts: CaseFacts) -> Decision:
    """It says which penalty is meant, and how much the fine is (PL 44)."""
    named = bool(facts.penalties) and (PenaltyKind.FINE not in facts.penalties or (facts.fine or 0) > 0)
    return must(named, "reasons_case.penalty_unnamed", "PL 44")


def penalty_in_power(facts: CaseFacts) -> Decision:
    """No penalty that is kept by the county (LX 二(一))."""
    kept = tuple(word(kind) for kind in PenaltyKind if kind in facts.penalties & facts.rules.reserved)
    clause = facts.rules.clause("item.reserved_penalties")
    return must(not kept, "reasons_case.reserved_penalty", clause, kinds=kept)


def materials_complete(facts: CaseFacts) -> Decision:
    """The review gets the whole file at once (FL 二(四))."""
    return must(
        facts.materials_complete, "reasons_case.materials_missing", facts.rules.clause("review.required", "PL 58")
    )


def review_in_its_turn(facts: CaseFacts) -> Decision:
    """Where review follows the hearing, it waits until the party was heard (PL 58)."""
    later = facts.rules.review_order == "after_hearing" and facts.notice_at is None
    return must(not later, "reasons_case.review_later", facts.rules.clause("review.order", "PL 58"))


def reviewer_fit(facts: CaseFacts) -> Decision:
    """The reviewer handled nothing of the case; who reviews for the first time is qualified in law (PL 58; FL 二(四))."""
    rules, clause = facts.rules, facts.rules.clause("review.separate_persons", "PL 58")
    if not facts.actor_id:
        return barred("reasons_case.actor_unknown", clause)
    apart = must(facts.actor_id not in handlers(facts), "reasons_case.reviewer_handles", clause)
    asked = rules.first_reviewer_qualified and facts.reviewer_first_time
    law = rules.clause("review.first_timer_qualified", "PL 58")
    return apart & must(not asked or facts.reviewer_qualified, "reasons_case.reviewer_unqualified", law)


def review_before_notice(facts: CaseFacts) -> Decision:
    """Where review precedes notice, a decision that must be reviewed is reviewed before the party is told (PL 58)."""
    return OK if facts.rules.review_order == "after_hearing" else review_passed(facts)


def review_passed(facts: CaseFacts) -> Decision:
    """A decision that must be reviewed was reviewed and agreed to, again after a hearing or a new penalty (PL 58)."""
    why, clause = review_due(facts), facts.rules.clause("review.required", "PL 58")
    if review_running(facts):
        return barred("reasons_case.review_running", clause)
    if facts.review_opinion not in (None, ReviewOpinion.AGREE):
        return barred("reasons_case.review_failed", clause, opinion=word(facts.review_opinion))
    if why.allowed or review_valid(facts):
        return OK
    if facts.reviewed_at is None:
        grounds = tuple(Word(ground.code, ground.params) for ground in why.obstacles)
        return barred("reasons_case.review_missing", clause, grounds=grounds)
    heard = facts.hearing_held_at is not None and facts.hearing_held_at > facts.reviewed_at
    return barred("reasons_case.review_after_hearing" if heard else "reasons_case.review_outdated", clause)


def review_open(facts: CaseFacts) -> Decision:
    """An opinion answers a file that was sent and has none yet (FL 二(四))."""
    return must(review_running(facts), "reasons_case.review_answered", facts.rules.clause("review.required", "PL 58"))


def review_not_agreed(facts: CaseFacts) -> Decision:
    """A file comes out of review unagreed only after its opinion (FL 二(四))."""
    failed = not review_running(facts) and facts.review_opinion not in (None, ReviewOpinion.AGREE)
    return must(failed, "reasons_case.review_not_failed", facts.rules.clause("review.required", "PL 58"))


def opinion_founded(facts: CaseFacts) -> Decision:
    """A reviewer who does not agree writes why (FL 二(四))."""
    return must(
        bool(facts.reason.strip()), "reasons_case.opinion_unfounded", facts.rules.clause("review.required", "PL 58")
    )


def hearing_right_clear(facts: CaseFacts) -> Decision:
    """Before the party is told, it is settled whether a hearing must be offered, and if so it is offered (PL 63)."""
    due = hearing_due(facts)
    if due is None:
        return barred("reasons_case.large_fine_open", facts.rules.clause("hearing.kinds", "PL 63"))
    return must(
        not due or facts.tells_hearing, "reasons_case.hearing_not_offered", facts.rules.clause("hearing.kinds", "PL 63")
    )


def day(at: datetime) -> str:
    """The day of a moment as people here write it."""
    return at.astimezone(CHINA).date().isoformat()
