"""Coverage 5/15: who is reached in time, what a unit leaves uncovered, where a free one would help most."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api import schemas_coverage as s
from api.context import AtDesk
from api.routing import router_at
from data.queries.coverage import coverage_layer, read_best_places, read_coverage

router = router_at("/coverage", tags=["teams"])
Free = Annotated[bool, Query(description="Only units that are available")]


@router.get("", response_model=s.CoverageOut)
async def coverage(desk: AtDesk, free: Free = False) -> s.CoverageOut:
    """Cells and leads of late that units on duty reach in time now, and what each unit leaves uncovered if it goes."""
    return s.CoverageOut.model_validate(await desk.ask(read_coverage, now=desk.now, free=free, lang=desk.lang))


@router.get("/areas", response_model=s.AreasOut)
async def areas(desk: AtDesk, free: Free = False) -> s.AreasOut:
    """The areas units on duty reach within each target of the plan, for a map."""
    return s.AreasOut.model_validate(await desk.ask(coverage_layer, now=desk.now, free=free))


@router.get("/best-places", response_model=s.BestPlacesOut)
async def best_places(
    desk: AtDesk,
    units: Annotated[int, Query(ge=1, le=5, description="How many more units are to be placed")] = 1,
    free: Free = False,
) -> s.BestPlacesOut:
    """The cells where so many more units would bring most leads of late within their target."""
    return s.BestPlacesOut.model_validate(await desk.ask(read_best_places, now=desk.now, units=units, free=free))
