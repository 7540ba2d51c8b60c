"""Guards of visits to enterprises and of joint operations: who may come, for what, how often, with whose approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from policy.decision import Decision, Reason, against, for_
from policy.guards_between import OrganFacts, clause_of, codes, flag, must, spoken
from policy.text import Word
from policy.vocabulary import OrganKind, PersonKind, word
from policy.vocabulary_between import CapException
from policy.vocabulary_inspection import VisitOutcome

_UNCERTIFIED: Final = frozenset({PersonKind.AUXILIARY, PersonKind.GRID_WORKER})


@dataclass(frozen=True, slots=True)
class Inspector:
    """One who comes along: standing, and whether the certificate is valid that day."""

    name: str
    kind: PersonKind = PersonKind.OFFICER
    certified: bool = False


@dataclass(frozen=True, slots=True)
class VisitFacts(OrganFacts):
    """A visit at the moment of a step; `published_body` and `published_item` are what the organ has made public (E1, E2),
    `organ_cap` is the yearly cap it has published (E3), `heads_awaited` are the other organs whose heads have yet to agree,
    `written` says that documents are checked and nobody goes in, `organ_there` is who is asked for help where it lies elsewhere."""

    item: str = ""
    published_body: bool = False
    published_item: bool = False
    township_of_subject: str = ""
    area: frozenset[str] | None = frozenset()
    organ_there: str = ""
    visit_on: date | None = None
    visits_this_year: int = 0
    organ_cap: int | None = None
    earlier_visits: Sequence[date] = ()
    cap_exception: CapException | None = None
    exception_reason: str = ""
    by_head: bool = False
    heads_awaited: frozenset[str] = frozenset()
    found: VisitOutcome | None = None
    guidance: str = ""
    informed: str = ""
    inspectors: Sequence[Inspector] = ()
    steps_done: frozenset[str] = frozenset()
    written: bool = False


@dataclass(frozen=True, slots=True)
class OperationFacts(OrganFacts):
    """A joint operation at the moment of a step; `asked`, `agreed` name townships and participants."""

    proposed_by: OrganKind | None = None
    townships: frozenset[str] = frozenset()
    townships_heard: frozenset[str] = frozenset()
    consent: str = ""
    participants: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    results: str = ""


# -- visits -----------------------------------------------------------------------------------------------------------


def body_published(facts: VisitFacts) -> Decision:
    """Only an organ that is published as one that inspects may come (E1)."""
    clause = clause_of(facts, "inspection.only_by")
    return must(facts.published_body, against("reasons_between.body_unpublished", clause, organ=facts.acting or "—"))


def item_published(facts: VisitFacts) -> Decision:
    """An item of inspection that is not published is not used (E2)."""
    if not flag(facts, "inspection.published_items_only"):
        return Decision()
    clause = clause_of(facts, "inspection.published_items_only")
    ok = bool(facts.item) and facts.published_item
    return must(ok, against("reasons_between.item_unpublished", clause, item=facts.item or "—"))


def own_area(facts: VisitFacts) -> Decision:
    """The subject lies in the organ's own area; elsewhere assistance is asked for (E6). `area` None: the whole county."""
    if not flag(facts, "inspection.own_area"):
        return Decision()
    inside = bool(facts.township_of_subject) and (facts.area is None or facts.township_of_subject in facts.area)
    there = facts.organ_there or Word("reasons_between.organ_there")
    clause = clause_of(facts, "inspection.own_area")
    return must(inside, against("reasons_between.outside_own_area", clause, receiver=there))


def below_cap(facts: VisitFacts) -> Decision:
    """The yearly cap is not reached, or one of the exceptions is chosen and said (E3); where neither the profile nor the
    organ has set one there is no cap, where both have the lower holds. A written check is no visit."""
    if facts.written:
        return Decision()
    rule = facts.value("inspection.cap")
    caps = [number for number in (facts.organ_cap, rule.value if rule else None) if number is not None]
    if not caps or facts.visits_this_year < min(caps):
        return Decision()
    clause = rule.clause if rule is not None else clause_of(facts, "inspection.cap_exceptions")
    exceptions = facts.value("inspection.cap_exceptions")
    if facts.cap_exception is not None and facts.cap_exception in codes(exceptions):
        if facts.exception_reason.strip():
            reason = for_("reasons_between.cap_exception", clause, ground=word(facts.cap_exception))
            return Decision((reason,))
        return Decision(
            (against("reasons_between.exception_unreasoned", clause_of(facts, "inspection.cap_exceptions")),)
        )
    reason = against(
        "reasons_between.cap_reached",
        clause,
        cap=min(caps),
        known=spoken(exceptions) or (Word("reasons_between.no_exception"),),
    )
    return Decision((reason,))


def repeat_told(facts: VisitFacts) -> Decision:
    """A visit soon after another is warned of and not barred (E8)."""
    window = facts.value("inspection.repeat_window")
    if window is None or facts.visit_on is None or facts.written:
        return Decision()
    since = facts.visit_on - timedelta(days=window.value)
    soon = sorted(day for day in facts.earlier_visits if since <= day <= facts.visit_on)
    if not soon:
        return Decision()
    told = {"days": window.value, "times": len(soon), "last": soon[-1].isoformat()}
    return Decision((for_("reasons_between.repeated_visit", window.clause, **told),))


def head_approves(facts: VisitFacts) -> Decision:
    """The organ's head approves beforehand (E4)."""
    return must(facts.by_head, against("reasons_between.visit_not_by_head", clause_of(facts, "inspection.steps")))


def others_agreed(facts: VisitFacts) -> Decision:
    """In a merged visit the heads of all organs taking part have agreed before the leading one approves (E4)."""
    waiting = tuple(sorted(facts.heads_awaited))
    reason = against("reasons_between.heads_awaited", clause_of(facts, "inspection.steps"), organs=waiting)
    return must(not waiting, reason)


def certified_enter(facts: VisitFacts) -> Decision:
    """Two certified officers at least enter; nobody without a certificate comes along as an inspector (E1, PL 42)."""
    value = facts.value("officers.minimum")
    if value is None:
        return Decision((against("reasons_between.rules_unknown"),))
    barred = tuple(_barred(facts, who) for who in facts.inspectors if not _may(who))
    have = sum(1 for who in facts.inspectors if _may(who))
    short = against("reasons_between.inspectors_short", value.clause, need=value.value, have=have)
    return Decision(barred) & must(have >= value.value, short)


def nobody_barred(facts: VisitFacts) -> Decision:
    """Grid workers, auxiliaries and whoever has no certificate are not even planned to come (E1)."""
    return Decision(tuple(_barred(facts, who) for who in facts.inspectors if not _may(who)))


def _may(who: Inspector) -> bool:
    return who.certified and who.kind not in _UNCERTIFIED


def _barred(facts: VisitFacts, who: Inspector) -> Reason:
    clause = clause_of(facts, "inspection.not_by", "officers.certificate_required")
    code = "inspector_kind" if who.kind in _UNCERTIFIED else "inspector_uncertified"
    return against(f"reasons_between.{code}", clause, name=who.name, kind=word(who.kind))


def goes_in(facts: VisitFacts) -> Decision:
    """For a written check nobody enters (E3)."""
    clause = clause_of(facts, "inspection.instead")
    return must(not facts.written, against("reasons_between.written_enters_nobody", clause))


def in_writing(facts: VisitFacts) -> Decision:
    """Only what was planned as a written check ends without a visit (E3)."""
    return must(facts.written, against("reasons_between.not_a_written_check", clause_of(facts, "inspection.instead")))


def shown_on_entry(facts: VisitFacts) -> Decision:
    """Before entering: notice, certificates shown and code scanned, as far as the profile asks for them (E4)."""
    return _steps(facts, frozenset({"notice", "certificates", "scan"}))


def record_made(facts: VisitFacts) -> Decision:
    """After leaving the record of the visit is made, where the profile asks for it (E4)."""
    return _steps(facts, frozenset({"record"}))


def outcome_chosen(facts: VisitFacts) -> Decision:
    """The record ends in one of the closed list of outcomes (D13)."""
    clause = clause_of(facts, "inspection.outcomes") or "FL 二(五)"
    return must(facts.found is not None, against("reasons_between.visit_outcome_missing", clause))


def next_step_told(facts: VisitFacts) -> Decision:
    """Guidance says what was advised; a serious finding names the department informed and the report to the government
    (D13)."""
    clause = clause_of(facts, "inspection.outcomes") or "FL 二(五)"
    if facts.found is VisitOutcome.PROBLEM_NO_VIOLATION:
        return must(bool(facts.guidance.strip()), against("reasons_between.guidance_missing", clause))
    if facts.found is VisitOutcome.SERIOUS:
        told = bool(facts.informed) and bool(facts.document.strip())
        return must(told, against("reasons_between.serious_untold", clause))
    return Decision()


def _steps(facts: VisitFacts, due: frozenset[str]) -> Decision:
    value = facts.value("inspection.steps")
    lacking = tuple(code for code in codes(value) if code in due and code not in facts.steps_done)
    reason = against(
        "reasons_between.visit_steps_missing", clause_of(facts, "inspection.steps"), missing=spoken(value, lacking)
    )
    return must(not lacking, reason)


# -- joint operations -------------------------------------------------------------------------------------------------


def participants_named(facts: OperationFacts) -> Decision:
    """A joint operation is of two organs at least."""
    clause = clause_of(facts, "joint_operation.proposed_by", "joint_operation.participants")
    return must(len(facts.participants) > 1, against("reasons_between.participants_missing", clause))


def townships_heard(facts: OperationFacts) -> Decision:
    """Every township concerned was heard."""
    lacking = tuple(sorted(facts.townships - facts.townships_heard))
    clause = clause_of(facts, "joint_operation.consult_township")
    named = bool(facts.townships) and not lacking
    return must(named, against("reasons_between.township_not_heard", clause, townships=lacking or "—"))


def heard_where_due(facts: OperationFacts) -> Decision:
    """A department hears the townships first, where the plan says so (FL); a township's own operation needs no hearing."""
    due = flag(facts, "joint_operation.consult_township") and facts.proposed_by is not OrganKind.TOWNSHIP
    return townships_heard(facts) if due else Decision()


def consented_where_due(facts: OperationFacts) -> Decision:
    """Whoever the plan names has consented (CL: the town's leading group)."""
    value = facts.value("joint_operation.consent_of")
    if value is None:
        return Decision()
    return must(
        bool(facts.consent), against("reasons_between.no_consent", value.clause, of=Word(f"codes.{value.value}"))
    )


def answer_by_set(facts: OperationFacts) -> Decision:
    """The notice says by when the participants answer, and that lies ahead."""
    ahead = facts.now is not None and facts.due_at is not None and facts.due_at > facts.now
    return must(ahead, against("reasons_between.answer_by_missing"))


def all_answered(facts: OperationFacts) -> Decision:
    """Every participant has answered, or the time to answer has run out."""
    lacking = tuple(sorted(facts.participants - facts.answered))
    over = facts.now is not None and facts.due_at is not None and facts.now > facts.due_at
    if lacking and over:
        return Decision((for_("reasons_between.did_not_answer", organs=lacking),))
    return must(not lacking, against("reasons_between.answers_awaited", organs=lacking))


def of_the_participants(facts: OperationFacts) -> Decision:
    """Only an organ that takes part answers."""
    own = facts.acting in facts.participants
    return must(own, against("reasons_between.not_a_participant", organ=facts.acting or "—"))


def results_told(facts: OperationFacts) -> Decision:
    """The report says what came of it."""
    return must(bool(facts.results.strip()), against("reasons_between.result_missing"))
