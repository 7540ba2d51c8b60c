"""Items and delegations of a demonstration county, worked out from the catalogue, the plan and a seed, without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from data.simulate.bodies import NEWEST, body_of, field_of, fields_of, is_town
from data.simulate.catalogue import bodies, everyday, pools, statutory
from data.simulate.chance import among, chance
from policy.competence import DelegationFacts, ItemFacts, rules_of
from policy.items import items_for, needs_county
from policy.items.model import CatalogueItem
from policy.library import library
from policy.loader import load_profile
from policy.profile import Profile
from policy.vocabulary import ItemKind

SUBDISTRICT, TOWN = "subdistrict", "township"
_FIRST_TOWN: Final = 100  # township codes below are sub-districts (GB/T 10114)


def township_type(code: str) -> str:
    """Sub-district or town, as the three digits of a township's code say; a plan with lists by type has one for each."""
    return SUBDISTRICT if int(code[6:9]) < _FIRST_TOWN else TOWN


def demonstration_items(
    profile: Profile | str, townships: Sequence[str], seed: int = 1
) -> tuple[tuple[ItemFacts, ...], tuple[DelegationFacts, ...]]:
    """Every item of the catalogue that holds in a county, and what each of `townships` (12 digits) has taken on.

    Kinds, reserved penalties, lists by type and dates are the plan's; which items are on a list is drawn by seed, each
    township's for itself: asking for one township gives what asking for all gives it. A built demonstration holds the same.
    """
    rules = load_profile(profile) if isinstance(profile, str) else profile
    catalogue = items_for(rules.chain)
    fields, plan = fields_of(rules), _plan(rules)
    homes = {item.code: field_of(item, fields) for item in catalogue}
    facts = tuple(
        ItemFacts(
            item.code, item.name, home.code, body_of(item, home), home.department, plan.since, domain_name=home.name
        )
        for item in catalogue
        for home in (homes[item.code],)
    )
    taken = _Drawing(rules, plan, seed).taken
    pairs = zip(catalogue, facts, strict=True)
    return facts, tuple(made for item, fact in pairs for made in taken(item, fact, townships))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the plan says of delegation: kinds with their clause, whether lists are taken whole or go by type."""

    since: date
    kinds: frozenset[ItemKind]
    clause: str | None
    whole: bool
    by_type: bool
    town: bool


def _plan(profile: Profile) -> _Plan:
    kinds, printed = profile.require("item.kinds", NEWEST), profile.get("item.catalogue", NEWEST)
    whole, types = profile.get("item.taken_on_whole", NEWEST), profile.get("item.township_types", NEWEST)
    return _Plan(
        max(kinds.valid_from, printed.valid_from) if printed else kinds.valid_from,
        frozenset(ItemKind(row["code"]) for row in kinds.value),
        str(kinds.citation) if kinds.citation else None,
        bool(whole and whole.value),
        types is not None,
        is_town(profile),
    )


class _Drawing:
    """Draws who takes on what."""

    def __init__(self, profile: Profile, plan: _Plan, seed: int) -> None:
        self.profile, self.plan, self.seed = profile, plan, seed
        self.shares: Mapping[str, Any] = pools()["delegation"]
        self.rules = rules_of(profile, NEWEST)

    def taken(self, item: CatalogueItem, fact: ItemFacts, townships: Sequence[str]) -> Iterator[DelegationFacts]:
        """Delegations of one item."""
        if not self._may(item, fact):
            return
        for township in townships:
            rng = chance(self.seed, self.profile.code, "item", item.code, township)
            kind = self._kind(item, fact, township, rng.random())
            if kind is not None:
                yield self._dated(item, fact, township, kind, rng.random())

    def _may(self, item: CatalogueItem, fact: ItemFacts) -> bool:
        """Matters of police and of services the plan does not count stay with them; a reserved kind always imposed stays above."""
        apart = {bodies()["police"]} | ({bodies()["fire"]} if self.rules.not_counted else set())
        own = fact.enforcing_body in apart and item.code not in bodies()
        county = fact.domain in self.rules.county_only
        return not own and not county and needs_county(item, self.rules.reserved).allowed

    def _kind(self, item: CatalogueItem, fact: ItemFacts, township: str, drawn: float) -> ItemKind | None:
        if item.code in statutory() and township_type(township) == TOWN:
            return ItemKind.STATUTORY
        share, kind = self._list(item, fact, township)
        if kind in self.plan.kinds and drawn < share:
            return kind
        rest = ItemKind.ENTRUSTED in self.plan.kinds and drawn > 1.0 - self.shares["entrusted"]
        return ItemKind.ENTRUSTED if rest else None

    def _list(self, item: CatalogueItem, fact: ItemFacts, township: str) -> tuple[float, ItemKind]:
        """How likely the township has the item: on the list of all, on the optional list, or on none."""
        common, optional = self._odds(item, fact)
        if chance(self.seed, self.profile.code, "common", item.code).random() < common:
            return 1.0 if self.plan.whole else self.shares["general"], ItemKind.DELEGATED_GENERAL
        kind = ItemKind.DELEGATED_SELF_SELECTED
        if kind not in self.plan.kinds:
            kind, share = ItemKind.DELEGATED_GENERAL, self.shares["chosen"]
        else:
            share = self.shares["self_selected"]
        type_ = township_type(township) if self.plan.by_type else ""
        listed = chance(self.seed, self.profile.code, "optional", type_, item.code).random() < optional
        return share if listed else 0.0, kind

    def _odds(self, item: CatalogueItem, fact: ItemFacts) -> tuple[float, float]:
        if self.plan.town:
            name = "town"
        else:
            name = "team" if fact.enforcing_body.startswith("team-") else "bureau"
            name += "_everyday" if item.code in everyday(self.profile.chain) else ""
        common, optional = self.shares[name]
        return common, optional

    def _dated(
        self, item: CatalogueItem, fact: ItemFacts, township: str, kind: ItemKind, drawn: float
    ) -> DelegationFacts:
        """By law since its text; else from soon after the plan, a few at a later new year, a few no longer (P20)."""
        plan, entrusted = self.plan, kind is ItemKind.ENTRUSTED
        days = among(chance(self.seed, self.profile.code, "since", township), self.shares["days"])
        since, until = plan.since + timedelta(days=days), None
        if kind is ItemKind.STATUTORY:
            held = library().documents[item.penalises.document].dated or plan.since
            return DelegationFacts(item.code, township, kind, min(held, plan.since), clause=item.penalises.citation)
        if kind is ItemKind.DELEGATED_SELF_SELECTED and drawn < self.shares["late"]:
            since = date(plan.since.year + 2, 1, 1)
        elif drawn > 1.0 - self.shares["taken_back"]:
            until = date(plan.since.year + 2, 12, 31)
        organ = fact.enforcing_body if entrusted else None
        return DelegationFacts(item.code, township, kind, since, until, organ, None if entrusted else plan.clause)
