"""The second factor of an account, its recovery codes, and logins that wait for a code."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Keyed
from data.models.sealed import Personal, Sealed


class SecondFactor(Sealed, Base):
    """The key a person's authenticator shares with the record, sealed; the last step of time whose code was accepted."""

    __tablename__ = "second_factor"
    PERSONAL: ClassVar = ("secret",)
    TOLD: ClassVar = PERSONAL
    STORED: ClassVar = ("data_key", "secret_sealed")

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), unique=True)
    secret_sealed: Mapped[bytes | None]
    enrolled_at: Mapped[datetime]
    last_step: Mapped[int]

    secret = Personal()


class RecoveryCode(Keyed, Base):
    """A code that lets in once without the authenticator; only its hash is kept."""

    __tablename__ = "recovery_code"

    factor_id: Mapped[UUID] = mapped_column(ForeignKey("second_factor.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class FactorStep(Sealed, Base):
    """A right password that waits for its code; with the key that is offered where none is enrolled yet."""

    __tablename__ = "factor_step"
    PERSONAL: ClassVar = ("secret",)
    TOLD: ClassVar = PERSONAL
    STORED: ClassVar = ("data_key", "secret_sealed")

    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    secret_sealed: Mapped[bytes | None]
    asked_at: Mapped[datetime]

    secret = Personal()
