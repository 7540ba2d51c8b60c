"""Inspections for page and interface: plans, visits, proposals of merging, one enterprise's history, what merging saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from data.authority import VERBS, Actor, Subject, authorise, demand
from data.casework.inspection_steps import MODELS, not_found, on_of, subject_of
from data.casework.inspection_subjects import cap_of, find_subject, is_written, written_plans
from data.county import County
from data.db import Tx
from data.models import InspectionPlan, InspectionVisit, JointOperation, Party
from policy.merging import Due, Merging, merge
from policy.vocabulary import MatterKind
from policy.vocabulary_between import VisitStatus
from policy.vocabulary_inspection import InspectionKind, InspectionPlanStatus

MOST: Final = 500
_USABLE: Final = (InspectionPlanStatus.APPROVED.value, InspectionPlanStatus.FILED.value)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Plans of several organs for one enterprise that can be one visit."""

    subject: Party
    plans: tuple[str, ...]
    organs: tuple[str, ...]
    on: date
    saved: int


@dataclass(frozen=True, slots=True)
class Counter:
    """How often one organ visited an enterprise in a year, and the cap it has published."""

    organ: str
    visits: int
    cap: int | None


@dataclass(frozen=True, slots=True)
class History:
    """One enterprise with every visit to it, oldest first, and what counts against caps this year."""

    subject: Party
    visits: tuple[InspectionVisit, ...]
    counters: tuple[Counter, ...]
    window: int | None
    recent: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What merging saved in a year: visits made, plans they served."""

    visits: int
    plans: int

    @property
    def saved(self) -> int:
        """Visits that were not needed."""
        return self.plans - self.visits


# -- who sees what ------------------------------------------------------------------------------------------------------


def _visible(actor: Actor, county: County, matter: MatterKind) -> ColumnElement[bool]:
    """A town sees what lies in it and what its organ leads or has made; who holds the whole county, everything."""
    model: Any = MODELS[matter]
    place: ColumnElement[bool] = model.jurisdiction_id == county.jurisdiction_id
    if actor.system:
        return place
    allowed = VERBS[f"{matter.value}.read"]
    seen: list[ColumnElement[bool]] = []
    for scope in actor.scopes:
        if scope.role in allowed and scope.jurisdiction_id == county.jurisdiction_id:
            if scope.townships is None:
                return place
            seen += [model.township_code.in_(sorted(scope.townships)), model.township_code.is_(None)]
            seen += [model.organ_code == scope.organ] if scope.organ else []
    return place & or_(false(), *seen)


def rows_of(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    *,
    matter: MatterKind,
    statuses: Sequence[str] = (),
    organ: str | None = None,
    subject: str | None = None,
    since: date | None = None,
    before: str | None = None,
    limit: int = 100,
) -> list[Any]:
    """Matters of one kind who looks may see, newest first; of one state, organ, or enterprise where named."""
    demand(actor, f"{matter.value}.read", Subject(county.jurisdiction_id), now)
    model: Any = MODELS[matter]
    query = select(model).where(_visible(actor, county, matter))
    if statuses:
        query = query.where(model.status.in_(statuses))
    if organ:
        query = query.where(model.organ_code == organ)
    if before:
        query = query.where(model.number < before)
    if matter is MatterKind.INSPECTION_VISIT:
        if subject:
            query = query.join(Party, Party.id == InspectionVisit.party_id).where(Party.code == subject)
        query = query.where(InspectionVisit.visit_on >= since) if since else query
    found = session.scalars(query.order_by(model.number.desc()).limit(min(limit, MOST)))
    return [row for row in found if _touches(Tx(session, actor, now, county), row)]


def _touches(tx: Tx, row: Any) -> bool:
    """Of joint operations a town sees those in which its organ takes part; other matters were scoped by the query."""
    if not isinstance(row, JointOperation):
        return True
    return authorise(tx.actor, "joint_operation.read", subject_of(tx, row), tx.now).allowed


def one_row(session: Session, actor: Actor, county: County, now: datetime, *, matter: MatterKind, number: str) -> Any:
    """The matter `number`, if who looks may see it; raises Refusal for none."""
    demand(actor, f"{matter.value}.read", Subject(county.jurisdiction_id, label=number), now)
    model: Any = MODELS[matter]
    row = session.scalars(select(model).where(_visible(actor, county, matter), model.number == number)).first()
    tx = Tx(session, actor, now, county)
    if row is None or not _touches(tx, row):
        raise not_found(tx, matter, number)
    return row


# -- merging ------------------------------------------------------------------------------------------------------------


def merging_proposals(session: Session, actor: Actor, county: County, now: datetime) -> list[Proposal]:
    """Approved plans of several organs for one enterprise that no visit has served yet, put together as one visit (D11)."""
    demand(actor, "inspection_plan.read", Subject(county.jurisdiction_id), now)
    tx = Tx(session, actor, now, county)
    window = county.profile.get("inspection.merge_window", on_of(tx))
    if window is None:
        return []
    found = merge(_dues(tx), window.value)
    subjects = _subjects(session, county, {one.subject for one in found})
    return [_proposal(one, subjects[one.subject], on_of(tx)) for one in found if one.subject in subjects]


def _proposal(one: Merging, subject: Party, today: date) -> Proposal:
    return Proposal(subject, one.plans, one.organs, max(one.on, today), one.saved)


def _dues(tx: Tx) -> list[Due]:
    query = select(InspectionPlan).where(
        InspectionPlan.jurisdiction_id == tx.county.jurisdiction_id,
        InspectionPlan.status.in_(_USABLE),
        InspectionPlan.kind != InspectionKind.WRITTEN.value,
        InspectionPlan.ends_on >= on_of(tx),
    )
    plans = tx.session.scalars(query).all()
    served = _served(tx, {plan.number for plan in plans})
    return [
        Due(subject, plan.number, plan.organ_code, plan.begins_on, plan.ends_on)
        for plan in plans
        for subject in plan.subjects
        if (subject, plan.number) not in served
    ]


def _served(tx: Tx, plans: set[str]) -> set[tuple[str, str]]:
    """Which plan was served at which enterprise."""
    query = (
        select(Party.code, InspectionVisit.plans)
        .join(Party, Party.id == InspectionVisit.party_id)
        .where(
            InspectionVisit.jurisdiction_id == tx.county.jurisdiction_id,
            InspectionVisit.status != VisitStatus.CANCELLED.value,
        )
    )
    return {(code, number) for code, numbers in tx.session.execute(query) for number in numbers if number in plans}


def _subjects(session: Session, county: County, codes: set[str]) -> dict[str, Party]:
    query = select(Party).where(Party.jurisdiction_id == county.jurisdiction_id, Party.code.in_(sorted(codes)))
    return {row.code: row for row in session.scalars(query)}


def saved_in(session: Session, actor: Actor, county: County, now: datetime, *, year: int) -> Saved:
    """Visits entered in a year that served plans, and the plans they served."""
    demand(actor, "inspection_visit.read", Subject(county.jurisdiction_id), now)
    query = select(InspectionVisit.plans).where(
        InspectionVisit.jurisdiction_id == county.jurisdiction_id,
        InspectionVisit.entered_at.is_not(None),
        InspectionVisit.visit_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    served = [len(plans) for plans in session.scalars(query) if plans]
    return Saved(len(served), sum(served))


# -- enterprises ----------------------------------------------------------------------------------------------------------


def subjects_named(
    session: Session, actor: Actor, county: County, now: datetime, *, text: str = "", limit: int = 100
) -> list[Party]:
    """Enterprises of the county by a part of the name, credit code or number."""
    demand(actor, "inspection_visit.read", Subject(county.jurisdiction_id), now)
    query = select(Party).where(
        Party.jurisdiction_id == county.jurisdiction_id, Party.kind == "organisation", Party.township_code.is_not(None)
    )
    if text:
        part = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = [column.ilike(f"%{part}%", escape="\\") for column in (Party.public_name, Party.credit_code, Party.code)]
        query = query.where(or_(*like))
    return list(session.scalars(query.order_by(Party.public_name, Party.code).limit(min(limit, MOST))))


def subject_history(session: Session, actor: Actor, county: County, now: datetime, *, code: str) -> History:
    """Every visit to an enterprise by any organ, its counters against the caps of this year, and visits of the repeat window."""
    demand(actor, "inspection_visit.read", Subject(county.jurisdiction_id), now)
    tx = Tx(session, actor, now, county)
    subject, today = find_subject(tx, code), on_of(tx)
    query = select(InspectionVisit).where(InspectionVisit.party_id == subject.id)
    visits = tuple(session.scalars(query.order_by(InspectionVisit.visit_on, InspectionVisit.number)))
    written = written_plans(tx)
    counted = [row for row in visits if _counts(row, today.year) and not is_written(row, written)]
    organs = dict.fromkeys(code for row in counted for code in row.organs)
    counters = tuple(
        Counter(organ, sum(organ in row.organs for row in counted), cap_of(tx, organ, today.year)) for organ in organs
    )
    window = county.profile.get("inspection.repeat_window", today)
    since = today - timedelta(days=window.value) if window is not None else today
    recent = sum(row.entered_at is not None and since <= row.visit_on <= today for row in visits)
    return History(subject, visits, counters, window.value if window is not None else None, recent)


def _counts(row: InspectionVisit, year: int) -> bool:
    return row.status != VisitStatus.CANCELLED and row.visit_on.year == year


def subjects_of(session: Session, county: County, visits: Sequence[InspectionVisit]) -> Mapping[Any, Party]:
    """The enterprises of some visits, by key."""
    query = select(Party).where(Party.id.in_({row.party_id for row in visits}))
    return {row.id: row for row in session.scalars(query)}


def waiting(session: Session, actor: Actor, county: County, now: datetime) -> Mapping[MatterKind, int]:
    """How many plans and visits wait for approval."""
    found = {}
    for matter in (MatterKind.INSPECTION_PLAN, MatterKind.INSPECTION_VISIT):
        demand(actor, f"{matter.value}.read", Subject(county.jurisdiction_id), now)
        model: Any = MODELS[matter]
        query = (
            select(func.count()).select_from(model).where(_visible(actor, county, matter), model.status == "planned")
        )
        found[matter] = session.scalar(query) or 0
    return found
