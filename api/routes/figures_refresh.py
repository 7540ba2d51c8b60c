"""The daily refresh: how it stands, all days counted again on demand, and stopping that."""

from __future__ import annotations

from typing import Any

from fastapi import status
from sqlalchemy.orm import Session

from api.context import AtDesk, Desk
from api.routing import router_at
from data.authority import Actor, Subject, demand
from data.casework.recounting import ask_recount, stop_recount
from data.county import County
from data.queries.figures_standing import as_dict, standing
from data.settings import settings

router = router_at("/figures/refresh", tags=["figures"])


def _stands(session: Session, actor: Actor, county: County, *, desk: Desk) -> dict[str, Any]:
    demand(actor, "figure.read", Subject(county.jurisdiction_id), desk.now)
    return as_dict(standing(session, county, desk.now, settings().snapshot_hour), desk.lang)


@router.get("")
async def state(desk: AtDesk) -> dict[str, Any]:
    """Whether the figures that are due were taken, which days are missing, and how far a recount is."""
    return await desk.ask(_stands, desk=desk)


@router.post("", status_code=status.HTTP_202_ACCEPTED)
async def recount(desk: AtDesk) -> dict[str, Any]:
    """Ask for every day to be counted again; what differs is kept beside what was taken as restated."""
    await desk.write(ask_recount)
    return await desk.ask(_stands, desk=desk)


@router.delete("")
async def stop(desk: AtDesk) -> dict[str, Any]:
    """Stop the recount that waits or runs; what it has kept stays."""
    await desk.write(stop_recount)
    return await desk.ask(_stands, desk=desk)
