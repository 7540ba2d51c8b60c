"""The assessment of the list of items for people: a period, every item townships hold, the clauses that ask for it (I7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand
from data.county import County
from data.models import Item
from data.queries.frames import frames
from policy.errors import Refusal
from policy.figures.item_assessed import ItemAssessed, items_assessed
from policy.figures.scope import Scope, day_bounds, rules_of
from policy.text import Name
from policy.zone import CHINA

FRAMES: Final = ("items", "delegations", "cases", "remedies")
KEYS: Final = ("item.assessments", "item.assessed_regularly")
YEAR: Final = 365
MOST: Final = 5 * YEAR + 2  # days assessed together
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A period from–to, its items with their names, and the clauses that ask for the assessment."""

    since: date
    until: date
    clauses: tuple[str, ...]
    items: tuple[tuple[Name, ItemAssessed], ...]

    @property
    def never_used(self) -> int:
        """Items held and never used."""
        return sum(one.never_used for _, one in self.items)

    @property
    def overturned(self) -> int:
        """Items with a decision that was overturned in the period."""
        return sum(one.overturned > 0 for _, one in self.items)


def assess_items(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    *,
    since: date | None = None,
    until: date | None = None,
) -> Assessment:
    """Every item as it was used from `since` to `until`, the year up to today when left out."""
    demand(actor, "figure.read", Subject(county.jurisdiction_id), now)
    last = until or now.astimezone(CHINA).date()
    first = since or last - timedelta(days=YEAR - 1)
    if first > last:
        raise Refusal("errors_conduct.span", pointer="/since", since=first.isoformat(), until=last.isoformat())
    if (last - first).days >= MOST:
        raise Refusal("errors_conduct.span_long", pointer="/since", since=first.isoformat(), until=last.isoformat(), limit=MOST)  # fmt: skip
    end = day_bounds(last)[1].to_pydatetime()
    scope = Scope(min(now, end - _INSTANT), day_bounds(first)[0].to_pydatetime(), end, rules_of(county.profile, last))
    found = items_assessed(frames(session, county, now, only=FRAMES), scope)
    names = _names(session, county, [one.code for one in found])
    return Assessment(
        first,
        last,
        _clauses(county, last),
        tuple((names.get(one.code, Name(one.code, one.code)), one) for one in found),
    )


def _names(session: Session, county: County, codes: Sequence[str]) -> dict[str, Name]:
    query = select(Item.code, Item.name, Item.name_en).where(Item.jurisdiction_id == county.jurisdiction_id)
    wanted = set(codes)
    return {code: Name(name, name_en or name) for code, name, name_en in session.execute(query) if code in wanted}


def _clauses(county: County, on: date) -> tuple[str, ...]:
    values = (county.profile.get(key, on) for key in KEYS)
    return tuple(dict.fromkeys(value.clause for value in values if value is not None and value.clause))
