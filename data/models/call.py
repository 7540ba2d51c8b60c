"""Calls taken at the desk, hand-over to and from 110, 119 and 120, requests for a photograph, alarms somebody has answered."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.keyring import keyring
from data.models.base import Base, Placed, Versioned
from data.models.sealed import Personal, Sealed


def phone_digest(place: UUID, phone: str) -> str:
    """By which the calls of one number are found without reading any; the last eleven digits count."""
    return keyring().digest("phone", place, "".join(char for char in phone if char.isdigit())[-11:])


class Call(Sealed, Base):
    """A call: who called is sealed; what was said stands in the lead it made or was added to."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_phone", "jurisdiction_id", "phone_digest", "taken_at"),)
    PERSONAL: ClassVar = ("caller", "phone", "words")
    TOLD: ClassVar = PERSONAL
    STORED: ClassVar = ("data_key", "phone_digest", *(f"{name}_sealed" for name in PERSONAL))

    kind: Mapped[str]  # policy.vocabulary_calls.CallKind
    taken_at: Mapped[datetime]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), index=True)
    attached: Mapped[bool] = mapped_column(default=False)  # to a lead that was there before
    caller_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    words_sealed: Mapped[bytes | None]
    phone_digest: Mapped[str | None]  # keyed, by which the same number's calls are found
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    caller = Personal()
    phone = Personal()
    words = Personal()

    def seal(self, name: str, text: str | None) -> None:
        """Keep a personal column encrypted, and the digest a number is found by."""
        super().seal(name, text)
        if name == "phone":
            self.phone_digest = phone_digest(self.jurisdiction_id, text) if text else None

    def forget(self, at: datetime) -> list[str]:
        """Destroy the data key and the digest; gives the names of the columns that can be read no more."""
        self.phone_digest = None
        return super().forget(at)


class ServiceHandOver(Versioned, Base):
    """A lead handed to or taken from 110, 119 or 120: when, who took it there, under which number, what they answered."""

    __tablename__ = "service_hand_over"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "came_as"),)

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), index=True)
    way: Mapped[str]  # policy.vocabulary_calls.HandOverWay
    service: Mapped[str]  # policy.vocabulary_calls.Service
    at: Mapped[datetime]
    reference: Mapped[str | None]  # theirs
    came_as: Mapped[str | None]  # service and reference of what came in: taken once
    taken_by: Mapped[str]  # at the service: badge, desk or name, as told
    words: Mapped[str]  # what was handed over
    reply: Mapped[str | None]
    replied_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class EyesRequest(Versioned, Base):
    """Grid workers asked for a photograph of a lead: no task, and nobody is sent to enforce (PL 42)."""

    __tablename__ = "eyes_request"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    status: Mapped[str]  # policy.vocabulary_calls.EyesStatus
    asked_at: Mapped[datetime]
    minutes: Mapped[float | None]  # away, as it was reckoned when they were asked
    same_cell: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
    photographs: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]  # why it was taken back
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class AlarmAnswer(Placed, Base):
    """An alarm that somebody acknowledged, or put off until a time; each person answers alone."""

    __tablename__ = "alarm_answer"
    __table_args__ = (UniqueConstraint("account_id", "alarm"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    alarm: Mapped[str]  # kind, number of the matter and the moment it fell due
    at: Mapped[datetime]
    until: Mapped[datetime | None]  # None: acknowledged
