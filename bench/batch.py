"""All normal leads to all teams at once against one lead after the other, in one run: medians, ratio, minutes saved.

python bench/batch.py [--repeat 7]

A made-up county of fifteen townships: half of the leads are to be checked by anybody near, half handled by who is competent; two
teams of three keep to their township, one of four to its domain. Counts as on a quiet day, on a busy one, and far beyond.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from policy.batch import Board, OpenLead, Rules, assign, one_by_one, propose, set_up, totals
from policy.eligibility import OfficerFacts, TaskFacts, TeamFacts
from policy.ranking import RecommendationRules, Weights
from policy.vocabulary import OrganKind, PersonKind, TaskKind

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
SIZES = ((50, 40), (200, 120), (2_000, 300), (2_000, 800))
TOWNS, DOMAINS, CELLS = 15, 20, 361
RULES = Rules(Weights(), RecommendationRules(target_urban=5, target_rural=15), NOW)


def teams(rng: np.random.Generator, count: int) -> list[TeamFacts]:
    until = NOW + timedelta(days=30)
    people = tuple(
        OfficerFacts(f"p{n}", f"甲{n}", PersonKind.OFFICER, f"浙G{n}", NOW - timedelta(days=9), until) for n in range(3)
    )
    return [
        TeamFacts(
            str(n),
            f"T{n:03}",
            f"{n}队",
            "town",
            OrganKind.TOWNSHIP,
            frozenset({f"t{n % TOWNS}"}) if n % 3 else frozenset(),
            frozenset({f"d{n % DOMAINS}"}) if n % 4 == 0 else frozenset(),
            people,
            open_tasks=int(rng.integers(0, 2)),
            known_cells={f"c{cell}": int(rng.integers(1, 12)) for cell in rng.integers(0, CELLS, 5)},
        )
        for n in range(count)
    ]


def leads(rng: np.random.Generator, count: int) -> list[OpenLead]:
    kinds, places = (TaskKind.VERIFY, TaskKind.HANDLE), ("urban", "rural")
    found = []
    for n in range(count):
        cell = int(rng.integers(CELLS))
        town = f"t{cell % TOWNS}"
        task = TaskFacts(
            kinds[int(rng.integers(2))],
            domain=f"d{rng.integers(DOMAINS)}",
            cell_chain=(f"c{cell}", town),
            township_code=town,
            settlement=places[cell % 2],
        )
        found.append(OpenLead(f"L{n:04}", task))
    return found


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    begin, busy = time.perf_counter(), time.thread_time()
    call()
    return time.perf_counter() - begin, time.thread_time() - busy


def in_turns(repeat: int, calls: dict[str, Callable[[], object]]) -> dict[str, list[tuple[float, float]]]:
    """One after the other, again and again, so that a busy machine slows all alike."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(repeat):
        for name, call in calls.items():
            took[name].append(timed(call))
    return took


def measure(count: int, force: int, repeat: int) -> None:
    rng = np.random.default_rng(3)
    some, all_teams = leads(rng, count), teams(rng, force)
    here, there = rng.uniform(0, 40, (count, 2)), rng.uniform(0, 40, (force, 2))
    minutes = np.linalg.norm(here[:, None] - there[None], axis=2) * 1.3 / 40 * 60

    def board() -> Board:
        return set_up(some, all_teams, minutes, RULES)

    ready = board()
    assign(ready)
    took = in_turns(
        repeat,
        {
            "who may and what it is worth": board,
            "all at once": lambda: assign(ready),
            "one by one": lambda: one_by_one(ready),
            "with every reason": lambda: propose(board()),
        },
    )
    print(f"{count:,} leads, {force} teams, {int(ready.room.sum())} places")
    for name, times in took.items():
        clock, work = (statistics.median(one) * 1e3 for one in zip(*times, strict=True))
        print(f"  {name}: {clock:.1f} ms, {work:.1f} ms of work")
    ratio = statistics.median(a[1] / b[1] for a, b in zip(took["all at once"], took["one by one"], strict=True))
    ours, theirs = totals(ready, assign(ready)), totals(ready, one_by_one(ready))
    print(f"  solved in {ratio:.1f} times the work of one by one")
    for name, found in (("all at once", ours), ("one by one", theirs)):
        print(
            f"  {name}: {found.placed} placed, {found.minutes:,.0f} minutes on the road, {found.late} beyond the target,"
            f" load {found.lightest}-{found.heaviest} (deviation {found.spread:.2f}), objective {found.cost:.2f}"
        )
    dearer = theirs.cost / ours.cost - 1 if ours.placed == theirs.placed else float("nan")
    less = 1 - ours.minutes / theirs.minutes
    print(f"  one by one is {dearer:.1%} dearer; saved: {theirs.minutes - ours.minutes:,.0f} minutes ({less:.0%})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=7)
    given = parser.parse_args()
    for count, force in SIZES:
        measure(count, force, given.repeat)


if __name__ == "__main__":
    main()
