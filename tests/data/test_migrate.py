"""The schema: what the revisions build is what the models say, on both databases, also when killed half-way."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, delete, insert, inspect, text, update
from sqlalchemy.exc import DBAPIError
from uuid_utils.compat import uuid7

from data.db import Record, open_engine
from data.migrate import head, migrate, revision_of
from data.models import Base, Event, Jurisdiction
from policy.errors import Refusal

ROOT = Path(__file__).parents[2]
KILLED_HALF_WAY = """
import os, sys
from alembic import op
from data.migrate import migrate
made, create = [], op.create_table
def create_some(name, *columns, **options):
    if len(made) == 12:
        os.kill(os.getpid(), 9)
    made.append(name)
    return create(name, *columns, **options)
op.create_table = create_some
migrate(sys.argv[1])
"""


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def test_the_migrated_schema_is_what_the_models_say(database: str) -> None:
    engine = open_engine(database)
    with engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )
    engine.dispose()
    assert differences == []


def test_foreign_keys_are_there_also_where_two_tables_point_at_each_other(database: str) -> None:
    engine = open_engine(database)
    found = {
        (table, key["constrained_columns"][0], key["referred_table"])
        for table in Base.metadata.tables
        for key in inspect(engine).get_foreign_keys(table)
    }
    engine.dispose()
    wanted = {
        (table.name, key.column_keys[0], key.referred_table.name)
        for table in Base.metadata.tables.values()
        for key in table.foreign_key_constraints
    }
    assert found == wanted


def test_migrating_twice_changes_nothing(bare_database: str) -> None:
    assert revision_of(bare_database) is None
    assert migrate(bare_database) == (None, head())
    assert migrate(bare_database) == (head(), head())
    assert revision_of(bare_database) == head()
    assert tables(bare_database) == set(Base.metadata.tables)


def test_asking_for_the_revision_makes_no_file(tmp_path: Path) -> None:
    assert revision_of(f"sqlite:///{tmp_path / 'none.db'}") is None
    assert list(tmp_path.iterdir()) == []


def test_killed_half_way_leaves_the_old_schema_and_the_next_try_succeeds(bare_database: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED_HALF_WAY, bare_database], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -9
    assert tables(bare_database) == set()
    assert migrate(bare_database) == (None, head())
    assert tables(bare_database) == set(Base.metadata.tables)


def test_a_database_of_a_later_release_is_refused_in_words(database: str) -> None:
    engine = open_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(Refusal) as refused:
        migrate(database)
    for lang in ("zh", "en"):
        assert "9999" in refused.value.sentence(lang)
        assert head() in refused.value.sentence(lang)


def an_event(connection: Connection) -> dict[str, object]:
    place = uuid7()
    connection.execute(
        insert(Jurisdiction).values(
            id=place, code="330703000000", profile="jindong", short_code="JD", name="金东区", name_en="Jindong",
            outline=b"", drill=False,
        )
    )  # fmt: skip
    row: dict[str, object] = {
        "jurisdiction_id": place, "sequence": 1, "at": datetime(2026, 11, 20, tzinfo=UTC), "role": "system", "matter": "lead",
        "subject_id": uuid7(), "verb": "receive", "facts": "{}", "algorithm": "sm3", "previous": "0" * 64, "hash": "1" * 64,
    }  # fmt: skip
    connection.execute(insert(Event).values(row))
    return row


def test_events_are_never_changed_or_deleted(record: Record) -> None:
    with record.write_engine.begin() as connection:
        row = an_event(connection)
    for forbidden in (update(Event).values(verb="reject"), delete(Event), delete(Event).where(Event.sequence == 1)):
        with record.write_engine.connect() as connection, pytest.raises(DBAPIError, match="events are appended"):
            connection.execute(forbidden)
    with record.read() as session:
        kept = session.execute(text("SELECT verb, hash FROM event")).all()
    assert kept == [("receive", row["hash"])]


def test_events_are_not_replaced_on_sqlite_either(migrated_sqlite: Path, tmp_path: Path) -> None:
    file = tmp_path / "record.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    engine = open_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        row = an_event(connection)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="never replaced"):
        connection.execute(insert(Event).prefix_with("OR REPLACE").values(row | {"verb": "reject"}))
    engine.dispose()


@pytest.mark.postgres
def test_events_are_not_truncated_on_postgresql(postgres, migrated_postgres: str) -> None:
    name = postgres.create(migrated_postgres)
    engine = open_engine(postgres.url(name))
    with engine.connect() as connection, pytest.raises(DBAPIError, match="events are appended"):
        connection.execute(text("TRUNCATE event"))
    engine.dispose()
    postgres.drop(name)
