"""Parties of invented cases: names of nobody, numbers whose check digits are right and which nobody can have."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from stdnum.cn import ric

from data.simulate.catalogue import pools
from data.simulate.chance import among, chance, weighted
from data.simulate.desk import Desk
from data.simulate.names import invented_name, invented_phone
from data.simulate.wording import address
from policy.vocabulary_case import PartyKind

Row = dict[str, Any]
REGION: Final = "000000"
"""Of a credit code: a division that does not exist."""
_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGAN_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
CENTURY: Final = 1800  # of birth: nobody alive, and no number was ever given


def invented_credit_code(rng: random.Random) -> str:
    """A unified social credit code (GB 32100) of a division that does not exist; both check characters are right."""
    body = f"{rng.randrange(10**8):08d}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, _ORGAN_WEIGHTS, strict=True)) % 11
    stem = f"91{REGION}{body}{'X' if rest == 10 else rest % 11}"
    total = sum(_LETTERS.index(letter) * weight for letter, weight in zip(stem, _WEIGHTS, strict=True))
    return stem + _LETTERS[(31 - total) % 31]


def invented_identity(rng: random.Random, province: str) -> str:
    """An identity number (GB 11643) of a whole `province` (two digits), where nobody is registered, of a dead century."""
    born = f"{CENTURY + rng.randrange(10, 90)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    stem = f"{province}0000{born}{rng.randrange(1, 1000):03d}"
    return stem + ric.calc_check_digit(f"{stem}0")


def graded(seed: int, code: str) -> dict[str, str]:
    """Risk and credit of an enterprise."""
    rng, shares = chance(seed, "grade", code), pools()["inspections"]
    return {"risk": weighted(rng, shares["risk"]), "credit": weighted(rng, shares["credit"])}


class Parties:
    """Everybody a case is about; some come again."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.rng = chance(desk.ground.seed, desk.county.code, "parties")
        self.rows: list[Row] = []
        self._known: dict[tuple[str | None, str], list[Row]] = defaultdict(list)

    def draw(self, lead: Row, leaf: int, kind: PartyKind, fit: Callable[[Row], bool] = bool) -> Row:
        """Whoever did it: mostly somebody new, sometimes a party that the township knows, one who is `fit` for it."""
        known = self._known[lead["township_code"], kind]
        found = among(self.rng, known) if known and self.rng.random() < pools()["cases"]["again"] else None
        if found is not None and fit(found):
            return found
        row = self._make(lead, leaf, kind)
        row |= graded(self.desk.ground.seed, row["credit_code"]) if row["credit_code"] else {}
        known.append(row)
        self.rows.append(row)
        return row

    def _make(self, lead: Row, leaf: int, kind: PartyKind) -> Row:
        rng, desk = self.rng, self.desk
        person = kind is PartyKind.CITIZEN
        brand, trade, company = firm(rng)
        short = desk.county.name_of(lead["township_code"])[:2]
        return {
            "id": desk.key(), "jurisdiction_id": desk.county.jurisdiction_id, "code": desk.number("party"),
            "kind": kind.value, "name": invented_name(rng) if person else f"{short}{brand}{company}",
            "identity_number": invented_identity(rng, desk.county.code[:2]) if person else None,
            "identity_digest": None, "credit_code": None if person else invented_credit_code(rng),
            "representative": None if person else invented_name(rng), "phone": invented_phone(rng),
            "address": address(desk.ground, leaf, rng), "township_code": lead["township_code"],
            "cell_code": lead["cell_code"], "trade": None if person else trade, "risk": "normal", "credit": None,
            "merged_into_id": None, "version": 1,
        }  # fmt: skip


def firm(rng: random.Random) -> tuple[str, str, str]:
    """Brand, trade and kind of company of an invented enterprise."""
    words = pools()["party_names"]
    trade = among(rng, list(words["trades"]))
    return among(rng, words["brands"]), trade, words["trades"][trade]
