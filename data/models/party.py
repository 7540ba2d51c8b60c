"""Parties and subjects of enforcement: people and organisations a matter is about; personal data."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Versioned


class Party(Versioned, Base):
    """A party 当事人 or subject of inspection 监管对象: one row however many matters; shown masked (PI 51)."""

    __tablename__ = "party"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "code"),
        Index("ix_party_credit", "jurisdiction_id", "credit_code"),
        Index("ix_party_identity", "jurisdiction_id", "identity_digest"),
        Index("ix_party_number", "jurisdiction_id", "identity_number"),
    )

    code: Mapped[str]
    kind: Mapped[str]  # policy.vocabulary.PartyKind: individual | organisation
    name: Mapped[str]  # personal
    identity_number: Mapped[str | None]  # personal: of a person
    identity_digest: Mapped[str | None]  # keyed hash, by which earlier decisions on the person are found
    credit_code: Mapped[str | None]  # 统一社会信用代码, public
    representative: Mapped[str | None]  # personal: 法定代表人
    phone: Mapped[str | None]  # personal
    address: Mapped[str | None]  # personal where the party is a person
    township_code: Mapped[str | None]
    cell_code: Mapped[str | None]
    trade: Mapped[str | None]  # what an organisation does, for the draw of inspections
    risk: Mapped[str] = mapped_column(default="normal")  # low | normal | high
    credit: Mapped[str | None]  # A … D
    merged_into_id: Mapped[UUID | None]
