"""Bodies of the interface for what goes with a matter: the 12345 order, information shared, data unmasked, the event chain."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.schemas import EventOut, View
from policy.vocabulary_between import Callback


class HotlineOut(View):
    """The 12345 order of a lead: its number and time, the answer that went back, what the call-back found."""

    number: str = Field(description="Number of the lead")
    external_number: str | None
    hotline_due_at: datetime | None
    reply: str | None
    replied_at: datetime | None
    late: bool = Field(description="Answered after its time, or not answered and its time is over")
    callback: Callback | None
    called_back_at: datetime | None


class SharedOut(View):
    """What of a matter was shown to which organ, and when."""

    matter: str
    information: str
    from_organ: str
    to_organ: str
    at: datetime


class SharedListOut(View):
    """The log of what was shared, newest first."""

    shared: list[SharedOut]


class ReporterOut(View):
    """Who reported a lead, unmasked for this once."""

    number: str
    reporter_name: str | None
    reporter_phone: str | None


class PartyOut(View):
    """The party of a case, unmasked for this once."""

    code: str
    kind: str
    name: str
    identity_number: str
    credit_code: str
    representative: str
    phone: str
    address: str


class UnansweredOut(View):
    """How an organ keeps the duty to answer (FL 三(四))."""

    organ: str
    name: str
    asked: int
    refused: int
    unanswered: int
    late_transfers: int


class UnansweredListOut(View):
    """Requests by the organ that was asked, the worst first."""

    organs: list[UnansweredOut]


class UnfiledOut(View):
    """What was found and is not filed; `no_time`: no plan gives a time, the office judges."""

    kind: Literal["lead", "case"]
    number: str
    summary: str
    status: str
    found_at: datetime
    waiting_days: int
    standing: Literal["late", "in_time", "no_time"]
    due_at: datetime | None
    clause: str
    raised: str | None = Field(description="Number of the review raised about it")


class UnfiledListOut(View):
    """Filings that are not made, what is late first."""

    unfiled: list[UnfiledOut]


class FoundEventOut(EventOut):
    """An event of the chain with who took it and the hash before it."""

    who: str
    previous: str


class FoundEventsOut(View):
    """A page of events, newest first; `next` is the cursor of the page after."""

    events: list[FoundEventOut]
    next: int | None = None


class FaultOut(View):
    """The first wrong event, and what is wrong with it."""

    fault: str
    sequence: int | None
    verb: str | None
    subject: str | None
    at: datetime | None


class MatterVerificationOut(View):
    """The events of one matter, each recomputed and held against the one before it."""

    number: str
    whole: bool
    events: int
    sentence: str
    fault: FaultOut | None = None


class VerificationOut(View):
    """The newest verification of the county's chain: how far it is, and what it found once it is done."""

    state: Literal["never", "running", "done", "stopped", "failed"]
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    by: str | None = None
    done: int = 0
    total: int = 0
    whole: bool | None = None
    events: int | None = None
    head: str | None = Field(None, description="Hash of the last event")
    anchors: int = Field(0, description="How many signed anchors outside the database it was held against")
    last_anchor: int | None = Field(None, description="Sequence of the newest anchor")
    sentence: str | None = None
    fault: FaultOut | None = None
