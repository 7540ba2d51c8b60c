"""What OpenStreetMap says of a road: its class, who may drive on it, in which direction and how fast at most."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Final, Literal

KINDS: Final = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "track",
)  # fmt: skip
"""Classes a vehicle may use (OSM key `highway`); a road's place in this order is how it is kept."""
NO_STOPPING: Final = frozenset({"motorway", "motorway_link"})
"""Classes on which nobody leaves the vehicle: a place beside them is reached from another road."""
LeftOut = Literal["other_class", "closed", "reversible"]

_OTHER_NAMES: Final = {"road": "unclassified", "minor": "unclassified", "unsurfaced": "track", "busway": "service"}
_ASKED: Final = (
    "motorcar",
    "motor_vehicle",
    "vehicle",
    "access",
)  # the first that is set decides (OSM wiki, Key:access)
_CLOSED: Final = frozenset({"no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "military"})
_ONE_WAY: Final = frozenset({"yes", "true", "1"})
_SPEED: Final = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?\s*$")
_KM_PER_MILE: Final = 1.609344


@dataclass(frozen=True, slots=True)
class Way:
    """A road that may be driven: class (index into `KINDS`), directions as drawn and against, limit in km/h (NaN: none)."""

    kind: int
    forward: bool
    backward: bool
    limit: float = nan


def way_of(tags: Mapping[str, str]) -> Way | LeftOut:
    """The road of these tags, or why it is left out. Barriers on the way and bans on turning are not read."""
    named = tags.get("highway", "")
    kind = _OTHER_NAMES.get(named, named)
    if kind not in KINDS or tags.get("area") == "yes":
        return "other_class"
    if _closed(tags):
        return "closed"
    if tags.get("oneway") in ("reversible", "alternating"):
        return "reversible"
    forward, backward = directions(tags, kind)
    return Way(KINDS.index(kind), forward, backward, limit_of(tags.get("maxspeed", "")))


def _closed(tags: Mapping[str, str]) -> bool:
    asked = next((tags[key] for key in _ASKED if tags.get(key)), "")
    return asked in _CLOSED or tags.get("service") == "emergency_access"


def directions(tags: Mapping[str, str], kind: str) -> tuple[bool, bool]:
    """Whether one may drive as the line is drawn, and against it; roundabouts and motorways go one way unless said."""
    said = tags.get("oneway", "").lower()
    if said in ("-1", "reverse"):
        return False, True
    if said in _ONE_WAY:
        return True, False
    turning = tags.get("junction") in ("roundabout", "circular")
    one_way = (turning or kind in NO_STOPPING) and said not in ("no", "false", "0")
    return True, not one_way


def limit_of(said: str) -> float:
    """km/h of a tag `maxspeed` (the lowest of several); NaN where it holds no number."""
    found = [_SPEED.match(part) for part in re.split(r"[;,|]", said)]
    speeds = [float(m[1]) * (_KM_PER_MILE if m[2] == "mph" else 1.0) for m in found if m]
    return min((speed for speed in speeds if speed > 0), default=nan)
