"""Guards of a case from the notice to the decision: the party is told and heard, and nothing is decided that may not be."""

from __future__ import annotations

from policy.case_facts import (
    LENIENT,
    CaseFacts,
    handlers,
    hearing_due,
    hearing_wanted,
    outside_grade,
    passed,
    since_notice,
)
from policy.decision import Decision
from policy.guards_case import OK, barred, day, must
from policy.vocabulary import PenaltyKind, word
from policy.vocabulary_between import Trigger
from policy.vocabulary_case import NotPunishedGround, Procedure

# -- notice, statement, hearing ----------------------------------------------------------------------------------------


def notice_given(facts: CaseFacts) -> Decision:
    """The party was told what is meant, why, and of its rights (PL 44, 62)."""
    return must(facts.notice_at is not None, "reasons_case.notice_missing", facts.rules.clause("case.notice", "PL 44"))


def no_worse_than_told(facts: CaseFacts) -> Decision:
    """The penalty is no heavier than the one the party was told of; a heavier one needs a new notice (PL 44, 45)."""
    more = facts.penalties - facts.penalties_told
    if more:
        kinds = tuple(word(kind) for kind in PenaltyKind if kind in more)
        return barred("reasons_case.kinds_not_told", "PL 44", kinds=kinds)
    higher = facts.fine is not None and facts.fine > (facts.fine_told or 0)
    return must(not higher, "reasons_case.fine_not_told", "PL 44", fine=facts.fine, told=facts.fine_told or 0)


def statement_over(facts: CaseFacts) -> Decision:
    """The party has answered, was heard, waived it, or the time to answer is over (PL 44, 45, 62)."""
    answers = (facts.statement_at, facts.statement_waived_at, facts.hearing_held_at, facts.hearing_ended_at)
    if any(since_notice(facts, at) for at in answers) or passed(facts, "statement"):
        return OK
    until = facts.due.get("statement")
    if until is None:
        return barred("reasons_case.statement_idle", "PL 62")
    return barred("reasons_case.statement_open", "PL 62", until=day(until))


def statement_weighed(facts: CaseFacts) -> Decision:
    """What the party put forward was checked again, and the outcome written down (PL 45)."""
    said = facts.statement_at is not None
    return must(not said or facts.statement_weighed, "reasons_case.statement_unweighed", "PL 45")


def hearing_settled(facts: CaseFacts) -> Decision:
    """Where a hearing is due, or was told of: held, ended, waived, or its request period over unused (PL 44, 63–64)."""
    clause = facts.rules.clause("hearing.kinds", "PL 63")
    ends = (facts.hearing_held_at, facts.hearing_ended_at, facts.hearing_waived_at)
    if any(since_notice(facts, at) for at in ends):
        return OK
    if hearing_wanted(facts):
        return barred("reasons_case.hearing_not_held", clause)
    due = hearing_due(facts)
    if due is None:
        return barred("reasons_case.large_fine_open", clause)
    if not (due or facts.tells_hearing) or passed(facts, "hearing_request"):
        return OK
    until = facts.due.get("hearing_request")
    if until is None:
        return barred("reasons_case.hearing_not_offered", clause)
    return barred("reasons_case.hearing_request_open", "PL 64(1)", until=day(until))


def hearing_asked_in_time(facts: CaseFacts) -> Decision:
    """A hearing is asked for within five working days of being told of the right (PL 64(1))."""
    until = facts.due.get("hearing_request")
    if until is None or facts.now is None:
        return barred("reasons_case.hearing_no_right", facts.rules.clause("hearing.kinds", "PL 63"))
    return must(facts.now <= until, "reasons_case.hearing_asked_late", "PL 64(1)", until=day(until))


def hearing_asked(facts: CaseFacts) -> Decision:
    """A hearing is arranged when the party asked for one (PL 63)."""
    return must(hearing_wanted(facts), "reasons_case.hearing_not_asked", "PL 63")


def hearing_day_far_enough(facts: CaseFacts) -> Decision:
    """The party is told of the hearing seven working days before (PL 64(2))."""
    earliest, on = facts.due.get("hearing_notice"), facts.hearing_on
    if on is None or earliest is None:
        return barred("reasons_case.hearing_day_missing", "PL 64(2)")
    return must(on > earliest, "reasons_case.hearing_too_soon", "PL 64(2)", on=day(on), until=day(earliest))


def hearing_day_come(facts: CaseFacts) -> Decision:
    """The hearing is held on or after the day of which the party was told (PL 64(2))."""
    come = facts.now is not None and passed(facts, "hearing_notice")
    until = facts.due.get("hearing_notice")
    return must(come, "reasons_case.hearing_day_not_come", "PL 64(2)", until=day(until) if until else "—")


def hearing_given_up(facts: CaseFacts) -> Decision:
    """A hearing ends unheld only when the party gave it up, or stayed away on its day (PL 64(6))."""
    return OK if facts.hearing_waived_at is not None else hearing_day_come(facts)


def presider_fit(facts: CaseFacts) -> Decision:
    """Who presides over the hearing did not investigate the case (PL 64(4))."""
    if not facts.presider_id:
        return barred("reasons_case.presider_missing", "PL 64(4)")
    return must(facts.presider_id not in handlers(facts), "reasons_case.presider_handles", "PL 64(4)")


def hearing_recorded(facts: CaseFacts) -> Decision:
    """The hearing has its record, checked and signed by the party, or its refusal noted (PL 64(8))."""
    return must(facts.hearing_record, "reasons_case.hearing_record_missing", "PL 64(8)")


# -- decision ----------------------------------------------------------------------------------------------------------


def three_people(facts: CaseFacts) -> Decision:
    """Handling, review and decision are three people (PL 58; FL 二(四))."""
    clause = facts.rules.clause("review.separate_persons", "PL 58")
    if not facts.actor_id:
        return barred("reasons_case.actor_unknown", clause)
    if not facts.rules.separate_persons:
        return OK
    found = (
        must(facts.actor_id not in handlers(facts), "reasons_case.decider_handles", clause),
        must(facts.actor_id != facts.reviewer_id, "reasons_case.decider_reviews", clause),
        must(facts.reviewer_id not in handlers(facts), "reasons_case.reviewer_handles", clause),
    )
    return found[0] & found[1] & found[2]


def discussed_where_due(facts: CaseFacts) -> Decision:
    """Complex or major: decided collectively by the organ's heads, after the party was heard (PL 57)."""
    clause = facts.rules.clause("case.collective", "PL 57")
    if facts.complex_case is None or facts.major is None:
        return barred("reasons_case.weight_open", clause)
    ticked = Trigger.COMPLEX in facts.triggers
    weighty = {"complex": facts.complex_case or ticked, "major": facts.major}
    if not any(weighty[ground] for ground in facts.rules.collective if ground in weighty):
        return OK
    if facts.discussed_at is None:
        return barred("reasons_case.discussion_missing", clause)
    heard = facts.hearing_held_at or facts.statement_at
    stale = heard is not None and facts.discussed_at < heard
    return must(not stale, "reasons_case.discussion_before_hearing", clause)


def minutes_written(facts: CaseFacts) -> Decision:
    """A collective discussion leaves minutes (PL 47, 57)."""
    return must(facts.minutes, "reasons_case.minutes_missing", facts.rules.clause("case.collective", "PL 57"))


def fine_in_grade(facts: CaseFacts) -> Decision:
    """The fine lies within the chosen grade, or a written reason says why not; then it is reviewed (JD 二(三)8; PL 34)."""
    if PenaltyKind.FINE not in facts.penalties:
        return OK
    clause = facts.rules.clause("discretion.outside_needs", "PL 34")
    if facts.grade_least is None and facts.grade_most is None:
        return barred("reasons_case.grade_missing", clause)
    reasoned = "written_reason" not in facts.rules.outside_needs or bool(facts.grade_reason.strip())
    return must(
        not outside_grade(facts) or reasoned,
        "reasons_case.fine_outside_grade",
        clause,
        fine=facts.fine,
        least="—" if facts.grade_least is None else facts.grade_least,
        most="—" if facts.grade_most is None else facts.grade_most,
    )


def no_crime_instead(facts: CaseFacts) -> Decision:
    """A suspected crime is referred: no penalty takes its place, and none is prepared while the referral runs (CR 11)."""
    if facts.rules.penalty_instead:
        return OK
    clause = facts.rules.clause("criminal.penalty_instead", "CR 11")
    if facts.referral_running:
        return barred("reasons_case.referral_running", clause)
    if facts.referral_ended:
        return OK
    if facts.suspected_crime is None:
        return barred("reasons_case.crime_open", clause)
    return must(not facts.suspected_crime, "reasons_case.crime_suspected", clause)


def no_referral_running(facts: CaseFacts) -> Decision:
    """No penalty step is taken while a criminal referral runs (CR 11)."""
    clause = facts.rules.clause("criminal.penalty_instead", "CR 11")
    return must(not facts.referral_running, "reasons_case.referral_running", clause)


def not_fined_before(facts: CaseFacts) -> Decision:
    """The same act is not fined twice (PL 29)."""
    if PenaltyKind.FINE not in facts.penalties or not facts.rules.fine_once:
        return OK
    clause = facts.rules.clause("case.fine_once", "PL 29")
    if facts.earlier_fines is None:
        return barred("reasons_case.earlier_fines_open", clause)
    return must(facts.earlier_fines == 0, "reasons_case.fined_before", clause, count=facts.earlier_fines)


def ground_not_to_punish(facts: CaseFacts) -> Decision:
    """No penalty only on a ground of the law, with what that ground asks (PL 30, 31, 33, 36, 57)."""
    ground = facts.not_punished_ground
    if ground is None:
        return barred("reasons_case.ground_missing", "PL 33")
    correction = ground in (NotPunishedGround.MINOR_CORRECTED, NotPunishedGround.FIRST_VIOLATION)
    corrected = must(
        not correction or bool(facts.corrected), "reasons_case.not_corrected", "PL 33", ground=word(ground)
    )
    first = ground is not NotPunishedGround.FIRST_VIOLATION or bool(facts.first_violation)
    return corrected & must(first, "reasons_case.not_first", "PL 33")


def party_educated(facts: CaseFacts) -> Decision:
    """Who is let off is educated (PL 33)."""
    needed = facts.not_punished_ground in LENIENT
    return must(not needed or facts.educated, "reasons_case.not_educated", "PL 33")


# -- on the spot -------------------------------------------------------------------------------------------------------


def simple_enough(facts: CaseFacts) -> Decision:
    """On the spot only a warning, or a fine up to the limit for the party (PL 51)."""
    others = facts.penalties - {PenaltyKind.WARNING, PenaltyKind.FINE}
    if others:
        kinds = tuple(word(kind) for kind in PenaltyKind if kind in others)
        return barred("reasons_case.simple_kinds", "PL 51", kinds=kinds)
    if PenaltyKind.FINE not in facts.penalties:
        return OK
    limit = facts.rules.simple_limit.get(facts.party_kind) if facts.party_kind else None
    if limit is None or facts.fine is None or facts.party_kind is None:
        return barred("reasons_case.simple_limit_unknown", "PL 51")
    clause = facts.rules.clause(f"case.simple.{facts.party_kind.value}", "PL 51")
    party = word(facts.party_kind)
    return must(facts.fine <= limit, "reasons_case.simple_limit", clause, fine=facts.fine, limit=limit, party=party)


def facts_clear(facts: CaseFacts) -> Decision:
    """On the spot only what is certain, with a basis in law (PL 51)."""
    return must(facts.facts_clear and facts.evidence > 0, "reasons_case.facts_unclear", "PL 51")


def heard_on_spot(facts: CaseFacts) -> Decision:
    """Also on the spot the party is told and heard first, unless it waives that (PL 44, 45, 62)."""
    heard = facts.statement_at is not None or facts.statement_waived_at is not None
    return must(facts.notice_at is not None and heard, "reasons_case.not_heard_on_spot", "PL 62")


def handed_over(facts: CaseFacts) -> Decision:
    """The numbered decision is handed over at once, or its refusal noted on it (PL 52)."""
    return must(bool(facts.document) and facts.receipt, "reasons_case.not_handed_over", "PL 52")


def on_the_spot(facts: CaseFacts) -> Decision:
    """It was decided on the spot (PL 52)."""
    return must(facts.procedure is Procedure.SIMPLE, "reasons_case.not_on_the_spot", "PL 52")
