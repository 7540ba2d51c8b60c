"""The figures of leads, tasks, cases and deadlines of many days at once (F06, F07, F09, F10, F11, F19), as their definitions say.

`policy.figures` says what each is; here it is counted for a whole history in one pass (data/figures_panel.py). The tests hold
every number of every day against the definitions, and whoever counts by it holds the newest day against them first (data/figures_many.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from data.figures_columns import NAT, Coded
from data.figures_panel import DAY, Block, Keys, Panel, Rows
from policy.figures.case_times import UNCLOSED, UNDECIDED
from policy.figures.loop import AGES, SETTLED_OTHERWISE
from policy.figures.rows import COUNTY, UNKNOWN
from policy.figures.scope import FigureRules
from policy.vocabulary import Settlement, Urgency
from policy.vocabulary_case import Procedure

FIGURES: Final = frozenset({"F06", "F07", "F09", "F10", "F11", "F19"})
MINUTE, HOUR = 60_000_000.0, 3_600_000_000.0
FEN: Final = 100.0
Columns = Mapping[str, Any]


def loop_blocks(panel: Panel, leads: Columns, tasks: Columns, rules: Sequence[FigureRules]) -> Iterator[Block]:
    """F06, F07, F09 and the part of F10 that is about leads; `rules` are those of each day."""
    yield from _response(panel, leads, tasks)
    yield from _arrivals(panel, tasks, rules)
    yield from _loop(panel, leads)


def _response(panel: Panel, leads: Columns, tasks: Columns) -> Iterator[Block]:
    for of, begun, ways in (
        (leads, "received_at", (("report", "occurred_at", "received_at"), ("assign", "received_at", "assigned_at"))),
        (tasks, "assigned_at", (("accept", "assigned_at", "accepted_at"), ("arrive", "assigned_at", "arrived_at"))),
    ):
        keys: Keys = {COUNTY: None, **{kind: of[kind] for kind in ("township", "urgency", "source")}}
        rows = Rows(panel, panel.number(of[begun]), keys)
        for measure, begin, end in ways:
            known = panel.number(of[end][rows.at]) <= rows.day
            length = np.where(known, of[end][rows.at] - of[begin][rows.at], NAT)
            yield from panel.medians("F06", measure, rows, length, MINUTE)


def _arrivals(panel: Panel, tasks: Columns, rules: Sequence[FigureRules]) -> Iterator[Block]:
    silent = np.array([one.target_urban is None or one.target_rural is None for one in rules])
    limits = np.array([[(one.target_rural or 0) * MINUTE, (one.target_urban or 0) * MINUTE] for one in rules])
    pressing = tasks["urgency"].isin([Urgency.URGENT.value, Urgency.EMERGENCY.value])
    keys: Keys = {COUNTY: None, "township": tasks["township"], "settlement": tasks["settlement"]}
    first = Rows(panel, panel.number(tasks["assigned_at"]), keys, pressing)
    urban = tasks["settlement"].isin([Settlement.URBAN.value])[first.at].astype(np.int64)
    due_at = tasks["assigned_at"][first.at] + limits[first.day, urban].astype(np.int64)
    arrived, ended = _happened(panel, tasks, "arrived_at", first), _happened(panel, tasks, "ended_at", first)
    called_off = (ended != NAT) & (arrived == NAT) & (ended < due_at)
    due = ((arrived != NAT) | (panel.number(due_at) <= first.day)) & ~called_off & ~silent[first.day]
    chosen = np.zeros(len(pressing), dtype=bool)
    chosen[first.at[due]] = True
    rows = Rows(panel, panel.number(tasks["assigned_at"]), keys, chosen)
    for block in panel.shares("F07", "in_time", rows, ((arrived != NAT) & (arrived <= due_at))[due]):
        yield block if not silent.any() else _without(block, silent)


def _without(block: Block, silent: np.ndarray) -> Block:
    """A plan that is silent on a day has no row of it."""
    here = ~silent[block.day]
    return Block(
        block.figure, block.measure, block.kind, block.names, block.day[here], block.group[here], block.value[here],
        block.numerator[here], block.denominator[here],
    )  # fmt: skip


def _happened(panel: Panel, of: Columns, name: str, rows: Rows) -> np.ndarray:
    """A moment as it was known at the end of the day of each row."""
    moments = of[name][rows.at]
    return np.where(panel.number(moments) <= rows.day, moments, NAT)


def _loop(panel: Panel, leads: Columns) -> Iterator[Block]:
    places: Keys = {COUNTY: None, "township": leads["township"], "source": leads["source"]}
    received, resolved = panel.number(leads["received_at"]), panel.number(leads["resolved_at"])
    settled = leads["status"].isin([one.value for one in SETTLED_OTHERWISE])
    rows = Rows(panel, received, places)
    done = resolved[rows.at] <= rows.day
    yield from panel.shares("F09", "resolved", rows, done)
    yield from panel.shares("F09", "settled_otherwise", rows, settled[rows.at] & ~done)
    gone = np.where(settled, received, resolved)  # one that was settled at once never waits
    by_place: Keys = {COUNTY: None, "township": leads["township"]}
    for figure in ("F09", "F10"):
        yield from panel.by_age(figure, AGES, received, gone, by_place)
    keys: Keys = {COUNTY: None, "township": leads["township"], "item": leads["item"]}
    closed = Rows(panel, resolved, keys, received <= resolved)
    length = leads["resolved_at"][closed.at] - leads["received_at"][closed.at]
    yield from panel.medians("F10", "lead_closure", closed, length, HOUR)


# -- cases ------------------------------------------------------------------------------------------------------------


def case_blocks(panel: Panel, cases: Columns) -> Iterator[Block]:
    """The part of F10 that is about cases, and F19."""
    keys: Keys = {COUNTY: None, "township": cases["township"], "item": cases["item"]}
    day = {name: panel.number(cases[f"{name}_at"]) for name in ("filed", "decided", "closed", "ended")}
    for measure, end in (("case_decision", "decided"), ("case_closure", "closed")):
        rows = Rows(panel, day[end], keys, day["filed"] <= day[end])
        length = cases[f"{end}_at"][rows.at] - cases["filed_at"][rows.at]
        yield from panel.medians("F10", measure, rows, length, float(DAY))
    yield from _decided_in_time(panel, cases, keys, day)
    places: Keys = {COUNTY: None, "township": cases["township"]}
    over = np.minimum(day["closed"], day["ended"])
    for ages, end in ((UNDECIDED, np.minimum(day["decided"], over)), (UNCLOSED, over)):
        yield from panel.by_age("F10", ages, day["filed"], end, places)
    yield from _penalties(panel, cases, keys)


def _decided_in_time(panel: Panel, cases: Columns, keys: Keys, day: Mapping[str, np.ndarray]) -> Iterator[Block]:
    """Decided on the day, and those whose limit ran out on it: never the same one twice on one day."""
    due, due_day = cases["decision_due_at"], panel.number(cases["decision_due_at"])
    late = ~_by(cases["decided_at"], due) & ~_by(cases["ended_at"], due) & (due_day != day["decided"])
    there = due != NAT
    chosen = np.concatenate([there & (day["filed"] <= day["decided"]), there & late & (day["filed"] <= due_day)])
    twice: Keys = {kind: None if key is None else Coded(np.tile(key.codes, 2), key.names) for kind, key in keys.items()}
    rows = Rows(panel, np.concatenate([day["decided"], due_day]), twice, chosen)
    kept = np.concatenate([_by(cases["decided_at"], due), np.zeros(len(due), dtype=bool)])
    yield from panel.shares("F10", "decided_in_time", rows, kept[rows.at])


def _by(moments: np.ndarray, due: np.ndarray) -> np.ndarray:
    """Which moments have come, and by when they were due."""
    found: np.ndarray = (moments != NAT) & (moments <= due)
    return found


def _penalties(panel: Panel, cases: Columns, keys: Keys) -> Iterator[Block]:
    decided = Rows(panel, panel.number(cases["decided_at"]), keys)
    fen = cases["fine"][decided.at].astype(np.float64)
    yield from panel.shares("F19", "simple", decided, cases["procedure"].isin([Procedure.SIMPLE.value])[decided.at])
    yield from panel.numbers("F19", "fines", decided, fen, fen > 0, FEN)
    due = Rows(panel, panel.number(cases["fine_due_at"]), keys, cases["fine"] > 0)
    yield from panel.shares("F19", "paid_in_time", due, _by(cases["paid_at"], cases["fine_due_at"])[due.at])


# -- clocks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clock:
    """Deadlines counted as one (policy/figures/overdue.py): begun, due, done, ended, and the groups they count in."""

    name: str
    begun: np.ndarray
    due: np.ndarray
    done: np.ndarray
    ended: np.ndarray
    early: np.ndarray
    keys: Keys


@dataclass(frozen=True, slots=True)
class Counted:
    """A clock in one kind of group, a number for every day and group: late and running, kept and judged."""

    names: tuple[str, ...]
    numbers: tuple[np.ndarray, ...]


def clock_blocks(panel: Panel, leads: Columns, tasks: Columns, deadlines: Columns) -> Iterator[Block]:
    """F11: running and late, and kept of those judged, by clock and for all of them together."""
    of_all: dict[str, list[Counted]] = {COUNTY: [], "township": [], "deadline": []}
    for clock in _clocks(leads, tasks, deadlines):
        counted = dict(_counted(panel, clock))
        yield from _blocks(panel, clock.name, counted)
        alone = Counted((clock.name, UNKNOWN), tuple(_beside(one) for one in counted[COUNTY].numbers))
        for kind, parts in of_all.items():
            parts.append(counted.get(kind, alone))
    yield from _blocks(panel, "all", {kind: _added(panel, parts) for kind, parts in of_all.items()})


def _clocks(leads: Columns, tasks: Columns, deadlines: Columns) -> Iterator[Clock]:
    known = np.flatnonzero(~leads["status"].isin([one.value for one in SETTLED_OTHERWISE]))
    at = {name: leads[f"{name}_at"][known] for name in ("received", "assign_due", "assigned", "resolved")}
    no = np.zeros(len(known), dtype=bool)
    places: Keys = {COUNTY: None, "township": leads["township"].take(known)}
    yield Clock("assign", at["received"], at["assign_due"], at["assigned"], at["resolved"], no, places)
    no = np.zeros(len(tasks["assigned_at"]), dtype=bool)
    places = {COUNTY: None, "township": tasks["township"], "organ": tasks["organ"]}
    for name, done in (("accept", "accepted_at"), ("arrive", "arrived_at")):
        yield Clock(name, tasks["assigned_at"], tasks[f"{name}_due_at"], tasks[done], tasks["ended_at"], no, places)
    ours = np.flatnonzero(deadlines["whose"].isin(["organ"]))
    begun, due, met, over = (deadlines[f"{name}_at"][ours] for name in ("begun", "due", "done", "ended"))
    groups = {"township": "township", "organ": "organ", "deadline": "kind"}
    keys: Keys = {COUNTY: None, **{kind: deadlines[name].take(ours) for kind, name in groups.items()}}
    yield Clock("recorded", begun, due, met, over, deadlines["sense"].isin(["earliest"])[ours], keys)


def _counted(panel: Panel, clock: Clock) -> Iterator[tuple[str, Counted]]:
    begun, done, ended = (panel.number(part) for part in (clock.begun, clock.done, clock.ended))
    due_day = panel.number(clock.due)
    latest = np.flatnonzero((clock.due != NAT) & ~clock.early)
    over = np.minimum(done, ended)[latest]
    late_from = np.maximum(begun[latest], panel.number(clock.due[latest] + 1))
    moot = (done > due_day) & (ended <= due_day) & (clock.ended < clock.due)
    judged = np.where(clock.early, begun <= done, (begun <= due_day) & ~moot) & (clock.due != NAT)
    rows = Rows(panel, np.where(clock.early, done, due_day), clock.keys, judged)
    due = clock.due[rows.at]
    kept = (done[rows.at] <= rows.day) & np.where(
        clock.early[rows.at], clock.done[rows.at] >= due, clock.done[rows.at] <= due
    )
    for kind, key in clock.keys.items():
        group = None if key is None else key.take(latest)
        late, running = panel.waiting(late_from, over, group), panel.waiting(begun[latest], over, group)
        yield kind, Counted(rows.names(kind), (late, running, rows.sums(kind, kept), rows.sums(kind)))


def _blocks(panel: Panel, name: str, counted: Mapping[str, Counted]) -> Iterator[Block]:
    for kind, found in counted.items():
        late, running, kept, judged = found.numbers
        yield panel.held("F11", f"overdue_{name}", kind, found.names, late, running)
        yield panel.ratio("F11", f"on_time_{name}", kind, found.names, kept, judged)


def _beside(numbers: np.ndarray) -> np.ndarray:
    """The county's numbers as those of one group, with nothing of unknown kind."""
    return np.stack([numbers, np.zeros_like(numbers)], axis=1).ravel()


def _added(panel: Panel, parts: Sequence[Counted]) -> Counted:
    """Several clocks as one, group by group."""
    if all(part.names == ("",) for part in parts):
        return Counted(("",), tuple(np.sum([part.numbers[n] for part in parts], axis=0) for n in range(4)))
    names = (*dict.fromkeys(name for part in parts for name in part.names[:-1]), UNKNOWN)
    sums = [np.zeros((panel.days, len(names))) for _ in range(4)]
    for part in parts:
        place = [names.index(name) for name in part.names]
        for total, numbers in zip(sums, part.numbers, strict=True):
            total[:, place] += numbers.reshape(panel.days, len(part.names))
    return Counted(names, tuple(total.ravel() for total in sums))
