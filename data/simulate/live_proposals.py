"""Cases that begin in the live demonstration: what a team proposed is opened as a case, some time after it reported."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.authority import SYSTEM, Actor, Scope
from data.casework.cases import propose_case
from data.casework.fieldwork import certified_now
from data.county import County
from data.db import Record, Tx
from data.models import Case, Item, Lead, Person, Task
from data.queries.competence import competence_at
from data.simulate.case_parties import firm, invented_credit_code, invented_identity
from data.simulate.case_penalty import ordinary_kinds
from data.simulate.catalogue import pools
from data.simulate.chance import chance
from data.simulate.names import invented_name, invented_phone
from policy.case_rules import rules_of
from policy.errors import Refusal
from policy.vocabulary import Outcome, Role
from policy.vocabulary_case import PartyKind
from policy.zone import CHINA

BETWEEN: Final = timedelta(minutes=4)  # from one case to the next
LEFT: Final = timedelta(minutes=10)
"""So long a report is left to people, who may propose the case themselves."""
OVER: Final = timedelta(days=7)
"""What is older was left for a reason."""
TRIED: Final = 4


class LiveProposals:
    """Every report that proposed a case has one after a while, as in the year: cases come as often as teams propose them."""

    def __init__(self, record: Record, seed: int) -> None:
        self.record, self.seed = record, seed
        self._free: datetime | None = None

    def step(self, session: Session, county: County, now: datetime) -> int:
        """Open the case of the report that has waited longest; gives how many were opened."""
        if self._free is not None and now < self._free:
            return 0
        self._free = now + BETWEEN
        return next((1 for found in _waiting(session, county, now) if self._propose(session, county, now, *found)), 0)

    def _propose(self, session: Session, county: County, now: datetime, task: Task, lead: Lead, item: Item) -> bool:
        rng = chance(self.seed, task.number, "proposal")
        told: dict[str, Any] = {"item": item.code, "summary": lead.summary, "task": task.number}
        told["party"] = _party(rng, county, lead, item.code, now)
        officer = _officer(session, county, task, item, now)
        try:
            self.record.write(officer, propose_case, county=county, now=now, **told)
        except Refusal:
            return False
        return True


def _waiting(session: Session, county: County, now: datetime) -> list[tuple[Task, Lead, Item]]:
    """Reports that proposed a case and have none, the oldest first."""
    query = (
        select(Task, Lead, Item)
        .join(Lead, Lead.id == Task.lead_id)
        .join(Item, Item.id == Lead.item_id)
        .outerjoin(Case, or_(Case.task_id == Task.id, Case.lead_id == Lead.id))
        .where(
            Task.jurisdiction_id == county.jurisdiction_id,
            Task.outcome == Outcome.PROPOSE_CASE.value,
            Task.reported_at > now - OVER,
            Task.reported_at <= now - LEFT,
            Case.id.is_(None),
        )
        .order_by(Task.reported_at)
    )
    return [(task, lead, item) for task, lead, item in session.execute(query.limit(TRIED))]


def _officer(session: Session, county: County, task: Task, item: Item, now: datetime) -> Actor:
    """The first who was there and holds a certificate, for the organ that is competent."""
    on = now.astimezone(CHINA).date()
    organ = competence_at(session, county, item, task.township_code, on).organ_code
    fit = certified_now(Tx(session, SYSTEM, now, county), task.officer_ids, now)
    person = session.get(Person, UUID(fit[0])) if fit else None
    if person is None:
        return SYSTEM
    area = frozenset({task.township_code} if task.township_code else ())
    return Actor(None, person.name, (Scope(Role.OFFICER, county.jurisdiction_id, organ, area),), person_id=person.id)


def _party(rng: random.Random, county: County, lead: Lead, item: str, now: datetime) -> dict[str, Any] | None:
    """Whoever did it, as told at the scene; nobody where nobody was found."""
    shares: dict[str, Any] = pools()["cases"]
    if rng.random() < shares["unknown_party"]:
        return None
    kinds = ordinary_kinds(item, rules_of(county.profile, now.date()).reserved) or tuple(PartyKind)
    wanted = PartyKind.ORGANISATION if rng.random() < shares["organisation"] else PartyKind.CITIZEN
    kind = wanted if wanted in kinds else kinds[0]
    told = {"kind": kind.value, "phone": invented_phone(rng), "address": lead.address or county.place(lead.cell_code)}
    if kind is PartyKind.CITIZEN:
        return told | {"name": invented_name(rng), "identity_number": invented_identity(rng, county.code[:2])}
    brand, _, company = firm(rng)
    name = f"{county.name_of(lead.township_code or '')[:2]}{brand}{company}"
    return told | {"name": name, "credit_code": invented_credit_code(rng), "representative": invented_name(rng)}
