"""Earlier decisions beside a case: on the same act (PL 29), on the same party (PL 33), on the same item, for consistency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Case, Item

LAST: Final = 10
OF_PARTY: Final = 500
_COLUMNS: Final = (
    Case.number, Case.decision_number, Case.decided_at, Case.act_on, Case.township_code, Item.name, Case.penalties,
    Case.fine, Case.grade, Case.ground, Case.remedy, Case.status, Case.item_id,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """A decided case as it is compared with: what was done when, what it cost, in which grade; no party is named."""

    number: str
    decision_number: str | None
    decided_at: datetime | None
    act_on: date
    township: str
    item: str
    penalties: tuple[str, ...]
    fine: Decimal | None
    grade: str | None
    ground: str | None
    remedy: str | None
    status: str
    item_id: UUID


@dataclass(frozen=True, slots=True)
class Earlier:
    """`same_act` would be a second fine; `same_party` ends a first violation; `same_item` are the last ten of the county."""

    same_act: tuple[EarlierCase, ...]
    same_party: tuple[EarlierCase, ...]
    same_item: tuple[EarlierCase, ...]


def earlier_decisions(session: Session, county: County, case: Case, lang: str = "zh") -> Earlier:
    """Decisions of the whole county that a decision on `case` must be held against, newest first."""
    of_item = _decided(session, county, case, Case.item_id == case.item_id, lang=lang)
    if case.party_id is None:
        return Earlier((), (), of_item)
    of_party = _decided(session, county, case, Case.party_id == case.party_id, limit=OF_PARTY, lang=lang)
    same_act = tuple(one for one in of_party if (one.item_id, one.act_on) == (case.item_id, case.act_on))
    return Earlier(same_act, of_party[:LAST], of_item)


def _decided(
    session: Session, county: County, case: Case, which: ColumnElement[bool], limit: int = LAST, lang: str = "zh"
) -> tuple[EarlierCase, ...]:
    query = (
        select(*_COLUMNS)
        .join(Item, Item.id == Case.item_id)
        .where(Case.id != case.id, Case.decided_at.is_not(None), which)
        .order_by(Case.decided_at.desc())
        .limit(limit)
    )
    return tuple(
        EarlierCase(number, decision, at, act, county.name_of(township, lang), item, tuple(kinds), *rest)
        for number, decision, at, act, township, item, kinds, *rest in session.execute(query)
    )
