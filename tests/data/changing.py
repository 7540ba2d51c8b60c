"""Rows of any table as chance would have them, and changes of them: made, altered in one column, deleted; past every verb."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Uuid,
    insert,
    select,
)
from uuid_utils.compat import uuid7

from data.figures_sources import SOURCES, Source
from data.models import Base, UtcDateTime
from tests.data import small

FIRST = datetime(2026, 11, 2, tzinfo=UTC)
DAYS = 16
WORDS = {
    "status": ("received", "triaged", "assigned", "resolved", "rejected", "duplicate", "dropped", "requested", "refused"),
    "source": ("grid_patrol", "hotline", "video"), "urgency": ("routine", "urgent", "emergency"),
    "township_code": (small.WEST, small.EAST), "settlement": ("urban", "rural"), "procedure": ("simple", "ordinary"),
    "mode": ("stationed", "covering"), "whose": ("organ", "party"), "sense": ("latest", "earliest"), "matter": ("case",),
    "opinion": ("agree", "correct_and_resubmit"), "result": ("upheld", "changed", "revoked"),
    "cell_code": small.VILLAGES, "organ_code": ("330703ZF", "330703SZ"), "to_organ": ("330703ZF", "330703SZ"),
    "from_organ": ("330703ZF", "330703SZ"), "kind": ("decision", "payment", "transfer", "yellow", "red", "vehicle"),
}  # fmt: skip
KINDS = {
    "deadline": ("decision", "payment", "transfer", "transfer_answer"), "conduct_card": ("yellow", "orange", "red"),
    "equipment": ("vehicle", "pickup"), "remedy": ("reconsideration", "suit"), "person": ("officer", "auxiliary"),
    "delegation": ("statutory", "delegated_self_selected", "entrusted"), "party": ("organisation", "citizen"),
    "task": ("check", "handle"), "organ": ("department", "professional_team"), "team": ("squadron", "professional"),
}  # fmt: skip
GROWING = {"event"}  # nothing is altered or deleted in the chain
APART = {"organ", "team", "grid_cell", "item_field", "event", "party", "dispute", "payment"}
"""Tables whose rows the small county has, or that need more than chance."""


class Changing:
    """Makes and changes rows of the tables the figures count."""

    def __init__(self, connection: Connection, place: Any, seed: int, days: int = DAYS) -> None:
        self.connection, self.place, self.random = connection, place, Random(seed)
        self.span = days * 24 * 60  # minutes

    def fill(self, rows: int) -> None:
        """Rows of every table, those that others point at first."""
        for table in Base.metadata.sorted_tables:
            if table.name in SOURCES and table.name not in APART:
                for _ in range(rows):
                    self.make(table)

    def change(self, times: int) -> None:
        """So many changes in tables chosen by chance."""
        names = [name for name in SOURCES if name not in GROWING]
        for _ in range(times):
            source = SOURCES[self.random.choice(names)]
            table = Base.metadata.tables[source.table]
            kind = self.random.random()
            if kind < 0.2 and source.table not in APART:
                self.make(table)
            elif kind < 0.3:
                self.delete(table)
            else:
                self.alter(table, source)

    def make(self, table: Table) -> None:
        """One row more."""
        values = {column.name: self.value(table, column) for column in table.columns}
        if "matter_id" in values and table.name == "deadline":
            values["matter_id"] = self.pick(Base.metadata.tables["case_file"].c.id)
        self._tried(lambda: self.connection.execute(insert(table).values(values)))

    def alter(self, table: Table, source: Source) -> None:
        """One column of one row that the figures count."""
        key = self.pick(table.c.id)
        felt = [name for name in (*source.moments, *source.facts, *sum(source.later.values(), ())) if name in table.c]
        if key is None or not felt:
            return
        name = self.random.choice(felt)
        value = self.value(table, table.c[name])
        self._tried(lambda: self.connection.execute(table.update().where(table.c.id == key).values({name: value})))

    def delete(self, table: Table) -> None:
        """One row less, where nothing points at it."""
        key = self.pick(table.c.id)
        if key is not None:
            self._tried(lambda: self.connection.execute(table.delete().where(table.c.id == key)))

    def _tried(self, work: Any) -> None:
        """What the schema forbids does not happen."""
        point = self.connection.begin_nested()
        try:
            work()
        except Exception:  # noqa: BLE001  # a key that points at the row, a number twice
            point.rollback()
        else:
            point.commit()

    def pick(self, column: Any) -> Any:
        """A value of the column that some row has."""
        found = self.connection.scalars(select(column).order_by(column)).all()
        return self.random.choice(found) if found else None

    def value(self, table: Table, column: Any) -> Any:
        """A value that fits the column."""
        if column.name == "jurisdiction_id":
            return self.place
        if column.name == "id":
            return uuid7()
        if column.nullable and self.random.random() < 0.25:
            return None
        if column.foreign_keys:
            return self.pick(next(iter(column.foreign_keys)).column)
        return self._typed(table, column)

    def _typed(self, table: Table, column: Any) -> Any:
        chance = self.random.randrange
        ways = (
            (UtcDateTime, lambda: FIRST + timedelta(minutes=chance(self.span))),
            (Date, lambda: date(2026, 11, 1) + timedelta(days=chance(25))),
            (Boolean, lambda: chance(2) == 0),
            (JSON, lambda: {} if column.name in ("course", "points", "basis") else []),
            (Uuid, lambda: None if column.nullable else uuid7()),
            (Float, lambda: chance(100) / 2),
            (Numeric, lambda: Decimal(chance(500))),
            (Integer, lambda: chance(1, 5)),
            (LargeBinary, lambda: None if column.nullable else b""),
        )
        for kind, made in ways:
            if isinstance(column.type, kind):
                return made()
        return self._word(table, column)

    def _word(self, table: Table, column: Any) -> str:
        if column.name == "kind" and table.name in KINDS:
            return self.random.choice(KINDS[table.name])
        if column.name in WORDS:
            return str(self.random.choice(WORDS[column.name]))
        return f"{table.name[:4]}{self.random.randrange(10**9)}"
