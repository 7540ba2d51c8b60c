"""Minutes from teams to leads and cells: over the county's road network where one is loaded, else the labelled estimate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import numpy as np

from data.county import County
from data.models import Lead
from data.roads import router_of
from geo.distance import Terrain
from geo.travel import Places, Travel, travel_times
from policy.eligibility import TeamFacts
from policy.travel import TravelMethod, travel_rules
from policy.vocabulary import Settlement

NOWHERE: Final = float("nan")
FIRST_LIMIT: Final = 60.0
"""Minutes within which the road is searched first; only when a team is farther, the whole network is."""


def travel_to(county: County, leads: Sequence[Lead], teams: Sequence[TeamFacts], now: datetime) -> Travel:
    """Minutes of each team (row) to each lead (column), NaN where a place is unknown, and whether they are by road."""
    points = [point_of(county, lead) for lead in leads]
    terrain = terrain_of(county, (lead.cell_code for lead in leads), now)
    router = router_of(county, now.date())
    found = travel_times(team_places(teams), Places.of(*_columns(points)), terrain, router=router, limit=FIRST_LIMIT)
    if np.isinf(found.minutes).any():
        found = travel_times(team_places(teams), Places.of(*_columns(points)), terrain, router=router)
    return found


def method_of(by_road: bool) -> TravelMethod:
    """The name of a way to know a travel time."""
    return TravelMethod.ROAD if by_road else TravelMethod.ESTIMATE


def team_places(teams: Iterable[TeamFacts]) -> Places:
    """Where teams are; NaN where that is unknown."""
    return Places.of(*_columns([(team.lon, team.lat) for team in teams]))


def _columns(points: Iterable[tuple[float | None, float | None] | None]) -> tuple[list[float], list[float]]:
    known = [point if point and None not in point else (NOWHERE, NOWHERE) for point in points]
    return [point[0] for point in known], [point[1] for point in known]  # type: ignore[misc]


def point_of(county: County, lead: Lead) -> tuple[float, float] | None:
    """Where a lead is: its point, else a point of its cell; None for an unlocated one."""
    return spot_of(county, lead.lon, lead.lat, lead.cell_code)


def spot_of(county: County, lon: float | None, lat: float | None, code: str | None) -> tuple[float, float] | None:
    """A point, else one in the cell that is named; None where neither is known."""
    if lon is not None and lat is not None:
        return lon, lat
    cell = county.hierarchy.get(code) if code else None
    if cell is None:
        return None
    point = cell.geometry.representative_point()
    return float(point.x), float(point.y)


def terrain_of(county: County, cells: Iterable[str | None], now: datetime) -> Terrain:
    """Detour and speed of the estimate for places in these cells, by the profile; an unknown cell counts as outside towns."""
    rules = travel_rules(county.profile, now.date())
    settlements = [_settlement(county, code) for code in cells]
    detour, speed = ([table[one] for one in settlements] for table in (rules.detour, rules.speed))
    return Terrain(np.array(detour, dtype=np.float64), np.array(speed, dtype=np.float64))


def _settlement(county: County, code: str | None) -> Settlement:
    cell = county.hierarchy.get(code) if code else None
    return Settlement.URBAN if cell is not None and cell.settlement == "urban" else Settlement.RURAL
