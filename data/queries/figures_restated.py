"""Figures that were counted again: the first value and the one that stands, when it was restated and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import FigureSnapshot
from policy.text import say

Row = dict[str, Any]
Key = tuple[str, str, str, str]


def restated_on(session: Session, county: County, day: date, ids: Iterable[str], lang: str = "zh") -> dict[Key, Row]:
    """Rows of a day that do not stand as they were taken, by figure, measure and group: `first` with its numerator and
    denominator (None: there was no such row), `at`, `cause` and `why` in words, `times`."""
    query = select(FigureSnapshot).where(
        FigureSnapshot.jurisdiction_id == county.jurisdiction_id,
        FigureSnapshot.business_date == day,
        FigureSnapshot.figure.in_(sorted(ids)),
    )
    again = query.where(FigureSnapshot.restatement > 0).order_by(FigureSnapshot.restatement)
    rows = list(session.scalars(again))
    newest = {key_of(row): row for row in rows}
    if not newest:
        return {}
    times = {key: sum(key_of(row) == key for row in rows) for key in newest}
    first = {key_of(row): row for row in session.scalars(query.where(FigureSnapshot.restatement == 0))}
    return {key: told(first.get(key), row, times[key], lang) for key, row in newest.items()}


def key_of(row: FigureSnapshot) -> Key:
    """What a row is of."""
    return row.figure, row.measure, row.group_kind, row.group_code


def told(first: FigureSnapshot | None, newest: FigureSnapshot, times: int, lang: str = "zh") -> Row:
    """What is said of a restated row beside its numbers."""
    return {
        "first": first.value if first else None,
        "first_numerator": first.numerator if first else None,
        "first_denominator": first.denominator if first else None,
        "first_at": first.taken_at if first else None,
        "at": newest.taken_at,
        "cause": newest.cause,
        "why": why(newest.cause, lang),
        "times": times,
    }


def why(cause: str | None, lang: str = "zh") -> str:
    """Why a figure was counted again, in words."""
    return say(f"figures_refresh.cause.{cause or 'asked'}", lang)
