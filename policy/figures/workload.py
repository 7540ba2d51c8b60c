"""F24 workload: open tasks per officer on duty, hours booked, imbalance across townships."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, UNKNOWN, FigureRow, gini, ratio, seen, shares
from policy.figures.scope import Scope

HOUR = 3600.0


def workload(
    teams: pd.DataFrame, shifts: pd.DataFrame, scope: Scope, tasks: pd.DataFrame | None = None
) -> list[FigureRow]:
    """F24 as of `now`: `per_officer` and `gini` from the teams, `hours` a person booked within the period from the shifts.

    With `tasks`, who is on duty and what is open is counted at the moment of `scope`, also of a past day; without them the
    teams say it. A group with open tasks and nobody on duty has no value but keeps its numerator: it is shown, never averaged away.
    """
    teams, shifts = require_columns(teams, "teams"), require_columns(shifts, "shifts")
    teams = teams if tasks is None else at_moment(teams, shifts, require_columns(tasks, "tasks"), scope)
    groups = {COUNTY: None, "township": teams["township_code"], "team": teams["team_code"]}
    load = list(shares("F24", "per_officer", teams["open_tasks"], teams["on_duty"], groups))
    return [*load, *_imbalance(teams), *_hours(shifts, scope)]


def at_moment(teams: pd.DataFrame, shifts: pd.DataFrame, tasks: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The teams with who was on duty, and what they had open, at the moment of `scope`."""
    moment = scope.moment
    here = shifts[(shifts["starts_at"] <= moment) & (shifts["ends_at"] > moment)]
    over = (tasks["reported_at"] <= moment) | (tasks["ended_at"] <= moment)
    waiting = tasks[(tasks["assigned_at"] <= moment) & ~over]
    counted = (teams["team_code"].map(frame["team_code"].value_counts()).fillna(0) for frame in (here, waiting))
    on_duty, open_tasks = counted
    return teams.assign(on_duty=on_duty, open_tasks=open_tasks)


def _imbalance(teams: pd.DataFrame) -> Iterator[FigureRow]:
    """Gini of open tasks per officer over the townships that have somebody on duty."""
    placed = teams[teams["township_code"].notna()]
    summed = placed.groupby("township_code")[["open_tasks", "on_duty"]].sum()
    manned = summed[summed["on_duty"] > 0]
    seen("F24", "gini", placed["open_tasks"], placed["on_duty"], {COUNTY: None})
    numerator, denominator = gini(manned["open_tasks"] / manned["on_duty"])
    value = 0.0 if len(manned) and not denominator else ratio(numerator, denominator)
    yield FigureRow("F24", "gini", COUNTY, "", value, numerator, denominator)


def _hours(shifts: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    """Hours booked within the period ÷ people booked, in the county, each township and each team."""
    start, end = (pd.Timestamp(m).tz_convert("UTC") for m in (scope.start, scope.end))
    booked = shifts[(shifts["starts_at"] < end) & (shifts["ends_at"] > start)]
    begins, ends = booked["starts_at"], booked["ends_at"]
    length = ends.where(ends < end, end) - begins.where(begins > start, start)
    hours = length.dt.total_seconds() / HOUR
    groups = {COUNTY: None, "township": booked["township_code"], "team": booked["team_code"]}
    seen("F24", "hours", hours, pd.Series(True, index=hours.index), groups)
    for kind, column in ((COUNTY, None), ("township", "township_code"), ("team", "team_code")):
        yield from _hours_of(kind, hours, booked, column)


def _hours_of(kind: str, hours: pd.Series, booked: pd.DataFrame, column: str | None) -> Iterator[FigureRow]:
    if column is None:
        worked, booked_people = float(hours.sum()), float(booked["person_id"].nunique())
        yield FigureRow("F24", "hours", kind, "", ratio(worked, booked_people), worked, booked_people)
        return
    key = booked[column].where(booked[column].notna(), UNKNOWN)
    totals, people = hours.groupby(key).sum(), booked.groupby(key)["person_id"].nunique()
    for code, total, count in zip(totals.index, totals, people, strict=True):  # both sorted by the same key
        yield FigureRow("F24", "hours", kind, str(code), ratio(total, count), float(total), float(count))
