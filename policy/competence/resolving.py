"""Item × place × date × act × penalty × case → the competent organ, with its reasons, alternatives and notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from policy.competence.facts import (
    Alternative,
    Basis,
    CaseFacts,
    Competence,
    DelegationFacts,
    ItemFacts,
    TownshipFacts,
)
from policy.competence.grounds import (
    Asked,
    absent,
    finishing,
    kept_by_county,
    police_matter,
    service_matter,
    unpublished,
)
from policy.competence.notes import (
    article_notes,
    department_left,
    law_notes,
    others_beside_township,
    plan_notes,
    reserve_notes,
    township_notes,
    unit_of,
)
from policy.competence.rules import NATIONAL, CompetenceRules
from policy.decision import Decision, Reason, against, for_
from policy.vocabulary import ActKind, ItemKind, OrganKind, PenaltyKind, word

_OWN: Final[Mapping[ItemKind, tuple[Basis, str]]] = {
    ItemKind.STATUTORY: ("statutory", "PL 23"),
    ItemKind.DELEGATED_GENERAL: ("delegated_general", "PL 24"),
    ItemKind.DELEGATED_SELF_SELECTED: ("delegated_self_selected", "PL 24"),
    ItemKind.ENTRUSTED: ("entrusted", "PL 20"),
}
"""Kinds in the order in which they prevail, with the basis and its national ground."""

_UNASKED: Final = CaseFacts()


def competent(
    item: ItemFacts,
    township: TownshipFacts | None,
    on: date,
    act: ActKind = ActKind.PENALISE,
    penalties: Collection[PenaltyKind] = (),
    *,
    delegations: Iterable[DelegationFacts] = (),
    rules: CompetenceRules = NATIONAL,
    case: CaseFacts = _UNASKED,
) -> Competence:
    """Resolve the competent organ on the day `on` (YY 二(一), LX 二(一)–(三), PL 18–24, CO 17)."""
    extra = unpublished(item, on, act, rules)
    if township is None:
        unknown = against("reasons.place_unknown", "PL 22", item=item.said)
        return _named(_county(item.enforcing_body, None, (unknown, *extra)), rules)
    asked = Asked(item, township, on, act, penalties, case, rules)
    found = _resolve(asked, [d for d in delegations if (d.item_code, d.township_code) == (item.code, township.code)])
    found = replace(
        found, reasons=(*found.reasons, *extra), notes=(*found.notes, *article_notes(asked), *law_notes(asked))
    )
    return _named(replace(found, notes=(*found.notes, *plan_notes(found, asked))), rules)


def _named(found: Competence, rules: CompetenceRules) -> Competence:
    return replace(found, organ_name=rules.organ_name(found.organ_code))


def _resolve(asked: Asked, here: list[DelegationFacts]) -> Competence:
    item, rules = asked.item, asked.rules
    if (police := police_matter(item, asked.act, asked.penalties, rules)) is not None:
        return _county(_organ_of(OrganKind.POLICE, rules) or item.enforcing_body, asked, (police,))
    if (service := service_matter(item, rules)) is not None:
        return _county(item.enforcing_body, asked, (service,))
    held = [d for d in here if d.holds(asked.on)]
    if held:
        best = min(held, key=lambda d: list(_OWN).index(d.kind))
        kept = kept_by_county(asked, best)
        return _township(asked, best) if kept is None else _kept(asked, best, kept)
    left = finishing(asked, here)
    if left is not None and kept_by_county(asked, left) is None:
        return _finishing(asked, left)
    return _county(item.enforcing_body, asked, absent(asked, here))


def _organ_of(kind: OrganKind, rules: CompetenceRules) -> str | None:
    return next((code for code, known in rules.organ_kinds.items() if known is kind), None)


def _county(
    organ: str, asked: Asked | None, reasons: tuple[Reason, ...], others: tuple[Alternative, ...] = ()
) -> Competence:
    where = asked.township.code if asked else None
    return Competence(organ, organ, "county", reasons[0].clause, reasons, others, where)


def _kept(asked: Asked, held: DelegationFacts, kept: Reason) -> Competence:
    """The county acts; the township that holds the item is named for what it may still do."""
    organ = held.entrusting_organ_code or asked.item.enforcing_body
    still = _still(asked, held, kept)
    return _county(organ, asked, (kept,), (still,) if still else ())


_REST: Final = {
    "reasons.reserved_penalty": "reasons.township_other_penalties",
    "reasons.compulsion_not_entrusted": "reasons.township_penalises",
    "reasons.routed": "reasons.township_ordinary",
}
"""What the township may still do where the county acts on a ground of the case, not of the item."""


def _still(asked: Asked, held: DelegationFacts, kept: Reason) -> Alternative | None:
    if kept.code not in _REST:
        return None
    told = for_(_REST[kept.code], _ground(asked, held)[1], item=asked.item.said, township=asked.where)
    return Alternative(asked.township.organ_code, told, instead=False)


def _ground(asked: Asked, held: DelegationFacts) -> tuple[Basis, str]:
    """Basis of a delegation and its clause: its own, else the plan's for the kind, else the national one."""
    basis, national = _OWN[held.kind]
    rule = asked.rules.kinds.get(held.kind)
    return basis, held.clause or (rule.clause if rule else None) or national


def _township(asked: Asked, held: DelegationFacts) -> Competence:
    basis, clause = _ground(asked, held)
    name = _in_whose_name(asked, held)
    notes = (*township_notes(asked, held), *department_left(asked, held), *reserve_notes(asked))
    organ, code = asked.township.organ_code, asked.township.code
    others = tuple(others_beside_township(asked, held))
    reasons = (_held(asked, held, name, clause),)
    return Competence(organ, name, basis, clause, reasons, others, code, unit=unit_of(asked), notes=notes)


def _in_whose_name(asked: Asked, held: DelegationFacts) -> str:
    """Statutory and delegated items in the township's own name, entrusted ones in the entrusting organ's, as the plan says."""
    rule = asked.rules.kinds.get(held.kind)
    says = rule.says if rule else ("entrusting_organ" if held.kind is ItemKind.ENTRUSTED else "township")
    if says == "township":
        return asked.township.organ_code
    return (held.entrusting_organ_code if says == "entrusting_organ" else None) or asked.item.enforcing_body


def _held(asked: Asked, held: DelegationFacts, name: str, clause: str) -> Reason:
    rule = asked.rules.kinds.get(held.kind)
    facts = {"item": asked.item.said, "township": asked.where, "kind": rule.name if rule else word(held.kind)}
    if name == asked.township.organ_code:
        return for_("reasons.township_own_name", clause, **facts)
    return for_("reasons.township_entrusted", clause, principal=asked.rules.organ_name(name), **facts)


def _finishing(asked: Asked, left: DelegationFacts) -> Competence:
    """A matter filed before the item was taken back is finished where it is (P20)."""
    found = _township(asked, left)
    last, filed = left.valid_to or asked.on, asked.case.filed_on or asked.on
    dates = {"until": last.isoformat(), "filed": filed.isoformat()}
    told = for_(
        "reasons.finishes", asked.rules.clause("open_matters"), item=asked.item.said, township=asked.where, **dates
    )
    return replace(found, reasons=(told, *found.reasons), alternatives=())


def covers(competence: Competence | None, organ_code: str, township_codes: Collection[str] = ()) -> Decision:
    """May a team of `organ_code` that serves `township_codes` act on the item? (`organ_competent` guard of a dispatch)

    A squadron or sunk-down team that serves the township acts for it; an item not yet chosen is refused.
    """
    if competence is None:
        return Decision((against("reasons.item_missing", "PL 22"),))
    organs = {competence.organ_code, *(other.organ_code for other in competence.alternatives if other.instead)}
    serves = competence.basis != "county" and competence.township_code in township_codes
    if organ_code in organs or serves:
        return competence.decision
    barred = against(
        "reasons.organ_not_competent", competence.clause, organ=competence.organ_name or competence.organ_code
    )
    return Decision((*competence.reasons, barred))
