"""Patrols for page and interface: every village grid against its plan, the share of each day, plans and patrols themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope, townships_of
from data.casework.patrol_plans import in_force
from data.casework.patrol_walkers import PERSON, TEAM
from data.county import County
from data.models import Lead, Organ, Patrol, PatrolLead, PatrolPlan, PatrolVisit, Person, Team
from geo.hierarchy import Cell
from policy.errors import Refusal
from policy.patrol import PatrolRules, Planned, Standing, rules_of, standing, village_level
from policy.vocabulary_patrol import CellState, PatrolPer
from policy.zone import CHINA

DAYS: Final = 7
MOST_DAYS: Final = 92
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Walks:
    """Who walks: `team:CODE` or `person:STAFF NUMBER`, and the name."""

    code: str
    name: str
    name_en: str = ""

    def say(self, lang: str) -> str:
        """The name in the reader's language, where it has one there."""
        return self.name_en if lang == "en" and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in force as people read it."""

    times: int
    per: PatrolPer
    turn: int
    walker: Walks
    since: date


@dataclass(frozen=True, slots=True)
class CellRow:
    """A village grid: its plan, how it stands, visits of each day shown, the moment of the last one."""

    code: str
    township_code: str
    plan: PlanRow | None
    standing: Standing
    by_day: tuple[int, ...]
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayShare:
    """Village grids with a plan that were covered on a day."""

    day: date
    covered: int
    planned: int


@dataclass(frozen=True, slots=True)
class PatrolCoverage:
    """The village grids in reach of who asks, over some days up to today."""

    rows: tuple[CellRow, ...]
    days: tuple[DayShare, ...]
    rules: PatrolRules
    at: datetime

    def count(self, state: CellState) -> int:
        """How many village grids stand so."""
        return sum(row.standing.state is state for row in self.rows)

    @property
    def done(self) -> int:
        """Visits that count."""
        return sum(row.standing.done for row in self.rows)

    @property
    def planned(self) -> int:
        """Visits the plans ask for."""
        return sum(row.standing.planned for row in self.rows)


@dataclass(frozen=True, slots=True)
class PatrolRow:
    """A patrol with what it covered and found."""

    patrol: Patrol
    walker: Walks
    visits: tuple[PatrolVisit, ...]
    leads: tuple[str, ...]

    @property
    def covered(self) -> int:
        """Cells covered of those set out for."""
        return len({visit.cell_code for visit in self.visits} & set(self.patrol.cells))


# -- coverage ------------------------------------------------------------------------------------------------------------


def patrol_coverage(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    *,
    township: str | None = None,
    days: int | None = None,
) -> PatrolCoverage:
    """Every village grid against its plan over the last `days` (the cycle of the profile, else a week)."""
    demand(actor, "patrol.read", _subject(county, township), now)
    today = now.astimezone(CHINA).date()
    rules = rules_of(county.profile, today)
    span = min(MOST_DAYS, max(1, days or rules.cycle or DAYS))
    begin = today - timedelta(days=span - 1)
    cells = _villages(actor, county, township)
    visits, plans = _visits(session, county, begin), _plans(session, county, today)
    last = _last(session, county)
    rows = tuple(_row(county, cell, plans.get(cell.code), visits, last, begin, today, rules) for cell in cells)
    return PatrolCoverage(rows, _shares(rows, begin, span), rules, now)


def _subject(county: County, township: str | None) -> Subject:
    return Subject(county.jurisdiction_id, frozenset({township} if township else ()), label=county.name_of(township))


def _villages(actor: Actor, county: County, township: str | None) -> list[Cell]:
    seen = townships_of(actor, "patrol.read", county.jurisdiction_id)
    level = village_level(county.profile, county.grid_on, county.hierarchy.depth)
    found = ((cell, county.township_of(cell.code) or county.code) for cell in county.hierarchy.at_level(level))
    return [cell for cell, town in found if (township in (None, town)) and (seen is None or town in seen)]


def _visits(session: Session, county: County, begin: date) -> Mapping[str, list[date]]:
    """Days on which each cell was covered, patrol by patrol."""
    since = datetime.combine(begin, time(), CHINA)
    query = select(PatrolVisit.cell_code, PatrolVisit.visited_at)
    query = query.where(PatrolVisit.jurisdiction_id == county.jurisdiction_id, PatrolVisit.visited_at >= since)
    found: dict[str, list[date]] = defaultdict(list)
    for cell, at in session.execute(query):
        found[cell].append(at.astimezone(CHINA).date())
    return found


def _last(session: Session, county: County) -> dict[str, datetime]:
    query = select(PatrolVisit.cell_code, func.max(PatrolVisit.visited_at)).group_by(PatrolVisit.cell_code)
    rows = session.execute(query.where(PatrolVisit.jurisdiction_id == county.jurisdiction_id))
    return dict(iter(rows))


def _plans(session: Session, county: County, today: date) -> dict[str, PlanRow]:
    query = select(PatrolPlan).where(PatrolPlan.jurisdiction_id == county.jurisdiction_id, in_force(today))
    rows = session.scalars(query).all()
    names = _walkers(session, rows)
    return {
        row.cell_code: PlanRow(row.times, PatrolPer(row.per), row.turn, names[row.team_id or row.person_id], row.valid_from)
        for row in rows
    }  # fmt: skip


def _walkers(session: Session, rows: Iterable[PatrolPlan | Patrol]) -> dict[UUID | None, Walks]:
    teams, people = {row.team_id for row in rows}, {row.person_id for row in rows}
    found: dict[UUID | None, Walks] = {}
    named = select(Team.id, Team.code, Team.name, Team.name_en).where(Team.id.in_(teams - {None}))
    for key, code, name, name_en in session.execute(named):
        found[key] = Walks(f"{TEAM}:{code}", name, name_en)
    query = select(Person.id, Person.code, Person.name).where(Person.id.in_(people - {None}))
    for key, code, name in session.execute(query):
        found[key] = Walks(f"{PERSON}:{code}", name)
    return found


def _row(
    county: County, cell: Cell, plan: PlanRow | None, visits: Mapping[str, list[date]], last: Mapping[str, datetime],
    begin: date, today: date, rules: PatrolRules,
) -> CellRow:  # fmt: skip
    days, at = visits.get(cell.code, []), last.get(cell.code)
    known = [*days, *([at.astimezone(CHINA).date()] if at and not days else [])]
    counted = Planned(plan.times, plan.per, plan.since) if plan else None
    span = (today - begin).days + 1
    by_day = tuple(days.count(begin + timedelta(days=n)) for n in range(span))
    found = standing(counted, known, begin, today, rules)
    return CellRow(cell.code, county.township_of(cell.code) or county.code, plan, found, by_day, at)


def _shares(rows: tuple[CellRow, ...], begin: date, span: int) -> tuple[DayShare, ...]:
    found = []
    for n in range(span):
        day = begin + timedelta(days=n)
        held = [row for row in rows if row.plan and row.plan.since <= day]
        found.append(DayShare(day, sum(row.by_day[n] > 0 for row in held), len(held)))
    return tuple(found)


# -- patrols -------------------------------------------------------------------------------------------------------------


def patrols_of(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    *,
    township: str | None = None,
    status: str | None = None,
    limit: int = MOST,
) -> list[PatrolRow]:
    """Patrols in reach of who asks, those under way first, then the newest."""
    demand(actor, "patrol.read", _subject(county, township), now)
    query = select(Patrol).where(
        Patrol.jurisdiction_id == county.jurisdiction_id,
        in_scope(actor, "patrol.read", county.jurisdiction_id, Patrol.township_code),
    )
    query = query.where(Patrol.township_code == township) if township else query
    query = query.where(Patrol.status == status) if status else query
    order = (Patrol.ended_at.is_not(None), Patrol.started_at.desc(), Patrol.number.desc())
    return told_of(session, session.scalars(query.order_by(*order).limit(min(limit, MOST))).all())


def one_patrol(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> PatrolRow:
    """One patrol; raises Refusal where there is none, and for who may not see it."""
    mine = (Patrol.jurisdiction_id == county.jurisdiction_id, Patrol.number == number)
    row = session.scalars(select(Patrol).where(*mine)).first()
    if row is None:
        raise Refusal("errors_patrols.no_patrol", kind="not_found", patrol=number[:40], county=county.words)
    demand(actor, "patrol.read", _subject(county, row.township_code), now)
    return told_of(session, [row])[0]


def told_of(session: Session, rows: Iterable[Patrol]) -> list[PatrolRow]:
    """Patrols with who walked, what was covered and what was found."""
    rows = list(rows)
    names, keys = _walkers(session, rows), [row.id for row in rows]
    visits: dict[UUID, list[PatrolVisit]] = defaultdict(list)
    query = select(PatrolVisit).where(PatrolVisit.patrol_id.in_(keys)).order_by(PatrolVisit.visited_at)
    for visit in session.scalars(query):
        visits[visit.patrol_id].append(visit)
    leads: dict[UUID, list[str]] = defaultdict(list)
    linked = select(PatrolLead.patrol_id, Lead.number).join(Lead, Lead.id == PatrolLead.lead_id)
    for key, number in session.execute(linked.where(PatrolLead.patrol_id.in_(keys)).order_by(PatrolLead.at)):
        leads[key].append(number)
    return [
        PatrolRow(row, names[row.team_id or row.person_id], tuple(visits[row.id]), tuple(leads[row.id])) for row in rows
    ]


# -- who may walk --------------------------------------------------------------------------------------------------------


def walkers_in(session: Session, county: County, township: str) -> list[Walks]:
    """Teams of the township that can be named in a plan, its grid workers first, then the people of its organ."""
    query = select(Team).where(Team.jurisdiction_id == county.jurisdiction_id, Team.township_code == township)
    rows = sorted(session.scalars(query), key=lambda team: (team.kind != "grid_workers", team.code))
    people = select(Person.code, Person.name).join(Organ, Organ.id == Person.organ_id)
    people = people.where(Person.jurisdiction_id == county.jurisdiction_id, Organ.township_code == township)
    own = session.execute(people.where(Person.employed_to.is_(None)).order_by(Person.kind.desc(), Person.code))
    found = [Walks(f"{TEAM}:{row.code}", row.name, row.name_en) for row in rows]
    return [*found, *(Walks(f"{PERSON}:{code}", f"{name} {code}") for code, name in own)]
