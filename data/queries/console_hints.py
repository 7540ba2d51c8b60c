"""What the words and the place of a lead suggest: possible duplicates, item and domain, places its address may mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from data.county import County
from data.models import Item, ItemField, Lead
from data.queries.console import MOST_COMPARED, lead_facts, window_of
from policy.duplicates import PossibleDuplicate, possible_duplicates
from policy.items.fields import field_words
from policy.suggestion import Lexicon, Place, PlaceMatch, Suggestion, Topic, match_address
from policy.text import either, named
from policy.vocabulary import LeadStatus


@dataclass(frozen=True, slots=True)
class Double:
    """A possible duplicate with its words and state."""

    match: PossibleDuplicate
    summary: str
    status: str


def _near(lead: Lead) -> ColumnElement[bool]:
    if lead.township_code is None:
        return true()
    return or_(Lead.township_code == lead.township_code, Lead.township_code.is_(None))


def doubles_of(session: Session, county: County, lead: Lead, now: datetime) -> tuple[Double, ...]:
    """Leads that may be the same as `lead`, the likeliest first."""
    window = window_of(county, now)
    span = timedelta(minutes=window.minutes)
    others = session.scalars(
        select(Lead)
        .where(
            Lead.jurisdiction_id == county.jurisdiction_id,
            Lead.received_at.between(lead.received_at - 2 * span, lead.received_at + 2 * span),
            Lead.occurred_at.between(lead.occurred_at - span, lead.occurred_at + span),
            Lead.status != LeadStatus.DUPLICATE,
            _near(lead),
        )
        .order_by(Lead.received_at.desc())
        .limit(MOST_COMPARED)
    ).all()
    by_number = {other.number: other for other in others}
    matches = possible_duplicates(lead_facts(lead), [lead_facts(other) for other in others], window, limit=3)
    return tuple(Double(m, by_number[m.number].summary, by_number[m.number].status) for m in matches)


def suggestions_of(session: Session, county: County, lead: Lead, lang: str) -> tuple[Suggestion, ...]:
    """Items the words of the lead speak for, within its domain where one is chosen."""
    rows = session.execute(
        select(Item.code, Item.name, Item.name_en, Item.domain, Item.keywords, ItemField.name)
        .join(ItemField, (ItemField.code == Item.domain) & (ItemField.jurisdiction_id == Item.jurisdiction_id))
        .where(Item.jurisdiction_id == county.jurisdiction_id)
        .order_by(Item.code)
    )
    topics = [
        Topic(
            domain,
            named(field_words(domain_name), lang),
            tuple(keywords),
            code,
            either(name, name_en, lang),
        )
        for code, name, name_en, domain, keywords, domain_name in rows
    ]
    found = Lexicon(topics).suggest(lead.summary, limit=6)
    return tuple(s for s in found if lead.domain in (None, s.domain))[:3]


def places_of(county: County, lead: Lead) -> tuple[PlaceMatch, ...]:
    """Places the address (or, without one, the words of the lead) may mean."""
    return called(county, match_address(lead.address or lead.summary, known_places(county), limit=4))


def known_places(county: County) -> list[Place]:
    """Townships, then the finest cells below them: what words may mean."""
    towns = [Place(cell.code, cell.name, "township", cell.code) for cell in county.townships]
    cells = [cell for cell in county.hierarchy.leaves() if cell.level > county.township_level]
    return towns + [Place(cell.code, cell.name, "village", county.township_of(cell.code) or "") for cell in cells]


def called(county: County, found: Iterable[PlaceMatch]) -> tuple[PlaceMatch, ...]:
    """The same with each place named in the language its reason is read in."""
    return tuple(
        replace(one, reason=replace(one.reason, params={**one.reason.params, "name": county.words_of(one.place.code)}))
        for one in found
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms offer: (value, label) of domains and items, items with their domain."""

    domains: tuple[tuple[str, str], ...]
    items: tuple[tuple[str, str, str], ...]


def read_choices(session: Session, county: County, lang: str = "zh") -> Choices:
    """Domains and items of the county, by name."""
    domains = session.execute(
        select(ItemField.code, ItemField.name)
        .where(ItemField.jurisdiction_id == county.jurisdiction_id)
        .order_by(ItemField.code)
    )
    items = session.execute(
        select(Item.code, Item.name, Item.name_en, Item.domain)
        .where(Item.jurisdiction_id == county.jurisdiction_id)
        .order_by(Item.domain, Item.code)
    )
    return Choices(
        tuple((code, named(field_words(name), lang)) for code, name in domains),
        tuple((code, either(name, name_en, lang), domain) for code, name, name_en, domain in items),
    )
