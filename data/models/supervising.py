"""Supervision of enforcement: files drawn by lot and scored, cards, complaints, joint meetings, appraisals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Placed, Versioned
from data.models.drawn import Drawn
from data.models.sealed import Personal, Sealed


class FileDraw(Drawn, Versioned, Base):
    """Closed files drawn at random (JD 二(五)15): the list and its hash first, a seed nobody can choose after it."""

    __tablename__ = "file_draw"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    number: Mapped[str]
    status: Mapped[str]  # committed | drawn | discarded
    cycle: Mapped[str]  # month | quarter | year
    begins_on: Mapped[date]  # files closed from–to
    ends_on: Mapped[date]
    organ_code: Mapped[str]  # who draws
    files: Mapped[list[str]] = mapped_column(default=list)  # numbers of the cases
    wanted: Mapped[int]
    drawn: Mapped[list[str]] = mapped_column(default=list)


class FileScore(Versioned, Base):
    """The score sheet of a file: points by heading, each with its ground."""

    __tablename__ = "file_score"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    number: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    draw_number: Mapped[str | None]  # none: a special check
    cycle: Mapped[str]  # month | quarter | year
    township_code: Mapped[str | None]
    organ_code: Mapped[str]  # whose file it is
    reviewer_code: Mapped[str]  # staff number; the name of the account where nobody of the staff stands behind it
    reviewer: Mapped[str]  # as shown
    points: Mapped[dict[str, Any]] = mapped_column(default=dict)  # heading → points, ground
    score: Mapped[float]  # out of a hundred
    scored_at: Mapped[datetime]
    faults: Mapped[list[Any]] = mapped_column(default=list)  # what is wrong, who mends it by when, how it was mended
    earlier: Mapped[list[Any]] = mapped_column(default=list)  # sheets that a correction took the place of


class ConductCard(Sealed, Base):
    """A yellow, orange or red card for conduct in a matter (JD 二(五)15); orange and red block assignment."""

    __tablename__ = "conduct_card"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)
    PERSONAL: ClassVar = ("ground", "statement", "end_reason")
    TOLD: ClassVar = PERSONAL
    STORED: ClassVar = ("data_key", *(f"{name}_sealed" for name in PERSONAL))

    number: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    township_code: Mapped[str | None]
    kind: Mapped[str]  # policy.vocabulary.CardKind
    matter_number: Mapped[str | None]
    ground_sealed: Mapped[bytes | None]
    clause: Mapped[str | None]
    given_by: Mapped[str]  # organ
    given_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]
    statement_sealed: Mapped[bytes | None]
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # withdrawn, or over
    end_reason_sealed: Mapped[bytes | None]

    ground = Personal()  # the conduct, in words
    statement = Personal()  # what the officer said about it
    end_reason = Personal()


class Complaint(Sealed, Base):
    """A complaint about enforcement (CL 第七条; PL 75): apart from leads, answered in time."""

    __tablename__ = "complaint"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)
    PERSONAL: ClassVar = ("complainant", "contact", "words", "answer")
    TOLD: ClassVar = PERSONAL
    STORED: ClassVar = ("data_key", *(f"{name}_sealed" for name in PERSONAL))

    number: Mapped[str]
    status: Mapped[str]  # received | looked_into | answered | withdrawn
    channel: Mapped[str]  # letter | telephone | visit | online | hotline
    complainant_sealed: Mapped[bytes | None]
    contact_sealed: Mapped[bytes | None]
    words_sealed: Mapped[bytes | None]
    about_organ: Mapped[str | None]
    township_code: Mapped[str | None]
    matter_number: Mapped[str | None]
    taken_by: Mapped[str]  # organ
    received_at: Mapped[datetime]
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    founded: Mapped[bool | None]
    answer_sealed: Mapped[bytes | None]
    card_number: Mapped[str | None]

    complainant = Personal()
    contact = Personal()
    words = Personal()
    answer = Personal()


class Meeting(Versioned, Base):
    """A joint meeting 联席会议: called, held, with minutes (LX 三(四)4)."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    number: Mapped[str]
    title: Mapped[str]
    organ_code: Mapped[str]  # who calls it
    members: Mapped[list[str]] = mapped_column(default=list)
    agenda: Mapped[list[Any]] = mapped_column(default=list)
    planned_at: Mapped[datetime]
    called_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    present: Mapped[list[str]] = mapped_column(default=list)
    minutes: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class MeetingDecision(Versioned, Base):
    """What a meeting decided: who does what by when; it comes back until it is done."""

    __tablename__ = "meeting_decision"
    __table_args__ = (Index("ix_meeting_decision_open", "jurisdiction_id", "done_at", "due_on"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    position: Mapped[int]
    words: Mapped[str]
    owner_organ: Mapped[str]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class Appraisal(Placed, Base):
    """The appraisal score of a township or organ for a period as it was taken: every part explained, no money in it (PL 74)."""

    __tablename__ = "appraisal"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "period", "subject_kind", "subject_code", "restatement"),)

    period: Mapped[str]  # 2026, 2026-Q3, 2026-09
    subject_kind: Mapped[str]  # township | organ
    subject_code: Mapped[str]
    score: Mapped[float | None]
    low: Mapped[float | None]  # interval of the score
    high: Mapped[float | None]
    parts: Mapped[list[Any]] = mapped_column(default=list)
    profile_digest: Mapped[str]
    restatement: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[datetime]
