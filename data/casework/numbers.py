"""Numbers of matters, `<short code>-<letter>-<yyyymmdd>-<nnnn>`, and of series of documents: gap-free, drawn in the step's
transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from data.db import Tx
from data.models import Counter, Series
from policy.zone import CHINA

KEY: Final = ("jurisdiction_id", "kind", "day")
LETTERS: Final = {
    "lead": "L",
    "task": "T",
    "case": "C",
    "transfer": "X",
    "party": "P",
    "assistance": "A",
    "dispute": "D",
    "referral": "R",
    "escalation": "E",
    "review": "V",
    "inspection_plan": "I",
    "inspection_draw": "W",
    "inspection_visit": "N",
    "joint_operation": "J",
    "call_out": "H",
    "patrol": "Q",
    "drill": "Y",
    "handover": "S",
    "posting_plan": "F",
    "file_draw": "B",
    "file_score": "G",
    "card": "K",
    "complaint": "O",
    "meeting": "M",
}


def draw_number(tx: Tx, kind: str) -> str:
    """The next number of `kind` (lead, task, case, transfer) on the day of the step in Asia/Shanghai."""
    return draw_numbers(tx, kind, 1)[0]


def draw_numbers(tx: Tx, kind: str, count: int) -> list[str]:
    """The next `count` numbers of `kind`, in order."""
    day = tx.now.astimezone(CHINA).date()
    insert = postgresql.insert if tx.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"jurisdiction_id": tx.county.jurisdiction_id, "kind": kind, "day": day, "last": count}
    draw = insert(Counter).values(row)
    draw = draw.on_conflict_do_update(index_elements=KEY, set_={"last": Counter.last + count})
    last = tx.session.connection().execute(draw.returning(Counter.last)).scalar_one()
    stem = f"{tx.county.short_code}-{LETTERS[kind]}-{day:%Y%m%d}"
    return [f"{stem}-{number:04d}" for number in range(last - count + 1, last + 1)]


def draw_serial(tx: Tx, organ_code: str, series: str, count: int = 1) -> tuple[int, int]:
    """Year and last of the next `count` numbers of a series of an organ, without gaps."""
    year = tx.now.astimezone(CHINA).year
    insert = postgresql.insert if tx.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    key = {"jurisdiction_id": tx.county.jurisdiction_id, "organ_code": organ_code, "word": series, "year": year}
    draw = insert(Series).values(**key, last=count)
    draw = draw.on_conflict_do_update(index_elements=tuple(key), set_={"last": Series.last + count})
    return year, tx.session.connection().execute(draw.returning(Series.last)).scalar_one()


def last_serial(tx: Tx, organ_code: str, series: str) -> tuple[int, int]:
    """Year and last number drawn of a series of an organ, 0 before the first."""
    year = tx.now.astimezone(CHINA).year
    query = select(Series.last).where(
        Series.jurisdiction_id == tx.county.jurisdiction_id,
        Series.organ_code == organ_code,
        Series.word == series,
        Series.year == year,
    )
    return year, tx.session.scalars(query).first() or 0


def local_time(moment: datetime) -> str:
    """A time as people here read it: `11-21 16:42`, Asia/Shanghai."""
    return moment.astimezone(CHINA).strftime("%m-%d %H:%M")
