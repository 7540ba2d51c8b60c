"""Bodies of the interface; every field says its unit. Unknown fields are refused, nothing is dropped silently."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from policy.text import Name, named
from policy.vocabulary import LeadSource, LeadStatus, Outcome, TaskKind, TaskStatus, UnitStatus, Urgency

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)
Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
Day = Annotated[date, Field(ge=EARLIEST.date(), le=LATEST.date())]
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class Body(BaseModel):
    """Base of request bodies: unknown fields are an error."""

    model_config = ConfigDict(extra="forbid")


class View(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(from_attributes=True)


class LeadIn(Body):
    """A new lead."""

    source: LeadSource
    summary: Text
    urgency: Urgency = Urgency.NORMAL
    occurred_at: AwareDatetime | None = Field(None, description="When it happened, with zone; now when left out")
    lon: Degrees | None = Field(None, description="Longitude in degrees of `datum`")
    lat: Degrees | None = Field(None, description="Latitude in degrees of `datum`")
    datum: Literal["wgs84", "gcj02", "bd09"] = "wgs84"
    accuracy_m: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None = Field(
        None, description="Metres"
    )
    cell_code: Short | None = Field(None, description="Grid cell, where no point is known")
    address: Short | None = None
    item_code: Short | None = None
    domain: Short | None = None
    reporter_name: Short | None = None
    reporter_phone: Short | None = None
    external_number: Short | None = Field(None, description="Number in the system it comes from (12345 …)")


class LeadBatch(Body):
    """Several leads at once; each succeeds or fails alone."""

    leads: Annotated[list[LeadIn], Field(min_length=1, max_length=500)]


class Notice(View):
    """Something the caller should know about what was kept."""

    code: str
    sentence: str


class LeadOut(View):
    """A lead as it stands; the reporter is masked."""

    number: str
    status: LeadStatus
    source: LeadSource
    urgency: Urgency
    summary: str
    domain: str | None
    item_code: str | None = None
    address: str | None
    lon: float | None = Field(description="Degrees, WGS-84")
    lat: float | None = Field(description="Degrees, WGS-84")
    accuracy_m: float | None
    cell_code: str | None
    cell_chain: list[str]
    place: str | None = Field(None, description="Names of the cells from the first level down")
    township_code: str | None
    reporter: str = ""
    reporter_phone: str = ""
    external_number: str | None
    occurred_at: datetime
    received_at: datetime
    assign_due_at: datetime | None
    assigned_at: datetime | None
    resolved_at: datetime | None
    outcome: Outcome | None
    recheck_on: date | None
    evaluation: int | None
    closing_reason: str | None
    version: int
    warnings: list[Notice] = []


class LeadsOut(View):
    """A page of leads, newest first; `next` is the cursor of the page after."""

    leads: list[LeadOut]
    next: str | None = None


class BatchResult(View):
    """What became of one lead of a batch: the lead, or its problem."""

    lead: LeadOut | None = None
    problem: dict[str, Any] | None = None


class BatchOut(View):
    """Results in the order of the request."""

    results: list[BatchResult]


class LocateIn(Body):
    """A point, or a cell chosen by a person."""

    lon: Degrees | None = None
    lat: Degrees | None = None
    datum: Literal["wgs84", "gcj02", "bd09"] = "wgs84"
    cell_code: Short | None = None


class TriageIn(Body):
    """What the centre decides about a lead."""

    urgency: Urgency | None = None
    item_code: Short | None = None
    domain: Short | None = None


class ReasonIn(Body):
    """A reason."""

    reason: Text


class DuplicateIn(Body):
    """The lead it repeats."""

    original: Short


class DispatchIn(Body):
    """Which teams are sent, the first one leading."""

    team_codes: Annotated[list[Short], Field(min_length=1, max_length=20)]
    kind: TaskKind | None = None
    reason: Short | None = Field(None, description="Why not the first recommended team")
    confirm_busy: bool = Field(False, description="Send a team although it is at work")
    alone: bool = Field(False, description="Refuse when another team is on its way to the lead or at work on it")


class ResolveIn(Body):
    """How it ended."""

    note: Short | None = None
    matter_ended: bool = Field(False, description="The re-check passed, or the case was filed or dropped")


class EvaluateIn(Body):
    """Evaluation of a resolved lead."""

    score: Annotated[int, Field(ge=1, le=5)]
    note: Short | None = None


class ReportIn(Body):
    """What a team found and did."""

    outcome: Outcome
    note: Annotated[str, StringConstraints(max_length=4_000)] | None = None
    recheck_on: Day | None = None
    told_by: Short | None = Field(None, description="Code of the person of the team whose words these are 代录")


class ToldIn(Body):
    """Whose words a step was that somebody else enters (代录)."""

    told_by: Short | None = Field(None, description="Code of the person of the team who told it, by radio or telephone")


class TaskOut(View):
    """A task as it stands."""

    number: str
    lead_number: str
    team_code: str
    team_name: str
    kind: TaskKind
    leading: bool
    status: TaskStatus
    urgency: Urgency
    township_code: str | None
    assigned_at: datetime
    accept_due_at: datetime | None
    arrive_due_at: datetime | None
    accepted_at: datetime | None
    departed_at: datetime | None
    arrived_at: datetime | None
    reported_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    note: str | None
    recheck_on: date | None
    reason: str | None
    version: int


class TasksOut(View):
    """Tasks, newest first."""

    tasks: list[TaskOut]
    next: str | None = None


class TeamOut(View):
    """A team with its unit."""

    code: str
    name: str
    name_en: str
    kind: str
    field: str | None
    organ_code: str
    township_code: str | None
    status: UnitStatus
    since: datetime | None
    lon: float | None
    lat: float | None
    position_at: datetime | None
    open_tasks: int
    capacity: int
    certified_on_shift: int


class TeamsOut(View):
    """All teams the caller may see."""

    teams: list[TeamOut]


class PositionIn(Body):
    """Where a unit is (WGS-84 degrees)."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    at: Moment | None = None


class StatusIn(Body):
    """A status set by hand, with its reason."""

    status: UnitStatus
    reason: Text


class EventOut(View):
    """A step of the chain."""

    sequence: int
    at: datetime
    role: str
    organ: str | None
    certificate: str | None
    matter: str
    subject_id: UUID
    subject_number: str | None
    verb: str
    from_state: str | None
    to_state: str | None
    facts: dict[str, Any]
    clause: str | None
    hash: str


class EventsOut(View):
    """Steps in order."""

    events: list[EventOut]


def plain(row: Any, lang: str) -> dict[str, Any]:
    """A row of a query with its names in the language asked for."""

    def said(value: Any) -> Any:
        if isinstance(value, Name):
            return named(value, lang)
        if isinstance(value, tuple):
            return [said(one) for one in value]
        return plain(value, lang) if hasattr(value, "__dataclass_fields__") else value

    return {one.name: said(getattr(row, one.name)) for one in fields(row)}
