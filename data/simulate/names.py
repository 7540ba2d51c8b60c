"""Names and telephone numbers of nobody: common characters, and a range of numbers that no operator assigns."""

from __future__ import annotations

import random
from functools import cache

from data.simulate.catalogue import pools
from data.simulate.chance import among

PAIRS = 0.7  # share of given names with two characters


@cache
def _surnames() -> str:
    names = pools()["names"]
    common: str = names["surnames"][: names["common"]]
    return common * 2 + str(names["surnames"])


def invented_name(rng: random.Random) -> str:
    """A surname, the common ones more often, and a given name of one or two characters."""
    given: list[str] = pools()["names"]["given_pairs" if rng.random() < PAIRS else "given"]
    return f"{among(rng, _surnames())}{among(rng, given)}"


def invented_phone(rng: random.Random) -> str:
    """Eleven digits that nobody has."""
    return f"{pools()['phone']['prefix']}{rng.randrange(10**8):08d}"
