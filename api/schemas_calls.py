"""Bodies and answers of the desk's calls, hand-overs to and from 110, 119 and 120, eyes near a lead, alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas import Body, Degrees, LeadOut, Moment, Short, Text, View
from policy.vocabulary import LeadStatus, Urgency
from policy.vocabulary_calls import CallKind, EyesStatus, HandOverWay, Service

Brief = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Blank = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class PlaceOut(View):
    """A township or village that words may name."""

    code: str
    name: str
    place: str = Field(description="Township and village")
    reason: str = Field(description="By what it was found")
    guess: bool = Field(description="One of several guesses at a short name: to be chosen, never taken by itself")


class PlacesOut(View):
    """Places, the likeliest first."""

    places: list[PlaceOut]


class PlacesIn(Body):
    """What a caller says of the place; in a body, because where somebody lives belongs in no address."""

    words: str = Field(min_length=1, max_length=100, examples=["一村"])


class LikelyIn(Body):
    """What is known of a call while it is taken; in a body, because a telephone number belongs in no address."""

    phone: Phone | None = Field(None, examples=["13800138000"])
    cell_code: Blank | None = None


class LikelyLead(View):
    """A lead the call may be about."""

    number: str
    summary: str
    status: LeadStatus
    place: str
    received_at: datetime
    same_number: bool
    open: bool


class LikelyOut(View):
    """Leads of the same number first, then open ones near the place."""

    leads: list[LikelyLead]


class CallIn(Body):
    """A call as it was taken; `attach` names the open lead it joins."""

    kind: CallKind = Field(examples=["noise"])
    phone: Phone | None = Field(None, examples=["13800138000"])
    caller: Blank | None = None
    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] | None = None
    cell_code: Blank | None = None
    address: Blank | None = None
    attach: Blank | None = Field(None, examples=["JD-L-20261120-0001"])


class CallTaken(View):
    """The lead the call made or joined, and the service to which such a call is handed over beside."""

    lead: LeadOut
    attached: bool
    service: Service | None = None


class HandOverIn(Body):
    """What is handed to a service."""

    service: Service = Field(examples=["fire_119"])
    taken_by: Brief = Field(description="Who took it there: name, badge or desk", examples=["指挥员 03"])
    words: Text = Field(examples=["仓库冒烟，无人受伤"])
    reference: Blank | None = Field(None, description="Their number, where it is known already")
    at: Moment | None = Field(None, description="When; now when left out")


class TakeOverIn(Body):
    """What a service hands over; one reference makes one lead."""

    service: Service = Field(examples=["police_110"])
    reference: Brief = Field(description="Their number", examples=["20261120-0077"])
    taken_by: Brief = Field(description="Who handed it over there: name, badge or desk", examples=["110 台 12 号"])
    words: Text = Field(examples=["三轮车堵路"])
    urgency: Urgency = Urgency.URGENT
    at: Moment | None = None
    lon: Degrees | None = Field(None, description="Longitude in degrees, WGS-84")
    lat: Degrees | None = Field(None, description="Latitude in degrees, WGS-84")
    cell_code: Blank | None = None
    address: Blank | None = None


class ReplyIn(Body):
    """What a service answered."""

    reply: Text = Field(examples=["已出动"])
    reference: Blank | None = None


class HandOverOut(View):
    """A hand-over to or from a service."""

    key: UUID
    way: HandOverWay
    service: Service
    at: datetime
    reference: str | None
    taken_by: str
    words: str
    reply: str | None
    replied_at: datetime | None


class HandOversOut(View):
    """Hand-overs of a lead, oldest first."""

    hand_overs: list[HandOverOut]


class TakenOver(View):
    """The lead that came of it."""

    lead: LeadOut
    hand_over: HandOverOut


class EyesOut(View):
    """A request for a photograph."""

    key: UUID
    team: str
    status: EyesStatus
    asked_at: datetime
    minutes: float | None = Field(description="Away, as it was reckoned when they were asked")
    answered_at: datetime | None
    photographs: int
    reason: str | None


class EyesListOut(View):
    """Requests of a lead, oldest first."""

    requests: list[EyesOut]


class EyesReason(Body):
    """Why a request is taken back."""

    reason: Text = Field(examples=["已派队伍"])


class ToldOut(View):
    """Who was told, when, by which way, and what came of it."""

    who: str
    at: datetime
    channel: str
    status: str
    acknowledged_at: datetime | None


class AlarmOut(View):
    """An alarm that waits for who asks."""

    key: str
    kind: str
    number: str
    lead: str | None
    place: str
    who: str
    since: datetime
    urgency: Urgency
    words: str
    told: list[ToldOut]


class AlarmsOut(View):
    """Alarms, the gravest first, and how many were put off."""

    waiting: list[AlarmOut]
    total: int
    snoozed: int


class AlarmsIn(Body):
    """Which alarms are answered."""

    alarms: Annotated[
        list[Short], Field(min_length=1, max_length=50, examples=[["assign:JD-L-20261120-0001:1763600000"]])
    ]


class AlarmsAnswered(View):
    """How many, and when those put off come back."""

    answered: int
    until: datetime | None = None
