"""Bodies of the interface for patrols: village grids against their plans, the share of each day, patrols."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from api.schemas import View
from policy.vocabulary_patrol import CellState, PatrolPer, PatrolStatus, SeenBy


class PatrolPlanOut(View):
    """A plan in force."""

    times: int
    per: PatrolPer
    turn: int = Field(description="Place in the round of who walks")
    walker: str = Field(description="`team:CODE` or `person:STAFF NUMBER`")
    since: date


class PatrolledCellOut(View):
    """A village grid and how it stands."""

    code: str
    name: str
    township_code: str
    plan: PatrolPlanOut | None
    done: int = Field(description="Visits that count")
    planned: int = Field(description="Visits the plan asks for over the days shown")
    last_at: datetime | None
    days_since: int | None
    allowed_days: int | None = Field(description="Days from one visit to the next that plan and profile allow")
    state: CellState
    by_day: list[int] = Field(description="Visits of each day, oldest first")


class PatrolDayOut(View):
    """Village grids with a plan that were covered on a day."""

    day: date
    covered: int
    planned: int


class PatrolCoverageOut(View):
    """Coverage over some days up to now."""

    at: datetime
    cycle_days: int | None = Field(description="Longest cycle of the profile; none where the plan is silent")
    clause: str | None
    done: int
    planned: int
    overdue: int
    cells: list[PatrolledCellOut]
    days: list[PatrolDayOut]


class PatrolPlansOut(View):
    """Village grids whose plans a step set or ended."""

    cells: list[str]


class PatrolVisitOut(View):
    """A village grid covered."""

    cell_code: str
    visited_at: datetime
    seen_by: SeenBy


class PatrolOut(View):
    """A patrol with what it covered and found."""

    number: str
    township_code: str
    status: PatrolStatus
    walker: str
    cells: list[str] = Field(description="Village grids set out for, in their order")
    started_at: datetime
    ended_at: datetime | None
    note: str | None
    reason: str | None
    visits: list[PatrolVisitOut]
    leads: list[str]


class PatrolsOut(View):
    """Patrols, those under way first, then the newest."""

    patrols: list[PatrolOut]
