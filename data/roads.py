"""The road network of a county: kept compiled under ONEGRID_VAR, opened wherever travel times are needed."""

from __future__ import annotations

import logging
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from data.county import County
from data.settings import settings
from geo.road_cache import open_network
from geo.road_files import RoadError
from geo.road_times import Router, Speeds
from geo.roads import RoadNetwork
from policy.errors import Refusal
from policy.travel import travel_rules

LOG: Final = logging.getLogger("onegrid.roads")


def road_file(code: str) -> Path:
    """Where the compiled network of the county `code` is kept."""
    return settings().var / "roads" / f"{code}.npz"


def network_of(county: County) -> RoadNetwork | None:
    """The network of a county, None where none was loaded; raises Refusal for a kept file that cannot be used."""
    try:
        return open_network(road_file(county.code))
    except RoadError as fault:
        if fault.code == "cache_missing":
            return None
        raise Refusal(f"errors_roads.{fault.code}", kind="unavailable", **fault.params) from fault


def router_of(county: County, on: date) -> Router | None:
    """Travel times over the county's network at the profile's speeds of the day `on`; None where times are estimated.

    Read again as soon as the file changes, also by another process. A file that cannot be used is logged, not raised:
    who dispatches is told of an estimate, not refused.
    """
    path = road_file(county.code)
    try:
        status = path.stat()
    except OSError:
        return None
    rules = travel_rules(county.profile, on)
    return _router(path, (status.st_mtime_ns, status.st_size), tuple(rules.roads.items()), rules.walking)


@lru_cache(maxsize=8)
def _router(path: Path, _stamp: tuple[int, int], kmh: tuple[tuple[str, float], ...], walking: float) -> Router | None:
    try:
        return Router(open_network(path), Speeds(dict(kmh), walking))
    except RoadError as fault:
        LOG.warning("road network not used, times are estimated: %s", fault)
        return None


def share_inside(network: RoadNetwork, county: County) -> float:
    """Share of the network's length within the county's border."""
    border = county.hierarchy.root.geometry
    shapely.prepare(border)
    of = np.repeat(np.arange(len(network.tail)), np.diff(network.first))
    lines = np.asarray(shapely.linestrings(network.points, indices=of), dtype=object)
    inside = shapely.contains(border, lines).astype(np.float64)
    crossing = (inside == 0.0) & shapely.intersects(border, lines)
    cut = shapely.length(shapely.intersection(lines[crossing], border))
    inside[crossing] = cut / shapely.length(lines[crossing])
    return float(inside @ network.metres / network.metres.sum())
