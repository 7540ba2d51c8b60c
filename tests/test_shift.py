"""A shift at the desk over HTTP, shorter than `bench/shift.py` plays it: nothing lost, nothing stale, the chain whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.shift import Plan, built, shift


@pytest.mark.long
@pytest.mark.timeout(900)
def test_half_a_minute_of_a_busy_shift_loses_nothing_and_shows_nothing_stale(tmp_path: Path) -> None:
    plan = Plan(minutes=0.5, rate=50, dispatchers=3, units=40, jobs=False)
    found = shift(plan, tmp_path, built(tmp_path, days=2))
    assert (found.log.faults, found.lost, found.log.stale, found.unlike, found.chain) == ([], [], [], [], "")
    assert len(found.log.received) == sum(found.states.values()) == 25
    assert sum(found.log.acts.values()) > 25  # the desks did something with them
