"""The demonstration's own facts: items with their articles, and the pools of words it invents with (data/demo)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Article:
    """An article of a law in the library, with its decisive words."""

    law: str
    clause: str
    quote: str

    def as_dict(self) -> dict[str, str]:
        """Plain mapping for the item's basis."""
        return {"law": self.law, "clause": self.clause, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class Sort:
    """An item of the catalogue and how it comes up: share, season, hours, ground, temper, urgency, sentences."""

    code: str
    name: str
    name_en: str
    field: str
    body: str | None
    forbids: Article
    penalises: Article
    kinds: tuple[str, ...]
    keywords: tuple[str, ...]
    weight: float
    season: str
    hours: str
    place: str
    near: str | None
    temper: str
    urgent: float
    emergency: float
    summaries: tuple[str, ...]

    @property
    def basis(self) -> dict[str, Any]:
        """What forbids, what penalises, and with which kinds of penalty."""
        return {
            "forbids": self.forbids.as_dict(),
            "penalises": self.penalises.as_dict(),
            "kinds": list(self.kinds),
        }


@dataclass(frozen=True, slots=True)
class Curves:
    """Shares by month, by hour, by ground and by outcome, each under its name."""

    seasons: Mapping[str, list[float]]
    hours: Mapping[str, list[float]]
    places: Mapping[str, Mapping[str, float]]
    tempers: Mapping[str, Mapping[str, float]]


@cache
def _read(file: str) -> Table:
    return tomllib.loads((resources.files("data.demo") / file).read_text("utf-8"))


def pools() -> Table:
    """Names, words, sizes and shares of the demonstration."""
    return _read("simulation.toml")


@cache
def curves() -> Curves:
    """How demand and outcomes are spread."""
    read = _read("items.toml")
    return Curves(read["seasons"], read["hours"], read["places"], read["tempers"])


def sorts(chain: tuple[str, ...]) -> tuple[Sort, ...]:
    """Items that hold under the profiles of `chain` (nation, province, plan), in the order of the file."""
    entries = (entry for entry in _read("items.toml")["item"] if _holds(entry, chain))
    return tuple(_sort(entry) for entry in entries)


def _holds(entry: Table, chain: tuple[str, ...]) -> bool:
    province, excepted = entry.get("province"), entry.get("except_province")
    return (province is None or province in chain) and (excepted is None or excepted not in chain)


def _sort(entry: Table) -> Sort:
    texts = ("code", "name", "name_en", "field", "season", "hours", "place", "temper")
    lists = ("kinds", "keywords", "summaries")
    plain: dict[str, Any] = {name: entry[name] for name in texts} | {name: tuple(entry[name]) for name in lists}
    return Sort(
        **plain,
        body=entry.get("body"),
        near=entry.get("near"),
        forbids=Article(*entry["forbids"]),
        penalises=Article(*entry["penalises"]),
        weight=float(entry["weight"]),
        urgent=float(entry["urgent"]),
        emergency=float(entry.get("emergency", 0.0)),
    )
