"""Small made frames: only what a case is about is written, the rest is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from policy.figures.frames import COLUMNS, moments, require_columns
from policy.figures.rows import FigureRow


def at(text: str) -> pd.Timestamp:
    """A moment of Asia/Shanghai in UTC."""
    return pd.Timestamp(text, tz="Asia/Shanghai").tz_convert("UTC")


def frame(name: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Frame `name` from rows; moments are written as local text, columns not written are empty."""
    made = pd.DataFrame([{column: row.get(column) for column in COLUMNS[name]} for row in rows], columns=COLUMNS[name])
    for column in moments(name):
        made[column] = pd.to_datetime([at(v) if isinstance(v, str) else pd.NaT for v in made[column]], utc=True)
    return require_columns(made, name)


def pick(rows: Sequence[FigureRow], measure: str, kind: str = "county", code: str = "") -> FigureRow:
    """The one row of a measure and group."""
    found = [r for r in rows if (r.measure, r.group_kind, r.group_code) == (measure, kind, code)]
    assert len(found) == 1, (measure, kind, code, [(r.measure, r.group_kind, r.group_code) for r in rows])
    return found[0]


def parts(row: FigureRow) -> tuple[float | None, float | None]:
    return row.numerator, row.denominator
