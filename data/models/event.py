"""The event chain: one row a step, hashed to the one before; nothing is updated or deleted here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, BigKey


class Event(Base):
    """A step that was taken (security.md, the event chain); facts are canonical JSON, the very text that was hashed."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "sequence"),
        Index("ix_event_subject", "subject_id"),
        Index("ix_event_at", "jurisdiction_id", "at"),
    )

    position: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    sequence: Mapped[int] = mapped_column(BigKey)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    role: Mapped[str]
    organ: Mapped[str | None]
    certificate: Mapped[str | None]
    matter: Mapped[str]
    subject_id: Mapped[UUID]
    subject_number: Mapped[str | None]
    verb: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    facts: Mapped[str]
    clause: Mapped[str | None]
    profile_digest: Mapped[str | None]
    algorithm: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]


class ChainHead(Base):
    """Last sequence and hash of a jurisdiction's chain."""

    __tablename__ = "chain_head"

    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigKey)
    hash: Mapped[str]
    at: Mapped[datetime]


class RefusedAttempt(Base):
    """An attempt that was refused: kept apart from the chain and rate-limited, so that nobody floods the chain."""

    __tablename__ = "refused_attempt"

    position: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    verb: Mapped[str]
    subject: Mapped[str | None]
    code: Mapped[str]
    times: Mapped[int] = mapped_column(default=1)
