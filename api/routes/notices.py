"""Notices: one's own, acknowledged; and the calls a person makes because no other way reached somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import Field
from sqlalchemy.orm import Session

from api.context import AtDesk
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas import Body, View
from data.authority import Actor
from data.casework.calls import record_call
from data.casework.notices import acknowledge
from data.county import County
from data.db import Tx
from data.queries.notices import NoticeView, calls_to_make, own_notices
from policy.vocabulary_notice import CallResult, Channel, NoticeStatus

router = router_at("/notices", tags=["notices"])


class NoticeOut(View):
    """A notice with its words; `phone` only on the list of calls."""

    key: UUID
    words: str
    number: str | None
    matter: str
    channel: Channel
    status: NoticeStatus
    urgent: bool
    at: datetime
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    who: str
    phone: str | None
    attempts: int
    fault: str | None
    called_at: datetime | None
    result: CallResult | None
    next_who: str = Field(description="Whom to call next, on the list of calls alone")
    next_at: datetime | None = Field(description="When the next one is called by itself")


class NoticesOut(View):
    """Notices, the urgent first."""

    notices: list[NoticeOut]


class NoticeState(View):
    """How far a notice has come."""

    key: UUID
    status: NoticeStatus


class CallIn(Body):
    """What came of a call."""

    result: CallResult = Field(examples=["reached"])
    note: Annotated[str | None, Field(max_length=500)] = None


def _out(rows: list[NoticeView]) -> NoticesOut:
    return NoticesOut(notices=[NoticeOut.model_validate(row, from_attributes=True) for row in rows])


def _own(session: Session, actor: Actor, county: County, *, now: datetime, lang: str) -> list[NoticeView]:
    return own_notices(session, actor, county, now, lang)


def _calls(session: Session, actor: Actor, county: County, *, now: datetime, lang: str) -> list[NoticeView]:
    return calls_to_make(session, actor, county, now, lang)


@router.get("", response_model=NoticesOut)
async def notices(desk: AtDesk) -> NoticesOut:
    """Notices to the caller that are not acknowledged."""
    return _out(await desk.ask(_own, now=desk.now, lang=desk.lang))


@router.get("/calls", response_model=NoticesOut)
async def calls(desk: AtDesk) -> NoticesOut:
    """People and departments to be called by telephone, with their numbers."""
    return _out(await desk.ask(_calls, now=desk.now, lang=desk.lang))


def _state(tx: Tx, *, take: Any, **facts: Any) -> dict[str, Any]:
    row = take(tx, **facts)
    return {"key": row.id, "status": row.status}


def _called(tx: Tx, *, facts: Row, again: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        return _state(inner, take=record_call, **facts)

    return once(tx, work=work, request={"called": facts}, key=again)


@router.post("/{key}/acknowledge", response_model=NoticeState)
async def acknowledge_notice(key: UUID, desk: AtDesk) -> NoticeState:
    """Say that one's own notice is known; whoever would come next is not told any more."""
    return NoticeState(**await desk.write(_state, take=acknowledge, key=str(key)))


@router.post("/{key}/called", response_model=NoticeState)
async def record_call_made(key: UUID, body: CallIn, desk: AtDesk, response: Response, again: Key = None) -> NoticeState:
    """Record what came of a call: reached, no answer (the next named contact follows after a time), wrong number (at once)."""
    facts = {"key": str(key), "result": body.result.value, "note": body.note}
    return NoticeState.model_validate(replied(await desk.write(_called, facts=facts, again=again), response))
