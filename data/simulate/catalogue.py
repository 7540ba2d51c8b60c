"""The demonstration's own facts: how the catalogue's items come up, and the pools of words it invents with (data/demo)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from policy.items import item
from policy.items.model import CatalogueItem

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sort:
    """An item of the catalogue and how it comes up: share, season, hours, ground, temper, urgency, sentences."""

    item: CatalogueItem
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
    def code(self) -> str:
        """Code of the item in the catalogue, which is its code in every county."""
        return self.item.code


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


@cache
def sorts(chain: tuple[str, ...]) -> tuple[Sort, ...]:
    """What comes up under the profiles of `chain` (nation, province, plan), in the order of the file."""
    found = ((_holding(entry, chain), entry) for entry in _read("items.toml")["item"])
    return tuple(_sort(held, entry) for held, entry in found if held is not None)


@cache
def everyday(chain: tuple[str, ...]) -> frozenset[str]:
    """Codes of the items that come up as leads."""
    return frozenset(sort.code for sort in sorts(chain))


@cache
def bodies() -> Mapping[str, str]:
    """Organs set by the demonstration: by item code, and by domain for police and fire."""
    read = _read("items.toml")
    named = {entry["item"]: entry["body"] for entry in read["item"] if "body" in entry}
    return {**read["bodies"], **named}


@cache
def statutory() -> frozenset[str]:
    """Codes of the items that the law itself gives to the town government."""
    return frozenset(_read("items.toml")["statutory"])


def _holding(entry: Table, chain: tuple[str, ...]) -> CatalogueItem | None:
    """The entry's item, or the one that stands for it where that one does not hold."""
    named = (item(entry[key]) for key in ("item", "elsewhere") if key in entry)
    return next((one for one in named if one.holds_in(chain)), None)


def _sort(held: CatalogueItem, entry: Table) -> Sort:
    plain: dict[str, Any] = {name: entry[name] for name in ("season", "hours", "place", "temper")}
    return Sort(
        **plain,
        item=held,
        near=entry.get("near"),
        weight=float(entry["weight"]),
        urgent=float(entry["urgent"]),
        emergency=float(entry.get("emergency", 0.0)),
        summaries=tuple(entry["summaries"]),
    )
