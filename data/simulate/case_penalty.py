"""Penalties of invented cases: one of the item's grades for the party, an amount within it, and what has to be ticked."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, Final

from data.simulate.catalogue import pools
from data.simulate.chance import among
from policy.case_rules import CaseRules
from policy.items import fine_range, grades, item
from policy.items.model import Fine, Party
from policy.vocabulary import PenaltyKind
from policy.vocabulary_case import PartyKind

Given = dict[str, Any]
SORTS: Final[dict[PartyKind, Party]] = {PartyKind.CITIZEN: "individual", PartyKind.ORGANISATION: "organisation"}
_STEPS: Final = (Decimal(1000), Decimal(100), Decimal(10), Decimal(1))
TRIFLE: Final = Decimal("0.1")  # of the most: where the law says only how much at most, nobody is fined a few yuan
LARGE: Final = Decimal(50_000)
_GAINS: Final = PenaltyKind.CONFISCATE_GAINS


@dataclass(frozen=True, slots=True)
class Offer:
    """A grade of an item for a party: its lines, and the amounts its fine is counted from."""

    code: str
    stage: str
    lines: tuple[Fine, ...]
    needs: tuple[str, ...]


@cache
def offers(code: str, kind: PartyKind) -> tuple[Offer, ...]:
    """Every grade under which a fine can be counted, mildest first; those of a first instance where there are such."""
    found = grades(item(code), SORTS[kind])
    stages = tuple(dict.fromkeys(grade.line.stage for grade in found))
    stage = "" if "" in stages else next(iter(stages), "")
    codes = dict.fromkeys(grade.code for grade in found if grade.line.stage == stage)
    return tuple(_offer(code, stage, tuple(g.line for g in found if (g.code, g.line.stage) == (code, stage)))
                 for code in codes)  # fmt: skip


def _offer(code: str, stage: str, lines: tuple[Fine, ...]) -> Offer:
    measures = [line.base or line.unit for line in lines] + [line.condition.of for line in lines if line.condition]
    return Offer(code, stage, lines, tuple(dict.fromkeys(filter(None, measures))))


def span(code: str, kind: PartyKind, offer: Offer, amounts: dict[str, Decimal]) -> tuple[Decimal, Decimal] | None:
    """Least and most yuan of an offer for these amounts; None where they do not settle it."""
    stages = (offer.stage,) if offer.stage else ()
    found = fine_range(replace(item(code), fines=offer.lines), SORTS[kind], amounts, stages)
    return None if found.most is None or found.least is None else (found.least, found.most)


@cache
def on_the_spot(code: str, kind: PartyKind, limit: Decimal | None) -> tuple[Offer, ...]:
    """Offers that reach no higher than what may be decided on the spot."""
    plain = [offer for offer in offers(code, kind) if not offer.needs and not offer.stage]
    spans = [(offer, span(code, kind, offer, {})) for offer in plain]
    return tuple(offer for offer, found in spans if found and limit is not None and found[0] <= limit and found[1] > 0)


@cache
def warned(code: str) -> bool:
    """Whether the article knows a warning."""
    return PenaltyKind.WARNING in item(code).kinds


def spot_kinds(code: str, rules: CaseRules) -> tuple[PartyKind, ...]:
    """Parties that can be punished for the item on the spot."""
    limits = rules.simple_limit
    return tuple(kind for kind in PartyKind if warned(code) or on_the_spot(code, kind, limits.get(kind)))


def spot_penalty(rng: random.Random, code: str, kind: PartyKind, rules: CaseRules) -> Given:
    """What is decided on the spot: a small fine of the mildest grades, else a warning."""
    limit = rules.simple_limit.get(kind)
    found = on_the_spot(code, kind, limit)
    if not found or limit is None or (warned(code) and rng.random() < 0.4):
        return {"penalties": frozenset({PenaltyKind.WARNING})}
    offer = among(rng, found)
    low, high = span(code, kind, offer, {}) or (limit, limit)
    given: Given = {"penalties": frozenset({PenaltyKind.FINE}), "grade": offer.code}
    return given | {"fine": drawn(rng, low, min(high, limit)), "grade_least": low, "grade_most": high}


def drawn(rng: random.Random, low: Decimal, high: Decimal) -> Decimal:
    """An amount between the two, as round as it can be; seldom near the top of a large range, never a trifle of it."""
    floor = max(low, high * TRIFLE)
    drawn_at = Decimal(str(round(rng.random(), 3))) ** (2 if high >= LARGE else 1)
    wanted = floor + (high - floor) * drawn_at
    for step in _STEPS:
        rounded = (wanted / step).quantize(Decimal(1)) * step
        if rounded >= step * 3 and low <= rounded <= high:
            return rounded
    exact = (max(wanted, low) * 100).quantize(Decimal(1)) / 100
    return min(high, exact) or high


def ordinary_kinds(code: str, reserved: frozenset[PenaltyKind]) -> tuple[PartyKind, ...]:
    """Parties that can be punished for the item at all, with a kind that is not reserved."""
    open_kinds = set(item(code).kinds) - reserved
    fined = tuple(kind for kind in PartyKind if offers(code, kind))
    return fined or (tuple(PartyKind) if open_kinds - {PenaltyKind.FINE} else ())


def penalty(rng: random.Random, code: str, kind: PartyKind, rules: CaseRules) -> Given:
    """What an ordinary case proposes: a fine of one grade, or the article's other kinds, with everything ticked."""
    given = _fine(rng, code, kind) or _other(code, rules)
    shares = pools()["cases"]
    if _GAINS in item(code).kinds and _GAINS not in rules.reserved and rng.random() < 0.3:
        given["penalties"] |= {_GAINS}
        given["confiscated"] = Decimal(rng.randrange(3, 90) * 100)
    fine = given.get("fine") or Decimal(0)
    large, weighty = fine >= shares["large_fine"][kind], rng.random() < shares["weighty"]
    given |= {"large_fine": large, "complex_case": weighty, "major": bool(large and rng.random() < 0.3)}
    return given | {"suspected_crime": False}


def _fine(rng: random.Random, code: str, kind: PartyKind) -> Given:
    found = offers(code, kind)
    if not found:
        return {}
    offer = rng.choices(found, [5, 4, 1][: len(found)])[0]
    amounts = {name: _amount(rng, name) for name in offer.needs}
    limits = span(code, kind, offer, amounts)
    if limits is None:
        return {}
    given: Given = {"penalties": frozenset({PenaltyKind.FINE}), "grade": offer.code, "fine": drawn(rng, *limits)}
    given |= {"grade_least": limits[0], "grade_most": limits[1]}
    given |= {"stage": offer.stage} if offer.stage else {}
    return given | ({"amounts": amounts} if amounts else {})


def _amount(rng: random.Random, name: str) -> Decimal:
    table = pools()["cases"]["amounts"]
    least, most = table.get(name, table["default"])
    return Decimal(rng.randrange(least, most))


def _other(code: str, rules: CaseRules) -> Given:
    """Kinds of the article that are no fine; a warning where it has none that a township may impose."""
    kinds = [kind for kind in item(code).kinds if kind is not PenaltyKind.FINE and kind not in rules.reserved]
    return {"penalties": frozenset(kinds[:1] or [PenaltyKind.WARNING])}
