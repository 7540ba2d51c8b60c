"""F11 overdue now, and on-time rate, by kind of deadline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, FigureRow, shares
from policy.figures.scope import Scope
from policy.vocabulary import LeadStatus

_SETTLED = (LeadStatus.DUPLICATE, LeadStatus.REJECTED, LeadStatus.TRANSFERRED)


@dataclass(frozen=True, slots=True)
class Clock:
    """Deadlines of one kind: when due, when done, when it no longer mattered, and the groups they count in."""

    kind: str
    due: pd.Series
    done: pd.Series
    ended: pd.Series
    township: pd.Series
    organ: pd.Series | None


def overdue(leads: pd.DataFrame, tasks: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F11: `overdue_<kind>` running and past due at `now` ÷ running; `on_time_<kind>` done in time ÷ due in the period."""
    clocks = list(_clocks(require_columns(leads, "leads"), require_columns(tasks, "tasks"), scope))
    return [row for clock in (*clocks, _all(clocks)) for row in _rows(clock, scope)]


def _clocks(leads: pd.DataFrame, tasks: pd.DataFrame, scope: Scope) -> Iterator[Clock]:
    known = leads[(leads["received_at"] <= scope.moment) & ~leads["status"].isin(_SETTLED)]
    assigned, resolved = scope.happened(known["assigned_at"]), scope.happened(known["resolved_at"])
    yield Clock("assign", known["assign_due_at"], assigned, resolved, known["township_code"], None)
    sent = tasks[tasks["assigned_at"] <= scope.moment]
    ended = scope.happened(sent["ended_at"])
    for kind, column in (("accept", "accepted_at"), ("arrive", "arrived_at")):
        reached = scope.happened(sent[column])
        yield Clock(kind, sent[f"{kind}_due_at"], reached, ended, sent["township_code"], sent["organ_code"])


def _all(clocks: list[Clock]) -> Clock:
    """Every kind together; leads have no organ yet and count under none."""

    due, done, ended, township = (
        pd.concat(list(parts), ignore_index=True)
        for parts in zip(*((c.due, c.done, c.ended, c.township) for c in clocks), strict=True)
    )
    return Clock("all", due, done, ended, township, None)


def _rows(clock: Clock, scope: Scope) -> Iterator[FigureRow]:
    timed = clock.due.notna()
    running = timed & clock.done.isna() & clock.ended.isna()
    late = running & (clock.due < scope.moment)
    moot = clock.done.isna() & (clock.ended < clock.due)  # declined or recalled before it was due
    fell_due = timed & scope.within(clock.due) & ~moot
    in_time = fell_due & (clock.done <= clock.due)
    for name, hit, of in ((f"overdue_{clock.kind}", late, running), (f"on_time_{clock.kind}", in_time, fell_due)):
        groups = {COUNTY: None, "township": clock.township[of]}
        if clock.organ is not None:
            groups["organ"] = clock.organ[of]
        for row in shares("F11", name, hit[of], of[of], groups):
            value = row.numerator if name.startswith("overdue") else row.value
            yield FigureRow("F11", name, row.group_kind, row.group_code, value, row.numerator, row.denominator)
