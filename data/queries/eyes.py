"""Eyes near a lead: grid workers on shift who could photograph it, the nearest first; and what became of those asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import EyesRequest, Lead, Team
from data.queries.recommending import recommend_teams
from data.settings import settings
from policy.decision import Reason
from policy.recommendation import Candidate
from policy.vocabulary import TaskKind

GRID_WORKERS = "grid_workers"


@dataclass(frozen=True, slots=True)
class Near:
    """Grid workers who may be asked: minutes away as reckoned, and whether they stand in the lead's own cell."""

    code: str
    name: str
    minutes: float | None
    same_cell: bool


@dataclass(frozen=True, slots=True)
class EyesView:
    """A request for a photograph, as the lead shows it."""

    key: UUID
    team: str
    phone: str | None
    status: str
    asked_at: datetime
    minutes: float | None
    answered_at: datetime | None
    photographs: int
    reason: str | None


def eyes_near(
    session: Session, county: County, lead: Lead, now: datetime
) -> tuple[tuple[Near, ...], tuple[Reason, ...]]:
    """Grid workers near enough, those in the lead's own cell first, then by minutes; and why the others are left out."""
    found = recommend_teams(session, county, lead, now, TaskKind.LOOK)
    query = select(Team.code).where(Team.jurisdiction_id == county.jurisdiction_id, Team.kind == GRID_WORKERS)
    workers = set(session.scalars(query))
    able = [_near(county, lead, one) for one in found.candidates if one.team.code in workers]
    reached = [one for one in able if one.same_cell or _within(one.minutes)]
    out = [one for one in found.excluded if one.team.code in workers]
    reasons = tuple(reason for one in out for reason in one.decision.obstacles)
    ordered = sorted(reached, key=lambda one: (not one.same_cell, one.minutes is None, one.minutes or 0.0, one.code))
    return tuple(ordered), reasons[:3]


def _within(minutes: float | None) -> bool:
    return minutes is not None and minutes <= settings().eyes_minutes


def _near(county: County, lead: Lead, one: Candidate) -> Near:
    team = one.team
    cell = county.locator.locate(team.lon, team.lat) if team.lon is not None and team.lat is not None else None
    return Near(team.code, team.name, one.minutes, cell is not None and cell == lead.cell_code)


def eyes_of(session: Session, lead_id: UUID, lang: str = "zh") -> Sequence[EyesView]:
    """Requests for photographs of a lead, oldest first."""
    query = (
        select(EyesRequest, Team)
        .join(Team, Team.id == EyesRequest.team_id)
        .where(EyesRequest.lead_id == lead_id)
        .order_by(EyesRequest.asked_at)
    )
    return [
        EyesView(
            row.id,
            team.name if lang == "zh" else team.name_en,
            team.phone,
            row.status,
            row.asked_at,
            row.minutes,
            row.answered_at,
            row.photographs,
            row.reason,
        )
        for row, team in session.execute(query)
    ]
