"""Teams of the live demonstration: they accept, travel, work and report, a few times faster than in life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import SYSTEM
from data.casework import accept, arrive, decline, depart, report, report_position
from data.county import County
from data.db import Record
from data.models import Item, Lead, Task, Team, Unit
from data.simulate.catalogue import curves, pools, sorts
from data.simulate.chance import among, chance, weighted
from data.simulate.ground import metres
from policy.errors import Refusal
from policy.lifecycle import OPEN_TASKS
from policy.text import say
from policy.vocabulary import Outcome, TaskKind, TaskStatus, UnitStatus, Urgency
from policy.zone import CHINA

PACE: Final = 4.0  # minutes of life in one minute of the demonstration
SPEED: Final = 35.0 / 60.0  # kilometres a minute, with every detour
DECLINES: Final = 0.02
MOVES: Final = 4  # positions told in one step
STEPS: Final = 3  # steps taken in one step of the simulation, so that a long pause is worked off gently
IDLE: Final = timedelta(minutes=4)  # a team without a task tells its position so often
DRIFT: Final = 0.0025  # degrees it has moved by then at most
FRESH: Final = timedelta(seconds=12)


@dataclass(frozen=True, slots=True)
class Errand:
    """An open task with where its team is and where it goes."""

    number: str
    status: TaskStatus
    kind: TaskKind
    urgency: Urgency
    team: str
    since: datetime
    item: str | None
    at: tuple[float, float] | None
    to: tuple[float, float] | None
    seen: datetime | None


def errands(session: Session, county: County) -> list[Errand]:
    """Every open task of the county, the oldest first."""
    rows = session.execute(
        select(Task, Lead.lon, Lead.lat, Lead.cell_code, Item.code, Team.code, Unit)
        .join(Lead, Lead.id == Task.lead_id)
        .join(Team, Team.id == Task.team_id)
        .outerjoin(Item, Item.id == Lead.item_id)
        .outerjoin(Unit, Unit.team_id == Task.team_id)
        .where(Task.jurisdiction_id == county.jurisdiction_id, Task.status.in_(OPEN_TASKS))
        .order_by(Task.assigned_at, Task.number)
    )
    return [_errand(county, *row) for row in rows]


def _errand(
    county: County,
    task: Task,
    lon: float | None,
    lat: float | None,
    cell: str | None,
    item: str | None,
    team: str,
    unit: Unit | None,
) -> Errand:
    to = (lon, lat) if lon is not None and lat is not None else _middle(county, cell)
    known = unit is not None and unit.lon is not None and unit.lat is not None
    return Errand(
        task.number, TaskStatus(task.status), TaskKind(task.kind), Urgency(task.urgency), team,
        max(filter(None, (task.assigned_at, task.accepted_at, task.departed_at, task.arrived_at))), item,
        (unit.lon, unit.lat) if known else None, to,  # type: ignore[union-attr,arg-type]  # known: there is a unit
        unit.position_at if unit else None,
    )  # fmt: skip


def _middle(county: County, cell: str | None) -> tuple[float, float] | None:
    found = county.hierarchy.get(cell) if cell else None
    if found is None:
        return None
    point = found.geometry.representative_point()
    return float(point.x), float(point.y)


class Field:
    """Moves the errands of a county on."""

    def __init__(self, record: Record, seed: int) -> None:
        self.record, self.seed = record, seed

    def due(self, errand: Errand) -> datetime:
        """When the errand's next step is due: the same answer whoever asks, also after a restart."""
        rng = chance(self.seed, errand.number, errand.status.value)
        return errand.since + timedelta(seconds=self._seconds(errand, rng.random()))

    def _seconds(self, errand: Errand, drawn: float) -> float:
        if errand.status is TaskStatus.ASSIGNED:
            slowest = {Urgency.NORMAL: 70.0, Urgency.URGENT: 40.0, Urgency.EMERGENCY: 20.0}[errand.urgency]
            return 5.0 + drawn * slowest
        if errand.status is TaskStatus.ACCEPTED:
            return 8.0 + drawn * 25.0
        if errand.status is TaskStatus.ON_SCENE:
            return 75.0 + drawn * 260.0
        return self._travel(errand, drawn)

    def _travel(self, errand: Errand, drawn: float) -> float:
        """Seconds on the road: the way that is left when asked first, but at least half a minute, at most five."""
        if errand.at is None or errand.to is None:
            return 90.0
        way = metres(*errand.at, *errand.to) / 1000.0 / SPEED * 60.0 / PACE
        return min(300.0, 30.0 + way * (0.7 + 0.6 * drawn))

    def step(self, county: County, found: Sequence[Errand], now: datetime) -> int:
        """Take every step that is due; gives how many were taken. A refused step is left to people."""
        taken = 0
        for errand in sorted(found, key=lambda e: e.urgency is Urgency.NORMAL):
            if taken >= STEPS:
                break
            if self.due(errand) <= now or self._there(errand):
                try:
                    self._advance(county, errand, now)
                    taken += 1
                except Refusal:
                    continue
        return taken

    @staticmethod
    def _there(errand: Errand) -> bool:
        near = errand.at is not None and errand.to is not None and metres(*errand.at, *errand.to) < 40.0
        return errand.status is TaskStatus.EN_ROUTE and near

    def _advance(self, county: County, errand: Errand, now: datetime) -> None:
        told: dict[str, Any] = {"county": county, "now": now, "number": errand.number}
        rng = chance(self.seed, errand.number, "turn")
        if errand.status is TaskStatus.ASSIGNED and rng.random() < DECLINES:
            self.record.write(SYSTEM, decline, reason=among(rng, pools()["reasons"]["decline"]), **told)
        elif errand.status is TaskStatus.ASSIGNED:
            self.record.write(SYSTEM, accept, **told)
        elif errand.status is TaskStatus.ACCEPTED:
            self.record.write(SYSTEM, depart, **told)
        elif errand.status is TaskStatus.EN_ROUTE:
            if errand.to is not None:
                self._tell(county, errand.team, errand.to, now)
            self.record.write(SYSTEM, arrive, **told)
        else:
            self._report(county, errand, now)

    def _report(self, county: County, errand: Errand, now: datetime) -> None:
        rng = chance(self.seed, errand.number, "outcome")
        told: dict[str, Any] = {"county": county, "now": now, "number": errand.number}
        outcome = self._outcome(county, errand, rng)
        recheck = None
        if outcome is Outcome.ORDERED_CORRECTION:
            recheck = now.astimezone(CHINA).date() + timedelta(days=rng.choice((1, 3, 5, 7)))
        note = among(rng, pools()["reasons"]["notes"])
        try:
            self.record.write(SYSTEM, report, outcome=outcome.value, note=note, recheck_on=recheck, **told)
        except Refusal:  # too few certified people behind that outcome
            self.record.write(
                SYSTEM, report, outcome=Outcome.NOTHING_FOUND.value, note=say("simulate.report_note"), **told
            )

    @staticmethod
    def _outcome(county: County, errand: Errand, rng: Any) -> Outcome:
        if errand.kind is TaskKind.LOOK:
            return Outcome.NOTHING_FOUND if rng.random() < 0.6 else Outcome.REFER_UP
        known = {f"{county.short_code}-{s.code}": s.temper for s in sorts(county.profile.chain)}
        table = dict(curves().tempers[known.get(errand.item or "", "soft")])
        for handed_on in (Outcome.TRANSFER, Outcome.REFER_CRIMINAL):
            table.pop(handed_on.value, None)
        return Outcome(weighted(rng, table))

    # positions

    def move(self, county: County, found: Sequence[Errand], now: datetime) -> int:
        """Tell where travelling teams are, a few of them in one step."""
        moved = 0
        for errand in found:
            travelling = errand.status is TaskStatus.EN_ROUTE and errand.at is not None and errand.to is not None
            if not travelling or moved >= MOVES or (errand.seen is not None and now - errand.seen < FRESH):
                continue
            self._tell(county, errand.team, self._between(errand, now), now)
            moved += 1
        return moved

    def patrol(self, session: Session, county: County, now: datetime) -> int:
        """Let teams on patrol tell where they are, those heard of longest ago first."""
        query = (
            select(Team.code, Unit.lon, Unit.lat)
            .join(Unit, Unit.team_id == Team.id)
            .where(
                Team.jurisdiction_id == county.jurisdiction_id,
                Unit.status == UnitStatus.AVAILABLE,
                Unit.lon.is_not(None),
                Unit.position_at < now - IDLE,
            )
            .order_by(Unit.position_at, Team.code)
            .limit(MOVES)
        )
        rows = session.execute(query).all()
        for code, lon, lat in rows:
            point = self._drifted(county, code, float(lon or 0.0), float(lat or 0.0), now)
            self._tell(county, code, point, now)
        return len(rows)

    def _drifted(self, county: County, code: str, lon: float, lat: float, now: datetime) -> tuple[float, float]:
        """A little farther on, but never over the county's border or into another township."""
        rng = chance(self.seed, code, now.isoformat())
        moved = round(lon + rng.uniform(-DRIFT, DRIFT), 6), round(lat + rng.uniform(-DRIFT, DRIFT), 6)
        here, there = county.locator.locate(lon, lat), county.locator.locate(*moved)
        same = here is not None and there is not None and county.township_of(here) == county.township_of(there)
        return moved if same else (lon, lat)

    def _between(self, errand: Errand, now: datetime) -> tuple[float, float]:
        """A point on the way: of what is left, the part that the time since the last one brings."""
        here, there = errand.at or (0.0, 0.0), errand.to or (0.0, 0.0)
        left = max(6.0, (self.due(errand) - (errand.seen or now)).total_seconds())
        gone = max(6.0, (now - (errand.seen or now)).total_seconds())
        part = min(0.9, gone / (left + gone))
        return round(here[0] + part * (there[0] - here[0]), 6), round(here[1] + part * (there[1] - here[1]), 6)

    def _tell(self, county: County, team: str, point: tuple[float, float], now: datetime) -> None:
        self.record.write(SYSTEM, report_position, county=county, now=now, team_code=team, lon=point[0], lat=point[1])


def teams_out(session: Session, county: County) -> set[UUID]:
    """Teams that have an open task."""
    query = select(Task.team_id).where(Task.jurisdiction_id == county.jurisdiction_id, Task.status.in_(OPEN_TASKS))
    return set(session.scalars(query))
