"""Closed lists of the shift desk: shifts, handovers, telephones on duty, why a matter is handed over."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ShiftName(StrEnum):
    """The shifts of a day."""

    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"


class HandoverStatus(StrEnum):
    """How far a handover has come: signed by who goes, then by who comes."""

    SIGNED = "signed"
    ACCEPTED = "accepted"


class DutyKind(StrEnum):
    """What stands in the list of the duty: a telephone of an organ, or who leads the duty."""

    TELEPHONE = "telephone"
    LEADER = "leader"


class OpenMark(StrEnum):
    """Why a matter stands in the list that is handed over."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    OVERDUE = "overdue"
    UNACKNOWLEDGED = "unacknowledged"
    UNLOCATED = "unlocated"
    CALLED_OUT = "called_out"


class ShiftStep(StrEnum):
    """What is done at the shift desk."""

    NOTE = "note"
    SIGN = "sign"
    ACCEPT = "accept"
    RECORD_CALL = "record_call"
    PLAN_SHIFT = "plan_shift"
    PLAN_LEAVE = "plan_leave"
    SET_TELEPHONE = "set_telephone"
    SET_LEADER = "set_leader"


SHIFT: Final[tuple[type[StrEnum], ...]] = (ShiftName, HandoverStatus, DutyKind, OpenMark, ShiftStep)
