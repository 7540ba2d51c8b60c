"""F10, case part: filed → decided with the share within the recorded limit (PL 60), filed → closed, and what is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, Ages, FigureRow, Groups, by_age, medians, shares
from policy.figures.scope import Scope, local_months

DAY: Final = 86400.0
UNDECIDED: Final[Ages] = (
    ("undecided_30", 0, 30), ("undecided_60", 30, 60), ("undecided_90", 60, 90), ("undecided_older", 90, None),
)  # fmt: skip
UNCLOSED: Final[Ages] = (("unclosed_60", 0, 60), ("unclosed_180", 60, 180), ("unclosed_older", 180, None))


def case_times(cases: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F10 in days: decisions and closures of the period, median and p90; those undecided and those unclosed by age.

    `decided_in_time` is of the cases decided in the period and of those whose limit ran out in it undecided: a case that
    is never decided is not left out. On-the-spot penalties are not filed and not counted.
    """
    cases = require_columns(cases, "cases")
    filed = cases[cases["filed_at"] <= scope.moment]
    rows: list[FigureRow] = []
    for measure, end in (("case_decision", "decided_at"), ("case_closure", "closed_at")):
        done = filed[scope.within(filed[end])]
        rows += medians("F10", {measure: _days(done["filed_at"], done[end])}, _groups(done, done[end]))
    return [*rows, *_in_time(filed, scope), *_open(filed, scope)]


def _in_time(filed: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    decided, due = scope.happened(filed["decided_at"]), filed["decision_due_at"]
    left = scope.happened(filed["ended_at"])
    missed = scope.within(due) & ~(decided <= due) & ~(left <= due)
    counted = due.notna() & (scope.within(decided) | missed)
    of = filed[counted]
    hit = (decided <= due)[counted]
    when = decided.where(decided.notna(), due)[counted]
    yield from shares("F10", "decided_in_time", hit, pd.Series(True, index=of.index), _groups(of, when))


def _open(filed: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    left = scope.happened(filed["ended_at"]).notna()
    for ages, end in ((UNDECIDED, "decided_at"), (UNCLOSED, "closed_at")):
        waiting = filed[scope.happened(filed[end]).isna() & scope.happened(filed["closed_at"]).isna() & ~left]
        days = (scope.moment - waiting["filed_at"]).dt.total_seconds() / DAY
        yield from by_age("F10", ages, days, {COUNTY: None, "township": waiting["township_code"]})


def _days(begin: pd.Series, end: pd.Series) -> pd.Series:
    return ((end - begin).dt.total_seconds() / DAY).clip(lower=0.0)


def _groups(frame: pd.DataFrame, when: pd.Series) -> Groups:
    months, township, item = local_months(when), frame["township_code"], frame["item_code"]
    return {COUNTY: None, "month": months, "township": township, "item": item}
