"""F06 times to report, assign, accept and arrive; F07 arrival in time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, FigureRow, Groups, medians, shares
from policy.figures.scope import Scope, local_days
from policy.vocabulary import Settlement, Urgency

MINUTE = 60.0


def response_times(leads: pd.DataFrame, tasks: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F06 in minutes, median and p90: occurred→received→assigned of leads received, assigned→accepted, →arrived of tasks."""
    leads, tasks = require_columns(leads, "leads"), require_columns(tasks, "tasks")
    source = leads.set_index("lead_id")["source"]
    leads = leads[scope.within(leads["received_at"])]
    tasks = tasks[scope.within(tasks["assigned_at"])]
    of_leads = _groups(leads, leads["received_at"], leads["source"])
    of_tasks = _groups(tasks, tasks["assigned_at"], tasks["lead_id"].map(source))
    lead_times = {
        "report": _minutes(leads, "occurred_at", "received_at", scope),
        "assign": _minutes(leads, "received_at", "assigned_at", scope),
    }
    task_times = {
        "accept": _minutes(tasks, "assigned_at", "accepted_at", scope),
        "arrive": _minutes(tasks, "assigned_at", "arrived_at", scope),
    }
    return [*medians("F06", lead_times, of_leads), *medians("F06", task_times, of_tasks)]


def arrival_in_time(tasks: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F07 (JD 二(四)12): urgent and emergency tasks reached within the target of their cell ÷ all that were due.

    Due are those whose target has run out by `now`, or that were reached before; never reached counts as missed. A task
    that was declined, recalled or expired before its target ran out was not due. A silent plan gives no rows.
    """
    tasks = require_columns(tasks, "tasks")
    rules = scope.rules
    if rules.target_urban is None or rules.target_rural is None:
        return []
    pressing = tasks["urgency"].isin([Urgency.URGENT, Urgency.EMERGENCY])
    tasks = tasks[pressing & scope.within(tasks["assigned_at"])]
    target = np.where(tasks["settlement"] == Settlement.URBAN, rules.target_urban, rules.target_rural)
    limit = pd.to_timedelta(pd.Series(target * MINUTE, index=tasks.index), unit="s")
    due_at = tasks["assigned_at"] + limit
    arrived, ended = scope.happened(tasks["arrived_at"]), scope.happened(tasks["ended_at"])
    called_off = ended.notna() & arrived.isna() & (ended < due_at)
    due = (arrived.notna() | (due_at <= scope.moment)) & ~called_off
    tasks, met = tasks[due], (arrived <= due_at)[due]
    everyone = pd.Series(True, index=tasks.index)
    groups = {
        COUNTY: None,
        "day": local_days(tasks["assigned_at"]),
        "township": tasks["township_code"],
        "settlement": tasks["settlement"],
    }
    return list(shares("F07", "in_time", met, everyone, groups))


def _minutes(frame: pd.DataFrame, begin: str, end: str, scope: Scope) -> pd.Series:
    """Minutes from `begin` to `end`, NaN where the end has not happened by `now`; a clock set back counts as 0."""
    length = (scope.happened(frame[end]) - frame[begin]).dt.total_seconds() / MINUTE
    return length.clip(lower=0.0)


def _groups(frame: pd.DataFrame, began: pd.Series, source: pd.Series) -> Groups:
    return {
        COUNTY: None,
        "day": local_days(began),
        "township": frame["township_code"],
        "urgency": frame["urgency"],
        "source": source,
    }
