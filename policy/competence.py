"""Which organ is competent for item × place × date × act × penalty, in whose name it acts, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal, Protocol

from policy.decision import Decision, Reason, against, for_
from policy.vocabulary import ActKind, ItemKind, PenaltyKind, word

Basis = Literal["statutory", "delegated_general", "delegated_self_selected", "entrusted", "county"]


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An enforcement item: its field, the county organ that enforces it by law, and when it was published."""

    code: str
    name: str
    domain: str
    enforcing_body: str
    department: str = ""
    published_on: date | None = None
    domain_name: str = ""


@dataclass(frozen=True, slots=True)
class DelegationFacts:
    """An item taken on by a township, `valid_to` its last day (None: open)."""

    item_code: str
    township_code: str
    kind: ItemKind
    valid_from: date
    valid_to: date | None = None
    entrusting_organ_code: str | None = None
    clause: str | None = None

    def holds(self, on: date) -> bool:
        """Whether the township has the item on the day `on`."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class TownshipFacts:
    """The place: its code and the organ that acts for it (town government or sub-district office)."""

    code: str
    organ_code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class CompetenceRules:
    """What the profile decides; a silent profile reserves nothing to the county."""

    reserved: frozenset[PenaltyKind] = frozenset()
    county_only: frozenset[str] = frozenset()
    published_only: bool = False
    clauses: Mapping[str, str] = field(default_factory=dict)
    organ_names: Mapping[str, str] = field(default_factory=dict)

    def organ_name(self, code: str) -> str:
        """The organ's name for sentences, its code where no name was given."""
        return self.organ_names.get(code, code)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another organ that may act, and on what ground."""

    organ_code: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Competence:
    """The answer: who acts, in whose name, on what basis, and every reason; `decision` is what stands in the way."""

    organ_code: str
    in_whose_name: str
    basis: Basis
    clause: str | None
    reasons: tuple[Reason, ...]
    alternatives: tuple[Alternative, ...] = ()
    township_code: str | None = None
    organ_name: str = ""

    @property
    def decision(self) -> Decision:
        """The reasons as a decision: allowed unless the act itself is barred (unpublished item, unknown place)."""
        return Decision(self.reasons)


class _Value(Protocol):
    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> str | None: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


_KEYS: Final = {
    "reserved": "item.reserved_penalties",
    "county_only": "item.county_only_fields",
    "unpublished": "inspection.published_items_only",
}


def rules_of(profile: _Profile, on: date) -> CompetenceRules:
    """Reserved penalties, county-only fields and the rule on published items as `profile` has them on `on`."""
    found = {name: profile.get(key, on) for name, key in _KEYS.items()}
    texts = {name: tuple(value.value) for name, value in found.items() if value and name != "unpublished"}
    published = found["unpublished"]
    return CompetenceRules(
        reserved=frozenset(PenaltyKind(text) for text in texts.get("reserved", ())),
        county_only=frozenset(texts.get("county_only", ())),
        published_only=bool(published and published.value),
        clauses={name: value.clause for name, value in found.items() if value and value.clause},
    )


NATIONAL: Final = CompetenceRules()

_OWN: Final[Mapping[ItemKind, tuple[Basis, str]]] = {
    ItemKind.STATUTORY: ("statutory", "PL 23"),
    ItemKind.DELEGATED_GENERAL: ("delegated_general", "PL 24"),
    ItemKind.DELEGATED_SELF_SELECTED: ("delegated_self_selected", "PL 24"),
    ItemKind.ENTRUSTED: ("entrusted", "PL 20"),
}
"""Kinds in the order in which they prevail, with the basis and its national ground."""


def competent(
    item: ItemFacts,
    township: TownshipFacts | None,
    on: date,
    act: ActKind = ActKind.PENALISE,
    penalties: Collection[PenaltyKind] = (),
    *,
    delegations: Iterable[DelegationFacts] = (),
    rules: CompetenceRules = NATIONAL,
) -> Competence:
    """Resolve the competent organ on the day `on` (YY 二(一), LX 二(一)–(三), PL 20–24, CO 17)."""
    found = _resolve(item, township, on, act, penalties, delegations=delegations, rules=rules)
    return replace(found, organ_name=rules.organ_name(found.organ_code))


def _resolve(
    item: ItemFacts,
    township: TownshipFacts | None,
    on: date,
    act: ActKind,
    penalties: Collection[PenaltyKind],
    *,
    delegations: Iterable[DelegationFacts],
    rules: CompetenceRules,
) -> Competence:
    extra = _published(item, on, act, rules)
    if township is None:
        unknown = against("reasons.place_unknown", "PL 22", item=item.name)
        return _county(item, None, (unknown, *extra))
    here = [d for d in delegations if d.item_code == item.code and d.township_code == township.code]
    held = [d for d in here if d.holds(on)]
    if not held:
        return _county(item, township, (_never_or_not_now(item, township, here, on), *extra))
    best = min(held, key=lambda d: list(_OWN).index(d.kind))
    kept = _kept_by_county(item, best, act, penalties, rules)
    if kept is not None:
        return _county(item, township, (kept, *extra), best.entrusting_organ_code)
    return _township(item, township, best, extra, rules)


def _published(item: ItemFacts, on: date, act: ActKind, rules: CompetenceRules) -> tuple[Reason, ...]:
    """An item that is not published may not be used for an inspection."""
    out = item.published_on is None or item.published_on > on
    if rules.published_only and act is ActKind.INSPECT and out:
        return (against("reasons.item_unpublished", rules.clauses.get("unpublished"), item=item.name),)
    return ()


def _never_or_not_now(item: ItemFacts, township: TownshipFacts, here: list[DelegationFacts], on: date) -> Reason:
    """The township never had the item, has it no more (taken back), or not yet."""
    where = {"item": item.name, "township": township.name or township.code}
    ended = [d.valid_to for d in here if d.valid_to is not None and d.valid_to < on]
    if ended:
        return for_("reasons.taken_back", "PL 24", until=max(ended).isoformat(), **where)
    coming = [d.valid_from for d in here if d.valid_from > on]
    if coming:
        return for_("reasons.not_yet_delegated", "PL 24", since=min(coming).isoformat(), **where)
    return for_("reasons.not_delegated", "PL 23", **where)


def _kept_by_county(
    item: ItemFacts,
    held: DelegationFacts,
    act: ActKind,
    penalties: Collection[PenaltyKind],
    rules: CompetenceRules,
) -> Reason | None:
    """Why the county acts although the township has the item: field, kind of penalty, or compulsion not to be entrusted."""
    if item.domain in rules.county_only:
        return for_("reasons.county_only", rules.clauses.get("county_only"), domain=item.domain_name or item.domain)
    reserved = tuple(kind for kind in PenaltyKind if kind in penalties and kind in rules.reserved)
    if act is ActKind.PENALISE and reserved:
        kinds = tuple(word(kind) for kind in reserved)
        return for_("reasons.reserved_penalty", rules.clauses.get("reserved"), kinds=kinds)
    if act is ActKind.COMPEL and held.kind is ItemKind.ENTRUSTED:
        return for_("reasons.compulsion_not_entrusted", "CO 17", item=item.name)
    return None


def _county(
    item: ItemFacts, township: TownshipFacts | None, reasons: tuple[Reason, ...], organ: str | None = None
) -> Competence:
    body = organ or item.enforcing_body
    where = township.code if township else None
    return Competence(body, body, "county", reasons[0].clause, reasons, (), where)


def _township(
    item: ItemFacts, township: TownshipFacts, held: DelegationFacts, extra: tuple[Reason, ...], rules: CompetenceRules
) -> Competence:
    basis, ground = _OWN[held.kind]
    clause = held.clause or ground
    facts = {"item": item.name, "township": township.name or township.code, "kind": word(held.kind)}
    if held.kind is not ItemKind.ENTRUSTED:
        why = for_("reasons.township_own_name", clause, **facts)
        return Competence(township.organ_code, township.organ_code, basis, clause, (why, *extra), (), township.code)
    principal = held.entrusting_organ_code or item.enforcing_body
    why = for_("reasons.township_entrusted", clause, principal=rules.organ_name(principal), **facts)
    itself = Alternative(principal, for_("reasons.principal_may_act", "PL 20", item=item.name))
    return Competence(township.organ_code, principal, basis, clause, (why, *extra), (itself,), township.code)


def covers(competence: Competence | None, organ_code: str, township_codes: Collection[str] = ()) -> Decision:
    """May a team of `organ_code` that serves `township_codes` act on the item? (`organ_competent` guard of a dispatch)

    A squadron or sunk-down team that serves the township acts for it; an item not yet chosen is refused.
    """
    if competence is None:
        return Decision((against("reasons.item_missing", "PL 22"),))
    organs = {competence.organ_code, *(other.organ_code for other in competence.alternatives)}
    serves = competence.basis != "county" and competence.township_code in township_codes
    if organ_code in organs or serves:
        return competence.decision
    barred = against(
        "reasons.organ_not_competent", competence.clause, organ=competence.organ_name or competence.organ_code
    )
    return Decision((*competence.reasons, barred))
