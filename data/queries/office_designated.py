"""Disputes over jurisdiction that were decided: between whom, who is competent, by whom and when (PL 25; LX 三(四)7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, townships_of
from data.casework.organs import names_of_organs
from data.county import County
from data.db import Tx
from data.models import Dispute
from policy.dispute import rung_words
from policy.text import Name
from policy.zone import CHINA

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Designated:
    """A dispute that was decided."""

    number: str
    subject: str
    between: tuple[Name, Name]
    competent: Name
    by: Name
    decided_at: date | None


def designated(session: Session, actor: Actor, county: County, now: datetime) -> list[Designated]:
    """Decided disputes of the county, the newest first; for who sees the whole county."""
    demand(actor, "dispute.read", Subject(county.jurisdiction_id), now)
    if townships_of(actor, "dispute.read", county.jurisdiction_id) is not None:
        return []
    names = names_of_organs(Tx(session, actor, now, county))
    query = (
        select(Dispute)
        .where(Dispute.jurisdiction_id == county.jurisdiction_id, Dispute.decided_at.is_not(None))
        .order_by(Dispute.decided_at.desc(), Dispute.number)
    )

    def named(code: str | None) -> Name:
        return names.get(code or "") or rung_words(county.profile, code or "") or Name(code or "—", code or "—")

    return [
        Designated(
            row.number,
            row.subject,
            (named(row.from_organ), named(row.to_organ)),
            named(row.competent_organ),
            named(row.decided_by),
            row.decided_at.astimezone(CHINA).date() if row.decided_at else None,
        )
        for row in session.scalars(query.limit(MOST))
    ]
