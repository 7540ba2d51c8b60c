"""The small county on a fresh record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.db import Record
from data.models import Base
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
def town(tmp_path: Path, clock: Clock) -> Iterator[Record]:
    """A record on SQLite that holds the small county."""
    found = Record(f"sqlite:///{tmp_path / 'town.db'}", clock=clock)
    Base.metadata.create_all(found.write_engine)
    small.build(found)
    yield found
    found.close()
