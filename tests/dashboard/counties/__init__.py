"""What the servers of tests in a browser show: one county for each page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.db import Record
from tests.data import small


class Past:
    """The clock while something of so many days ago is made."""

    def __init__(self, days: float) -> None:
        self.now = datetime.now(UTC) - timedelta(days=days)

    def __call__(self) -> datetime:
        return self.now


def plain(record: Record, folder: Path) -> dict[str, str]:
    """The small county with nothing done in it yet."""
    small.build(record)
    return {}
