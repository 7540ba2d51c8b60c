"""A drill 演练 in its own database, and what it brings in by the minute; both tables stay empty in the real record."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Versioned


class Drill(Versioned, Base):
    """One drill: its scenario, where it plays, from when to when."""

    __tablename__ = "drill"

    number: Mapped[str] = mapped_column(unique=True)
    scenario: Mapped[str]
    cell_code: Mapped[str]
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class DrillInject(Versioned, Base):
    """One inject 导调: at which minute, what, how far it has come, and the lead it became."""

    __tablename__ = "drill_inject"
    __table_args__ = (UniqueConstraint("drill_id", "place"),)

    drill_id: Mapped[UUID] = mapped_column(ForeignKey("drill.id"))
    place: Mapped[int]
    kind: Mapped[str]  # policy.vocabulary_patrol.InjectKind
    told: Mapped[dict[str, Any]]  # as the scenario has it
    status: Mapped[str]  # policy.vocabulary_patrol.InjectStatus
    due_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id"))
    reason: Mapped[str | None]
