"""Bodies of the interface for inspections: plans, draws, visits, joint operations, proposals of merging, one enterprise."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas import Body, Short, View


class _MatterOut(View):
    """What every matter of inspection has."""

    number: str
    status: str
    organ_code: str
    township_code: str | None


class PlanOut(_MatterOut):
    """A plan of inspection of an organ."""

    title: str
    kind: str
    begins_on: date
    ends_on: date
    items: list[str] = Field(description="Codes of items")
    subjects: list[str] = Field(description="Numbers of enterprises")
    planned_at: datetime
    approved_at: datetime | None
    approved_by: str | None
    approval: str | None
    filed_at: datetime | None
    filing: str | None


class DrawOut(_MatterOut):
    """A draw: the lists and their hash, the seed, who was drawn."""

    plan_number: str
    algorithm: str
    population_sha256: str = Field(description="SHA-256 of both lists, in the chain before there is a seed")
    subjects_wanted: int
    inspectors_wanted: int
    committed_at: datetime
    seed: str | None
    seed_source: str | None
    beacon_name: str | None
    drawn_at: datetime | None
    drawn_subjects: list[str]
    drawn_inspectors: list[str] = Field(description="Staff numbers")
    discarded_at: datetime | None
    reason: str | None


class VisitOut(_MatterOut):
    """A visit to an enterprise; `organs` with the leading one first, `repeats` visits of the repeat window before it."""

    subject: str
    subject_name: str
    organs: list[str]
    plans: list[str]
    draws: list[str]
    items: list[str]
    visit_on: date
    inspectors: list[str] = Field(description="Staff numbers")
    agreed: dict[str, Any]
    cap_exception: str | None
    exception_reason: str | None
    repeats: int
    operation: str | None
    planned_at: datetime
    approved_at: datetime | None
    noticed_at: datetime | None
    notice: str | None
    entered_at: datetime | None
    left_at: datetime | None
    recorded_at: datetime | None
    outcome: str | None
    words: str | None
    guidance: str | None
    informed: str | None
    report: str | None
    lead_number: str | None = Field(description="The lead as which a violation goes on")


class OperationOut(_MatterOut):
    """A joint operation with its participants, their answers and the result."""

    title: str
    participants: list[str]
    townships: list[str]
    heard: list[str]
    consent: str | None
    answer_by: datetime | None
    answers: dict[str, Any]
    planned_at: datetime
    approved_at: datetime | None
    noticed_at: datetime | None
    begun_at: datetime | None
    reported_at: datetime | None
    results: str | None


class PlansOut(View):
    """A page of plans, newest first."""

    plans: list[PlanOut]
    next: str | None = None


class DrawsOut(View):
    """A page of draws, newest first; discarded ones are among them."""

    draws: list[DrawOut]
    next: str | None = None


class VisitsOut(View):
    """A page of visits, newest first."""

    visits: list[VisitOut]
    next: str | None = None


class OperationsOut(View):
    """A page of joint operations, newest first."""

    operations: list[OperationOut]
    next: str | None = None


class ProposalOut(View):
    """Plans of several organs for one enterprise that can be one visit."""

    subject: str
    name: str
    plans: list[str]
    organs: list[str]
    on: date
    saved: int = Field(description="Visits it saves")


class MergingOut(View):
    """Every proposal, what saves most first, and what merging has saved this year."""

    proposals: list[ProposalOut]
    visits: int
    plans_served: int
    saved: int


class SubjectOut(View):
    """An enterprise as a subject of inspection."""

    code: str
    name: str
    credit_code: str | None
    township_code: str | None
    cell_code: str | None
    trade: str | None
    risk: str
    credit: str | None


class SubjectsOut(View):
    """Enterprises by name."""

    subjects: list[SubjectOut]


class CounterOut(View):
    """Visits of an organ to an enterprise this year, against the cap it has published."""

    organ: str
    visits: int
    cap: int | None


class HistoryOut(View):
    """Every visit to an enterprise by any organ, oldest first; `recent` lie in the repeat window of `window` days."""

    subject: SubjectOut
    visits: list[VisitOut]
    counters: list[CounterOut]
    window: int | None
    recent: int


class CapOut(View):
    """A yearly cap an organ has published."""

    organ_code: str
    year: int
    cap: int
    published_on: date
    document: str


class CheckOut(View):
    """One thing that was checked of a draw."""

    name: str
    held: bool
    sentence: str


class VisitPaperIn(Body):
    """Which document of a visit is made."""

    paper: Short = Field(examples=["inspection_notice"])


class VisitPaperOut(View):
    """A document of a visit."""

    id: UUID
    kind: str = Field(examples=["inspection_notice"])
    name: str
    number: str = Field(examples=["检通〔2026〕1号"])
    made_at: datetime
    docx: str = Field(description="Where its .docx is")
    pdf: str = Field(description="Where its .pdf is")


class VisitPaperChoiceOut(View):
    """A document that a visit has, and whether it can be made as the visit stands."""

    kind: str
    name: str
    ready: bool


class VisitPapersOut(View):
    """Documents of a visit, oldest first, and those there are."""

    papers: list[VisitPaperOut]
    choices: list[VisitPaperChoiceOut]


class VerifiedOut(View):
    """A draw repeated: whether everything agrees, and what came out."""

    number: str
    holds: bool
    checks: list[CheckOut]
    subjects: list[str]
    inspectors: list[str]
