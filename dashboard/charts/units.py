"""How a chart writes a number in the unit of its measure (policy.figures.measures.Unit): in words, and on an axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from policy.text import say

DASH: Final = "—"
WHOLE: Final = frozenset({"count", "yuan"})
_TICKS: Final[Mapping[str, str]] = {"share": ".0%", "index": ".2f"}


def number(value: float | None, unit: str) -> str:
    """A value without the name of its unit: 58.0% of a share, 12.4, 1,280; a dash for none."""
    if value is None:
        return DASH
    if unit == "share":
        return f"{value * 100:.1f}%"
    if unit == "index":
        return f"{value:.2f}"
    if unit in WHOLE and float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"


def said(value: float | None, unit: str, lang: str) -> str:
    """A value with its unit: 58.0%, 12.4 分钟, 1,280."""
    if value is None or unit in ("share", "index"):
        return number(value, unit)
    return say(f"charts.value.{unit}", lang, value=number(value, unit))


def goal(value: float, unit: str, lang: str) -> str:
    """A target with its unit; a whole per cent without decimals: 60%."""
    if unit == "share" and abs(value * 100 - round(value * 100)) < 1e-9:
        return f"{value * 100:.0f}%"
    return said(value, unit, lang)


def parts(numerator: float | None, denominator: float | None) -> str:
    """What a share is made of: 118/135; nothing where it is not known."""
    return "" if numerator is None or denominator is None else f"{numerator:,.0f}/{denominator:,.0f}"


def ticks(unit: str, lang: str) -> dict[str, Any]:
    """An axis in a unit: its format and, except for shares, its name."""
    named = {} if unit in ("share", "index") else {"title": {"text": say(f"charts.axis.{unit}", lang), "standoff": 4}}
    return {"tickformat": _TICKS.get(unit, ",~f"), **named}
