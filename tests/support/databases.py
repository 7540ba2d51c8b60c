"""Databases with the schema of this release, one a test, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.db import Record
from data.migrate import migrate
from tests.support.postgres import Postgres

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


def _postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("migrated_postgres"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a database of its own with the schema and nothing in it, once on SQLite and once on PostgreSQL."""
    yield from _sqlite(request) if request.param == "sqlite" else _postgres(request)


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
