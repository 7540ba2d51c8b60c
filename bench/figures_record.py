"""A record of two million leads, tasks and cases in three years: a demonstration's year, copied with other keys at other times.

Every copy keeps its course (who, where, how long), begins some minutes apart, and whole years of weeks earlier. Deadlines come along.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2
from sqlalchemy import create_engine

from data.figures_triggers import PREFIX, put_in_place
from data.migrate import migrate
from data.models import Base

COPIED = ("lead", "task", "case_file", "deadline")
KEYS = {"id", "lead_id", "task_id", "matter_id", "duplicate_of_id"}
NUMBERS = {"number", "decision_number", "archive_number", "matter_number"}
OVER = {
    "lead": "(resolved_at IS NOT NULL OR status IN ('duplicate', 'rejected', 'transferred'))",
    "task": "(reported_at IS NOT NULL OR ended_at IS NOT NULL)",
    "case_file": "closed_at IS NOT NULL",
    "deadline": "(done_at IS NOT NULL OR ended_at IS NOT NULL)",
}
"""What was still open at the end of a year is not copied into earlier ones."""
YEAR = 364  # days: weekdays stay what they are
APART = 17  # minutes between two copies of a year


def build(base: Path, file: Path, rows: int) -> None:
    """Write the record to `file` from the demonstration `base`; leads, tasks and cases come to at least `rows`."""
    file.unlink(missing_ok=True)
    migrate(f"sqlite:///{file}")
    link = dbapi2.connect(str(file))
    link.isolation_level = None
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-1000000"):
        link.execute(f"PRAGMA {pragma}")
    _drop(link, "trigger", f"name LIKE '{PREFIX}%'")
    link.execute("ATTACH ? AS base", (str(base),))
    link.execute("BEGIN")
    for table in Base.metadata.sorted_tables:
        _take_over(link, table.name)
    indexes = _drop(link, "index", f"tbl_name IN {COPIED} AND sql IS NOT NULL")
    each = sum(link.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("lead", "task", "case_file"))
    copies = -(-rows // each) - 1
    for table in COPIED:
        _copy(link, table, copies)
    for made in indexes:
        link.execute(made)
    link.execute("COMMIT")
    link.execute("ANALYZE")
    link.close()
    engine = create_engine(f"sqlite:///{file}", module=dbapi2)
    with engine.begin() as connection:
        put_in_place(connection)
    engine.dispose()


def _drop(link: Any, kind: str, which: str) -> list[str]:
    found = link.execute(f"SELECT name, sql FROM sqlite_master WHERE type = '{kind}' AND {which}").fetchall()
    for name, _ in found:
        link.execute(f"DROP {kind} {name}")
    return [sql for _, sql in found]


def _columns(link: Any, table: str, schema: str = "main") -> list[str]:
    return [row[1] for row in link.execute(f"PRAGMA {schema}.table_info({table})")]


def _take_over(link: Any, table: str) -> None:
    """Rows of the demonstration, in the columns both know; what it has counted itself stays behind."""
    if table in ("figure_snapshot", "figure_change", "job_run"):
        return
    both = [name for name in _columns(link, table) if name in set(_columns(link, table, "base"))]
    names = ", ".join(f'"{name}"' for name in both)
    if both:
        link.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM base.{table}")


def _copy(link: Any, table: str, copies: int) -> None:
    moments = {c.name for c in Base.metadata.tables[table].columns if c.name.endswith("_at")}
    last = link.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]
    names = _columns(link, table)
    made = ", ".join(f'"{name}"' for name in names)
    for n in range(1, copies + 1):
        shift = f"'-{YEAR * (n % 3)} days', '-{APART * (n // 3)} minutes'"
        taken = ", ".join(_expression(name, n, shift, moments) for name in names)
        link.execute(
            f"INSERT INTO {table} ({made}) SELECT {taken} FROM {table} WHERE rowid <= {last} AND {OVER[table] if n % 3 else 1}"
        )


def _expression(name: str, n: int, shift: str, moments: set[str]) -> str:
    if name.endswith("_sealed") or name == "data_key":  # sealed for the row it was copied from
        return "NULL"
    if name in moments:
        return f"strftime('%Y-%m-%d %H:%M:%f', \"{name}\", {shift}) || '000'"
    if name in KEYS:
        return f"printf('%03x', {256 + n}) || substr(\"{name}\", 4)"  # the years of the key's clock
    return f"\"{name}\" || '-{n}'" if name in NUMBERS else f'"{name}"'
