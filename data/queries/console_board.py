"""The unit board of the dispatch console: status, since when, load, certified people, what each unit is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor
from data.county import County
from data.models import Lead, Task, Team
from data.queries.force import OPEN
from data.queries.teams import list_teams


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit; `task`, `lead` and `going` (place of the lead) are those of its newest open task."""

    code: str
    name: str
    kind: str
    status: str
    since: datetime | None
    open_tasks: int
    capacity: int
    certified: int
    on_shift: int
    township: str | None
    phone: str | None
    lon: float | None
    lat: float | None
    position_at: datetime | None
    task: str | None = None
    lead: str | None = None
    going: str = ""


def _newest_tasks(session: Session, county: County) -> dict[str, tuple[str, str, str | None]]:
    rows = session.execute(
        select(Team.code, Task.number, Lead.number.label("lead"), Lead.cell_code)
        .join(Task, Task.team_id == Team.id)
        .join(Lead, Lead.id == Task.lead_id)
        .where(Task.jurisdiction_id == county.jurisdiction_id, Task.status.in_(OPEN))
        .order_by(Task.assigned_at)
    )
    return {code: (number, lead, cell) for code, number, lead, cell in rows}


def _row(team: dict[str, Any], task: tuple[str, str, str | None] | None, county: County, lang: str) -> BoardRow:
    return BoardRow(
        code=team["code"],
        name=team["name"] if lang == "zh" else team["name_en"],
        kind=team["kind"],
        status=team["status"],
        since=team["since"],
        open_tasks=team["open_tasks"],
        capacity=team["capacity"],
        certified=team["certified_on_shift"],
        on_shift=team["on_shift"],
        township=county.name_of(team["township_code"]) if team["township_code"] else None,
        phone=team["phone"],
        lon=team["lon"],
        lat=team["lat"],
        position_at=team["position_at"],
        task=task[0] if task else None,
        lead=task[1] if task else None,
        going=county.name_of(task[2]) if task and task[2] else "",
    )


def read_board(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> tuple[BoardRow, ...]:
    """Every unit the actor may see, in an order that does not change with its status."""
    tasks = _newest_tasks(session, county)
    return tuple(
        _row(team, tasks.get(team["code"]), county, lang) for team in list_teams(session, actor, county, now=now)
    )
