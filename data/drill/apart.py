"""A drill and the real record are never served or written in each other's place."""

from __future__ import annotations

from sqlalchemy import select

from data.db import Record
from data.models import Jurisdiction
from data.settings import Settings
from policy.errors import Refusal


def is_drill(record: Record) -> bool:
    """Whether a record is that of a drill: its county says so."""
    with record.read() as session:
        return session.scalars(select(Jurisdiction.id).where(Jurisdiction.drill).limit(1)).first() is not None


def demand_apart(record: Record, chosen: Settings) -> None:
    """Raise Refusal where a drill's record is opened as the real one, or the real one as a drill's."""
    if is_drill(record) and not chosen.drill:
        raise Refusal("errors_drill.not_real", kind="conflict")
    if chosen.drill and not is_drill(record):
        raise Refusal("errors_drill.not_a_drill", kind="conflict", drill=chosen.drill)
