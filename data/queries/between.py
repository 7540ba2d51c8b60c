"""Matters between organs for pages and the interface: lists, one matter with what may be done next, who does not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from data.authority import VERBS, Actor, Scope, Subject, demand, within
from data.casework.assistance import ASSISTANCE
from data.casework.between import Course, subject_of
from data.casework.call_outs import CALL_OUT
from data.casework.disputes import DISPUTE, ladder
from data.casework.escalations import ESCALATION
from data.casework.organs import acting_for, decision_in_names, names_of_organs
from data.casework.referrals import REFERRAL
from data.casework.steps import roles_of
from data.casework.transfers import TRANSFER
from data.county import County
from data.db import Tx
from data.models import Assistance, CallOut, Deadline, Dispute, Escalation, Organ, Shared, Transfer
from data.queries.deadlines import DeadlineView, deadlines_of
from policy.case_forms import Input
from policy.decision import Decision, against
from policy.dispute import Rung
from policy.errors import Refusal
from policy.guards_between import codes
from policy.lifecycle import steps, why_not
from policy.text import Name
from policy.vocabulary import MatterKind, OrganKind, Role, Verb, word
from policy.vocabulary_between import AssistanceStatus, EscalationStatus

COURSES: Final[Mapping[MatterKind, Course]] = {
    course.matter: course for course in (TRANSFER, ASSISTANCE, DISPUTE, REFERRAL, ESCALATION, CALL_OUT)
}
PAGE_LIMIT: Final = 500
GIVEN: Final = "…"  # stands for what a form still asks for
_LISTS: Final = ("transfer.materials", "criminal.materials")
_GROUNDS: Final[Mapping[tuple[MatterKind, Verb], str]] = {
    (MatterKind.ASSISTANCE, Verb.REFUSE): "assistance.refusal_grounds",
}
_SETTLERS: Final = frozenset({OrganKind.JUSTICE.value, OrganKind.GOVERNMENT.value})


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A matter in a list: between whom, about what, how far, and when what runs of it is due."""

    id: UUID
    number: str
    kind: MatterKind
    status: str
    from_organ: str
    from_name: Name
    to_organ: str
    to_name: Name
    subject: str
    about: str | None
    urgent: bool
    begun_at: datetime
    due_at: datetime | None
    due_kind: str | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """A step the table has from here, what it asks for, and whether who looks may take it: with every obstacle when not."""

    verb: Verb
    form: tuple[Input, ...]
    decision: Decision


@dataclass(frozen=True, slots=True)
class MatterView:
    """One matter as its page shows it: its columns, what was said, its deadlines, what may be done next; a dispute's rungs."""

    row: MatterRow
    columns: Mapping[str, Any]
    course: tuple[Mapping[str, Any], ...]
    deadlines: tuple[DeadlineView, ...]
    steps: tuple[StepView, ...]
    rungs: tuple[Rung, ...]
    tried: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """How an organ keeps the duty to answer (FL 三(四)): asked of it, refused, not answered in time, and late at this moment."""

    organ: str
    name: Name
    asked: int
    refused: int
    unanswered: int
    late_transfers: int


@dataclass(frozen=True, slots=True)
class SharedRow:
    """What was shown to whom, when (X7)."""

    matter: str
    information: str
    from_name: Name
    to_name: Name
    at: datetime


# -- who sees what -----------------------------------------------------------------------------------------------------


def _seen_by(scope: Scope, course: Course, settles: bool) -> ColumnElement[bool]:
    """A department sees what it sent or received, who settles disputes every one of them, a town what touches it."""
    model = course.model
    own: ColumnElement[bool] = (
        or_(model.from_organ == scope.organ, model.to_organ == scope.organ) if scope.organ else false()
    )
    if course.matter is MatterKind.TRANSFER and scope.organ:
        own = or_(own, model.competent_organ == scope.organ)
    if scope.role is Role.DEPARTMENT:
        return true() if settles and course.matter is MatterKind.DISPUTE else own
    if scope.townships is None:
        return true()
    touched: ColumnElement[bool] = or_(own, model.township_code.in_(sorted(scope.townships)))
    return touched


def _visible(session: Session, actor: Actor, county: County, course: Course) -> ColumnElement[bool]:
    place: ColumnElement[bool] = course.model.jurisdiction_id == county.jurisdiction_id
    allowed = VERBS[f"{course.matter.value}.read"]
    if actor.system:
        return place
    query = select(Organ.code).where(Organ.jurisdiction_id == county.jurisdiction_id, Organ.kind.in_(_SETTLERS))
    settlers = set(session.scalars(query))
    mine = [s for s in actor.scopes if s.role in allowed and s.jurisdiction_id == county.jurisdiction_id]
    seen = [_seen_by(scope, course, scope.organ in settlers) for scope in mine]
    return place & or_(false(), *seen)


# -- lists -------------------------------------------------------------------------------------------------------------


def list_matters(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    kind: MatterKind,
    *,
    statuses: Sequence[str] = (),
    organ: str | None = None,
    about: str | None = None,
    before: str | None = None,
    limit: int = 200,
) -> list[MatterRow]:
    """Matters of one kind who looks may see, newest first; of one organ, or about one lead or case, where named; `before`
    is the number after which a page begins."""
    course = COURSES[kind]
    demand(actor, f"{kind.value}.read", Subject(county.jurisdiction_id), now)
    model = course.model
    query = select(model).where(_visible(session, actor, county, course))
    if statuses:
        query = query.where(model.status.in_(statuses))
    if organ:
        query = query.where(or_(model.from_organ == organ, model.to_organ == organ))
    if about:
        query = query.where(model.matter_number == about)
    if before:
        query = query.where(model.number < before)
    rows = session.scalars(query.order_by(model.number.desc()).limit(min(limit, PAGE_LIMIT))).all()
    names, due = names_of_organs(Tx(session, actor, now, county)), _due(session, [row.id for row in rows])
    return [_row(row, kind, names, due.get(row.id), now) for row in rows]


def _due(session: Session, keys: Sequence[UUID]) -> dict[UUID, Deadline]:
    """Of each matter, the running deadline that is due first."""
    query = select(Deadline).where(
        Deadline.matter_id.in_(keys), Deadline.done_at.is_(None), Deadline.ended_at.is_(None)
    )
    found: dict[UUID, Deadline] = {}
    for row in session.scalars(query.order_by(Deadline.due_at)):
        found.setdefault(row.matter_id, row)
    return found


_BEGUN: Final[Mapping[MatterKind, str]] = {
    MatterKind.TRANSFER: "found_at", MatterKind.ASSISTANCE: "asked_at", MatterKind.DISPUTE: "opened_at",
    MatterKind.CRIMINAL_REFERRAL: "reported_at", MatterKind.ESCALATION: "raised_at",
    MatterKind.CALL_OUT: "called_at",
}  # fmt: skip


def _row(row: Any, kind: MatterKind, names: Mapping[str, Name], due: Deadline | None, now: datetime) -> MatterRow:
    return MatterRow(
        id=row.id,
        number=row.number,
        kind=kind,
        status=row.status,
        from_organ=row.from_organ,
        from_name=names.get(row.from_organ, Name(row.from_organ, row.from_organ)),
        to_organ=row.to_organ,
        to_name=names.get(row.to_organ, Name(row.to_organ, row.to_organ)),
        subject=row.subject,
        about=row.matter_number,
        urgent=row.urgent,
        begun_at=getattr(row, _BEGUN[kind]),
        due_at=due.due_at if due else None,
        due_kind=due.kind if due else None,
        overdue=due is not None and now > due.due_at,
    )


# -- one matter --------------------------------------------------------------------------------------------------------

_PLAIN: Final = frozenset(
    {"id", "jurisdiction_id", "version", "course", "matter_id", "transfer_id", "received_lead_id"}
)


def view_matter(
    session: Session, actor: Actor, county: County, now: datetime, kind: MatterKind, *, number: str, lang: str = "zh"
) -> MatterView:
    """One matter with what may be done next; not found and not for who looks are the same answer."""
    course = COURSES[kind]
    demand(actor, f"{kind.value}.read", Subject(county.jurisdiction_id), now)
    row = session.scalars(
        select(course.model).where(course.model.number == number, _visible(session, actor, county, course))
    ).first()
    if row is None:
        matter = word(kind)
        raise Refusal("errors_between.not_found", kind="not_found", matter=matter, number=number, county=county.words)
    tx = Tx(session, actor, now, county)
    names = names_of_organs(tx)
    names_kept = (attribute.key for attribute in course.model.__mapper__.column_attrs)
    columns = {name: getattr(row, name) for name in names_kept if name not in _PLAIN}
    rungs = ladder(tx, row) if isinstance(row, Dispute) else ()
    return MatterView(
        row=_row(row, kind, names, _due(session, [row.id]).get(row.id), now),
        columns=columns,
        course=tuple(row.course),
        deadlines=deadlines_of(session, row.id, now, lang),
        steps=_steps(tx, course, row, names),
        rungs=rungs,
        tried=row.rung if isinstance(row, Dispute) else 0,
    )


def _steps(tx: Tx, course: Course, row: Any, names: Mapping[str, Name]) -> tuple[StepView, ...]:
    """Steps people take from here, as if their forms were filled in: what then still stands in the way is shown."""
    state = course.states(row.status)
    verbs = tuple(step.verb for step in steps(course.matter, state) if step.roles - {Role.SYSTEM})
    views = [StepView(verb, course.form(verb), _decision(tx, course, row, verb, names)) for verb in verbs]
    return tuple(sorted(views, key=lambda view: not view.decision.allowed))


def _decision(tx: Tx, course: Course, row: Any, verb: Verb, names: Mapping[str, Name]) -> Decision:
    actor = within(tx.actor, subject_of(tx, row), tx.now)
    expected = course.expected(row, verb)
    here = acting_for(replace(tx, actor=actor), course.name(verb), expected)
    acting = (expected[0] if expected else "") if actor.system else here.actor.organ_for(course.name(verb)) or ""
    facts = course.facts(here, row, verb, _filled(here, course, row, verb), acting)
    found = why_not(course.matter, course.states(row.status), verb, roles_of(here), facts)
    return decision_in_names(found, names) & _own(here, course, row, verb)


def _own(tx: Tx, course: Course, row: Any, verb: Verb) -> Decision:
    try:
        course.own(tx, row, verb)
    except Refusal as refusal:
        return Decision((against(refusal.code, refusal.clause, **refusal.params),))
    return Decision()


def _filled(tx: Tx, course: Course, row: Any, verb: Verb) -> dict[str, Any]:
    """The form of a step as if all it asks for were there."""
    return {one.name: _stand_in(tx, course, row, verb, one) for one in course.form(verb)}


def _stand_in(tx: Tx, course: Course, row: Any, verb: Verb, one: Input) -> Any:
    if one.kind == "flag":
        return one.name not in ("goods", "goods_disposed") or bool(getattr(row, one.name, False))
    if one.kind == "moment":
        return tx.now + timedelta(days=1)
    if one.kind == "codes":
        values = (tx.county.profile.get(key, tx.now.date()) for key in _LISTS)
        return tuple(code for value in values for code in codes(value))
    if one.name == "ground":
        listed = codes(tx.county.profile.get(_GROUNDS.get((course.matter, verb), ""), tx.now.date()))
        return listed[0] if listed else GIVEN
    return GIVEN


# -- the duty to answer ------------------------------------------------------------------------------------------------


def unanswered_by_organ(session: Session, actor: Actor, county: County, now: datetime) -> list[Unanswered]:
    """Requests by the organ that was asked: refused, never answered, and transfers it has not answered in time (X10)."""
    demand(actor, "assistance.read", Subject(county.jurisdiction_id), now)
    asked = _counted(session, actor, county, (ASSISTANCE, ESCALATION, CALL_OUT), None)
    refused = _counted(session, actor, county, (ASSISTANCE,), AssistanceStatus.REFUSED.value)
    silent = _counted(session, actor, county, (ASSISTANCE,), AssistanceStatus.UNANSWERED.value)
    for organ, count in _counted(
        session, actor, county, (ESCALATION, CALL_OUT), EscalationStatus.UNANSWERED.value
    ).items():
        silent[organ] = silent.get(organ, 0) + count
    late = _late_transfers(session, actor, county, now)
    names = names_of_organs(Tx(session, actor, now, county))
    found = [
        Unanswered(
            organ,
            names.get(organ, Name(organ, organ)),
            asked.get(organ, 0),
            refused.get(organ, 0),
            silent.get(organ, 0),
            late.get(organ, 0),
        )
        for organ in sorted({*asked, *late})
    ]
    return sorted(found, key=lambda row: (-(row.refused + row.unanswered + row.late_transfers), row.organ))


def _counted(
    session: Session, actor: Actor, county: County, courses: Sequence[Course], status: str | None
) -> dict[str, int]:
    found: dict[str, int] = {}
    for course in courses:
        model: type[Assistance | Escalation | CallOut] = course.model
        query = select(model.to_organ, func.count()).where(_visible(session, actor, county, course))
        if status is not None:
            query = query.where(model.status == status)
        for organ, count in session.execute(query.group_by(model.to_organ)):
            found[organ] = found.get(organ, 0) + count
    return found


def _late_transfers(session: Session, actor: Actor, county: County, now: datetime) -> dict[str, int]:
    """Files received and not answered in time, by receiver."""
    runs = (Deadline.kind == "transfer_answer") & Deadline.done_at.is_(None) & Deadline.ended_at.is_(None)
    query = (
        select(Transfer.to_organ, func.count())
        .join(Deadline, (Deadline.matter_id == Transfer.id) & runs)
        .where(_visible(session, actor, county, TRANSFER), Deadline.due_at < now)
    )
    return {organ: int(count) for organ, count in session.execute(query.group_by(Transfer.to_organ))}


def shared_with(
    session: Session, actor: Actor, county: County, now: datetime, *, matter: str | None = None, limit: int = 200
) -> list[SharedRow]:
    """The log of what was shown to whom, newest first: of the actor's organs, or of the county for its office."""
    demand(actor, "shared.read", Subject(county.jurisdiction_id), now)
    query = select(Shared).where(Shared.jurisdiction_id == county.jurisdiction_id)
    wide = actor.system or any(s.role in (Role.COUNTY_OFFICE, Role.SUPERVISOR) for s in actor.scopes)
    organs = [scope.organ for scope in actor.scopes if scope.organ]
    if not wide:
        query = query.where(or_(Shared.from_organ.in_(organs), Shared.to_organ.in_(organs)))
    if matter:
        query = query.where(Shared.matter_number == matter)
    names = names_of_organs(Tx(session, actor, now, county))
    rows = session.scalars(query.order_by(Shared.at.desc(), Shared.id.desc()).limit(min(limit, PAGE_LIMIT)))
    return [
        SharedRow(
            row.matter_number,
            row.information,
            names.get(row.from_organ, Name(row.from_organ, row.from_organ)),
            names.get(row.to_organ, Name(row.to_organ, row.to_organ)),
            row.at,
        )
        for row in rows
    ]
