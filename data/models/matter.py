"""Leads, tasks, evidence and the numbers they carry."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, Placed, Versioned
from data.models.force import Team
from data.models.item import Item
from data.models.sealed import Personal, Sealed

_WAITS: Final = "resolved_at IS NULL AND {0}status NOT IN ('duplicate', 'rejected', 'transferred')"
LEAD_WAITS: Final = text("lead." + _WAITS.format("lead."))
"""A lead that is neither resolved nor settled otherwise."""
_RESOLVED: Final = text("resolved_at IS NOT NULL")


class Lead(Sealed, Base):
    """A lead: what somebody saw, where, when; its chain of cells is kept as it was that day."""

    __tablename__ = "lead"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number"),
        Index("ix_lead_received", "jurisdiction_id", "received_at"),
        Index("ix_lead_status", "jurisdiction_id", "status", "received_at"),
        Index("ix_lead_township", "jurisdiction_id", "township_code", "received_at"),
        Index("ix_lead_resolved", "jurisdiction_id", "resolved_at", sqlite_where=_RESOLVED, postgresql_where=_RESOLVED),
        Index(
            "ix_lead_waits",
            "jurisdiction_id",
            sqlite_where=text(_WAITS.format("")),
            postgresql_where=text(_WAITS.format("")),
        ),
    )
    PERSONAL: ClassVar = ("reporter_name", "reporter_phone")
    TOLD: ClassVar = PERSONAL
    STORED: ClassVar = ("data_key", "reporter_name_sealed", "reporter_phone_sealed")

    number: Mapped[str]
    source: Mapped[str]
    urgency: Mapped[str]
    status: Mapped[str]
    summary: Mapped[str]
    domain: Mapped[str | None]
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("item.id"))
    reporter_name_sealed: Mapped[bytes | None]
    reporter_phone_sealed: Mapped[bytes | None]
    external_number: Mapped[str | None]
    hotline_due_at: Mapped[datetime | None]  # when 12345 wants its answer
    reply: Mapped[str | None]  # as it went back to 12345
    replied_at: Mapped[datetime | None]
    callback: Mapped[str | None]  # what the call-back found: satisfied | partly | not_satisfied | not_reached
    called_back_at: Mapped[datetime | None]
    address: Mapped[str | None]
    lon: Mapped[float | None]  # WGS-84
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    location_note: Mapped[str | None]  # reason code when a point was refused, converted or left unlocated
    cell_code: Mapped[str | None]
    cell_chain: Mapped[list[str]] = mapped_column(default=list)  # codes from county to finest cell
    township_code: Mapped[str | None]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    triaged_at: Mapped[datetime | None]
    assign_due_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    evaluated_at: Mapped[datetime | None]
    recheck_on: Mapped[date | None]
    outcome: Mapped[str | None]
    closing_reason: Mapped[str | None]
    evaluation: Mapped[int | None]  # 1–5, by the reporter's or the centre's call-back
    duplicate_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"))
    item: Mapped[Item | None] = relationship(lazy="raise")
    tasks: Mapped[list[Task]] = relationship(lazy="raise", back_populates="lead")

    reporter_name = Personal()
    reporter_phone = Personal()


TASK_RUNS: Final = text(
    "task.ended_at IS NULL AND (task.reported_at IS NULL OR task.arrived_at IS NULL OR task.accepted_at IS NULL)"
)
"""A task that is open, or one of whose clocks still runs."""
_RUNS: Final = text("ended_at IS NULL AND (reported_at IS NULL OR arrived_at IS NULL OR accepted_at IS NULL)")
_REPORTED, _ENDED = text("reported_at IS NOT NULL"), text("ended_at IS NOT NULL")


class Task(Versioned, Base):
    """A team sent for a lead; one lead may have several, one of them leading."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number"),
        Index("ix_task_status", "jurisdiction_id", "status"),
        Index("ix_task_assigned", "jurisdiction_id", "assigned_at"),
        Index("ix_task_reported", "jurisdiction_id", "reported_at", sqlite_where=_REPORTED, postgresql_where=_REPORTED),
        Index("ix_task_ended", "jurisdiction_id", "ended_at", sqlite_where=_ENDED, postgresql_where=_ENDED),
        Index("ix_task_runs", "jurisdiction_id", sqlite_where=_RUNS, postgresql_where=_RUNS),
    )

    number: Mapped[str]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    kind: Mapped[str]
    leading: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str]
    urgency: Mapped[str]
    township_code: Mapped[str | None]
    settlement: Mapped[str | None]
    officer_ids: Mapped[list[str]] = mapped_column(default=list)
    assigned_at: Mapped[datetime]
    accept_due_at: Mapped[datetime | None]
    arrive_due_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    departed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    note: Mapped[str | None]
    recheck_on: Mapped[date | None]
    reason: Mapped[str | None]  # of a decline, a recall, an override
    lead: Mapped[Lead] = relationship(lazy="raise", back_populates="tasks")
    team: Mapped[Team] = relationship(lazy="raise")


class Evidence(Placed, Base):
    """A file of evidence: bytes are stored by SHA-256 outside the database and never altered."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("matter_id", "sha256"),)

    matter_kind: Mapped[str]
    matter_id: Mapped[UUID] = mapped_column(index=True)
    matter_number: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    kind: Mapped[str]  # photograph | video | audio | document
    size: Mapped[int]
    name: Mapped[str]
    note: Mapped[str | None]
    taken_at: Mapped[datetime | None]  # as who sent it says
    received_at: Mapped[datetime]
    lon: Mapped[float | None]  # WGS-84, of the device that sent it
    lat: Mapped[float | None]
    width: Mapped[int | None]  # pixels
    height: Mapped[int | None]
    claimed_at: Mapped[datetime | None]  # what the camera wrote into the file: shown as a claim
    claimed_lon: Mapped[float | None]
    claimed_lat: Mapped[float | None]
    organ_code: Mapped[str | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    erased_at: Mapped[datetime | None]  # its bytes were given up after their time; hash and course stay


class Counter(Base):
    """Last number drawn of a kind on a day: gap-free, drawn in the transaction of the step."""

    __tablename__ = "counter"

    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Answered(Placed, Base):
    """An answer kept under its Idempotency-Key: the same key gives the same answer, with another body a refusal."""

    __tablename__ = "answered"
    __table_args__ = (UniqueConstraint("account_id", "key"), Index("ix_answered_at", "jurisdiction_id", "at"))

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str]
    request_sha256: Mapped[str]
    status: Mapped[int]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime]
