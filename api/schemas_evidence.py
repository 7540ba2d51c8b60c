"""Bodies of the interface for files of evidence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas import Body, Short, View
from api.schemas_case import ObstacleOut


class EvidenceOut(View):
    """A file of evidence with who, when and where; what a camera wrote into it is shown as a claim, never as proof."""

    id: UUID
    matter: str | None = Field(
        description="Number of the lead or case that took it in", examples=["JD-L-20261120-0001"]
    )
    linked: bool = Field(description="Another matter took it in; this one uses it, and there is no copy")
    name: str = Field(examples=["现场照片.jpg"])
    media_type: str = Field(examples=["image/jpeg"])
    kind: str = Field(description="photograph, video, audio or document")
    size: int = Field(description="Bytes")
    sha256: str = Field(description="SHA-256 of the bytes as they came in")
    note: str | None
    taken_at: datetime | None = Field(description="As who sent it says")
    received_at: datetime
    lon: float | None = Field(description="Degrees, WGS-84, of the device that sent it")
    lat: float | None = Field(description="Degrees, WGS-84, of the device that sent it")
    width: int | None = Field(description="Pixels")
    height: int | None = Field(description="Pixels")
    claimed_at: datetime | None = Field(description="As the camera wrote into the file")
    claimed_lon: float | None = Field(description="Degrees, WGS-84, as the camera wrote into the file")
    claimed_lat: float | None = Field(description="Degrees, WGS-84, as the camera wrote into the file")
    organ_code: str | None = Field(description="Organ on whose behalf it was taken in")


class EvidenceListOut(View):
    """Files of a matter, in the order they came in."""

    evidence: list[EvidenceOut]


class LinkIn(Body):
    """The matter that is to use the file as well."""

    number: Short = Field(examples=["JD-C-20261120-0001"])


class CourseLinkOut(View):
    """A link of the chain of custody of a file; `number` is left out where its matter is not in the reader's area."""

    what: Literal["taken_in", "linked"]
    at: datetime
    who: str | None
    number: str | None


class EvidenceNoteOut(View):
    """A remark on a file, at a page of it or a second into it."""

    id: UUID
    page: int | None
    second: int | None
    text: str
    at: datetime
    who: str | None
    number: str | None = Field(description="Lead or case for which it was made")


class EvidenceCourseOut(EvidenceOut):
    """A file of evidence with its chain of custody and the notes on it."""

    who: str | None = Field(description="Who put it there")
    organ: str | None
    course: list[CourseLinkOut]
    notes: list[EvidenceNoteOut]
    pages: int | None = Field(description="Pages of a .pdf that is shown by page")
    pages_fault: str | None = Field(description="Why a .pdf is not shown by page: locked, broken or long")


class EvidenceNoteIn(Body):
    """A remark on a file: for which lead or case, what, and where in it."""

    number: Short = Field(examples=["JD-C-20261120-0001"])
    note: str = Field(min_length=1, max_length=500, examples=["第二页没有当事人签名"])
    page: int | None = Field(None, ge=1, le=100_000)
    second: int | None = Field(None, ge=0, le=1_000_000, description="Seconds from the beginning of a recording")


class WholeOut(View):
    """Whether the bytes on disk are still those that were taken in."""

    sha256: str
    whole: bool
    checked_at: datetime = Field(description="When the bytes were last read and hashed")
    anew: bool = Field(description="Hashed for this answer; else size and times are those of the last check")


class GoodsMoveOut(View):
    """A link of the chain of custody of a thing."""

    at: datetime
    giver: str
    receiver: str
    reason: str


class GoodsOut(View):
    """A thing on the list of a case: who keeps it where, and how it came there; `party` is the party."""

    id: UUID
    name: str
    quantity: str
    condition: str | None
    keeper: str
    place: str | None
    measure: str = Field(description="preservation, sealing or seizure")
    moves: list[GoodsMoveOut]


class GoodsListOut(View):
    """Things held for a case."""

    goods: list[GoodsOut]


class GoodsMoveIn(Body):
    """To whom a thing is handed, why, and where it lies from then on."""

    receiver: Short = Field(examples=["西镇涉案物品仓库 周保管"])
    reason: Short = Field(examples=["移入仓库保管"])
    place: Short | None = None


class RetainedOut(View):
    """Evidence of one matter: since when it is kept, until when at least, and what stands against its destruction."""

    number: str
    kind: str
    status: str
    files: int
    bytes: int
    closed_at: datetime | None
    keep_until: date | None
    may_destroy: bool
    reasons: list[ObstacleOut]


class RetentionOut(View):
    """What may be destroyed when. Nothing is ever destroyed by this record itself."""

    clause: str | None
    matters: list[RetainedOut]
