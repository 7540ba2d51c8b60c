"""Numbers of matters: `<short code>-<letter>-<yyyymmdd>-<nnnn>`, gap-free per day, drawn in the step's transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from data.db import Tx
from data.models import Counter

CHINA: Final = ZoneInfo("Asia/Shanghai")
LETTERS: Final = {"lead": "L", "task": "T", "case": "C", "transfer": "X"}


def draw_number(tx: Tx, kind: str) -> str:
    """The next number of `kind` (lead, task, case, transfer) on the day of the step in Asia/Shanghai."""
    day = tx.now.astimezone(CHINA).date()
    key = (tx.county.jurisdiction_id, kind, day)
    counter = tx.session.get(Counter, key, with_for_update=True)
    if counter is None:
        counter = Counter(jurisdiction_id=key[0], kind=kind, day=day, last=0)
        tx.session.add(counter)
    counter.last += 1
    return f"{tx.county.short_code}-{LETTERS[kind]}-{day:%Y%m%d}-{counter.last:04d}"


def local_time(moment: datetime) -> str:
    """A time as people here read it: `11-21 16:42`, Asia/Shanghai."""
    return moment.astimezone(CHINA).strftime("%m-%d %H:%M")


def utc(moment: datetime) -> datetime:
    """The same moment in UTC."""
    return moment.astimezone(UTC)
