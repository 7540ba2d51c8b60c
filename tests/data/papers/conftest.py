"""A folder of its own for what is kept, and a case that has been decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.authority import Actor
from data.db import Record
from data.models import Case
from data.settings import settings
from tests.data import cases as c
from tests.data import small


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ONEGRID_VAR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def actors(town: Record) -> dict[str, Actor]:
    c.with_basis(town)
    return c.cast(town)


@pytest.fixture
def decided(town: Record, actors: dict[str, Actor], home: Path) -> Case:
    case, _ = c.to_served(town, actors, c.propose(town, home, actors), small.NOW)
    return case
