"""What passes between organs: transfers, assistance, disputes, criminal referrals, escalations, shared information."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Placed, Versioned


class _Numbered(Versioned):
    """A matter of its own between two organs, about a lead or a case."""

    number: Mapped[str]
    status: Mapped[str]
    matter_kind: Mapped[str | None]  # lead | case
    matter_id: Mapped[UUID | None] = mapped_column(index=True)
    matter_number: Mapped[str | None]
    township_code: Mapped[str | None]
    from_organ: Mapped[str]
    to_organ: Mapped[str]
    subject: Mapped[str]
    urgent: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]
    clause: Mapped[str | None]
    course: Mapped[list[Any]] = mapped_column(default=list)  # what each step said: verb, organ, at, words, papers


class Transfer(_Numbered, Base):
    """A matter handed to the competent organ (X1–X4); it can be objected to, never handed on."""

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number"),
        Index("ix_transfer_status", "jurisdiction_id", "status"),
    )

    incoming: Mapped[bool] = mapped_column(default=False)  # from a department to the township
    found_at: Mapped[datetime]
    ongoing: Mapped[bool] = mapped_column(default=False)
    stopped_at_once: Mapped[bool] = mapped_column(default=False)
    goods: Mapped[bool] = mapped_column(default=False)
    goods_disposed: Mapped[bool] = mapped_column(default=False)
    materials: Mapped[list[str]] = mapped_column(default=list)
    received_lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"), index=True)  # under which it goes on
    competent_organ: Mapped[str | None]  # as the dispute or the joint meeting decided
    receipt: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    first_received_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    returned: Mapped[int] = mapped_column(default=0)  # how often the file was sent back to be completed
    result: Mapped[str | None]
    result_at: Mapped[datetime | None]


class Assistance(_Numbered, Base):
    """A request for help between organs (X5, PL 26); silence is counted."""

    __tablename__ = "assistance"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    ground: Mapped[str | None]  # code of the profile's list
    asked_at: Mapped[datetime]
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    refusal_ground: Mapped[str | None]
    provided_at: Mapped[datetime | None]
    result: Mapped[str | None]


class Dispute(_Numbered, Base):
    """Organs that do not agree who is competent (X6, PL 25); the profile's ladder decides."""

    __tablename__ = "dispute"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    transfer_id: Mapped[UUID | None] = mapped_column(ForeignKey("transfer.id"))
    scopes: Mapped[list[str]] = mapped_column(default=list)  # policy.dispute.Scope: which rungs it climbs
    opened_at: Mapped[datetime]
    rung: Mapped[int] = mapped_column(default=0)  # rungs of the ladder tried so far
    competent_organ: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class Referral(_Numbered, Base):
    """A suspected crime referred to the police (C19, CR 5–12), with its own chain of clocks."""

    __tablename__ = "referral"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    officer_ids: Mapped[list[str]] = mapped_column(default=list)  # who were named at once to see to it
    goods: Mapped[bool] = mapped_column(default=False)
    materials: Mapped[list[str]] = mapped_column(default=list)
    forwarded_to: Mapped[str | None]
    reported_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]
    procurator_at: Mapped[datetime | None]
    goods_at: Mapped[datetime | None]
    result: Mapped[str | None]


class Escalation(_Numbered, Base):
    """A matter copied upwards for review 提级审查 (C23)."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    ground: Mapped[str]
    raised_at: Mapped[datetime]
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]


class CallOut(_Numbered, Base):
    """A department called out to a lead 吹哨 (D8): when it acknowledged, came and reported; silence is counted."""

    __tablename__ = "call_out"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    called_at: Mapped[datetime]
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    result: Mapped[str | None]


class Shared(Placed, Base):
    """What was shown to which organ about a matter, and when (X7); state secrets never."""

    __tablename__ = "shared"
    __table_args__ = (Index("ix_shared_at", "jurisdiction_id", "at"),)

    information: Mapped[str]  # code of the profile's nine kinds
    matter_kind: Mapped[str]
    matter_id: Mapped[UUID] = mapped_column(index=True)
    matter_number: Mapped[str]
    from_organ: Mapped[str]
    to_organ: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]


class EvidenceLink(Placed, Base):
    """A file of evidence that another matter, perhaps of another organ, uses as well: linked with its hash, not copied (X9)."""

    __tablename__ = "evidence_link"
    __table_args__ = (UniqueConstraint("evidence_id", "matter_id"),)

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    matter_kind: Mapped[str]
    matter_id: Mapped[UUID] = mapped_column(index=True)
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]


class EvidenceNote(Placed, Base):
    """A remark on a file of evidence, at a page of it or a second into it, made for one matter; never changed."""

    __tablename__ = "evidence_note"

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), index=True)
    matter_kind: Mapped[str]
    matter_id: Mapped[UUID] = mapped_column(index=True)
    page: Mapped[int | None]
    second: Mapped[int | None]
    text: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
