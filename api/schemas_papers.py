"""Bodies of the interface for documents and for blocks of numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas import Body, Short, View

Said = Annotated[str, StringConstraints(max_length=20_000)]
Told = Annotated[dict[Annotated[str, Field(max_length=40)], Said], Field(max_length=30)]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class PaperOut(View):
    """A document: it stands, was replaced by a correction, or its number is void."""

    id: UUID
    kind: str = Field(examples=["interview_record"])
    name: str = Field(examples=["询问笔录"])
    number: str = Field(examples=["询〔2026〕1号"])
    state: str = Field(description="standing, replaced or void")
    made_at: datetime
    who: str | None
    replaces: str | None = Field(description="Number of the document it corrects")
    replaced_by: str | None = Field(description="Number of the document that corrects it")
    void_reason: str | None
    docx: str | None = Field(description="Where its .docx is; asks `reason` of who does not handle the case (PI 51)")
    pdf: str | None = Field(description="Where its .pdf is")


class AskedOut(View):
    """What a document is told when it is made."""

    name: str
    label: str
    kind: str = Field(description="text, words (several lines), moment, day; all of them are told as text")


class PaperChoiceOut(View):
    """A document of the catalogue: whether it can be made of this file now, and what is missing for it."""

    kind: str
    name: str
    series: str = Field(description="Word of the series it is numbered in", examples=["询"])
    clause: str
    made: int = Field(description="How many of it stand in the file")
    allowed: bool
    obstacle: str | None = Field(description="What making it would be refused with")
    code: str | None = Field(description="Code of that refusal")
    asks: list[AskedOut]


class PapersOut(View):
    """Documents of a matter in the order of a bound file."""

    number: str
    papers: list[PaperOut]
    may_make: bool
    may_read: bool
    asks_reason: bool = Field(description="Reading asks why: who looks does not handle the case (PI 51)")
    choices: list[PaperChoiceOut] = Field(description="Nothing for who may make none here")


class PaperIn(Body):
    """A document to be made; `told` is what it asks for besides the file."""

    paper: Short = Field(examples=["interview_record"])
    told: Told = Field(default_factory=dict, examples=[{"words": "问：何时摆摊？\n答：上午九时。"}])


class PaperAgainIn(Body):
    """Why a document is corrected; what is told takes the place of what was told before."""

    reason: Why = Field(examples=["地址笔误"])
    told: Told = Field(default_factory=dict)


class BlockIn(Body):
    """How many numbers a team takes; decisions on the spot of its own organ when nothing else is said."""

    count: int = Field(examples=[50])
    word: Annotated[str, StringConstraints(max_length=20)] | None = Field(None, description="Word of the series")
    organ: Short | None = Field(None, description="Code of the organ whose series it is")


class BlockBackIn(Body):
    """A block comes back: numbers no decision bears become void with the reason."""

    used: Annotated[list[int], Field(max_length=500)] = Field(
        default_factory=list, description="Numbers used on paper; each must be on record", examples=[[3]]
    )
    reason: Annotated[str, StringConstraints(max_length=500)] = Field("", examples=["年底换本"])


class BlockOut(View):
    """Numbers a team holds or held."""

    id: UUID
    team: str
    team_name: str
    organ: str
    organ_name: str
    series: str
    year: int
    first: int
    last: int
    printed_first: str = Field(examples=["当罚〔2026〕1号"])
    printed_last: str
    used: list[int] = Field(description="Those a decision or document bears, while it is held")
    left: int
    reserved_at: datetime
    closed_at: datetime | None


class BlocksOut(View):
    """Blocks, the newest first."""

    blocks: list[BlockOut]
