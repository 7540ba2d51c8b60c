"""The pool of legal experts who may be asked in a review (LX 二(三)2)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Versioned


class LegalExpert(Versioned, Base):
    """An expert of the pool 法律专家库: of which organisation, for what, from when to when, for whom not."""

    __tablename__ = "legal_expert"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    code: Mapped[str]
    name: Mapped[str]
    organisation: Mapped[str]
    phone: Mapped[str | None]
    fields: Mapped[list[str]] = mapped_column(default=list)  # as the pool names them; none: any
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # last day
    person_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("person.id"), index=True
    )  # who also works for an organ here
    avoids: Mapped[list[str]] = mapped_column(
        default=list
    )  # parties for whom the expert steps aside: name or credit code
