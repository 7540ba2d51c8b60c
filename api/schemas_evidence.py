"""Bodies of the interface for files of evidence."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas import Body, Short, View


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
