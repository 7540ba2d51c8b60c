"""Blocks of numbers that teams hold: what is used of each, what is left; and for which teams and series more can be taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, authorise, demand, townships_of
from data.casework.paper_numbers import carried_serials, number_of
from data.county import County
from data.db import Tx
from data.models import DISPATCH_ROOM, Block, Organ, Team
from data.papers.catalogue import kinds
from policy.errors import Refusal

PAGE: Final = 200
"""Most blocks that are listed: the newest."""


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block of a team: its numbers, those a decision or a document bears, when it was taken and returned."""

    id: UUID
    team: str
    team_name: str
    organ: str
    organ_name: str
    series: str
    year: int
    first: int
    last: int
    printed_first: str
    printed_last: str
    used: tuple[int, ...]
    reserved_at: datetime
    closed_at: datetime | None

    @property
    def left(self) -> int:
        """How many numbers of it are still free; none of one that was returned."""
        return 0 if self.closed_at else self.last - self.first + 1 - len(self.used)


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team for which who looks may take numbers."""

    code: str
    name: str


def list_blocks(
    session: Session, actor: Actor, county: County, *, now: datetime, team: str | None = None, open_only: bool = False
) -> list[BlockRow]:
    """Blocks of the teams of the actor's townships, the newest first; those of `team` alone where one is named."""
    if team is None:
        demand(actor, "paper.reserve", Subject(county.jurisdiction_id), now)
        which = [_mine(actor, county)]
    else:
        which = [Team.id == _own_team(session, actor, county, team, now).id]
    if open_only:
        which.append(Block.closed_at.is_(None))
    return _rows(Tx(session, actor, now, county), which)


def get_block(session: Session, actor: Actor, county: County, *, key: UUID, now: datetime) -> BlockRow:
    """One block of a team of the actor's townships; else not found."""
    demand(actor, "paper.reserve", Subject(county.jurisdiction_id), now)
    rows = _rows(Tx(session, actor, now, county), [_mine(actor, county), Block.id == key])
    if not rows:
        raise Refusal("errors_papers.block_not_found", kind="not_found")
    return rows[0]


def team_choices(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> list[TeamChoice]:
    """Teams for which the actor may take numbers, by code; none for who may not."""
    if not authorise(actor, "paper.reserve", Subject(county.jurisdiction_id), now).allowed:
        return []
    here = (Team.jurisdiction_id == county.jurisdiction_id, Team.kind != DISPATCH_ROOM, _mine(actor, county))
    rows = session.scalars(select(Team).where(*here).order_by(Team.code))
    return [TeamChoice(row.code, row.name if lang == "zh" else row.name_en or row.name) for row in rows]


def series_choices(lang: str = "zh") -> list[tuple[str, str]]:
    """Words of the series with the document each is of, decisions on the spot first: what books of forms are taken for."""
    named = [(kind.word, kind.name(lang), kind.code) for kind in kinds().values()]
    named.sort(key=lambda one: one[2] != "decision_on_the_spot")
    return [(word, name) for word, name, _ in named]


def _own_team(session: Session, actor: Actor, county: County, code: str, now: datetime) -> Team:
    row = session.scalars(select(Team).where(Team.code == code, Team.jurisdiction_id == county.jurisdiction_id)).first()
    townships = frozenset({row.township_code} if row is not None and row.township_code else ())
    demand(
        actor,
        "paper.reserve",
        Subject(county.jurisdiction_id, townships, code, code, row is not None and not townships),
        now,
    )
    if row is None:
        raise Refusal("errors_papers.team_not_found", kind="not_found", team=code[:40], county=county.words)
    return row


def _mine(actor: Actor, county: County) -> ColumnElement[bool]:
    """Teams of the townships where the actor may take numbers, and those it holds the right for by name."""
    area = townships_of(actor, "paper.reserve", county.jurisdiction_id)
    if area is None:
        return true()
    named = [scope.team for scope in actor.scopes if scope.team]
    return or_(Team.township_code.in_(sorted(area)), Team.code.in_(named))


def _rows(tx: Tx, which: list[ColumnElement[bool]]) -> list[BlockRow]:
    query = (
        select(Block, Team, Organ.name)
        .join(Team, Team.id == Block.team_id)
        .outerjoin(Organ, (Organ.code == Block.organ_code) & (Organ.jurisdiction_id == Block.jurisdiction_id))
        .where(Block.jurisdiction_id == tx.county.jurisdiction_id, *which)
        .order_by(Block.reserved_at.desc(), Block.id)
        .limit(PAGE)
    )
    return [_row(tx, block, team, organ) for block, team, organ in tx.session.execute(query)]


def _row(tx: Tx, block: Block, team: Team, organ: str | None) -> BlockRow:
    return BlockRow(
        id=block.id,
        team=team.code,
        team_name=team.name,
        organ=block.organ_code,
        organ_name=organ or block.organ_code,
        series=block.word,
        year=block.year,
        first=block.first,
        last=block.last,
        printed_first=number_of(block, block.first).printed,
        printed_last=number_of(block, block.last).printed,
        used=tuple(sorted(carried_serials(tx, block))) if block.closed_at is None else (),
        reserved_at=block.reserved_at,
        closed_at=block.closed_at,
    )
