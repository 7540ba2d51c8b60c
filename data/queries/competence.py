"""Who is competent by the record: its items, their delegations, its organs, judged by the county's rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Delegation, Item, ItemField, Organ
from policy.competence import (
    CaseFacts,
    Competence,
    CompetenceRules,
    DelegationFacts,
    ItemFacts,
    TownshipFacts,
    competent,
    rules_of,
)
from policy.errors import Refusal
from policy.items import from_basis
from policy.items import item as catalogue_item
from policy.items.model import CatalogueItem
from policy.library import split_citation
from policy.text import Name
from policy.vocabulary import ActKind, ItemKind, OrganKind, PenaltyKind


def item_facts(session: Session, item: Item) -> ItemFacts:
    """An item of the record as the rules see it, with the name of its field and the laws it rests on."""
    field = select(ItemField.name).where(
        ItemField.jurisdiction_id == item.jurisdiction_id, ItemField.code == item.domain
    )
    return ItemFacts(
        item.code,
        item.name,
        item.domain,
        item.enforcing_body,
        item.department or "",
        item.published_on,
        session.scalar(field) or "",
        _catalogue(item),
        item.name_en or "",
        tuple(law for part in ("forbids", "penalises") for law in _laws(item.basis.get(part))),
    )


def _catalogue(item: Item) -> CatalogueItem | None:
    """The item of the catalogue it came from; for one of the county's own, what its stored basis says."""
    try:
        return catalogue_item(item.basis["catalogue"]) if item.basis.get("catalogue") else None
    except Refusal:
        return from_basis(item.code, item.name, item.domain, item.basis)


def _laws(written: Any) -> list[str]:
    """Documents of an article as the record keeps it: a mapping with `law`, or a citation in words."""
    if isinstance(written, dict):
        return [written["law"]] if written.get("law") else []
    return [code for code, _ in split_citation(written) if code] if isinstance(written, str) else []


def rules_for(session: Session, county: County, on: date) -> CompetenceRules:
    """The county's rules on a day, with the names and kinds of its organs."""
    query = select(Organ.code, Organ.name, Organ.name_en, Organ.kind)
    rows = session.execute(query.where(Organ.jurisdiction_id == county.jurisdiction_id).order_by(Organ.code)).all()
    return replace(
        rules_of(county.profile, on),
        organ_names={code: Name(name, name_en) for code, name, name_en, _ in rows},
        organ_kinds={code: OrganKind(kind) for code, _, _, kind in rows},
    )


def township_at(session: Session, county: County, code: str) -> TownshipFacts:
    """A township with the organ that acts for it."""
    organ = session.scalars(
        select(Organ.code).where(
            Organ.jurisdiction_id == county.jurisdiction_id,
            Organ.township_code == code,
            Organ.kind == OrganKind.TOWNSHIP,
        )
    ).first()
    return TownshipFacts(code, organ or code, county.name_of(code))


def delegations_of(session: Session, item: Item, township: str | None) -> list[DelegationFacts]:
    """What a township has taken on of an item, in all its dates."""
    rows = session.scalars(
        select(Delegation).where(Delegation.item_id == item.id, Delegation.township_code == township)
    )
    return [_delegation(item, row) for row in rows]


def _delegation(item: Item, row: Delegation) -> DelegationFacts:
    return DelegationFacts(
        item.code, row.township_code, ItemKind(row.kind), row.valid_from, row.valid_to, row.entrusting_organ, row.clause
    )


def competences(
    session: Session, county: County, pairs: Collection[tuple[UUID, str | None]], on: date
) -> Mapping[tuple[UUID, str | None], Competence]:
    """The organ competent for each item in each township on a day; what they share is read once."""
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_({key for key, _ in pairs})))}
    taken: dict[tuple[UUID, str | None], list[DelegationFacts]] = defaultdict(list)
    for row in session.scalars(select(Delegation).where(Delegation.item_id.in_(items))):
        taken[row.item_id, row.township_code].append(_delegation(items[row.item_id], row))
    facts = {key: item_facts(session, item) for key, item in items.items()}
    towns = {code: township_at(session, county, code) for code in {code for _, code in pairs} if code}
    rules = rules_for(session, county, on)
    return {
        (key, code): Grounds(facts[key], towns[code] if code else None, on, taken[key, code], rules).competence()
        for key, code in pairs
    }


@dataclass(frozen=True)
class Grounds:
    """What the record knows on a day of an item in a township: read once, asked of every act."""

    item: ItemFacts
    township: TownshipFacts | None
    on: date
    delegations: Sequence[DelegationFacts]
    rules: CompetenceRules

    def competence(
        self, act: ActKind = ActKind.PENALISE, penalties: Collection[PenaltyKind] = (), case: CaseFacts | None = None
    ) -> Competence:
        """The organ competent for an act."""
        return competent(
            self.item,
            self.township,
            self.on,
            act,
            penalties,
            delegations=self.delegations,
            rules=self.rules,
            case=case or CaseFacts(),
        )


def grounds_at(session: Session, county: County, item: Item, township_code: str | None, on: date) -> Grounds:
    """On what the competence for an item in a township rests on a day."""
    return Grounds(
        item_facts(session, item),
        township_at(session, county, township_code) if township_code else None,
        on,
        delegations_of(session, item, township_code),
        rules_for(session, county, on),
    )


def competence_at(
    session: Session,
    county: County,
    item: Item,
    township_code: str | None,
    on: date,
    act: ActKind = ActKind.PENALISE,
    penalties: Collection[PenaltyKind] = (),
    case: CaseFacts | None = None,
) -> Competence:
    """The organ competent for an item in a township on a day."""
    return grounds_at(session, county, item, township_code, on).competence(act, penalties, case)
