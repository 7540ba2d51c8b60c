"""The figures of one past day from frames of many days: cut to what that day can count, then counted by the definitions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

import pandas as pd

from data.county import County
from data.queries.frames import Frames
from policy.figures.definitions import DEFINITIONS, compute_all
from policy.figures.rows import FigureRow
from policy.figures.scope import day_bounds, day_scope, rules_of
from policy.vocabulary import LeadStatus

ENDED: Final = (LeadStatus.DUPLICATE, LeadStatus.REJECTED, LeadStatus.TRANSFERRED)
MARGIN: Final = timedelta(days=2)
REPEATED: Final = frozenset({"day", "month", "quarter", "year"})
"""Groups by time: of a single day they say what the row of the county says."""
KEPT_GROUPS: Final = (
    frozenset(group for one in DEFINITIONS.values() for measure in one.measures for group in measure.groups) - REPEATED
)
"""Every other group of the definitions is kept (kpis.md)."""


def rows_of(county: County, read: Frames, day: date, figures: Collection[str] | None = None) -> list[FigureRow]:
    """The figures of a past day, or those of `figures`, as seen from its end."""
    scope = day_scope(day, rules_of(county.profile, day))
    asked = [id_ for id_ in DEFINITIONS if figures is None or id_ in figures]
    return [row for row in compute_all(touching(read, day), scope, asked) if row.group_kind in KEPT_GROUPS]


def touching(read: Frames, day: date, last: date | None = None) -> Frames:
    """Only what the figures of a day, or of the days until `last`, can count, so that a day costs what it holds: leads and tasks
    begun, ended, due or open then, shifts that overlap it, deadlines that ran then or fell due."""
    start, end = pd.Timestamp(day_bounds(day)[0]), pd.Timestamp(day_bounds(last or day)[1])
    found = dict(read)
    for name, cut in (("leads", _leads), ("tasks", _tasks), ("shifts", _shifts), ("deadlines", _deadlines)):
        if name in read:
            found[name] = read[name][cut(read[name], start, end)]
    if "leads" in read and "tasks" in read:  # a task is told apart by the source of its lead, however old that is
        leads, sent = read["leads"], found["tasks"]["lead_id"]
        missing = leads["lead_id"].isin(sent) & ~leads.index.isin(found["leads"].index)
        found["leads"] = pd.concat([found["leads"], leads[missing]]) if missing.any() else found["leads"]
    return found


def _leads(leads: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """One that was settled at once waits for nobody: it counts on the day it was received."""
    over = leads[["received_at", "resolved_at", "assign_due_at"]].max(axis=1).where(leads["resolved_at"].notna(), end)
    closed = leads["status"].isin(ENDED) & leads["resolved_at"].isna()
    return (leads["received_at"] < end) & (over >= start) & (~closed | (leads["received_at"] >= start - MARGIN))


def _tasks(tasks: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """One that was reported without having been accepted, or without anybody having arrived, still has a clock that runs."""
    run = tasks["ended_at"].isna() & (tasks["accepted_at"].isna() | tasks["arrived_at"].isna())
    over = tasks[["reported_at", "ended_at"]].min(axis=1).where(~run, end).fillna(end)
    late = tasks[["assigned_at", "accept_due_at", "arrive_due_at", "accepted_at", "arrived_at"]].max(axis=1)
    return (tasks["assigned_at"] < end) & ((over >= start) | (late >= start))


def _shifts(shifts: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    return (shifts["starts_at"] < end) & (shifts["ends_at"] > start)


def _deadlines(deadlines: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    over = deadlines[["done_at", "ended_at"]].min(axis=1).fillna(end)
    late = deadlines[["begun_at", "due_at", "done_at"]].max(axis=1)
    return (deadlines["begun_at"] < end) & ((over >= start) | (late >= start))
