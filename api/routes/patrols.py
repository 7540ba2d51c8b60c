"""Patrols: plans of village grids, coverage, patrols and their steps, one route a step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Query, Response

from api import schemas_patrols as s
from api.context import AtDesk
from api.forms import given, stepped
from api.once import Key, Row, once, replied
from api.routing import router_at
from data.casework.patrol_plans import end_plans, plan_cells
from data.casework.patrols import patrol_step, start_patrol
from data.db import Tx
from data.queries.patrols import CellRow, PatrolCoverage, PatrolRow, one_patrol, patrol_coverage, patrols_of, told_of
from policy.patrol import PATROL_FORMS
from policy.vocabulary import label
from policy.vocabulary_patrol import CellState, PatrolStatus, PatrolStep

router = router_at("/patrols", tags=["patrols"])
_PLANS: Final = {PatrolStep.PLAN: plan_cells, PatrolStep.END: end_plans}
_WALKING: Final = (PatrolStep.TICK, PatrolStep.FOUND, PatrolStep.LINK_LEAD, PatrolStep.FINISH, PatrolStep.BREAK_OFF)
Township = Annotated[str | None, Query(max_length=20, description="Code of a township; all in reach when left out")]


# -- coverage ------------------------------------------------------------------------------------------------------------


@router.get("/coverage", response_model=s.PatrolCoverageOut)
async def read_patrol_coverage(
    desk: AtDesk,
    township: Township = None,
    days: Annotated[int | None, Query(ge=1, le=92, description="Days up to today; the cycle when left out")] = None,
) -> s.PatrolCoverageOut:
    """Every village grid against its plan: done of planned, the last visit, what is overdue; the share of each day."""
    found: PatrolCoverage = await desk.ask(patrol_coverage, now=desk.now, township=township, days=days)
    return s.PatrolCoverageOut(
        at=found.at,
        cycle_days=found.rules.cycle,
        clause=found.rules.clause,
        done=found.done,
        planned=found.planned,
        overdue=found.count(CellState.OVERDUE),
        cells=[_cell(row, desk.county.name_of(row.code, desk.lang)) for row in found.rows],
        days=[s.PatrolDayOut(day=one.day, covered=one.covered, planned=one.planned) for one in found.days],
    )


def _cell(row: CellRow, name: str) -> s.PatrolledCellOut:
    plan, held = row.plan, row.standing
    told = s.PatrolPlanOut(
        times=plan.times, per=plan.per, turn=plan.turn, walker=plan.walker.code, since=plan.since
    ) if plan else None  # fmt: skip
    return s.PatrolledCellOut(
        code=row.code,
        name=name,
        township_code=row.township_code,
        plan=told,
        done=held.done,
        planned=held.planned,
        last_at=row.last_at,
        days_since=held.since,
        allowed_days=held.allowed,
        state=held.state,
        by_day=list(row.by_day),
    )


# -- patrols -------------------------------------------------------------------------------------------------------------


def _patrol(row: PatrolRow) -> s.PatrolOut:
    names = ("number", "township_code", "status", "cells", "started_at", "ended_at", "note", "reason")
    known = {name: getattr(row.patrol, name) for name in names}
    visits = [s.PatrolVisitOut.model_validate(visit, from_attributes=True) for visit in row.visits]
    return s.PatrolOut(walker=row.walker.code, visits=visits, leads=list(row.leads), **known)


@router.get("", response_model=s.PatrolsOut)
async def look_up_patrols(
    desk: AtDesk,
    township: Township = None,
    status: PatrolStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> s.PatrolsOut:
    """Patrols in reach of the caller, those under way first, then the newest."""
    which = {"township": township, "status": status.value if status else None, "limit": limit}
    rows = await desk.ask(patrols_of, now=desk.now, **which)
    return s.PatrolsOut(patrols=[_patrol(row) for row in rows])


@router.get("/{number}", response_model=s.PatrolOut)
async def read_patrol(number: str, desk: AtDesk) -> s.PatrolOut:
    """One patrol with what it covered and found."""
    return _patrol(await desk.ask(one_patrol, now=desk.now, number=number))


# -- steps ---------------------------------------------------------------------------------------------------------------


def _write_plans(tx: Tx, *, step: PatrolStep, facts: Row, key: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        return {"cells": [row.cell_code for row in _PLANS[step](inner, given=facts)]}

    return once(tx, work=work, request={"patrol": step.value, "given": facts}, key=key)


def _write_patrol(tx: Tx, *, number: str | None, step: PatrolStep, facts: Row, key: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        if number is None:
            row = start_patrol(inner, given=facts)
        else:
            row = patrol_step(inner, number=number, step_name=step.value, given=facts)
        inner.session.flush()
        told: Row = _patrol(told_of(inner.session, [row])[0]).model_dump(mode="json")
        return told

    return once(tx, work=work, request={"patrol": number or step.value, "step": step.value, "given": facts}, key=key)


def _planning(step: PatrolStep) -> Callable[..., Any]:
    async def plan(desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        return replied(await desk.write(_write_plans, step=step, facts=given(body), key=key), response)

    return plan


def _starting(step: PatrolStep) -> Callable[..., Any]:
    async def start(desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        found = await desk.write(_write_patrol, number=None, step=step, facts=given(body), key=key)
        response.headers["Location"] = f"/api/v1/patrols/{found[0]['number']}"
        return replied(found, response)

    return start


def _walking(step: PatrolStep) -> Callable[..., Any]:
    async def walk(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        return replied(await desk.write(_write_patrol, number=number, step=step, facts=given(body), key=key), response)

    return walk


def _told(endpoint: Callable[..., Any], step: PatrolStep) -> Callable[..., Any]:
    return stepped(endpoint, f"patrol_{step.value}", PATROL_FORMS[step], partial(label, step))


def _add() -> None:
    for step, path in ((PatrolStep.PLAN, "/plans"), (PatrolStep.END, "/plans/end")):
        router.add_api_route(path, _told(_planning(step), step), methods=["POST"], response_model=s.PatrolPlansOut)
    start = _told(_starting(PatrolStep.START), PatrolStep.START)
    router.add_api_route("", start, methods=["POST"], status_code=201, response_model=s.PatrolOut)
    for step in _WALKING:
        walk = _told(_walking(step), step)
        router.add_api_route(f"/{{number}}/steps/{step.value}", walk, methods=["POST"], response_model=s.PatrolOut)


_add()
