"""Parties and subjects of enforcement: people and organisations a matter is about; personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.keyring import keyring
from data.models.base import Base
from data.models.sealed import Personal, Sealed
from policy.vocabulary_case import PartyKind


def identity_digest(place: UUID, number: str) -> str:
    """By which a person is found by identity number."""
    return keyring().digest("identity", place, number)


def name_digest(place: UUID, name: str) -> str:
    """By which a person is found by the whole name; parts of names of people cannot be looked for."""
    return keyring().digest("name", place, name)


class Party(Sealed, Base):
    """A party 当事人 or subject of inspection 监管对象: one row however many matters; shown masked (PI 51)."""

    __tablename__ = "party"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "code"),
        Index("ix_party_credit", "jurisdiction_id", "credit_code"),
        Index("ix_party_identity", "jurisdiction_id", "identity_digest"),
        Index("ix_party_name", "jurisdiction_id", "name_digest"),
    )
    PERSONAL: ClassVar = ("person_name", "identity_number", "representative", "phone", "address")
    TOLD: ClassVar = ("name", "kind", *PERSONAL[1:])
    STORED: ClassVar = (
        "kind", "data_key", "public_name", "name_digest", "identity_digest", *(f"{name}_sealed" for name in PERSONAL),
    )  # fmt: skip

    code: Mapped[str]
    kind: Mapped[str]  # policy.vocabulary_case.PartyKind: citizen | organisation
    public_name: Mapped[str | None]  # of an organisation
    person_name_sealed: Mapped[bytes | None]
    name_digest: Mapped[str | None]  # keyed, of a person
    identity_number_sealed: Mapped[bytes | None]
    identity_digest: Mapped[str | None]  # keyed, by which earlier decisions on the person are found
    credit_code: Mapped[str | None]  # 统一社会信用代码, public
    representative_sealed: Mapped[bytes | None]  # 法定代表人
    phone_sealed: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    township_code: Mapped[str | None]
    cell_code: Mapped[str | None]
    trade: Mapped[str | None]  # what an organisation does, for the draw of inspections
    risk: Mapped[str] = mapped_column(default="normal")  # low | normal | high
    credit: Mapped[str | None]  # A … D
    merged_into_id: Mapped[UUID | None]

    person_name = Personal()
    identity_number = Personal()
    representative = Personal()
    phone = Personal()
    address = Personal()

    def __init__(self, **told: Any) -> None:
        """`name` is public or personal by `kind`."""
        person = told.get("kind") == PartyKind.CITIZEN
        super().__init__(**told | {"person_name" if person else "public_name": told.pop("name", None)})

    @property
    def name(self) -> str:
        """Name of a person, in plain, or of an organisation."""
        return (self.person_name if self.kind == PartyKind.CITIZEN else self.public_name) or ""

    def seal(self, name: str, text: str | None) -> None:
        """Keep a personal column encrypted, and the digest it is found by."""
        super().seal(name, text)
        if name == "person_name":
            self.name_digest = name_digest(self.jurisdiction_id, text) if text else None
        elif name == "identity_number":
            self.identity_digest = identity_digest(self.jurisdiction_id, text) if text else None

    def forget(self, at: datetime) -> list[str]:
        """Destroy the data key and the digests; gives the names of the columns that can be read no more."""
        self.name_digest = self.identity_digest = None
        return super().forget(at)
