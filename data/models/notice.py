"""The outbox: who is to be told what by which way, and how far that has come; written in the step that causes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Versioned


class Notice(Versioned, Base):
    """One notice to one person by one way; the words are made from key and numbers when it is sent, no names are kept."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "jurisdiction_id", "status", "not_before"),
        Index("ix_notice_account", "account_id", "status"),
    )

    reason: Mapped[str]  # policy.vocabulary_notice.NoticeReason
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)  # numbers, codes and places; never a name
    urgent: Mapped[bool] = mapped_column(default=False)
    matter_kind: Mapped[str]
    matter_id: Mapped[UUID] = mapped_column(index=True)
    matter_number: Mapped[str | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    organ_code: Mapped[str | None]  # whose telephone is called where no person is named
    channel: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]  # the end of the undo window, or when it is tried again
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(default=0)  # who finishes a sending must hold the newest
    delivered_at: Mapped[datetime | None]
    acknowledge_by: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    fault: Mapped[str | None]  # why the last attempt failed, or what came of a call
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("duty_contact.id"))  # whose telephone on duty is called
    called_at: Mapped[datetime | None]
    result: Mapped[str | None]  # policy.vocabulary_notice.CallResult of the last call
    contacts: Mapped[list[Any]] = mapped_column(
        default=list
    )  # [person, way, telephone on duty] that come next, in order
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))  # after which it was passed on
