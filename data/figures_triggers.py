"""Triggers that note, in the transaction of a change itself, which days' figures it touches (`figure_change`).

Nothing gets by: not an import, not a correction by hand in the database. They are put in place with every migration, as they
belong to the release and go with a table that a migration builds anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import JSON, Connection, Date

from data.figures_sources import SOURCES, Source
from data.models import Base

FIRST, LAST = "0001-01-01", "9999-12-31"
PREFIX: Final = "figures_see_"
_KEPT: Final = "figure_change (jurisdiction_id, source, since, until, times)"
_TWICE: Final = "ON CONFLICT (jurisdiction_id, source, since, until) DO UPDATE SET times = figure_change.times + 1"
_HERE: Final = f"SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{PREFIX}%'"  # noqa: S608  # our own prefix
_HERE_POSTGRES: Final = f"SELECT prosrc FROM pg_proc WHERE starts_with(proname, '{PREFIX}')"  # noqa: S608  # our own prefix


def put_in_place(connection: Connection) -> None:
    """Write the triggers of this release in place of those that are there; those that are right stay untouched."""
    sqlite = connection.dialect.name == "sqlite"
    there = set(connection.exec_driver_sql(_HERE if sqlite else _HERE_POSTGRES).scalars())
    for source in SOURCES.values():
        for statements in _sqlite(source) if sqlite else _postgres(source):
            if statements[0] not in there:
                for statement in statements[1:]:
                    connection.exec_driver_sql(statement)


def _columns(source: Source) -> dict[str, object]:
    return {column.name: column.type for column in Base.metadata.tables[source.table].columns}


def _of(name: str, row: str) -> str:
    """A column or expression of the old or new row."""
    return name.replace("{r}", row) if "{r}" in name else f"{row}.{name}"


class _Words:
    """How one database says it: the local day of a moment, the least and the greatest of some, whether two differ."""

    def __init__(self, source: Source, sqlite: bool) -> None:
        self.source, self.sqlite, self.types = source, sqlite, _columns(source)

    def day(self, name: str, row: str) -> str:
        """The day in China on which a moment falls."""
        found = _of(name, row)
        if self.sqlite:
            return f"date({found}, '+8 hours')"
        return found if isinstance(self.types.get(name), Date) else f"({found} AT TIME ZONE 'Asia/Shanghai')::date"

    def literal(self, day: str) -> str:
        """A day as it is written."""
        return f"'{day}'" if self.sqlite else f"DATE '{day}'"

    def least(self, days: Iterable[str]) -> str:
        """The earliest of `days`, leaving out what there is not."""
        found, last = list(days), self.literal(LAST)
        return (
            f"{'min' if self.sqlite else 'least'}({', '.join([f'coalesce({day}, {last})' for day in found] + [last])})"
        )

    def greatest(self, days: Iterable[str]) -> str:
        """The latest of `days`, leaving out what there is not."""
        found, first = list(days), self.literal(FIRST)
        name = "max" if self.sqlite else "greatest"
        return f"{name}({', '.join([f'coalesce({day}, {first})' for day in found] + [first])})"

    def differs(self, name: str) -> str:
        """Whether the old row and the new one differ in it."""
        cast = "::text" if not self.sqlite and isinstance(self.types.get(name), JSON) else ""
        other = (
            "IS NOT" if self.sqlite else "IS DISTINCT FROM"
        )  # an older SQLite, of another program, must read the schema
        return f"({_of(name, 'OLD')}){cast} {other} ({_of(name, 'NEW')}){cast}"

    def other(self) -> str:
        """Whether anything but a moment differs."""
        return " OR ".join(map(self.differs, self.source.facts)) or ("0" if self.sqlite else "false")

    def since(self, rows: tuple[str, ...]) -> str:
        """First day that is touched when the rows are there as a whole."""
        if self.source.moments:
            return self.least(self.day(name, row) for row in rows for name in self.source.moments)
        if self.source.new_rows and rows == ("NEW",):
            return "date('now', '+8 hours')" if self.sqlite else "(now() AT TIME ZONE 'Asia/Shanghai')::date"
        return self.literal(FIRST)

    def moved(self) -> str:
        """First day that is touched when moments alone have moved."""
        felt = {name: (name, *self.source.later.get(name, ())) for name in self.source.moments}
        return self.least(
            f"CASE WHEN {' OR '.join(map(self.differs, own))} THEN "
            f"{self.least(self.day(name, row) for row in ('OLD', 'NEW'))} END"
            for name, own in felt.items()
        )

    def until(self, rows: tuple[str, ...]) -> str:
        """Last day that is touched: the last moment of a row that is over."""
        if self.source.over is None:
            return self.literal(LAST)
        over = " AND ".join(f"{_of(self.source.over, row)} IS NOT NULL" for row in rows)
        latest = self.greatest(self.day(name, row) for row in rows for name in self.source.moments)
        return f"CASE WHEN {over} THEN {latest} ELSE {self.literal(LAST)} END"

    def changed(self) -> str:
        """First day that is touched by an update."""
        whole = self.since(("OLD", "NEW"))
        return f"CASE WHEN {self.other()} THEN {whole} ELSE {self.moved()} END" if self.source.moments else whole

    def note(self, row: str, since: str, until: str) -> str:
        """Keep the span of days, once however often it is touched."""
        values = f"{row}.jurisdiction_id, '{self.source.table}', {since}, {until}, 1"
        return f"INSERT INTO {_KEPT} VALUES ({values}) {_TWICE}"  # noqa: S608  # names of ours

    def notes(self) -> Iterator[tuple[str, str]]:
        """What happens to a row, and what is kept of it."""
        yield "INSERT", self.note("NEW", self.since(("NEW",)), self.until(("NEW",)))
        yield "DELETE", self.note("OLD", self.since(("OLD",)), self.until(("OLD",)))
        yield "UPDATE", self.note("NEW", self.changed(), self.until(("OLD", "NEW")))

    def felt(self) -> str:
        """Whether an update is felt at all."""
        later = (name for names in self.source.later.values() for name in names)
        return " OR ".join(self.differs(name) for name in (*self.source.moments, *self.source.facts, *later))


def _sqlite(source: Source) -> Iterator[tuple[str, ...]]:
    """How each trigger stands in the schema, and the statements that bring it there."""
    words = _Words(source, sqlite=True)
    for deed, note in words.notes():
        name = f"{PREFIX}{source.table}_{deed.lower()}"
        when = f" WHEN {words.felt()}" if deed == "UPDATE" else ""
        made = f"CREATE TRIGGER {name} AFTER {deed} ON {source.table}{when} BEGIN {note}; END"
        yield made, f"DROP TRIGGER IF EXISTS {name}", made


def _postgres(source: Source) -> Iterator[tuple[str, ...]]:
    """The body of the table's function as it is kept, and the statements that bring it there."""
    words, name = _Words(source, sqlite=False), f"{PREFIX}{source.table}"
    notes = dict(words.notes())
    body = (
        f" BEGIN IF TG_OP = 'INSERT' THEN {notes['INSERT']}; ELSIF TG_OP = 'DELETE' THEN {notes['DELETE']}; "
        f"ELSIF {words.felt()} THEN {notes['UPDATE']}; END IF; RETURN NULL; END "
    )
    yield (
        body,
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        f"DROP TRIGGER IF EXISTS {name} ON {source.table}",
        f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {source.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
