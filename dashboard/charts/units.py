"""An axis in the unit of its measure (policy.figures.measures.Unit)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from policy.figures.written import BARE
from policy.text import say

_TICKS: Final[Mapping[str, str]] = {"share": ".0%", "index": ".2f"}


def ticks(unit: str, lang: str) -> dict[str, Any]:
    """An axis in a unit: its format and, except for shares, its name."""
    named = {} if unit in BARE else {"title": {"text": say(f"charts.axis.{unit}", lang), "standoff": 4}}
    return {"tickformat": _TICKS.get(unit, ",~f"), **named}
