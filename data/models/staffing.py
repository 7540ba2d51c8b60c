"""What a township has to work with: trainings, the officer of each village, posts, equipment, “one matter” scenarios in use."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Placed, Versioned


class Training(Versioned, Base):
    """A training or examination that was held (CL 第二十一条; JD 二(六)18)."""

    __tablename__ = "training"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    code: Mapped[str]
    title: Mapped[str]
    form: Mapped[str | None]  # code of the profile's `training.forms`
    organ_code: Mapped[str]  # who organised it
    township_code: Mapped[str | None]  # whose it is, none: the county's
    held_at: Mapped[datetime]
    hours: Mapped[float | None]


class TrainingResult(Placed, Base):
    """Who took part, and whether they passed."""

    __tablename__ = "training_result"
    __table_args__ = (UniqueConstraint("training_id", "person_id"),)

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    passed: Mapped[bool] = mapped_column(default=True)


class VillageOfficer(Placed, Base):
    """The enforcement officer named for a village or community (JD 二(一)3)."""

    __tablename__ = "village_officer"
    __table_args__ = (Index("ix_village_officer_cell", "jurisdiction_id", "cell_code"),)

    cell_code: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class PostHolder(Placed, Base):
    """Who holds a post or works in an office of a township's team (LX 二(二)3)."""

    __tablename__ = "post_holder"
    __table_args__ = (Index("ix_post_holder_township", "jurisdiction_id", "township_code"),)

    township_code: Mapped[str]
    post: Mapped[str]  # code of the profile's `team.posts` or `team.offices`
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Equipment(Versioned, Base):
    """One thing a township's team works with, from–to: vehicle, pickup, camera, room (CL 第二十二条)."""

    __tablename__ = "equipment"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    code: Mapped[str]
    township_code: Mapped[str]
    kind: Mapped[str]  # vehicle | pickup | a code of the profile's `equipment.devices` or `equipment.rooms`
    name: Mapped[str]  # plate, type or room as people call it
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Scenario(Versioned, Base):
    """A “one matter” scenario 一件事 in use from–to (YY 三(一))."""

    __tablename__ = "scenario"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    code: Mapped[str]
    name: Mapped[str]
    organ_code: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Secondment(Placed, Base):
    """What a secondment was approved on; the posting it belongs to says who, from where, why, from when to when (YY 五(二))."""

    __tablename__ = "secondment"
    __table_args__ = (UniqueConstraint("posting_id"),)

    posting_id: Mapped[UUID] = mapped_column(ForeignKey("posting.id"))
    approved_by: Mapped[str | None]  # who approved it, as people call them
    document: Mapped[str | None]
    works_at: Mapped[str | None]  # where the person works meanwhile
    posted_until: Mapped[date | None]  # last day of the posting that it broke off, if that had one
