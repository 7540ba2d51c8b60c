"""Guards of a legal review: three people, material asked once as one list, every point answered before an opinion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from policy import review
from policy.decision import Decision, against
from policy.guards_between import OrganFacts, clause_of, codes, flag, must, spoken
from policy.review import OpinionForm
from policy.text import Name, Word
from policy.vocabulary import word
from policy.vocabulary_between import ReviewOpinion

POOL: Final = "legal_expert_pool"
TOGETHER: Final = frozenset({"joint_review", "dual_review"})
"""Ways of the plans in which another organ reviews the case as well."""


@dataclass(frozen=True, slots=True)
class ReviewFacts(OrganFacts):
    """A review at the moment of a step; people by what identifies them, material by the plan's codes."""

    handlers: frozenset[str] = frozenset()
    submitted_by: str = ""
    reviewer: str = ""
    decider: str = ""
    first_time: bool = False
    law_qualified: bool = False
    handed_in: frozenset[str] = frozenset()
    heard_or_assessed: bool = False
    asked: frozenset[str] = frozenset()
    asked_before: bool = False
    still_awaited: tuple[Name | Word | str, ...] = ()
    outside: str = ""
    expert: str = ""
    in_pool: bool = False
    term: tuple[date, date | None] | None = None
    tie: str = ""
    partner: str | None = None
    own_organ: str = ""
    form: OpinionForm | None = None
    last_opinion: ReviewOpinion | None = None
    changes: str = ""


def handler_submits(facts: ReviewFacts) -> Decision:
    """One of those who handle the case sends it to review and answers for the material."""
    own = bool(facts.submitted_by) and facts.submitted_by in facts.handlers
    return must(own, against("reasons_review.not_the_handler", clause_of(facts, "review.materials")))


def reviewer_apart(facts: ReviewFacts) -> Decision:
    """Handler, reviewer and decider are three people (PL 58; FL 二(四))."""
    clause = clause_of(facts, "review.separate_persons")
    if not facts.reviewer:
        return Decision((against("reasons_review.no_reviewer", clause),))
    if not flag(facts, "review.separate_persons"):
        return Decision()
    decision = must(facts.reviewer not in facts.handlers, against("reasons_review.reviewer_handled", clause))
    return decision & must(facts.reviewer != facts.decider, against("reasons_review.reviewer_decides", clause))


def reviewer_qualified(facts: ReviewFacts) -> Decision:
    """Who reviews penalty decisions for the first time is law-qualified (PL 58)."""
    due = facts.first_time and flag(facts, "review.first_timer_qualified")
    clause = clause_of(facts, "review.first_timer_qualified")
    return must(not due or facts.law_qualified, against("reasons_review.first_timer", clause))


def not_asked_yet(facts: ReviewFacts) -> Decision:
    """Material is asked for once, where the plan says so; new facts are asked about with a reason instead."""
    once = flag(facts, "review.material_asked_once")
    clause = clause_of(facts, "review.material_asked_once")
    return must(not (once and facts.asked_before), against("reasons_review.asked_twice", clause))


def something_asked(facts: ReviewFacts) -> Decision:
    """What is asked for is named."""
    clause = clause_of(facts, "review.material_asked_once")
    return must(bool(facts.asked), against("reasons_review.nothing_asked", clause))


def asked_as_one_list(facts: ReviewFacts) -> Decision:
    """What is asked for holds everything that is missing, since there is no second time."""
    lacking = tuple(entry.name for entry in _missing(facts) if entry.code not in facts.asked)
    clause = clause_of(facts, "review.material_asked_once", "review.materials")
    left_out = against("reasons_review.list_incomplete", clause, missing=lacking)
    return something_asked(facts) & must(not lacking, left_out)


def time_set(facts: ReviewFacts) -> Decision:
    """A request for material says by when, and that lies ahead."""
    ahead = facts.now is not None and facts.due_at is not None and facts.due_at > facts.now
    return must(ahead, against("reasons_review.no_time_set", clause_of(facts, "review.material_asked_once")))


def all_in(facts: ReviewFacts) -> Decision:
    """The material is complete: the plan's list, and whatever was asked for besides."""
    lacking = tuple(entry.name for entry in _missing(facts))
    reason = against("reasons_review.material_missing", clause_of(facts, "review.materials"), missing=lacking)
    still = against("reasons_review.still_awaited", clause_of(facts, "review.materials"), missing=facts.still_awaited)
    return must(not lacking, reason) & must(not facts.still_awaited, still)


def from_outside(facts: ReviewFacts) -> Decision:
    """Help in a review comes in a way the plan has; an expert stands in the pool (P16)."""
    value = facts.value("review.outside")
    if value is None:
        return Decision((against("reasons_review.nobody_outside"),))
    known = facts.outside in codes(value)
    decision = must(known, against("reasons_review.outside_unlisted", value.clause, known=spoken(value)))
    named = bool(facts.expert.strip())
    decision &= must(named, against("reasons_review.expert_unnamed", value.clause))
    apart = facts.expert not in facts.handlers and facts.expert != facts.decider
    decision &= must(not named or apart, against("reasons_review.expert_handled", value.clause))
    if facts.outside == POOL:
        return decision & _of_the_pool(facts, value.clause)
    return decision & _together(facts, value.clause) if named and facts.outside in TOGETHER else decision


def _of_the_pool(facts: ReviewFacts, clause: str | None) -> Decision:
    """Whoever is asked stands in the pool today, and has nothing to do with the party (PL 43)."""
    if not facts.in_pool:
        return Decision((against("reasons_review.not_in_pool", clause),))
    begin, end = facts.term or (None, None)
    on = facts.on
    runs = on is None or ((begin is None or begin <= on) and (end is None or on <= end))
    told = {"begin": begin.isoformat() if begin else "—", "end": end.isoformat() if end else "—"}
    decision = must(runs, against("reasons_review.term_over", clause, **told))
    return decision & must(not facts.tie, against("reasons_review.expert_tied", "PL 43", why=_tie(facts.tie)))


def _tie(tie: str) -> Word:
    return Word(f"reasons_review.tie.{tie or 'declared'}")


def _together(facts: ReviewFacts, clause: str | None) -> Decision:
    """A case two organs review is reviewed with another organ of the county, by its code or name (联合会审, 一案双审)."""
    if facts.partner is None:
        return Decision((against("reasons_review.partner_unknown", clause, told=facts.expert),))
    return must(facts.partner != facts.own_organ, against("reasons_review.partner_own", clause))


def opinion_sound(facts: ReviewFacts) -> Decision:
    """The opinion is one of the list, with every point answered and its grounds."""
    if facts.form is None or facts.profile is None or facts.on is None:
        return Decision((against("reasons_review.no_form"),))
    return review.check_opinion(facts.form, facts.profile, facts.on)


def was_to_be_corrected(facts: ReviewFacts) -> Decision:
    """Only a file sent back to be corrected comes again; any other opinion ends the review."""
    given = word(facts.last_opinion) if facts.last_opinion is not None else Word("reasons_review.none_yet")
    ok = facts.last_opinion is ReviewOpinion.CORRECT_AND_RESUBMIT
    return must(ok, against("reasons_review.not_to_be_corrected", clause_of(facts, "review.opinions"), given=given))


def changes_told(facts: ReviewFacts) -> Decision:
    """A file that comes again says what changed since."""
    told = bool(facts.changes.strip())
    return must(told, against("reasons_review.changes_untold", clause_of(facts, "review.opinions")))


def _missing(facts: ReviewFacts) -> tuple[review.Entry, ...]:
    if facts.profile is None or facts.on is None:
        return ()
    return review.missing(facts.profile, facts.on, facts.handed_in, facts.heard_or_assessed)
