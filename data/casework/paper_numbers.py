"""Numbers of documents: the next of an organ's series and year, blocks a team holds, and numbers that are void (PL 52)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.authority import Subject, demand
from data.casework.numbers import draw_serial, last_serial
from data.db import Tx
from data.events import append_event
from data.models import Block, Case, Organ, Paper, Team
from data.papers.catalogue import PaperKind, kinds, series
from policy.errors import Refusal

BLOCK_LIMIT: Final = 500
"""Most numbers a team holds at once: what one book of forms has."""
_FORM: Final = re.compile(r"(?P<word>[^\d〔〕\s]+)〔(?P<year>\d{4})〕(?P<serial>[1-9]\d*)号")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a document: whose series, which word and year, which place in it."""

    organ_code: str
    word: str
    year: int
    serial: int
    block_id: UUID | None = None

    @property
    def printed(self) -> str:
        """As it stands on the paper: 罚决〔2026〕12号."""
        return f"{self.word}〔{self.year}〕{self.serial}号"


def read_number(organ_code: str, text: str, word: str) -> Number:
    """A number as it stands on a paper; Refusal for another spelling or another series."""
    found = _FORM.fullmatch(text.strip())
    if found is None or found["word"] != word:
        raise Refusal("errors_papers.number_form", pointer="/document", number=text[:60], series=word)
    return Number(organ_code, word, int(found["year"]), int(found["serial"]))


def drawn_number(tx: Tx, organ_code: str, word: str) -> Number:
    """The next number of a series, drawn in the step's transaction: a step that is refused leaves no gap."""
    year, serial = draw_serial(tx, organ_code, word)
    return Number(organ_code, word, year, serial)


def next_number(tx: Tx, organ_code: str, word: str) -> Number:
    """The number of a series that would be drawn now; nothing is drawn."""
    year, last = last_serial(tx, organ_code, word)
    return Number(organ_code, word, year, last + 1)


def carried_number(tx: Tx, case: Case, kind: PaperKind) -> Number:
    """The number of the case's decision, for the paper that is the decision; on the spot with the block it is of."""
    number = case.decision_number or ""
    found = read_number(case.in_name_of, number, kind.word)
    if found.serial in paper_serials(tx, found.organ_code, found.word, found.year, found.serial, found.serial):
        raise Refusal("errors_papers.decided_once", kind="conflict", number=number)
    block = _block_of(tx, found)
    return found if block is None else number_of(block, found.serial)


def _block_of(tx: Tx, number: Number) -> Block | None:
    query = select(Block).where(
        Block.jurisdiction_id == tx.county.jurisdiction_id,
        Block.organ_code == number.organ_code,
        Block.word == number.word,
        Block.year == number.year,
        Block.first <= number.serial,
        Block.last >= number.serial,
    )
    return tx.session.scalars(query).first()


def paper_serials(tx: Tx, organ_code: str, word: str, year: int, first: int, last: int) -> set[int]:
    """Numbers of a series between two that a document bears, or that are void."""
    query = select(Paper.serial).where(
        Paper.jurisdiction_id == tx.county.jurisdiction_id,
        Paper.organ_code == organ_code,
        Paper.word == word,
        Paper.year == year,
        Paper.serial.between(first, last),
    )
    return set(tx.session.scalars(query))


# -- blocks -------------------------------------------------------------------------------------------------------------


def reserve_block(tx: Tx, *, team: str, count: int, word: str | None = None, organ: str | None = None) -> Block:
    """Reserve the next `count` numbers of a series for a team, by default of decisions on the spot of its own organ."""
    row = _team(tx, team)
    word = word or kinds()["decision_on_the_spot"].word
    _demand(tx, row)
    if word not in series():
        raise Refusal("errors_papers.series_unknown", pointer="/word", series=word[:20], known=series())
    if not 1 <= count <= BLOCK_LIMIT:
        raise Refusal("errors_papers.block_count", pointer="/count", count=count, most=BLOCK_LIMIT)
    organ_code = _organ(tx, row, organ)
    year, last = draw_serial(tx, organ_code, word, count)
    _nothing_open(tx, row, organ_code, word, year)
    block = Block(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        organ_code=organ_code,
        word=word,
        year=year,
        first=last - count + 1,
        last=last,
        team_id=row.id,
        reserved_at=tx.now,
    )
    tx.session.add(block)
    tx.session.flush()
    _tell(tx, row, "reserve_block", block, {})
    return block


def _nothing_open(tx: Tx, team: Team, organ_code: str, word: str, year: int) -> None:
    query = select(Block).where(
        Block.team_id == team.id,
        Block.organ_code == organ_code,
        Block.word == word,
        Block.year == year,
        Block.closed_at.is_(None),
    )
    held = tx.session.scalars(query).first()
    if held is not None:
        raise Refusal(
            "errors_papers.block_open",
            kind="conflict",
            team=team.name,
            series=word,
            year=year,
            first=held.first,
            last=held.last,
        )


def return_block(tx: Tx, *, block: UUID, used: Sequence[int], reason: str) -> Block:
    """Close a block: numbers that no decision carries are registered void with `reason`; `used` must all be on record."""
    row = tx.session.get(Block, block, with_for_update=True)  # no number of it is claimed meanwhile
    if row is None or row.jurisdiction_id != tx.county.jurisdiction_id:
        raise Refusal("errors_papers.block_not_found", kind="not_found")
    team = tx.session.get_one(Team, row.team_id)
    _demand(tx, team)
    if row.closed_at is not None:
        raise Refusal("errors_papers.block_closed", kind="conflict", first=row.first, last=row.last)
    carried = carried_serials(tx, row)
    _check_used(row, used, carried)
    unused = [serial for serial in range(row.first, row.last + 1) if serial not in carried]
    words = reason.strip()
    if unused and not words:
        raise Refusal("errors_papers.reason_missing", pointer="/reason")
    for serial in unused:
        tx.session.add(_void(tx, row, team, serial, words))
    row.closed_at = tx.now
    tx.session.flush()
    _tell(tx, team, "return_block", row, {"used": sorted(carried), "void": len(unused)})
    return row


def carried_serials(tx: Tx, block: Block) -> set[int]:
    """Numbers of the block that a decision or a document on record carries."""
    numbers = {number_of(block, serial).printed: serial for serial in range(block.first, block.last + 1)}
    query = select(Case.decision_number).where(
        Case.jurisdiction_id == block.jurisdiction_id,
        Case.in_name_of == block.organ_code,
        Case.decision_number.in_(numbers),
    )
    cases = {numbers[number] for number in tx.session.scalars(query) if number}
    return cases | paper_serials(tx, block.organ_code, block.word, block.year, block.first, block.last)


def number_of(block: Block, serial: int) -> Number:
    """A number of a block."""
    return Number(block.organ_code, block.word, block.year, serial, block.id)


def _check_used(block: Block, used: Sequence[int], carried: Collection[int]) -> None:
    for serial in used:
        number = number_of(block, serial).printed
        if not block.first <= serial <= block.last:
            raise Refusal(
                "errors_papers.block_foreign", pointer="/used", number=number, first=block.first, last=block.last
            )
        if serial not in carried:
            raise Refusal("errors_papers.block_unseen", kind="conflict", pointer="/used", number=number)


def _void(tx: Tx, block: Block, team: Team, serial: int, reason: str) -> Paper:
    number = number_of(block, serial)
    template = next(kind.code for kind in kinds().values() if kind.word == block.word)
    return Paper(
        id=uuid7(),
        jurisdiction_id=block.jurisdiction_id,
        matter_kind="team",
        matter_id=team.id,
        matter_number=team.code,
        template=template,
        organ_code=block.organ_code,
        word=block.word,
        year=block.year,
        serial=serial,
        number=number.printed,
        made_at=tx.now,
        account_id=tx.actor.account_id,
        sha256=None,
        void_reason=reason,
        block_id=block.id,
    )


def _team(tx: Tx, code: str) -> Team:
    query = select(Team).where(Team.code == code, Team.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query).first()
    if row is None:
        raise Refusal("errors_papers.team_not_found", kind="not_found", team=code, county=tx.county.words)
    return row


def _organ(tx: Tx, team: Team, code: str | None) -> str:
    """The organ whose series it is: the team's own, or one that entrusts it."""
    query = select(Organ.code).where(Organ.jurisdiction_id == tx.county.jurisdiction_id)
    query = query.where(Organ.code == code) if code else query.where(Organ.id == team.organ_id)
    found = tx.session.scalars(query).first()
    if found is None:
        raise Refusal("errors_papers.organ_not_found", kind="not_found", organ=code or "—", county=tx.county.words)
    return found


def _demand(tx: Tx, team: Team) -> None:
    townships = frozenset({team.township_code} if team.township_code else ())
    subject = Subject(tx.county.jurisdiction_id, townships, team.code, team.code, not townships)
    demand(tx.actor, "paper.reserve", subject, tx.now)


def _tell(tx: Tx, team: Team, verb: str, block: Block, more: dict[str, object]) -> None:
    facts = {
        "block": str(block.id),
        "organ": block.organ_code,
        "series": block.word,
        "year": block.year,
        "first": block.first,
        "last": block.last,
    }
    append_event(
        tx, matter="team", subject_id=team.id, subject_number=team.code, verb=verb, facts=facts | more, clause="PL 52"
    )
