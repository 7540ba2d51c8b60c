"""Legal reviews for pages and the interface: the queue by deadline, one round with its points, and what changed since the last."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from data.authority import Actor, Subject, demand, in_scope, within
from data.casework import cases
from data.casework.review_rounds import awaited, proposal_of, review_facts
from data.casework.steps import roles_of
from data.county import County
from data.db import Tx
from data.models import Account, Case, CaseEntry, CaseReview, Deadline, Event, Evidence, Item
from policy import review
from policy.decision import Decision
from policy.errors import Refusal
from policy.lifecycle import steps, why_not
from policy.review import Choice, Entry
from policy.text import Name, Word, named
from policy.vocabulary import MatterKind, Role, Verb
from policy.vocabulary_between import ReviewStatus
from policy.zone import CHINA

PAGE_LIMIT: Final = 500
_FIELDS: Final = ("penalties", "fine", "confiscated")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A round in the queue: of which case, why, how far, and until when; the 90 days of the case run on meanwhile."""

    number: str
    case: str
    summary: str
    round: int
    status: ReviewStatus
    township: str
    submitted_at: datetime
    triggers: tuple[str, ...]
    asked_due_at: datetime | None
    decision_due_at: datetime | None
    overdue: bool
    reviewer: str | None
    opinion: str | None
    item: Name


@dataclass(frozen=True, slots=True)
class PointView:
    """One point of the plan with the answer it was given."""

    code: str
    name: Name
    answer: str | None
    note: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the review, and whether who looks may take it: with every obstacle when not."""

    verb: Verb
    decision: Decision


@dataclass(frozen=True, slots=True)
class EntryChange:
    """Something written into the file since the last round."""

    kind: str
    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of evidence that came since."""

    id: UUID
    name: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different since the last round: what the handler says, what was written and added, and the penalty in view."""

    since: datetime
    told: str | None
    steps: tuple[str, ...]
    entries: tuple[EntryChange, ...]
    evidence: tuple[FileChange, ...]
    before: Mapping[str, Any]
    now: Mapping[str, Any]

    @property
    def penalty_changed(self) -> bool:
        """Whether another penalty is meant now."""
        return any(self.before.get(name) != self.now.get(name) for name in _FIELDS)


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One round as the page shows it."""

    row: ReviewRow
    materials: tuple[Entry, ...]
    handed_in: tuple[str, ...]
    missing: tuple[Entry, ...]
    asked: tuple[str, ...]
    awaited: tuple[Name | Word | str, ...]
    new_facts: tuple[Mapping[str, Any], ...]
    points: tuple[PointView, ...]
    page_notes: tuple[Mapping[str, Any], ...]
    opinions: tuple[Choice, ...]
    grounds: str | None
    outside: str | None
    expert: str | None
    changes: Changes | None
    earlier: tuple[str, ...]
    steps: tuple[StepView, ...]


# -- the queue ---------------------------------------------------------------------------------------------------------


def review_queue(
    session: Session,
    actor: Actor,
    county: County,
    now: datetime,
    *,
    statuses: Sequence[str] = (),
    limit: int = 200,
    lang: str = "zh",
) -> list[ReviewRow]:
    """Rounds who looks may see, by the case's time to decide, the nearest first; those with an opinion only when asked for."""
    demand(actor, "review.read", Subject(county.jurisdiction_id), now)
    wanted = tuple(statuses) or tuple(each.value for each in ReviewStatus if each is not ReviewStatus.OPINION)
    query = _visible(actor, county).where(CaseReview.status.in_(wanted))
    due = Deadline.due_at.asc().nulls_last()
    found = session.execute(
        query.order_by(due, CaseReview.submitted_at, CaseReview.number).limit(min(limit, PAGE_LIMIT))
    )
    return [_row(county, now, lang, *each) for each in found]


def _visible(actor: Actor, county: County) -> Select[CaseReview, Case, datetime, str, Item]:
    place = county.jurisdiction_id
    runs = (Deadline.kind == "decision") & Deadline.done_at.is_(None) & Deadline.ended_at.is_(None)
    return (
        select(CaseReview, Case, Deadline.due_at, Account.display_name, Item)
        .join(Case, Case.id == CaseReview.case_id)
        .join(Item, Item.id == Case.item_id)
        .outerjoin(Deadline, (Deadline.matter_id == Case.id) & runs)
        .outerjoin(Account, Account.id == CaseReview.reviewer_id)
        .where(CaseReview.jurisdiction_id == place, _whose(actor, county))
    )


def _whose(actor: Actor, county: County) -> ColumnElement[bool]:
    """Rounds of the actor's townships; a department sees those of the cases it handles."""
    others = tuple(scope for scope in actor.scopes if scope.role is not Role.DEPARTMENT)
    organs = [scope.organ for scope in actor.scopes if scope.role is Role.DEPARTMENT and scope.organ]
    if actor.system or others:
        seen = actor if actor.system else replace(actor, scopes=others)
        return or_(
            in_scope(seen, "review.read", county.jurisdiction_id, CaseReview.township_code), Case.organ_code.in_(organs)
        )
    return Case.organ_code.in_(organs)


def _row(
    county: County,
    now: datetime,
    lang: str,
    row: CaseReview,
    case: Case,
    due: datetime | None,
    reviewer: str | None,
    item: Item,
) -> ReviewRow:
    open_ = row.status != ReviewStatus.OPINION
    ends = [
        at for at in (due, row.asked_due_at if row.status == ReviewStatus.MATERIAL_ASKED else None) if at is not None
    ]
    return ReviewRow(
        number=row.number,
        case=case.number,
        summary=case.summary,
        round=row.round,
        status=ReviewStatus(row.status),
        township=county.name_of(row.township_code, lang) if row.township_code else named(county.words, lang),
        submitted_at=row.submitted_at,
        triggers=tuple(row.triggers),
        asked_due_at=row.asked_due_at,
        decision_due_at=due,
        overdue=open_ and any(now > at for at in ends),
        reviewer=reviewer,
        opinion=row.opinion,
        item=Name(item.name, item.name_en or item.name),
    )


# -- one round ---------------------------------------------------------------------------------------------------------


def review_view(
    session: Session, actor: Actor, county: County, now: datetime, *, number: str, lang: str = "zh"
) -> ReviewView:
    """One round with all its page shows; not found and not in the actor's area are the same answer."""
    demand(actor, "review.read", Subject(county.jurisdiction_id), now)
    found = session.execute(_visible(actor, county).where(CaseReview.number == number)).first()
    if found is None:
        raise Refusal("errors_review.not_found", kind="not_found", number=number, county=county.words)
    row, case, due, reviewer, item = found
    on = now.astimezone(CHINA).date()
    tx = Tx(session, actor, now, county)
    query = select(CaseReview.number).where(CaseReview.case_id == case.id, CaseReview.round < row.round)
    heard = case.hearing_at is not None
    return ReviewView(
        row=_row(county, now, lang, row, case, due, reviewer, item),
        materials=review.materials(county.profile, on),
        handed_in=tuple(row.materials),
        missing=review.missing(county.profile, on, row.materials, heard),
        asked=tuple(row.asked),
        awaited=awaited(tx, row),
        new_facts=tuple(row.new_facts),
        points=_points(county, row, on),
        page_notes=tuple(row.page_notes),
        opinions=review.opinions(county.profile, on),
        grounds=row.reason,
        outside=row.outside,
        expert=row.expert,
        changes=changed_since(session, row),
        earlier=tuple(session.scalars(query.order_by(CaseReview.round))),
        steps=_steps(tx, case, row),
    )


def _points(county: County, row: CaseReview, on: Any) -> tuple[PointView, ...]:
    given: Mapping[str, Mapping[str, str]] = row.points
    return tuple(
        PointView(
            point.code, point.name, given.get(point.code, {}).get("answer"), given.get(point.code, {}).get("note", "")
        )
        for point in review.points(county.profile, on)
    )


_SAYS_ITSELF: Final = frozenset(
    {
        "reasons_review.no_form", "reasons_review.nothing_asked", "reasons_review.no_time_set",
        "reasons_review.list_incomplete", "reasons_review.outside_unlisted", "reasons_review.expert_unnamed",
        "reasons_review.not_in_pool", "reasons.reason_missing",
    }
)  # fmt: skip
"""What the form of the step itself asks for: no obstacle before it is filled in."""


def _steps(tx: Tx, case: Case, row: CaseReview) -> tuple[StepView, ...]:
    facts, state = review_facts(tx, case, row, {}), ReviewStatus(row.status)
    here = replace(tx, actor=within(tx.actor, cases.subject_of(tx, case), tx.now))
    found = (step.verb for step in steps(MatterKind.REVIEW, state) if step.verb is not Verb.RESUBMIT)
    return tuple(
        StepView(verb, _without_form(why_not(MatterKind.REVIEW, state, verb, roles_of(here), facts))) for verb in found
    )


def _without_form(decision: Decision) -> Decision:
    return Decision(tuple(reason for reason in decision.reasons if reason.code not in _SAYS_ITSELF))


# -- what changed ------------------------------------------------------------------------------------------------------


def changed_since(session: Session, row: CaseReview) -> Changes | None:
    """What changed in the file since the round before; None for the first one."""
    query = select(CaseReview).where(CaseReview.case_id == row.case_id, CaseReview.round == row.round - 1)
    before = session.scalars(query).first()
    if before is None:
        return None
    case = session.get_one(Case, row.case_id)
    events = session.execute(
        select(Event.verb, Event.facts)
        .where(Event.subject_id == case.id, Event.sequence > before.sequence)
        .order_by(Event.sequence)
    ).all()
    told = [json.loads(facts) for _, facts in events]
    return Changes(
        since=before.submitted_at,
        told=row.changes,
        steps=tuple(dict.fromkeys(verb for verb, _ in events if not verb.endswith("_deadline"))),
        entries=_entries(session, [fact["entry"] for fact in told if fact.get("entry")]),
        evidence=_files(session, [fact["evidence"] for fact in told if fact.get("evidence")]),
        before=before.proposal,
        now=proposal_of(case.penalties, case.fine, case.confiscated),
    )


def _entries(session: Session, keys: Sequence[str]) -> tuple[EntryChange, ...]:
    query = select(CaseEntry).where(CaseEntry.id.in_([UUID(key) for key in keys])).order_by(CaseEntry.id)
    return tuple(EntryChange(row.kind, row.at, row.author, row.text) for row in session.scalars(query))


def _files(session: Session, keys: Sequence[str]) -> tuple[FileChange, ...]:
    query = select(Evidence).where(Evidence.id.in_([UUID(key) for key in keys])).order_by(Evidence.id)
    return tuple(FileChange(row.id, row.name, row.received_at) for row in session.scalars(query))
