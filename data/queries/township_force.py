"""A township's force: teams with status and load, people, who is on shift now and next, villages, posts without anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, in_scope
from data.county import County
from data.models import Organ, Person, Shift, Team, Unit
from data.queries.force import team_facts
from data.queries.staffing import AwayRow, away_rows
from data.queries.township import admit
from data.queries.township_cells import (
    Gap,
    Village,
    asks_officers,
    cells_of,
    heads_of,
    vacant_heads,
    vacant_posts,
    villages_of,
)
from data.queries.township_people import PersonRow, people_of
from data.queries.township_reading import Reading
from policy.eligibility import TaskFacts, TeamFacts, may_enforce
from policy.vocabulary import TaskKind

AHEAD: Final = timedelta(hours=36)  # how far the next shift is looked for


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team of the township; load is its open tasks wherever they are."""

    code: str
    name: str
    kind: str
    organ: str
    status: str
    since: datetime | None
    open_tasks: int
    capacity: int
    on_shift: int
    certified: int
    phone: str | None
    vehicle: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """One team's people on a shift."""

    team: str
    name: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[str, ...]
    now: bool


@dataclass(frozen=True, slots=True)
class ForceState:
    """Everything about the people of a township at one moment."""

    teams: tuple[TeamRow, ...]
    people: tuple[PersonRow, ...]
    away: tuple[AwayRow, ...]
    duties: tuple[Duty, ...]
    villages: tuple[Village, ...]
    heads: tuple[tuple[str, str, str], ...]  # level, cell, who
    gaps: tuple[Gap, ...]
    wants_officers: bool  # whether the plan asks for an officer in every village


def force_state(
    session: Session, actor: Actor, county: County, code: str, now: datetime, lang: str = "zh"
) -> ForceState:
    """Teams, people, shifts, villages and gaps of a township, as the actor may see them."""
    admit(actor, county, code, now)
    read = Reading(session, actor, county, code, now, lang)
    teams = _teams(read)
    facts = {fact.code: fact for fact in team_facts(session, county, now, codes=[team.code for team in teams])}
    duties = _duties(read, teams)
    cells = cells_of(read)
    return ForceState(
        teams=tuple(_team_row(read, team, facts[team.code]) for team in teams),
        people=people_of(read, teams),
        away=tuple(row for row in away_rows(read) if row.since <= read.day),
        duties=duties,
        villages=villages_of(read, cells),
        heads=heads_of(read, cells),
        gaps=(*vacant_heads(read, cells), *vacant_posts(read, teams)),
        wants_officers=asks_officers(read),
    )


# -- teams ------------------------------------------------------------------------------------------------------------


def _teams(read: Reading) -> list[Team]:
    query = select(Team).where(
        Team.jurisdiction_id == read.county.jurisdiction_id,
        Team.township_code == read.code,
        in_scope(read.actor, "team.read", read.county.jurisdiction_id, Team.township_code),
    )
    order = {"squadron": 0, "sunk_down": 1, "professional": 2, "fire": 3}
    return sorted(read.session.scalars(query), key=lambda team: (order.get(team.kind, 9), team.code))


def _team_row(read: Reading, team: Team, fact: TeamFacts) -> TeamRow:
    organ = read.session.get_one(Organ, team.organ_id)
    probe = TaskFacts(TaskKind.HANDLE)
    return TeamRow(
        team.code, read.words(team), team.kind, read.words(organ), fact.unit_status.value, _since(read, team),
        fact.open_tasks, team.capacity, sum(who.on_shift for who in fact.members),
        sum(may_enforce(who, fact, probe, read.now).allowed for who in fact.members), team.phone, team.has_vehicle,
    )  # fmt: skip


def _since(read: Reading, team: Team) -> datetime | None:
    return read.session.scalar(select(Unit.since).where(Unit.team_id == team.id))


# -- shifts -----------------------------------------------------------------------------------------------------------


def _duties(read: Reading, teams: Sequence[Team]) -> tuple[Duty, ...]:
    """Who is on shift now, and each team's next shift within 36 hours; in the order of the teams."""
    by_id = {team.id: team for team in teams}
    rows = read.session.execute(
        select(Shift, Person.name)
        .join(Person, Person.id == Shift.person_id)
        .where(Shift.team_id.in_(by_id), Shift.ends_at > read.now, Shift.starts_at < read.now + AHEAD)
        .order_by(Shift.starts_at, Person.code)
    )
    groups: dict[tuple[UUID, datetime], list[tuple[Shift, str]]] = defaultdict(list)
    for shift, name in rows:
        groups[shift.team_id, shift.starts_at].append((shift, name))
    found = [_duty(read, by_id[team], rows) for (team, _), rows in groups.items()]
    return tuple(_now_and_next(found, [read.words(team) for team in teams]))


def _duty(read: Reading, team: Team, rows: Sequence[tuple[Shift, str]]) -> Duty:
    shift = rows[0][0]
    people = tuple(read.name(name) for _, name in rows)
    return Duty(read.words(team), shift.name, shift.starts_at, shift.ends_at, people, shift.starts_at <= read.now)


def _now_and_next(duties: Sequence[Duty], order: Sequence[str]) -> Iterator[Duty]:
    for team in order:
        mine = sorted((duty for duty in duties if duty.team == team), key=lambda duty: duty.starts_at)
        yield from (duty for duty in mine if duty.now)
        yield from [duty for duty in mine if not duty.now][:1]
