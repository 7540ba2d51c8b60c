"""Figures: live or as they stood on a past day, each with numerator, denominator, target and clause."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query

from api.context import AtDesk
from api.routing import router_at
from api.schemas import Day
from data.queries.figure_definition import defined
from data.queries.figure_rows import PAGE, source_rows
from data.queries.figures import checked_day, definitions, figures_on, series

Back = Annotated[int, Query(ge=1, le=3_660, description="How far back, at most ten years")]
Period = Annotated[int, Query(ge=1, le=366, description="How many days up to the date are counted together")]
By = Annotated[str | None, Query(max_length=40, description="Only one grouping: county, township, organ, day, month …")]
router = router_at("/figures", tags=["figures"])


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


@router.get("/{figure}/definition")
async def define(
    figure: str, desk: AtDesk, on: Annotated[Day | None, Query(alias="date", description="Today when left out")] = None
) -> dict[str, Any]:
    """What a figure means in this county on a day: formula, measures, targets with clause and date, values it rests on."""
    day = checked_day(on, desk.now)
    told = await desk.ask(defined, figure=figure, on=day, now=desk.now, lang=desk.lang)
    return told.as_dict() | {"date": day.isoformat()}


@router.get("/{figure}/rows")
async def rows(
    figure: str,
    desk: AtDesk,
    on: Annotated[Day | None, Query(alias="date")] = None,
    measure: Annotated[str | None, Query(max_length=40, description="The headline when left out")] = None,
    by: By = None,
    group: Annotated[str, Query(max_length=60, description="Code of the group, as the figure lists it")] = "",
    days: Period = 1,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
) -> dict[str, Any]:
    """The rows a measure was counted from, in the caller's townships, people masked; those that lie outside are only counted."""
    found = await desk.ask(
        source_rows, figure=figure, measure=measure, group=by or "county", code=group, on=on, now=desk.now, days=days,
        offset=offset, limit=limit, lang=desk.lang,
    )  # fmt: skip
    return asdict(found)
