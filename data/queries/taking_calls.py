"""What a call may be about while it is taken: the number's earlier calls, open leads near the place; hand-overs of a lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.masking import mask_name, mask_phone
from data.models import Call, Lead
from data.models.call import phone_digest
from data.queries.console import short_place
from data.queries.console_hints import called, known_places
from data.queries.grid import short_name
from policy.decision import for_
from policy.lifecycle import OPEN_LEADS
from policy.suggestion import SHORT, Place, PlaceMatch, match_address

LATELY: Final = timedelta(days=7)  # how far back the calls of a number are shown
EACH: Final = 5
LEAST_DIGITS: Final = 7  # of a number before its calls are looked for


@dataclass(frozen=True, slots=True)
class Likely:
    """A lead a call may be about: by the same number, or open and near the place."""

    number: str
    summary: str
    status: str
    place: str
    received_at: datetime
    same_number: bool
    open: bool


@dataclass(frozen=True, slots=True)
class CallView:
    """A call of a lead; who called is masked (PI 51)."""

    at: datetime
    kind: str
    attached: bool
    caller: str
    phone: str
    words: str


def find_places(county: County, words: str, limit: int = 8) -> list[PlaceMatch]:
    """Townships and villages that the words may name: names that hold them first, then aliases and typing errors.

    Names in English are read as the Chinese ones they stand for; what is found is told in Chinese, as the record keeps it.
    """
    said = _in_chinese(county, words.strip())
    if not said:
        return []
    known = known_places(county)
    parts = said.casefold().split()
    held = [one for one in known if all(part in _spelled(county, one) for part in parts)]
    ordered = sorted(held, key=lambda one: (not one.name.casefold().startswith(parts[-1]), len(one.name), one.code))
    found = {
        one.code: PlaceMatch(one, 1.0, for_("reasons.place_name", name=one.name, said=one.name))
        for one in ordered[:limit]
    }
    for match in sorted(match_address(said, known, limit=limit), key=lambda one: one.reason.code != SHORT):
        found.setdefault(match.place.code, match)
    return list(called(county, list(found.values())[:limit]))


def _in_chinese(county: County, said: str) -> str:
    """The words with the Chinese name in place of an English one, the whole one or the one without its kind."""
    cells = (cell for cell in county.hierarchy if cell.name_en and cell.level >= county.township_level)
    for cell in sorted(cells, key=lambda cell: -len(cell.name_en)):
        names = "|".join(re.escape(name) for name in (cell.name_en, short_name(cell.name_en)))
        said = re.sub(rf"(?<![A-Za-z])(?:{names})(?![A-Za-z])", cell.name, said, flags=re.IGNORECASE)
    return said


def _spelled(county: County, place: Place) -> str:
    spelled = (county.words_of(code) for code in (place.township_code, place.code))
    zh, en = zip(*((words.zh, words.en) for words in spelled), strict=True)
    return f"{''.join(zh)} {place.code} {' '.join(en)}".casefold()


def likely(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    *,
    phone: str | None = None,
    cell: str | None = None,
    lang: str = "zh",
) -> list[Likely]:
    """Leads of the same number's calls of the last days, then open leads in the same cell or township."""
    demand(actor, "lead.take_call", Subject(county.jurisdiction_id), now)
    mine = _mine(actor, county)
    found = [_likely(county, row, lang, same=True) for row in _of_phone(session, county, mine, phone or "", now)]
    seen = {one.number for one in found}
    near = [_likely(county, row, lang, same=False) for row in _near(session, county, mine, cell)] if cell else []
    return [*found, *(one for one in near if one.number not in seen)][: 2 * EACH]


def _mine(actor: Actor, county: County) -> ColumnElement[bool]:
    here = Lead.jurisdiction_id == county.jurisdiction_id
    return and_(here, in_scope(actor, "lead.read", county.jurisdiction_id, Lead.township_code))


def _of_phone(session: Session, county: County, mine: ColumnElement[bool], phone: str, now: datetime) -> Iterable[Lead]:
    if sum(char.isdigit() for char in phone) < LEAST_DIGITS:
        return []
    digest = phone_digest(county.jurisdiction_id, phone)
    same = (Call.jurisdiction_id == county.jurisdiction_id, Call.phone_digest == digest, Call.taken_at > now - LATELY)
    called = select(Call.lead_id).where(*same)
    query = select(Lead).where(Lead.id.in_(called), mine).order_by(Lead.received_at.desc()).limit(EACH)
    return session.scalars(query).all()


def _near(session: Session, county: County, mine: ColumnElement[bool], cell: str) -> Sequence[Lead]:
    """Open leads of the cell first, then of its township."""
    township = county.township_of(cell) if cell in county.hierarchy else None
    around = or_(Lead.cell_code == cell, Lead.township_code == township) if township else Lead.cell_code == cell
    query = select(Lead).where(mine, Lead.status.in_(OPEN_LEADS), around).order_by(Lead.received_at.desc())
    rows = session.scalars(query.limit(200)).all()
    return sorted(rows, key=lambda row: row.cell_code != cell)[:EACH]


def _likely(county: County, row: Lead, lang: str, *, same: bool) -> Likely:
    place = short_place(county, row.township_code, row.cell_code, lang)
    return Likely(row.number, row.summary, row.status, place, row.received_at, same, row.status in OPEN_LEADS)


def calls_of(session: Session, lead_id: UUID, lang: str = "zh") -> list[CallView]:
    """Calls that made a lead or joined it, oldest first."""
    rows = session.scalars(select(Call).where(Call.lead_id == lead_id).order_by(Call.taken_at))
    return [
        CallView(
            row.taken_at,
            row.kind,
            row.attached,
            mask_name(row.caller, lang),
            mask_phone(row.phone, lang),
            row.words or "",
        )
        for row in rows
    ]
