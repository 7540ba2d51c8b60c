"""Jurisdictions and the cells of their grids."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Keyed, Versioned


class Jurisdiction(Keyed, Base):
    """A county (or a town with its own plan): one profile, one grid, one event chain."""

    __tablename__ = "jurisdiction"

    code: Mapped[str] = mapped_column(unique=True)  # 12 digits, national statistical code
    profile: Mapped[str] = mapped_column(unique=True)
    short_code: Mapped[str] = mapped_column(unique=True)  # prefix of numbers: JD, LX …
    name: Mapped[str]
    name_en: Mapped[str]
    outline: Mapped[bytes]  # WKB, WGS-84
    drill: Mapped[bool] = mapped_column(default=False)


class GridCell(Versioned, Base):
    """A cell of the grid; level 0 is the county itself, 1–6 below it as the profile names them."""

    __tablename__ = "grid_cell"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "code", "valid_from"),
        Index("ix_grid_cell_level", "jurisdiction_id", "level"),
    )

    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    level: Mapped[int]
    parent_code: Mapped[str | None]
    township_code: Mapped[str | None]
    settlement: Mapped[str]  # urban | rural: the 5- or the 15-minute target
    illustrative: Mapped[bool] = mapped_column(default=False)
    geometry: Mapped[bytes]  # WKB, WGS-84
    lon: Mapped[float]  # label point
    lat: Mapped[float]
    area_m2: Mapped[float]
    head_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", use_alter=True))
    deputy_ids: Mapped[list[str]] = mapped_column(default=list)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
