"""Numbers of decisions handed over on the spot: of the block the team holds, once each; else the next of the series (PL 52)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select

from data.casework.numbers import local_time
from data.casework.paper_numbers import Number, carried_serials, drawn_number, number_of, paper_serials, read_number
from data.db import Tx
from data.models import Block, Case, Organ, Team, TeamMember
from policy.errors import Refusal
from policy.zone import CHINA

ON_THE_SPOT: Final = "当罚"
"""The word of the series."""
CLAUSE: Final = "PL 52"


def free_number(tx: Tx, case: Case) -> Number:
    """The last number nobody used of the block the case's team holds; the next of the series where it holds none.

    A book of forms is used from its front, without a network too: taken from its end, no number is one that a colleague
    has handed over already and not yet told.
    """
    year, team_id = tx.now.astimezone(CHINA).year, team_of(tx, case)
    for block in _blocks(tx, team_id, year) if team_id else ():
        if block.organ_code == case.in_name_of and block.closed_at is None:
            used = carried_serials(tx, block)
            free = next((serial for serial in range(block.last, block.first - 1, -1) if serial not in used), None)
            if free is not None:
                return number_of(block, free)
    return drawn_number(tx, case.in_name_of, ON_THE_SPOT)


def team_of(tx: Tx, case: Case) -> UUID | None:
    """The team whose book of forms is used: the one that was sent, else that of the officers, the first named before others."""
    if case.team_id is not None:
        return case.team_id
    day = tx.now.astimezone(CHINA).date()
    lasts = or_(TeamMember.valid_to.is_(None), TeamMember.valid_to >= day)
    query = select(TeamMember.person_id, TeamMember.team_id).where(
        TeamMember.person_id.in_([UUID(one) for one in case.officer_ids]), TeamMember.valid_from <= day, lasts
    )
    teams = {str(person): team for person, team in tx.session.execute(query)}
    return next((teams[one] for one in case.officer_ids if one in teams), None)


def claim_number(tx: Tx, *, organ_code: str, team_id: UUID | None, number: str, case_id: UUID | None = None) -> Number:
    """The number on a paper that was handed over; Refusal when no block of the team holds it or it is used already.

    `case_id` is the case that carries it; another case with the same number is the second use.
    """
    found = read_number(organ_code, number, ON_THE_SPOT)
    blocks = _blocks(tx, team_id, found.year)
    holding = [one for one in blocks if one.first <= found.serial <= one.last]
    block = next((one for one in holding if one.organ_code == organ_code), None)
    if block is None:
        raise _not_held(tx, found, team_id, blocks, holding)
    if found.serial in paper_serials(tx, organ_code, ON_THE_SPOT, found.year, found.serial, found.serial):
        raise _used(block, found, void=block.closed_at is not None and not _carried_elsewhere(tx, found, None))
    if _carried_elsewhere(tx, found, case_id):
        raise _used(block, found, void=False)
    return number_of(block, found.serial)


def _blocks(tx: Tx, team_id: UUID | None, year: int) -> list[Block]:
    """Blocks of a team in a year whatever the organ, locked: two decisions do not take the same number at once."""
    query = select(Block).where(
        Block.jurisdiction_id == tx.county.jurisdiction_id, Block.word == ON_THE_SPOT, Block.year == year
    )
    if team_id is not None:
        query = query.where(Block.team_id == team_id)
    return list(tx.session.scalars(query.order_by(Block.first).with_for_update()))


def _not_held(
    tx: Tx, number: Number, team_id: UUID | None, blocks: Sequence[Block], holding: Sequence[Block]
) -> Refusal:
    """What the team holds, and what to do: a number of another organ, of no block of the team, of none at all."""
    about = {"number": number.printed, "team": _team_name(tx, team_id), "organ": _organ_name(tx, number.organ_code)}
    more: dict[str, Any] = {"clause": CLAUSE, "pointer": "/document", **about}
    if holding:
        return Refusal("errors_papers.block_other_organ", other=_organ_name(tx, holding[0].organ_code), **more)
    held = tuple(
        f"{one.first}–{one.last}" for one in blocks if one.closed_at is None and one.organ_code == number.organ_code
    )
    if not held:
        return Refusal("errors_papers.block_none", **more)
    return Refusal("errors_papers.block_outside", held=held, **more)


def _used(block: Block, number: Number, *, void: bool) -> Refusal:
    told = number.printed
    if not void or block.closed_at is None:
        return Refusal("errors_papers.block_twice", kind="conflict", clause=CLAUSE, pointer="/document", number=told)
    return Refusal(
        "errors_papers.block_returned",
        kind="conflict",
        clause=CLAUSE,
        pointer="/document",
        number=told,
        first=block.first,
        last=block.last,
        at=local_time(block.closed_at),
    )


def _carried_elsewhere(tx: Tx, number: Number, case_id: UUID | None) -> bool:
    query = select(Case.id).where(
        Case.jurisdiction_id == tx.county.jurisdiction_id,
        Case.in_name_of == number.organ_code,
        Case.decision_number == number.printed,
    )
    return any(key != case_id for key in tx.session.scalars(query))


def _team_name(tx: Tx, team_id: UUID | None) -> str:
    return tx.session.get_one(Team, team_id).name if team_id else "—"


def _organ_name(tx: Tx, code: str) -> str:
    query = select(Organ.name).where(Organ.jurisdiction_id == tx.county.jurisdiction_id, Organ.code == code)
    return tx.session.scalars(query).first() or code
