"""A county as rules need it in memory: its profile, its working days, its grid."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from uuid import UUID

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import GridCell, Jurisdiction
from data.settings import settings
from geo.hierarchy import Cell, Hierarchy
from geo.locate import Locator
from policy.errors import Refusal
from policy.grid_levels import KEY as LEVELS
from policy.grid_levels import township_level
from policy.loader import load_profile
from policy.profile import Profile
from policy.text import Name, either
from policy.workdays import Calendar, load_calendar


@dataclass(frozen=True)
class County:
    """A jurisdiction with what its rules need; the grid is the one in force when it was loaded."""

    jurisdiction_id: UUID
    code: str
    name: str
    name_en: str
    short_code: str
    profile: Profile
    calendar: Calendar
    hierarchy: Hierarchy
    grid_on: date
    drill: bool = False

    def counting_by(self, calendar: Calendar) -> County:
        """The same county with other working days; what was made for its grid is kept."""
        made = copy.copy(self)
        object.__setattr__(made, "calendar", calendar)
        return made

    @cached_property
    def locator(self) -> Locator:
        """Finds the finest cell of a point."""
        return Locator(self.hierarchy)

    @cached_property
    def grid_version(self) -> str:
        """Changes whenever the grid does: the ETag of its geometry."""
        return f"{self.code}-{len(self.hierarchy.cells)}-{self.profile.digest[:8]}"

    def chain(self, cell_code: str | None) -> list[str]:
        """Codes from the county down to `cell_code`; empty for an unlocated matter."""
        return list(self.hierarchy.chain(cell_code)) if cell_code else []

    def contains(self, lon: float, lat: float) -> bool:
        """Whether a WGS-84 point lies in some cell of the county."""
        return self.locator.locate(lon, lat) is not None

    @property
    def words(self) -> Name:
        """What the county is called, in a sentence of either language."""
        return Name(self.name, self.name_en)

    @cached_property
    def township_level(self) -> int:
        """The level the profile names `township`; 0 where the jurisdiction is itself a town."""
        return township_level(self.profile, self.grid_on)

    @cached_property
    def townships(self) -> tuple[Cell, ...]:
        """Township cells in order of code."""
        return self.hierarchy.at_level(self.township_level)

    def township_of(self, cell_code: str) -> str | None:
        """Code of the township that holds `cell_code`; None for a cell above townships."""
        cell = self.hierarchy.ancestor(cell_code, self.township_level)
        return cell.code if cell else None

    def name_of(self, cell_code: str | None, lang: str = "zh") -> str:
        """Name of a cell, the Chinese one where it has no other; a dash for none. The record itself tells places in Chinese."""
        cell = self.hierarchy.get(cell_code) if cell_code else None
        return either(cell.name, cell.name_en, lang) if cell else "—"

    def words_of(self, cell_code: str) -> Name:
        """Name of a cell for a sentence of either language; the code where the grid has no such cell."""
        cell = self.hierarchy.get(cell_code)
        return Name(cell.name, cell.name_en or cell.name) if cell else Name(cell_code, cell_code)

    def place(self, cell_code: str | None, lang: str = "zh") -> str | None:
        """Names of the chain below the county, for people."""
        if not cell_code or cell_code not in self.hierarchy:
            return None
        return " › ".join(self.name_of(code, lang) for code in self.hierarchy.chain(cell_code)[1:])


def _hierarchy(rows: Iterable[GridCell], known: Mapping[str, str]) -> Hierarchy:
    return Hierarchy(
        Cell(
            code=row.code,
            name=row.name,
            level=row.level,
            parent=row.parent_code,
            geometry=shapely.from_wkb(row.geometry),
            settlement="urban" if row.settlement == "urban" else "rural",
            illustrative=row.illustrative,
            name_en=row.name_en or known.get(row.name, ""),
        )
        for row in rows
    )


def _regions(profile: Profile, day: date) -> dict[str, str]:
    """English names of the regions, by their Chinese ones, as the plan has them."""
    plan = profile.get("grid.regions", day)
    return {region["name_zh"]: region["name_en"] for region in (plan.value if plan else ())}


def load_county(session: Session, row: Jurisdiction, on: date | None = None) -> County:
    """Read profile, calendar and grid of a jurisdiction; raises Refusal for a profile with faults.

    For a day before the first grid, or before the plan that names its levels, the grid is read as it first stood:
    a question of law reaches further back than the drawing.
    """
    profile = load_profile(row.profile)
    drawn = session.scalar(select(func.min(GridCell.valid_from)).where(GridCell.jurisdiction_id == row.id))
    named = [levels.valid_from for levels in profile.values.get(LEVELS, ()) if levels.layer == profile.code]
    day = max(on or datetime.now(UTC).date(), drawn or date.min, min(named, default=date.min))
    cells = select(GridCell).where(GridCell.jurisdiction_id == row.id, GridCell.valid_from <= day)
    cells = cells.where(GridCell.valid_to.is_(None) | (GridCell.valid_to >= day))
    return County(
        row.id,
        row.code,
        row.name,
        row.name_en,
        row.short_code,
        profile,
        load_calendar(settings().calendar_folder),
        _hierarchy(session.scalars(cells), {row.name: row.name_en} | _regions(profile, day)),
        day,
        row.drill,
    )


class Counties:
    """Counties of one database, each read once and kept until `forget`; their working days follow the files of calendars."""

    def __init__(self) -> None:
        self._by_code: dict[str, County] = {}
        self._lock = threading.Lock()

    def get(self, session: Session, code: str | None) -> County:
        """The county by code or profile name; the first one when None; raises Refusal when there is none."""
        key = code or ""
        with self._lock:
            if key not in self._by_code:
                self._by_code[key] = self._load(session, code)
            self._follow_calendars()
            return self._by_code[key]

    def _follow_calendars(self) -> None:
        calendar = load_calendar(settings().calendar_folder)
        if any(county.calendar is not calendar for county in self._by_code.values()):
            fresh = {county.code: county.counting_by(calendar) for county in self._by_code.values()}
            self._by_code = {key: fresh[county.code] for key, county in self._by_code.items()}

    def _load(self, session: Session, code: str | None) -> County:
        query = select(Jurisdiction).order_by(Jurisdiction.id).limit(1)
        if code:
            query = query.where((Jurisdiction.code == code) | (Jurisdiction.profile == code))
        row = session.scalars(query).first()
        if row is None:
            raise Refusal("errors_record.no_jurisdiction", kind="not_found", asked=code or "—")
        known = self._by_code.get(row.code)
        if known is None:
            known = self._by_code[row.code] = self._by_code[row.profile] = load_county(session, row)
        return known

    def forget(self) -> None:
        """Read again at the next use, after an import."""
        with self._lock:
            self._by_code.clear()
