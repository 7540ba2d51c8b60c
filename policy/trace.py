"""From a duty of the plans to the values that carry it: `requirements.toml`, read against the profiles that are loaded."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from policy.library import normal_clause, split_citation
from policy.loader import codes, load_profile
from policy.profile import Value

_PARAGRAPH: Final = re.compile(r"(?<=^\d\d)\(\d+\)$|(?<=^\d)\(\d+\)$")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One duty: where it stands, which keys carry it, which of its clauses fix no value and why, which keys are silent and why."""

    id: str
    what: str
    clause: str
    keys: tuple[str, ...]
    duty: Mapping[str, str] = field(default_factory=dict)
    silent: Mapping[str, str] = field(default_factory=dict)

    def clauses(self) -> list[tuple[str, str]]:
        """Its clauses as (document, normal clause), those that fix no value left out."""
        without = {spelled(pair) for text in self.duty for pair in split_citation(text)}
        return [pair for pair in map(spelled, split_citation(self.clause)) if pair not in without]


@dataclass(frozen=True, slots=True)
class Held:
    """One dated value as one layer holds it: what a case has to test."""

    profile: str
    value: Value

    @property
    def mark(self) -> tuple[str, str, date]:
        """What tells it apart from every other value: key, layer and first day."""
        return self.value.key, self.profile, self.value.valid_from


def spelled(pair: tuple[str, str]) -> tuple[str, str]:
    """A citation in one spelling: `CL 第六条` is `CL 6`."""
    return pair[0], normal_clause(pair[1])


@cache
def requirements() -> tuple[Requirement, ...]:
    """All duties in the order of the file."""
    text = (resources.files("policy") / "requirements.toml").read_text("utf-8")
    return tuple(_row(name, table) for name, table in tomllib.loads(text).items())


def held(key: str, among: Sequence[str] | None = None) -> list[Held]:
    """Every dated value of `key` in the layers `among` (default: all that ship), each once, by the layer that sets it."""
    layers = among if among is not None else codes()
    return [Held(code, value) for code in layers for value in _own(code, key)]


def carriers(row: Requirement) -> Iterator[Held]:
    """The values that carry a duty, key by key."""
    for key in row.keys:
        yield from held(key)


def uncited(row: Requirement) -> list[str]:
    """Clauses of the duty that no value of its keys cites; `PL 64` is cited by `PL 64(1)`."""
    pairs = [spelled((c.document, c.clause)) for one in carriers(row) for c in one.value.citations]
    cited = {*pairs, *((document, _PARAGRAPH.sub("", clause)) for document, clause in pairs)}
    return [f"{document} {clause}" for document, clause in row.clauses() if (document, clause) not in cited]


def _row(name: str, table: Mapping[str, object]) -> Requirement:
    return Requirement(id=name, **(dict(table) | {"keys": tuple(table["keys"])}))  # type: ignore[arg-type]


def _own(code: str, key: str) -> list[Value]:
    return [value for value in load_profile(code).history(key) if value.layer == code]
