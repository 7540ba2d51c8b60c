"""Cells covered on a patrol: by a tick, or by a position that lies in them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.county import County
from data.db import Tx
from data.models import Patrol, PatrolVisit
from policy.patrol import village_level
from policy.vocabulary_patrol import PatrolStatus, SeenBy


def village_of(county: County, cell: str) -> str | None:
    """The village grid a cell is or lies in; None for one above villages, and for none of the county."""
    if cell not in county.hierarchy:
        return None
    level = village_level(county.profile, county.grid_on, county.hierarchy.depth)
    found = county.hierarchy.ancestor(cell, level)
    return found.code if found else None


def cover_cell(tx: Tx, row: Patrol, cell: str, at: datetime, seen_by: SeenBy) -> bool:
    """Note that a patrol covered a village grid; False where it had already."""
    known = select(PatrolVisit.id).where(PatrolVisit.patrol_id == row.id, PatrolVisit.cell_code == cell)
    if tx.session.scalars(known).first() is not None:
        return False
    tx.session.add(
        PatrolVisit(
            id=uuid7(),
            jurisdiction_id=tx.county.jurisdiction_id,
            patrol_id=row.id,
            cell_code=cell,
            township_code=row.township_code,
            visited_at=at,
            seen_by=seen_by.value,
        )
    )
    tx.session.flush()
    return True


def cover_by_position(tx: Tx, team_id: UUID, lon: float, lat: float, at: datetime) -> None:
    """Where the team is on patrol in this township, the village grid of its position is covered."""
    out = select(Patrol).where(Patrol.team_id == team_id, Patrol.status == PatrolStatus.WALKING.value)
    row = tx.session.scalars(out).first()
    if row is None or at < row.started_at:
        return
    found = tx.county.locator.locate(lon, lat)
    cell = village_of(tx.county, found) if found else None
    if cell is not None and (tx.county.township_of(cell) or tx.county.code) == row.township_code:
        cover_cell(tx, row, cell, at, SeenBy.POSITION)
