"""Closed lists of staffing: the registers of what a township works with, and what is done in them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Register(StrEnum):
    """A register of people or things, as a table and on a page."""

    TRAININGS = "trainings"
    VILLAGE_OFFICERS = "village_officers"
    POSTS = "posts"
    EQUIPMENT = "equipment"
    SCENARIOS = "scenarios"
    SECONDMENTS = "secondments"
    GUIDANCE = "guidance"


class StaffingStep(StrEnum):
    """What is entered into a register, and that an entry ends."""

    RECORD_TRAINING = "record_training"
    NAME_OFFICER = "name_officer"
    FILL_POST = "fill_post"
    ADD_EQUIPMENT = "add_equipment"
    ADD_SCENARIO = "add_scenario"
    SECOND_AWAY = "second_away"
    SEND_GUIDE = "send_guide"
    END_ENTRY = "end_entry"


STAFFING: Final[tuple[type[StrEnum], ...]] = (Register, StaffingStep)
