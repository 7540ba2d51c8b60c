"""Inspections: plans of organs, draws, visits to enterprises, joint operations, and the yearly caps organs have published."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Placed, Versioned
from data.models.drawn import Drawn


class _Inspecting(Versioned):
    """A matter of inspection with the organ that leads it and what each of its steps said."""

    number: Mapped[str]
    status: Mapped[str]
    organ_code: Mapped[str]
    township_code: Mapped[str | None]
    course: Mapped[list[Any]] = mapped_column(default=list)


class InspectionPlan(_Inspecting, Base):
    """What an organ means to inspect in a period: items and subjects, or subjects that are drawn (D10, E5)."""

    __tablename__ = "inspection_plan"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number"),
        Index("ix_inspection_plan_period", "jurisdiction_id", "begins_on"),
    )

    title: Mapped[str]
    kind: Mapped[str]  # policy.vocabulary_inspection.InspectionKind
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    items: Mapped[list[str]] = mapped_column(default=list)
    subjects: Mapped[list[str]] = mapped_column(default=list)  # codes of parties
    planned_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]  # organ
    approval: Mapped[str | None]  # its document
    filed_at: Mapped[datetime | None]
    filing: Mapped[str | None]


class InspectionDraw(Drawn, _Inspecting, Base):
    """Subjects and inspectors drawn by lot: the lists and their hash first, the seed after (D12)."""

    __tablename__ = "inspection_draw"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    plan_number: Mapped[str]
    subjects: Mapped[dict[str, Any]] = mapped_column(default=dict)  # weight by code of the party
    inspectors: Mapped[dict[str, Any]] = mapped_column(default=dict)  # weight by staff number
    subjects_wanted: Mapped[int]
    inspectors_wanted: Mapped[int]
    drawn_subjects: Mapped[list[str]] = mapped_column(default=list)
    drawn_inspectors: Mapped[list[str]] = mapped_column(default=list)


class InspectionVisit(_Inspecting, Base):
    """A visit to an enterprise, for one plan or for several organs' plans at once (D11, E1–E8)."""

    __tablename__ = "inspection_visit"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number"),
        Index("ix_inspection_visit_day", "jurisdiction_id", "visit_on"),
    )

    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    organs: Mapped[list[str]] = mapped_column(default=list)  # the leading one first
    plans: Mapped[list[str]] = mapped_column(default=list)
    draws: Mapped[list[str]] = mapped_column(default=list)
    items: Mapped[list[str]] = mapped_column(default=list)
    visit_on: Mapped[date]
    inspectors: Mapped[list[str]] = mapped_column(default=list)  # staff numbers
    agreed: Mapped[dict[str, Any]] = mapped_column(default=dict)  # moment by organ
    cap_exception: Mapped[str | None]
    exception_reason: Mapped[str | None]
    repeats: Mapped[int] = mapped_column(
        default=0
    )  # visits of the repeat window before it, warned of when it was planned
    operation: Mapped[str | None]
    planned_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime | None]
    notice: Mapped[str | None]
    token: Mapped[str | None]  # printed on the notice as a QR code
    entered_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    words: Mapped[str | None]
    guidance: Mapped[str | None]
    informed: Mapped[str | None]  # department told of a serious finding
    report: Mapped[str | None]  # document of the report to the county government
    lead_number: Mapped[str | None]  # what a violation goes on as


class JointOperation(_Inspecting, Base):
    """Several organs together 联合执法: asked, answered, run, with the result told to each (D11, P14)."""

    __tablename__ = "joint_operation"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    title: Mapped[str]
    participants: Mapped[list[str]] = mapped_column(default=list)
    townships: Mapped[list[str]] = mapped_column(default=list)
    heard: Mapped[list[str]] = mapped_column(default=list)
    consent: Mapped[str | None]
    answer_by: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)  # moment by organ
    planned_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    results: Mapped[str | None]


class InspectionCap(Placed, Base):
    """How often an organ inspects one enterprise in a year at most, as it has published it (E3); the newest holds."""

    __tablename__ = "inspection_cap"
    __table_args__ = (Index("ix_inspection_cap_organ", "jurisdiction_id", "organ_code", "year"),)

    organ_code: Mapped[str]
    year: Mapped[int]
    cap: Mapped[int]
    published_on: Mapped[date]
    document: Mapped[str]
    at: Mapped[datetime]
