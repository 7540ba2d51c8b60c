"""Accounts, their roles and scope, sessions and tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, Keyed


class Account(Keyed, Base):
    """Who may log in; an account may hold several roles, each within an organ and its townships."""

    __tablename__ = "account"

    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    language: Mapped[str | None]
    theme: Mapped[str | None]
    demonstration: Mapped[bool] = mapped_column(default=False)  # offered on the login page of the demonstration
    disabled_at: Mapped[datetime | None]
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    grants: Mapped[list[Grant]] = relationship(lazy="raise", back_populates="account", order_by="Grant.id")


class Grant(Keyed, Base):
    """A role held in a jurisdiction, for an organ and its townships (none: the whole county)."""

    __tablename__ = "role_grant"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    role: Mapped[str]
    organ_code: Mapped[str | None]
    township_codes: Mapped[list[str] | None]
    team_code: Mapped[str | None]
    valid_to: Mapped[datetime | None]
    account: Mapped[Account] = relationship(lazy="raise", back_populates="grants")


class Session(Keyed, Base):
    """A login on the server: revocable, rotated at login; only the hash of its token is kept."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str]
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("jurisdiction.id"))  # chosen; None: the first held
    device: Mapped[bool] = mapped_column(default=False)  # a wall: no idle time-out, read-only, masked
    two_factors: Mapped[bool] = mapped_column(default=False)  # opened, or later strengthened, by a code
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    account: Mapped[Account] = relationship(lazy="raise")


class ApiToken(Keyed, Base):
    """A bearer token for another system; only its hash is kept."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Pairing(Keyed, Base):
    """A wall that shows a code and waits for an administrator to confirm it."""

    __tablename__ = "pairing"
    __table_args__ = (Index("ix_pairing_code", "code"),)

    code: Mapped[str]
    secret_hash: Mapped[str]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
