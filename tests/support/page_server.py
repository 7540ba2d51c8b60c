"""Servers of pages: each in a process of its own, forked from one that has imported everything once for a test process."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Update, select, update

from dashboard.server import PAGES
from data import passwords
from data.authority import SYSTEM
from data.db import Record
from data.demonstration import DemonstrationAccount, demonstration_accounts, save_demonstration
from data.models import Account, Base, Grant
from data.settings import Settings, settings

ROOT = Path(__file__).parents[2]
LONGEST_START = 180  # seconds, on a machine busy with other tests; a child that ends is seen at once
LAST_LINES = 40
PRELOADED = (
    "pytest", "playwright.sync_api", "uvicorn", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto", "uvicorn.lifespan.on",
    "api.server", "dashboard.server", *(f"dashboard.pages.{name}" for name in PAGES),
    *(f"tests.dashboard.counties.{file.stem}" for file in sorted((ROOT / "tests/dashboard/counties").glob("[a-z]*.py"))),
)  # fmt: skip


# -- what is served ----------------------------------------------------------------------------------------------------


def empty_record(folder: Path, clock: Callable[[], datetime] | None = None) -> Record:
    """A record with the schema and nothing in it, as a file of the folder."""
    record = Record(f"sqlite:///{folder / 'test.db'}", **({"clock": clock} if clock else {}))
    Base.metadata.create_all(record.write_engine)
    return record


def admit(record: Record, folder: Path, seats: Mapping[str, str] | None = None) -> list[DemonstrationAccount]:
    """One account a role, offered on the page of the way in; `seats` names the organ of a role where it is another one."""
    offered = Grant.account_id.in_(select(Account.id).where(Account.demonstration))
    _change(record, update(Account).where(Account.username == "dispatcher").values(username="first"))
    accounts = record.write(SYSTEM, demonstration_accounts, seed=7)
    for role, organ in (seats or {}).items():
        _change(record, update(Grant).where(Grant.role == role, offered).values(organ_code=organ))
    save_demonstration(folder, accounts)
    return accounts


def _change(record: Record, statement: Update) -> None:
    record.submit_raw(lambda connection: connection.execute(statement)).result()


def answer(record: Record, chosen: Settings, listening: socket.socket, pages: tuple[str, ...] = ()) -> None:
    """Pages and interface over a record, until the process is ended; without names every page there is."""
    from importlib import import_module

    import uvicorn

    import api.server
    from dashboard.server import build_server, load_pages

    server = build_server(record, chosen, pages=[import_module(name) for name in pages] or load_pages())
    api.server.install(server.fastapi, record, lambda request: request.state.actor, server.facts.build, chosen)
    config = uvicorn.Config(server.fastapi, log_level="warning", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listening])


@dataclass(frozen=True)
class County:
    """A county of today that `furnish` builds into an empty record (None: the record of the folder as it is), giving numbers
    by name; the pages it is seen on, the organs of roles where they are others, settings of its server."""

    furnish: Callable[[Record, Path], dict[str, str]] | None
    pages: tuple[str, ...] = ()
    seats: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def build(self, folder: Path) -> Record:
        """The record, furnished, with its accounts."""
        from tests.data import small

        if self.furnish is None:
            return Record(f"sqlite:///{folder / 'test.db'}")
        small.NOW = datetime.now(UTC)
        record = empty_record(folder)
        numbers = self.furnish(record, folder)
        record.clock = lambda: datetime.now(UTC)
        admit(record, folder, self.seats)
        (folder / "numbers").write_text(json.dumps(numbers))
        return record

    def serve(self, listening: socket.socket, folder: Path) -> None:
        """Build, furnish, answer."""
        answer(self.build(folder), Settings(demo=True, var=folder), listening, self.pages)


@contextmanager
def furnished(county: County, folder: Path) -> Iterator[tuple[Record, dict[str, str]]]:
    """The same county in this process, without accounts: its record and its numbers, on a clock that stands at today."""
    from tests.data import small

    assert county.furnish is not None
    before, small.NOW = small.NOW, datetime.now(UTC)
    record = empty_record(folder, lambda: small.NOW)
    try:
        yield record, county.furnish(record, folder)
    finally:
        record.close()
        small.NOW = before


# -- its process -------------------------------------------------------------------------------------------------------


@dataclass
class Served:
    """A server in its process: where it answers, whose files it uses."""

    address: str
    folder: Path
    process: ForkServerProcess

    @property
    def numbers(self) -> dict[str, str]:
        """What there is in the record, by name."""
        return dict(json.loads((self.folder / "numbers").read_text()))

    @cached_property
    def record(self) -> Record:
        """Its record opened from outside, as another process does."""
        return Record(f"sqlite:///{self.folder / 'test.db'}")

    def stop(self) -> None:
        """End it, if it does not by itself when asked to; the record opened from outside is closed."""
        self.process.terminate()
        self.process.join(timeout=20)
        self.process.kill()
        self.process.join()
        if "record" in vars(self):
            self.record.close()


@cache
def _context() -> ForkServerContext:
    """The process that all servers of this test process are forked from."""
    found = get_context("forkserver")
    found.set_forkserver_preload(list(PRELOADED))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        forkserver.ensure_running()
    return found


@cache
def _light() -> PasswordHasher:
    """Hashes in no time: nobody attacks the passwords of a test, and there are fourteen to hash before a server answers."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _begin(county: County, listening: socket.socket, folder: Path, environment: dict[str, str], log: Path) -> None:
    """In the child: its own environment and log, then the server."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    with log.open("ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    settings.cache_clear()
    passwords._hasher = _light
    county.serve(listening, folder)


def _started(process: ForkServerProcess, address: str, log: Path) -> None:
    """Wait for the first answer; fails with what the child left where none comes."""
    try:
        httpx.get(f"{address}/login", timeout=LONGEST_START).raise_for_status()
    except httpx.HTTPError as why:
        process.join(timeout=1)
        last = "\n".join(log.read_text().splitlines()[-LAST_LINES:]) if log.exists() else ""
        pytest.fail(f"the server did not start: {why!r}, exit code {process.exitcode}\n{last}", pytrace=False)


def _listening(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    bound.listen(128)
    return bound


@contextmanager
def serving(county: County, folder: Path, port: int = 0) -> Iterator[Served]:
    """Serve in a process of its own; gives it once it answers and ends it afterwards."""
    environment = os.environ | {"ONEGRID_VAR": str(folder)} | dict(county.environment)
    log = folder / "server.log"
    with _listening(port) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        process = _context().Process(target=_begin, args=(county, listening, folder, environment, log))
        process.start()
    found = Served(address, folder, process)
    try:
        _started(process, address, log)
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server of a test module: of what it calls COUNTY."""
    with serving(request.module.COUNTY, tmp_path_factory.mktemp("served")) as found:
        yield found
