"""What each entry of a register of staffing asks for: one declaration for page, interface and record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from policy.case_forms import Input
from policy.vocabulary import PostingMode
from policy.vocabulary_staffing import Register, StaffingStep

_PERSON: Final = Input("person", "person", required=True)
_FROM: Final = Input("valid_from", "day", required=True)
_TO: Final = Input("valid_to", "day")


def _text(name: str, required: bool = True) -> Input:
    return Input(name, "text", required)


STAFFING_FORMS: Final[Mapping[StaffingStep, tuple[Input, ...]]] = {
    StaffingStep.RECORD_TRAINING: (
        _text("training_code"),
        _text("training_title"),
        _text("training_form", required=False),
        _text("training_organ"),
        _text("township", required=False),
        Input("trained_at", "moment", required=True),
        _text("hours", required=False),
        Input("passed_by", "persons"),
        Input("not_passed_by", "persons"),
    ),
    StaffingStep.NAME_OFFICER: (_text("village"), _PERSON, _FROM, _TO),
    StaffingStep.FILL_POST: (_text("township"), _text("post"), _PERSON, _FROM, _TO),
    StaffingStep.ADD_EQUIPMENT: (
        _text("township"),
        _text("equipment_code"),
        _text("equipment_kind"),
        _text("equipment_name"),
        _FROM,
        _TO,
    ),
    StaffingStep.ADD_SCENARIO: (_text("scenario_code"), _text("scenario_name"), _text("organ"), _FROM, _TO),
    StaffingStep.SECOND_AWAY: (
        _PERSON,
        _text("township"),
        Input("reason", "words", required=True),
        _text("approved_by", required=False),
        _text("document", required=False),
        _text("works_at", required=False),
        _FROM,
        _TO,
    ),
    StaffingStep.SEND_GUIDE: (
        _PERSON,
        Input("mode", "choice", required=True, options=PostingMode),
        Input("townships", "codes", required=True),
        _FROM,
        _TO,
    ),
    StaffingStep.END_ENTRY: (Input("last_day", "day", required=True),),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """How a register is kept: the step that adds to it, the matter and the verb its events bear."""

    step: StaffingStep
    matter: str
    verb: str

    @property
    def right(self) -> str:
        """The right that adding asks for, and a table as well."""
        return f"{self.matter}.{self.verb}"

    @property
    def ending(self) -> str:
        """The right that ending an entry asks for."""
        return f"{self.matter}.end"


REGISTERS: Final[Mapping[Register, Kept]] = {
    Register.TRAININGS: Kept(StaffingStep.RECORD_TRAINING, "training", "record"),
    Register.VILLAGE_OFFICERS: Kept(StaffingStep.NAME_OFFICER, "village_officer", "name"),
    Register.POSTS: Kept(StaffingStep.FILL_POST, "post_holder", "name"),
    Register.EQUIPMENT: Kept(StaffingStep.ADD_EQUIPMENT, "equipment", "register"),
    Register.SCENARIOS: Kept(StaffingStep.ADD_SCENARIO, "scenario", "register"),
    Register.SECONDMENTS: Kept(StaffingStep.SECOND_AWAY, "secondment", "record"),
    Register.GUIDANCE: Kept(StaffingStep.SEND_GUIDE, "guidance", "send"),
}
ENDLESS: Final = frozenset({Register.TRAININGS})
"""Registers whose entries happened on a day: they do not end."""
