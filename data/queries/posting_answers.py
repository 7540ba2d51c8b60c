"""What a question about postings comes to: worked out, measured after a change by hand, plans kept, their moves in words."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.casework.posting_plans import moves_of
from data.county import County
from data.models import Person, PostingPlan
from data.queries.named import names_of
from data.queries.posting_question import Asked, Question, question
from policy.errors import Refusal
from policy.posting_check import unmet
from policy.posting_plan import Move, Share, Shortfall, Step, after, plan_postings, shares
from policy.posting_plan import PostingPlan as Worked

SECONDS: Final = 20.0  # for each step of the search; what is not proven by then is said to be unproven
PLANS: Final = 100
Told = Sequence[Mapping[str, str]]
"""Moves as they come from outside: person (staff number) and to (township code)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Moves and what they come to: shares now and then, people by township and by (organ, township), what is not met."""

    moves: tuple[Move, ...]
    county: Share
    teams: tuple[Share, ...]
    people: Mapping[str, tuple[int, int]]
    cells: Mapping[tuple[str, str], tuple[int, int]]
    missed: tuple[Shortfall, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with the plan that was worked out, measured, and the seconds it took."""

    question: Question
    plan: Worked
    measured: Measured
    seconds: float


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the list."""

    number: str
    title: str
    status: str
    as_of: date
    moves: int
    by_hand: bool
    made_at: datetime
    decided_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move in words: who, of which organ, from where (None: the home organ) to where."""

    person: str
    name: str
    organ: str
    kind: str
    origin: str | None
    to: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A kept plan with its moves in words, what was asked and what it came to on the day it was made."""

    row: PlanRow
    asked: Mapping[str, Any]
    result: Mapping[str, Any]
    moves: tuple[MoveRow, ...]
    names: Mapping[str, str]


def work_out(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    asked: Asked,
    begins: Callable[[Step], None] = lambda _step: None,
) -> Answer:
    """Ask the question and solve it; each step of the search ends within `SECONDS`."""
    begun = time.monotonic()
    here = question(session, actor, county, now, asked)
    plan = plan_postings(here.force, here.demand, seconds=SECONDS, begins=begins)
    return Answer(here, plan, measured(here, plan.moves), time.monotonic() - begun)


def measure(
    session: Session, actor: Actor, county: County, now: datetime, *, asked: Asked, moves: Told
) -> tuple[Question, Measured]:
    """Moves by hand, held against the question as of now; Refusal naming the first move that cannot be made."""
    here = question(session, actor, county, now, asked)
    return here, measured(here, moves_of(here, moves))


def measured(here: Question, moves: Sequence[Move]) -> Measured:
    """What moves come to."""
    then = after(here.force, moves)
    county, teams, people = shares(here.force, then, here.demand)
    before, behind = (Counter((m.organ, m.township) for m in force if m.township) for force in (here.force, then))
    cells = {key: (before[key], behind[key]) for key in sorted({*before, *behind})}
    return Measured(tuple(moves), county, teams, people, cells, unmet(then, here.demand))


def move_rows(here: Question, moves: Sequence[Move]) -> tuple[MoveRow, ...]:
    """Moves with the names of people."""
    return tuple(
        MoveRow(one.person, here.people.get(one.person, one.person), one.organ, one.kind, one.origin, one.to)
        for one in moves
    )


# -- kept plans --------------------------------------------------------------------------------------------------------


def list_plans(session: Session, actor: Actor, county: County, now: datetime) -> list[PlanRow]:
    """Kept plans, the newest first."""
    demand(actor, "posting_plan.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    query = select(PostingPlan).where(PostingPlan.jurisdiction_id == county.jurisdiction_id)
    return [_row(row) for row in session.scalars(query.order_by(PostingPlan.number.desc()).limit(PLANS))]


def read_plan(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> PlanView:
    """One kept plan; Refusal where there is none."""
    demand(actor, "posting_plan.read", Subject(county.jurisdiction_id, label=county.name, nowhere=True), now)
    query = select(PostingPlan).where(
        PostingPlan.jurisdiction_id == county.jurisdiction_id, PostingPlan.number == number
    )
    row = session.scalars(query).first()
    if row is None:
        raise Refusal("errors_office.no_plan", kind="not_found", number=number[:40])
    people = _named(session, county)
    moves = tuple(MoveRow(name=people.get(one["person"], one["person"]), **one) for one in row.moves)
    return PlanView(_row(row), row.asked, row.result, moves, names_of(session, county))


def _named(session: Session, county: County) -> Mapping[str, str]:
    query = select(Person.code, Person.name).where(Person.jurisdiction_id == county.jurisdiction_id)
    return dict(session.execute(query).all())


def _row(row: PostingPlan) -> PlanRow:
    return PlanRow(
        row.number,
        row.title,
        row.status,
        row.as_of,
        len(row.moves),
        row.changed_by_hand,
        row.made_at,
        row.decided_at,
        row.reason,
    )
