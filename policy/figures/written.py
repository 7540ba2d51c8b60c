"""How a value of a figure is written in its unit: the same on a page, in a chart, a report and a spreadsheet's words."""

from __future__ import annotations

from typing import Final

from policy.text import say

DASH: Final = "—"
WHOLE: Final = frozenset({"count", "yuan"})
BARE: Final = frozenset({"share", "index"})
"""Units that need no word beside the number."""
SMALLEST: Final = 0.05
"""Below half of the last digit shown a change is none; of a share in percentage points."""


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
    if value is None or unit in BARE:
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


def moved(before: float | None, now: float | None, unit: str) -> float | None:
    """By how much a value changed, of a share in percentage points; None where one is not known or nothing is to be seen."""
    if before is None or now is None:
        return None
    change = (now - before) * (100 if unit == "share" else 1)
    least = SMALLEST if unit != "index" else SMALLEST / 10
    return change if abs(change) >= least else None


def change(before: float | None, now: float | None, unit: str, lang: str) -> str:
    """A change in words: +1.2 个百分点, −3; nothing where there is none to be seen."""
    by = moved(before, now, unit)
    if by is None:
        return ""
    sign, size = ("+" if by > 0 else "−"), abs(by)
    if unit == "share":
        return sign + say("charts.points", lang, value=f"{size:.1f}")
    return sign + said(size, unit, lang)
