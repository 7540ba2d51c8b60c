"""The county of the page of supervision: closed files of last month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.db import Record
from policy.file_review import Period, period_of
from tests.data import cases as c
from tests.data import reviewing as r
from tests.data import small
from tests.support.page_server import County


def last_month() -> Period:
    """The month that is over."""
    return period_of("month", (small.NOW + timedelta(hours=8)).date()).before()


def furnish(record: Record, folder: Path) -> dict[str, str]:
    """Twelve files closed in last month; gives their numbers."""
    small.build(record)
    begins = last_month().begins_on
    numbers = r.closed(record, folder, c.cast(record), first=datetime(begins.year, begins.month, 2, 3, tzinfo=UTC))
    return {f"file{n}": number for n, number in enumerate(numbers)}


COUNTY = County(furnish, environment={"ONEGRID_SECRET": "kT9-vXq2_mRz7+Lb4=Wd8.Hn3~Yc6!Pf"})
