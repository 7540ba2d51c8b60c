"""Teams with their units, load and certified people on shift."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from data.authority import Actor, Subject, demand, townships_of
from data.county import County
from data.models import DISPATCH_ROOM, Team
from data.queries.force import team_facts
from policy.eligibility import TaskFacts, may_enforce
from policy.vocabulary import TaskKind, UnitStatus


def list_teams(session: Session, actor: Actor, county: County, *, now: datetime) -> list[dict[str, Any]]:
    """All teams the actor may see, by code; `certified_on_shift` counts who may enforce at `now`."""
    demand(actor, "team.read", Subject(county.jurisdiction_id), None)
    area = townships_of(actor, "team.read", county.jurisdiction_id)
    query = (
        select(Team)
        .where(Team.jurisdiction_id == county.jurisdiction_id, Team.kind != DISPATCH_ROOM)
        .options(joinedload(Team.organ), joinedload(Team.unit))
        .order_by(Team.code)
    )
    teams = [t for t in session.scalars(query) if area is None or t.township_code is None or t.township_code in area]
    facts = {fact.code: fact for fact in team_facts(session, county, now, codes=[team.code for team in teams])}
    return [_row(team, facts[team.code], now) for team in teams]


def _row(team: Team, fact: Any, now: datetime) -> dict[str, Any]:
    unit, probe = team.unit, TaskFacts(TaskKind.HANDLE)
    certified = sum(may_enforce(who, fact, probe, now).allowed for who in fact.members)
    return {
        "code": team.code,
        "name": team.name,
        "name_en": team.name_en,
        "kind": team.kind,
        "field": team.field,
        "organ_code": team.organ.code,
        "township_code": team.township_code,
        "phone": team.phone,
        "status": unit.status if unit else UnitStatus.AVAILABLE.value,
        "since": unit.since if unit else None,
        "lon": unit.lon if unit else None,
        "lat": unit.lat if unit else None,
        "position_at": unit.position_at if unit else None,
        "open_tasks": fact.open_tasks,
        "capacity": team.capacity,
        "certified_on_shift": certified,
        "on_shift": sum(who.on_shift for who in fact.members),
    }
