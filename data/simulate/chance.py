"""Chance that is the same for the same seed: generators by name, and keys that sort by time like every other key."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import numpy as np

T = TypeVar("T")
_VERSION, _VARIANT = 0x7 << 76, 0b10 << 62


def chance(seed: int, *names: str) -> random.Random:
    """A generator of its own for every purpose, so that a change in one part leaves the others as they were."""
    return random.Random(":".join((str(seed), *names)))  # noqa: S311  # invention, not secrecy


def arrays(seed: int, *names: str) -> np.random.Generator:
    """The same for arrays of numpy."""
    return np.random.default_rng([seed & 0xFFFFFFFF, *":".join(names).encode()])


def key_at(rng: random.Random, at: datetime) -> UUID:
    """A UUIDv7 for a row made at `at`: sortable by time, the rest from `rng`."""
    milliseconds = int(at.timestamp() * 1000) & 0xFFFFFFFFFFFF
    tail = rng.getrandbits(74)
    return UUID(int=milliseconds << 80 | _VERSION | (tail >> 62) << 64 | _VARIANT | tail & (2**62 - 1))


def weighted(rng: random.Random, table: Mapping[str, float]) -> str:
    """One key of `table`, as often as its weight says."""
    return rng.choices(list(table), list(table.values()))[0]


def minutes(rng: random.Random, median: float, spread: float = 0.5) -> timedelta:
    """A waiting time with a long tail: log-normal around `median` minutes."""
    return timedelta(seconds=round(60.0 * median * rng.lognormvariate(0.0, spread)))


def among(rng: random.Random, words: Sequence[T]) -> T:
    """One of `words`."""
    return words[int(rng.random() * len(words))]
