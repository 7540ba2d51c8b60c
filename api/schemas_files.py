"""Bodies of the interface for the review of closed files: draws, score sheets, faults, a sealed file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas import Body, Day, Short, View

Cycle = Literal["month", "quarter", "year"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class CommitFilesIn(Body):
    """Closed files of a period to be drawn from."""

    period: Code = Field(description="A month 2026-09, quarter 2026-Q3 or year 2026", examples=["2026-10"])
    wanted: Annotated[int, Field(ge=1, le=500)] | None = Field(
        None, description="How many are drawn; as the profile says when left out"
    )
    beacon_name: Short | None = Field(None, description="Public number that will be the seed; made here when left out")


class DrawFilesIn(Body):
    """The draw; only a number that was named when the files were fixed is typed in."""

    beacon: Short | None = None


class ReasonIn(Body):
    """Why."""

    reason: Words = Field(examples=["名录有误"])


class FileDrawOut(View):
    """A draw of closed files."""

    number: str
    status: Literal["committed", "drawn", "discarded"]
    cycle: Cycle
    begins_on: date
    ends_on: date
    organ_code: str
    algorithm: str
    files: list[str] = Field(description="Numbers of the cases drawn from")
    wanted: int
    population_sha256: str = Field(description="SHA-256 of the list, in the chain before there is a seed")
    committed_at: datetime
    seed: str | None
    seed_source: str | None
    beacon_name: str | None
    drawn_at: datetime | None
    drawn: list[str]
    discarded_at: datetime | None
    reason: str | None


class FileDrawsOut(View):
    """Draws, the newest first."""

    draws: list[FileDrawOut]


class CheckedOut(View):
    """One check of a draw repeated."""

    name: str
    held: bool
    sentence: str


class FilesVerifiedOut(View):
    """A draw repeated."""

    number: str
    holds: bool
    checks: list[CheckedOut]
    files: list[str]


class PointsIn(Body):
    """Points for a heading, and their ground."""

    points: Annotated[str, StringConstraints(pattern=r"^\d{1,4}(\.\d)?$", strip_whitespace=True)] = Field(
        examples=["86.5"]
    )
    ground: Words


class FaultIn(Body):
    """What is wrong with a file, who mends it by when."""

    words: Words
    due_on: Day
    organ: Code | None = Field(None, description="Code of the organ that mends it; whose file it is when left out")


class ScoreIn(Body):
    """A score sheet."""

    case: Code = Field(examples=["JD-C-20261120-0001"])
    points: dict[Code, PointsIn] = Field(
        max_length=60,
        description="By heading of the profile; `overall` where it has none",
        examples=[{"overall": {"points": "86.5", "ground": "程序完整"}}],
    )
    draw: Code | None = Field(None, description="Number of the draw; none in a special check")
    cycle: Cycle | None = None
    faults: Annotated[list[FaultIn], Field(max_length=20)] = Field(default_factory=list)


class CorrectIn(Body):
    """A sheet in the place of one's own."""

    points: dict[Code, PointsIn] = Field(
        max_length=60, examples=[{"overall": {"points": "80", "ground": "补正后复评"}}]
    )
    reason: Words = Field(examples=["笔误"])
    faults: Annotated[list[FaultIn], Field(max_length=20)] | None = None


class MendIn(Body):
    """How a fault was mended."""

    outcome: Words = Field(examples=["已补正并随卷归档"])


class PointsOut(View):
    """Points for a heading, and their ground."""

    points: str
    ground: str


class FaultOut(View):
    """What is wrong with a file, who mends it by when, how it was mended."""

    words: str
    organ: str
    due_on: date
    mended_at: datetime | None
    outcome: str | None


class EarlierOut(View):
    """A sheet that a correction took the place of."""

    score: float
    scored_at: datetime
    corrected_at: datetime
    reason: str


class ScoreOut(View):
    """A score sheet; `score` is out of a hundred."""

    number: str
    case: str
    draw_number: str | None
    cycle: Cycle
    township_code: str | None
    organ_code: str
    reviewer: str
    points: dict[str, PointsOut]
    score: float
    scored_at: datetime
    faults: list[FaultOut]
    earlier: list[EarlierOut]


class ScoresOut(View):
    """Sheets of a file, the newest first."""

    scores: list[ScoreOut]


class GroupOut(View):
    """Files of a township that were scored; `small`: too few to be held beside others."""

    code: str
    files: int
    mean: float
    small: bool


class RankedOut(View):
    """A file in a list of best or worst."""

    case: str
    number: str
    score: float


class ReviewOut(View):
    """What the review of files scored in a period comes to (F21); `small`: too few were scored to be ranked."""

    period: str
    begins_on: date
    ends_on: date
    sheets: int
    files: int
    mean: float | None
    least: int = Field(description="Fewest files for a ranking")
    small: bool
    best: list[RankedOut]
    worst: list[RankedOut]
    townships: list[GroupOut]


class OpenFaultOut(View):
    """A fault of a file that is not mended yet."""

    score: str
    case: str
    place: int
    words: str
    organ: str
    due_on: date
    overdue: bool


class OpenFaultsOut(View):
    """What is due first at the top."""

    faults: list[OpenFaultOut]
