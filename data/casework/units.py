"""The status board: it follows the tasks; a dispatcher may set it by hand, which is logged; positions with their age."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from data.authority import Subject, demand
from data.casework.steps import find_team
from data.db import Tx
from data.events import append_event
from data.models import Task, Team, Unit
from policy.errors import Refusal
from policy.lifecycle import OPEN_TASKS, unit_status
from policy.vocabulary import TaskStatus, UnitStatus


def unit_of(tx: Tx, team_id: UUID) -> Unit:
    """The board row of a team, locked for the step; made on first use."""
    unit = tx.session.scalars(select(Unit).where(Unit.team_id == team_id).with_for_update()).first()
    if unit is None:
        unit = Unit(jurisdiction_id=tx.county.jurisdiction_id, team_id=team_id, status="available", since=tx.now)
        tx.session.add(unit)
    return unit


def follow_tasks(tx: Tx, team_id: UUID) -> Unit:
    """Set the board to what the team's open tasks say; a unit set to busy or off duty by hand stays so when it has none."""
    tx.session.flush()
    tasks = tx.session.scalars(
        select(Task).where(Task.team_id == team_id, Task.status.in_(OPEN_TASKS)).order_by(Task.assigned_at)
    ).all()
    unit = unit_of(tx, team_id)
    status = unit_status(TaskStatus(task.status) for task in tasks)
    by_hand = unit.status in (UnitStatus.BUSY, UnitStatus.OFF_DUTY) and not tasks
    if not by_hand and status.value != unit.status:
        unit.status, unit.since = status.value, tx.now
    unit.task_id = tasks[-1].id if tasks else None
    return unit


def _subject(tx: Tx, team: Team) -> Subject:
    townships = frozenset({team.township_code} if team.township_code else ())
    return Subject(tx.county.jurisdiction_id, townships, team.code, team.name, nowhere=not townships)


def set_status(tx: Tx, *, team_code: str, status: str, reason: str) -> Unit:
    """Set a unit's status by hand, with a reason; refused while its open tasks say otherwise."""
    team = find_team(tx, team_code)
    demand(tx.actor, "unit.set_status", _subject(tx, team), tx.now)
    if status not in (UnitStatus.AVAILABLE, UnitStatus.BUSY, UnitStatus.OFF_DUTY):
        raise Refusal("errors_casework.status_follows_tasks", pointer="/status", status=status, team=team.name)
    if not reason.strip():
        raise Refusal("errors_casework.status_reason", pointer="/reason", team=team.name)
    unit = unit_of(tx, team.id)
    if unit.task_id is not None:
        raise Refusal("errors_casework.unit_has_task", kind="conflict", team=team.name)
    before, unit.status, unit.since = unit.status, status, tx.now
    append_event(
        tx,
        matter="unit",
        subject_id=team.id,
        subject_number=team.code,
        verb="set_status",
        from_state=before,
        to_state=status,
        facts={"reasoned": True},
    )
    return unit


def report_position(tx: Tx, *, team_code: str, lon: float, lat: float, at: datetime | None = None) -> Unit:
    """Keep a unit's newest position (WGS-84); an older one than is known changes nothing. Positions are no events."""
    team = find_team(tx, team_code)
    demand(tx.actor, "unit.position", _subject(tx, team), tx.now)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refusal("errors_casework.point_not_degrees", pointer="/lon", lon=lon, lat=lat, county=tx.county.name)
    unit, moment = unit_of(tx, team.id), min(at or tx.now, tx.now)
    if unit.position_at is None or unit.position_at <= moment:
        unit.lon, unit.lat, unit.position_at = lon, lat, moment
    return unit
