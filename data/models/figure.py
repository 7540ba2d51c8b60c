"""Daily figures and the runs of the jobs that make them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Keyed, Placed


class FigureSnapshot(Placed, Base):
    """A figure as it was taken on a business date; a later correction is a restatement beside it."""

    __tablename__ = "figure_snapshot"
    __table_args__ = (
        UniqueConstraint(
            "jurisdiction_id", "business_date", "figure", "measure", "group_kind", "group_code", "restatement"
        ),
        Index("ix_figure_snapshot_series", "jurisdiction_id", "figure", "measure", "group_kind", "group_code"),
    )

    business_date: Mapped[date]
    figure: Mapped[str]
    measure: Mapped[str]
    group_kind: Mapped[str]
    group_code: Mapped[str] = mapped_column(default="")
    value: Mapped[float | None]
    numerator: Mapped[float | None]
    denominator: Mapped[float | None]
    p90: Mapped[float | None]
    target: Mapped[float | None]
    clause: Mapped[str | None]
    profile_digest: Mapped[str]
    restatement: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[datetime]
    cause: Mapped[str | None]  # why it was counted again: rows | profile | asked; none: the first time


class FigureChange(Base):
    """Rows that figures count and that changed since a refresh saw them: written by triggers, taken up by the next refresh."""

    __tablename__ = "figure_change"

    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)  # the table (data/figures_sources.py)
    since: Mapped[date] = mapped_column(primary_key=True)  # first day whose figures may differ
    until: Mapped[date] = mapped_column(primary_key=True)  # last one; 9999-12-31: all that follow
    times: Mapped[int] = mapped_column(default=1)


class JobRun(Keyed, Base):
    """One run of a job for a business date: unique, with a lease and a fencing token."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "jurisdiction_id", "business_date"),)

    job: Mapped[str]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    business_date: Mapped[date]
    status: Mapped[str]  # running | done | failed
    token: Mapped[int] = mapped_column(default=1)
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None]
