"""The rows F08 is counted from (JD 二(四)12): units on duty now where they are, and planned shifts from their bases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import SYSTEM
from data.county import County
from data.models import Shift, Team
from data.queries.coverage import coverage_frame, soonest_minutes
from data.queries.coverage_known import Ground, ground_of
from data.queries.wall_live import SHARED_TEAMS
from geo.travel import Places
from policy.figures.frames import COVERAGE
from policy.figures.scope import day_bounds
from policy.zone import CHINA


def coverage_rows(session: Session, county: County, on: date, now: datetime) -> pd.DataFrame:
    """Rows of `policy.figures.frames.COVERAGE` for the day `on`: today's with those of this moment, a past day's by shift.

    Positions are not kept, so that a past day has its planned shifts alone. A shift that begins that day is counted with
    every team that has somebody in it, standing in the middle of its township; teams without a township have no base and
    are not counted. Leads are those of the days before the end of the day asked for.
    """
    today = now.astimezone(CHINA).date()
    moment = now if on >= today else day_bounds(on)[1].to_pydatetime().astimezone(UTC)
    planned = _planned(session, county, on, moment)
    return pd.concat([coverage_frame(session, SYSTEM, county, now), planned]) if on >= today else planned


def _planned(session: Session, county: County, on: date, moment: datetime) -> pd.DataFrame:
    ground = ground_of(session, SYSTEM, county, moment)
    if ground is None:
        return pd.DataFrame(columns=list(COVERAGE))
    shifts = _bases(session, county, on)
    return pd.concat([pd.DataFrame(columns=list(COVERAGE)), *(
        _rows(county, ground, name, soonest_minutes(county, _middles(county, towns), ground, moment))
        for name, towns in sorted(shifts.items())
    )])  # fmt: skip


def _bases(session: Session, county: County, on: date) -> Mapping[str, frozenset[str]]:
    """Townships with a team on each shift that begins on the day `on`."""
    begin = datetime.combine(on, datetime.min.time(), CHINA)
    query = (
        select(Shift.name, Team.township_code)
        .join(Team, Team.id == Shift.team_id)
        .where(
            Shift.jurisdiction_id == county.jurisdiction_id,
            Shift.starts_at >= begin,
            Shift.starts_at < begin + timedelta(days=1),
            Team.kind.notin_(SHARED_TEAMS),
        )
        .distinct()
    )
    found: dict[str, set[str]] = defaultdict(set)
    for name, township in session.execute(query):
        found[name] |= {township} if township and township in county.hierarchy else set()
    return {name: frozenset(towns) for name, towns in found.items()}


def _middles(county: County, townships: frozenset[str]) -> Places:
    points = [county.hierarchy[code].geometry.representative_point() for code in sorted(townships)]
    return Places.of([point.x for point in points], [point.y for point in points])


def _rows(county: County, ground: Ground, shift: str, minutes: NDArray[np.float64]) -> pd.DataFrame:
    cells = [county.hierarchy[code] for code in ground.codes]
    columns = {
        "cell_code": ground.codes,
        "township_code": [county.township_of(code) for code in ground.codes],
        "settlement": [cell.settlement for cell in cells],
        "shift": shift,
        "area": ground.area,
        "leads": ground.leads,
        "minutes": minutes,
    }
    return pd.DataFrame(columns)
