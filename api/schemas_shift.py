"""Bodies of the interface for the shift desk, rosters and the list of the duty."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.forms import model_of
from api.schemas import View
from policy.shift_forms import SHIFT_FORMS
from policy.vocabulary_shift import HandoverStatus, OpenMark, ShiftName, ShiftStep

NoteIn = model_of("NoteIn", SHIFT_FORMS[ShiftStep.NOTE])
SignIn = model_of("SignIn", SHIFT_FORMS[ShiftStep.SIGN])
AcceptIn = model_of("AcceptIn", SHIFT_FORMS[ShiftStep.ACCEPT])
ShiftIn = model_of("ShiftIn", SHIFT_FORMS[ShiftStep.PLAN_SHIFT])
LeaveIn = model_of("LeaveIn", SHIFT_FORMS[ShiftStep.PLAN_LEAVE])
TelephoneIn = model_of("TelephoneIn", SHIFT_FORMS[ShiftStep.SET_TELEPHONE])
LeaderIn = model_of("LeaderIn", SHIFT_FORMS[ShiftStep.SET_LEADER])
Number = Annotated[str, Field(examples=["JD-S-20261120-0001"])]


class PeriodOut(View):
    """A shift of the dispatch room with the staff numbers of who is on it."""

    name: ShiftName
    starts_at: datetime
    ends_at: datetime
    crew: list[str]


class OnDutyOut(View):
    """Somebody on duty, or a telephone of an organ; `key` ends the row of the list."""

    name: str
    post: str
    organ: str
    phone: str | None
    until: datetime | None
    key: UUID | None


class OpenMatterOut(View):
    """A matter the next shift has to know of, and why."""

    kind: str
    number: str
    status: str
    marks: list[OpenMark]
    subject: str
    place: str
    since: datetime
    due_at: datetime | None
    who: list[str]


class NoteOut(View):
    """A note of a shift."""

    key: UUID
    at: datetime
    who: str
    words: str


class DeskOut(View):
    """The shift that runs, who is on duty, what is open, what was noted; shifts that were not handed over."""

    shift: PeriodOut | None
    leader: OnDutyOut | None
    dispatchers: list[OnDutyOut]
    matters: list[OpenMatterOut]
    notes: list[NoteOut]
    not_handed_over: list[PeriodOut]


class HandoverRowOut(View):
    """A handover in the list."""

    number: Number
    name: ShiftName
    starts_at: datetime
    ends_at: datetime
    status: HandoverStatus
    leader: str | None
    crew: list[str]
    signed_by: str
    signed_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None
    open_matters: int


class HandoverOut(HandoverRowOut):
    """A handover as it was signed; `now` says how its matters stand today, by number."""

    words: str
    remark: str | None
    sha256: str
    matters: list[OpenMatterOut]
    notes: list[NoteOut]
    now: dict[str, str]


class HandoversOut(View):
    """Handovers, the newest first."""

    handovers: list[HandoverRowOut]


class HandoverState(View):
    """How far a handover has come."""

    number: Number
    status: HandoverStatus
    sha256: str


class SpanOut(View):
    """A shift or a leave of somebody: the shift's name, or the reason of leave."""

    key: UUID
    name: str
    team: str | None
    starts_at: datetime
    ends_at: datetime


class RosterRowOut(View):
    """A person with the shifts and leave of the week; `mine`: one may plan for them."""

    code: str
    name: str
    organ: str
    mine: bool
    shifts: list[SpanOut]
    leaves: list[SpanOut]


class WeekOut(View):
    """Seven days from Monday; `more` people are left out."""

    begin: date
    rows: list[RosterRowOut]
    more: int


class KeyOut(View):
    """What was written."""

    key: UUID


class TakenOut(View):
    """What a table did, or would do in a preview."""

    kind: str
    rows: int
    created: int
    changed: int
    known: int
    sentence: str


class DutyOut(View):
    """Telephones on duty, and who leads the duty now and in the coming days."""

    telephones: list[OnDutyOut]
    leaders: list[OnDutyOut]
