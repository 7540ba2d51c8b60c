"""Bodies of the interface for legal review."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from api.forms import InputOut, Label, Words
from api.schemas import Body, View
from api.schemas_case import ObstacleOut
from data.queries.experts import Standing
from policy.vocabulary_between import PointAnswer, ReviewOpinion, ReviewStatus

Code = Annotated[str, Field(min_length=1, max_length=60)]


class PageNoteIn(Body):
    """A note on a page of a document of the file."""

    document: Label = Field(examples=["询问笔录"])
    page: Annotated[int, Field(ge=1, le=10_000)]
    note: Words


class OpinionIn(Body):
    """The answer to every point of the plan, and the opinion."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"opinion": "agree", "answers": {"competence": "ok"}, "notes": {}, "grounds": "", "page_notes": []}
            ]
        }
    )

    opinion: ReviewOpinion
    answers: Annotated[dict[Code, PointAnswer], Field(max_length=40, description="By code of the point")]
    notes: Annotated[dict[Code, Words], Field(max_length=40)] = Field(default_factory=dict)
    grounds: Annotated[str, Field(max_length=20_000)] = ""
    page_notes: Annotated[list[PageNoteIn], Field(max_length=500)] = Field(default_factory=list)


class MaterialsIn(Body):
    """Material that is handed in, by code."""

    materials: Annotated[list[Code], Field(min_length=1, max_length=100)] = Field(examples=[["case_report"]])


class NamedOut(View):
    """An entry of a list of the plan."""

    code: str
    name: str


class PointOut(NamedOut):
    """A point of the review with the answer it was given."""

    answer: str | None
    note: str


class ReviewRowOut(View):
    """A round of review in the queue."""

    number: str = Field(examples=["JD-V-20261120-0001"])
    case: str
    summary: str
    round: int
    status: ReviewStatus
    township: str
    submitted_at: datetime
    triggers: list[str]
    asked_due_at: datetime | None
    decision_due_at: datetime | None = Field(description="When the case must be decided; it runs on meanwhile")
    overdue: bool
    reviewer: str | None
    opinion: str | None


class ReviewsOut(View):
    """The queue, the nearest time first."""

    reviews: list[ReviewRowOut]


class ReviewStepOut(View):
    """A step of a review: whether who asks may take it, what stands in the way, what its form asks for."""

    step: str
    name: str
    allowed: bool
    obstacles: list[ObstacleOut]
    form: list[InputOut]


class ReviewOut(ReviewRowOut):
    """A round of review with its points, its material and what changed since the round before."""

    materials: list[NamedOut] = Field(description="What the plan asks for")
    handed_in: list[str]
    missing: list[NamedOut]
    asked: list[str]
    awaited: list[str]
    new_facts: list[dict[str, Any]]
    points: list[PointOut]
    page_notes: list[dict[str, Any]]
    opinions: list[NamedOut]
    grounds: str | None
    outside: str | None
    expert: str | None
    changed: list[str] | None = Field(description="Steps of the case since the round before; null for the first")
    earlier: list[str]
    steps: list[ReviewStepOut]


class ExpertOut(View):
    """An expert of the pool."""

    code: str = Field(description="What `ask_expert` is told", examples=["Z01"])
    name: str
    organisation: str
    fields_: list[str] = Field(alias="fields", validation_alias="fields", description="Any where empty")
    valid_from: date
    valid_to: date | None
    standing: Standing = Field(description="Whether the expert may be asked today, else why not")


class ExpertsOut(View):
    """The pool, those who may be asked first."""

    experts: list[ExpertOut]
