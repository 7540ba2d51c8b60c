"""Frames of F18: village grids from the day patrols are planned here, and when each was covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.county import County
from data.models import GridCell, PatrolPlan, PatrolVisit
from policy.figures.frames import COLUMNS, require_columns
from policy.patrol import village_level

ZONE = "Asia/Shanghai"


def villages_frame(session: Session, county: County) -> pd.DataFrame:
    """Village grids and how long each holds; before the first plan of the county nothing is counted."""
    level = village_level(county.profile, county.grid_on, county.hierarchy.depth)
    mine = GridCell.jurisdiction_id == county.jurisdiction_id
    first = select(func.min(PatrolPlan.valid_from)).where(PatrolPlan.jurisdiction_id == county.jurisdiction_id)
    begun = session.scalar(first)
    query = select(GridCell.code, GridCell.valid_from, GridCell.valid_to).where(mine, GridCell.level == level)
    rows = [] if begun is None else session.execute(query).all()
    made = [(code, _town(county, code), _day(max(since, begun)), _day(until)) for code, since, until in rows if begun]
    return require_columns(_typed(made, "villages"), "villages")


def patrols_frame(session: Session, county: County, since: datetime | None) -> pd.DataFrame:
    """When each village grid was covered."""
    query = select(PatrolVisit.cell_code, PatrolVisit.visited_at).where(
        PatrolVisit.jurisdiction_id == county.jurisdiction_id
    )
    rows = session.execute(query if since is None else query.where(PatrolVisit.visited_at >= since)).all()
    return require_columns(_typed([tuple(row) for row in rows], "patrols"), "patrols")


def _town(county: County, code: str) -> str:
    return (county.township_of(code) if code in county.hierarchy else None) or county.code


def _day(day: date | None) -> pd.Timestamp | None:
    return None if day is None else pd.Timestamp(day, tz=ZONE)


def _typed(rows: Sequence[tuple[object, ...]], name: str) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(rows, columns=list(COLUMNS[name]))
    for column in frame.columns:
        if column.endswith(("_at", "_from", "_to")):
            frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame
