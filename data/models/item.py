"""Enforcement items, their fields and their delegation."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, Placed, Versioned


class ItemField(Placed, Base):
    """A field of enforcement as the plan's table counts it (JD annex 3): body, field, number of items, department."""

    __tablename__ = "item_field"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    code: Mapped[str]
    name: Mapped[str]
    enforcing_body: Mapped[str]  # organ code
    department: Mapped[str]  # name of the competent department as printed
    item_count: Mapped[int]
    clause: Mapped[str]


class Item(Versioned, Base):
    """An enforcement item: what is forbidden and who may act on it."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    domain: Mapped[str]  # code of an ItemField
    enforcing_body: Mapped[str]  # organ code of the county level
    department: Mapped[str | None]
    basis: Mapped[dict[str, Any]] = mapped_column(default=dict)  # articles that forbid and penalise, kinds, range
    keywords: Mapped[list[str]] = mapped_column(default=list)
    published_on: Mapped[date | None]
    delegations: Mapped[list[Delegation]] = relationship(lazy="raise", back_populates="item")


class Delegation(Placed, Base):
    """An item taken on by a township: statutory, delegated (general, self-selected) or entrusted, from–to."""

    __tablename__ = "delegation"
    __table_args__ = (Index("ix_delegation_township", "jurisdiction_id", "township_code"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    township_code: Mapped[str]
    kind: Mapped[str]  # policy.vocabulary.ItemKind
    entrusting_organ: Mapped[str | None]
    clause: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    item: Mapped[Item] = relationship(lazy="raise", back_populates="delegations")
