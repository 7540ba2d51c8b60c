"""PostgreSQL fails over: the primary is killed under load, its standby takes over, and the server goes on without a restart (security.md)."""

from __future__ import annotations

import asyncio
import random
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from dashboard.live import Live
from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.events import verify
from data.migrate import migrate
from data.models import Lead
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small
from tests.data.test_db import found_organ, organs
from tests.support.demo import DemoFiles
from tests.support.failover import Pair
from tests.support.server import LiveServer, start_server

pytestmark = [pytest.mark.long, pytest.mark.postgres, pytest.mark.timeout(1200)]
KILLS, GOES_ON = 20, 30.0
STANDS = "SELECT concat((SELECT array_agg(sequence) FROM chain_head), (SELECT (max(sequence), max(position), count(*)) FROM event), (SELECT last_value FROM event_position_seq))"
"""Heads; newest sequence, newest place and number of events; the last place given out."""
SAID = {"errors_access.away", "errors_record.uncertain"}


@dataclass
class Load:
    """Clients of the interface, one of the record itself and a reader, until told to stop; what each was answered."""

    address: str
    token: str
    record: Record
    over: threading.Event = field(default_factory=threading.Event)
    leads: dict[str, str] = field(default_factory=dict)
    since: list[tuple[float, float]] = field(default_factory=list)
    organs: dict[str, str] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def threads(self) -> list[threading.Thread]:
        clients = [threading.Thread(target=self.post, args=(n,)) for n in range(3)]
        return [*clients, threading.Thread(target=self.write), threading.Thread(target=self.read)]

    def _client(self) -> httpx.Client:
        headers = {"authorization": f"Bearer {self.token}", "accept": "application/json"}
        return httpx.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=GOES_ON)

    def _took(self, answer: httpx.Response) -> bool:
        if answer.status_code < 300:
            return True
        code = answer.json().get("code")
        self.refused[code] = self.refused.get(code, 0) + 1
        if answer.status_code != 503 or code not in SAID:
            self.wrong.append(answer.text)
        time.sleep(0.1)
        return False

    def post(self, client: int) -> None:
        """Take in leads one after the other, each sent again under its key until it is acknowledged."""
        with self._client() as there:
            number = 0
            while not self.over.is_set():
                key, begun = f"{client}-{number}", time.monotonic()
                body = {"source": "public_report", "summary": key}
                try:
                    answer = there.post("/leads", json=body, headers={"Idempotency-Key": key})
                except httpx.HTTPError as fault:
                    self.wrong.append(repr(fault))
                    continue
                if self._took(answer):
                    self.leads[key] = answer.json()["number"]
                    self.since.append((begun, time.monotonic()))
                    number += 1
                time.sleep(0.02)

    def read(self) -> None:
        """Look at the table of leads all the time."""
        with self._client() as there:
            while not self.over.is_set():
                try:
                    self._took(there.get("/leads"))
                except httpx.HTTPError as fault:
                    self.wrong.append(repr(fault))
                time.sleep(0.05)

    def write(self) -> None:
        """Write as another process of the product does; what is refused is not tried again."""
        number = 0
        while not self.over.is_set():
            code, told = f"organ-{number}", "saved"
            try:
                self.record.write(SYSTEM, found_organ, code=code)
            except Refusal as refusal:
                told = refusal.code
                time.sleep(0.1)
            except Exception as fault:  # noqa: BLE001  # told at the end
                self.wrong.append(repr(fault))
            self.organs[code] = told
            number += 1
            time.sleep(0.02)

    def acknowledged(self, after: float, pair: Pair) -> float:
        """When the first lead was acknowledged that was sent after a moment."""
        deadline = time.monotonic() + 2 * GOES_ON
        while time.monotonic() < deadline:
            found = [end for begun, end in self.since[-200:] if begun > after]
            if found:
                return min(found)
            time.sleep(0.02)
        raise AssertionError(
            f"nothing was acknowledged: {self.refused} {self.wrong[-3:]} {pair.primary.ask(STANDS, 'county')}"
        )


class Listener:
    """The product's listener for steps of other processes, on an event loop of its own."""

    def __init__(self, record: Record, place: UUID) -> None:
        self.live, self.place, self.loop = Live(record, 200), place, asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self.live.start(), self.loop).result(GOES_ON)

    def hears(self, seen: int) -> int:
        """The sequence once it is beyond one that was seen."""
        following = self.live.next(self.place, seen, GOES_ON)
        return asyncio.run_coroutine_threadsafe(following, self.loop).result(2 * GOES_ON)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.live.stop(), self.loop).result(GOES_ON)
        self.loop.call_soon_threadsafe(self.loop.stop)


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A primary and a synchronous standby."""
    found = Pair()
    yield found
    found.stop()


def founded(pair: Pair) -> tuple[Record, str]:
    """The small county on the pair, and the token of a dispatcher."""
    pair.primary.ask("CREATE DATABASE county")
    migrate(pair.url("county"))
    record = Record(pair.url("county"))
    small.build(record)
    grants = [GrantDraft(Role.DISPATCHER, "BUREAU", None)]
    record.write(SYSTEM, create_account, username="desk", display_name="desk", password_hash="-", grants=grants)
    return record, record.write(SYSTEM, create_token, username="desk", name="test")


def rounds(pair: Pair, load: Load, listener: Listener, lot: random.Random) -> list[float]:
    """Kill the primary again and again; gives the seconds until a step was acknowledged again."""
    lasted = []
    for _ in range(KILLS):
        load.acknowledged(time.monotonic(), pair)  # by both servers: the standby is synchronous again
        time.sleep(lot.uniform(0.2, 1.5))
        begun = time.monotonic()
        pair.fail_over(lot.uniform(0, 2))
        lasted.append(load.acknowledged(begun, pair) - begun)
        seen = listener.live.heads[listener.place]
        assert listener.hears(seen) > seen
        pair.rebuild()
    return lasted


def test_nothing_acknowledged_is_lost_and_the_server_goes_on(pair: Pair, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    record, token = founded(pair)
    place = record.county().jurisdiction_id
    pair.rebuild()
    files = DemoFiles(tmp_path / "none.db", tmp_path)
    server = start_server(files, database=pair.url("county"))
    load, listener = Load(server.address, token, record), Listener(record, place)
    threads = load.threads()
    for thread in threads:
        thread.start()
    try:
        lasted = rounds(pair, load, listener, random.Random(seed))
    finally:
        load.over.set()
        for thread in threads:
            thread.join(2 * GOES_ON)
        listener.stop()
    told = f"on again after {statistics.median(lasted):.1f} s (median), {max(lasted):.1f} s at most; refused {load.refused}"
    saved = list(load.organs.values()).count("saved")
    print(f"{told}; acknowledged: {len(load.leads)} leads, {saved} of {len(load.organs)} organs")
    check(load, record, place, server)
    assert max(lasted) <= GOES_ON, told
    record.close()


def check(load: Load, record: Record, place: UUID, server: LiveServer) -> None:
    """Every lead that was acknowledged is there once, what was refused is not, the chain is whole, the server never stopped."""
    with record.read() as session:
        found = session.execute(select(Lead.summary, Lead.number)).all()
    assert len(found) == len({row.summary for row in found}), "a lead is there twice"
    there = {row.summary: row.number for row in found}
    assert {key: there.get(key) for key in load.leads} == load.leads
    assert set(there) - set(load.leads) <= {
        f"{n}-{sum(key.startswith(f'{n}-') for key in load.leads)}" for n in range(3)
    }
    kept = organs(record)
    assert {code for code, told in load.organs.items() if told == "saved"} <= kept
    assert not {code for code, told in load.organs.items() if told == "errors_access.away"} & kept
    assert verify(record, place).whole
    assert load.wrong == []
    assert server.process.poll() is None
    log = "".join(server.log)
    server.stop()
    assert "Traceback" not in log, log[-6000:]
