"""Verbs of a legal review: material asked once, the nine points, the opinion, and the case that follows it (C10–C13, PL 58)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from data.authority import demand, within
from data.casework import cases
from data.casework.case_known import actor_id_of
from data.casework.experts import called, find_expert
from data.casework.review_rounds import asked_of, awaited, find_organ, review_facts, tell
from data.casework.steps import roles_of
from data.db import Tx
from data.events import append_event
from data.models import Case, CaseReview
from policy import review
from policy.between_forms import BETWEEN_FORMS
from policy.case_reading import TEXT_LIMIT, WORDS_LIMIT, read_form
from policy.errors import Refusal
from policy.guards_review import POOL
from policy.lifecycle import advance
from policy.review import OpinionForm
from policy.vocabulary import MatterKind, Verb, word
from policy.vocabulary_between import PointAnswer, ReviewOpinion, ReviewStatus
from policy.zone import CHINA

FORMS: Final = BETWEEN_FORMS[MatterKind.REVIEW]
_AWAITING: Final = (ReviewStatus.SUBMITTED.value, ReviewStatus.MATERIAL_ASKED.value)
_CASE_AFTER: Final[Mapping[str, Verb]] = {"proceed": Verb.AGREE_REVIEW, "corrected": Verb.RETURN_REVIEW}
"""What the case does after an opinion; any other end of it is a review that failed."""

Given = Mapping[str, Any]


def find_review(tx: Tx, number: str) -> tuple[CaseReview, Case]:
    """The round `number` of this county and its case, both locked for the step."""
    query = select(CaseReview).where(CaseReview.number == number)
    query = query.where(CaseReview.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal("errors_review.not_found", kind="not_found", number=number, county=tx.county.words)
    return row, cases.find_case(tx, tx.session.get_one(Case, row.case_id).number)


def review_step(tx: Tx, *, number: str, step: str, given: Given | None = None) -> CaseReview:
    """Ask for material, confirm it, begin, ask an expert or new facts; raises Refusal with every obstacle and its clause."""
    allowed = tuple(verb.value for verb in FORMS)
    if step not in allowed:
        raise Refusal("errors_review.unknown_step", kind="not_found", pointer="/step", step=step[:40], allowed=allowed)
    verb = Verb(step)
    row, case = find_review(tx, number)
    told = _by_code(tx, read_form(verb, given or {}, FORMS[verb]))
    tx = _admitted(tx, case, verb)
    before = row.status
    facts = review_facts(tx, case, row, told)
    row.status = advance(MatterKind.REVIEW, ReviewStatus(before), verb, roles_of(tx), facts).value
    _WRITTEN[verb](tx, row, told)
    tell(tx, row, case, verb, before, _plain(told))
    return row


def give_opinion(
    tx: Tx,
    *,
    number: str,
    opinion: str,
    answers: Mapping[str, str],
    notes: Mapping[str, str] | None = None,
    grounds: str = "",
    page_notes: Sequence[Mapping[str, Any]] = (),
) -> CaseReview:
    """Answer every point and give the opinion; the case follows in the same savepoint: agreed, sent back, or failed."""
    row, case = find_review(tx, number)
    tx = _admitted(tx, case, Verb.GIVE_OPINION)
    form = read_opinion(tx, opinion, answers, notes or {}, grounds)
    before, pages = row.status, _pages(page_notes)
    facts = review_facts(tx, case, row, {}, form=form)
    row.status = advance(MatterKind.REVIEW, ReviewStatus(before), Verb.GIVE_OPINION, roles_of(tx), facts).value
    row.points = {
        code: {"answer": answer.value, "note": form.notes.get(code, "")} for code, answer in form.answers.items()
    }
    row.page_notes, row.reason, row.opinion_at = pages, form.grounds or None, tx.now
    row.reviewer_id = tx.actor.account_id
    _case_follows(tx, case, form)
    row.opinion = form.opinion.value if form.opinion else None
    digest = hashlib.sha256(repr((row.points, row.page_notes, row.reason)).encode()).hexdigest()
    tell(tx, row, case, Verb.GIVE_OPINION, before, {"opinion": row.opinion, "form_sha256": digest})
    return row


def hand_in_material(tx: Tx, *, number: str, materials: Sequence[str]) -> CaseReview:
    """The handler hands in what was asked for, or what was forgotten; late material is taken in and said to be late."""
    row, case = find_review(tx, number)
    subject = cases.subject_of(tx, case)
    demand(tx.actor, "review.hand_in_material", subject, tx.now)
    tx = replace(tx, actor=within(tx.actor, subject, tx.now))
    if not tx.actor.system and actor_id_of(tx) not in case.officer_ids:
        raise Refusal("errors_review.not_the_handler", kind="forbidden", number=case.number)
    if row.status not in _AWAITING:
        raise Refusal("errors_review.nothing_awaited", kind="conflict", number=number)
    given = _known_materials(tx, row, materials)
    row.materials = sorted({*row.materials, *given})
    ends = [row.asked_due_at] if row.asked_due_at else []
    late = any(tx.now > end for end in ends)
    append_event(
        tx,
        matter="review",
        subject_id=row.id,
        subject_number=row.number,
        verb="hand_in_material",
        from_state=row.status,
        to_state=row.status,
        facts={"case": case.number, "materials": list(given), "late": late, "awaited": len(awaited(tx, row))},
    )
    return row


# -- reading the opinion -----------------------------------------------------------------------------------------------


def read_opinion(
    tx: Tx, opinion: str, answers: Mapping[str, str], notes: Mapping[str, str], grounds: str
) -> OpinionForm:
    """The form in its own types; raises Refusal for a point, an answer or an opinion that is not on the plan's list."""
    on = tx.now.astimezone(CHINA).date()
    points = tuple(entry.code for entry in review.points(tx.county.profile, on))
    for name, told in (("answers", answers), ("notes", notes)):
        for code in told:
            if code not in points:
                known = points or "—"
                raise Refusal("errors_review.point_unknown", pointer=f"/{name}/{code}", point=code, known=known)
    given = {code: _answer(code, answer) for code, answer in answers.items()}
    plain = {code: _words(f"/notes/{code}", text) for code, text in notes.items()}
    return OpinionForm(_opinion(opinion), given, plain, _words("/grounds", grounds))


def _answer(code: str, answer: str) -> PointAnswer:
    try:
        return PointAnswer(answer)
    except ValueError as fault:
        allowed = tuple(each.value for each in PointAnswer)
        told = str(answer)[:40]
        raise Refusal(
            "errors_review.answer_unknown", pointer=f"/answers/{code}", point=code, answer=told, allowed=allowed
        ) from fault


def _opinion(told: str) -> ReviewOpinion:
    try:
        return ReviewOpinion(told)
    except ValueError as fault:
        allowed = tuple(word(each) for each in ReviewOpinion)
        raise Refusal(
            "errors_review.opinion_unknown", pointer="/opinion", opinion=str(told)[:40], allowed=allowed
        ) from fault


def _words(pointer: str, text: str) -> str:
    if not isinstance(text, str):
        raise Refusal("errors_review.not_text", pointer=pointer)
    if len(text.strip()) > WORDS_LIMIT:
        raise Refusal("errors_review.too_long", pointer=pointer, length=len(text.strip()), limit=WORDS_LIMIT)
    return text.strip()


def _pages(notes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Notes by page: which document of the file, which page, what is said of it."""
    found = []
    for number, note in enumerate(notes):
        document, page = str(note.get("document", "")).strip()[:TEXT_LIMIT], note.get("page")
        text = _words(f"/page_notes/{number}", note.get("note", ""))
        if not document or not isinstance(page, int) or page < 1 or not text:
            raise Refusal("errors_review.page_note", pointer=f"/page_notes/{number}", number=number + 1)
        found.append({"document": document, "page": page, "note": text})
    return found


# -- the steps ---------------------------------------------------------------------------------------------------------


def _admitted(tx: Tx, case: Case, verb: Verb) -> Tx:
    subject = cases.subject_of(tx, case)
    demand(tx.actor, f"review.{verb.value}", subject, tx.now)
    return replace(tx, actor=within(tx.actor, subject, tx.now))


def _case_follows(tx: Tx, case: Case, form: OpinionForm) -> None:
    """Where the plan sends the case after the opinion; what the reviewer wrote goes into its file."""
    if form.opinion is None:
        return
    on = tx.now.astimezone(CHINA).date()
    after = review.next_after(form.opinion, tx.county.profile, on) or ""
    verb = _CASE_AFTER.get(after, Verb.FAIL_REVIEW)
    said = {"words" if verb is Verb.AGREE_REVIEW else "reason": form.grounds} if form.grounds else {}
    cases.take(tx, case, verb, said | ({"opinion": form.opinion} if verb is Verb.FAIL_REVIEW else {}))


def _known_materials(tx: Tx, row: CaseReview, materials: Sequence[str]) -> tuple[str, ...]:
    on = tx.now.astimezone(CHINA).date()
    listed = tuple(entry.code for entry in review.materials(tx.county.profile, on))
    known = tuple(dict.fromkeys((*listed, *asked_of(row))))
    unknown = tuple(code for code in materials if code not in known)
    if not materials or unknown:
        raise Refusal(
            "errors_review.material_unknown", pointer="/materials", material=unknown or "—", known=known or "—"
        )
    return tuple(dict.fromkeys(materials))


def _plain(told: Given) -> dict[str, Any]:
    plain = {name: told[name] for name in ("outside", "expert") if told.get(name)}
    lists = {"materials": list(told["materials"])} if told.get("materials") else {}
    due = {"due": told["due_at"].isoformat()} if told.get("due_at") else {}
    words = told.get("reason", "")
    return plain | lists | due | ({"words_sha256": hashlib.sha256(words.encode()).hexdigest()} if words else {})


def _asked(tx: Tx, row: CaseReview, told: Given) -> None:
    row.asked, row.asked_at, row.asked_due_at = list(told["materials"]), tx.now, told["due_at"]
    row.reviewer_id = tx.actor.account_id


def _begun(tx: Tx, row: CaseReview, _told: Given) -> None:
    row.reviewer_id = tx.actor.account_id


def _by_code(tx: Tx, told: Given) -> dict[str, Any]:
    """Whoever helps by code where there is one: a person's name does not belong in an event."""
    expert = find_expert(tx.session, tx.county, told.get("expert", ""))
    organ = None if expert else find_organ(tx, told.get("expert", ""))
    known = expert or organ
    return {**told, **({"expert": known.code} if known else {})}


def _helped(tx: Tx, row: CaseReview, told: Given) -> None:
    """Named in the file as people know them: an expert with the organisation, an organ by its name."""
    expert = find_expert(tx.session, tx.county, told["expert"]) if told["outside"] == POOL else None
    organ = find_organ(tx, told["expert"])
    row.outside, row.expert_id = told["outside"], expert.id if expert else None
    row.expert = called(expert) if expert else organ.name if organ else told["expert"]


def _new_facts(tx: Tx, row: CaseReview, told: Given) -> None:
    entry = {
        "asked": list(told["materials"]),
        "reason": told["reason"],
        "at": tx.now.isoformat(),
        "due_at": told["due_at"].isoformat(),
    }
    row.new_facts, row.asked_due_at = [*row.new_facts, entry], told["due_at"]


_WRITTEN: Final[Mapping[Verb, Callable[[Tx, CaseReview, Given], None]]] = {
    Verb.ASK_MATERIAL: _asked,
    Verb.CONFIRM_COMPLETE: _begun,
    Verb.BEGIN_REVIEW: _begun,
    Verb.ASK_EXPERT: _helped,
    Verb.ASK_NEW_FACTS: _new_facts,
}
