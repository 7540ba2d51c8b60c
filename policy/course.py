"""What the table of a matter's course is made of: rows *from · verb · role · guards · to*, and the steps they spread into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from policy.guards import Guard
from policy.vocabulary import MatterKind, Role, Verb

Row = tuple[tuple[StrEnum | None, ...], Verb, frozenset[Role], tuple[Guard, ...], StrEnum | None]
"""from (several states share a row), verb, roles, guards, to (None: the state stays)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a table; `source` None means the matter begins with it, `source == to` that the state stays."""

    matter: MatterKind
    source: StrEnum | None
    verb: Verb
    roles: frozenset[Role]
    guards: tuple[Guard, ...]
    to: StrEnum


def spread(matter: MatterKind, rows: Iterable[Row]) -> Iterator[Step]:
    """Every row of a table as one step for each state it starts from."""
    for sources, verb, roles, guards, to in rows:
        for source in sources:
            target = to if to is not None else source
            if target is not None:
                yield Step(matter, source, verb, roles, guards, target)


@dataclass(frozen=True, slots=True)
class Clocks:
    """What a step does to clocks, by kind of deadline: those it starts, those it meets in time or late, those it ends unmet."""

    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
