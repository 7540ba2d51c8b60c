"""“One matter” scenarios 一件事 in use on a day, against what the plan asks for by then (I3; YY 一, 三(一))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import Organ, Scenario
from data.queries.township import today
from policy.figures.definitions import Target, coming, target
from policy.text import Name


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A scenario in use, with the organ that leads it."""

    key: UUID
    code: str
    name: str
    organ_code: str
    organ: Name
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Scenarios in use on a day, the target that holds and the one still ahead."""

    on: date
    rows: tuple[ScenarioRow, ...]
    target: Target | None
    ahead: Target | None


def scenarios_of(session: Session, actor: Actor, county: County, now: datetime, on: date | None = None) -> Scenarios:
    """Scenarios in use on the day, today where none is said, the newest first."""
    demand(actor, "staffing.read", Subject(county.jurisdiction_id), now)
    day = on or today(now)
    query = (
        select(Scenario, Organ)
        .outerjoin(Organ, (Organ.code == Scenario.organ_code) & (Organ.jurisdiction_id == Scenario.jurisdiction_id))
        .where(
            Scenario.jurisdiction_id == county.jurisdiction_id,
            Scenario.valid_from <= day,
            or_(Scenario.valid_to.is_(None), Scenario.valid_to >= day),
        )
        .order_by(Scenario.valid_from.desc(), Scenario.code.desc())
    )
    rows = tuple(_row(row, organ) for row, organ in session.execute(query))
    return Scenarios(day, rows, target("F16", county.profile, day), coming("F16", county.profile, day))


def _row(row: Scenario, organ: Organ | None) -> ScenarioRow:
    name = Name(organ.name, organ.name_en or organ.name) if organ else Name(row.organ_code, row.organ_code)
    return ScenarioRow(row.id, row.code, row.name, row.organ_code, name, row.valid_from, row.valid_to)
