"""Durable lead intake on SQLite: 8 clients through the one writer, against the same verb with a commit each."""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data import casework
from data.db import Record, Tx
from data.events import verify
from data.models import Base
from policy.vocabulary import Role
from tests.data import small

CLIENTS, SECONDS, RUNS = 8, 4.0, 3
FACTS = {"source": "public_report", "summary": "沿街占道经营", "item_code": "A1"}


def fresh(folder: str) -> Record:
    record = Record(f"sqlite:///{folder}/intake.db")
    Base.metadata.create_all(record.write_engine)
    small.build(record)
    return record


def drive(step) -> tuple[float, np.ndarray]:
    """Leads per second and the latencies in ms of `CLIENTS` threads calling `step(client)` for `SECONDS`."""
    stop, latencies = time.perf_counter() + SECONDS, [[] for _ in range(CLIENTS)]

    def client(n: int) -> None:
        while (begun := time.perf_counter()) < stop:
            step(n)
            latencies[n].append((time.perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - begun
    every = np.concatenate([np.array(part) for part in latencies])
    return len(every) / taken, every


def shared(record: Record, desk) -> tuple[float, np.ndarray]:
    county = record.county()

    def step(n: int) -> None:
        lon, lat = small.middle(n % 4)
        record.write(desk, casework.receive_lead, county=county, lon=lon, lat=lat, **FACTS)

    return drive(step)


def batched(record: Record, desk) -> tuple[float, np.ndarray]:
    county = record.county()

    def step(n: int) -> None:
        lon, lat = small.middle(n % 4)
        leads = [FACTS | {"lon": lon, "lat": lat} for _ in range(50)]
        assert len(record.write(desk, casework.receive_leads, county=county, leads=leads)) == 50

    rate, latencies = drive(step)
    return rate * 50, latencies


def single(record: Record, desk) -> tuple[float, np.ndarray]:
    """The rival: a transaction and a commit of its own for every lead, threads waiting on SQLite's lock."""
    county, lock = record.county(), threading.Lock()

    def step(n: int) -> None:
        lon, lat = small.middle(n % 4)
        with (
            lock,
            record.write_engine.connect() as connection,
            connection.begin(),
            Session(connection, join_transaction_mode="create_savepoint") as session,
        ):
            casework.receive_lead(Tx(session, desk, record.clock(), county), lon=lon, lat=lat, **FACTS)
            session.commit()

    return drive(step)


def main() -> None:
    rates: dict[str, list[float]] = {"single": [], "shared": [], "batch": []}
    tails: dict[str, list[float]] = {"single": [], "shared": [], "batch": []}
    for _ in range(RUNS):
        for name, way in (("single", single), ("shared", shared), ("batch", batched)):
            with tempfile.TemporaryDirectory() as folder:
                record = fresh(folder)
                desk = small.actor(record, Role.DISPATCHER)
                rate, latencies = way(record, desk)
                assert verify(record, record.county().jurisdiction_id).whole
                record.close()
            rates[name].append(rate)
            tails[name].append(float(np.percentile(latencies, 99)))
    base = statistics.median(rates["single"])
    for name, found in rates.items():
        rate, tail = statistics.median(found), statistics.median(tails[name])
        print(f"{name:>7}: {rate:7.0f} leads/s  p99 {tail:6.1f} ms per call  ratio {rate / base:4.1f}x")


if __name__ == "__main__":
    main()
