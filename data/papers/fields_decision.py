"""Fields of what is meant or decided: penalties with their amounts, grade, payment, and what the party was told and said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from data.papers import wording as w
from data.papers.casefile import CaseFile, joined
from policy.case_facts import LENIENT, CaseFacts, hearing_due
from policy.text import has, say
from policy.vocabulary import PenaltyKind, label
from policy.vocabulary_between import ReviewOpinion
from policy.vocabulary_case import CaseStatus, Procedure

Known = dict[str, Any]
_GAINS = frozenset({PenaltyKind.CONFISCATE_GAINS, PenaltyKind.CONFISCATE_LARGE_GAINS})


def decision_of(file: CaseFile) -> Known:
    """The group `decision`: what is meant before it is taken, what was decided after."""
    facts, case = file.facts, file.case
    if case is None:
        return {"decision": {}}
    cash = label(facts.cash_ground) if facts.cash_ground else None
    known = {
        "penalties": penalties_of(facts),
        "fine": w.yuan(facts.fine),
        "fine_words": w.yuan_words(facts.fine),
        "confiscated": w.yuan(facts.confiscated),
        "payment": w.payment(file.county, _owed(facts), file.on, cash=cash, gains=facts.confiscated),
        "statement": _statement(file),
        "hearing": _hearing(file),
        "review": say("papers.reviewed") if facts.review_opinion is ReviewOpinion.AGREE else None,
        "discussion": say("papers.discussed", day=w.day(facts.discussed_at)) if facts.discussed_at else None,
    }
    return {"decision": known | _graded(file)}


def _owed(facts: CaseFacts) -> Decimal | None:
    return facts.fine if PenaltyKind.FINE in facts.penalties else None


def penalties_of(facts: CaseFacts) -> str | None:
    """Every penalty that is meant, in the order of PL 9, amounts in figures and in the numerals of a receipt."""
    return joined((_penalty(kind, facts) for kind in PenaltyKind if kind in facts.penalties), "；")


def _penalty(kind: PenaltyKind, facts: CaseFacts) -> str:
    amount = facts.fine if kind is PenaltyKind.FINE else facts.confiscated if kind in _GAINS else None
    if amount is None:
        return label(kind)
    key = "papers.fine" if kind is PenaltyKind.FINE else "papers.confiscate_gains"
    return say(key, amount=w.yuan(amount), words=w.yuan_words(amount))


def _graded(file: CaseFile) -> Known:
    """The grade by its name, what it allows, and why it was chosen (PL 34)."""
    facts, code = file.facts, file.case.grade if file.case else None
    if not code:
        return {}
    name = _grade_name(code)
    low, high = facts.grade_least, facts.grade_most
    span = f"{say('papers.yuan', amount=w.yuan(low))}—{say('papers.yuan', amount=w.yuan(high))}"
    return {
        "grade": name,
        "range": span if low is not None and high is not None else None,
        "grade_sentence": say("papers.graded", grade=name),
        "grade_reason": say("papers.grade_reason", reason=facts.grade_reason) if facts.grade_reason else None,
    }


def _grade_name(code: str) -> str:
    key = f"items.grade.{code}"
    return say(key) if has(key) else code


def _over(file: CaseFile) -> bool:
    """Whether the party's answer is in, or can no longer come: the case went on."""
    case = file.case
    return case is not None and (
        case.decided_at is not None or case.status in (CaseStatus.STATEMENT_HEARD, CaseStatus.COLLECTIVE_DISCUSSION)
    )


def _statement(file: CaseFile) -> str | None:
    facts = file.facts
    if facts.procedure is Procedure.SIMPLE:
        return file.words("decide_on_spot")
    if facts.statement_at is not None:
        weighed = file.detail("weighed", "hear_statement", "record_statement") or file.words("hear_statement")
        return say("papers.statement_made", day=w.day(facts.statement_at), weighed=weighed or say("papers.blank"))
    if facts.statement_waived_at is not None:
        return say("papers.statement_waived", day=w.day(facts.statement_waived_at))
    return say("papers.statement_none") if _over(file) else None


def _hearing(file: CaseFile) -> str | None:
    facts = file.facts
    if facts.hearing_held_at is not None:
        return say("papers.hearing_held", day=w.day(facts.hearing_held_at))
    if facts.hearing_waived_at is not None:
        return say("papers.hearing_waived", day=w.day(facts.hearing_waived_at))
    if hearing_due(facts) is False and not facts.tells_hearing:
        return say("papers.hearing_undue")
    return say("papers.hearing_none") if _over(file) else None


def result_of(file: CaseFile) -> str | None:
    """What became of the case in one line: the penalties, or why there are none."""
    case, facts = file.case, file.facts
    if case is None or case.decided_at is None:
        return None
    return label(facts.not_punished_ground) if facts.not_punished_ground else penalties_of(facts)


def spared_of(file: CaseFile) -> Known:
    """The group `spared`: why there is no penalty, by which article, and that the party was educated where it was."""
    ground = file.facts.not_punished_ground
    if ground is None:
        return {"spared": {}}
    educated = say("papers.educated") if ground in LENIENT and file.facts.educated else None
    known = {"ground": label(ground), "article": say(f"papers.spared.{ground}"), "education": educated}
    return {"spared": known}


def told_of(file: CaseFile) -> Known:
    """What the party is told of its rights, what it said, what hearing, review and discussion came to."""
    facts = file.facts
    blank = say("papers.blank")
    statement, hearing = (w.period(file.county, kind, file.on) or blank for kind in ("statement", "hearing_request"))
    return {
        "notice": {
            "statement": say("papers.told_statement", period=statement),
            "hearing": say("papers.told_hearing", period=hearing),
        },
        "statement": {
            "day": w.day(facts.statement_at),
            "words": file.words("record_statement", "decide_on_spot"),
            "weighed": file.detail("weighed", "hear_statement", "record_statement") or file.words("hear_statement"),
        },
        "hearing": {
            "requested_day": w.day(facts.hearing_requested_at),
            "day": w.day(facts.hearing_on or facts.hearing_held_at),
            "time": w.moment(facts.hearing_on or facts.hearing_held_at),
            "presider": file.person_name(facts.presider_id),
            "words": file.words("hold_hearing", "end_hearing"),
        },
        "discussion": {
            "day": w.day(facts.discussed_at),
            "words": file.words("discuss"),
            "present": file.detail("present", "discuss"),
        },
    }
