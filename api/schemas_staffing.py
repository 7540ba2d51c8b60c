"""Bodies of the interface for what a township works with: posts, equipment, trainings, secondments, guidance, scenarios."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.forms import model_of
from api.schemas import View
from policy.staffing_forms import STAFFING_FORMS
from policy.vocabulary import PostingMode
from policy.vocabulary_staffing import StaffingStep

TrainingIn = model_of("TrainingIn", STAFFING_FORMS[StaffingStep.RECORD_TRAINING])
VillageOfficerIn = model_of("VillageOfficerIn", STAFFING_FORMS[StaffingStep.NAME_OFFICER])
PostHolderIn = model_of("PostHolderIn", STAFFING_FORMS[StaffingStep.FILL_POST])
EquipmentIn = model_of("EquipmentIn", STAFFING_FORMS[StaffingStep.ADD_EQUIPMENT])
ScenarioIn = model_of("ScenarioIn", STAFFING_FORMS[StaffingStep.ADD_SCENARIO])
SecondmentIn = model_of("SecondmentIn", STAFFING_FORMS[StaffingStep.SECOND_AWAY])
GuideIn = model_of("GuideIn", STAFFING_FORMS[StaffingStep.SEND_GUIDE])
EndIn = model_of("EndIn", STAFFING_FORMS[StaffingStep.END_ENTRY])
Town = Annotated[str, Field(description="Code of a township", examples=["330703101000"])]


class NeedOut(View):
    """Something the plan asks for, how many of it are there, and the clause."""

    code: str
    name: str
    needed: int
    have: int
    met: bool
    key: str = Field(description="Key of the profile")
    clause: str | None


class HolderOut(View):
    """Somebody in a post or office."""

    key: UUID
    name: str
    since: date


class PostOut(NeedOut):
    """A post or office and who is in it."""

    holders: list[HolderOut]


class ThingOut(View):
    """One thing of the register of equipment."""

    key: UUID
    code: str
    kind: str
    name: str
    since: date


class TrainingOut(View):
    """A training of this year; `own` says that it is the township's and not the county's."""

    code: str
    title: str
    form: str | None
    organ: str
    held_at: datetime
    hours: float | None
    own: bool
    took_part: int
    passed: int


class AwayOut(View):
    """Somebody seconded away; `unapproved`: the plan asks for an approver, and none is told."""

    key: UUID
    code: str
    name: str
    organ: str
    reason: str
    since: date
    until: date | None
    approved_by: str | None
    document: str | None
    works_at: str | None
    unapproved: bool


class GuideOut(View):
    """A department's person who looks after townships; `key` ends the posting to the township asked for, or the first."""

    key: UUID
    organ: str
    organ_code: str
    code: str = Field(description="Staff number")
    name: str
    mode: PostingMode
    towns: list[Town]
    since: date
    until: date | None


class StaffingOut(View):
    """What a township works with today."""

    township: Town
    posts: list[PostOut]
    equipment: list[NeedOut]
    things: list[ThingOut]
    trainings: list[TrainingOut]
    trainings_needed: int | None = Field(description="A year, as the plan asks; none where it is silent")
    officers: int
    untrained: list[str] = Field(description="Staff numbers of officers who passed no training this year")
    away: list[AwayOut]
    guidance: list[GuideOut]


class GuidanceOut(View):
    """The guidance lists of the county, by department."""

    people: list[GuideOut]


class ScenarioOut(View):
    """A one-matter scenario in use."""

    key: UUID
    code: str
    name: str
    organ_code: str
    organ: str
    since: date
    until: date | None


class ScenariosOut(View):
    """Scenarios in use on a day, and how many the plan asks for."""

    on: date
    count: int
    target: float | None
    clause: str | None
    scenarios: list[ScenarioOut]


class EntryOut(View):
    """What was entered or ended."""

    key: UUID
