"""What somebody typed at a step, sealed beside the chain; files that are to be destroyed, until they are."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from data.models.base import Base, Placed
from data.models.sealed import Personal, Sealed


class Said(Sealed, Base):
    """Words of one event, with the salt of their digest: once the key is destroyed, the digest tells nothing (PI 47)."""

    __tablename__ = "said"
    __table_args__ = (Index("ix_said_subject", "subject_id"),)
    PERSONAL: ClassVar = ("words",)

    matter: Mapped[str]
    subject_id: Mapped[UUID]
    verb: Mapped[str]
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]  # canonical JSON of salt and words

    words = Personal()


class Doomed(Placed, Base):
    """A file that an erasure gave up: entered with the erasure, destroyed after it, found again after a crash."""

    __tablename__ = "doomed_file"
    __table_args__ = (UniqueConstraint("kind", "sha256"), Index("ix_doomed_open", "jurisdiction_id", "destroyed_at"))

    kind: Mapped[str]  # paper | evidence
    sha256: Mapped[str]
    name: Mapped[str]  # number of the document or of the matter, never a person's
    erased_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
