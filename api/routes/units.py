"""Units on the road: the positions their officers' telephones report."""

from __future__ import annotations

from api import schemas_coverage as s
from api.context import AtDesk
from api.routing import router_at
from data import casework

router = router_at("/units", tags=["teams"])


@router.post("/{code}/position", response_model=s.UnitPositionOut)
async def position(code: str, body: s.UnitPositionIn, desk: AtDesk) -> s.UnitPositionOut:
    """Report where one's own unit is; answers what is kept. Not later than now; an older one changes nothing."""
    unit = await desk.write(casework.report_position, team_code=code, **body.model_dump())
    kept = {"code": code, "lon": unit.lon, "lat": unit.lat, "position_at": unit.position_at}
    return s.UnitPositionOut.model_validate(kept)
