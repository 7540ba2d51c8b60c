"""Frames for the figures (policy/figures/frames.py says the columns): read once, computed for any day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import pandas as pd
from sqlalchemy import Select, String, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from data.county import County
from data.models import (
    DISPATCH_ROOM,
    Certificate,
    Item,
    Lead,
    Organ,
    Person,
    Posting,
    Shift,
    Task,
    Team,
    Unit,
    UtcDateTime,
)
from data.queries.deadlines import deadline_frame_query
from data.queries.force import organ_kind
from data.queries.frames_inspections import inspection_frames
from data.queries.patrol_frames import patrols_frame, villages_frame
from policy.figures.frames import COLUMNS, require_columns
from policy.lifecycle import OPEN_TASKS

Frames = dict[str, pd.DataFrame]
ZONE: Final = "Asia/Shanghai"


def _plain(session: Session, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same query with moments as SQLite keeps them, text: a column is then read at once, not value by value."""
    if session.get_bind().dialect.name != "sqlite":
        return query
    columns = [type_coerce(c, String) if isinstance(c.type, UtcDateTime) else c for c in query.selected_columns]
    return query.with_only_columns(*columns, maintain_column_froms=True)


def _frame(session: Session, query: Select[*tuple[Any, ...]], name: str) -> pd.DataFrame:
    rows = session.execute(_plain(session, query)).all()
    frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(COLUMNS[name]))
    for column in frame.columns:
        if column.endswith(("_at", "_from", "_to", "_due_at")):
            frame[column] = _moments(frame[column])
    return require_columns(frame, name)


def _moments(column: pd.Series) -> pd.Series:
    """Moments as UTC; dates as the last moment of that day (ends) — callers give starts as they are."""
    text = column.notna().any() and isinstance(column[column.first_valid_index()], str)
    return pd.to_datetime(column, utc=True, format="%Y-%m-%d %H:%M:%S.%f" if text else None)


def _start(day: date | None) -> pd.Timestamp | None:
    return None if day is None else pd.Timestamp(day, tz=ZONE)


def _people(session: Session, county: County) -> pd.DataFrame:
    certificates: dict[Any, Certificate] = {}
    rows = session.scalars(select(Certificate).where(Certificate.jurisdiction_id == county.jurisdiction_id))
    for row in sorted(rows, key=lambda c: c.valid_to):
        certificates[row.person_id] = row
    query = select(Person, Organ).join(Organ, Organ.id == Person.organ_id)
    records = []
    for person, organ in session.execute(query.where(Person.jurisdiction_id == county.jurisdiction_id)):
        card = certificates.get(person.id)
        records.append(
            (
                str(person.id), person.kind, organ.code, organ_kind(organ.kind).value, organ.township_code, organ.field,
                card.valid_from if card else None, card.valid_to if card else None,
                _start(person.employed_from), _start(person.employed_to),
            )
        )  # fmt: skip
    return require_columns(_typed(pd.DataFrame.from_records(records, columns=list(COLUMNS["people"]))), "people")


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    for column in frame.columns:
        if column.endswith(("_at", "_from", "_to")):
            frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame


def _postings(session: Session, county: County) -> pd.DataFrame:
    query = select(
        Posting.person_id, Posting.mode, Posting.township_code, Posting.valid_from, Posting.valid_to, Posting.seconded
    ).where(Posting.jurisdiction_id == county.jurisdiction_id)
    records = [(str(r[0]), r[1], r[2], _start(r[3]), _start(r[4]), r[5]) for r in session.execute(query)]
    return require_columns(_typed(pd.DataFrame.from_records(records, columns=list(COLUMNS["postings"]))), "postings")


def force_frames(session: Session, county: County) -> Frames:
    """People and postings alone: what F01 and F02 are counted from."""
    return {"people": _people(session, county), "postings": _postings(session, county)}


def _leads(session: Session, county: County, since: datetime | None) -> pd.DataFrame:
    columns = (Lead.number, Lead.township_code, Lead.cell_code, Lead.source, Lead.urgency, Lead.domain, Item.code,
               Lead.status, Lead.occurred_at, Lead.received_at, Lead.assigned_at, Lead.resolved_at, Lead.assign_due_at)  # fmt: skip
    query = select(*columns).outerjoin(Item, Item.id == Lead.item_id)
    query = query.where(Lead.jurisdiction_id == county.jurisdiction_id)
    if since is not None:
        query = query.where(or_(Lead.received_at >= since, Lead.resolved_at.is_(None), Lead.resolved_at >= since))
    return _frame(session, query, "leads")


def _tasks(session: Session, county: County, since: datetime | None) -> pd.DataFrame:
    columns = (Task.number, Lead.number, Team.code, Organ.code, Task.township_code, Task.kind, Task.urgency,
               Task.settlement, Task.status, Task.assigned_at, Task.accepted_at, Task.departed_at, Task.arrived_at,
               Task.reported_at, Task.ended_at, Task.accept_due_at, Task.arrive_due_at)  # fmt: skip
    query = (
        select(*columns)
        .join(Lead, Lead.id == Task.lead_id)
        .join(Team, Team.id == Task.team_id)
        .join(Organ, Organ.id == Team.organ_id)
        .where(Task.jurisdiction_id == county.jurisdiction_id)
    )
    if since is not None:
        query = query.where(or_(Task.assigned_at >= since, Task.ended_at.is_(None)))
    return _frame(session, query, "tasks")


def _teams(session: Session, county: County, now: datetime) -> pd.DataFrame:
    duty = select(Shift.team_id, func.count().label("on_duty")).where(Shift.starts_at <= now, Shift.ends_at > now)
    duty_by_team = duty.group_by(Shift.team_id).subquery()
    load = select(Task.team_id, func.count().label("open_tasks")).where(Task.status.in_(OPEN_TASKS))
    load_by_team = load.group_by(Task.team_id).subquery()
    query = (
        select(
            Team.code,
            Organ.code,
            Team.township_code,
            func.coalesce(duty_by_team.c.on_duty, 0),
            func.coalesce(load_by_team.c.open_tasks, 0),
        )
        .join(Organ, Organ.id == Team.organ_id)
        .outerjoin(duty_by_team, duty_by_team.c.team_id == Team.id)
        .outerjoin(load_by_team, load_by_team.c.team_id == Team.id)
        .outerjoin(Unit, Unit.team_id == Team.id)
        .where(Team.jurisdiction_id == county.jurisdiction_id, Team.kind.notin_(("grid_workers", DISPATCH_ROOM)))
    )
    return _frame(session, query, "teams")


def _shifts(session: Session, county: County, since: datetime | None) -> pd.DataFrame:
    query = (
        select(Shift.person_id, Team.code, Team.township_code, Shift.starts_at, Shift.ends_at)
        .join(Team, Team.id == Shift.team_id)
        .where(Shift.jurisdiction_id == county.jurisdiction_id)
    )
    return _frame(session, query if since is None else query.where(Shift.ends_at >= since), "shifts")


def _deadlines(session: Session, county: County, since: datetime | None) -> pd.DataFrame:
    return _frame(session, deadline_frame_query(county, since), "deadlines")


def frames(session: Session, county: County, now: datetime, *, days: int | None = None) -> Frames:
    """Everything the figures read; leads and tasks of the last `days` and all that is still open (None: all)."""
    since = None if days is None else now - timedelta(days=days)
    found: Mapping[str, pd.DataFrame] = {
        **force_frames(session, county),
        "leads": _leads(session, county, since),
        "tasks": _tasks(session, county, since),
        "teams": _teams(session, county, now),
        "shifts": _shifts(session, county, since),
        "deadlines": _deadlines(session, county, since),
        "villages": villages_frame(session, county),
        "patrols": patrols_frame(session, county, since),
        **inspection_frames(session, county),
    }
    return dict(found)
