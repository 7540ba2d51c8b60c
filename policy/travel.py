"""How fast units move: speeds by class of road, and the estimate used where no road network is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol

from policy.vocabulary import Settlement

ROADS: Final = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "track",
)  # fmt: skip
"""Classes of road, as OpenStreetMap names them (key `highway`)."""
TERRAINS: Final = ("plain", "hill", "mountain")


class TravelMethod(StrEnum):
    """Where a travel time comes from."""

    ROAD = "road_network"
    ESTIMATE = "straight_line_detour"


@dataclass(frozen=True, slots=True)
class TravelRules:
    """km/h by class of road and on foot; for the estimate, km/h and road metres per straight metre by class of cell."""

    roads: Mapping[str, float]
    walking: float
    speed: Mapping[Settlement, float]
    detour: Mapping[Settlement, float]


class _Value(Protocol):
    @property
    def value(self) -> Any: ...


class _Profile(Protocol):
    def require(self, key: str, on: date) -> _Value: ...


def travel_rules(profile: _Profile, on: date) -> TravelRules:
    """The rules as `profile` has them on the day `on`; cells outside towns have the detour of the county's terrain."""
    detour, terrain = profile.require("travel.detour", on).value, str(profile.require("travel.terrain", on).value)
    urban, other = (float(profile.require(f"travel.speed.{kind}", on).value) for kind in ("urban", "other"))
    return TravelRules(
        roads={kind: float(kmh) for kind, kmh in profile.require("travel.roads", on).value.items()},
        walking=float(profile.require("travel.speed.walking", on).value),
        speed={Settlement.URBAN: urban, Settlement.RURAL: other},
        detour={Settlement.URBAN: float(detour["urban"]), Settlement.RURAL: float(detour[terrain])},
    )
