"""The status board: it follows the tasks; a dispatcher may set it by hand, which is logged; positions with their age."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select

from data.authority import Subject, demand, within
from data.casework.patrol_cover import cover_by_position
from data.casework.steps import find_team
from data.db import Tx
from data.events import append_event
from data.models import Shift, Task, Team, TeamMember, Unit
from geo.coordinates import DATUMS, Datum, diagnose, to_wgs84
from policy.errors import Refusal
from policy.lifecycle import OPEN_TASKS, unit_status
from policy.vocabulary import Role, TaskStatus, UnitStatus
from policy.zone import CHINA

AHEAD: Final = timedelta(minutes=2)  # by which the clock of a telephone may be fast


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


def report_position(
    tx: Tx, *, team_code: str, lon: float, lat: float, at: datetime | None = None, datum: Datum = "wgs84"
) -> Unit:
    """Keep a unit's newest position; an older one than is known changes nothing. Positions are no events.

    Officers and grid workers report for a team of their own; `at` may be ahead by what clocks of telephones differ.
    """
    team = find_team(tx, team_code)
    subject = _subject(tx, team)
    demand(tx.actor, "unit.position", subject, tx.now)
    _demand_own(tx, team, subject)
    if at is not None and at > tx.now + AHEAD:
        told: dict[str, Any] = {"value": at.astimezone(CHINA).isoformat(), "now": tx.now.astimezone(CHINA).isoformat()}
        raise Refusal("errors_casework.position_ahead", pointer="/at", **told)
    x, y = _point(tx, lon, lat, datum)
    unit, moment = unit_of(tx, team.id), min(at or tx.now, tx.now)
    if unit.position_at is None or unit.position_at <= moment:
        unit.lon, unit.lat, unit.position_at = x, y, moment
    cover_by_position(tx, team.id, x, y, moment)
    return unit


def _demand_own(tx: Tx, team: Team, subject: Subject) -> None:
    """A position is told by who is there: somebody of the team or on its shift; the desk enters it for anybody."""
    scopes = within(tx.actor, subject, tx.now).scopes
    named = any(scope.role is Role.DISPATCHER or scope.team == team.code for scope in scopes)
    if tx.actor.system or named or belongs(tx, team):
        return
    raise Refusal("errors_casework.position_not_own", kind="forbidden", pointer="/code", team=team.name)


def belongs(tx: Tx, team: Team) -> bool:
    """Whether who acts is of the team, or on its shift now."""
    person = tx.actor.person_id
    if person is None:
        return False
    member = select(TeamMember.id).where(TeamMember.person_id == person, *member_now(tx, team))
    shift = select(Shift.id).where(Shift.person_id == person, *shift_now(tx, team))
    return any(tx.session.scalars(query.limit(1)).first() is not None for query in (member, shift))


def member_now(tx: Tx, team: Team) -> tuple[ColumnElement[bool], ...]:
    """Which memberships of the team are in force at the moment of the step."""
    day = tx.now.astimezone(CHINA).date()
    still = TeamMember.valid_to.is_(None) | (TeamMember.valid_to >= day)
    return (TeamMember.team_id == team.id, TeamMember.valid_from <= day, still)


def shift_now(tx: Tx, team: Team) -> tuple[ColumnElement[bool], ...]:
    """Which shifts of the team are on at the moment of the step."""
    return (Shift.team_id == team.id, Shift.starts_at <= tx.now, Shift.ends_at > tx.now)


def _point(tx: Tx, lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    """The point in WGS-84, near the county or not; swapped axes are refused."""
    told: dict[str, Any] = {"lon": lon, "lat": lat, "county": tx.county.name}
    if datum not in DATUMS:
        raise Refusal("errors_casework.datum_unknown", pointer="/datum", datum=datum, allowed=DATUMS)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refusal("errors_casework.point_not_degrees", pointer="/lon", **told)
    finding = diagnose(lon, lat, tx.county.contains)
    if finding.kind in ("swapped", "swapped_gcj02"):
        told |= {"found_lon": round(finding.lon, 6), "found_lat": round(finding.lat, 6)}
        raise Refusal(f"errors_casework.point_{finding.kind}", pointer="/lon", **told)
    x, y = to_wgs84(lon, lat, datum)
    return float(x), float(y)
