"""Bring a database to the schema of this release: all revisions in one transaction, so a kill half-way leaves the old one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url

from data.db import LOCK_KEY, open_engine
from data.figures_triggers import put_in_place
from policy.errors import Refusal

REVISIONS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(REVISIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache
def _scripts() -> ScriptDirectory:
    """The revisions of this release, read once."""
    return ScriptDirectory.from_config(_config())


def head() -> str:
    """The revision this release works with."""
    found = _scripts().get_current_head()
    if found is None:
        raise RuntimeError("no revision in data/migrations")
    return found


def revision_of(url: str) -> str | None:
    """The revision a database is at; None for one without a schema or not there yet. Writes nothing."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return None
    engine = open_engine(url, writer=False)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def _known(connection: Connection) -> str | None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in _scripts().walk_revisions()}
    if current is not None and current not in known:
        raise Refusal("errors_record.schema_newer", kind="unavailable", found=current, known=head())
    return current


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other writer shares; SQLite's foreign keys rest while tables are rebuilt, then are checked."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:  # only outside a transaction may this be switched
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            if not sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            yield connection
            if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
                raise Refusal("errors_record.schema_broken", kind="unavailable", table=broken[0])
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=ON")


def migrate(url: str) -> tuple[str | None, str]:
    """Bring the database at `url` to `head()`; gives the revision before and after; doing it twice changes nothing.

    Raises Refusal for a database of a later release.
    """
    engine = open_engine(url, writer=True)
    try:
        with _alone(engine) as connection:
            before = _known(connection)
            if before != head():
                command.upgrade(_config(connection), "head")
            put_in_place(connection)
            return before, head()
    finally:
        engine.dispose()


def draft(message: str, url: str) -> Path:
    """Write the next revision from the difference between the models and the migrated database at `url`; read it before you commit it."""
    migrate(url)
    engine = open_engine(url, writer=True)
    number = len(list((REVISIONS / "versions").glob("[0-9]*.py"))) + 1
    try:
        with engine.begin() as connection:
            made = command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04d}")
    finally:
        engine.dispose()
    if made is None or isinstance(made, list):
        raise RuntimeError("alembic wrote no single revision")
    return Path(made.path)
