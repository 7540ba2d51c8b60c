"""Databases with the schema of this release, one a test, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from data.db import Record
from data.migrate import migrate
from tests.support.engines import Engines
from tests.support.postgres import Postgres

SHAPE = "SELECT relname, relkind, relnatts, relchecks FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION ALL SELECT tgname::text, tgenabled, tgtype, 0 FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2, 3"
BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing in it, to be copied."""
    file = tmp_path_factory.mktemp("schema") / "schema.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """Name of a PostgreSQL database with the schema and nothing in it, to be used as a template."""
    name = postgres.create()
    migrate(postgres.url(name))
    return name


def _sqlite(request: pytest.FixtureRequest) -> Iterator[str]:
    file = request.getfixturevalue("tmp_path") / "record.db"
    shutil.copyfile(request.getfixturevalue("migrated_sqlite"), file)
    yield f"sqlite:///{file}"


class Kept:
    """One database of a test process, emptied after each test: a new one costs a second, most of it catalogues read anew."""

    def __init__(self, server: Postgres, template: str, engines: Engines) -> None:
        self.server, self.template, self.engines = server, template, engines
        self.name: str | None = None

    def lend(self) -> Iterator[str]:
        name, self.name = self.name or self.server.create(self.template), None
        shape = self._shape(name)
        self.engines.kept = self.server.url(name)
        yield self.engines.kept
        if self.server.empty(name) and self._shape(name) == shape:
            self.name = name
        else:
            self.engines.forget()
            self.server.drop(name)

    def _shape(self, name: str) -> list[tuple[object, ...]]:
        """What there is in a database, and its release: a test that made, dropped or silenced a table, column or trigger keeps its own."""
        with psycopg.connect(self.server.dsn(name)) as connection:
            return connection.execute(SHAPE).fetchall() + connection.execute("SELECT * FROM alembic_version").fetchall()


@pytest.fixture(scope="session")
def kept_postgres(postgres: Postgres, migrated_postgres: str, engines: Engines) -> Kept:
    """The database that tests of this process have one after the other."""
    return Kept(postgres, migrated_postgres, engines)


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database of its own with the schema and nothing in it, once on SQLite and once on PostgreSQL."""
    yield from _sqlite(request) if request.param == "sqlite" else request.getfixturevalue("kept_postgres").lend()


def new_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Address of a database with the schema and nothing in it, for a fixture with the parameters `BOTH` that outlives a test."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copyfile(request.getfixturevalue('migrated_sqlite'), folder / 'record.db')}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("migrated_postgres"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=BOTH)
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database without a schema, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def record(database: str) -> Iterator[Record]:
    """An empty record on each database."""
    found = Record(database)
    yield found
    found.close()
