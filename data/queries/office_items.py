"""Items at work for their assessment (PL 24; LX 三(五)1; YY yearly): who holds them, how often they are used, what was overturned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import Case, Delegation, Item, ItemField, Remedy
from data.queries.wall import Kept
from policy.figures.penalties import OVERTURNED
from policy.items.fields import field_words
from policy.text import Name
from policy.vocabulary import ItemKind
from policy.zone import CHINA

YEAR: Final = timedelta(days=365)
SLOT: Final = 300  # seconds for which one reading serves everybody
KINDS: Final = tuple(kind.value for kind in ItemKind)
_looks: Final = Kept(6)


@dataclass(frozen=True, slots=True)
class ItemUse:
    """An item that townships hold: by kind how many of them, cases ever and of the last year, when last, overturned."""

    code: str
    name: Name
    domain: str
    domain_name: Name | str
    townships: Mapping[str, int]
    cases: int
    cases_year: int
    last_on: date | None
    decided: int
    overturned: int

    @property
    def unused(self) -> bool:
        """Never used by anybody."""
        return self.cases == 0


@dataclass(frozen=True, slots=True)
class TownshipItems:
    """What a township holds by kind, how many of those items it has used, and its cases of the last year."""

    code: str
    kinds: Mapping[str, int]
    used: int
    cases_year: int


@dataclass(frozen=True, slots=True)
class ItemsAtWork:
    """All of it, as of a day."""

    on: date
    items: tuple[ItemUse, ...]
    townships: tuple[TownshipItems, ...]
    entrusting: Mapping[str, int]


def items_at_work(session: Session, actor: Actor, county: County, now: datetime) -> ItemsAtWork:
    """Items held by townships today with their use; read anew every five minutes."""
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    key = (county.jurisdiction_id, county.profile.digest, int(now.timestamp()) // SLOT)
    return _looks.get(key, lambda: _look(session, county, now))


def _look(session: Session, county: County, now: datetime) -> ItemsAtWork:
    day = now.astimezone(CHINA).date()
    held = _held(session, county, day)
    by_item: dict[UUID, dict[str, int]] = {}
    for item, _, kind, _ in held:
        by_item.setdefault(item, {})[kind] = by_item.get(item, {}).get(kind, 0) + 1
    entrusting: dict[str, int] = {}
    for _, _, _, organ in held:
        if organ:
            entrusting[organ] = entrusting.get(organ, 0) + 1
    used, pairs = _used(session, county, now)
    items = tuple(_items(session, county, by_item, used, _overturned(session, county)))
    return ItemsAtWork(day, items, tuple(_townships(county, held, pairs)), entrusting)


Held = tuple[UUID, str, str, str | None]


def _held(session: Session, county: County, day: date) -> list[Held]:
    """Item, township, kind and entrusting organ of every delegation in force."""
    query = select(Delegation.item_id, Delegation.township_code, Delegation.kind, Delegation.entrusting_organ).where(
        Delegation.jurisdiction_id == county.jurisdiction_id,
        Delegation.valid_from <= day,
        or_(Delegation.valid_to.is_(None), Delegation.valid_to >= day),
    )
    return [(item, township, kind, organ) for item, township, kind, organ in session.execute(query)]


Use = tuple[int, int, datetime | None, int]


def _used(
    session: Session, county: County, now: datetime
) -> tuple[dict[UUID, Use], dict[tuple[UUID, str], tuple[int, int]]]:
    """Cases by item (ever, of the last year, the last one, decided), and by item and township."""
    begun = func.coalesce(Case.filed_at, Case.decided_at)
    late = func.sum(case((begun > now - YEAR, 1), else_=0))
    decided = func.sum(case((Case.decided_at.is_not(None), 1), else_=0))
    query = (
        select(Case.item_id, Case.township_code, func.count(), late, func.max(begun), decided)
        .where(Case.jurisdiction_id == county.jurisdiction_id, begun.is_not(None), begun <= now)
        .group_by(Case.item_id, Case.township_code)
    )
    items: dict[UUID, Use] = {}
    pairs: dict[tuple[UUID, str], tuple[int, int]] = {}
    for item, township, count, year, last, done in session.execute(query):
        ever, of_year, before, settled = items.get(item, (0, 0, None, 0))
        newest = max((one for one in (before, last) if one is not None), default=None)
        items[item] = (ever + count, of_year + year, newest, settled + done)
        pairs[(item, township or "")] = (count, year)
    return items, pairs


def _overturned(session: Session, county: County) -> dict[UUID, int]:
    """Decisions changed or revoked by reconsideration or court, each once whoever overturned it, by item."""
    query = (
        select(Case.item_id, func.count(Case.id.distinct()))
        .join(Remedy, Remedy.case_id == Case.id)
        .where(Case.jurisdiction_id == county.jurisdiction_id, Remedy.result.in_([str(one) for one in OVERTURNED]))
        .group_by(Case.item_id)
    )
    return {item: count for item, count in session.execute(query)}  # noqa: C416  # rows are not pairs to mypy


def _items(
    session: Session,
    county: County,
    held: Mapping[UUID, Mapping[str, int]],
    used: Mapping[UUID, Use],
    overturned: Mapping[UUID, int],
) -> list[ItemUse]:
    """Items that townships hold: the overturned first, then those never used, then by cases of the last year."""
    fields = select(ItemField.code, ItemField.name).where(ItemField.jurisdiction_id == county.jurisdiction_id)
    named = {code: field_words(name) for code, name in session.execute(fields)}
    query = select(Item).where(Item.jurisdiction_id == county.jurisdiction_id).order_by(Item.code)
    found = [
        _item(row, held[row.id], used.get(row.id, (0, 0, None, 0)), overturned.get(row.id, 0), named)
        for row in session.scalars(query)
        if row.id in held
    ]
    return sorted(found, key=lambda one: (-one.overturned, not one.unused, -one.cases_year, one.code))


def _item(row: Item, held: Mapping[str, int], use: Use, overturned: int, named: Mapping[str, Any]) -> ItemUse:
    ever, year, last, decided = use
    return ItemUse(
        row.code,
        Name(row.name, row.name_en or row.name),
        row.domain,
        named.get(row.domain, row.domain),
        held,
        int(ever),
        int(year),
        last.astimezone(CHINA).date() if last else None,
        int(decided),
        overturned,
    )


def _townships(
    county: County, held: list[Held], pairs: Mapping[tuple[UUID, str], tuple[int, int]]
) -> list[TownshipItems]:
    kinds: dict[str, dict[str, int]] = {cell.code: {} for cell in county.townships}
    own: dict[str, set[UUID]] = {}
    for item, township, kind, _ in held:
        mine = kinds.setdefault(township, {})
        mine[kind] = mine.get(kind, 0) + 1
        own.setdefault(township, set()).add(item)
    cases: dict[str, int] = {}
    for (_, township), (_, year) in pairs.items():
        cases[township] = cases.get(township, 0) + int(year)
    return [
        TownshipItems(code, mine, sum((item, code) in pairs for item in own.get(code, ())), cases.get(code, 0))
        for code, mine in kinds.items()
    ]
