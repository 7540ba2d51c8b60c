"""The county office's own papers: plans of postings, reports made by the schedule, packs for meetings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Placed, Versioned


class PostingPlan(Versioned, Base):
    """A what-if on F01 and F02 that was kept: what was asked, which moves it comes to, what became of it."""

    __tablename__ = "posting_plan"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    number: Mapped[str]
    title: Mapped[str]
    status: Mapped[str]  # draft | accepted | dropped
    as_of: Mapped[date]
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)  # targets, shares kept, needs
    moves: Mapped[list[Any]] = mapped_column(default=list)  # person, organ, kind, origin, to
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)  # shares now and then, shortfalls, proof
    changed_by_hand: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class Report(Placed, Base):
    """A brief or report as it was made: kept, never altered; a later one of the same day stands beside it."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint(
            "jurisdiction_id", "kind", "business_date", "language", "edition", "media_type", name="uq_report_edition"
        ),
    )

    kind: Mapped[str]  # daily | weekly | monthly | meeting_pack
    business_date: Mapped[date]  # its last day
    language: Mapped[str]
    edition: Mapped[int] = mapped_column(default=1)
    as_of: Mapped[datetime]
    sha256: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    pages: Mapped[int | None]
    made_at: Mapped[datetime]
