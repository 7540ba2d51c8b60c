"""Whole tables as columns, at the pace of the database: it hands over one string a column and not one object a value.

Every value is written at a fixed width and joined by the database itself (`group_concat`, `string_agg`), twenty thousand
rows at a time; numpy reads the bytes where they lie. Moments come as microseconds UTC, codes as small numbers with their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from data.county import County

NAT: Final = np.iinfo(np.int64).min
"""A moment that has not come."""
MOMENT, KEY, WORD = 26, 32, 24  # bytes of a moment, of a key in hexadecimal, of a code
ROWS: Final = 20_000  # rows joined into one string


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of codes: their numbers and their names; −1 stands for none."""

    codes: np.ndarray
    names: tuple[str, ...]

    def take(self, rows: np.ndarray) -> Coded:
        """The same of some rows."""
        return Coded(self.codes[rows], self.names)

    def isin(self, names: Sequence[str]) -> np.ndarray:
        """Which rows hold one of `names`."""
        wanted = np.array([name in names for name in self.names] + [False])
        found: np.ndarray = wanted[self.codes]
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """What is read of a table: columns by kind, and expressions under a name; PostgreSQL is read in portions by `begins`."""

    name: str
    begins: str
    moments: tuple[str, ...]
    words: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)


def read_table(session: Session, county: County, table: Table) -> dict[str, Any]:
    """The columns of every row of a county: moments as microseconds, words coded, keys as hashes, numbers in hundredths.

    A portion is turned into numbers before the next one is read, so that its text never lies beside that of the others.
    """
    gathered: dict[str, _Words | _Parts] = {
        name: _Words() if name in table.words else _Parts(_turn(name, table)) for name, _, _ in _layout(table)
    }
    for portion in _portions(session, county, table):
        for name, width, at in _layout(table):
            gathered[name].add(_bytes(portion[at], width))
    return {name: parts.whole() for name, parts in gathered.items()}


def _turn(name: str, table: Table) -> Callable[[np.ndarray], np.ndarray]:
    """How the bytes of a column become numbers."""
    return _moments if name in table.moments else _hashes if name in table.keys else _numbers


class _Parts:
    """A column of numbers, portion after portion."""

    def __init__(self, turn: Callable[[np.ndarray], np.ndarray]) -> None:
        self.turn = turn
        self.parts: list[np.ndarray] = []

    def add(self, raw: np.ndarray) -> None:
        self.parts.append(self.turn(raw))

    def whole(self) -> np.ndarray:
        return np.concatenate(self.parts) if self.parts else np.empty(0, dtype=np.int64)


class _Words:
    """A column of words as codes, portion after portion: a word is read once, told apart by its bytes as numbers."""

    def __init__(self) -> None:
        self.known: dict[int, int] = {}
        self.names: list[str] = []
        self.parts: list[np.ndarray] = []

    def add(self, raw: np.ndarray) -> None:
        codes, uniques = pd.factorize(_word_hashes(raw))
        first = np.full(len(uniques), -1, dtype=np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
        place = [self._number(int(one), raw[at]) for one, at in zip(uniques, first, strict=True)]
        self.parts.append(np.array(place, dtype=np.int32)[codes])

    def _number(self, hashed: int, word: np.ndarray) -> int:
        if hashed not in self.known:
            name = word.tobytes().decode("ascii").rstrip()
            self.known[hashed] = len(self.names) if name else -1
            self.names += [name] if name else []
        return self.known[hashed]

    def whole(self) -> Coded:
        kind = np.int16 if len(self.names) < np.iinfo(np.int16).max else np.int32
        codes = np.concatenate(self.parts) if self.parts else np.empty(0, dtype=np.int32)
        return Coded(codes.astype(kind), tuple(self.names))


def hashes_of(keys: Sequence[str]) -> np.ndarray:
    """Keys in hexadecimal as `read_table` gives them."""
    return _hashes(np.frombuffer("".join(keys).encode("ascii"), dtype=np.uint8).reshape(-1, KEY))


def _layout(table: Table) -> Iterator[tuple[str, int, int]]:
    names = [(name, MOMENT) for name in table.moments] + [(name, WORD) for name in (*table.words, *table.numbers)]
    names += [(name, KEY) for name in table.keys]
    yield from ((name, width, at) for at, (name, width) in enumerate(names))


def _portions(session: Session, county: County, table: Table) -> Iterator[Sequence[bytes]]:
    sqlite = session.get_bind().dialect.name == "sqlite"
    columns = ", ".join((_lite if sqlite else _grown)(name, width, table) for name, width, _ in _layout(table))
    place = county.jurisdiction_id.hex if sqlite else county.jurisdiction_id
    if sqlite:
        last = session.scalar(text(f"SELECT max(rowid) FROM {table.name}")) or 0  # noqa: S608  # names of ours
        where = f"FROM {table.name} NOT INDEXED WHERE rowid > :a AND rowid <= :b AND jurisdiction_id = :place"
        ends: Sequence[Any] = [*range(0, last, ROWS), last]
    else:
        where = f"FROM {table.name} WHERE {table.begins} >= :a AND {table.begins} < :b AND jurisdiction_id = :place"
        ends = _months(session, table)
    query = text(f"SELECT {columns} {where}")  # names of ours
    for a, b in pairwise(ends):
        row = session.execute(query, {"a": a, "b": b, "place": place}).one()
        if row[0]:
            yield [bytes(one) for one in row]


def _months(session: Session, table: Table) -> list[Any]:
    found = session.execute(text(f"SELECT min({table.begins}), max({table.begins}) FROM {table.name}")).one()  # noqa: S608  # names of ours
    if found[0] is None:
        return []
    first, last = pd.Timestamp(found[0]), pd.Timestamp(found[1]) + pd.Timedelta(days=1)
    return [*pd.date_range(first, last, freq="30D").to_pydatetime(), last.to_pydatetime()]


def _lite(name: str, width: int, table: Table) -> str:
    """A column of SQLite as one string; a moment is kept there at a fixed width, as is a key."""
    column = table.written.get(name, name)
    found = f"CAST(round({column} * 100) AS INTEGER)" if name in table.numbers else column
    blank = " " * width
    fixed = (
        f"coalesce({found}, '{blank}')" if width != WORD else f"substr(coalesce({found}, '') || '{blank}', 1, {width})"
    )
    return f"CAST(group_concat({fixed}, '') AS BLOB)"


def _grown(name: str, width: int, table: Table) -> str:
    """A column of PostgreSQL as one string."""
    column = table.written.get(name, name)
    if name in table.moments:
        found = f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    elif name in table.keys:
        found = f"replace({column}::text, '-', '')"
    else:
        found = f"round({column} * 100)::bigint::text" if name in table.numbers else column
    return f"convert_to(string_agg(rpad(coalesce({found}, ''), {width}), ''), 'UTF8')"


# -- bytes into numbers -----------------------------------------------------------------------------------------------


def _bytes(found: bytes, width: int) -> np.ndarray:
    """Rows of bytes; ValueError where a value was not of the width that was asked for."""
    raw = np.frombuffer(found, dtype=np.uint8)
    if len(raw) % width:
        raise ValueError(f"a column of width {width} holds other characters")
    return raw.reshape(-1, width)


def _digits(raw: np.ndarray, begin: int, end: int) -> np.ndarray:
    found: np.ndarray = raw[:, begin].astype(np.int32) - 48
    for at in range(begin + 1, end):
        found *= 10
        found += raw[:, at]
        found -= 48
    return found


def _moments(raw: np.ndarray) -> np.ndarray:
    """`YYYY-MM-DD HH:MM:SS.ffffff` as microseconds since 1970; blanks as none."""
    year, month, day = _digits(raw, 0, 4), _digits(raw, 5, 7), _digits(raw, 8, 10)
    seconds = (_digits(raw, 11, 13) * 60 + _digits(raw, 14, 16)) * 60 + _digits(raw, 17, 19)
    found: np.ndarray = _days(year, month, day).astype(np.int64) * 86_400 + seconds
    found *= 1_000_000
    found += _digits(raw, 20, 26)
    found[raw[:, 0] == 32] = NAT
    return found


def _days(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Days since 1970 of a date: the year is taken to begin in March, so that the leap day is its last."""
    year = year - (month <= 2)
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    found: np.ndarray = era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
    return found


def _hashes(raw: np.ndarray) -> np.ndarray:
    """Keys of 32 hexadecimal digits as 64 bits, 0 for none: their two halves mixed."""
    nibbles = np.where(raw > 96, raw - 87, raw - 48).astype(np.uint8)
    octets = (nibbles[:, 0::2] << 4) | nibbles[:, 1::2]
    halves = np.ascontiguousarray(octets).view(">u8").astype(np.uint64)
    found = halves[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ halves[:, 1]
    found[raw[:, 0] == 32] = 0
    return found.view(np.int64)


def _numbers(raw: np.ndarray) -> np.ndarray:
    """Whole numbers written at the left; blanks as 0."""
    found, negative = np.zeros(len(raw), dtype=np.int64), raw[:, 0] == 45
    for at in range(raw.shape[1]):
        digit = raw[:, at]
        here = (digit >= 48) & (digit <= 57)
        if not here.any() and at:
            break
        found[here] = found[here] * 10 + (digit[here] - 48)
    return np.where(negative, -found, found)


def _word_hashes(raw: np.ndarray) -> np.ndarray:
    eights = np.ascontiguousarray(raw).view(np.uint64)
    found = eights[:, 0].copy()
    for at in range(1, eights.shape[1]):
        found = found * np.uint64(0x9E3779B97F4A7C15) ^ eights[:, at]
    return found.view(np.int64)


def coded(column: pd.Series) -> Coded:
    """A column of a frame in the same shape."""
    codes, names = pd.factorize(column.astype(object).where(column.notna(), None))
    return Coded(codes, tuple(str(name) for name in names))


def microseconds(column: pd.Series) -> np.ndarray:
    """Moments of a frame in the same shape."""
    found: np.ndarray = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[us]").view(np.int64)
    return found
