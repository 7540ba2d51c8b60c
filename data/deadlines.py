"""Deadlines that run in the record: verbs used inside other verbs' savepoints, each with its event in the matter's chain.

They follow from a step, so the system signs them; who took the step, and on what ground, stands in the step's own event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from data.authority import SYSTEM
from data.county import County
from data.db import Tx
from data.events import EventDraft, append_steps
from data.models import Deadline, Event
from policy import deadlines as law
from policy.deadlines import Pause
from policy.errors import Refusal
from policy.ladder import Mark, marks
from policy.text import Word
from policy.zone import CHINA

OPEN: Final[tuple[ColumnElement[bool], ...]] = (Deadline.done_at.is_(None), Deadline.ended_at.is_(None))


# -- the course of a deadline -----------------------------------------------------------------------------------------


def start_deadline(
    tx: Tx,
    *,
    matter: str,
    matter_id: UUID,
    number: str | None,
    kind: str,
    begun_at: datetime,
    township_code: str | None = None,
    organ_code: str | None = None,
    about: str = "",
) -> Deadline | None:
    """Let a deadline of `kind` run from `begun_at`; None where the county's profile is silent: no clock is invented.

    `about` names the thing or party of the matter where several of one kind run side by side. `Refusal` while it runs already.
    """
    counted = count(tx.county, kind, begun_at)
    if counted is None:
        return None
    _not_running(tx, matter_id, number, kind, about)
    row = Deadline(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        matter=matter,
        matter_id=matter_id,
        matter_number=number,
        about=about,
        township_code=township_code,
        organ_code=organ_code,
        kind=kind,
        whose=counted.spec.whose,
        sense=counted.spec.sense,
        begun_at=begun_at,
        pauses=[],
        extended=0,
        reminded=0,
    )
    put(tx, row, counted)
    tell(tx, row, "start", {"begun": begun_at, "due": row.due_at, "provisional": row.provisional})
    row.begun_by = _last_event(tx, matter_id)
    tx.session.add(row)
    tx.session.flush()
    return row


def meet_deadline(tx: Tx, matter_id: UUID, kind: str, at: datetime, about: str | None = None) -> list[Deadline]:
    """What the deadline asked for was done at `at`, in time or late; gives those that ran (`about` None: each of the kind)."""
    rows = _running_of(tx, matter_id, kind, about)
    for row in rows:
        row.done_at, row.remind_at, row.pauses = at, None, _closed(row.pauses, at)
        late = row.sense == "latest" and at > row.due_at
        tell(tx, row, "meet", {"done": at, "due": row.due_at, "late": late})
    return rows


def end_deadline(tx: Tx, matter_id: UUID, kind: str | None = None, about: str | None = None) -> list[Deadline]:
    """The deadline no longer matters (`kind` None: none of the matter does); gives those that ran."""
    rows = _running_of(tx, matter_id, kind, about)
    for row in rows:
        row.ended_at, row.remind_at, row.pauses = tx.now, None, _closed(row.pauses, tx.now)
        tell(tx, row, "end", {"due": row.due_at})
    return rows


def pause_deadline(tx: Tx, deadline: Deadline, ground: str, clause: str, *, at: datetime | None = None) -> Deadline:
    """Stop the clock on a `ground` that the deadline's own rule names; `Refusal` for another, or while it stands still."""
    begun = at or tx.now
    _still_runs(deadline)
    if standing(deadline):
        raise _refusal("paused_already", deadline, since=local(_moment(standing(deadline))))
    if begun < deadline.begun_at or begun > deadline.due_at:
        raise _refusal("pause_outside", deadline, begun=local(deadline.begun_at), due=local(deadline.due_at))
    pause = {"from": _iso(begun), "to": None, "ground": ground, "clause": clause}
    counted = _counted(tx, deadline, [*deadline.pauses, pause])
    deadline.pauses = [*deadline.pauses, pause]
    deadline.remind_at = None
    put(tx, deadline, counted)
    tell(tx, deadline, "pause", {"from": begun, "ground": ground}, clause)
    return deadline


def resume_deadline(tx: Tx, deadline: Deadline, *, at: datetime | None = None) -> Deadline:
    """Let the clock go on: the days it stood still are not counted and the end moves; `Refusal` when it runs."""
    _still_runs(deadline)
    since = standing(deadline)
    if since is None:
        raise _refusal("not_paused", deadline)
    before, pauses = deadline.due_at, _closed(deadline.pauses, at or tx.now)
    counted = _counted(tx, deadline, pauses)
    deadline.pauses = pauses
    put(tx, deadline, counted)
    tell(tx, deadline, "resume", {"from": since, "to": at or tx.now, "before": before, "due": deadline.due_at})
    return deadline


def extend_deadline(tx: Tx, deadline: Deadline, *, at: datetime | None = None) -> Deadline:
    """Prolong it as its rule allows, before it is over; `Refusal` with the clause where the rule allows none, or no more."""
    _still_runs(deadline)
    counted = _counted(tx, deadline, deadline.pauses, extended=True)
    if deadline.extended:
        law.extend(counted)  # says how often the law allows it
    if not standing(deadline) and (at or tx.now) > deadline.due_at:
        raise _refusal("extended_late", deadline, due=local(deadline.due_at))
    before = deadline.due_at
    deadline.extended += 1
    put(tx, deadline, counted)
    tell(tx, deadline, "extend", {"before": before, "due": deadline.due_at})
    return deadline


def find_deadline(tx: Tx, deadline_id: UUID) -> Deadline:
    """The deadline of this county, locked for the step."""
    query = select(Deadline).where(Deadline.id == deadline_id, Deadline.jurisdiction_id == tx.county.jurisdiction_id)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal("errors_policy.deadline_not_found", kind="not_found", key=str(deadline_id), county=tx.county.name)
    return row


def running(
    session: Session,
    county: County,
    *,
    matter_id: UUID | None = None,
    kinds: Collection[str] | None = None,
    townships: frozenset[str] | None = None,
    due_before: datetime | None = None,
) -> list[Deadline]:
    """Deadlines that run, the next one due first; `townships` None: of the whole county."""
    query = select(Deadline).where(Deadline.jurisdiction_id == county.jurisdiction_id, *OPEN)
    if matter_id is not None:
        query = query.where(Deadline.matter_id == matter_id)
    if kinds is not None:
        query = query.where(Deadline.kind.in_(kinds))
    if townships is not None:
        query = query.where(Deadline.township_code.in_(townships))
    if due_before is not None:
        query = query.where(Deadline.due_at < due_before)
    return list(session.scalars(query.order_by(Deadline.due_at, Deadline.id)))


# -- counting ---------------------------------------------------------------------------------------------------------


def count(
    county: County, kind: str, begun_at: datetime, pauses: Iterable[Mapping[str, Any]] = (), *, extended: bool = False
) -> law.Deadline | None:
    """The deadline as the county's profile and calendar count it; None where the profile is silent."""
    stops = [Pause(_moment(p["from"]), _moment(p["to"]) if p["to"] else None, p["ground"], p["clause"]) for p in pauses]
    try:
        return law.due(kind, begun_at, county.profile, county.calendar, pauses=stops, extended=extended)
    except Refusal as silent:
        if silent.code == "errors_policy.silent":
            return None
        raise


def put(tx: Tx, row: Deadline, counted: law.Deadline) -> None:
    """Write into the row what was counted, and when its ladder is to be looked at next."""
    row.due_at, row.provisional, row.clause = counted.due_at, counted.provisional, counted.clause
    row.calendar, row.profile = tx.county.calendar.digest, tx.county.profile.digest
    if row.sense != "latest" or standing(row):
        return
    ladder = ladder_of(tx.county, row)
    row.reminded = min(row.reminded, max((mark.index for mark in ladder if mark.passed(tx.now)), default=0))
    row.remind_at = next((mark.when for mark in ladder if mark.index > row.reminded), None)


def ladder_of(county: County, row: Deadline) -> Sequence[Mark]:
    """Moments at which somebody is told; time that stood still belongs to no period. None where the profile is silent.

    None for a right of the party either: no handler can be urged to appeal against the own decision.
    """
    if row.kind in law.RIGHTS:
        return ()
    stood = sum((_moment(p["to"]) - _moment(p["from"]) for p in row.pauses if p["to"]), timedelta(0))
    try:
        return marks(row.begun_at + stood, row.due_at, county.profile, row.begun_at.astimezone(CHINA).date())
    except Refusal as silent:
        if silent.code == "errors_policy.silent":
            return ()
        raise


def standing(row: Deadline) -> str | None:
    """Since when the clock stands still; None when it runs."""
    return next((pause["from"] for pause in row.pauses if pause["to"] is None), None)


def tell(tx: Tx, row: Deadline, what: str, facts: Mapping[str, Any], clause: str | None = None) -> None:
    """The event of what happened to a deadline, in the chain of its matter."""
    append_steps(replace(tx, actor=SYSTEM), [told(tx, row, what, facts, clause)])


def told(tx: Tx, row: Deadline, what: str, facts: Mapping[str, Any], clause: str | None = None) -> EventDraft:
    """That event before it has its place."""
    plain = {name: _iso(fact) if isinstance(fact, datetime) else fact for name, fact in facts.items()}
    about = {"about": row.about} if row.about else {}
    return EventDraft(
        at=tx.now,
        matter=row.matter,
        subject_id=row.matter_id,
        subject_number=row.matter_number,
        verb=f"{what}_deadline",
        facts={"deadline": str(row.id), "kind": row.kind, "calendar": row.calendar, **about, **plain},
        clause=clause or row.clause,
    )


def _counted(tx: Tx, row: Deadline, pauses: Iterable[Mapping[str, Any]], *, extended: bool = False) -> law.Deadline:
    counted = count(tx.county, row.kind, row.begun_at, pauses, extended=extended or row.extended > 0)
    if counted is None:
        raise _refusal("deadline_lapsed", row)
    return counted


def _not_running(tx: Tx, matter_id: UUID, number: str | None, kind: str, about: str) -> None:
    for row in _running_of(tx, matter_id, kind, about):
        raise _refusal("deadline_running", row, due=local(row.due_at))


def _running_of(tx: Tx, matter_id: UUID, kind: str | None, about: str | None) -> list[Deadline]:
    query = select(Deadline).where(Deadline.matter_id == matter_id, *OPEN)
    query = query.where(Deadline.jurisdiction_id == tx.county.jurisdiction_id)
    if kind is not None:
        query = query.where(Deadline.kind == kind)
    if about is not None:
        query = query.where(Deadline.about == about)
    return list(tx.session.scalars(query.order_by(Deadline.begun_at, Deadline.id).with_for_update()))


def _still_runs(row: Deadline) -> None:
    if row.done_at is not None or row.ended_at is not None:
        raise _refusal("deadline_over", row, ended=local(row.done_at or row.ended_at))


def _closed(pauses: Sequence[Mapping[str, Any]], at: datetime) -> list[Any]:
    return [{**pause, "to": pause["to"] or _iso(at)} for pause in pauses]


def _last_event(tx: Tx, matter_id: UUID) -> int | None:
    query = select(Event.sequence).where(Event.subject_id == matter_id).order_by(Event.position.desc()).limit(1)
    return tx.session.scalar(query)


def _refusal(code: str, row: Deadline, **params: Any) -> Refusal:
    name, number, where = Word(f"policy.key.{law.key_of(row.kind)}"), row.matter_number or "—", row.clause or "—"
    return Refusal(
        f"errors_policy.{code}", kind="conflict", clause=row.clause, deadline=name, number=number, where=where, **params
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat()


def _moment(text: str | None) -> datetime:
    if text is None:
        raise ValueError("a pause that has not ended has no end")
    return datetime.fromisoformat(text)


def local(moment: datetime | None) -> str:
    """A moment as people here read it, to the minute."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if moment else "—"
