"""Figures: live or as they stood on a past day, each with numerator, denominator, target and clause."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.context import AtDesk
from api.schemas import Day
from data.queries.figures import definitions, figures_on, series

Back = Annotated[int, Query(ge=1, le=3_660, description="How far back, at most ten years")]
Period = Annotated[int, Query(ge=1, le=366, description="How many days up to the date are counted together")]
By = Annotated[str | None, Query(max_length=40, description="Only one grouping: county, township, organ, day, month …")]
router = APIRouter(prefix="/figures", tags=["figures"])


@router.get("")
async def look_up(
    desk: AtDesk,
    on: Annotated[Day | None, Query(alias="date", description="Business date; live when left out")] = None,
    by: By = None,
    days: Period = 1,
) -> dict[str, Any]:
    """All figures that are computed, of now or of a day, with their definitions."""
    rows = await desk.ask(figures_on, on=on, now=desk.now, group_kind=by, days=days, lang=desk.lang)
    return {"date": on.isoformat() if on else None, "definitions": definitions(desk.lang), "figures": rows}


@router.get("/{figure}")
async def read(
    figure: str,
    desk: AtDesk,
    on: Annotated[Day | None, Query(alias="date")] = None,
    by: By = None,
    days: Period = 1,
) -> dict[str, Any]:
    """One figure with all its measures and groups."""
    rows = await desk.ask(figures_on, on=on, now=desk.now, group_kind=by, only=figure, days=days, lang=desk.lang)
    return {"date": on.isoformat() if on else None, "definition": definitions(desk.lang, figure)[0], "figures": rows}


@router.get("/{figure}/series")
async def history(
    figure: str, desk: AtDesk, measure: str | None = None, by: str = "county", group: str = "", days: Back = 365
) -> dict[str, Any]:
    """The daily snapshots of one figure, oldest first."""
    rows = await desk.ask(
        series, figure=figure, measure=measure, group_kind=by, group_code=group, days=days, now=desk.now, lang=desk.lang
    )
    return {"figure": figure, "series": rows}
