"""Engines, sessions and the one writer: verbs share a commit, each in a savepoint of its own, acknowledged after it."""

from __future__ import annotations

import errno
import fcntl
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import QueuePool, StaticPool

from data.authority import Actor
from data.bus import Bus
from data.county import Counties, County
from data.heads import heads_of, sharing_heads
from data.models import Event
from policy.errors import Refusal
from policy.text import Word

T = TypeVar("T")
LOG = logging.getLogger("onegrid.record")
SQLITE_FLOOR = (3, 51, 3)  # the WAL-reset fix
GROUP = 64  # verbs that may share one commit
LOCK_KEY = 0x0E67_1D  # advisory lock of the one writer on PostgreSQL
UNIQUE = "23505"  # SQLSTATE of PostgreSQL: unique_violation
GONE = ("08", "57P", "25006")  # SQLSTATEs: no connection, shut down or not up yet, a standby where the primary was
PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
}  # a machine that died without a word is given up after some ten seconds, by us and (options) by the database, where it would
# keep the writers' lock; the address may say otherwise


@dataclass(frozen=True, slots=True)
class Tx:
    """What a verb is given: the session of its savepoint, who acts, when, and the county it happens in."""

    session: Session
    actor: Actor
    now: datetime
    county: County


def _sqlite_engine(url: str, *, writer: bool) -> Engine:
    from pysqlite3 import dbapi2

    if dbapi2.sqlite_version_info < SQLITE_FLOOR:
        raise Refusal("errors_record.sqlite_too_old", kind="unavailable", found=dbapi2.sqlite_version)
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    pool: Any = StaticPool if not path or path == ":memory:" else QueuePool
    engine = create_engine(url, module=dbapi2, poolclass=pool, connect_args={"check_same_thread": False, "timeout": 30})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",  # a destroyed key leaves no copy in a free page
            "busy_timeout=30000",
            "cache_size=-65536",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if not writer:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def open_engine(url: str, *, writer: bool = True) -> Engine:
    """An engine for `url`: SQLite through pysqlite3 only, PostgreSQL through psycopg 3."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url, writer=writer)
    options: dict[str, Any] = {}
    if not writer:  # a session reads one state, as it does on SQLite
        options = {"isolation_level": "REPEATABLE READ", "execution_options": {"postgresql_readonly": True}}
    patience = {name: value for name, value in PATIENCE.items() if name not in make_url(url).query}
    return create_engine(url, pool_pre_ping=True, poolclass=QueuePool, connect_args=patience, **options)


@dataclass(slots=True)
class _Job:
    run: Callable[[Connection], Any]
    done: Future[Any]


class Record:
    """The record of one database: reads anywhere, writes through one queue (architecture.md, recipe 11)."""

    def __init__(self, url: str, *, clock: Callable[[], datetime] | None = None) -> None:
        """`url` as in `Settings.database`; `clock` gives the aware time of a verb that names none."""
        self.url = url
        self.clock = clock or (lambda: datetime.now(UTC))
        self.write_engine = open_engine(url, writer=True)
        memory = make_url(url).get_backend_name() == "sqlite" and make_url(url).database in (None, "", ":memory:")
        self.read_engine = self.write_engine if memory else open_engine(url, writer=False)
        self.bus = Bus()
        self.counties = Counties()
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()
        self._turn = self._turnstile()

    def _turnstile(self) -> Path | None:
        address = make_url(self.url)
        if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
            return None
        return Path(f"{address.database}.turn")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that reads one consistent state and never writes; raises Refusal while the database is away."""
        try:
            with Session(self.read_engine, expire_on_commit=False) as session:
                yield session
        except (DBAPIError, PoolExhausted) as fault:
            if _gone(fault):
                raise _away() from fault
            raise

    def county(self, code: str | None = None) -> County:
        """The county `code` (12 digits or profile name; the first one when None) with its profile, grid and calendar."""
        with self.read() as session:
            return self.counties.get(session, code)

    def write(
        self,
        actor: Actor,
        verb: Callable[..., T],
        *,
        county: County | None = None,
        now: datetime | None = None,
        **facts: Any,
    ) -> T:
        """Run `verb(tx, **facts)` in a savepoint; returns after the commit that holds it is on disk."""
        return self.submit(actor, verb, county=county, now=now, **facts).result()

    def submit(
        self,
        actor: Actor,
        verb: Callable[..., T],
        *,
        county: County | None = None,
        now: datetime | None = None,
        **facts: Any,
    ) -> Future[T]:
        """Like `write`, but gives the future; awaited with `asyncio.wrap_future` on the event loop."""
        place = county or self.county()

        def run(connection: Connection) -> T:
            moment = now or self.clock()
            try:
                with _savepoint(connection) as session:
                    result = verb(Tx(session, actor, moment, place), **facts)
                    session.commit()
                    return result
            except Refusal as refusal:
                if refusal.kind == "forbidden":
                    with _savepoint(connection) as session:
                        _note(Tx(session, actor, moment, place), verb, facts, refusal)
                        session.commit()
                raise

        return self.submit_raw(run)

    def submit_raw(self, run: Callable[[Connection], T]) -> Future[T]:
        """Queue work on the writer's connection; it must keep to a savepoint of its own."""
        job = _Job(run, Future())
        self._ensure_thread()
        self._queue.put(job)
        return job.done

    def _ensure_thread(self) -> None:
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="record-writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            group = [job]
            stop = False
            while len(group) < GROUP:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    stop = True
                    break
                group.append(following)
            group = [job for job in group if job.done.set_running_or_notify_cancel()]
            if group:
                self._commit(group)
            if stop:
                return

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Processes take turns by a file lock, which is fairer than SQLite's busy wait (security.md, writers)."""
        if self._turn is None:
            yield
            return
        with self._turn.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _commit(self, group: list[_Job]) -> None:
        results: list[tuple[_Job, Any, BaseException | None]] = []
        committing = False
        try:
            with self._my_turn(), self.write_engine.connect() as connection, connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
                with sharing_heads(connection):
                    for job in group:
                        results.append(self._attempt(job, connection))
                        _still_open(connection, results[-1][2])
                committing = True
        except Exception as failed:  # noqa: BLE001  # the commit failed: nobody in the group is acknowledged
            refusal = self._unsaved(failed, committing)
            for job in group:
                job.done.set_exception(refusal)
            return
        try:
            self.bus.committed()
        except Exception:
            LOG.exception("a listener failed; what was committed holds")
        for job, result, fault in results:
            job.done.set_exception(fault) if fault else job.done.set_result(result)

    def _unsaved(self, failed: Exception, committing: bool) -> BaseException:
        """What a group is told that was not acknowledged; a connection that may lead to the wrong server is not used again."""
        if not _gone(failed):
            return _storage_refusal(failed)
        self._leave(failed)
        return Refusal("errors_record.uncertain", kind="unavailable") if committing else _away()

    def _leave(self, fault: BaseException) -> None:
        """Reads find the server that is there as well: it may be that a standby was promoted and the old one still answers."""
        said = str(getattr(fault, "orig", fault)).strip().splitlines()
        LOG.warning("the database went away: %s", said[0] if said else type(fault).__name__)
        self.write_engine.dispose()
        self.read_engine.dispose()

    def _attempt(self, job: _Job, connection: Connection) -> tuple[_Job, Any, BaseException | None]:
        heads = heads_of(connection)
        before = dict(heads.now)
        try:
            return job, job.run(connection), None
        except BaseException as fault:  # the caller gets it; the others of the group go on, and so does the writer
            heads.now = before
            if _gone(fault):
                connection.invalidate()  # it is not used again: it may lead to what is a standby now
                self._leave(fault)
            if connection.invalidated:
                raise _away() from fault
            return job, None, _told(fault)

    def close(self) -> None:
        """Finish what is queued and let go of the database."""
        thread = self._thread
        if thread is not None and thread.is_alive():
            self._queue.put(None)
            thread.join(timeout=30)
        self.write_engine.dispose()
        self.read_engine.dispose()


def _savepoint(connection: Connection) -> Session:
    return Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


def _note(tx: Tx, verb: Callable[..., Any], facts: Mapping[str, Any], refusal: Refusal) -> None:
    """Who tried what he may not is kept, apart from the chain, while what he tried is taken back (security.md)."""
    from data.refusals import note_refusal

    said = refusal.params.get("verb")
    attempt = said.key.removeprefix("verbs.") if isinstance(said, Word) else verb.__name__
    subject = next((str(facts[name]) for name in ("number", "team_code") if facts.get(name)), None)
    note_refusal(tx, attempt=attempt, why=refusal.code, subject=subject[:100] if subject else None)


def _still_open(connection: Connection, fault: BaseException | None) -> None:
    """A transaction can end under a group: SQLite takes it back when the disk is full, PostgreSQL after a statement
    that failed outside a savepoint. Its commit would then save nothing, so nothing of the group may count as written.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        alive = driver.in_transaction
    else:
        alive = driver.info.transaction_status.name == "INTRANS"
    if not alive:
        raise fault or Refusal("errors_record.storage", kind="unavailable", fault="rollback")


def _gone(fault: BaseException) -> bool:
    """Whether a server of the database went away, or none that can be written to is reached: the next look finds it, or its successor."""
    if isinstance(fault, PoolExhausted):
        return True
    if not isinstance(fault, DBAPIError):
        return False
    state = getattr(fault.orig, "sqlstate", "of SQLite")
    unreached = state is None and isinstance(fault, OperationalError)
    return fault.connection_invalidated or unreached or _torn(fault) or (state is not None and state.startswith(GONE))


def _torn(fault: DBAPIError) -> bool:
    """Whether PostgreSQL has an event where the head it told says there is none: one writes at a time, so nobody else made it,
    and this connection does not show what is there."""
    diagnosis = getattr(fault.orig, "diag", None)
    state = getattr(fault.orig, "sqlstate", None)
    return state == UNIQUE and diagnosis is not None and diagnosis.table_name == Event.__tablename__


def _away() -> Refusal:
    return Refusal("errors_access.away", kind="unavailable")


def _told(fault: BaseException) -> BaseException:
    """What the caller of a verb is told: a fault of the database becomes a refusal, others stay what they are."""
    if isinstance(fault, StaleDataError):
        return Refusal("errors_casework.stale", kind="conflict", number="")
    if isinstance(fault, IntegrityError):
        return _twice(fault)
    return _storage_refusal(fault) if isinstance(fault, OperationalError) else fault


def _twice(fault: IntegrityError) -> BaseException:
    """Two made the same thing at once: the later one is told; what breaks another constraint stays a fault of ours."""
    found: Any = fault.orig
    diagnosis = getattr(found, "diag", None)
    if getattr(found, "sqlstate", None) == UNIQUE:
        return Refusal("errors_record.made_already", kind="conflict", what=diagnosis.table_name if diagnosis else "—")
    said, _, columns = str(found).partition("UNIQUE constraint failed: ")
    if said or not columns:
        return fault
    return Refusal("errors_record.made_already", kind="conflict", what=columns.partition(".")[0])


def _storage_refusal(fault: BaseException) -> BaseException:
    """Why nothing of a group was saved."""
    if isinstance(fault, OSError):  # the turnstile's file
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
    elif isinstance(fault, OperationalError):
        full = any(sign in str(fault.orig).lower() for sign in ("full", "no space"))
    else:
        return fault
    if full:
        return Refusal("errors_record.disk_full", kind="unavailable")
    name = type(getattr(fault, "orig", fault)).__name__
    return Refusal("errors_record.storage", kind="unavailable", fault=name)
