"""The shift desk: telephones and leaders on duty, notes of a shift, and what one shift handed over to the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Placed, Versioned


class DutyContact(Versioned, Base):
    """A telephone on duty of an organ, or who leads the duty from–to; ended rows stay."""

    __tablename__ = "duty_contact"
    __table_args__ = (Index("ix_duty_contact_organ", "jurisdiction_id", "organ_code"),)

    kind: Mapped[str]  # policy.vocabulary_shift.DutyKind
    organ_code: Mapped[str]
    label: Mapped[str]  # what the post is called
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    phone: Mapped[str | None]
    rank: Mapped[int] = mapped_column(default=1)  # the lower is called first
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class ShiftNote(Placed, Base):
    """A note of the running shift: added, never changed."""

    __tablename__ = "shift_note"
    __table_args__ = (Index("ix_shift_note_at", "jurisdiction_id", "at"),)

    at: Mapped[datetime]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    words: Mapped[str]


class Handover(Versioned, Base):
    """A shift of the dispatch room handed over: notes, open matters as they stood, two signatures."""

    __tablename__ = "handover"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number"),
        UniqueConstraint("jurisdiction_id", "starts_at"),
    )

    number: Mapped[str]
    name: Mapped[str]  # day | evening | night
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[str]  # policy.vocabulary_shift.HandoverStatus
    leader: Mapped[str | None]  # staff number of who led the duty
    crew: Mapped[list[str]] = mapped_column(default=list)  # staff numbers of the dispatch room's shift
    words: Mapped[str]
    matters: Mapped[list[Any]] = mapped_column(default=list)  # frozen; codes and numbers, never personal data
    notes: Mapped[list[Any]] = mapped_column(default=list)  # keys of the shift's notes
    sha256: Mapped[str]  # of what was signed
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    signed_at: Mapped[datetime]
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    accepted_at: Mapped[datetime | None]
    remark: Mapped[str | None]
