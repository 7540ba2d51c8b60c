"""One look at the county for its walls: read once for a step of the record, however many walls ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, townships_of
from data.county import County
from data.models import ChainHead
from data.queries import wall_days, wall_live
from data.queries.anomalies import Anomalies, anomalies
from data.queries.grid import bounds_of, map_version, short_words
from data.queries.handed import handed_to
from data.queries.wall_rows import (
    Closure,
    Daily,
    Emergency,
    Hours,
    Named,
    OpenLead,
    OpenTask,
    Scene,
    Unusual,
    WallState,
)
from data.queries.wall_suspected import topics, with_suspicions
from policy.vocabulary import Urgency
from policy.zone import CHINA

BEAT: Final = 30  # seconds after which a look is taken again though nothing was written: deadlines pass by themselves
LOOK: Final = 300  # seconds between two looks for what is more than expected
AFTERGLOW: Final = timedelta(hours=2)  # an emergency whose team is there stays in the alarm line so long
HALO: Final = 0.03  # degrees around an emergency's point: about three kilometres, so that units near by are seen
T = TypeVar("T")


class Kept:
    """The last few answers by key; who asks for one that is being made waits for it."""

    def __init__(self, size: int) -> None:
        """`size`: how many answers are kept."""
        self._size, self._lock = size, threading.Lock()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer of `key`, made when it is not there."""
        with self._lock:
            if key not in self._answers:
                self._answers[key] = make()
                while len(self._answers) > self._size:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(key)
            return cast(T, self._answers[key])


_looks: Final = Kept(16)
_slow: Final = Kept(48)


def sequence_of(session: Session, county: County) -> int:
    """The last event of the county's chain; 0 before the first."""
    query = select(ChainHead.sequence).where(ChainHead.jurisdiction_id == county.jurisdiction_id)
    return session.scalar(query) or 0


def wall_state(session: Session, actor: Actor, county: County, now: datetime) -> WallState:
    """What the walls of a county show at `now`, within the actor's area; the same object for the same step of the record."""
    demand(actor, "page.wall", Subject(county.jurisdiction_id, label=county.name), now)
    sequence = sequence_of(session, county)
    key = (*scope_of(actor, county), sequence, int(now.timestamp()) // BEAT)
    return _looks.get(key, lambda: _look(session, actor, county, now, sequence))


def scope_of(actor: Actor, county: County) -> tuple[Hashable, ...]:
    """What a wall's rows depend on: county and map, and the townships whose leads, tasks and teams may be read."""
    areas = (townships_of(actor, verb, county.jurisdiction_id) for verb in ("lead.read", "task.read", "team.read"))
    return (county.jurisdiction_id, map_version(county), *areas)


def _kept(actor: Actor, county: County, name: str, moment: Hashable, make: Callable[[], T]) -> T:
    return _slow.get((name, *scope_of(actor, county), moment), make)


def _look(session: Session, actor: Actor, county: County, now: datetime, sequence: int) -> WallState:
    start = wall_days.day_start(now)
    leads, newest = _named(session, actor, county, now)
    tasks = wall_live.open_tasks(session, actor, county)
    late = wall_live.late_ones(leads, tasks, now)
    moments, of_received, resolved = wall_live.today(session, actor, county, start)
    usual, closure, daily = _slow_part(session, actor, county, now)
    hours = replace(usual, counts=wall_live.by_hour(moments, start))
    arrived = (len(moments), of_received, resolved)
    on_duty = wall_live.teams_on_duty(session, county, now)
    return WallState(
        sequence=sequence,
        at=now,
        county=Named(county.name, county.name_en),
        drill=county.drill,
        counts=wall_live.counts_of(leads, late, arrived, on_duty, wall_live.usual_by_now(hours, now, start)),
        emergencies=_handed(session, county, emergencies(county, leads, tasks, now)),
        leads=leads,
        tasks=tasks,
        newest=newest,
        units=wall_live.units(session, actor, county),
        loads=wall_live.loads(leads),
        late=late,
        support=wall_live.support(session, actor, county, now),
        hours=hours,
        closure=closure,
        daily=daily,
        scenes=scenes(county, leads),
        names=_names(county, (*leads, *newest)),
        anomalies=_unusual(session, actor, county, now),
        on_shift=wall_live.shift_leaders(session, county, now),
    )


def looked_for(session: Session, actor: Actor, county: County, now: datetime) -> Anomalies:
    """What is more than expected, looked at every five minutes: oftener would only offer chance more occasions."""
    demand(actor, "lead.read", Subject(county.jurisdiction_id, label=county.name), now)
    five = int(now.timestamp()) // LOOK
    return _kept(actor, county, "anomalies", five, lambda: anomalies(session, actor, county, now))


def _unusual(session: Session, actor: Actor, county: County, now: datetime) -> tuple[Unusual, ...]:
    found = looked_for(session, actor, county, now).rows
    return tuple(Unusual(one.kind, one.code, one.name, one.count, one.usual) for one in found)


def _named(
    session: Session, actor: Actor, county: County, now: datetime
) -> tuple[tuple[OpenLead, ...], tuple[OpenLead, ...]]:
    """Open and newest leads; those whose subject is written out get a suspicion where nobody has named it."""
    leads, newest = wall_live.open_leads(session, actor, county), wall_live.newest_leads(session, actor, county)
    written = [*newest, *(lead for lead in leads if lead.urgency == Urgency.EMERGENCY)]
    day = now.astimezone(CHINA).date()
    known = _kept(actor, county, "topics", day, lambda: topics(session, county))
    found = with_suspicions(session, county, written, known)
    return tuple(found.get(x.number, x) for x in leads), tuple(found.get(x.number, x) for x in newest)


def _slow_part(session: Session, actor: Actor, county: County, now: datetime) -> tuple[Hours, Closure, Daily]:
    """What changes by the day, the hour, the ten minutes: read so often and no more."""
    local = now.astimezone(CHINA)
    hour, ten = (local.date(), local.hour), (local.date(), local.hour, local.minute // 10)
    return (
        _kept(actor, county, "usual", local.date(), lambda: wall_days.usual_hours(session, actor, county, now)),
        _kept(actor, county, "closure", hour, lambda: wall_days.closure(session, actor, county, now)),
        _kept(actor, county, "daily", ten, lambda: wall_days.daily(session, county, now)),
    )


def emergencies(
    county: County, leads: tuple[OpenLead, ...], tasks: tuple[OpenTask, ...], now: datetime
) -> tuple[Emergency, ...]:
    """Open emergencies: those nobody has acknowledged first, then those nobody has reached, then the newest."""
    found = []
    for lead in leads:
        if lead.urgency != Urgency.EMERGENCY:
            continue
        one = Emergency(lead, tuple(t for t in tasks if t.lead_number == lead.number), _around(county, lead))
        if not one.arrived or now - lead.received_at < AFTERGLOW:
            found.append(one)
    newest_first = sorted(found, key=lambda e: e.lead.received_at, reverse=True)
    return tuple(sorted(newest_first, key=lambda e: (e.lead.acknowledged, e.arrived)))


def _handed(session: Session, county: County, found: tuple[Emergency, ...]) -> tuple[Emergency, ...]:
    """Emergencies with the services they were handed to."""
    out = handed_to(session, county, [one.lead.number for one in found])
    return tuple(
        replace(one, services=tuple((x.service, x.at, x.replied_at is not None) for x in out.get(one.lead.number, ())))
        for one in found
    )


def _around(county: County, lead: OpenLead) -> list[list[float]] | None:
    """What the map shows of an emergency: about three kilometres around it, its cell when there is no point."""
    if lead.lon is not None and lead.lat is not None:
        return [[lead.lat - HALO, lead.lon - HALO], [lead.lat + HALO, lead.lon + HALO]]
    return bounds_of(county, lead.cell_code) if lead.cell_code else None


def scenes(county: County, leads: tuple[OpenLead, ...]) -> tuple[Scene, ...]:
    """County, its regions, townships with open urgent work, then the figures."""
    grid, level = county.hierarchy, county.township_level
    pressing = {lead.township_code for lead in leads if lead.urgency != Urgency.NORMAL}
    regions = grid.at_level(1) if level > 1 else ()
    towns = [cell for cell in county.townships if cell.code in pressing]
    whole, name = bounds_of(county, county.code), Named(county.name, county.name_en)
    return (
        Scene("county", county.code, name, whole),
        *(Scene("region", c.code, short_words(county, c.code), bounds_of(county, c.code)) for c in regions),
        *(Scene("township", c.code, short_words(county, c.code), bounds_of(county, c.code)) for c in towns),
        Scene("figures", county.code, name, whole),
    )


def _names(county: County, leads: tuple[OpenLead, ...]) -> dict[str, Named]:
    """Names of townships and of the cells that leads mention."""
    codes = {lead.cell_code for lead in leads if lead.cell_code} | {cell.code for cell in county.townships}
    return {code: short_words(county, code) for code in codes if code in county.hierarchy}
