"""Draw 随机抽取 that anybody can repeat (D12, S1): whole numbers only, one hash, sorted lists; subjects and inspectors, or files.

The method, `onegrid-draw-1`:

1. The population is a list of rows `code <TAB> weight <LF>` in UTF-8, sorted by the bytes of the code, after a row with its label;
   the SHA-256 of all lists one after the other is made public before there is a seed. Weights are whole numbers of at least 1.
2. Block n (from 0) of the stream for a label is SHA-256 of `seed <LF> population hash <LF> label <LF> n`, read as a whole number of
   256 bits, the most significant byte first.
3. One after another is drawn: with T the sum of the weights that are left, the next block below the largest multiple of T that 256
   bits hold is taken modulo T (others are passed over); the weights that are left are added up in order of the list, and the first
   row whose sum exceeds that number is drawn and taken out.

Drawn one after another in proportion to weight without replacement: the law of Efraimidis and Spirakis, without its logarithms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

ALGORITHM: Final = "onegrid-draw-1"
SPAN: Final = 1 << 256
SUBJECTS, INSPECTORS, FILES = "subjects", "inspectors", "files"

Population = Mapping[str, int]


def canonical(population: Population) -> bytes:
    """The list as it is hashed; raises ValueError for a weight that is no whole number of at least 1."""
    if any(weight < 1 or int(weight) != weight for weight in population.values()):
        raise ValueError("weights are whole numbers of at least 1")
    rows = sorted((code.encode(), weight) for code, weight in population.items())
    return b"".join(b"%s\t%d\n" % row for row in rows)


def digest_of(lists: Mapping[str, Population]) -> str:
    """SHA-256 of lists in their order, each under its label: what is committed to before the seed."""
    parts = (label.encode() + b"\n" + canonical(population) for label, population in lists.items())
    return hashlib.sha256(b"".join(parts)).hexdigest()


def digest(subjects: Population, inspectors: Population) -> str:
    """SHA-256 of the lists of an inspection draw."""
    return digest_of({SUBJECTS: subjects, INSPECTORS: inspectors})


def stream(seed: str, committed: str, label: str) -> Iterator[int]:
    """Whole numbers of 256 bits, without end."""
    block = 0
    while True:
        text = f"{seed}\n{committed}\n{label}\n{block}".encode()
        yield int.from_bytes(hashlib.sha256(text).digest(), "big")
        block += 1


def draw(population: Population, count: int, seed: str, committed: str, label: str) -> tuple[str, ...]:
    """The first `count` codes drawn, in the order in which they were drawn."""
    left = dict(sorted(population.items(), key=lambda row: row[0].encode()))
    numbers = stream(seed, committed, label)
    drawn: list[str] = []
    while left and len(drawn) < count:
        code = _one(left, numbers)
        drawn.append(code)
        del left[code]
    return tuple(drawn)


def _one(left: Population, numbers: Iterator[int]) -> str:
    total = sum(left.values())
    most = SPAN - SPAN % total
    point = next(number for number in numbers if number < most) % total
    for code, weight in left.items():
        if point < weight:
            return code
        point -= weight
    raise AssertionError("a point beyond the sum")


def weight_of(weights: Mapping[str, int], risk: str, credit: str | None) -> int:
    """Weight of a subject: what the profile gives its risk times what it gives its credit; no grade weighs 1."""
    return int(weights.get(risk, 1)) * int(weights.get(credit or "", 1))
