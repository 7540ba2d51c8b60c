"""What was found and is not filed, oldest first, held against the profile's time where it gives one (C23, LX 二(三)4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.models import Case, Escalation, Lead
from policy.courses.case import UNFILED
from policy.filing import Filing, filing
from policy.lifecycle import OPEN_LEADS
from policy.vocabulary import Outcome

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Unfiled:
    """A lead whose team proposes a case, or a case that waits for its filing; the review already raised about it, if any."""

    kind: str
    number: str
    summary: str
    township: str
    status: str
    found_at: datetime
    filing: Filing
    raised: str | None


def unfiled(session: Session, actor: Actor, county: County, now: datetime, lang: str = "zh") -> list[Unfiled]:
    """Everything found and not filed in the actor's townships, what is late first, then by how long it waits."""
    demand(actor, "escalation.read", Subject(county.jurisdiction_id), now)
    rows: list[Lead | Case] = [*_cases(session, actor, county), *_leads(session, actor, county)]
    raised = _raised(session, county)
    found = [
        Unfiled(
            "case" if isinstance(row, Case) else "lead",
            row.number,
            row.summary,
            county.name_of(row.township_code, lang) if row.township_code else "",
            row.status,
            _found_at(row),
            filing(_found_at(row), now, county.profile, county.calendar),
            raised.get(row.number),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.filing.standing != "late", one.found_at))


def _found_at(row: Lead | Case) -> datetime:
    """A case counts from its discovery; a lead from its report: before that nothing was found."""
    return row.found_at if isinstance(row, Case) else row.received_at


def _cases(session: Session, actor: Actor, county: County) -> list[Case]:
    query = select(Case).where(
        Case.jurisdiction_id == county.jurisdiction_id,
        Case.status.in_([state.value for state in UNFILED]),
        in_scope(actor, "escalation.read", county.jurisdiction_id, Case.township_code),
    )
    return list(session.scalars(query.order_by(Case.found_at).limit(MOST)))


def _leads(session: Session, actor: Actor, county: County) -> list[Lead]:
    """Leads that wait for a case nobody has proposed."""
    query = select(Lead).where(
        Lead.jurisdiction_id == county.jurisdiction_id,
        Lead.status.in_([state.value for state in OPEN_LEADS]),
        Lead.outcome == Outcome.PROPOSE_CASE.value,
        ~select(Case.id).where(Case.lead_id == Lead.id).exists(),
        in_scope(actor, "escalation.read", county.jurisdiction_id, Lead.township_code),
    )
    return list(session.scalars(query.order_by(Lead.received_at).limit(MOST)))


def _raised(session: Session, county: County) -> dict[str, str]:
    query = select(Escalation.matter_number, Escalation.number).where(
        Escalation.jurisdiction_id == county.jurisdiction_id, Escalation.matter_number.is_not(None)
    )
    return {about: number for about, number in session.execute(query.order_by(Escalation.number)) if about}
