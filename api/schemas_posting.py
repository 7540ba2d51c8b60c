"""Bodies of the interface for plans of postings: what is asked, what it comes to, plans kept and decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool

from api.schemas import Body, Day, Short, View
from data.queries.posting_question import BUSY, Asked

Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
MOST_MOVES = 5_000


class AskedIn(Body):
    """What the plan is to meet; what is left out is as the profile has it."""

    county: Part | None = Field(None, description="Share of the whole force in the townships, 0–1", examples=[0.6])
    teams: Part | None = Field(None, description="Share of each professional team, 0–1", examples=[0.5])
    left: Part | None = Field(None, description="Share that stays in each home organ, 0–1", examples=[0.2])
    people: Annotated[int, Field(ge=0, le=1_000)] | None = Field(None, description="People in each township at least")
    busy: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        BUSY, description="Leads of a field in the last 90 days from which on a township needs somebody for it"
    )
    reposting: StrictBool = Field(False, description="Whether people already posted may be sent to another township")
    more: Annotated[dict[Code, Annotated[int, Field(ge=0, le=1_000)]], Field(max_length=500)] = Field(
        default_factory=dict, description="Township code → people at least", examples=[{"330703101000": 6}]
    )
    keep: Annotated[list[Code], Field(max_length=MOST_MOVES)] = Field(
        default_factory=list, description="Staff numbers of people who are not to be moved"
    )
    on: Day | None = Field(
        None, description="The day whose targets, certificates and postings count; today if left out"
    )

    def asked(self) -> Asked:
        """As the record asks it."""
        return Asked(**(self.model_dump() | {"keep": frozenset(self.keep)}))


class MoveIn(Body):
    """Somebody posted to a township."""

    person: Code = Field(description="Staff number")
    to: Code = Field(description="Township code")


Moves = Annotated[list[MoveIn], Field(max_length=MOST_MOVES)]


class MeasureIn(Body):
    """Moves held against what is asked."""

    asked: AskedIn = Field(default_factory=lambda: AskedIn.model_validate({}))
    moves: Moves = Field(examples=[[]])


class KeepIn(Body):
    """A plan to be kept."""

    title: Short = Field(examples=["年底下沉方案"])
    moves: Moves = Field(examples=[[]])
    asked: AskedIn = Field(default_factory=lambda: AskedIn.model_validate({}))
    by_hand: StrictBool = Field(False, description="Whether the moves were changed after they were worked out")


class DecideIn(Body):
    """Accepted or dropped, and why."""

    accept: StrictBool = Field(examples=[True])
    reason: Annotated[str, Field(min_length=1, max_length=2_000)] = Field(examples=["联席会议同意"])


class ShareOut(View):
    """People in townships now and then, of all, and how many the target asks for (none: no target)."""

    code: str
    whole: int
    now: int
    planned: int
    needed: int | None


class ShortfallOut(View):
    """A target (`county`, `team`) or a need of a township (`people`, `field`) that is not met."""

    kind: Literal["county", "team", "people", "field"]
    code: str
    field: str | None
    needed: int
    reached: int


class MoveOut(View):
    """A move: who, of which organ, from which township (none: the home organ) to which."""

    person: str = Field(description="Staff number")
    name: str
    organ: str
    kind: Literal["post", "repost", "return"]
    origin: str | None
    to: str


class PeopleOut(View):
    """People of a township now and then, and its tasks of the last 90 days."""

    township: str
    now: int
    planned: int
    tasks: int


class MeasuredOut(View):
    """What moves come to, held against the force of this moment."""

    moves: list[MoveOut]
    county: ShareOut
    teams: list[ShareOut]
    townships: list[PeopleOut]
    missed: list[ShortfallOut]
    clauses: dict[str, str | None]


class WorkedOut(MeasuredOut):
    """The plan that was worked out, with its proof: no plan meets as much with fewer moves than `bound`."""

    bound: int = Field(description="No plan has fewer moves; equal to their number when that is proven")
    proven: bool = Field(description="The number of moves is the least, proven")
    spread_proven: bool = Field(description="No plan of so few moves spreads load better, proven")
    seconds: float


class PlanOut(View):
    """A plan in the list."""

    number: str
    title: str
    status: Literal["draft", "accepted", "dropped"]
    as_of: date
    moves: int = Field(description="How many")
    by_hand: bool
    made_at: datetime
    decided_at: datetime | None
    reason: str | None


class PlansOut(View):
    """Plans that were kept, the newest first."""

    plans: list[PlanOut]


class PlanRead(View):
    """A plan with what was asked, its moves, and what it came to on the day it was made."""

    plan: PlanOut
    asked: dict[str, Any]
    result: dict[str, Any]
    moves: list[MoveOut]


class NumberOut(View):
    """The number of a plan and how it stands."""

    number: str
    status: Literal["draft", "accepted", "dropped"]
