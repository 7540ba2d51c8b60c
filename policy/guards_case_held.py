"""Guards of a case beside its main road: what is held, remedies, publication, referral, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.case_facts import TURNED, UNDECIDED, CaseFacts, overturned, passed, remedy_pending
from policy.decision import Decision
from policy.guards_case import OK, barred, day, must
from policy.vocabulary import PenaltyKind, word
from policy.vocabulary_case import CaseStatus, CloseGround, Procedure, RemedyResult

# -- what is preserved and sealed --------------------------------------------------------------------------------------


def approved_or_urgent(facts: CaseFacts) -> Decision:
    """Compulsion is approved by the organ's head before, in an urgent case made good within 24 hours (CO 18, 19)."""
    return must(facts.head_approved or facts.urgent, "reasons_case.compulsion_unapproved", "CO 18")


def was_urgent(facts: CaseFacts) -> Decision:
    """Only an urgent compulsion is approved afterwards (CO 19)."""
    return must(facts.urgent, "reasons_case.compulsion_not_urgent", "CO 19")


def goods_listed(facts: CaseFacts) -> Decision:
    """What is held stands on a list that the party has (PL 56; CO 24)."""
    return must(facts.goods_listed, "reasons_case.goods_unlisted", "CO 24")


def something_preserved(facts: CaseFacts) -> Decision:
    """There is preserved evidence still to be dealt with (PL 56)."""
    return must(facts.preserved_open > 0, "reasons_case.nothing_preserved", "PL 56")


def preserved_in_time(facts: CaseFacts) -> Decision:
    """Preserved evidence is dealt with within seven working days; after that it can only be given back (PL 56, 85)."""
    until = facts.due.get("preservation")
    late = until is None or passed(facts, "preservation")
    day_of = day(until) if until else "—"
    return must(not late or facts.released, "reasons_case.preservation_late", "PL 56", until=day_of)


def something_sealed(facts: CaseFacts) -> Decision:
    """Something is sealed or seized (CO 25)."""
    return must(facts.sealed_open > 0, "reasons_case.nothing_sealed", "CO 25")


def sealing_extended_once(facts: CaseFacts) -> Decision:
    """A sealing is extended once, before it ends, in a complicated case that the head approved (CO 25)."""
    if facts.sealing_extended:
        return barred("reasons_case.extended_before", "CO 25")
    running = "sealing" in facts.due and not passed(facts, "sealing")
    return must(running, "reasons_case.sealing_ended", "CO 25")


def sealed_in_time(facts: CaseFacts) -> Decision:
    """What is sealed is disposed of before the sealing ends; after that it can only be released (CO 25, 27, 28)."""
    late = "sealing" not in facts.due or passed(facts, "sealing")
    return must(not late or facts.released, "reasons_case.sealing_ended", "CO 28")


def nothing_held(facts: CaseFacts) -> Decision:
    """Nothing is still preserved or sealed (PL 56; CO 27, 28)."""
    count = facts.preserved_open + facts.sealed_open
    return must(count == 0, "reasons_case.still_held", "CO 27", count=count)


# -- remedies, publication, documents, end -----------------------------------------------------------------------------


def reconsideration_open(facts: CaseFacts) -> Decision:
    """One reconsideration: not beside a suit, and not again once it was decided (RL 29)."""
    if remedy_pending(facts):
        return barred("reasons_case.remedy_pending", "RL 29")
    again = facts.suit_brought_at is not None or facts.reconsideration_result not in UNDECIDED
    return must(not again, "reasons_case.remedy_decided", "RL 29")


def suit_open(facts: CaseFacts) -> Decision:
    """One suit: not while a reconsideration runs, and not again once it was decided (RL 29)."""
    if remedy_pending(facts):
        return barred("reasons_case.remedy_pending", "RL 29")
    return must(facts.suit_result in UNDECIDED, "reasons_case.remedy_decided", "RL 29")


def reconsidered_first(facts: CaseFacts) -> Decision:
    """A penalty decided on the spot goes to reconsideration before a suit (RL 23(1))."""
    first = facts.procedure is Procedure.SIMPLE and "on_the_spot" in facts.rules.reconsideration_first
    clause = facts.rules.clause("remedies.reconsideration_first", "RL 23")
    return must(not first or facts.reconsideration_result is not None, "reasons_case.reconsider_first", clause)


def reconsideration_runs(facts: CaseFacts) -> Decision:
    """A result belongs to a reconsideration that runs."""
    runs = facts.reconsideration_asked_at is not None and facts.reconsideration_result is None
    return must(runs, "reasons_case.no_remedy_runs", "RL 62")


def suit_runs(facts: CaseFacts) -> Decision:
    """A result belongs to a suit that runs."""
    runs = facts.suit_brought_at is not None and facts.suit_result is None
    return must(runs, "reasons_case.no_remedy_runs", "ALL 46")


def result_named(facts: CaseFacts) -> Decision:
    """The result of a remedy is one of the closed list."""
    return must(facts.result is not None, "reasons_case.result_missing")


def change_told(facts: CaseFacts) -> Decision:
    """A fine that was changed says to what: from then on that is owed, and no longer what was decided first (RL 63)."""
    fined = facts.result is RemedyResult.CHANGED and PenaltyKind.FINE in facts.penalties
    return must(not fined or facts.fine_changed is not None, "reasons_case.change_untold", "RL 63")


def ordered_again(facts: CaseFacts) -> Decision:
    """A case is taken up again when its decision was revoked and a new one ordered (RL 64)."""
    again = facts.redo_ordered and overturned(facts)
    return must(again, "reasons_case.not_ordered_again", "RL 64")


def fit_to_publish(facts: CaseFacts) -> Decision:
    """Published is what has a social effect and stands, in a copy without personal data (PL 48, 50)."""
    if facts.social_effect is None:
        return barred("reasons_case.effect_open", "PL 48")
    effect = must(facts.social_effect, "reasons_case.no_effect", "PL 48")
    unlawful = RemedyResult.UNLAWFUL in (facts.reconsideration_result, facts.suit_result)
    stands = must(not (unlawful or overturned(facts)), "reasons_case.not_fit_to_publish", "PL 48")
    return effect & stands & must(facts.masked_copy, "reasons_case.copy_unmasked", "PL 50")


def is_published(facts: CaseFacts) -> Decision:
    """Only what is public is withdrawn (PL 48)."""
    return must(facts.published_at is not None, "reasons_case.not_published", "PL 48")


def not_published(facts: CaseFacts) -> Decision:
    """A decision is published once."""
    return must(facts.published_at is None, "reasons_case.published_already", "PL 48")


def withdrawn_where_overturned(facts: CaseFacts) -> Decision:
    """What was published before it was changed, revoked, found unlawful or invalid is withdrawn, with the reason made public (PL 48)."""
    turned = facts.reconsideration_result in TURNED or facts.suit_result in TURNED
    if facts.published_at is None:
        return OK
    still = turned if facts.turned_at is None else facts.published_at <= facts.turned_at
    return must(not still, "reasons_case.still_published", "PL 48")


def major_to_file(facts: CaseFacts) -> Decision:
    """Filed with who supervises, once, is a penalty that was decided as a major one (PL 75; the plan's system of filing)."""
    clause = facts.rules.clause("major_penalty.filed_by", "PL 75")
    if not (facts.major and facts.penalties and facts.decider_id):
        return barred("reasons_case.not_major", clause)
    if facts.major_filed_at is not None:
        return barred("reasons_case.major_filed", clause, day=day(facts.major_filed_at))
    return OK


def document_named(facts: CaseFacts) -> Decision:
    """A correction names the document."""
    return must(bool(facts.document), "reasons_case.document_unnamed", "PL 47")


def extension_founded(facts: CaseFacts) -> Decision:
    """The time to decide is lengthened by a rule of the field, loaded and named, as often as it says, before it ends (PL 60)."""
    times, clause = facts.rules.decision_extensions, facts.rules.clause("deadline.decision", "PL 60")
    if not facts.extension_clause:
        return barred("reasons_case.extension_unfounded", clause)
    if not times:
        return barred("reasons_case.extension_not_loaded", clause)
    again = must(facts.decision_extended < times, "reasons_case.decision_extended", clause, times=times)
    return again & must(not passed(facts, "decision"), "reasons_case.extension_late", clause)


def referral_decided(facts: CaseFacts) -> Decision:
    """The organ's head approved the referral (CR 5)."""
    return must(facts.referral_approved, "reasons_case.referral_unapproved", "CR 5")


def referral_over(facts: CaseFacts) -> Decision:
    """The case comes back when the referral has ended without a prosecution (PL 27; CR 10, 13)."""
    over = facts.referral_ended and not facts.referral_running
    return must(over, "reasons_case.referral_open", "PL 27")


def registered(facts: CaseFacts) -> Decision:
    """A decision on the spot was reported to the organ for the record (PL 52)."""
    simple = facts.procedure is Procedure.SIMPLE
    return must(not simple or facts.registered_at is not None, "reasons_case.not_registered", "PL 52")


_ENDED: Final = frozenset({CloseGround.EXECUTION_ENDED, CloseGround.DECISION_REVOKED})
_ONLY: Final[Mapping[CaseStatus, frozenset[CloseGround]]] = {
    CaseStatus.NOT_PUNISHED: frozenset({CloseGround.NOT_PUNISHED}),
    CaseStatus.REFERRED_CRIMINAL: frozenset({CloseGround.TAKEN_BY_POLICE}),
    CaseStatus.EXECUTING: _ENDED | {CloseGround.EXECUTED},
    CaseStatus.REMINDER: _ENDED | {CloseGround.EXECUTED},
    CaseStatus.COURT_ENFORCEMENT: _ENDED | {CloseGround.EXECUTED, CloseGround.COURT_EXECUTED},
}


def closing_grounded(facts: CaseFacts) -> Decision:
    """A case is closed when its decision is carried out or has ended, on the ground that fits its state (CO 40; PL 47)."""
    ground = facts.close_ground
    if facts.status is CaseStatus.NOT_PUNISHED and facts.served_at is None:
        return barred("reasons_case.not_served", "PL 61")
    if ground is None or facts.status is None:
        return barred("reasons_case.close_ground_missing", "CO 40")
    if ground not in _ONLY.get(facts.status, frozenset()):
        return barred("reasons_case.close_ground_unfit", "CO 40", ground=word(ground), state=word(facts.status))
    done = facts.outstanding == 0 and facts.duties_open == 0
    holds = {
        CloseGround.EXECUTED: done,
        CloseGround.COURT_EXECUTED: done,
        CloseGround.EXECUTION_ENDED: bool(facts.reason.strip()),
        CloseGround.DECISION_REVOKED: overturned(facts) and not facts.redo_ordered,
        CloseGround.NOT_PUNISHED: facts.served_at is not None,
        CloseGround.TAKEN_BY_POLICE: facts.police_filed,
    }
    return must(holds[ground], "reasons_case.close_ground_fails", "CO 40", ground=word(ground))


def file_complete(facts: CaseFacts) -> Decision:
    """The file is whole, with its contents, before it is archived (PL 47)."""
    return must(facts.file_complete, "reasons_case.file_incomplete", "PL 47")
