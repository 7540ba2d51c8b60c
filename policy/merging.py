"""综合查一次: plans of several organs for one subject within a window put together as one visit, and what that saves (D11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Due:
    """A plan's claim on one subject: by which organ, between which days."""

    subject: str
    plan: str
    organ: str
    begins_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Merging:
    """One visit for several plans: on a day of all of them, or the last first day where they lie a little apart."""

    subject: str
    plans: tuple[str, ...]
    organs: tuple[str, ...]
    on: date
    saved: int


def merge(dues: Iterable[Due], window: int) -> list[Merging]:
    """Visits to propose: for each subject, plans of different organs whose periods begin no more than `window` days after the
    earliest end of those taken so far; what saves most comes first."""
    found: list[Merging] = []
    for subject, group in groupby(
        sorted(dues, key=lambda due: (due.subject, due.begins_on, due.plan)), lambda due: due.subject
    ):
        found.extend(_of_subject(subject, list(group), window))
    return sorted(found, key=lambda one: (-one.saved, one.on, one.subject))


def _of_subject(subject: str, dues: list[Due], window: int) -> Iterable[Merging]:
    while dues:
        first, *rest = dues
        taken, latest = [first], first.ends_on
        for due in rest:
            if due.begins_on <= latest + timedelta(days=window):
                taken.append(due)
                latest = min(latest, due.ends_on)
        dues = [due for due in dues if due not in taken]
        organs = tuple(dict.fromkeys(due.organ for due in taken))
        if len(organs) > 1:
            on = max(due.begins_on for due in taken)
            yield Merging(subject, tuple(due.plan for due in taken), organs, on, len(taken) - 1)
