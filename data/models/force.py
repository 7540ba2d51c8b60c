"""Organs, people with certificates, postings, teams, units and shifts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, Placed, Versioned

DISPATCH_ROOM: Final = "dispatch_room"
"""Kind of the team that staffs the command centre: it leads the shift, has no unit and is never sent."""


class Organ(Versioned, Base):
    """An organ of the county: command centre, bureau, department, professional team, township, fire, police."""

    __tablename__ = "organ"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[
        str
    ]  # government | command_centre | bureau | department | professional_team | township | fire | police | justice
    field: Mapped[str | None]  # professional field
    parent_code: Mapped[str | None]
    township_code: Mapped[str | None]
    phone: Mapped[str | None]


class Person(Versioned, Base):
    """Somebody who works for an organ; names and numbers are personal data."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    code: Mapped[str]  # staff number
    name: Mapped[str]
    kind: Mapped[str]  # policy.vocabulary.PersonKind
    organ_id: Mapped[UUID] = mapped_column(ForeignKey("organ.id"), index=True)  # home organ
    phone: Mapped[str | None]
    title: Mapped[str | None]
    law_qualified: Mapped[bool] = mapped_column(default=False)
    employed_from: Mapped[date]
    employed_to: Mapped[date | None]
    organ: Mapped[Organ] = relationship(lazy="raise")


class Certificate(Versioned, Base):
    """An enforcement certificate; suspended while a card of orange or red is in force."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "number"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[str]
    fields: Mapped[list[str]] = mapped_column(default=list)  # professional fields; empty: all
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    suspended_from: Mapped[datetime | None]
    suspended_to: Mapped[datetime | None]
    suspension_ground: Mapped[str | None]


class Posting(Versioned, Base):
    """Sink-down: a person of a home organ works in a township, stationed or covering; a secondment counts out."""

    __tablename__ = "posting"
    __table_args__ = (Index("ix_posting_township", "jurisdiction_id", "township_code"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    township_code: Mapped[str]
    mode: Mapped[str]  # policy.vocabulary.PostingMode
    seconded: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Team(Versioned, Base):
    """A team that can be sent; its unit row says where it is and what it does."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]  # squadron | sunk_down | professional | fire | grid_workers | dispatch_room
    organ_id: Mapped[UUID] = mapped_column(ForeignKey("organ.id"), index=True)
    field: Mapped[str | None]
    township_code: Mapped[str | None]  # none: the whole county
    capacity: Mapped[int] = mapped_column(default=3)
    has_vehicle: Mapped[bool] = mapped_column(default=True)
    phone: Mapped[str | None]
    organ: Mapped[Organ] = relationship(lazy="raise")
    members: Mapped[list[TeamMember]] = relationship(lazy="raise", back_populates="team")
    unit: Mapped[Unit] = relationship(lazy="raise", back_populates="team", uselist=False)


class TeamMember(Placed, Base):
    """A person's place in a team, with the post held."""

    __tablename__ = "team_member"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    post: Mapped[str] = mapped_column(default="member")  # captain | executive_deputy | deputy | member
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    team: Mapped[Team] = relationship(lazy="raise", back_populates="members")
    person: Mapped[Person] = relationship(lazy="raise")


class Unit(Versioned, Base):
    """Status and position of a team; follows its tasks, and a dispatcher may set it by hand (logged)."""

    __tablename__ = "unit"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), unique=True)
    status: Mapped[str] = mapped_column(default="available")  # policy.vocabulary.UnitStatus
    since: Mapped[datetime]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    position_at: Mapped[datetime | None]
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id", use_alter=True))
    team: Mapped[Team] = relationship(lazy="raise", back_populates="unit")


class Shift(Placed, Base):
    """A person on duty in a team from–to."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_time", "jurisdiction_id", "starts_at", "ends_at"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    name: Mapped[str]  # day | evening | night
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Leave(Placed, Base):
    """A person away from–to; shifts in that time are taken out of the roster, and none is planned into it."""

    __tablename__ = "leave"
    __table_args__ = (Index("ix_leave_time", "jurisdiction_id", "starts_at", "ends_at"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str | None]
