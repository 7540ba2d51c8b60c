"""One million n-th working days and deadlines at once, against a loop over chinesecalendar, in one run.

python bench/deadlines.py
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from policy.deadlines import due, due_many
from policy.loader import load_profile
from policy.workdays import load_calendar
from policy.zone import CHINA

SIZE, SAMPLE, SINGLE, N = 1_000_000, 5_000, 100_000, 7


def seconds(call: Callable[[], Any], times: int = 5) -> float:
    """Best of `times` runs."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begun)
    return best


def by_loop(start: date, n: int) -> date:
    """The n-th working day as one would write it with the package alone."""
    while n:
        start += timedelta(days=1)
        n -= chinese_calendar.is_workday(start)
    return start


def line(what: str, per_second: float, against: float | None = None) -> None:
    times = f"   {per_second / against:10,.0f} x the loop" if against else ""
    print(f"{what:<58}{per_second:>16,.0f} /s{times}")


def main() -> None:
    calendar, profile = load_calendar(), load_profile("jindong")
    rng = np.random.default_rng(7)
    first, last = np.datetime64("2022-01-01", "s"), np.datetime64("2026-11-30", "s")
    moments = first + rng.integers(0, (last - first).astype(np.int64), SIZE).astype("timedelta64[s]")
    days = moments.astype("datetime64[D]")
    sample = days[:SAMPLE].tolist()
    vector = calendar.nth_after_many(days, N)
    assert [d.item() for d in vector[:SAMPLE]] == [by_loop(day, N) for day in sample], "the two disagree"

    loop = SAMPLE / seconds(lambda: [by_loop(day, N) for day in sample], 3)
    line(f"loop over chinesecalendar, {N} working days ({SAMPLE:,} sampled)", loop)
    singles = days[:SINGLE].tolist()
    line(
        "calendar.nth_after, one call at a time",
        SINGLE / seconds(lambda: [calendar.nth_after(d, N) for d in singles]),
        loop,
    )
    line(f"calendar.nth_after_many, {SIZE:,} at once", SIZE / seconds(lambda: calendar.nth_after_many(days, N)), loop)
    for kind in ("preservation", "payment", "decision", "limitation", "criminal_send"):
        line(
            f"due_many({kind!r}), {SIZE:,} at once",
            SIZE / seconds(lambda kind=kind: due_many(kind, moments, profile, calendar)),
            loop,
        )
    starts = [moment.replace(tzinfo=CHINA) for moment in moments[:20_000].tolist()]
    line(
        "due('preservation'), one call at a time",
        20_000 / seconds(lambda: [due("preservation", s, profile, calendar) for s in starts], 3),
    )


if __name__ == "__main__":
    main()
