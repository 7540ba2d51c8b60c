"""The sums, multiples and shares that an article names, whether it writes 一千元, 5万元, 二倍, 百分之十 or 2%."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10_000, "亿": 100_000_000}
_NUMBER: Final = r"(\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)"
_YUAN: Final = re.compile(_NUMBER + r"(万|亿)?元|" + _NUMBER + r"(万|亿)(?=以[上下])")
_TIMES: Final = re.compile(_NUMBER + "倍")
_PERCENT: Final = re.compile("百分之" + _NUMBER + "|" + _NUMBER + "[%％]")
_WHOLE: Final = re.compile("等值|等额")


def number(numeral: str) -> Decimal:
    """A numeral in either script, below one myriad when Chinese: `二百五十` → 250, `0.5` → 0.5."""
    if numeral[0].isdigit() and numeral[0].isascii():
        return Decimal(numeral)
    total, digit = 0, 0
    for char in numeral:
        if char in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[char], 0
        else:
            digit = _DIGITS[char]
    return Decimal(total + digit)


def sums(text: str) -> frozenset[Decimal]:
    """All sums of money in `text`, in yuan."""
    return frozenset(_sums(text))


def shares(text: str) -> frozenset[Decimal]:
    """All multiples and percentages in `text`, as multiples: 三倍 → 3, 百分之五 → 0.05, 等值 → 1."""
    return frozenset(_shares(text))


def _sums(text: str) -> Iterator[Decimal]:
    for found in _YUAN.finditer(text):
        digits, myriad = found[1] or found[3], found[2] or found[4]
        yield number(digits) * _MYRIADS.get(myriad or "", 1)


def _shares(text: str) -> Iterator[Decimal]:
    yield from (number(found[1]) for found in _TIMES.finditer(text))
    yield from (number(found[1] or found[2]) / 100 for found in _PERCENT.finditer(text))
    if _WHOLE.search(text):
        yield Decimal(1)
