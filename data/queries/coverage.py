"""Coverage 5/15 (JD 二(四)12, F08): cells and leads of late that units on duty reach in time, what a unit leaves uncovered,
where a free one would help most, and the area reached as a map layer. By road where a network is loaded, else estimated."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.queries.coverage_known import Force, Ground, force_of, ground_of, raster_of
from data.queries.travelling import method_of, terrain_of
from data.queries.wall import Kept
from data.roads import router_of
from geo.coverage import Coverage, best_places, cover, losses
from geo.isochrones import isochrones
from geo.travel import Places, soonest, travel_times
from policy.ranking import rules_of
from policy.travel import TravelMethod

Floats = NDArray[np.float64]
MARGIN: Final = 3.0
"""Times are followed to so many times the longest target, so that a cell just missed still shows its minutes."""
_KEPT: Final = Kept(64)
"""Times, layers and best places by what they were worked out from: positions that stay are not asked twice."""
ANY_CELL: Final = 1e-3  # what a cell without a lead counts for beside one lead, where a unit is to stand


@dataclass(frozen=True, slots=True)
class Reach:
    """Cells and leads of late reached within `minutes` (None: within the target of each cell), of all."""

    minutes: float | None
    cells: tuple[int, int]
    leads: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CellReach:
    """A cell: minutes of the unit on duty that is there first (None: none known), which one, its target, whether it is met."""

    code: str
    minutes: float | None
    unit: str | None
    target: float
    reached: bool
    leads: int


@dataclass(frozen=True, slots=True)
class UnitReach:
    """A unit on duty, and the cells and leads of late that nobody else reaches in time: what is lost if it leaves."""

    code: str
    name: str
    lon: float
    lat: float
    cells: tuple[str, ...]
    leads: int


@dataclass(frozen=True, slots=True)
class CoverageView:
    """Coverage at a moment; empty where the plan has no response target. `unplaced`: units on duty whose place is unknown."""

    method: TravelMethod
    shares: tuple[Reach, ...] = ()
    cells: tuple[CellReach, ...] = ()
    units: tuple[UnitReach, ...] = ()
    unplaced: tuple[str, ...] = ()
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class BestPlace:
    """A cell in which one more unit would bring so many cells and leads of late within their target."""

    code: str
    lon: float
    lat: float
    cells: int
    leads: int


@dataclass(frozen=True, slots=True)
class BestPlaces:
    """Where units would help most, the best first; `proven`: nothing better exists, else at most `bound` leads more."""

    places: tuple[BestPlace, ...]
    proven: bool
    bound: float
    method: TravelMethod


# -- what is asked ----------------------------------------------------------------------------------------------------


def read_coverage(
    session: Session, actor: Actor, county: County, now: datetime, *, free: bool = False, lang: str = "zh"
) -> CoverageView:
    """Coverage by units on duty at `now` (only the available ones where `free`), within what the actor may see."""
    demand(actor, "team.read", Subject(county.jurisdiction_id), None)
    ground, force = ground_of(session, actor, county, now), force_of(session, actor, county, now, free=free, lang=lang)
    method = method_of(router_of(county, now.date()) is not None)
    if ground is None:
        return CoverageView(method, unplaced=force.unplaced)
    minutes = _minutes(county, force.places, ground, now)
    own = cover(minutes, ground.targets)
    return CoverageView(
        method,
        _shares(minutes, own, ground),
        _cells(own, ground, force),
        _units(minutes, ground, force),
        force.unplaced,
        rules_of(county.profile, now.date()).target_clause,
    )


def read_best_places(
    session: Session, actor: Actor, county: County, now: datetime, units: int = 1, *, free: bool = False
) -> BestPlaces:
    """The cells from which `units` more would bring most leads of late within their target, beside units on duty."""
    demand(actor, "team.read", Subject(county.jurisdiction_id), None)
    method = method_of(router_of(county, now.date()) is not None)
    ground, force = ground_of(session, actor, county, now), force_of(session, actor, county, now, free=free)
    if ground is None:
        return BestPlaces((), True, 0.0, method)
    already = cover(_minutes(county, force.places, ground, now), ground.targets).reached
    between = _minutes(county, ground.points, ground, now)
    asked = (*_basis(county, now, ground.points), already.tobytes(), ground.leads.tobytes(), units)
    found = _KEPT.get(
        ("places", *asked), lambda: best_places(between, ground.targets, already, units, ground.leads + ANY_CELL)
    )
    places = []
    for row in found.chosen:
        gained = (between[row] <= ground.targets) & ~already
        places.append(_best(ground, row, gained))
        already = already | gained
    return BestPlaces(tuple(places), found.proven, found.bound, method)


def _best(ground: Ground, row: int, gained: NDArray[np.bool_]) -> BestPlace:
    lon, lat = float(ground.points.lon[row]), float(ground.points.lat[row])
    return BestPlace(ground.codes[row], lon, lat, int(gained.sum()), round(float(ground.leads[gained].sum())))


def coverage_layer(
    session: Session, actor: Actor, county: County, now: datetime, *, free: bool = False
) -> dict[str, Any]:
    """The area that units on duty reach within each target of the plan, as GeoJSON for the map.

    One feature a target, the widest first: `minutes`, `km2`, `method` (`road_network` or `straight_line_detour`, to be
    said in the legend). Some 20,000 points of the county are asked, a polygon is their union, simplified; 20–60 kB.
    Without a target or a unit there is no feature. `attribution` (a catalogue key) is to be shown where it stands.
    """
    demand(actor, "team.read", Subject(county.jurisdiction_id), None)
    limits = _limits(county, now)
    force = force_of(session, actor, county, now, free=free)
    if not limits or not force.codes:
        return {"type": "FeatureCollection", "features": []}
    asked = ("layer", *_basis(county, now, force.places), limits)
    return _KEPT.get(asked, lambda: _layer(county, force.places, limits, now))


def _layer(county: County, origins: Places, limits: tuple[float, ...], now: datetime) -> dict[str, Any]:
    router, (raster, cells) = router_of(county, now.date()), raster_of(county)
    minutes = soonest(origins, raster.places, terrain_of(county, cells, now), router=router, limit=max(limits))
    layer = isochrones(raster, minutes, limits)
    for feature in layer["features"]:
        feature["properties"]["method"] = method_of(router is not None).value
    return layer | ({"attribution": "roads.attribution"} if router is not None else {})


def coverage_frame(session: Session, actor: Actor, county: County, now: datetime) -> pd.DataFrame:
    """The rows F08 is counted from (`policy.figures.frames.COVERAGE`), for units on duty now; none for a silent plan."""
    ground, force = ground_of(session, actor, county, now), force_of(session, actor, county, now)
    columns = ("cell_code", "township_code", "settlement", "shift", "area", "leads", "minutes")
    if ground is None:
        return pd.DataFrame(columns=list(columns))
    minutes = soonest_minutes(county, force.places, ground, now)
    cells = [county.hierarchy[code] for code in ground.codes]
    rows = zip(
        ground.codes, (county.township_of(code) for code in ground.codes), (cell.settlement for cell in cells),
        (None for _ in cells), ground.area, ground.leads, minutes, strict=True,
    )  # fmt: skip
    return pd.DataFrame(list(rows), columns=list(columns))


def soonest_minutes(county: County, origins: Places, ground: Ground, now: datetime) -> Floats:
    """Minutes to each cell from the origin that is there first; NaN where none is known to be."""
    found = cover(_minutes(county, origins, ground, now), ground.targets).minutes
    return np.where(np.isfinite(found), found, np.nan)


# -- the answers ------------------------------------------------------------------------------------------------------


def _limits(county: County, now: datetime) -> tuple[float, ...]:
    rules = rules_of(county.profile, now.date())
    return tuple(sorted({limit for limit in (rules.target_urban, rules.target_rural) if limit is not None}))


def _basis(county: County, now: datetime, *places: Places) -> tuple[Hashable, ...]:
    """What times between places rest on: grid, rules, the network, and where the places are."""
    points = tuple(column.tobytes() for one in places for column in (one.lon, one.lat))
    return county.code, county.grid_version, county.profile.digest, now.date(), router_of(county, now.date()), *points


def _minutes(county: County, origins: Places, ground: Ground, now: datetime) -> Floats:
    terrain = terrain_of(county, ground.codes, now)
    limit = float(ground.targets.max(initial=0.0)) * MARGIN
    router = router_of(county, now.date())
    return _KEPT.get(
        ("minutes", *_basis(county, now, origins, ground.points), limit),
        lambda: travel_times(origins, ground.points, terrain, router=router, limit=limit).minutes,
    )


def _shares(minutes: Floats, own: Coverage, ground: Ground) -> tuple[Reach, ...]:
    limits = sorted(set(ground.targets.tolist()))
    each = [(limit, cover(minutes, limit).reached) for limit in limits]
    return tuple(_reach(limit, reached, ground) for limit, reached in [(None, own.reached), *each])


def _reach(limit: float | None, reached: NDArray[np.bool_], ground: Ground) -> Reach:
    leads = round(float(ground.leads[reached].sum())), round(float(ground.leads.sum()))
    return Reach(limit, (int(reached.sum()), len(reached)), leads)


def _cells(own: Coverage, ground: Ground, force: Force) -> tuple[CellReach, ...]:
    columns = (ground.codes, own.minutes.tolist(), own.unit.tolist(), ground.targets.tolist(), own.reached.tolist())
    return tuple(
        CellReach(
            code, m if np.isfinite(m) else None, force.codes[unit] if unit >= 0 else None, target, met, int(leads)
        )
        for code, m, unit, target, met, leads in zip(*columns, ground.leads.tolist(), strict=True)
    )


def _units(minutes: Floats, ground: Ground, force: Force) -> tuple[UnitReach, ...]:
    lost = losses(minutes, ground.targets, ground.leads)
    rows = zip(force.codes, force.names, force.places.lon.tolist(), force.places.lat.tolist(), lost, strict=True)
    return tuple(
        UnitReach(code, name, lon, lat, tuple(ground.codes[i] for i in loss.places), round(loss.weight))
        for code, name, lon, lat, loss in rows
    )
