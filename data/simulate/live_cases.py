"""Cases of the live demonstration: one moves on now and then, taken by the people whose accounts are offered."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Scope
from data.casework.case_memory import recall
from data.casework.cases import case_step
from data.county import County
from data.db import Record
from data.models import Account, Case, Grant
from data.simulate.catalogue import pools
from data.simulate.chance import among, chance
from policy.errors import Refusal
from policy.vocabulary import Role, Verb
from policy.vocabulary_case import CaseStatus

BETWEEN: Final = timedelta(seconds=75)  # from one step to the next
LEFT: Final = 3  # of every state so many are left to people
TRIED: Final = 4  # cases tried in one step
RESTS: Final = timedelta(hours=6)  # since its last moment a case is at least so old
_NEXT: Final[dict[CaseStatus, tuple[Role, Verb]]] = {
    CaseStatus.PROPOSED: (Role.OFFICER, Verb.SUBMIT_FILING),
    CaseStatus.FILING_REVIEW: (Role.TOWNSHIP_HEAD, Verb.APPROVE_FILING),
    CaseStatus.FILED: (Role.OFFICER, Verb.START_INVESTIGATION),
    CaseStatus.INVESTIGATING: (Role.OFFICER, Verb.CONCLUDE_INVESTIGATION),
    CaseStatus.NOTICE: (Role.OFFICER, Verb.HEAR_STATEMENT),
    CaseStatus.DECIDED: (Role.SQUADRON_HEAD, Verb.SERVE),
    CaseStatus.SERVED: (Role.OFFICER, Verb.BEGIN_EXECUTION),
    CaseStatus.EXECUTING: (Role.FINANCE, Verb.RECORD_PAYMENT),
    CaseStatus.CLOSED: (Role.OFFICER, Verb.ARCHIVE),
}


class LiveCases:
    """Takes one step of one case at a time; what the rules refuse is left as it is."""

    def __init__(self, record: Record, seed: int) -> None:
        self.record, self.seed = record, seed
        self._free: datetime | None = None
        self._turn = 0

    def step(self, session: Session, county: County, now: datetime) -> int:
        """One step of the next state in turn; gives how many were taken."""
        if self._free is not None and now < self._free:
            return 0
        self._free, self._turn = now + BETWEEN, self._turn + 1
        status = list(_NEXT)[self._turn % len(_NEXT)]
        role, verb = _NEXT[status]
        actor = offered(session, county, role)
        waiting = _waiting(session, county, status, actor, now) if actor is not None else []
        return next((1 for case in waiting if actor and self._try(county, actor, verb, case, now)), 0)

    def _try(self, county: County, actor: Actor, verb: Verb, case: Case, now: datetime) -> bool:
        rng = chance(self.seed, case.number, verb.value)
        told = {"number": case.number, "step": verb.value, "given": _given(verb, case, rng)}
        try:
            self.record.write(actor, case_step, county=county, now=now, **told)
        except Refusal:
            return False
        return True


def offered(session: Session, county: County, role: Role) -> Actor | None:
    """The account a demonstration offers for a role in a county, as it acts; None where there is none."""
    query = select(Account, Grant).join(Grant, Grant.account_id == Account.id).where(Account.demonstration)
    query = query.where(Grant.jurisdiction_id == county.jurisdiction_id, Grant.role == role.value)
    found = session.execute(query.order_by(Account.username).limit(1)).first()
    if found is None:
        return None
    account, grant = found
    area = frozenset(grant.township_codes) if grant.township_codes else None
    scope = Scope(role, county.jurisdiction_id, grant.organ_code, area, grant.team_code)
    return Actor(account.id, account.display_name, (scope,), person_id=account.person_id)


def _waiting(session: Session, county: County, status: CaseStatus, actor: Actor, now: datetime) -> list[Case]:
    """The oldest cases in a state within the actor's townships, once more wait than are left to people."""
    conditions = [Case.jurisdiction_id == county.jurisdiction_id, Case.status == status.value]
    conditions.append(Case.proposed_at < now - RESTS)
    area = actor.scopes[0].townships
    if area is not None:
        conditions.append(Case.township_code.in_(sorted(area)))
    many = session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0
    query = select(Case).where(*conditions).order_by(Case.proposed_at, Case.number)
    return list(session.scalars(query.limit(min(TRIED, max(0, many - LEFT)))))


def _given(verb: Verb, case: Case, rng: Any) -> dict[str, Any]:
    words = pools()["case_words"]
    if verb is Verb.RECORD_PAYMENT:
        owed = recall(case.course).get("outstanding") or Decimal(0)
        return {"amount": str(owed), "paid": "fine", "slip": f"No.{rng.randrange(10**8):08d}"}
    told: dict[Verb, dict[str, Any]] = {
        Verb.APPROVE_FILING: {"words": among(rng, words["filing"])},
        Verb.CONCLUDE_INVESTIGATION: {"words": among(rng, words["report"])},
        Verb.SERVE: {"service_way": "in_person", "receipt": True},
        Verb.ARCHIVE: {"archive_number": case.number, "file_complete": True},
    }
    return told.get(verb, {})
