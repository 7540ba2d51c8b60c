"""The pool of legal experts: who may be asked in a review."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.context import AtDesk
from api.routing import router_at
from api.schemas_review import ExpertOut, ExpertsOut
from data.queries.experts import list_experts

router = router_at("/experts", tags=["reviews"])


@router.get("", response_model=ExpertsOut)
async def look_up(
    desk: AtDesk,
    review: Annotated[
        str | None, Query(max_length=40, description="Number of the review for which they are to be asked")
    ] = None,
) -> ExpertsOut:
    """The pool, those who may be asked today first; with `review` also who steps aside for its case."""
    rows = await desk.read(list_experts, desk.actor, desk.county, desk.now, review=review)
    return ExpertsOut(experts=[ExpertOut.model_validate(row) for row in rows])
