"""How a frame is read: one statement, columns only, a whole column turned at once; days become midnights of Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    TextClause,
    Uuid,
    literal_column,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from data.county import County
from data.models import UtcDateTime
from policy.figures.frames import COLUMNS, require_columns

ZONE: Final = "Asia/Shanghai"
MOMENT: Final = "%Y-%m-%d %H:%M:%S.%f"
DAY: Final = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a frame is read for: the county, the moment, and since when what is over still counts (None: for ever)."""

    session: Session
    county: County
    now: datetime
    since: datetime | None = None


def read_frame(reading: Reading, query: Select[*tuple[Any, ...]], name: str) -> pd.DataFrame:
    """Frame `name` from a query that selects its columns in their order."""
    kinds = [column.type for column in query.selected_columns]
    reading.session.flush()
    plain = _plain(reading.session, query)
    rows = reading.session.connection().execute(plain).all()
    frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(COLUMNS[name]))
    for column, kind in zip(frame.columns, kinds, strict=True):
        frame[column] = _typed(frame[column], kind)
    return require_columns(frame, name)


def any_of(reading: Reading, model: Any, *reasons: ColumnElement[bool] | TextClause) -> ColumnElement[bool]:
    """Rows that one of `reasons` calls for; each is looked up by an index of its own, so that a day costs what it holds."""
    mine, key = model.jurisdiction_id == reading.county.jurisdiction_id, _place(reading.session, model)
    found: ColumnElement[bool] = key.in_(
        union_all(*(select(key).select_from(model).where(mine, reason).correlate(None) for reason in reasons))
    )
    return found


def _place(session: Session, model: Any) -> ColumnElement[Any]:
    """What a row is looked up by: on SQLite the place every index of the table names, which spares the way over the key."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    return literal_column(f"{model.__tablename__}.rowid", Integer) if sqlite else model.id


def made_frame(name: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Frame `name` from rows in the order of its columns; moments are aware."""
    return require_columns(pd.DataFrame.from_records(list(rows), columns=list(COLUMNS[name])), name)


def _plain(session: Session, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same query with moments, days and keys as SQLite keeps them, text: a column is then read at once."""
    if session.get_bind().dialect.name != "sqlite":
        return query
    columns = [type_coerce(c, String) if isinstance(c.type, UtcDateTime | Date | Uuid) else c for c in query.selected_columns]  # fmt: skip
    return query.with_only_columns(*columns, maintain_column_froms=True)


def _typed(column: pd.Series, kind: TypeEngine[Any]) -> pd.Series:
    if isinstance(kind, UtcDateTime):
        return pd.to_datetime(column, utc=True, format=MOMENT if _text(column) else None)
    if isinstance(kind, Date):
        days = pd.to_datetime(column, format=DAY if _text(column) else None)
        return days.dt.tz_localize(ZONE).dt.tz_convert("UTC")
    if isinstance(kind, Uuid):
        return column.map({key: str(UUID(str(key))) for key in column.dropna().unique()}).astype(object)
    return column


def _text(column: pd.Series) -> bool:
    first = column.first_valid_index()
    return first is not None and isinstance(column[first], str)
