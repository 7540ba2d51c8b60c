"""What coverage is judged by: the finest cells with their targets and leads of late, units on duty, points over a county."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, townships_of
from data.county import County
from data.models import GridCell, Lead, Shift, Team, Unit
from data.queries.wall_live import SHARED_TEAMS
from geo.isochrones import Raster, raster_over
from geo.travel import Places
from policy.ranking import rules_of
from policy.vocabulary import UnitStatus

Floats = NDArray[np.float64]
_RASTERS: dict[str, tuple[Raster, tuple[str | None, ...]]] = {}  # by version of the grid
_RASTERS_MOST = 8


@dataclass(frozen=True)
class Ground:
    """The finest cells an actor sees: codes, a point in each, their targets, km² and leads of late."""

    codes: tuple[str, ...]
    points: Places
    targets: Floats
    area: Floats
    leads: Floats


@dataclass(frozen=True)
class Force:
    """Units on duty with a known place, and the codes of those without."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    places: Places
    unplaced: tuple[str, ...]


def ground_of(session: Session, actor: Actor, county: County, now: datetime) -> Ground | None:
    """The finest cells within the actor's townships; None where the plan names no target for both kinds of cell."""
    rules = rules_of(county.profile, now.date())
    if rules.target_urban is None or rules.target_rural is None:
        return None
    area = townships_of(actor, "team.read", county.jurisdiction_id)
    rows = session.execute(
        select(GridCell.code, GridCell.lon, GridCell.lat, GridCell.area_m2)
        .where(
            GridCell.jurisdiction_id == county.jurisdiction_id,
            GridCell.valid_from <= county.grid_on,
            GridCell.valid_to.is_(None) | (GridCell.valid_to >= county.grid_on),
            GridCell.level == county.hierarchy.depth,
        )
        .order_by(GridCell.code)
    ).all()
    seen = [row for row in rows if area is None or county.township_of(row[0]) in area]
    leads = _leads_of_late(session, county, now)
    targets = {True: rules.target_urban, False: rules.target_rural}
    return Ground(
        tuple(row[0] for row in seen),
        Places.of([row[1] for row in seen], [row[2] for row in seen]),
        np.array([targets[county.hierarchy[row[0]].settlement == "urban"] for row in seen], dtype=np.float64),
        np.array([row[3] / 1e6 for row in seen], dtype=np.float64),
        np.array([leads.get(row[0], 0) for row in seen], dtype=np.float64),
    )


def _leads_of_late(session: Session, county: County, now: datetime) -> Mapping[str, int]:
    """Leads by cell within the days of `coverage.lead_days`."""
    days = int(county.profile.require("coverage.lead_days", now.date()).value)
    query = select(Lead.cell_code, func.count()).where(
        Lead.jurisdiction_id == county.jurisdiction_id,
        Lead.received_at > now - timedelta(days=days),
        Lead.received_at <= now,
        Lead.cell_code.is_not(None),
    )
    return {code: count for code, count in session.execute(query.group_by(Lead.cell_code)) if code}


def force_of(
    session: Session, actor: Actor, county: County, now: datetime, *, free: bool = False, lang: str = "zh"
) -> Force:
    """Units that may be sent to enforce, with somebody on shift at `now` and not off duty."""
    on_shift = select(Shift.team_id).where(
        Shift.jurisdiction_id == county.jurisdiction_id, Shift.starts_at <= now, Shift.ends_at > now
    )
    statuses = Unit.status == UnitStatus.AVAILABLE if free else Unit.status != UnitStatus.OFF_DUTY
    query = (
        select(Team.code, Team.name, Team.name_en, Team.township_code, Unit.lon, Unit.lat)
        .join(Unit, Unit.team_id == Team.id)
        .where(Team.jurisdiction_id == county.jurisdiction_id, Team.kind.notin_(SHARED_TEAMS))
        .where(statuses, Team.id.in_(on_shift))
        .order_by(Team.code)
    )
    area = townships_of(actor, "team.read", county.jurisdiction_id)
    rows = [row for row in session.execute(query) if area is None or row[3] is None or row[3] in area]
    placed = [row for row in rows if row[4] is not None and row[5] is not None]
    return Force(
        tuple(row[0] for row in placed),
        tuple(row[1] if lang == "zh" else row[2] or row[1] for row in placed),
        Places.of([row[4] for row in placed], [row[5] for row in placed]),
        tuple(row[0] for row in rows if row[4] is None or row[5] is None),
    )


def raster_of(county: County) -> tuple[Raster, tuple[str | None, ...]]:
    """The points of the map layer over a county's grid and the finest cell of each; made once for a grid."""
    key = f"{county.code}:{county.grid_version}"
    if key not in _RASTERS:
        raster, locator = raster_over(county.hierarchy.root.geometry), county.locator
        found = locator.locate_many(raster.places.lon, raster.places.lat)
        if len(_RASTERS) >= _RASTERS_MOST:
            _RASTERS.clear()
        _RASTERS[key] = raster, tuple(str(locator.codes[i]) if i >= 0 else None for i in found.tolist())
    return _RASTERS[key]
