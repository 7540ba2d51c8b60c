"""Fields of what lies around a case: evidence, goods, measures, review, payments, and letters between organs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from data.casework.surcharges import surcharge_owed
from data.models import (
    Assistance,
    CaseReview,
    Evidence,
    Goods,
    Measure,
    Payment,
    Referral,
    Transfer,
)
from data.papers import wording as w
from data.papers.casefile import CaseFile
from policy.case_facts import CaseFacts
from policy.review import materials, points
from policy.text import has, say
from policy.vocabulary import label
from policy.vocabulary_between import PointAnswer, ReviewOpinion
from policy.vocabulary_case import Paid

Known = dict[str, Any]
PARTY: Final = "party"
"""Who keeps a thing that was given back (data/casework/case_written.py)."""


def around(file: CaseFile, told: Mapping[str, str]) -> Known:
    """Groups of evidence, goods, review, money and letters; `told` names a receiver where no letter is on record yet."""
    transfer = file.latest(Transfer)
    return {
        "evidence": [evidence_row(file, place, row) for place, row in enumerate(file.evidence, start=1)],
        "review": _review(file),
        "points": _points(file),
        "execution": _execution(file),
        "payments": _payments(file),
        "transfer": _letter(file, transfer, told) | _transfer(transfer),
        "materials": _materials(file, transfer),
        "assistance": _assistance(file, told),
        "referral": _referral(file, told),
        **_held(file),
    }


def evidence_row(file: CaseFile, place: int, row: Evidence) -> Known:
    """A file of evidence with when, where and by whom it was taken (PL 46)."""
    here = row.lon is not None and row.lat is not None
    return {
        "number": place,
        "name": row.name,
        "kind": say(f"papers.evidence_kind.{row.kind}"),
        "day": w.moment(row.taken_at or row.received_at),
        "place": say("papers.point", lon=f"{row.lon:.6f}", lat=f"{row.lat:.6f}") if here else file.address,
        "who": file.person_name(row.account_id) or file.organ_name(row.organ_code),
        "note": w.plain(row.note),
        "digest": row.sha256,
    }


def _held(file: CaseFile) -> Known:
    """What is held now: the newest measure with the things on its list; without a case nothing is."""
    measures = file.rows(Measure, Measure.begun_at) if file.case else []
    measure = measures[-1] if measures else None
    things = [row for row in (file.rows(Goods) if file.case else []) if measure and row.measure_id == measure.id]
    return {
        "measure": _measure(file, measure) if measure else {},
        "goods": [_thing(place, row) for place, row in enumerate(things, start=1)],
    }


def _measure(file: CaseFile, row: Measure) -> Known:
    deadline = "preservation" if row.kind == "preservation" else "sealing"
    return {
        "kind": say(f"papers.measure.{row.kind}"),
        "begun_day": w.day(row.begun_at),
        "due_day": w.day(file.due.get(deadline)),
        "ended_day": w.day(row.ended_at),
        "result": row.result,
    }


def _thing(place: int, row: Goods) -> Known:
    keeper = say("papers.party") if row.keeper == PARTY else row.keeper
    return {
        "number": place,
        "name": row.name,
        "quantity": row.quantity,
        "condition": row.condition,
        "keeper": keeper,
        "place": row.place,
    }


def _last_review(file: CaseFile) -> CaseReview | None:
    rows = file.rows(CaseReview, CaseReview.round) if file.case else []
    return rows[-1] if rows else None


def _review(file: CaseFile) -> Known:
    """The last round; where the reviewer answered the step itself, what the case remembers of it."""
    facts, row = file.facts, _last_review(file)
    opinion = (row.opinion if row else None) or facts.review_opinion
    return {
        "round": row.round if row else None,
        "submitted_day": w.day(row.submitted_at if row else facts.review_submitted_at),
        "day": w.day((row.opinion_at if row else None) or facts.reviewed_at),
        "reviewer": file.person_name((row.reviewer_id if row else None) or facts.reviewer_id or None),
        "opinion": label(ReviewOpinion(opinion)) if opinion else None,
        "reason": w.plain(row.reason if row else None) or file.words("fail_review", "return_review", "agree_review"),
    }


def _points(file: CaseFile) -> list[Known]:
    """The points of the plan with their answers; those of a plan that lists none are left out."""
    row = _last_review(file)
    answers: Mapping[str, Any] = row.points if row else {}
    return [_point(place, one.name.zh, answers.get(one.code)) for place, one in enumerate(_listed(file), start=1)]


def _listed(file: CaseFile) -> Iterable[Any]:
    return points(file.county.profile, file.on) if file.case else ()


def _point(place: int, name: str, told: Any) -> Known:
    said: Mapping[str, Any] = told if isinstance(told, Mapping) else {"answer": told}
    answer = next((one for one in PointAnswer if one.value == said.get("answer")), None)
    note = said.get("note") or (say("papers.nothing") if answer else None)
    return {"number": place, "name": name, "answer": label(answer) if answer else None, "note": note}


def _execution(file: CaseFile) -> Known:
    facts = file.facts
    paid = sum((row.amount for row in _paid(file)), Decimal(0))
    return {
        "reminder_day": w.day(facts.reminder_served_at),
        "outstanding": w.yuan(facts.outstanding),
        "outstanding_words": w.yuan_words(facts.outstanding),
        "surcharge": _surcharge(file),
        "appeals": _appeals(file.facts) if file.case else None,
        "paid": w.yuan(paid) if file.case else None,
        "deferred_until": w.day(facts.deferred_until),
    }


def _surcharge(file: CaseFile) -> str | None:
    """What a fine paid late costs more as of the day of the document: an exact amount, as CO 35 asks of a reminder."""
    if file.case is None:
        return None
    amount = surcharge_owed(file.session, file.county, file.case, file.facts, file.now)
    told = {"day": w.day(file.now), "amount": w.yuan(amount), "words": w.yuan_words(amount)}
    return say("papers.surcharge", **told) if amount else None


def _appeals(facts: CaseFacts) -> str:
    """What the party did against the decision, of those ways that came to a result (CO 53)."""
    reconsidered, sued = facts.reconsideration_result, facts.suit_result
    key = "both" if reconsidered and sued else "reconsidered" if reconsidered else "sued" if sued else "none"
    told = {"reconsideration": reconsidered, "suit": sued}
    return say(f"papers.appeals.{key}", **{name: label(one) for name, one in told.items() if one is not None})


def _paid(file: CaseFile) -> list[Payment]:
    return file.rows(Payment, Payment.paid_at) if file.case else []


def _payments(file: CaseFile) -> list[Known]:
    return [
        {
            "number": place,
            "kind": label(Paid(row.kind)),
            "amount": w.yuan(row.amount),
            "day": w.day(row.paid_at),
            "receipt": row.receipt,
        }
        for place, row in enumerate(_paid(file), start=1)
    ]


# -- between organs -----------------------------------------------------------------------------------------------------


def _letter(file: CaseFile, row: Transfer | Assistance | Referral | None, told: Mapping[str, str]) -> Known:
    if row is None:
        return {
            "receiver": told.get("receiver"),
            "reason": w.plain(told.get("reason")) or file.words("transfer", "refer_criminal"),
        }
    return {
        "number": row.number,
        "receiver": told.get("receiver") or file.organ_name(row.to_organ),
        "reason": w.plain(row.reason or told.get("reason")),
    }


def _transfer(row: Transfer | None) -> Known:
    if row is None:
        return {}
    return {
        "subject": row.subject,
        "found_day": w.day(row.found_at),
        "sent_day": w.day(row.sent_at),
        "received_day": w.day(row.first_received_at or row.received_at),
        "stopped": say("papers.stopped") if row.ongoing and row.stopped_at_once else None,
    }


def _materials(file: CaseFile, row: Transfer | None) -> list[Known]:
    """Material that goes with a transfer: what the transfer lists, else the documents of the file."""
    listed = list(row.materials) if row is not None and row.materials else [_titled(one) for one in file.papers]
    named = {one.code: one.name.zh for one in materials(file.county.profile, file.on)}
    return [{"number": place, "name": _material(one, named)} for place, one in enumerate(listed, start=1)]


def _titled(paper: Any) -> str:
    return f"{say(f'papers.kind.{paper.template}')} {paper.number}"


def _material(code: str, named: Mapping[str, str]) -> str:
    key = f"papers.kind.{code}"
    return named.get(code) or (say(key) if has(key) else code)


def _assistance(file: CaseFile, told: Mapping[str, str]) -> Known:
    row = file.latest(Assistance)
    until: date | None = row.answer_due_at if row else None
    about = {"subject": row.subject if row else None, "due_day": w.day(until) or told.get("until")}
    return _letter(file, row, told) | about


def _referral(file: CaseFile, told: Mapping[str, str]) -> Known:
    row = file.latest(Referral)
    days = {"reported_day": w.day(row.reported_at), "approved_day": w.day(row.approved_at)} if row else {}
    attached = {"attached": w.listed(_attached(file, row)), "further": told.get("document")}
    return _letter(file, row, told) | days | attached


def _attached(file: CaseFile, row: Referral | None) -> list[str]:
    """What goes to the police (CR 6): the report, which must, and of the rest only what the file or the referral holds."""
    handed = set(row.materials) if row else set()
    things = file.rows(Goods) if file.case else []
    goods = "goods_list" in handed or bool(row and row.goods) or any(one.keeper != PARTY for one in things)
    there = {
        "investigation_report": True,
        "goods_list": goods,
        "expert_report": "expert_report" in handed,
        "evidence": bool(file.evidence),
        "other": "other" in handed,
    }
    return [say(f"papers.attached.{name}", count=len(file.evidence)) for name, held in there.items() if held]
