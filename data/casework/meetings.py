"""Verbs of joint meetings 联席会议 (LX 三(四)4): called, held with minutes, cancelled; what they decide comes back until it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.casework.numbers import draw_number
from data.casework.organs import find_organ, own_organ
from data.db import Tx
from data.deadlines import OPEN, meet_deadline, start_deadline
from data.events import append_event
from data.models import Deadline, Meeting, MeetingDecision
from data.queries.meetings import CLOCK, Topic, organs_of, sees_all, state_of, topics
from policy.case_reading import read_form
from policy.conduct_forms import MEETING_FORMS
from policy.errors import Refusal
from policy.vocabulary import word
from policy.vocabulary_conduct import MeetingState, MeetingStep, TopicKind
from policy.zone import CHINA

Given = Mapping[str, Any]
TOPIC_LIMIT: Final = 200
_STEPS: Final = (MeetingStep.HOLD, MeetingStep.CANCEL, MeetingStep.DECIDE, MeetingStep.FINISH)
_IN: Final = {
    MeetingStep.HOLD: MeetingState.CALLED,
    MeetingStep.CANCEL: MeetingState.CALLED,
    MeetingStep.DECIDE: MeetingState.HELD,
    MeetingStep.FINISH: MeetingState.HELD,
}


def call_meeting(tx: Tx, *, given: Given) -> Meeting:
    """Call a meeting: when, whom, and points of one's own; what else is to be talked of comes onto its agenda by itself."""
    _demand(tx, MeetingStep.CALL)
    told = read_form(MeetingStep.CALL, given, MEETING_FORMS[MeetingStep.CALL])
    if told["planned_at"] <= tx.now:
        raise Refusal("errors_conduct.meeting_past", pointer="/planned_at")
    row = Meeting(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number=draw_number(tx, "meeting"),
        title=told["title"],
        organ_code=own_organ(tx, "meeting.call"),
        members=_organs(tx, told["members"], "/members"),
        agenda=[Topic(TopicKind.OWN, words[:TOPIC_LIMIT]).as_kept() for words in told.get("topics", ())],
        planned_at=told["planned_at"],
        called_at=tx.now,
        present=[],
    )
    tx.session.add(row)
    facts = {"planned": row.planned_at.isoformat(), "members": row.members}
    _event(tx, row, MeetingStep.CALL, None, facts=facts, words={"title": row.title})
    return row


def meeting_step(tx: Tx, *, number: str, step_name: str, given: Given | None = None) -> Meeting:
    """Hold a called meeting, cancel it, add a decision to one that was held, or say that a decision is done."""
    step = _step(step_name)
    _demand(tx, step)
    row = find_meeting(tx, number)
    told = read_form(step, given or {}, MEETING_FORMS[step])
    state = state_of(row)
    if state is not _IN[step]:
        raise Refusal(
            "errors_conduct.meeting_state", kind="conflict", number=number, step=word(step), state=word(state)
        )
    facts, words = _WORK[step](tx, row, told)
    tx.session.flush()
    _event(tx, row, step, state, facts=facts, words=words)
    return row


Told = tuple[dict[str, Any], dict[str, str]]


def _hold(tx: Tx, row: Meeting, told: Given) -> Told:
    """The agenda is what it was on that day; the time to the next meeting begins, that of the one before is over."""
    if told["held_at"] > tx.now or told["held_at"] < row.called_at:
        raise Refusal("errors_conduct.held_ahead", pointer="/held_at", called=_local(row.called_at))
    present = _organs(tx, told["attended"], "/attended")
    row.agenda = [*row.agenda, *(one.as_kept() for one in topics(tx.session, tx.county, tx.now))]
    row.held_at, row.present, row.minutes = told["held_at"], present, told["minutes"]
    tx.session.flush()
    for before in _running(tx):
        meet_deadline(tx, before, CLOCK, told["held_at"])
    start_deadline(
        tx, matter="meeting", matter_id=row.id, number=row.number, kind=CLOCK, begun_at=row.held_at,
        organ_code=row.organ_code,
    )  # fmt: skip
    facts = {"held": row.held_at.isoformat(), "present": present, "topics": len(row.agenda)}
    return facts, {"minutes": told["minutes"]}


def _running(tx: Tx) -> list[Any]:
    query = select(Deadline.matter_id).where(
        Deadline.jurisdiction_id == tx.county.jurisdiction_id,
        Deadline.matter == "meeting",
        Deadline.kind == CLOCK,
        *OPEN,
    )
    return list(tx.session.scalars(query))


def _cancel(tx: Tx, row: Meeting, told: Given) -> Told:
    row.cancelled_at, row.reason = tx.now, told["reason"]
    return {}, {"reason": told["reason"]}


def _decide(tx: Tx, row: Meeting, told: Given) -> Told:
    held = row.held_at.astimezone(CHINA).date() if row.held_at else None
    if held is not None and told["due_on"] < held:
        raise Refusal("errors_conduct.due_before", pointer="/due_on", held=held.isoformat())
    owner = find_organ(tx, told["owner"], "/owner").code
    last = tx.session.scalar(select(func.max(MeetingDecision.position)).where(MeetingDecision.meeting_id == row.id))
    one = MeetingDecision(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        meeting_id=row.id,
        position=(last or 0) + 1,
        words=told["words"],
        owner_organ=owner,
        due_on=told["due_on"],
    )
    tx.session.add(one)
    facts = {"position": one.position, "owner": owner, "due_on": one.due_on.isoformat()}
    return facts, {"words": one.words}


def _finish(tx: Tx, row: Meeting, told: Given) -> Told:
    position = told["position"]
    query = select(MeetingDecision).where(MeetingDecision.meeting_id == row.id).with_for_update()
    one = next((each for each in tx.session.scalars(query) if str(each.position) == position), None)
    if one is None:
        raise Refusal("errors_conduct.no_decision", kind="not_found", pointer="/position", position=position[:20])
    if one.done_at is not None:
        raise Refusal("errors_conduct.decision_done", kind="conflict", position=position)
    if not sees_all(tx.actor, tx.county) and one.owner_organ not in organs_of(tx.actor, tx.county):
        owner = find_organ(tx, one.owner_organ).name
        raise Refusal("errors_conduct.not_owner", kind="forbidden", position=position, owner=owner)
    one.done_at, one.outcome = tx.now, told["outcome"]
    return {"position": one.position, "owner": one.owner_organ}, {"outcome": told["outcome"]}


_WORK: Final = {
    MeetingStep.HOLD: _hold,
    MeetingStep.CANCEL: _cancel,
    MeetingStep.DECIDE: _decide,
    MeetingStep.FINISH: _finish,
}


def find_meeting(tx: Tx, number: str) -> Meeting:
    """The meeting of that number that who acts may see, locked; Refusal where there is none."""
    query = select(Meeting).where(Meeting.jurisdiction_id == tx.county.jurisdiction_id, Meeting.number == number)
    row = tx.session.scalars(query.with_for_update()).first()
    organs = organs_of(tx.actor, tx.county)
    if row is None or not (sees_all(tx.actor, tx.county) or organs & {row.organ_code, *row.members, *row.present, *_owners(tx, row)}):  # fmt: skip
        raise Refusal("errors_conduct.meeting_not_found", kind="not_found", number=number[:40], county=tx.county.words)
    return row


def _owners(tx: Tx, row: Meeting) -> list[str]:
    return list(tx.session.scalars(select(MeetingDecision.owner_organ).where(MeetingDecision.meeting_id == row.id)))


def _step(name: str) -> MeetingStep:
    allowed = tuple(step.value for step in _STEPS)
    if name not in allowed:
        raise Refusal("errors_conduct.no_step", kind="not_found", pointer="/step", step=name[:40], allowed=allowed)
    return MeetingStep(name)


def _demand(tx: Tx, step: MeetingStep) -> None:
    demand(tx.actor, f"meeting.{step.value}", Subject(tx.county.jurisdiction_id), tx.now)


def _organs(tx: Tx, codes: tuple[str, ...], pointer: str) -> list[str]:
    return [find_organ(tx, code, pointer).code for code in codes]


def _local(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def _event(tx: Tx, row: Meeting, step: MeetingStep, before: MeetingState | None, **told: Any) -> None:
    append_event(
        tx,
        matter="meeting",
        subject_id=row.id,
        subject_number=row.number,
        verb=step.value,
        from_state=before.value if before else None,
        to_state=state_of(row).value,
        **told,
    )
