"""The record's one writer, on both databases: verbs share a commit and not their faults; nothing acknowledged is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from uuid_utils.compat import uuid7

from data.authority import SYSTEM
from data.db import GROUP, Record, Tx, open_engine
from data.events import append_event, verify
from data.migrate import migrate
from data.models import ChainHead, Event, Organ
from policy.errors import Refusal
from tests.data import small

ROOT = Path(__file__).parents[2]


@pytest.fixture
def county(record: Record) -> Record:
    """The record with the small county in it."""
    small.build(record)
    return record


def found_organ(tx: Tx, *, code: str, fail: type[BaseException] | None = None) -> Organ:
    """A verb for tests: an organ and its event."""
    organ = Organ(jurisdiction_id=tx.county.jurisdiction_id, code=code, name=code, name_en=code, kind="department")
    tx.session.add(organ)
    tx.session.flush()
    append_event(tx, matter="organ", subject_id=organ.id, subject_number=code, verb="found")
    if fail is not None:
        raise fail(code)
    return organ


def organs(record: Record) -> set[str]:
    with record.read() as session:
        return set(session.scalars(select(Organ.code).where(Organ.kind == "department")))


def events(record: Record) -> int:
    with record.read() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


def hold(record: Record) -> tuple[threading.Event, Future[None]]:
    """Keep the writer busy until the event is set, so that what is queued behind shares one commit."""
    let_go, begun = threading.Event(), threading.Event()

    def wait(_connection: Connection) -> None:
        begun.set()
        assert let_go.wait(20)

    held = record.submit_raw(wait)
    assert begun.wait(20)
    return let_go, held


def test_a_verb_is_on_disk_when_it_is_acknowledged(county: Record) -> None:
    county.write(SYSTEM, found_organ, code="A")
    other = Record(county.url)
    assert organs(other) == {"A"}
    assert events(other) == 1
    other.close()


@pytest.mark.parametrize("fault", [Refusal, ValueError, RuntimeError, SystemExit])
def test_one_verb_that_fails_takes_nothing_of_the_others_with_it(county: Record, fault: type[BaseException]) -> None:
    let_go, _held = hold(county)
    good = [county.submit(SYSTEM, found_organ, code=f"good{n}") for n in range(3)]
    bad = county.submit(SYSTEM, found_organ, code="bad", fail=fault)
    more = [county.submit(SYSTEM, found_organ, code=f"more{n}") for n in range(3)]
    let_go.set()
    assert [done.result(20).code for done in good + more] == ["good0", "good1", "good2", "more0", "more1", "more2"]
    with pytest.raises(fault):
        bad.result(20)
    assert organs(county) == {"good0", "good1", "good2", "more0", "more1", "more2"}
    assert verify(county, county.county().jurisdiction_id).whole
    assert events(county) == 6


def test_a_constraint_that_is_broken_is_the_fault_of_its_own_verb(county: Record) -> None:
    let_go, _held = hold(county)
    first = county.submit(SYSTEM, found_organ, code="A")
    same = county.submit(SYSTEM, found_organ, code="A")
    next_one = county.submit(SYSTEM, found_organ, code="B")
    let_go.set()
    assert first.result(20).code == "A"
    assert next_one.result(20).code == "B"
    with pytest.raises(Refusal) as refused:
        same.result(20)
    assert (refused.value.code, refused.value.kind) == ("errors_record.made_already", "conflict")
    assert all("organ" in refused.value.sentence(lang) for lang in ("zh", "en"))
    assert organs(county) == {"A", "B"}
    assert verify(county, county.county().jurisdiction_id).whole


def test_what_breaks_another_constraint_is_no_conflict_between_people(county: Record) -> None:
    def nameless(tx: Tx) -> None:
        tx.session.execute(text("UPDATE organ SET name = NULL"))

    county.write(SYSTEM, found_organ, code="A")
    with pytest.raises(IntegrityError):
        county.write(SYSTEM, nameless)


def test_verbs_that_wait_share_one_commit(county: Record) -> None:
    commits: list[int] = []
    county.bus.listen(lambda: commits.append(1))
    let_go, _held = hold(county)
    waiting = [county.submit(SYSTEM, found_organ, code=f"w{n}") for n in range(GROUP)]
    let_go.set()
    for done in waiting:
        done.result(20)
    assert len(commits) == 2  # the one that held, and all that waited
    assert len(organs(county)) == GROUP


def test_nobody_is_told_before_the_commit(county: Record) -> None:
    seen: list[set[str]] = []
    county.bus.listen(lambda: seen.append(organs(county)))
    county.write(SYSTEM, found_organ, code="A")
    assert seen == [{"A"}]


def test_a_listener_that_fails_costs_no_acknowledgement(county: Record) -> None:
    county.bus.listen(lambda: (_ for _ in ()).throw(RuntimeError("deaf")))
    county.write(SYSTEM, found_organ, code="A")
    county.write(SYSTEM, found_organ, code="B")
    assert organs(county) == {"A", "B"}


def test_a_verb_called_off_while_it_waits_is_not_run(county: Record) -> None:
    let_go, _held = hold(county)
    off = county.submit(SYSTEM, found_organ, code="off")
    on = county.submit(SYSTEM, found_organ, code="on")
    assert off.cancel()
    let_go.set()
    on.result(20)
    county.write(SYSTEM, found_organ, code="after")
    assert organs(county) == {"on", "after"}


def rolls_back(connection: Connection) -> None:
    connection.execute(text("ROLLBACK"))


def breaks_a_statement(connection: Connection) -> None:
    connection.execute(text("SELECT 1 FROM nowhere"))


@pytest.mark.parametrize("spoil", [rolls_back, breaks_a_statement])
def test_a_transaction_that_ended_under_a_group_acknowledges_nobody(county: Record, spoil: Callable[..., None]) -> None:
    let_go, _held = hold(county)
    first = county.submit(SYSTEM, found_organ, code="A")
    spoiled = county.submit_raw(spoil)
    last = county.submit(SYSTEM, found_organ, code="B")
    let_go.set()
    told = {code for code, done in (("A", first), ("B", last)) if done.exception(20) is None}
    assert spoiled.exception(20) is not None or told == set()
    assert organs(county) == told
    county.write(SYSTEM, found_organ, code="after")
    assert organs(county) == told | {"after"}
    assert verify(county, county.county().jurisdiction_id).whole


def test_readers_see_one_state_while_others_write(county: Record) -> None:
    with county.read() as session:
        before = session.scalar(select(func.count()).select_from(Organ))
        county.write(SYSTEM, found_organ, code="A")
        again = session.scalar(select(func.count()).select_from(Organ))
    assert before == again


def test_readers_never_write(county: Record) -> None:
    with county.read() as session, pytest.raises(Exception, match=r"(?i)read.?only"):
        session.execute(insert(Organ).values(
            id=uuid7(), jurisdiction_id=county.county().jurisdiction_id, code="X", name="X", name_en="X", kind="other", version=1,
        ))  # fmt: skip


def test_times_come_back_aware_in_utc(county: Record) -> None:
    at = datetime(2026, 11, 20, 2, 30, 15, 123456, tzinfo=UTC)
    county.write(SYSTEM, found_organ, code="A", now=at)
    with county.read() as session:
        assert session.scalars(select(Event.at)).one() == at


def test_closing_finishes_what_is_queued(county: Record) -> None:
    let_go, _held = hold(county)
    waiting = [county.submit(SYSTEM, found_organ, code=f"w{n}") for n in range(5)]
    let_go.set()
    county.close()
    assert all(done.result(0).code for done in waiting)


WRITER = """
import sys
from data.authority import SYSTEM
from data.db import Record
from tests.data.test_db import found_organ
record = Record(sys.argv[1])
for n in range(40):
    record.write(SYSTEM, found_organ, code=f"{sys.argv[2]}-{n}")
record.close()
"""


def test_two_processes_write_one_chain(county: Record) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, county.url, name], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for name in ("p", "q")
    ]
    for n in range(20):
        county.write(SYSTEM, found_organ, code=f"here-{n}")
    for writer in writers:
        _, complaints = writer.communicate(timeout=60)
        assert writer.returncode == 0, complaints
    assert len(organs(county)) == 100
    found = verify(county, county.county().jurisdiction_id)
    assert (found.whole, found.events) == (True, 100)


FULL = """
import resource, sys
from sqlalchemy import select
from data.authority import SYSTEM
from data.db import Record
from policy.errors import Refusal
from tests.data.test_db import found_organ, organs
import os
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
record = Record(sys.argv[1])
county = record.county()
record.write(SYSTEM, found_organ, code="before")
wal = sys.argv[1].removeprefix("sqlite:///") + "-wal"
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(wal) + 30_000, resource.RLIM_INFINITY))
acknowledged, refused = ["before"], 0
for n in range(60):
    try:
        record.write(SYSTEM, found_organ, code=f"o{n}-" + "x" * 4000)
        acknowledged.append(f"o{n}-" + "x" * 4000)
    except Refusal as refusal:
        refused += 1
        assert refusal.kind == "unavailable", refusal.kind
        assert refusal.sentence("zh") and refusal.sentence("en")
        assert organs(record) == set(acknowledged), "reading goes on"
        if refused == 3:
            break
assert refused == 3, refused
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
record.write(SYSTEM, found_organ, code="after")
assert organs(record) == {*acknowledged, "after"}, "it recovers when there is room"
from data.events import verify
assert verify(record, county.jurisdiction_id).whole
record.close()
"""


def test_a_file_that_may_not_grow_refuses_in_words_keeps_reading_and_recovers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'full.db'}"
    migrate(url)
    record = Record(url)
    small.build(record)
    record.close()
    done = subprocess.run(
        [sys.executable, "-c", FULL, url], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def small_disk(tmp_path: Path):
    """A tmpfs of a few megabytes; where mounting is not allowed the test above stands alone."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a tmpfs is not allowed here; the limit on file size shows the same")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as out:
        for size in (65536, 1024, 1):
            with suppress(OSError) if size > 1 else nullcontext():
                while True:
                    out.write(b"x" * size)


def test_a_full_disk_takes_back_verb_and_event_together(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk / 'full.db'}"
    migrate(url)
    record = Record(url)
    small.build(record)
    place = record.county().jurisdiction_id
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        fill(filler)
    refused = []
    acknowledged = set()
    for n in range(50):
        try:
            acknowledged.add(record.write(SYSTEM, found_organ, code=f"o{n}" + "x" * 2000).code)
        except Refusal as refusal:
            refused.append(refusal.code)
            if len(refused) == 3:
                break
    assert refused == ["errors_record.disk_full"] * 3
    assert organs(record) == acknowledged
    filler.unlink()
    record.write(SYSTEM, found_organ, code="after")
    assert organs(record) == acknowledged | {"after"}
    found = verify(record, place)
    assert found.whole
    assert found.events == len(acknowledged) + 1
    record.close()


def test_a_transaction_taken_back_by_the_database_acknowledges_none_of_the_group(tmp_path: Path) -> None:
    """SQLite may roll a whole transaction back in the middle of a group; what came before must not count as written."""
    url = f"sqlite:///{tmp_path / 'town.db'}"
    migrate(url)
    record = Record(url)
    small.build(record)
    let_go, _held = hold(record)

    def taken_back(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        driver.execute("ROLLBACK")
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    before = record.submit(SYSTEM, found_organ, code="before")
    full = record.submit_raw(taken_back)
    after = record.submit(SYSTEM, found_organ, code="after")
    let_go.set()
    for done in (before, full, after):
        with pytest.raises(Refusal) as refused:
            done.result(20)
        assert refused.value.code == "errors_record.disk_full"
    assert organs(record) == set()
    record.write(SYSTEM, found_organ, code="later")
    assert organs(record) == {"later"}
    record.close()


def test_an_old_sqlite_is_refused_with_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from pysqlite3 import dbapi2

    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(Refusal) as refused:
        open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    assert refused.value.code == "errors_record.sqlite_too_old"
    assert "3.51.3" in refused.value.sentence("en")


def test_sqlite_is_set_up_for_evidence(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted} == wanted
    engine.dispose()


def test_the_head_of_the_chain_moves_with_its_events(county: Record) -> None:
    for n in range(3):
        county.write(SYSTEM, found_organ, code=str(n))
    with county.read() as session:
        head = session.scalars(select(ChainHead)).one()
        last = session.scalars(select(Event).order_by(Event.sequence.desc()).limit(1)).one()
    assert (head.sequence, head.hash) == (last.sequence, last.hash) == (3, last.hash)
