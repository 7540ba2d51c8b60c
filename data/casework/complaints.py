"""Verbs of complaints about enforcement 执法投诉 (CL 第七条; PL 75): taken in apart from leads, looked into, answered in time.

The organ complained of learns of a complaint when it is looked into, never who complained; it does not keep complaints about
itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import Subject, authorise, demand, within
from data.casework.cards import Acted, find_acted
from data.casework.numbers import draw_number
from data.casework.organs import find_organ, own_organ, town_organ
from data.db import Tx
from data.deadlines import end_deadline, meet_deadline, start_deadline
from data.events import append_event
from data.models import Case, Complaint, InspectionVisit, Organ, Task, Team
from data.queries.complaints import Complainant, keeps
from policy.case_reading import read_form
from policy.conduct_forms import COMPLAINT_FORMS
from policy.errors import Refusal
from policy.vocabulary import word
from policy.vocabulary_conduct import ComplaintStatus, ComplaintStep

Given = Mapping[str, Any]
CLOCK: Final = "complaint_answer"
LAW: Final = "PL 75"
REASON_LIMIT: Final = 500
UNMASKED: Final = ("complainant", "contact", "words")
_FROM: Final = {
    ComplaintStep.LOOK_INTO: (ComplaintStatus.RECEIVED,),
    ComplaintStep.ANSWER: (ComplaintStatus.RECEIVED, ComplaintStatus.LOOKED_INTO),
    ComplaintStep.WITHDRAW: (ComplaintStatus.RECEIVED, ComplaintStatus.LOOKED_INTO),
}
_TO: Final = {
    ComplaintStep.LOOK_INTO: ComplaintStatus.LOOKED_INTO,
    ComplaintStep.ANSWER: ComplaintStatus.ANSWERED,
    ComplaintStep.WITHDRAW: ComplaintStatus.WITHDRAWN,
}


def take_complaint(tx: Tx, *, given: Given) -> Complaint:
    """Take a complaint in: what is said and who says it are sealed, the time to answer begins to run."""
    demand(tx.actor, "complaint.take", Subject(tx.county.jurisdiction_id), tx.now)
    told = read_form(ComplaintStep.TAKE, given, COMPLAINT_FORMS[ComplaintStep.TAKE])
    township = _township(tx, told)
    tx = _admitted(tx, "complaint.take", township)
    about, taker = _about(tx, told), own_organ(tx, "complaint.take")
    if about is not None and about == taker:
        raise Refusal("errors_conduct.own_complaint", kind="conflict", clause=LAW, pointer="/about_organ")
    row = Complaint(
        jurisdiction_id=tx.county.jurisdiction_id,
        id=uuid7(),
        number=draw_number(tx, "complaint"),
        status=ComplaintStatus.RECEIVED.value,
        channel=told["channel"].value,
        about_organ=about,
        township_code=township,
        matter_number=told.get("matter"),
        taken_by=taker,
        received_at=tx.now,
    )
    row.words, row.complainant, row.contact = told["words"], told.get("complainant"), told.get("contact")
    tx.session.add(row)
    tx.session.flush()
    clock = start_deadline(
        tx, matter="complaint", matter_id=row.id, number=row.number, kind=CLOCK, begun_at=tx.now, organ_code=taker
    )
    row.answer_due_at = clock.due_at if clock else None
    facts = {"channel": row.channel, "about": row.matter_number, "organ": about}
    _event(tx, row, "take", None, facts={name: value for name, value in facts.items() if value})
    return row


def complaint_step(tx: Tx, *, number: str, step_name: str, given: Given | None = None) -> Complaint:
    """Look into a complaint, answer it, or record that it is withdrawn; by the organ that took it in."""
    step = _step(step_name)
    row, tx = _kept(tx, f"complaint.{step.value}", number)
    told = read_form(step, given or {}, COMPLAINT_FORMS[step])
    if row.status not in _FROM[step]:
        state = word(ComplaintStatus(row.status))
        raise Refusal("errors_conduct.complaint_state", kind="conflict", number=number, step=word(step), state=state)
    before, row.status = row.status, _TO[step].value
    facts, words = _written(tx, row, step, told)
    _event(tx, row, step.value, before, facts=facts, words=words)
    return row


def _written(tx: Tx, row: Complaint, step: ComplaintStep, told: Given) -> tuple[dict[str, Any], dict[str, str]]:
    if step is ComplaintStep.ANSWER:
        row.answer, row.founded, row.answered_at = told["answer"], bool(told.get("founded")), tx.now
        meet_deadline(tx, row.id, CLOCK, tx.now)
        return {"founded": row.founded}, {"answer": told["answer"]}
    if step is ComplaintStep.WITHDRAW:
        end_deadline(tx, row.id)
        return {}, {"reason": told["reason"]}
    return {}, {}


def unmask_complaint(tx: Tx, *, number: str, reason: str) -> Complainant:
    """Who complained and what was said, unmasked; who saw it, when and why is an event (PI 51)."""
    row, tx = _kept(tx, "complaint.unmask", number)
    words = _reason(reason)
    if row.erased_at is not None:
        raise Refusal("errors_personal.erased", kind="conflict", clause="PI 47", thing=number)
    fields = [name for name in UNMASKED if getattr(row, name)]
    _event(tx, row, "unmask", row.status, facts={"fields": fields}, words={"reason": words}, clause="PI 51")
    return Complainant(row.number, row.complainant, row.contact, row.words)


def find_complaint(tx: Tx, number: str) -> Complaint:
    """The complaint of that number in the county of the step, locked; Refusal where there is none."""
    query = select(Complaint).where(Complaint.jurisdiction_id == tx.county.jurisdiction_id, Complaint.number == number)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise _not_found(tx, number)
    return row


def _not_found(tx: Tx, number: str) -> Refusal:
    return Refusal("errors_conduct.complaint_not_found", kind="not_found", number=number[:40], county=tx.county.words)


def _kept(tx: Tx, verb: str, number: str) -> tuple[Complaint, Tx]:
    """A complaint and the step as the roles held there take it. It is there only for those who keep it: the organ complained
    of, and who looks after another place, learn nothing of it here."""
    demand(tx.actor, verb, Subject(tx.county.jurisdiction_id), tx.now)
    row = find_complaint(tx, number)
    subject = _subject(tx, row.township_code, row.number)
    here = replace(tx, actor=within(tx.actor, subject, tx.now))
    if not (authorise(tx.actor, verb, subject, tx.now).allowed and keeps(here.actor, tx.county, row)):
        raise _not_found(tx, number)
    return row, here


def _step(name: str) -> ComplaintStep:
    allowed = tuple(step.value for step in _FROM)
    if name not in allowed:
        raise Refusal("errors_conduct.no_step", kind="not_found", pointer="/step", step=name[:40], allowed=allowed)
    return ComplaintStep(name)


def _township(tx: Tx, told: Given) -> str | None:
    """The township it is about: as said, else that of the organ, else that of the matter."""
    code = told.get("township")
    if code is not None and code not in {cell.code for cell in tx.county.townships}:
        raise Refusal("errors_conduct.no_township", pointer="/township", township=code[:40])
    if code is None and told.get("about_organ"):
        code = find_organ(tx, told["about_organ"], "/about_organ").township_code
    if code is None and told.get("matter"):
        code = find_acted(tx, told["matter"]).township_code
    return code


def _about(tx: Tx, told: Given) -> str | None:
    """The organ complained of: as named, else who acted in the matter it is about; the matter has to be one of the record."""
    matter = find_acted(tx, told["matter"]) if told.get("matter") else None
    if told.get("about_organ"):
        return find_organ(tx, told["about_organ"], "/about_organ").code
    return _acting(tx, matter) if matter is not None else None


def _acting(tx: Tx, matter: Acted) -> str | None:
    """The organ whose case or visit it is, whose team was sent, in whose township a lead lies; none for one of no township."""
    if isinstance(matter, Case | InspectionVisit):
        return matter.organ_code
    if isinstance(matter, Task):
        return tx.session.scalar(
            select(Organ.code).join(Team, Team.organ_id == Organ.id).where(Team.id == matter.team_id)
        )
    return town_organ(tx, matter.township_code)


def _subject(tx: Tx, township: str | None, label: str = "") -> Subject:
    townships = frozenset({township} if township else ())
    return Subject(tx.county.jurisdiction_id, townships, None, label, not townships and bool(label))


def _admitted(tx: Tx, verb: str, township: str | None) -> Tx:
    subject = _subject(tx, township)
    demand(tx.actor, verb, subject, tx.now)
    return replace(tx, actor=within(tx.actor, subject, tx.now))


def _reason(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise Refusal("errors_case.unmask_reason", pointer="/reason", clause="PI 51")
    if len(words) > REASON_LIMIT:
        raise Refusal("errors_casework.note_long", pointer="/reason", length=len(words), limit=REASON_LIMIT)
    return words


def _event(tx: Tx, row: Complaint, verb: str, before: str | None, *, clause: str = LAW, **told: Any) -> None:
    append_event(
        tx,
        matter="complaint",
        subject_id=row.id,
        subject_number=row.number,
        verb=verb,
        from_state=before,
        to_state=row.status,
        clause=clause,
        **told,
    )
