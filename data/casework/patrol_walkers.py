"""Who patrols and where: a team or one person of the township, and its village grids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from data.authority import Subject, demand, within
from data.casework.patrol_cover import village_of
from data.casework.steps import find_team
from data.db import Tx
from data.models import Organ, Patrol, PatrolPlan, Person, Posting, Team, TeamMember
from policy.decision import Decision
from policy.errors import Refusal
from policy.text import Name
from policy.vocabulary import PersonKind
from policy.zone import CHINA

TEAM: Final = "team"
PERSON: Final = "person"
MOST_TURN: Final = 999


@dataclass(frozen=True, slots=True)
class Walker:
    """Who patrols: a team or one person, and of what kinds the people are."""

    team: Team | None
    person: Person | None
    kinds: tuple[PersonKind, ...]


def today_of(tx: Tx) -> date:
    """The day of the step in Asia/Shanghai."""
    return tx.now.astimezone(CHINA).date()


def find_walker(tx: Tx, told: str, township: str | None) -> Walker:
    """A team (`team:CODE`) or one person (`person:STAFF NUMBER`) who can patrol in the township."""
    sort, _, key = told.partition(":")
    if sort not in (TEAM, PERSON) or not key:
        raise Refusal("errors_patrols.walker_form", pointer="/walker", walker=told[:60])
    found = _team(tx, key) if sort == TEAM else _person(tx, key)
    if township is not None:
        of_township(tx, found, township)
    return found


def _team(tx: Tx, code: str) -> Walker:
    team, today = find_team(tx, code), today_of(tx)
    query = select(Person.kind).join(TeamMember, TeamMember.person_id == Person.id)
    query = query.where(TeamMember.team_id == team.id, TeamMember.valid_from <= today)
    kinds = tx.session.scalars(query.where(TeamMember.valid_to.is_(None) | (TeamMember.valid_to >= today)))
    return Walker(team, None, tuple(PersonKind(kind) for kind in kinds))


def _person(tx: Tx, code: str) -> Walker:
    mine = (Person.jurisdiction_id == tx.county.jurisdiction_id, Person.code == code)
    row = tx.session.scalars(select(Person).where(*mine)).first()
    if row is None or (row.employed_to is not None and row.employed_to < today_of(tx)):
        raise Refusal("errors_patrols.no_person", kind="not_found", pointer="/walker", person=code[:40])
    return Walker(None, row, (PersonKind(row.kind),))


def of_township(tx: Tx, walker: Walker, township: str) -> None:
    """A team of the town or of the whole county; a person of the town's organ, or posted there."""
    if walker.team is not None:
        fits = walker.team.township_code in (township, None)
    else:
        fits = walker.person is not None and _works_in(tx, walker.person, township)
    if not fits:
        town = tx.county.words_of(township)
        raise Refusal("errors_patrols.walker_elsewhere", pointer="/walker", walker=walker_name(walker), township=town)


def _works_in(tx: Tx, person: Person, township: str) -> bool:
    if tx.session.get_one(Organ, person.organ_id).township_code == township:
        return True
    today = today_of(tx)
    posted = select(Posting.id).where(Posting.person_id == person.id, Posting.township_code == township)
    posted = posted.where(Posting.valid_from <= today, Posting.valid_to.is_(None) | (Posting.valid_to >= today))
    return tx.session.scalars(posted.limit(1)).first() is not None


def demand_in(tx: Tx, verb: str, township: str) -> Tx:
    """Refuse who may not here; gives the step as those roles take it that the actor holds there."""
    subject = Subject(tx.county.jurisdiction_id, frozenset({township}), label=tx.county.words_of(township))
    demand(tx.actor, verb, subject, tx.now)
    return tx if tx.actor.system else replace(tx, actor=within(tx.actor, subject, tx.now))


def one_township(tx: Tx, cells: Sequence[str], township: str | None = None) -> str:
    """The township in which all `cells` lie, which must be village grids; raises Refusal naming the first that is not."""
    for cell in cells:
        if village_of(tx.county, cell) != cell:
            raise Refusal("errors_patrols.no_village", pointer="/patrol_cells", cell=cell[:40], county=tx.county.words)
        found = tx.county.township_of(cell) or tx.county.code
        if township is not None and found != township:
            where = tx.county.words_of(township)
            told: dict[str, Any] = {"cell": cell_name(tx, cell), "township": where}
            raise Refusal("errors_patrols.two_townships", pointer="/patrol_cells", **told)
        township = found
    if township is None:
        raise Refusal("errors_patrols.no_cells", pointer="/patrol_cells")
    return township


def whole(text: str, pointer: str) -> int:
    """A whole number as it was typed."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_TURN:
        raise Refusal("errors_patrols.not_a_number", pointer=pointer, number=text[:40], most=MOST_TURN)
    return int(text)


def obeyed(decision: Decision, pointer: str) -> None:
    """Raise Refusal with every obstacle where the rules do not allow it."""
    if not decision.allowed:
        first = decision.obstacles[0]
        told: dict[str, Any] = {"clause": first.clause, "reasons": decision.obstacles}
        raise Refusal("errors_patrols.refused", kind="conflict", pointer=pointer or None, **told)


def cell_name(tx: Tx, cell: str) -> Name:
    """Name of a cell, for a sentence."""
    return tx.county.words_of(cell)


def walker_name(walker: Walker) -> str:
    """A team by its code, a person by the staff number: events hold no names."""
    return f"{TEAM}:{walker.team.code}" if walker.team else f"{PERSON}:{walker.person.code if walker.person else ''}"


def of_walker(model: type[Patrol] | type[PatrolPlan], walker: Walker) -> ColumnElement[bool]:
    """The condition of rows of who walks."""
    if walker.team is not None:
        return model.team_id == walker.team.id
    return model.person_id == (walker.person.id if walker.person else None)
