"""Closed lists of patrols and drills: how often, how a cell was covered, how a patrol and an inject stand."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class PatrolPer(StrEnum):
    """The time in which a cell is to be patrolled so often."""

    DAY = "day"
    WEEK = "week"


class PatrolStatus(StrEnum):
    """States of a patrol 巡查."""

    WALKING = "walking"
    FINISHED = "finished"
    BROKEN_OFF = "broken_off"


class SeenBy(StrEnum):
    """How it is known that a cell was covered."""

    POSITION = "position"
    TICK = "tick"


class CellState(StrEnum):
    """How a village grid stands against its plan."""

    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"
    UNPLANNED = "unplanned"


class PatrolStep(StrEnum):
    """Steps of plans and patrols."""

    PLAN = "plan"
    END = "end"
    START = "start"
    TICK = "tick"
    FOUND = "found"
    LINK_LEAD = "link_lead"
    FINISH = "finish"
    BREAK_OFF = "break_off"


class InjectKind(StrEnum):
    """What a drill brings in 导调: an alarm, news, a team that drops out."""

    LEAD = "lead"
    NEWS = "news"
    UNIT = "unit"


class InjectStatus(StrEnum):
    """How far an inject has come."""

    WAITING = "waiting"
    PAUSED = "paused"
    GIVEN = "given"
    SKIPPED = "skipped"


class Expected(StrEnum):
    """What a drill looks for after an alarm."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    ARRIVED = "arrived"
    REPORTED = "reported"
    CALLED_OUT = "called_out"


class Found(StrEnum):
    """How an expected step came out."""

    IN_TIME = "in_time"
    LATE = "late"
    MISSED = "missed"


PATROL: Final[tuple[type[StrEnum], ...]] = (
    PatrolPer, PatrolStatus, SeenBy, CellState, PatrolStep, InjectKind, InjectStatus, Expected, Found,
)  # fmt: skip
