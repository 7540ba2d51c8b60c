"""Bodies of the interface for supervision: cards, complaints, joint meetings, appraisals, the assessment of items."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.schemas import Body, View
from policy.vocabulary import CardKind
from policy.vocabulary_conduct import CardState, ComplaintStatus, MeetingState, TopicKind


class CardOut(View):
    """A card on enforcement conduct."""

    number: str = Field(examples=["JD-K-20261120-0001"])
    kind: CardKind
    state: CardState
    blocks: bool = Field(description="While it is in force nobody sends the officer")
    person_code: str
    person: str
    organ: str
    township_code: str | None
    matter_number: str | None
    conduct: str
    clause: str | None
    given_by: str
    given_at: datetime
    heard_at: datetime | None
    statement: str | None
    ends_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None


class CardsOut(View):
    """Cards in reach of the caller, those in force first."""

    cards: list[CardOut]


class ComplaintOut(View):
    """A complaint about enforcement: masked, its words for those who keep it."""

    number: str = Field(examples=["JD-O-20261120-0001"])
    status: ComplaintStatus
    channel: str
    complainant: str
    contact: str
    words: str | None
    about_organ: str | None
    about_name: str | None
    township_code: str | None
    matter_number: str | None
    taken_by: str
    taken_name: str
    received_at: datetime
    answer_due_at: datetime | None
    answered_at: datetime | None
    founded: bool | None
    answer: str | None
    card_number: str | None
    overdue: bool
    kept: bool = Field(description="Whether the caller keeps it, or is the organ complained of")


class ComplaintsOut(View):
    """Complaints in reach of the caller, the overdue ones first."""

    complaints: list[ComplaintOut]


class ComplainantOut(View):
    """Who complained and what was said, in plain; that it was looked at is on the record."""

    number: str
    complainant: str | None
    contact: str | None
    words: str | None


class OrganOut(View):
    """An organ by code and name."""

    code: str
    name: str


class TopicOut(View):
    """A point of an agenda."""

    kind: TopicKind
    subject: str
    number: str | None
    organs: list[str]
    since: date | None


class MeetingDecisionOut(View):
    """What a meeting decided."""

    meeting: str
    position: int
    words: str
    owner: str
    owner_name: str
    due_on: date
    done_at: datetime | None
    outcome: str | None
    overdue: bool


class MeetingOut(View):
    """A joint meeting; the agenda of one still to come is as it is now."""

    number: str = Field(examples=["JD-M-20261120-0001"])
    title: str
    state: MeetingState
    organ: str
    members: list[OrganOut]
    planned_at: datetime
    called_at: datetime
    held_at: datetime | None
    present: list[OrganOut]
    minutes: str | None
    reason: str | None
    agenda: list[TopicOut]
    decisions: list[MeetingDecisionOut]


class MeetingDutyOut(View):
    """What the plan asks for, and how that stands."""

    wanted: int | None = Field(description="Meetings each half-year; none where the plan gives no number")
    clause: str | None
    half: str = Field(examples=["2026-H2"])
    held: int
    last: datetime | None
    due_at: datetime | None
    overdue: bool
    coming: datetime | None


class MeetingsOut(View):
    """The duty to meet, the next meeting and the ones before, and what is not done of what they decided."""

    duty: MeetingDutyOut
    meetings: list[MeetingOut]
    open: list[MeetingDecisionOut]


class AppraisalIn(Body):
    """Which period is appraised: a month, a quarter or a year that is over."""

    period: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=7)] = Field(
        examples=["2026-10"]
    )


class AppraisalTakenOut(View):
    """How many scores were kept: of all, or of those that came out differently."""

    period: str
    kept: int
    restatement: int


class AppraisalOut(View):
    """The score of a township or organ with its interval and between which places it stands; too little to rank: `few`."""

    kind: str
    code: str
    name: str
    score: float | None
    low: float | None
    high: float | None
    few: bool
    best: int | None = Field(description="Place at best among those that are ranked")
    worst: int | None
    of: int
    lacks: float = Field(description="Points of 100 that it lacks where it clearly falls short")
    parts: list[dict[str, Any]]
    taken_at: datetime
    restatement: int
    before: float | None = Field(description="The score before it was restated")


class AppraisalsOut(View):
    """The kept scores of a period, whoever lacks most first, and the periods that were taken."""

    period: str | None
    periods: list[str]
    appraisals: list[AppraisalOut]


class ItemAssessedOut(View):
    """An item as it was used in a period."""

    code: str
    name: str
    domain: str | None
    kinds: list[str]
    held_by: int = Field(description="Townships that hold it on the last day")
    used_by: int = Field(description="Townships with a case of it")
    cases: int
    closed: int
    overturned: int
    results: int = Field(description="Reconsiderations and suits that ended")
    days: float | None = Field(description="Median days from filing to closing")
    never_used: bool
    by_township: dict[str, int]


class ItemsAssessedOut(View):
    """The items townships hold, for the regular assessment of the list (PL 24)."""

    since: date
    until: date
    clauses: list[str]
    never_used: int
    overturned: int
    items: list[ItemAssessedOut]
