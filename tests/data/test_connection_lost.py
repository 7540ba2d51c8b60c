"""A database that went away under the record: nothing counts as written that was not, it is said in words, and the next step finds the
server that is there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url

from dashboard.live import Live
from data.authority import SYSTEM
from data.backup import conninfo
from data.db import PATIENCE, Record, Tx, open_engine
from data.events import verify
from policy.errors import Refusal
from tests.data import small
from tests.data.test_db import found_organ, hold, organs
from tests.support.databases import Kept

pytestmark = pytest.mark.postgres
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
AWAY, UNCERTAIN = "errors_access.away", "errors_record.uncertain"


@pytest.fixture
def county(kept_postgres: Kept) -> Iterator[Record]:
    """The small county on PostgreSQL."""
    lent = kept_postgres.lend()
    record = Record(next(lent))
    small.build(record)
    yield record
    record.close()
    next(lent, None)


def told(done: Future[object]) -> str:
    """The code of what a step was refused with; it is said in both languages."""
    fault = done.exception(20)
    assert isinstance(fault, Refusal), fault
    assert fault.kind == "unavailable"
    assert fault.sentence("zh") != fault.sentence("en")
    return fault.code


def cut_off(tx: Tx) -> None:
    """A verb under which the server goes away."""
    tx.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def cut_all(record: Record) -> None:
    """Every connection of the database but the one that asks is ended, as by a server that dies."""
    engine = open_engine(record.url)
    with engine.connect() as connection:
        connection.execute(text(OTHERS))
    engine.dispose()


def test_a_server_lost_under_a_group_saves_nothing_of_it_and_says_so(county: Record) -> None:
    let_go, _held = hold(county)
    group = [county.submit(SYSTEM, found_organ, code="A"), county.submit(SYSTEM, cut_off)]
    group.append(county.submit(SYSTEM, found_organ, code="B"))
    let_go.set()
    assert [told(done) for done in group] == [AWAY] * 3
    assert organs(county) == set()
    county.write(SYSTEM, found_organ, code="C")
    assert organs(county) == {"C"}
    assert verify(county, county.county().jurisdiction_id).whole


def test_a_server_lost_at_the_commit_itself_leaves_open_whether_it_was_saved(county: Record, caplog) -> None:
    caplog.set_level("WARNING", "onegrid.record")
    let_go, _held = hold(county)
    group = [county.submit_raw(lambda _connection: None), county.submit_raw(lambda _connection: cut_all(county))]
    let_go.set()
    assert [told(done) for done in group] == [UNCERTAIN] * 2
    assert "the database went away: terminating connection" in caplog.text
    county.write(SYSTEM, found_organ, code="B")
    assert organs(county) == {"B"}


def test_a_head_that_does_not_fit_its_chain_is_nobodys_doing_and_the_connection_is_left(county: Record, caplog) -> None:
    caplog.set_level("WARNING", "onegrid.record")
    county.write(SYSTEM, found_organ, code="A")
    move = "UPDATE chain_head SET sequence = sequence {} 1"
    county.submit_raw(lambda connection: connection.execute(text(move.format("-")))).result()
    assert told(county.submit(SYSTEM, found_organ, code="B")) == AWAY
    assert "duplicate key value" in caplog.text
    county.submit_raw(lambda connection: connection.execute(text(move.format("+")))).result()
    county.write(SYSTEM, found_organ, code="C")
    assert organs(county) == {"A", "C"}
    assert verify(county, county.county().jurisdiction_id).whole


def test_connections_that_died_while_nobody_asked_are_opened_anew(county: Record) -> None:
    county.write(SYSTEM, found_organ, code="A")
    cut_all(county)
    county.write(SYSTEM, found_organ, code="B")
    cut_all(county)
    assert organs(county) == {"A", "B"}


def test_a_read_that_lost_its_server_is_refused_in_words_and_the_next_one_is_answered(county: Record) -> None:
    def read() -> None:
        with county.read() as session:
            session.execute(text("SELECT 1"))
            cut_all(county)
            session.execute(text("SELECT 1"))

    with pytest.raises(Refusal) as refused:
        read()
    assert refused.value.code == AWAY
    assert organs(county) == set()


def test_a_server_that_takes_no_writes_any_more_is_left(county: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was the primary is a standby now: kept connections lead to the wrong server, those that read as well."""
    server: list[int] = []
    left: list[Engine] = []
    for engine in (county.read_engine, county.write_engine):
        monkeypatch.setattr(engine, "dispose", lambda which=engine: left.append(which))

    def asked(connection: Connection) -> None:
        server.append(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())

    def read_only(connection: Connection) -> None:
        asked(connection)
        connection.execute(text("SET TRANSACTION READ ONLY"))
        connection.execute(text("DELETE FROM organ"))

    assert told(county.submit_raw(read_only)) == AWAY
    assert county.read_engine in left
    county.submit_raw(asked).result(20)
    assert server[0] != server[1]


def test_no_server_at_all_is_said_in_words(tmp_path) -> None:
    record = Record(f"postgresql+psycopg://onegrid@/onegrid?host={tmp_path},{tmp_path}&target_session_attrs=read-write")
    assert told(record.submit_raw(lambda _connection: None)) == AWAY
    with pytest.raises(Refusal) as refused, record.read() as session:
        session.execute(text("SELECT 1"))
    assert refused.value.code == AWAY
    record.close()


def test_who_waits_for_the_next_step_hears_of_it_after_the_server_was_away(county: Record) -> None:
    async def hear() -> int:
        live = Live(county, 20)
        await live.start()
        try:
            await asyncio.to_thread(cut_all, county)
            await asyncio.to_thread(county.write, SYSTEM, found_organ, code="A")
            return await live.next(county.county().jurisdiction_id, 0, 20)
        finally:
            await live.stop()

    assert asyncio.run(hear()) == 1


def test_a_silent_server_is_given_up_unless_the_address_says_otherwise(monkeypatch) -> None:
    given = []
    monkeypatch.setattr("data.db.create_engine", lambda _url, **more: given.append(more["connect_args"]))
    open_engine("postgresql+psycopg://onegrid@/onegrid?host=a,b")
    open_engine("postgresql+psycopg://onegrid@/onegrid?host=a,b&connect_timeout=2")
    assert given == [PATIENCE, {name: value for name, value in PATIENCE.items() if name != "connect_timeout"}]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("onegrid:a b@h:5/county", {"host": "h", "port": "5", "user": "onegrid", "dbname": "county"}),
        ("onegrid@/county?host=/run/x", {"host": "/run/x", "user": "onegrid", "dbname": "county"}),
        (
            "onegrid@/county?host=a:1&host=b:2&target_session_attrs=read-write",
            {"host": "a,b", "port": "1,2", "user": "onegrid", "dbname": "county", "target_session_attrs": "read-write"},
        ),
    ],
)
def test_a_backup_is_taken_wherever_the_record_is_and_its_password_is_on_no_line(address, wanted) -> None:
    told, password = conninfo(make_url(f"postgresql+psycopg://{address}"))
    assert conninfo_to_dict(told) == wanted
    assert password == ("a b" if "a b" in address else None)
