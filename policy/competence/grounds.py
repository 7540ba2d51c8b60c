"""Why the county, the police or the fire service acts although a township might: each ground one function."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from policy.competence.facts import CaseFacts, DelegationFacts, ItemFacts, TownshipFacts
from policy.competence.rules import CompetenceRules
from policy.decision import Reason, against, for_
from policy.items import needs_county
from policy.text import Name, Word
from policy.vocabulary import ActKind, ItemKind, OrganKind, PenaltyKind, word

ROUTES: Final = {"region": "reasons.to_region", "department": "reasons.to_department"}
"""Where the plan sends a case that is not ordinary, in words."""

_FATE: Final = {"finish": "reasons.open_matters_finish", "hand_over": "reasons.open_matters_hand_over"}
_SERVICES: Final = {OrganKind.POLICE: "公安", OrganKind.FIRE: "消防"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The whole question, as the grounds and notes look at it."""

    item: ItemFacts
    township: TownshipFacts
    on: date
    act: ActKind
    penalties: Collection[PenaltyKind]
    case: CaseFacts
    rules: CompetenceRules

    @property
    def where(self) -> str:
        """The township's name for sentences."""
        return self.township.name or self.township.code

    @property
    def body(self) -> str | Name:
        """Name of the organ that enforces the item by law."""
        return self.rules.organ_name(self.item.enforcing_body)

    @property
    def department(self) -> str:
        """Code of the department in charge of the trade, where the plan's table names one that is known, else the body's."""
        named = (code for code, name in self.rules.organ_names.items() if _zh(name) == self.item.department)
        return next(named, self.item.enforcing_body)


def _zh(name: str | Name) -> str:
    return name.zh if isinstance(name, Name) else name


def unpublished(item: ItemFacts, on: date, act: ActKind, rules: CompetenceRules) -> tuple[Reason, ...]:
    """An item that is not published may not be used for an inspection (EI)."""
    out = item.published_on is None or item.published_on > on
    if rules.published_only and act is ActKind.INSPECT and out:
        return (against("reasons.item_unpublished", rules.clause("unpublished"), item=item.said),)
    return ()


def police_matter(
    item: ItemFacts, act: ActKind, penalties: Collection[PenaltyKind], rules: CompetenceRules
) -> Reason | None:
    """Penalties on a person's freedom are for the police alone (PL 18), whoever holds the item."""
    kinds = tuple(kind for kind in PenaltyKind if kind in penalties and kind in rules.police_only)
    if act is not ActKind.PENALISE or not kinds:
        return None
    return for_("reasons.police_only", rules.clause("police_only"), item=item.said, kinds=tuple(map(word, kinds)))


def service_matter(item: ItemFacts, rules: CompetenceRules) -> Reason | None:
    """Items of police and fire that the plan leaves out of its count (JD 附件3) are theirs."""
    printed = _SERVICES.get(rules.organ_kinds.get(item.enforcing_body, OrganKind.OTHER))
    left_out = next((name for name in rules.not_counted if printed and printed in name), None)
    if left_out is None:
        return None
    organ = rules.organ_name(item.enforcing_body)
    return for_("reasons.not_counted", rules.clause("not_counted"), item=item.said, printed=left_out, organ=organ)


def absent(asked: Asked, here: Iterable[DelegationFacts]) -> tuple[Reason, ...]:
    """The township never had the item, has it no more (taken back), or not yet."""
    where = {"item": asked.item.said, "township": asked.where, "organ": asked.body}
    ended = [d.valid_to for d in here if d.valid_to is not None and d.valid_to < asked.on]
    if ended:
        return _taken_back(asked, max(ended), where)
    coming = [d.valid_from for d in here if d.valid_from > asked.on]
    if coming:
        return (for_("reasons.not_yet_delegated", "PL 24", since=min(coming).isoformat(), **where),)
    return (for_("reasons.not_delegated", asked.rules.clause("otherwise", "PL 23"), **where),)


def _taken_back(asked: Asked, last: date, where: dict[str, Any]) -> tuple[Reason, ...]:
    first = (last + timedelta(days=1)).isoformat()
    gone = for_("reasons.taken_back", "PL 24", until=last.isoformat(), since=first, **where)
    if not asked.rules.open_matters:
        return (gone,)
    return gone, for_(
        _FATE[asked.rules.open_matters], asked.rules.clause("open_matters"), until=last.isoformat(), **where
    )


def finishing(asked: Asked, here: Iterable[DelegationFacts]) -> DelegationFacts | None:
    """The delegation under which a matter was filed before the item was taken back, where it is finished there."""
    filed = asked.case.filed_on
    if filed is None or filed > asked.on or asked.rules.open_matters != "finish":
        return None
    return next((d for d in here if d.holds(filed) and not d.holds(asked.on)), None)


def kept_by_county(asked: Asked, held: DelegationFacts) -> Reason | None:
    """The first ground on which the county acts although the township has the item."""
    return next((reason for reason in _keeping(asked, held) if reason is not None), None)


def _keeping(asked: Asked, held: DelegationFacts) -> Iterator[Reason | None]:
    rules, item = asked.rules, asked.item
    if item.domain in rules.county_only or item.domain_name in rules.county_only:
        yield for_("reasons.county_only", rules.clause("county_only"), domain=item.domain_name or item.domain)
    if asked.act is ActKind.PENALISE:
        yield _reserved(asked)
        yield _always_reserved(asked)
    if asked.act is ActKind.COMPEL and held.kind is ItemKind.ENTRUSTED:
        yield for_("reasons.compulsion_not_entrusted", rules.clause("compulsion", "CO 17"), item=item.said)
    yield _routed(asked)


def _reserved(asked: Asked) -> Reason | None:
    """A proposed penalty of a kind that stays with the county (LX 二(一))."""
    kinds = tuple(word(kind) for kind in PenaltyKind if kind in asked.penalties and kind in asked.rules.reserved)
    return for_("reasons.reserved_penalty", asked.rules.clause("reserved"), kinds=kinds) if kinds else None


def _always_reserved(asked: Asked) -> Reason | None:
    """A kind the article always imposes stays with the county: then so does the item."""
    if asked.item.catalogue is None or not asked.rules.reserved:
        return None
    found = needs_county(asked.item.catalogue, asked.rules.reserved, asked.rules.clause("reserved"))
    return next((replace(reason, favourable=True) for reason in found.obstacles), None)


def _routed(asked: Asked) -> Reason | None:
    """Cross-boundary, major and technical cases leave the township where the plan routes by complexity (JD 二(一)3)."""
    rule = asked.rules.routes.get(asked.case.nature)
    if rule is None or rule.says == "township":
        return None
    return for_("reasons.routed", rule.clause, when=rule.name, to=Word(ROUTES[rule.says]))
