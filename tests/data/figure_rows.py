"""Leads, tasks, cases and deadlines as chance would have it, odd ones too: what holds of them holds of any."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pandas as pd

from policy.figures.frames import COLUMNS, require_columns

FIRST, DAYS = date(2026, 3, 1), 24
TOWNS = ("330703101000", "330703102000", "330703103000", None)
Rows = list[dict[str, Any]]


class Chance:
    """Moments of the span, gaps among them, and choices."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.start = pd.Timestamp(FIRST - timedelta(days=4), tz="Asia/Shanghai").tz_convert("UTC")

    def moment(self) -> pd.Timestamp:
        """A moment; on the hour now and then, so that days are met at their very edge."""
        minutes = self.random.randrange((DAYS + 8) * 24 * 60)
        minutes -= minutes % 60 if self.random.random() < 0.2 else 0
        return self.start + pd.Timedelta(minutes=minutes, microseconds=self.random.choice((0, 0, 1, 999_999)))

    def after(self, moment: Any, minutes: float, there: float = 0.8) -> Any:
        """A later moment, or none; now and then the very same."""
        if moment is pd.NaT or self.random.random() > there:
            return pd.NaT
        gap = 0 if self.random.random() < 0.03 else self.random.expovariate(1 / minutes)
        return moment + pd.Timedelta(microseconds=round(gap * 60_000_000))

    def one(self, *choices: Any) -> Any:
        """One of some."""
        return self.random.choice(choices)


def frames_of(seed: int, size: int = 300) -> dict[str, pd.DataFrame]:
    """Frames of leads, tasks, cases and deadlines."""
    chance = Chance(seed)
    leads = [_lead(chance, n) for n in range(size)]
    tasks = [_task(chance, n, chance.one(*leads)) for n in range(size)]
    made = {"leads": leads, "tasks": tasks, "cases": [_case(chance, n) for n in range(size)],
            "deadlines": [_deadline(chance) for _ in range(size)]}  # fmt: skip
    return {name: _frame(name, rows) for name, rows in made.items()}


def _frame(name: str, rows: Rows) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(rows, columns=list(COLUMNS[name]))
    for column in frame.columns:
        if column.endswith("_at"):
            frame[column] = pd.to_datetime(frame[column], utc=True)
    return require_columns(frame, name)


def _lead(chance: Chance, n: int) -> dict[str, Any]:
    received = chance.moment()
    assigned = chance.after(received, 90)
    return {
        "lead_id": f"L{n}", "township_code": chance.one(*TOWNS), "cell_code": None, "domain": None,
        "source": chance.one("grid_patrol", "hotline", "video"), "urgency": chance.one("routine", "urgent", "emergency"),
        "item_code": chance.one("A1", "A2", None), "status": chance.one("assigned", "resolved", "rejected", "duplicate"),
        "occurred_at": received - pd.Timedelta(minutes=chance.random.randrange(-3, 300)), "received_at": received,
        "assigned_at": assigned, "resolved_at": chance.after(received, 4_000, 0.7),
        "assign_due_at": chance.after(received, 300, 0.9),
    }  # fmt: skip


def _task(chance: Chance, n: int, lead: dict[str, Any]) -> dict[str, Any]:
    assigned = chance.after(lead["received_at"], 400, 1.0)
    accepted = chance.after(assigned, 20)
    arrived = chance.after(accepted, 15, 0.9)
    return {
        "task_id": f"T{n}", "lead_id": lead["lead_id"], "team_code": chance.one("W1", "E1"), "kind": "check",
        "organ_code": chance.one("O1", "O2"), "township_code": chance.one(*TOWNS), "status": "assigned",
        "urgency": chance.one("routine", "urgent", "emergency"), "settlement": chance.one("urban", "rural", None),
        "assigned_at": assigned, "accepted_at": accepted, "departed_at": pd.NaT, "arrived_at": arrived,
        "reported_at": chance.after(arrived, 200), "ended_at": chance.after(assigned, 300, 0.15),
        "accept_due_at": chance.after(assigned, 30, 0.9), "arrive_due_at": chance.after(assigned, 40, 0.9),
    }  # fmt: skip


def _case(chance: Chance, n: int) -> dict[str, Any]:
    filed = chance.moment() if chance.random.random() < 0.8 else pd.NaT
    decided = chance.after(filed, 9_000) if filed is not pd.NaT else chance.moment()
    closed = chance.after(decided, 5_000, 0.6)
    return {
        "case_id": f"C{n}", "township_code": chance.one(*TOWNS), "organ_code": "O1", "item_code": chance.one("A1", "A2"),
        "procedure": chance.one("simple", "ordinary"), "filed_at": filed,
        "decision_due_at": chance.after(filed, 9_000, 0.9), "decided_at": decided, "closed_at": closed,
        "ended_at": chance.after(filed, 9_000, 0.2), "hearing_at": pd.NaT, "review_required": False,
        "fine": chance.one(None, 0.0, 30.5, 200.0), "fine_due_at": chance.after(decided, 3_000),
        "paid_at": chance.after(decided, 3_000, 0.7),
    }  # fmt: skip


def _deadline(chance: Chance) -> dict[str, Any]:
    begun = chance.moment()
    return {
        "kind": chance.one("decision", "payment", "transfer"), "matter": "case", "township_code": chance.one(*TOWNS),
        "organ_code": chance.one("O1", "O2"), "whose": chance.one("organ", "organ", "party"),
        "sense": chance.one("latest", "latest", "earliest"), "begun_at": begun, "due_at": chance.after(begun, 5_000, 1.0),
        "done_at": chance.after(begun, 5_000, 0.6), "ended_at": chance.after(begun, 5_000, 0.2),
    }  # fmt: skip
