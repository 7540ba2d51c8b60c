"""Engines of tests: what SQLAlchemy learns once of a statement holds for every record of a test process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.util import LRUCache

from data import db

STATEMENTS = 3000


class Engines:
    """Opens engines as the product does. On SQLite each is new, with the dialect and the compiled statements of those before it; the
    database that tests on PostgreSQL have one after the other (`kept`) has one reader and one writer that stay connected."""

    def __init__(self) -> None:
        from pysqlite3 import dbapi2

        self._open = db.open_engine
        first = create_engine("sqlite://", module=dbapi2)
        first.connect().close()  # a dialect knows its database after the first connection
        self._dialect = first.dialect
        self._statements: LRUCache[Any, Any] = LRUCache(STATEMENTS)
        self._kept: dict[tuple[str, bool], Engine] = {}
        self.kept: str | None = None

    def open(self, url: str, *, writer: bool = True) -> Engine:
        """As `data.db.open_engine`."""
        if make_url(url).get_backend_name() == "sqlite":
            engine = self._open(url, writer=writer)
            engine.dialect, engine._compiled_cache = self._dialect, self._statements
            return engine
        if url != self.kept:
            return self._open(url, writer=writer)
        if (url, writer) not in self._kept:
            engine = self._open(url, writer=writer)
            engine._compiled_cache = LRUCache(STATEMENTS)
            engine.dispose = lambda close=True: None  # type: ignore[method-assign]
            self._kept[url, writer] = engine
        return self._kept[url, writer]

    def forget(self) -> None:
        """Disconnect from the kept database, which is about to be thrown away."""
        for engine in self._kept.values():
            Engine.dispose(engine)
        self._kept.clear()
        self.kept = None


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """The engines of this test process, in place of the product's own way to open one."""
    found = Engines()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "open_engine", found.open)
        yield found
        found.forget()


@pytest.fixture(scope="session", autouse=True)
def _engines(engines: Engines) -> None:
    """For every test, asked for or not."""
