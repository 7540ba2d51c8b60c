"""How a figure moved from one day to another, which groups account for it, and how both are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from data.office_tables import part
from data.queries.office_figures import FigureLine, FigureTable
from policy.text import say

PARTS: Final = "contribution"
"""The measure whose groups add up to the headline."""


@dataclass(frozen=True, slots=True)
class Reason:
    """How much of the change of the county's value comes from one group."""

    code: str
    amount: float


def cell(value: float | None, unit: str) -> Any:
    """A value for a cell: a share as per cent, anything else as a number of its size."""
    if value is None:
        return None
    return part(value) if unit == "share" else int(value) if float(value).is_integer() else round(value, 2)


def change_words(moved: float | None, unit: str, lang: str) -> str | None:
    """A change with its sign: +1.2 points of a share, −3; nothing for none."""
    if moved is None:
        return None
    if unit == "share":
        return say("charts.points", lang, value=f"{moved * 100:+.1f}".replace("-", "−"))
    return f"{moved:+,.0f}".replace("-", "−") if float(moved).is_integer() else f"{moved:+,.1f}".replace("-", "−")


def of_words(line: FigureLine) -> str | None:
    """What the county's value is made of: 118/135."""
    held = line.county
    if held is None or held.numerator is None or held.denominator is None:
        return None
    return f"{held.numerator:,.0f}/{held.denominator:,.0f}"


def shown_change(moved: float, unit: str) -> bool:
    """Whether a change is large enough to be seen in the unit it is shown in."""
    return abs(moved) >= (0.0005 if unit == "share" else 0.05)


def reasons(line: FigureLine, before: FigureLine) -> list[Reason]:
    """How much of the county's change each group accounts for, the largest first.

    Of a share: (n₁ − v·d₁)/D₁ − (n₀ − v·d₀)/D₀ with the county's share v of before; over groups that part the county these
    add up to its change. Of a count: the group's own change. Of medians, which do not add up: none.
    """
    if line.unit not in ("share", "count") or line.county is None or before.county is None:
        return []
    codes = sorted({*line.groups, *before.groups})
    whole = all(held.denominator == line.county.denominator for held in line.groups.values())
    if whole and line.unit == "share" and len(line.groups) > 1:  # parts of one whole: each is its own share of it
        return _ordered([Reason(code, _value(line, code) - _value(before, code)) for code in codes], line.unit)
    return _ordered([Reason(code, _amount(line, before, code)) for code in codes], line.unit)


def _ordered(found: Sequence[Reason], unit: str) -> list[Reason]:
    return sorted((one for one in found if shown_change(one.amount, unit)), key=lambda one: -abs(one.amount))


def _value(line: FigureLine, code: str) -> float:
    held = line.groups.get(code)
    return (held.value if held else None) or 0.0


def _amount(line: FigureLine, before: FigureLine, code: str) -> float:
    now, past = line.groups.get(code), before.groups.get(code)
    if line.unit == "count":
        return _value(line, code) - _value(before, code)
    share = (before.county.value if before.county else None) or 0.0
    return _excess(now, line, share) - _excess(past, before, share)


def _excess(held: Any, line: FigureLine, share: float) -> float:
    whole = (line.county.denominator if line.county else None) or 0.0
    if held is None or not whole:
        return 0.0
    return ((held.numerator or 0.0) - share * (held.denominator or 0.0)) / whole


def pairs(now: Mapping[str, FigureTable], before: Mapping[str, FigureTable]) -> Iterable[tuple[FigureLine, FigureLine]]:
    """Headlines now and before, by township where the figure comes by township, else by organ; where only the parts of a
    headline come by group (F01), by those."""
    earlier = {by: {(line.figure, line.measure): line for line in table.lines} for by, table in before.items()}
    lines = {by: {(line.figure, line.measure): line for line in table.lines} for by, table in now.items()}
    for line in now["township"].lines:
        key = (line.figure, line.measure)
        if line.headline and key in earlier["township"]:
            yield _grouped(line, lines), _grouped(earlier["township"][key], earlier)


Lines = Mapping[str, Mapping[tuple[str, str], FigureLine]]


def _grouped(line: FigureLine, lines: Lines) -> FigureLine:
    by_organ = lines["organ"].get((line.figure, line.measure))
    parts = lines["organ"].get((line.figure, PARTS))
    found = (line.groups, by_organ.groups if by_organ else {}, parts.groups if parts else {})
    return replace(line, groups=next((groups for groups in found if groups), {}))
