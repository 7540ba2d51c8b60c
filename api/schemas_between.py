"""Bodies of the interface for what passes between organs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.forms import InputOut
from api.schemas import Body, Short, View
from api.schemas_case import ObstacleOut


class MatterRowOut(View):
    """A matter between organs as one row of a list."""

    number: str = Field(examples=["JD-X-20261120-0001"])
    status: str
    from_organ: str
    from_name: str
    to_organ: str
    to_name: str
    subject: str
    about: str | None = Field(description="Number of the lead or case it is about")
    urgent: bool
    begun_at: datetime
    due_at: datetime | None
    overdue: bool


class MattersOut(View):
    """A page of matters, newest first; `next` is the cursor of the page after."""

    matters: list[MatterRowOut]
    next: str | None = None


class BetweenStepOut(View):
    """A step that leads on: whether it may be taken with its form filled in, and what stands in its way."""

    step: str
    name: str
    allowed: bool
    obstacles: list[ObstacleOut]
    form: list[InputOut]
    href: str


class BetweenStepsOut(View):
    """Every next step, those that may be taken first."""

    number: str
    status: str
    steps: list[BetweenStepOut]


class CallOutIn(Body):
    """Which departments are called to a lead, and what for."""

    receivers: Annotated[list[Short], Field(min_length=1, max_length=20, examples=[["MARKET"]])]
    subject: Annotated[str, Field(min_length=1, max_length=2_000, examples=["请派人到场"])]
    urgent: bool = False


class CalledOut(View):
    """Numbers of the call-outs, in the order of the departments."""

    numbers: list[str]
