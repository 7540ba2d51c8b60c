"""What a new lead may be about before anybody has said: an item its words speak for, never the words themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Item, ItemField, Lead
from data.queries.wall_rows import Named, OpenLead
from policy.suggestion import Lexicon, Topic

SURE: Final = 0.5  # least share of the words' weight that must speak for an item before a wall names it


@dataclass(frozen=True, slots=True)
class Topics:
    """The words of all items, and their names by code."""

    lexicon: Lexicon
    names: dict[str, Named]

    def of(self, text: str) -> Named | None:
        """The item that `text` speaks for, if it does so clearly."""
        found = self.lexicon.suggest(text, limit=1)
        code = found[0].item_code if found and found[0].score >= SURE else None
        return self.names[code] if code else None


def topics(session: Session, county: County) -> Topics:
    """The items of a county with their keywords."""
    rows = session.execute(
        select(Item.code, Item.name, Item.name_en, Item.domain, Item.keywords, ItemField.name)
        .join(ItemField, (ItemField.code == Item.domain) & (ItemField.jurisdiction_id == Item.jurisdiction_id))
        .where(Item.jurisdiction_id == county.jurisdiction_id)
        .order_by(Item.code)
    ).all()
    known = [Topic(domain, field, tuple(words), code, name) for code, name, _, domain, words, field in rows]
    return Topics(Lexicon(known), {code: Named(name, english or name) for code, name, english, *_ in rows})


def with_suspicions(session: Session, county: County, leads: Iterable[OpenLead], known: Topics) -> dict[str, OpenLead]:
    """Those of `leads` that nobody has named yet, by number, with the item their words speak for."""
    nameless = {lead.number: lead for lead in leads if lead.subject is None}
    if not nameless:
        return {}
    query = select(Lead.number, Lead.summary).where(
        Lead.jurisdiction_id == county.jurisdiction_id, Lead.number.in_(sorted(nameless))
    )
    return {number: replace(nameless[number], suspected=known.of(text)) for number, text in session.execute(query)}
