"""The small county on a fresh record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.db import Record
from tests.data import small


class Clock:
    """A clock the test sets."""

    def __init__(self) -> None:
        self.now = small.NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def town(database: str, clock: Clock) -> Iterator[Record]:
    """A record that holds the small county, once on SQLite and once on PostgreSQL."""
    found = Record(database, clock=clock)
    small.build(found)
    yield found
    found.close()
