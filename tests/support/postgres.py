"""A PostgreSQL of our own from Debian's binaries: started once a test process, thrown away after it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

MISSING = (
    "PostgreSQL's binaries are missing (initdb, postgres): the record's tests run on both databases. "
    "Install them with: apt-get install postgresql"
)
SETTINGS = {
    "fsync": "off",  # tests of durability start a server of their own
    "shared_buffers": "32MB",
    "max_connections": "60",
    "listen_addresses": "",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "fatal",
}


EMPTY = """
DO $$ DECLARE found record; BEGIN
  PERFORM set_config('session_replication_role', 'replica', true), set_config('lock_timeout', '5s', true);
  FOR found IN SELECT quote_ident(relname) AS name, relkind FROM pg_class
    WHERE relkind IN ('r', 'S') AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' LOOP
    IF found.relkind = 'r' THEN EXECUTE 'DELETE FROM ' || found.name; ELSE EXECUTE 'ALTER SEQUENCE ' || found.name || ' RESTART'; END IF;
  END LOOP;
END $$"""
"""All rows out without triggers and keys (a table that may only grow would refuse), numbers from one again."""


def binaries() -> Path:
    """The folder of the newest PostgreSQL binaries; fails the test when there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        pytest.fail(MISSING, pytrace=False)
    return Path(on_path).resolve().parent


def owner() -> pwd.struct_passwd:
    """Who the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.fail("PostgreSQL refuses to run as root, and there is no user postgres or nobody", pytrace=False)


class Postgres:
    """A running server that hands out databases."""

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        self.bin = binaries()
        self.owner = owner()
        self.folder = Path(tempfile.mkdtemp(prefix="onegrid-pg-"))
        os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        self.settings = SETTINGS | (settings or {})
        self._numbers = count(1)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "onegrid", "--auth=trust", "-E", "UTF8", "--no-locale",
                  "--no-sync")  # fmt: skip
        self.process = self.start()

    def _as_owner(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        who = ["--reuid", str(self.owner.pw_uid), "--regid", str(self.owner.pw_gid), "--clear-groups"]
        return ["setpriv", *who, "--pdeathsig", "TERM"]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as_owner(), str(self.bin / program), *arguments], capture_output=True, text=True, cwd=self.folder, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            [
                *self._as_owner(),
                str(self.bin / "postgres"),
                "-D",
                str(self.folder / "data"),
                "-k",
                str(self.folder),
                *options,
            ],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
            cwd=self.folder,
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.dsn("postgres")).close()
                return process
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self.folder / "log").read_text()
                assert process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server and remove what it wrote."""
        self.process.send_signal(2)  # SIGINT: fast shutdown
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def dsn(self, database: str) -> str:
        """How psycopg reaches a database of this server."""
        return f"postgresql://onegrid@/{database}?host={self.folder}"

    def url(self, database: str) -> str:
        """How SQLAlchemy reaches a database of this server."""
        return self.dsn(database).replace("postgresql://", "postgresql+psycopg://")

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template`; gives its name."""
        name = f"t{next(self._numbers)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")  # no log to write: twice as fast
        return name

    def empty(self, name: str) -> bool:
        """Throw out everybody who is still at work in a database and every row but the release's; False when that cannot be done."""
        gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() AND state <> 'idle'"
        try:
            with psycopg.connect(self.dsn(name), autocommit=True) as connection:
                connection.execute(gone, (name,))
                connection.execute(EMPTY)
        except psycopg.Error:
            return False
        return True

    def drop(self, name: str) -> None:
        """Throw a database away, whoever still looks at it."""
        self._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL of this test process."""
    server = Postgres()
    yield server
    server.stop()
