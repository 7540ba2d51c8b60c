"""Work in the background: so many at the same time, one at a time for whom it is, stopped, broken off, forgotten."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from data.background import AT_ONCE, KEPT, Run, Runs
from policy.errors import Refusal

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


class Record(SimpleNamespace):
    """A record as far as a run knows it: something with a clock."""

    __hash__ = object.__hash__

    def clock(self) -> datetime:
        return NOW


class Bench:
    """Work that goes on until it is let go, and how much of it goes on at the same time."""

    def __init__(self) -> None:
        self.gate, self.lock, self.busy, self.most = threading.Event(), threading.Lock(), 0, 0

    def work(self, run: Run) -> None:
        with self.lock:
            self.busy += 1
            self.most = max(self.most, self.busy)
        try:
            self.gate.wait(10)
            run.begins("later")
        finally:
            with self.lock:
                self.busy -= 1


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.gate.set()


def of(who: object) -> Run:
    return Run(owner=(who,), begun_at=NOW)


def until(true) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to that")


def test_so_many_go_on_at_the_same_time_and_the_others_wait(bench):
    runs, record = Runs[Run]("t", "errors_office.no_answer", anew=True), Record()
    begun = [runs.begin(record, of(who), bench.work) for who in range(AT_ONCE + 2)]
    until(lambda: bench.busy == AT_ONCE)
    assert all(run.running for run in begun)
    bench.gate.set()
    until(lambda: all(run.ended_at for run in begun))
    assert (bench.most, {run.step for run in begun}) == (AT_ONCE, {"later"})


def test_a_further_one_of_the_same_owner_stops_the_one_before_or_is_given_it(bench):
    anew, given = (Runs[Run]("t", "errors_office.no_answer", anew=how) for how in (True, False))
    record = Record()
    first, second = (anew.begin(record, of("A"), bench.work) for _ in range(2))
    assert (first.running, second.running, anew.newest(record, ("A",))) == (False, True, second)
    one, same = (given.begin(record, of("A"), bench.work) for _ in range(2))
    assert one is same
    bench.gate.set()
    until(lambda: first.ended_at and second.ended_at)
    assert (first.step, second.step) == (None, "later"), "what was stopped comes to no further step"


def test_who_waits_and_is_stopped_does_not_begin(bench):
    runs, record = Runs[Run]("t", "errors_office.no_answer", anew=True), Record()
    first = [runs.begin(record, of(who), bench.work) for who in range(AT_ONCE)]
    until(lambda: bench.busy == AT_ONCE)
    done: list[Run] = []
    waiting = runs.begin(record, of("late"), done.append)
    waiting.stopping.set()
    bench.gate.set()
    until(lambda: waiting.ended_at and all(run.ended_at for run in first))
    assert not done


def test_what_breaks_off_says_so_and_what_is_refused_says_why():
    runs, record = Runs[Run]("t", "errors_office.no_answer", anew=True), Record()

    def breaks(run: Run) -> None:
        raise RuntimeError

    def refuses(run: Run) -> None:
        raise Refusal("errors_office.title_missing")

    broken, refused = runs.begin(record, of("A"), breaks), runs.begin(record, of("B"), refuses)
    until(lambda: broken.ended_at and refused.ended_at)
    assert broken.refusal is not None
    assert (broken.refusal.code, broken.refusal.params["fault"]) == ("errors_office.no_answer", "RuntimeError")
    assert refused.refusal is not None
    assert refused.refusal.code == "errors_office.title_missing"


def test_one_sees_ones_own_and_the_oldest_are_forgotten():
    runs, record = Runs[Run]("t", "errors_office.no_answer", anew=True), Record()
    first = runs.begin(record, of("A"), lambda run: None)
    assert runs.newest(record, ("A",), first.key) is first
    assert runs.newest(record, ("B",), first.key) is None
    for who in range(KEPT):
        runs.begin(record, of(who), lambda run: None)
    assert runs.newest(record, ("A",)) is None
    assert runs.newest(Record(), (0,)) is None, "another record knows nothing of it"
