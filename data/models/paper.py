"""Documents of a file: numbers drawn per organ and year without gaps, and what was made of a template."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Placed, Versioned


class Series(Base):
    """Last number of a series of documents of an organ in a year: drawn in the step's transaction, without gaps."""

    __tablename__ = "series"

    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"), primary_key=True)
    organ_code: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)  # 罚决, 当罚 …
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Block(Versioned, Base):
    """Numbers reserved for a team, so that papers on the spot are numbered without a connection (PL 52)."""

    __tablename__ = "number_block"

    organ_code: Mapped[str]
    word: Mapped[str]
    year: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    reserved_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Paper(Placed, Base):
    """A document of a matter: which template, its number, the bytes by hash; a correction is another one."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "organ_code", "word", "year", "serial"),
        Index("ix_paper_matter", "matter_id", "made_at"),
    )

    matter_kind: Mapped[str]
    matter_id: Mapped[UUID]
    matter_number: Mapped[str]
    template: Mapped[str]
    organ_code: Mapped[str]
    word: Mapped[str]
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str]  # as printed
    made_at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    sha256: Mapped[str | None]  # of the .docx; none: a number that was not used and is void
    void_reason: Mapped[str | None]
    erased_at: Mapped[datetime | None]  # its file was given up; number and hash stay
    block_id: Mapped[UUID | None] = mapped_column(ForeignKey("number_block.id"))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("paper.id"), index=True, unique=True)
