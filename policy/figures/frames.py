"""What the figures read: the columns of every frame, checked on arrival.

All moments are timezone-aware UTC pandas timestamps, NaT where something has not happened or has no end. Columns that
end a validity (`valid_to`, `certified_to`, `employed_to`) hold the last day, any moment of it: a row holds on a day D
when it begins before D is over and does not end before D begins (days of Asia/Shanghai).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

PEOPLE: Final = (
    "person_id",  # unique
    "kind",  # PersonKind
    "home_organ_code",
    "home_organ_kind",  # OrganKind
    "home_township_code",  # the township the home organ is of or sits in (own staff, fire station), else None
    "team_field",  # professional field or None
    "certified_from",
    "certified_to",  # NaT with a certified_from: no certificate
    "employed_from",
    "employed_to",
)
POSTINGS: Final = ("person_id", "mode", "township_code", "valid_from", "valid_to", "seconded")
LEADS: Final = (
    "lead_id", "township_code", "cell_code", "source", "urgency", "domain", "item_code", "status",
    "occurred_at", "received_at", "assigned_at", "resolved_at", "assign_due_at",
)  # fmt: skip
TASKS: Final = (
    "task_id", "lead_id", "team_code", "organ_code", "township_code", "kind", "urgency", "settlement", "status",
    "assigned_at", "accepted_at", "departed_at", "arrived_at", "reported_at", "ended_at", "accept_due_at", "arrive_due_at",
)  # fmt: skip
TEAMS: Final = ("team_code", "organ_code", "township_code", "on_duty", "open_tasks")
SHIFTS: Final = ("person_id", "team_code", "township_code", "starts_at", "ends_at")

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "people": PEOPLE,
    "postings": POSTINGS,
    "leads": LEADS,
    "tasks": TASKS,
    "teams": TEAMS,
    "shifts": SHIFTS,
}
"""Frame → columns. `tasks.ended_at`: when a task was declined, recalled or expired; `teams.on_duty`: officers on duty
now, `teams.open_tasks`: tasks not yet reported or ended; `township_code` None: unlocated lead, county-wide team."""

_MOMENT_ENDINGS: Final = ("_at", "_from", "_to")


def moments(name: str) -> tuple[str, ...]:
    """The columns of frame `name` that hold moments."""
    return tuple(column for column in COLUMNS[name] if column.endswith(_MOMENT_ENDINGS))


def require_columns(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """`frame` with exactly the columns of `name`, moments as UTC; raises ValueError naming what is missing or naive."""
    missing = [column for column in COLUMNS[name] if column not in frame.columns]
    if missing:
        raise ValueError(f"frame {name}: columns missing: {', '.join(missing)}")
    changed = {column: _utc(frame[column], name) for column in moments(name) if not _is_utc(frame[column])}
    return frame.assign(**changed) if changed else frame


def empty(name: str) -> pd.DataFrame:
    """A frame `name` without rows, with the right types."""
    return require_columns(pd.DataFrame(columns=list(COLUMNS[name])), name)


def _is_utc(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.DatetimeTZDtype) and str(column.dtype.tz) == "UTC"


def _utc(column: pd.Series, name: str) -> pd.Series:
    """Aware moments of another zone, and all-empty columns, as UTC; naive ones are refused."""
    filled = column.dropna()
    naive = pd.api.types.is_datetime64_dtype(column.dtype) or any(getattr(v, "tzinfo", True) is None for v in filled)
    if naive and len(filled):
        raise ValueError(f"frame {name}: column {column.name} has moments without a time zone")
    return pd.to_datetime(column, utc=True)
