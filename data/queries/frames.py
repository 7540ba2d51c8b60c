"""Frames for the figures (policy/figures/frames.py says the columns): read once, computed for any day.

A frame holds what was true when: validities and moments, so that a past day is counted from the same rows as today. Only
`teams` is of this moment; with `tasks` and `shifts` beside it F24 counts an earlier one from its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import pandas as pd
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from data.county import County
from data.deadlines import OPEN
from data.models import Deadline, Item, Lead, Organ, Task, Team
from data.models.matter import LEAD_WAITS, TASK_RUNS
from data.queries import frames_between as between
from data.queries import frames_cases as of_cases
from data.queries import frames_force as force
from data.queries import frames_items as of_items
from data.queries.frames_inspections import inspection_frames
from data.queries.frames_read import Reading, any_of, read_frame
from data.queries.patrol_frames import patrols_frame, villages_frame
from policy.figures.definitions import DEFINITIONS, definition

Frames = dict[str, pd.DataFrame]
FORCE: Final = ("people", "certificates", "postings")


def _leads(reading: Reading) -> pd.DataFrame:
    columns = (Lead.number, Lead.township_code, Lead.cell_code, Lead.source, Lead.urgency, Lead.domain, Item.code,
               Lead.status, Lead.occurred_at, Lead.received_at, Lead.assigned_at, Lead.resolved_at, Lead.assign_due_at)  # fmt: skip
    query = select(*columns).outerjoin(Item, Item.id == Lead.item_id)
    query = query.where(Lead.jurisdiction_id == reading.county.jurisdiction_id)
    since = reading.since
    if since is not None:
        mine = Task.jurisdiction_id == reading.county.jurisdiction_id
        sent = select(Task.lead_id).where(mine, Task.assigned_at >= since)
        reasons = (Lead.received_at >= since, Lead.resolved_at >= since, LEAD_WAITS, Lead.id.in_(sent))
        query = query.where(any_of(reading, Lead, *reasons))
    return read_frame(reading, query, "leads")


def _tasks(reading: Reading) -> pd.DataFrame:
    columns = (Task.number, Lead.number, Team.code, Organ.code, Task.township_code, Task.kind, Task.urgency,
               Task.settlement, Task.status, Task.assigned_at, Task.accepted_at, Task.departed_at, Task.arrived_at,
               Task.reported_at, Task.ended_at, Task.accept_due_at, Task.arrive_due_at)  # fmt: skip
    query = (
        select(*columns)
        .join(Lead, Lead.id == Task.lead_id)
        .join(Team, Team.id == Task.team_id)
        .join(Organ, Organ.id == Team.organ_id)
        .where(Task.jurisdiction_id == reading.county.jurisdiction_id)
    )
    since = reading.since
    if since is not None:
        later = (Task.assigned_at >= since, Task.reported_at >= since, Task.ended_at >= since)
        query = query.where(any_of(reading, Task, *later, TASK_RUNS))
    return read_frame(reading, query, "tasks")


def _deadlines(reading: Reading) -> pd.DataFrame:
    """What runs, and what was due, done or ended since."""
    columns = (Deadline.kind, Deadline.matter, Deadline.township_code, Deadline.organ_code, Deadline.whose, Deadline.sense,
               Deadline.begun_at, Deadline.due_at, Deadline.done_at, Deadline.ended_at, Deadline.matter_number)  # fmt: skip
    query = select(*columns).where(Deadline.jurisdiction_id == reading.county.jurisdiction_id)
    since = reading.since
    if since is not None:
        later = (Deadline.due_at >= since, Deadline.done_at >= since, Deadline.ended_at >= since)
        query = query.where(any_of(reading, Deadline, and_(*OPEN), *later))
    return read_frame(reading, query, "deadlines")


def _villages(reading: Reading) -> pd.DataFrame:
    return villages_frame(reading.session, reading.county)


def _patrols(reading: Reading) -> pd.DataFrame:
    """Patrols as far back as the cycle reaches from the first day that counts."""
    cycle = reading.county.profile.get("patrol.cycle", reading.now.date())
    back = timedelta(days=int(cycle.value) if cycle else 0)
    return patrols_frame(reading.session, reading.county, reading.since and reading.since - back)


INSPECTION: Final = ("inspection_items", "inspected_items", "inspections", "subjects")
READERS: Final[Mapping[str, Callable[[Reading], pd.DataFrame]]] = {
    "people": force.people,
    "certificates": force.certificates,
    "postings": force.postings,
    "leads": _leads,
    "tasks": _tasks,
    "teams": force.teams,
    "shifts": force.shifts,
    "training": force.training,
    "townships": of_items.townships,
    "communities": force.communities,
    "villages": _villages,
    "village_officers": force.village_officers,
    "posts": force.posts,
    "post_holders": force.post_holders,
    "equipment": force.equipment,
    "patrols": _patrols,
    "cases": of_cases.cases,
    "reviews": of_cases.reviews,
    "remedies": of_cases.remedies,
    "file_reviews": of_cases.file_reviews,
    "cards": of_cases.cards,
    "deadlines": _deadlines,
    "transfers": between.transfers,
    "assistance": between.assistance,
    "meetings": between.meetings,
    "steps": between.steps,
    "domains": of_items.domains,
    "items": of_items.items,
    "delegations": of_items.delegations,
    "scenarios": of_items.scenarios,
}
"""How each frame is read, but for those of inspections, which are read together; `coverage` is not kept in rows and is worked out when asked for (data/queries/coverage_figures.py)."""

KNOWN: Final = frozenset((*READERS, *INSPECTION))


def frames_of(ids: Iterable[str] = tuple(DEFINITIONS)) -> frozenset[str]:
    """The frames that the figures `ids` are counted from."""
    asked = [definition(id_) for id_ in ids]
    return frozenset(name for one in asked for name in (*one.sources, *one.adds)) & KNOWN


def frames(
    session: Session,
    county: County,
    now: datetime,
    *,
    days: int | None = None,
    only: Collection[str] | None = None,
) -> Frames:
    """Everything the figures read, or the frames `only`; leads, tasks, cases and steps of the last `days` and all that is still
    open (None: all of them)."""
    reading = Reading(session, county, now, None if days is None else now - timedelta(days=days))
    wanted = KNOWN if only is None else KNOWN & set(only)
    found = {name: read(reading) for name, read in READERS.items() if name in wanted}
    return found | (dict(inspection_frames(session, county)) if wanted & set(INSPECTION) else {})


def force_frames(session: Session, county: County) -> Frames:
    """People, certificates and postings alone: what F01 and F02 are counted from."""
    reading = Reading(session, county, datetime.max.replace(tzinfo=UTC))  # none of these asks for the moment
    return {name: READERS[name](reading) for name in FORCE}
