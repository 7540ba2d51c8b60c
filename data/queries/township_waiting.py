"""What waits for the head of a township: filings and decisions to approve, matters of other organs to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.authority import SYSTEM, Actor
from data.casework.case_known import known
from data.county import County
from data.db import Tx
from data.models import Case, Deadline, Organ
from data.queries.cases import CaseFilter, CaseRow, list_cases
from data.queries.township import admit
from data.queries.wall import Kept
from policy.case_ahead import OF_THE_ASKER, steps_ahead
from policy.vocabulary import Role, Verb
from policy.vocabulary_case import CaseStatus as S

Approving = Literal["filing", "decision"]
FILING: Final = (S.FILING_REVIEW.value,)
DECISION: Final = (S.STATEMENT_HEARD.value, S.LEGAL_REVIEW.value, S.COLLECTIVE_DISCUSSION.value)
ANSWERED: Final = ("transfer", "assistance", "escalation", "call_out", "dispute")
MOST: Final = 60
SLOT: Final = 300  # seconds for which the judgment of an unchanged case holds
_judged: Final = Kept(512)


@dataclass(frozen=True, slots=True)
class Approval:
    """A case of the township's organ that goes on once its head has said so; `due_at` is the case's next deadline."""

    kind: Approving
    number: str
    subject: str
    party: str
    since: datetime
    due: str | None
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """A matter between organs on which the township's organ has a deadline to answer."""

    matter: str
    number: str
    kind: str
    due_at: datetime
    overdue: bool
    begun_at: datetime


def organs_of(session: Session, county: County, code: str) -> tuple[str, ...]:
    """The organs that are the township's own."""
    query = select(Organ.code).where(Organ.jurisdiction_id == county.jurisdiction_id, Organ.township_code == code)
    return tuple(session.scalars(query.where(Organ.kind == "township").order_by(Organ.code)))


def approvals(
    session: Session, actor: Actor, county: County, code: str, now: datetime, lang: str = "zh"
) -> tuple[Approval, ...]:
    """Filings to approve, and cases of which nothing but the decision is missing; what is due first stands first.

    Nothing for who may not read cases.
    """
    admit(actor, county, code, now)
    if not any(scope.role in _READERS for scope in actor.scopes):
        return ()
    organs = organs_of(session, county, code)

    def listed(statuses: Sequence[str]) -> list[CaseRow]:
        which = CaseFilter(statuses=tuple(statuses), township=code)
        rows = list_cases(session, actor, county, now, which, sort="due", limit=MOST, lang=lang)
        return [row for row in rows if row.organ_code in organs]

    ready = [*((row, "filing") for row in listed(FILING)), *((row, "decision") for row in _decidable(session, county, listed(DECISION), now))]  # fmt: skip
    found = [_approval(row, "filing" if kind == "filing" else "decision") for row, kind in ready]
    return tuple(sorted(found, key=lambda one: (one.due_at is None, one.due_at or one.since)))


_READERS: Final = frozenset(Role) - {Role.WALL, Role.GRID_WORKER, Role.ADMIN, Role.SYSTEM}


def _decidable(session: Session, county: County, rows: Sequence[CaseRow], now: datetime) -> Iterator[CaseRow]:
    """Cases whose decision wants nothing but the head: everything before it is there; judged anew when a case has changed,
    and every five minutes."""
    by_number = {row.number: row for row in rows}
    mine = (Case.jurisdiction_id == county.jurisdiction_id, Case.number.in_(by_number))
    for case in session.scalars(select(Case).where(*mine)):
        slot = (case.id, case.version, county.profile.digest, int(now.timestamp()) // SLOT)
        if _judged.get(slot, partial(_wants_only_the_head, session, county, case, now)):
            yield by_number[case.number]


def _wants_only_the_head(session: Session, county: County, case: Case, now: datetime) -> bool:
    facts = known(Tx(session, SYSTEM, now, county), case)
    head = frozenset({Role.TOWNSHIP_HEAD})
    steps = steps_ahead(facts, head, now, lambda _verb: {"actor_organ": case.organ_code}, {Verb.DECIDE})
    return any(all(one.code in OF_THE_ASKER for one in step.missing) for step in steps)


def _approval(row: CaseRow, kind: Approving) -> Approval:
    return Approval(kind, row.number, row.item, row.party, row.proposed_at, row.due, row.due_at, row.overdue)


def answers_owed(session: Session, actor: Actor, county: County, code: str, now: datetime) -> tuple[Owed, ...]:
    """Running deadlines of the township's organ in matters of other organs, what is due first first."""
    admit(actor, county, code, now)
    query = (
        select(Deadline)
        .where(
            Deadline.jurisdiction_id == county.jurisdiction_id,
            Deadline.matter.in_(ANSWERED),
            Deadline.whose == "organ",
            Deadline.sense == "latest",
            Deadline.organ_code.in_(organs_of(session, county, code)),
            Deadline.done_at.is_(None),
            Deadline.ended_at.is_(None),
        )
        .order_by(Deadline.due_at)
        .limit(MOST)
    )
    rows = session.scalars(query)
    return tuple(
        Owed(row.matter, row.matter_number or "", row.kind, row.due_at, row.due_at < now, row.begun_at) for row in rows
    )
