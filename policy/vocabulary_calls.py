"""Closed lists of the desk's calls: what a caller tells of, the services behind 110, 119 and 120, how far a request has come."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class CallKind(StrEnum):
    """What a caller tells of, in the words of who takes the call; the item is found later, from what was said."""

    OCCUPYING = "occupying"
    BUILDING = "building"
    DUMPING = "dumping"
    NOISE = "noise"
    BURNING = "burning"
    TRADING = "trading"
    OTHER = "other"
    FIRE = "fire"
    HAZARD = "hazard"
    INJURY = "injury"
    VIOLENCE = "violence"


class Service(StrEnum):
    """Emergency services of other telephones; as the source of a lead they have the same names."""

    POLICE_110 = "police_110"
    FIRE_119 = "fire_119"
    AMBULANCE_120 = "ambulance_120"


class HandOverWay(StrEnum):
    """From the desk to a service, or from a service to the desk."""

    OUT = "out"
    IN = "in"


class EyesStatus(StrEnum):
    """How far a request for a photograph has come."""

    ASKED = "asked"
    ANSWERED = "answered"
    RECALLED = "recalled"


CALLS: Final[tuple[type[StrEnum], ...]] = (CallKind, Service, HandOverWay, EyesStatus)
