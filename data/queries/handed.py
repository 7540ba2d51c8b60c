"""Hand-overs of leads to and from 110, 119 and 120, as lead, queue and wall show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import Lead, ServiceHandOver
from policy.lifecycle import OPEN_LEADS
from policy.vocabulary_calls import HandOverWay


@dataclass(frozen=True, slots=True)
class HandOverView:
    """A hand-over to or from a service."""

    key: UUID
    way: str
    service: str
    at: datetime
    reference: str | None
    taken_by: str
    words: str
    reply: str | None
    replied_at: datetime | None


def hand_overs_of(session: Session, lead_id: UUID) -> list[HandOverView]:
    """Hand-overs of a lead, oldest first."""
    rows = session.scalars(
        select(ServiceHandOver).where(ServiceHandOver.lead_id == lead_id).order_by(ServiceHandOver.at)
    )
    return [hand_over_view(row) for row in rows]


def hand_over_view(row: ServiceHandOver) -> HandOverView:
    """A hand-over as it is shown."""
    told = (row.way, row.service, row.at, row.reference, row.taken_by, row.words, row.reply, row.replied_at)
    return HandOverView(row.id, *told)


def handed_to(session: Session, county: County, leads: Sequence[str]) -> Mapping[str, tuple[HandOverView, ...]]:
    """What of these leads went out to a service, by number of the lead, the oldest first."""
    if not leads:
        return {}
    here = (ServiceHandOver.jurisdiction_id == county.jurisdiction_id, ServiceHandOver.way == HandOverWay.OUT.value)
    query = select(Lead.number, ServiceHandOver).join(Lead, Lead.id == ServiceHandOver.lead_id).where(*here)
    wanted = query.where(Lead.status.in_(OPEN_LEADS)).order_by(ServiceHandOver.at)
    found: dict[str, list[HandOverView]] = defaultdict(list)
    for number, row in session.execute(wanted):
        found[number].append(hand_over_view(row))
    return {number: tuple(found[number]) for number in leads if number in found}
