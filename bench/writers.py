"""Eight processes write to one SQLite record: leads through the product's writer, against two other ways to take turns.

python bench/writers.py [--processes 8] [--seconds 8] [--runs 3]

Every way runs the same verb (a lead with its number, event and head of the chain: the same rows) on the same engine (WAL, synchronous=FULL),
acknowledged after the commit, one lead after the other in each process. *ours*: `Record.write`, its file lock before BEGIN IMMEDIATE and
one connection that stays open. *file lock*: a lock around BEGIN IMMEDIATE on a connection in the caller's thread, nothing else.
*busy_timeout*: no lock, SQLite's own wait of 30 s. Any refusal or locked database is counted and printed.
"""

from __future__ import annotations

import argparse
import fcntl
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data import casework
from data.db import Record, Tx
from data.events import verify
from data.migrate import migrate
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

WARM = 5  # leads of each process before the time runs: statements are compiled once
FACTS = {"source": "public_report", "summary": "沿街占道经营", "item_code": "A1"}
Write = Callable[[int], None]


@dataclass(frozen=True)
class Found:
    """What one process met: milliseconds of each acknowledged write, refusals by what was said."""

    took: list[float]
    refused: Counter[str]


# -- three ways --------------------------------------------------------------------------------------------------------


def ours(record: Record, desk: Any) -> Write:
    county = record.county()

    def write(n: int) -> None:
        lon, lat = small.middle(n % 4)
        record.write(desk, casework.receive_lead, county=county, lon=lon, lat=lat, **FACTS)

    return write


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def plain(record: Record, desk: Any, lock: Path | None) -> Write:
    """The verb and its commit in the caller's thread."""
    county = record.county()

    def write(n: int) -> None:
        lon, lat = small.middle(n % 4)
        with (
            locked(lock) if lock else nullcontext(),
            record.write_engine.connect() as connection,
            connection.begin(),
            Session(connection, join_transaction_mode="create_savepoint") as session,
        ):
            casework.receive_lead(Tx(session, desk, record.clock(), county), lon=lon, lat=lat, **FACTS)
            session.commit()

    return write


def way(name: str, record: Record, desk: Any, folder: Path) -> Write:
    if name == "ours":
        return ours(record, desk)
    return plain(record, desk, folder / "rival.lock" if name == "file lock" else None)


WAYS = ("ours", "file lock", "busy_timeout")


# -- processes ---------------------------------------------------------------------------------------------------------


def writer(name: str, folder: Path, seconds: float, ready: Any, told: Any) -> None:
    """One process: a lead after the other until the time is over."""
    record = Record(f"sqlite:///{folder / 'writers.db'}")
    write, took, refused = way(name, record, small.actor(record, Role.DISPATCHER), folder), [], Counter()
    for n in range(WARM):
        write(n)
    ready.wait()
    n, stop = 0, time.perf_counter() + seconds
    while (begun := time.perf_counter()) < stop:
        n += 1
        try:
            write(n)
            took.append((time.perf_counter() - begun) * 1e3)
        except (Refusal, DBAPIError) as fault:
            refused[str(getattr(fault, "orig", fault))[:100]] += 1
    record.close()
    told.put(Found(took, refused))


def drive(name: str, processes: int, seconds: float) -> list[Found]:
    """What each process met on a fresh record; raises when a row is missing or the chain is not whole."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        migrate(f"sqlite:///{folder / 'writers.db'}")
        record = Record(f"sqlite:///{folder / 'writers.db'}")
        small.build(record)
        afresh = multiprocessing.get_context("forkserver")
        afresh.set_forkserver_preload(["__main__", "numpy", "data.casework", "tests.data.small"])
        ready, told = afresh.Barrier(processes), afresh.Queue()
        order = (name, folder, seconds, ready, told)
        every = [afresh.Process(target=writer, args=order, daemon=True) for _ in range(processes)]
        for one in every:
            one.start()
        found = [told.get(timeout=seconds + 120) for _ in every]
        for one in every:
            one.join(30)
        chain = verify(record, record.county().jurisdiction_id)
        assert chain.whole, chain.sentence("en")
        assert chain.events == sum(len(one.took) + WARM for one in found)
        record.close()
    return found


@dataclass(frozen=True)
class Run:
    """One run of one way, all processes together."""

    rate: float
    median: float
    p99: float
    longest: float
    refused: Counter[str]


def run(name: str, processes: int, seconds: float) -> Run:
    found = drive(name, processes, seconds)
    took = np.concatenate([np.array(one.took) for one in found])
    refused = sum((one.refused for one in found), Counter())
    p50, p99 = np.percentile(took, [50, 99])
    return Run(len(took) / seconds, float(p50), float(p99), float(took.max()), refused)


def report(runs: dict[str, list[Run]]) -> None:
    def of(name: str, what: str) -> float:
        return statistics.median(getattr(one, what) for one in runs[name])

    for name, every in runs.items():
        refused = sum((one.refused for one in every), Counter())
        ratios = ", ".join(f"{what} {of(name, what) / of('ours', what):.2f}x" for what in ("rate", "median", "p99"))
        print(
            f"{name:>12}: {of(name, 'rate'):5.0f} leads/s  p50 {of(name, 'median'):6.1f}  p99 {of(name, 'p99'):7.1f}  "
            f"longest {max(one.longest for one in every):7.1f} ms  refused {refused.total()}  ({ratios} of ours)"
        )
        for what, times in refused.most_common(3):
            print(f"{'':>14}{times} times: {what}")


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--processes", type=int, default=8)
    asked.add_argument("--seconds", type=float, default=8.0)
    asked.add_argument("--runs", type=int, default=3)
    given = asked.parse_args()
    runs: dict[str, list[Run]] = {name: [] for name in WAYS}
    for _ in range(given.runs):
        for name in WAYS:
            runs[name].append(run(name, given.processes, given.seconds))
    report(runs)
    return int(any(one.refused for one in runs["ours"]))


if __name__ == "__main__":
    sys.exit(main())
