"""Tasks: what a team was sent to do and how it went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query

from api import schemas as s
from api.context import AtDesk, Desk
from api.routing import router_at
from data import casework
from data.models import Task
from data.queries.leads import get_task, list_tasks
from policy.vocabulary import TaskStatus

router = router_at("/tasks", tags=["tasks"])


async def tasks_of(desk: Desk, lead: str) -> list[s.TaskOut]:
    """All tasks of a lead, newest first."""
    return [s.TaskOut.model_validate(row) for row in await desk.ask(list_tasks, lead=lead)]


@router.get("", response_model=s.TasksOut)
async def look_up(
    desk: AtDesk,
    status: Annotated[list[TaskStatus] | None, Query()] = None,
    lead: str | None = None,
    team: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> s.TasksOut:
    """Tasks newest first, within the caller's townships."""
    rows = await desk.ask(list_tasks, statuses=status or [], lead=lead, team=team, limit=limit)
    return s.TasksOut(tasks=[s.TaskOut.model_validate(row) for row in rows])


@router.get("/{number}", response_model=s.TaskOut)
async def read(number: str, desk: AtDesk) -> s.TaskOut:
    """One task."""
    return s.TaskOut.model_validate(await desk.ask(get_task, number=number))


def _told(body: s.ToldIn | None) -> dict[str, str | None]:
    return body.model_dump() if body else {}


async def _step(desk: Desk, verb: Callable[..., Task], number: str, **facts: Any) -> s.TaskOut:
    await desk.write(verb, number=number, **facts)
    return s.TaskOut.model_validate(await desk.ask(get_task, number=number))


@router.post("/{number}/accept", response_model=s.TaskOut)
async def accept(number: str, desk: AtDesk, body: s.ToldIn | None = None) -> s.TaskOut:
    """Take the task on; eligibility is judged again at this moment."""
    return await _step(desk, casework.accept, number, **_told(body))


@router.post("/{number}/decline", response_model=s.TaskOut)
async def decline(number: str, body: s.ReasonIn, desk: AtDesk) -> s.TaskOut:
    """Give the task back with a reason."""
    return await _step(desk, casework.decline, number, reason=body.reason)


@router.post("/{number}/depart", response_model=s.TaskOut)
async def depart(number: str, desk: AtDesk, body: s.ToldIn | None = None) -> s.TaskOut:
    """The team is on its way."""
    return await _step(desk, casework.depart, number, **_told(body))


@router.post("/{number}/arrive", response_model=s.TaskOut)
async def arrive(number: str, desk: AtDesk, body: s.ToldIn | None = None) -> s.TaskOut:
    """The team is on scene."""
    return await _step(desk, casework.arrive, number, **_told(body))


@router.post("/{number}/report", response_model=s.TaskOut)
async def report(number: str, body: s.ReportIn, desk: AtDesk) -> s.TaskOut:
    """Report back with one of the closed list of outcomes."""
    return await _step(desk, casework.report, number, **body.model_dump())


@router.post("/{number}/recall", response_model=s.TaskOut)
async def recall(number: str, body: s.ReasonIn, desk: AtDesk) -> s.TaskOut:
    """Call the team back with a reason."""
    return await _step(desk, casework.recall, number, reason=body.reason)
