"""Frames of inspections for the figures (F17): published items, what was inspected, visits, subjects; a county has few of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Event, InspectionVisit, Item, Party
from policy.figures.frames import COLUMNS, require_columns

ZONE: Final = "Asia/Shanghai"


def inspection_frames(session: Session, county: County) -> Mapping[str, pd.DataFrame]:
    """The four frames of F17, of every day: whether an item was inspected is asked of the year, a repeat of the visit before."""
    visits = _visits(session, county)
    inspected = [(str(row.id), code, row.entered_at) for row in visits for code in row.items]
    made = [
        (str(row.id), str(row.party_id), row.organ_code, row.township_code, row.entered_at, max(1, len(row.plans)))
        for row in visits
    ]
    return {
        "inspection_items": _framed("inspection_items", _items(session, county)),
        "inspected_items": _framed("inspected_items", inspected),
        "inspections": _framed("inspections", made),
        "subjects": _framed("subjects", _subjects(session, county)),
    }


def _visits(session: Session, county: County) -> list[Any]:
    """Visits whose inspectors have gone in; one planned or cancelled is none."""
    columns = (InspectionVisit.id, InspectionVisit.party_id, InspectionVisit.organ_code, InspectionVisit.township_code,
               InspectionVisit.entered_at, InspectionVisit.plans, InspectionVisit.items)  # fmt: skip
    query = select(*columns).where(InspectionVisit.jurisdiction_id == county.jurisdiction_id)
    return list(session.execute(query.where(InspectionVisit.entered_at.is_not(None))))


def _items(session: Session, county: County) -> Iterable[tuple[Any, ...]]:
    query = select(Item.code, Item.enforcing_body, Item.published_on)
    query = query.where(Item.jurisdiction_id == county.jurisdiction_id, Item.published_on.is_not(None))
    return ((code, organ, pd.Timestamp(str(on), tz=ZONE), None) for code, organ, on in session.execute(query))


def _subjects(session: Session, county: County) -> Iterable[tuple[Any, ...]]:
    """Enterprises; people have no credit code. Known since they were registered, or since a matter was about them."""
    registered = (
        select(func.min(Event.at)).where(Event.subject_id == Party.id, Event.verb == "register").scalar_subquery()
    )
    query = select(Party.id, Party.credit_code, registered).where(
        Party.jurisdiction_id == county.jurisdiction_id,
        Party.kind == "organisation",
        Party.merged_into_id.is_(None),
    )
    return ((str(key), code, min(_made(key), at or _made(key))) for key, code, at in session.execute(query))


def _made(key: UUID) -> datetime:
    """When a row was made: its key begins with the moment (UUIDv7)."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def _framed(name: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    return require_columns(pd.DataFrame.from_records(list(rows), columns=list(COLUMNS[name])), name)
