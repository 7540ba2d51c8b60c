"""Teams, their units' status and position."""

from __future__ import annotations

from fastapi import Response

from api import schemas as s
from api.context import AtDesk
from api.routing import router_at
from data import casework
from data.queries.teams import list_teams

router = router_at("/teams", tags=["teams"])


@router.get("", response_model=s.TeamsOut)
async def look_up(desk: AtDesk) -> s.TeamsOut:
    """All teams with status, position, load and certified people on shift."""
    rows = await desk.ask(list_teams, now=desk.now)
    return s.TeamsOut(teams=[s.TeamOut.model_validate(row) for row in rows])


@router.put("/{code}/position", status_code=204)
async def position(code: str, body: s.PositionIn, desk: AtDesk) -> Response:
    """Keep a unit's newest position; an older one changes nothing."""
    await desk.write(casework.report_position, team_code=code, **body.model_dump())
    return Response(status_code=204)


@router.put("/{code}/status", status_code=204)
async def status(code: str, body: s.StatusIn, desk: AtDesk) -> Response:
    """Set a unit's status by hand, with a reason; refused while a task says otherwise."""
    await desk.write(casework.set_status, team_code=code, status=body.status.value, reason=body.reason)
    return Response(status_code=204)
