"""Draws of closed files for page, interface and command line: the list, one with its files and sheets, a draw repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.casework.file_draws import population
from data.casework.file_scores import part_in
from data.county import County
from data.db import Tx
from data.models import Case, FileDraw, FileScore, Item
from data.queries.draws import Drawing, Repeated, repeat, shared_of
from policy.drawing import FILES
from policy.errors import Refusal
from policy.file_review import Period
from policy.vocabulary_inspection import DrawStatus

FORMAT: Final = "onegrid-file-draw"


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw in a list: of which period, how many of how many, how many are scored."""

    draw: FileDraw
    scored: int

    @property
    def period(self) -> Period:
        """The period it draws from."""
        return Period(self.draw.begins_on, self.draw.ends_on, self.draw.cycle)


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A file that was drawn: what it is about, its sheet, and what keeps who looks from scoring it."""

    number: str
    item: str
    township_code: str | None
    organ_code: str
    closed_at: datetime | None
    score: FileScore | None
    part: str | None


def _allowed(actor: Actor, county: County, now: datetime, label: str = "") -> None:
    demand(actor, "file_draw.read", Subject(county.jurisdiction_id, label=label or county.name, nowhere=True), now)


def list_draws(
    session: Session, actor: Actor, county: County, now: datetime, *, cycle: str | None = None, limit: int = 200
) -> list[DrawRow]:
    """Draws, the newest first, discarded ones among them."""
    _allowed(actor, county, now)
    query = select(FileDraw).where(FileDraw.jurisdiction_id == county.jurisdiction_id)
    query = query.where(FileDraw.cycle == cycle) if cycle else query
    rows = list(session.scalars(query.order_by(FileDraw.committed_at.desc(), FileDraw.number.desc()).limit(limit)))
    counted = select(FileScore.draw_number, func.count()).where(FileScore.jurisdiction_id == county.jurisdiction_id)
    scored = {row[0]: row[1] for row in session.execute(counted.group_by(FileScore.draw_number))}
    return [DrawRow(row, scored.get(row.number, 0)) for row in rows]


def read_draw(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> FileDraw:
    """One draw; Refusal where there is none."""
    _allowed(actor, county, now, number)
    query = select(FileDraw).where(FileDraw.jurisdiction_id == county.jurisdiction_id, FileDraw.number == number)
    row = session.scalars(query).first()
    if row is None:
        raise Refusal("errors_files.draw_not_found", kind="not_found", number=number[:40], county=county.words)
    return row


def drawn_files(
    session: Session, actor: Actor, county: County, now: datetime, *, draw: FileDraw, lang: str = "zh"
) -> list[DrawnFile]:
    """Files of a draw in the order in which they were drawn."""
    _allowed(actor, county, now, draw.number)
    query = select(Case, Item).join(Item, Item.id == Case.item_id)
    query = query.where(Case.jurisdiction_id == county.jurisdiction_id, Case.number.in_(draw.drawn))
    cases = {case.number: (case, item) for case, item in session.execute(query)}
    sheets = {
        row.case_id: row for row in session.scalars(select(FileScore).where(FileScore.draw_number == draw.number))
    }
    tx = Tx(session, actor, now, county)
    return [_drawn(tx, *cases[number], sheets, lang) for number in draw.drawn if number in cases]


def _drawn(tx: Tx, case: Case, item: Item, sheets: Mapping[Any, FileScore], lang: str) -> DrawnFile:
    name = (item.name_en if lang == "en" else None) or item.name
    sheet = sheets.get(case.id)
    part = part_in(tx, case) if sheet is None else None
    return DrawnFile(case.number, name, case.township_code, case.in_name_of, case.closed_at, sheet, part)


# -- repeated ----------------------------------------------------------------------------------------------------------


def file_of_draw(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> dict[str, Any]:
    """Everything a draw rests on, for anybody to repeat it (the method: policy/drawing.py)."""
    row = read_draw(session, actor, county, now, number=number)
    own = {"files": population(row.files), "files_wanted": row.wanted, "drawn_files": row.drawn}
    period = Period(row.begins_on, row.ends_on, row.cycle).name
    return {"format": FORMAT, "period": period} | shared_of(row) | own


def repeat_file_draw(session: Session, actor: Actor, county: County, now: datetime, *, number: str) -> Repeated:
    """Repeat a draw and hold it against the record and the chain; raises Refusal before there is a seed."""
    row = read_draw(session, actor, county, now, number=number)
    if row.seed is None:
        raise Refusal("errors_inspections.draw_not_drawn", kind="conflict", number=number)
    lists = {FILES: Drawing(population(row.files), row.wanted, tuple(row.drawn), "drawn")}
    return repeat(session, county, row, lists, "supervising_files.check")


def is_file_draw(session: Session, county: County, number: str) -> bool:
    """Whether this is the number of a draw of files."""
    query = select(FileDraw.id).where(FileDraw.jurisdiction_id == county.jurisdiction_id, FileDraw.number == number)
    return session.scalars(query).first() is not None


def open_draws(rows: Sequence[DrawRow]) -> list[DrawRow]:
    """Draws whose files are not all scored yet."""
    return [row for row in rows if row.draw.status == DrawStatus.DRAWN.value and row.scored < len(row.draw.drawn)]
