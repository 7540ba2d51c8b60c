"""F09 closed-loop rate, F10 closure time of leads, and what is still open by age."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, Ages, FigureRow, Groups, by_age, medians, shares
from policy.figures.scope import Scope, local_months
from policy.vocabulary import LeadStatus

HOUR: Final = 3600.0
AGES: Final[Ages] = (("open_1", 0, 1), ("open_3", 1, 3), ("open_7", 3, 7), ("open_30", 7, 30), ("open_older", 30, None))
SETTLED_OTHERWISE: Final = (LeadStatus.DUPLICATE, LeadStatus.REJECTED, LeadStatus.TRANSFERRED)


def closed_loop_rate(leads: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F09: leads received in the period and resolved by `now` ÷ received; all open leads by age beside it."""
    leads = require_columns(leads, "leads")
    received = leads[scope.within(leads["received_at"])]
    resolved = scope.happened(received["resolved_at"]).notna()
    otherwise = received["status"].isin(SETTLED_OTHERWISE) & ~resolved
    everyone = pd.Series(True, index=received.index)
    groups = _places(received)
    return [
        *shares("F09", "resolved", resolved, everyone, groups),
        *shares("F09", "settled_otherwise", otherwise, everyone, groups),
        *_open_by_age("F09", leads, scope),
    ]


def closure_time(leads: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F10, lead part, in hours: received → resolved of leads resolved in the period, median and p90; the open by age."""
    leads = require_columns(leads, "leads")
    closed = leads[scope.within(leads["resolved_at"]) & (leads["received_at"] <= scope.moment)]
    hours = (closed["resolved_at"] - closed["received_at"]).dt.total_seconds() / HOUR
    groups = {
        COUNTY: None,
        "month": local_months(closed["resolved_at"]),
        "township": closed["township_code"],
        "item": closed["item_code"],
    }
    return [*medians("F10", {"lead_closure": hours.clip(lower=0.0)}, groups), *_open_by_age("F10", leads, scope)]


def open_leads(leads: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Leads received by `now` and neither resolved by then nor settled at triage or handed on."""
    known = leads["received_at"] <= scope.moment
    resolved = scope.happened(leads["resolved_at"]).notna()
    return leads[known & ~resolved & ~leads["status"].isin(SETTLED_OTHERWISE)]


def _open_by_age(figure: str, leads: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    """How many of the open leads are of each age."""
    waiting = open_leads(leads, scope)
    days = (scope.moment - waiting["received_at"]).dt.total_seconds() / (24 * HOUR)
    return by_age(figure, AGES, days, {COUNTY: None, "township": waiting["township_code"]})


def _places(frame: pd.DataFrame) -> Groups:
    return {COUNTY: None, "township": frame["township_code"], "source": frame["source"]}
