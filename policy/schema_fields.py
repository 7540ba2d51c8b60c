"""What a value of a profile can be: kinds, units and shapes of fields, and whether a piece of data fits them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any, Final, Literal

from policy.text import say

Kind = Literal["number", "integer", "flag", "text", "texts", "record", "records", "deadline"]
Shape = Mapping[str, str]

TIME_UNITS: Final = ("minute", "hour", "working_day", "calendar_day", "month", "year")
UNITS: Final = (
    *TIME_UNITS,
    "share",
    "count",
    "yuan",
    "per_year",
    "per_half_year",
    "per_day_share",
    "metre",
    "km_per_hour",
    "factor",
    "weight",
    "deadline",
    "none",
)

# Field notation: "text", "integer", "number", "flag", "date", "texts", "table"; "a|b|c" is a closed choice, "[]a|b|c" a list from
# it; a "?" before it makes the field optional. A key of texts or of one text with a closed choice has the shape {"*": choice}.
NAMED: Final[Shape] = {"code": "text", "name_zh": "text", "name_en": "text"}
DEADLINE: Final[Shape] = {
    "amount": "integer",
    "unit": "|".join(TIME_UNITS),
    "start": "text",
    "end": "text",
    "whose": "organ|party",
    "sense": "?latest|earliest",
    "rolls": "?flag",
    "rolls_ground": "?text",
    "stops": "?texts",
    "extension": "?table",
}
EXTENSION: Final[Shape] = {"amount": "integer", "unit": "|".join(TIME_UNITS), "times": "integer"}


@dataclass(frozen=True, slots=True)
class Key:
    """One declared key: what kind of value, in which units, of what shape."""

    name: str
    kind: Kind
    units: tuple[str, ...] = ("none",)
    shape: Shape = field(default_factory=dict)

    def meaning(self, lang: str = "zh") -> str:
        """What the key says, in one line, from the catalogue."""
        return say(f"policy.key.{self.name}", lang)


def fits(kind: str, node: Any) -> bool:
    """Whether `node` is of the field kind (`text`, `integer`, `a|b`, `[]a|b` …, with or without a leading `?`)."""
    kind = kind.removeprefix("?")
    if kind.startswith("[]"):
        return _is_texts(node) and all(part in kind[2:].split("|") for part in node)
    if "|" in kind:
        return node in kind.split("|")
    return _FITS[kind](node)


def _is_number(node: Any) -> bool:
    return isinstance(node, int | float) and not isinstance(node, bool) and isfinite(node)


def _is_day(node: Any) -> bool:
    return isinstance(node, date) and not isinstance(node, datetime)


def _is_texts(node: Any) -> bool:
    return isinstance(node, list | tuple) and bool(node) and all(isinstance(part, str) and part for part in node)


_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "text": lambda node: isinstance(node, str) and bool(node.strip()),
    "integer": lambda node: isinstance(node, int) and not isinstance(node, bool),
    "number": _is_number,
    "flag": lambda node: isinstance(node, bool),
    "texts": _is_texts,
    "table": lambda node: isinstance(node, Mapping),
    "date": _is_day,
}
