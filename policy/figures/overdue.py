"""F11 overdue now, and on-time rate, by kind of deadline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from policy.figures.frames import empty, require_columns
from policy.figures.rows import COUNTY, FigureRow, Groups, numbers, shares
from policy.figures.scope import Scope
from policy.vocabulary import LeadStatus

_SETTLED = (LeadStatus.DUPLICATE, LeadStatus.REJECTED, LeadStatus.TRANSFERRED)


@dataclass(frozen=True, slots=True)
class Clock:
    """Deadlines that are counted as one: when due, when done, when it no longer mattered, and the groups they count in."""

    name: str
    due: pd.Series
    done: pd.Series
    ended: pd.Series
    early: pd.Series
    groups: Groups


def overdue(
    leads: pd.DataFrame, tasks: pd.DataFrame, scope: Scope, deadlines: pd.DataFrame | None = None
) -> list[FigureRow]:
    """F11: `overdue_<kind>` running and past due at `now` ÷ running; `on_time_<kind>` done in time ÷ due in the period.

    `recorded` are the deadlines kept as such, each kind a group of its own; a party's time is not an organ's deadline.
    """
    clocks = list(_clocks(require_columns(leads, "leads"), require_columns(tasks, "tasks"), scope))
    kept = empty("deadlines") if deadlines is None else require_columns(deadlines, "deadlines")
    recorded = recorded_clock(kept[kept["whose"] == "organ"], scope)
    return [row for clock in (*clocks, recorded, _all([*clocks, recorded])) for row in _rows(clock, scope)]


def recorded_clock(deadlines: pd.DataFrame, scope: Scope) -> Clock:
    """The recorded deadlines begun by `now`, in groups of place, organ and kind."""
    known = deadlines[deadlines["begun_at"] <= scope.moment]
    places = {COUNTY: None, "township": known["township_code"], "organ": known["organ_code"], "deadline": known["kind"]}
    done, ended = scope.happened(known["done_at"]), scope.happened(known["ended_at"])
    return Clock("recorded", known["due_at"], done, ended, known["sense"] == "earliest", places)


def on_time(clock: Clock, scope: Scope) -> tuple[pd.Series, pd.Series]:
    """Which deadlines were kept, and which are judged: due in the period, unless they ended unmet before they were due.

    Where the law says `earliest` (hearing notice, reminder before court), what was done in the period is judged, and it is
    kept when it was not done too soon.
    """
    moot = clock.done.isna() & (clock.ended < clock.due)
    latest = scope.within(clock.due) & ~moot
    judged = latest.where(~clock.early, scope.within(clock.done)) & clock.due.notna()
    kept = (clock.done <= clock.due).where(~clock.early, clock.done >= clock.due)
    return judged & kept, judged


def _clocks(leads: pd.DataFrame, tasks: pd.DataFrame, scope: Scope) -> Iterator[Clock]:
    known = leads[(leads["received_at"] <= scope.moment) & ~leads["status"].isin(_SETTLED)]
    assigned, resolved = scope.happened(known["assigned_at"]), scope.happened(known["resolved_at"])
    never = pd.Series(False, index=known.index)
    places: Groups = {COUNTY: None, "township": known["township_code"]}
    yield Clock("assign", known["assign_due_at"], assigned, resolved, never, places)
    sent = tasks[tasks["assigned_at"] <= scope.moment]
    ended, never = scope.happened(sent["ended_at"]), pd.Series(False, index=sent.index)
    places = {COUNTY: None, "township": sent["township_code"], "organ": sent["organ_code"]}
    for kind, column in (("accept", "accepted_at"), ("arrive", "arrived_at")):
        yield Clock(kind, sent[f"{kind}_due_at"], scope.happened(sent[column]), ended, never, places)


def _all(clocks: list[Clock]) -> Clock:
    """Every kind together; leads have no organ yet and count under none."""
    due, done, ended, early, township, kind = (
        pd.concat(list(parts))
        for parts in zip(
            *((c.due, c.done, c.ended, c.early, c.groups["township"], _kinds(c)) for c in clocks), strict=True
        )
    )
    return Clock("all", due, done, ended, early, {COUNTY: None, "township": township, "deadline": kind})


def _kinds(clock: Clock) -> pd.Series:
    kinds = clock.groups.get("deadline")
    return pd.Series(clock.name, index=clock.due.index, dtype=object) if kinds is None else kinds.astype(object)


def _rows(clock: Clock, scope: Scope) -> Iterator[FigureRow]:
    running = clock.due.notna() & clock.done.isna() & clock.ended.isna() & ~clock.early
    late = running & (clock.due < scope.moment)
    kept, judged = on_time(clock, scope)
    yield from numbers("F11", f"overdue_{clock.name}", late[running], running[running], _of(clock.groups, running))
    yield from shares("F11", f"on_time_{clock.name}", kept[judged], judged[judged], _of(clock.groups, judged))


def _of(groups: Groups, chosen: pd.Series) -> Groups:
    return {kind: None if key is None else key[chosen] for kind, key in groups.items()}
