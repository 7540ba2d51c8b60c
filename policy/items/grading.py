"""Discretion grades of our own: each line of a fine cut in three, in round numbers, never outside the statute's range."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from policy.items.model import CatalogueItem, Fine, Grade, Party
from policy.items.reading import GRADES
from policy.items.sums import lines_for


def grade_lines(item: CatalogueItem, party: Party) -> tuple[Grade, ...]:
    """Grades of every line for `party` that names a range; those written for the item come before the general scheme."""
    return tuple(grade for line in lines_for(item, party) for grade in _grades(line, item.graded.get(line.party)))


@cache
def scheme() -> tuple[dict[str, Any], ...]:
    """Grades of the general scheme: code and the shares of the span (`policy/items/grades.toml`)."""
    text = (resources.files("policy") / "items" / "grades.toml").read_text("utf-8")
    return tuple(tomllib.loads(text, parse_float=Decimal)["grade"])


def _grades(line: Fine, written: tuple[Fine, ...] | None) -> Iterator[Grade]:
    if line.unstated or line.least == line.most:
        return
    if written and not line.stage and not line.condition:
        yield from (Grade(code, part) for code, part in zip(GRADES, written, strict=True))
        return
    for grade in scheme():
        least, most = (_cut(line, grade[end]) for end in ("from", "to"))
        yield Grade(grade["code"], replace(line, least=least, most=most))


def _cut(line: Fine, share: Decimal) -> Decimal:
    """The point at `share` of the span, to two significant figures but never outside the line."""
    point = line.least + (line.most - line.least) * share
    if share in (0, 1) or not point:
        return point
    rounded = round(point, 1 - point.adjusted())
    return min(max(rounded, line.least), line.most)
