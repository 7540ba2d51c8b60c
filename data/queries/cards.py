"""Cards on enforcement conduct for people: those of the county, of a township, of an organ's own people, or one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, false, or_, select, true
from sqlalchemy.orm import Session

from data.authority import VERBS, Actor, Scope, Subject, demand
from data.casework.organs import names_of_organs
from data.county import County
from data.db import Tx
from data.models import ConductCard, Organ, Person
from policy.conduct import Card, CardRules, rules_of
from policy.errors import Refusal
from policy.text import Name
from policy.vocabulary import CardKind, Role
from policy.vocabulary_conduct import CardState
from policy.zone import CHINA

MOST: Final = 500
_COUNTY: Final = frozenset({Role.SUPERVISOR, Role.COUNTY_OFFICE})


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card as a list shows it; `blocks`: while it is in force nobody sends the officer."""

    number: str
    kind: CardKind
    state: CardState
    blocks: bool
    person_code: str
    person: str
    organ: Name
    township_code: str | None
    matter_number: str | None
    conduct: str
    clause: str | None
    given_by: Name
    given_at: datetime
    heard_at: datetime | None
    statement: str | None
    ends_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None


def _seen(scope: Scope, actor: Actor) -> ColumnElement[bool]:
    """The county's supervision sees every card of its area, a head those of the township and of its officers, a department or a
    head of no township those of its people, an officer the own ones."""
    if scope.role is Role.OFFICER:
        return ConductCard.person_id == actor.person_id if actor.person_id else false()
    if scope.role is Role.DEPARTMENT or (scope.townships is None and scope.role not in _COUNTY):
        return Organ.code == scope.organ if scope.organ else false()
    if scope.townships is None:
        return true()
    here = sorted(scope.townships)
    own = Organ.township_code.in_(here) if scope.role is Role.TOWNSHIP_HEAD else false()
    return ConductCard.township_code.in_(here) | own


def visible_cards(actor: Actor, county: County) -> ColumnElement[bool]:
    """The condition that who asks may know of a card; of the query that joins its person and organ."""
    here: ColumnElement[bool] = ConductCard.jurisdiction_id == county.jurisdiction_id
    if actor.system:
        return here
    mine = [s for s in actor.scopes if s.role in VERBS["card.read"] and s.jurisdiction_id == county.jurisdiction_id]
    return here & or_(false(), *(_seen(scope, actor) for scope in mine))


def _state(now: datetime) -> ColumnElement[str]:
    """How a card stands, for the query (`policy.conduct.Card.state`)."""
    ended, ends = ConductCard.ended_at, ConductCard.ends_at
    gone = case((ended >= ends, CardState.OVER.value), else_=CardState.WITHDRAWN.value)
    return case((ended <= now, gone), (ends <= now, CardState.OVER.value), else_=CardState.IN_FORCE.value)


def rules_now(county: County, now: datetime) -> CardRules:
    """The cards of the plan today; none where it is silent."""
    return rules_of(county.profile, now.astimezone(CHINA).date())


def cards(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    *,
    only: str = "",
    person: str | None = None,
    number: str | None = None,
    limit: int = 200,
) -> list[CardRow]:
    """Cards who asks may see, those in force first, then the newest; `only` is a `CardState`, `person` a staff number."""
    demand(actor, "card.read", Subject(county.jurisdiction_id), now)
    query = (
        select(ConductCard, Person, Organ.code)
        .join(Person, Person.id == ConductCard.person_id)
        .join(Organ, Organ.id == Person.organ_id)
        .where(visible_cards(actor, county))
    )
    query = query.where(Person.code == person) if person else query
    query = query.where(ConductCard.number == number) if number else query
    state = _state(now)
    query = query.where(state == only) if only else query
    first = case((state == CardState.IN_FORCE.value, 0), else_=1)
    newest = (ConductCard.given_at.desc(), ConductCard.number.desc())
    rows = session.execute(query.order_by(first, *newest).limit(min(limit, MOST)))
    names, rules = names_of_organs(Tx(session, actor, now, county)), rules_now(county, now)
    found = [_row(card, who, organ, names, rules, now) for card, who, organ in rows]
    if number and not found:
        raise Refusal("errors_conduct.card_not_found", kind="not_found", number=number[:40], county=county.words)
    return found


def _row(
    card: ConductCard, who: Person, organ: str, names: Mapping[str, Name], rules: CardRules, now: datetime
) -> CardRow:
    kind = CardKind(card.kind)
    state = Card(kind, card.given_at, card.ends_at, card.ended_at).state(now)
    told: dict[str, Any] = {name: getattr(card, name) for name in _PLAIN}
    return CardRow(
        kind=kind,
        state=state,
        blocks=state is CardState.IN_FORCE and kind in rules.blocking,
        person_code=who.code,
        person=who.name,
        organ=names.get(organ, Name(organ, organ)),
        conduct=card.ground or "",
        given_by=names.get(card.given_by, Name(card.given_by, card.given_by)),
        **told,
    )


_PLAIN: Final = (
    "number", "township_code", "matter_number", "clause", "given_at", "heard_at", "statement", "ends_at", "ended_at",
    "end_reason",
)  # fmt: skip
