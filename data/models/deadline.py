"""Deadlines that run: one row each from its start until it is met or no longer matters."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, BigKey, Versioned

RUNNING = text("done_at IS NULL AND ended_at IS NULL")
DONE, ENDED = text("done_at IS NOT NULL"), text("ended_at IS NOT NULL")
"""What still runs is left out of the indexes of ends: a planner that averages over it takes it for a few rows."""


class Deadline(Versioned, Base):
    """A deadline of a matter; one kind runs once at a time in a matter, or once for each thing or party it is `about`."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "uq_deadline_running",
            "matter_id",
            "kind",
            "about",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index("ix_deadline_due", "jurisdiction_id", "due_at", sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_deadline_remind", "jurisdiction_id", "remind_at", sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index(
            "ix_deadline_whose",
            "jurisdiction_id",
            "matter",
            "whose",
            "sense",
            "matter_id",
            "due_at",
            "township_code",
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index("ix_deadline_ever_due", "jurisdiction_id", "due_at"),
        Index("ix_deadline_done", "jurisdiction_id", "done_at", sqlite_where=DONE, postgresql_where=DONE),
        Index("ix_deadline_ended", "jurisdiction_id", "ended_at", sqlite_where=ENDED, postgresql_where=ENDED),
        Index("ix_deadline_begun", "jurisdiction_id", "begun_at"),
        Index("ix_deadline_matter", "matter_id"),
    )

    matter: Mapped[str]  # policy.vocabulary.MatterKind
    matter_id: Mapped[UUID]
    matter_number: Mapped[str | None]
    about: Mapped[str] = mapped_column(default="")  # which thing or party of the matter; empty: the matter itself
    township_code: Mapped[str | None]
    organ_code: Mapped[str | None]  # whose business it is
    kind: Mapped[str]  # policy.deadlines.KINDS
    whose: Mapped[str]  # organ | party: whose time it is
    sense: Mapped[str]  # latest | earliest
    begun_at: Mapped[datetime]
    due_at: Mapped[datetime]
    provisional: Mapped[bool]
    extended: Mapped[int] = mapped_column(default=0)  # how many times
    pauses: Mapped[list[Any]] = mapped_column(default=list)  # {from, to, ground, clause}; `to` None while it lasts
    clause: Mapped[str | None]
    calendar: Mapped[str]  # digest of the working days it was counted by
    profile: Mapped[str]  # digest of the profile it was judged by
    reminded: Mapped[int] = mapped_column(default=0)  # highest rung of the ladder told
    remind_at: Mapped[datetime | None]  # when the next rung is reached
    done_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # no longer matters
    begun_by: Mapped[int | None] = mapped_column(BigKey)  # sequence of the event that started it
