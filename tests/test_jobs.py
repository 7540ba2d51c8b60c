"""Jobs in the server: a look that falls into a run is left out and not complained of; one that lasts is named."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from jobs import runner
from jobs.table import Job
from policy.errors import Refusal


def started(monkeypatch: pytest.MonkeyPatch, work: Any, seconds: float) -> None:
    """The scheduler for some seconds with one job that looks every tenth of a second."""
    job = Job("looked_after", IntervalTrigger(seconds=1), work, at_start=True)
    monkeypatch.setattr(runner, "table", lambda _settings: (job,))
    record: Any = SimpleNamespace(clock=lambda: None)

    async def live() -> None:
        scheduler = runner.start(record, SimpleNamespace())  # type: ignore[arg-type]
        await asyncio.sleep(seconds)
        scheduler.shutdown(wait=False)

    asyncio.run(live())


def test_a_slow_run_is_never_overlapped_and_says_nothing_until_it_is_very_long(monkeypatch, caplog) -> None:
    runs, together, most = [], [0], [0]
    lock = threading.Lock()

    def work(*_told: Any) -> None:
        with lock:
            together[0] += 1
            most[0] = max(most[0], together[0])
        runs.append(time.monotonic())
        time.sleep(2.4)
        with lock:
            together[0] -= 1

    caplog.set_level(logging.WARNING)
    started(monkeypatch, work, 5.5)
    assert most == [1]
    assert len(runs) >= 2, "the next look runs again"
    assert "maximum number" not in caplog.text


def test_a_run_that_lasts_is_named_and_a_failed_one_does_not_stop_the_next(monkeypatch, caplog) -> None:
    runs = []

    def work(*_told: Any) -> None:
        runs.append(time.monotonic())
        raise ValueError("broken")

    monkeypatch.setattr(runner, "SLOW", -1.0)
    monkeypatch.setattr(runner, "REST", 0)
    caplog.set_level(logging.WARNING)
    started(monkeypatch, work, 2.5)
    assert len(runs) >= 2
    assert "job looked_after took" in caplog.text
    assert "job looked_after failed" in caplog.text


@pytest.mark.parametrize(
    ("fault", "expected"),
    [(ValueError("broken"), [0, 106]), (Refusal("errors_access.away", kind="unavailable"), [0, 100, 106])],
)
def test_a_dear_run_that_failed_rests_and_one_whose_database_was_away_does_not(monkeypatch, fault, expected) -> None:
    now, runs = [0.0], []
    monkeypatch.setattr(runner, "monotonic", lambda: now[0])

    def work(*_told: Any) -> None:
        runs.append(now[0])
        now[0] += 5
        raise fault

    record: Any = SimpleNamespace(clock=lambda: None)
    look = runner._guarded(Job("dear", IntervalTrigger(seconds=1), work), record, SimpleNamespace())  # type: ignore[arg-type]
    for now[0] in (0.0, 100.0, 106.0):
        asyncio.run(look())  # type: ignore[arg-type]
    assert runs == expected
