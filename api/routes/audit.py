"""The event chain over the interface: searched, verified as a whole in the background, verified for one matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy.orm import Session

from api import schemas as s
from api.context import AtDesk, Desk
from api.routing import router_at
from api.schemas_passing import (
    FaultOut,
    FoundEventOut,
    FoundEventsOut,
    MatterVerificationOut,
    UnansweredListOut,
    UnansweredOut,
    UnfiledListOut,
    UnfiledOut,
    VerificationOut,
)
from data import verifying
from data.authority import Actor
from data.county import County
from data.db import Record
from data.events import Verification
from data.queries.between import unanswered_by_organ
from data.queries.events import EventFilter, EventFound, search_events, verify_matter
from data.queries.late_filing import unfiled
from data.verifying import Verifying

router = router_at("/audit", tags=["audit"])


def _fault(found: Verification) -> FaultOut | None:
    if found.fault is None:
        return None
    return FaultOut(fault=found.fault, sequence=found.sequence, verb=found.verb, subject=found.subject, at=found.at)


# -- searched ----------------------------------------------------------------------------------------------------------


@router.get("/events", response_model=FoundEventsOut)
async def events(
    desk: AtDesk,
    number: Annotated[str, Query(max_length=40, description="Number of a matter")] = "",
    actor: Annotated[str, Query(max_length=80, description="Part of the name of an account")] = "",
    step: Annotated[str, Query(max_length=60, description="Name of a step")] = "",
    since: s.Moment | None = None,
    until: s.Moment | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="Cursor: the last sequence before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> FoundEventsOut:
    """Events newest first, by matter, by who acted, by step, by time; within the caller's area."""
    which = EventFilter(number.strip(), actor.strip(), step.strip(), since, until)
    rows = await desk.ask(_searched, now=desk.now, which=which, before=before, limit=limit, lang=desk.lang)
    told = [FoundEventOut.model_validate(_event(row)) for row in rows]
    return FoundEventsOut(events=told, next=rows[-1].sequence if len(rows) == limit else None)


def _searched(
    session: Session, actor: Actor, county: County, *, now: datetime, which: EventFilter, **more: Any
) -> list[EventFound]:
    return search_events(session, actor, county, now, which, **more)


def _event(row: EventFound) -> Mapping[str, Any]:
    names = (name for name in FoundEventOut.model_fields if name != "subject_number")
    return {name: getattr(row, name) for name in names} | {"subject_number": row.number or None}


# -- verified ----------------------------------------------------------------------------------------------------------


@router.get("/matters/{number}", response_model=MatterVerificationOut)
async def verify_one(number: str, desk: AtDesk) -> MatterVerificationOut:
    """Recompute the events of one matter and hold each against the one before it; says nothing of the rest of the chain."""
    found: Verification = await desk.ask(_matter, number=number, now=desk.now)
    sentence = found.sentence(desk.lang)
    return MatterVerificationOut(
        number=number, whole=found.whole, events=found.events, sentence=sentence, fault=_fault(found)
    )


def _matter(session: Session, actor: Actor, county: County, *, number: str, now: datetime) -> Verification:
    return verify_matter(session, actor, county, now, number)


def told(run: Verifying | None, lang: str) -> VerificationOut:
    """A run as the interface says it."""
    if run is None:
        return VerificationOut(state="never", head=None, anchors=0, last_anchor=None)
    found = run.finding
    facts: dict[str, Any] = {
        "begun_at": run.begun_at,
        "ended_at": run.ended_at,
        "by": run.by,
        "done": run.done,
        "total": run.total,
        "anchors": run.anchors,
        "last_anchor": run.last_anchor["sequence"] if run.last_anchor else None,
    }
    if run.running or run.stopped:
        return VerificationOut(state="running" if run.running else "stopped", **facts)
    if run.refusal is not None or found is None:
        return VerificationOut(state="failed", sentence=run.refusal.sentence(lang) if run.refusal else None, **facts)
    facts |= {"whole": found.whole, "events": found.events, "head": found.head, "sentence": found.sentence(lang)}
    return VerificationOut(state="done", fault=_fault(found), **facts)


@router.get("/verification", response_model=VerificationOut)
async def verification(desk: AtDesk) -> VerificationOut:
    """The verification of the whole chain that goes on, or the last one."""
    return told(await _of_the_record(desk, verifying.newest), desk.lang)


@router.post("/verification", status_code=202, response_model=VerificationOut)
async def verify_all(desk: AtDesk) -> VerificationOut:
    """Begin to recompute the whole chain and to hold it against head and anchors; the answer is asked for later."""
    return told(await _of_the_record(desk, verifying.begin), desk.lang)


@router.delete("/verification", response_model=VerificationOut)
async def stop(desk: AtDesk) -> VerificationOut:
    """Stop the verification that goes on."""
    return told(await _of_the_record(desk, verifying.stop), desk.lang)


async def _of_the_record(desk: Desk, work: Any) -> Verifying | None:
    def asked(_session: Session, actor: Actor, county: County, *, record: Record) -> Verifying | None:
        found: Verifying | None = work(record, actor, county)
        return found

    asked.__name__ = f"{work.__name__}_verification"
    return await desk.ask(asked, record=desk.record)


# -- what is owed ------------------------------------------------------------------------------------------------------


@router.get("/unanswered", response_model=UnansweredListOut)
async def unanswered(desk: AtDesk) -> UnansweredListOut:
    """Requests by the organ that was asked: refused, never answered, transfers late now (X10)."""
    rows = await desk.ask(_unanswered, now=desk.now)
    names = [name for name in UnansweredOut.model_fields if name != "name"]
    zh = desk.lang == "zh"
    told_ = [
        UnansweredOut(name=row.name.zh if zh else row.name.en, **{name: getattr(row, name) for name in names})
        for row in rows
    ]
    return UnansweredListOut(organs=told_)


def _unanswered(session: Session, actor: Actor, county: County, *, now: datetime) -> Any:
    return unanswered_by_organ(session, actor, county, now)


@router.get("/unfiled", response_model=UnfiledListOut)
async def not_filed(desk: AtDesk) -> UnfiledListOut:
    """What was found and is not filed, held against the profile's time where it gives one (LX 二(三)4)."""
    rows = await desk.ask(_unfiled, now=desk.now, lang=desk.lang)
    return UnfiledListOut(
        unfiled=[
            UnfiledOut(
                **{name: getattr(row, name) for name in ("kind", "number", "summary", "status", "found_at", "raised")},
                waiting_days=row.filing.waiting.days,
                standing=row.filing.standing,
                due_at=row.filing.due_at,
                clause=row.filing.clause,
            )
            for row in rows
        ]
    )


def _unfiled(session: Session, actor: Actor, county: County, *, now: datetime, lang: str) -> Any:
    return unfiled(session, actor, county, now, lang)
