"""Patrol plans per village grid, patrols walked, the cells they covered and the leads found on them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Placed, Versioned


class PatrolPlan(Versioned, Base):
    """How often a village grid is patrolled, by a team or by one person, and at which place of the round."""

    __tablename__ = "patrol_plan"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "cell_code", "valid_from"),)

    cell_code: Mapped[str]
    township_code: Mapped[str] = mapped_column(index=True)
    times: Mapped[int]
    per: Mapped[str]  # policy.vocabulary_patrol.PatrolPer
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    turn: Mapped[int]  # place in the round of who walks
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # its last day
    reason: Mapped[str | None]


class Patrol(Versioned, Base):
    """One round as it was walked; `cells` are those set out for, in their order."""

    __tablename__ = "patrol"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number"),
        Index("ix_patrol_begun", "jurisdiction_id", "started_at"),
    )

    number: Mapped[str]
    township_code: Mapped[str] = mapped_column(index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[str]  # policy.vocabulary_patrol.PatrolStatus
    cells: Mapped[list[str]] = mapped_column(default=list)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    note: Mapped[str | None]
    reason: Mapped[str | None]


class PatrolVisit(Placed, Base):
    """A cell covered on a patrol, once: by a position in it or by a tick."""

    __tablename__ = "patrol_visit"
    __table_args__ = (
        UniqueConstraint("patrol_id", "cell_code"),
        Index("ix_patrol_visit_time", "jurisdiction_id", "visited_at"),
    )

    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"))
    cell_code: Mapped[str]
    township_code: Mapped[str]
    visited_at: Mapped[datetime]
    seen_by: Mapped[str]  # policy.vocabulary_patrol.SeenBy


class PatrolLead(Placed, Base):
    """A lead found on a patrol."""

    __tablename__ = "patrol_lead"

    patrol_id: Mapped[UUID] = mapped_column(ForeignKey("patrol.id"), index=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), unique=True)
    at: Mapped[datetime]
