"""Hand-over to and from 110, 119 and 120, and photographs asked of the nearest grid workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy.orm import Session

from api import schemas_calls as s
from api.context import AtDesk
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas import LeadOut
from data.authority import Actor
from data.casework.eyes import ask_eyes, recall_eyes
from data.casework.services import hand_over, reply_of_service, take_over
from data.county import County
from data.db import Tx
from data.models import Lead
from data.queries.eyes import EyesView, eyes_of
from data.queries.handed import HandOverView, hand_over_view, hand_overs_of
from data.queries.leads import get_lead, lead_id, lead_row

router = router_at(tags=["hand-over"])


def _handed(session: Session, actor: Actor, county: County, *, number: str) -> list[HandOverView]:
    get_lead(session, actor, county, number=number)
    return hand_overs_of(session, lead_id(session, county, number))


def _view(tx: Tx, *, take: Callable[..., Any], **facts: Any) -> HandOverView:
    return hand_over_view(take(tx, **facts))


@router.get("/leads/{number}/hand-overs", response_model=s.HandOversOut)
async def hand_overs(number: str, desk: AtDesk) -> s.HandOversOut:
    """Hand-overs of a lead to and from 110, 119 and 120."""
    rows = await desk.ask(_handed, number=number)
    return s.HandOversOut(hand_overs=[s.HandOverOut.model_validate(row) for row in rows])


@router.post("/leads/{number}/hand-overs", response_model=s.HandOverOut, status_code=201)
async def hand_a_lead_over(number: str, body: s.HandOverIn, desk: AtDesk) -> s.HandOverOut:
    """Note that the lead was handed to 110, 119 or 120; it stays open and goes on here."""
    return s.HandOverOut.model_validate(await desk.write(_view, take=hand_over, number=number, **body.model_dump()))


@router.post("/hand-overs/{key}/reply", response_model=s.HandOverOut)
async def note_reply(key: UUID, body: s.ReplyIn, desk: AtDesk) -> s.HandOverOut:
    """Note what the service answered, and its number where that was not known."""
    facts = body.model_dump()
    return s.HandOverOut.model_validate(await desk.write(_view, take=reply_of_service, key=str(key), **facts))


def _take_over(tx: Tx, *, body: dict[str, Any], lang: str) -> dict[str, Any]:
    row = take_over(tx, **body)
    lead = lead_row(tx.session.get_one(Lead, row.lead_id), tx.county, lang=lang)
    return {"lead": LeadOut.model_validate(lead), "hand_over": s.HandOverOut.model_validate(hand_over_view(row))}


@router.post("/hand-overs", response_model=s.TakenOver, status_code=201)
async def take_a_matter_over(body: s.TakeOverIn, desk: AtDesk) -> s.TakenOver:
    """Take in what 110, 119 or 120 hands over, as a lead of that source; the same reference gives the same lead."""
    return s.TakenOver(**await desk.write(_take_over, body=body.model_dump(), lang=desk.lang))


def _eyes(session: Session, actor: Actor, county: County, *, number: str, lang: str, now: datetime) -> list[EyesView]:
    get_lead(session, actor, county, number=number)
    return list(eyes_of(session, lead_id(session, county, number), lang))


@router.get("/leads/{number}/eyes", response_model=s.EyesListOut)
async def requests(number: str, desk: AtDesk) -> s.EyesListOut:
    """Photographs asked for, and what came."""
    rows = await desk.ask(_eyes, number=number, lang=desk.lang, now=desk.now)
    return s.EyesListOut(requests=[s.EyesOut.model_validate(row) for row in rows])


async def _after(desk: Any, number: str, key: UUID) -> s.EyesOut:
    rows = await desk.ask(_eyes, number=number, lang=desk.lang, now=desk.now)
    return s.EyesOut.model_validate(next(row for row in rows if row.key == key))


def _asked(tx: Tx, *, number: str, key: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        return {"key": str(ask_eyes(inner, number=number).id)}

    return once(tx, work=work, request={"eyes": number}, key=key, status=201)


@router.post("/leads/{number}/eyes", response_model=s.EyesOut, status_code=201)
async def ask(number: str, desk: AtDesk, response: Response, key: Key = None) -> s.EyesOut:
    """Ask the nearest grid workers for a photograph: a request, never an enforcement task."""
    found = replied(await desk.write(_asked, number=number, key=key), response)
    return await _after(desk, number, UUID(found["key"]))


def _recalled(tx: Tx, *, key: str, reason: str) -> tuple[str, UUID]:
    row = recall_eyes(tx, key=key, reason=reason)
    return tx.session.get_one(Lead, row.lead_id).number, row.id


@router.post("/eyes/{key}/recall", response_model=s.EyesOut)
async def recall(key: UUID, body: s.EyesReason, desk: AtDesk) -> s.EyesOut:
    """Take a request back with a reason."""
    number, found = await desk.write(_recalled, key=str(key), reason=body.reason)
    return await _after(desk, number, found)
