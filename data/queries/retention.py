"""What evidence is kept and until when, matter by matter: a report, after which people decide; nothing is destroyed here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope
from data.county import County
from data.models import Case, Event, Evidence, EvidenceLink, Lead
from policy.decision import Decision
from policy.retention import Held, retention
from policy.vocabulary import LeadStatus
from policy.vocabulary_case import CaseStatus
from policy.zone import CHINA

PENDING: Final = "pending"
_AWAY: Final = {"lead": LeadStatus.ARCHIVED.value, "case": CaseStatus.ARCHIVED.value}
_MODELS: Final[dict[str, type[Lead] | type[Case]]] = {"lead": Lead, "case": Case}


@dataclass(frozen=True, slots=True)
class Retained:
    """Evidence that one matter took in, and what stands against destroying it."""

    number: str
    kind: str
    status: str
    files: int
    bytes: int
    closed_at: datetime | None
    keep_until: date | None
    decision: Decision

    @property
    def may_destroy(self) -> bool:
        """Whether nothing stands against it."""
        return self.decision.allowed


def retention_report(session: Session, actor: Actor, county: County, *, now: datetime) -> list[Retained]:
    """Every matter in the actor's area that took in evidence, those first whose evidence may go, then by their time."""
    demand(actor, "evidence.retain", Subject(county.jurisdiction_id), now)
    used, today = _used_by(session, county), now.astimezone(CHINA).date()
    found = [
        _retained(row, kind, used.get(row.id, ()), county, today)
        for kind in _MODELS
        for row in _matters(session, actor, county, kind)
    ]
    return sorted(found, key=lambda one: (not one.may_destroy, one.keep_until or date.max, one.number))


def evidence_kept(session: Session, county: County, case: Case, *, now: datetime) -> Decision:
    """Whether the evidence of a case may go, for an erasure: the same rule as the report's."""
    away, used = put_away(case), _used_by(session, county)
    users = {*used.get(case.id, ()), *(used.get(case.lead_id, ()) if case.lead_id else ())} - {case.number}
    held = Held(away.astimezone(CHINA).date(), tuple(sorted(users)), case.remedy == PENDING)
    return retention(held, county.profile, now.astimezone(CHINA).date()).decision


def put_away(case: Case) -> datetime:
    """When a case that waits for nothing any more was done with."""
    return case.archived_at or case.closed_at or case.decided_at or case.proposed_at


def _matters(session: Session, actor: Actor, county: County, kind: str) -> Sequence[Any]:
    model, place = _MODELS[kind], county.jurisdiction_id
    sums = (
        select(Evidence.matter_id, func.count().label("files"), func.sum(Evidence.size).label("bytes"))
        .where(Evidence.jurisdiction_id == place, Evidence.matter_kind == kind)
        .group_by(Evidence.matter_id)
        .subquery()
    )
    away = Case.archived_at if model is Case else _archived_at()
    remedy = Case.remedy if model is Case else Lead.closing_reason
    query = select(model.id, model.number, model.status, sums.c.files, sums.c.bytes, away.label("away"), remedy)
    scoped = in_scope(actor, "evidence.retain", place, model.township_code)
    return session.execute(query.join(sums, sums.c.matter_id == model.id).where(scoped)).all()


def _archived_at() -> Any:
    """When a lead was put away, as the chain tells."""
    told = select(func.max(Event.at)).where(Event.subject_id == Lead.id, Event.to_state == _AWAY["lead"])
    return told.correlate(Lead).scalar_subquery()


def _used_by(session: Session, county: County) -> dict[UUID, tuple[str, ...]]:
    """Numbers of matters not put away that use files of others, by the matter that took these in."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for kind, model in _MODELS.items():
        query = (
            select(Evidence.matter_id, model.number)
            .join(EvidenceLink, EvidenceLink.evidence_id == Evidence.id)
            .join(model, model.id == EvidenceLink.matter_id)
            .where(Evidence.jurisdiction_id == county.jurisdiction_id, model.status != _AWAY[kind])
        )
        for matter, number in session.execute(query):
            found[matter].add(number)
    return {matter: tuple(sorted(numbers)) for matter, numbers in found.items()}


def _retained(row: Any, kind: str, used: Sequence[str], county: County, today: date) -> Retained:
    away = row.away if row.status == _AWAY[kind] else None
    pending = kind == "case" and row[-1] == PENDING
    held = Held(away.astimezone(CHINA).date() if away else None, used, pending)
    kept = retention(held, county.profile, today)
    return Retained(row.number, kind, row.status, row.files, row.bytes, away, kept.until, kept.decision)
