"""Calls at the desk: places by name, leads a call may be about, the call itself; and alarms of who asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from api import schemas_calls as s
from api.context import AtDesk
from api.once import Key, once, replied
from api.routing import router_at
from api.schemas import LeadOut
from data.authority import Actor, Subject, demand
from data.casework.alarms import acknowledge_alarms, snooze_alarms
from data.casework.taking_calls import take_call
from data.county import County
from data.db import Tx
from data.models import Lead
from data.queries.alarms import Alarms, read_alarms
from data.queries.console import short_place
from data.queries.leads import lead_row
from data.queries.taking_calls import Likely, find_places, likely
from policy.calls import service_of
from policy.suggestion import SHORT
from policy.vocabulary_calls import CallKind

router = router_at(tags=["calls"])


def _places(session: Session, actor: Actor, county: County, *, words: str, lang: str, now: datetime) -> s.PlacesOut:
    demand(actor, "grid.read", Subject(county.jurisdiction_id), now)
    found = [  # in Chinese: the page writes it into its form, and what is sent is kept
        s.PlaceOut(
            code=one.place.code,
            name=one.place.name,
            place=short_place(county, one.place.township_code, one.place.code),
            reason=one.reason.sentence(lang),
            guess=one.reason.code == SHORT,
        )
        for one in find_places(county, words)
    ]
    return s.PlacesOut(places=found)


@router.post("/places/search", response_model=s.PlacesOut)
async def places(body: s.PlacesIn, desk: AtDesk) -> s.PlacesOut:
    """Townships and villages that the words may name: by their names, other names, and typing errors."""
    return await desk.ask(_places, words=body.words, lang=desk.lang, now=desk.now)


def _likely(
    session: Session, actor: Actor, county: County, *, now: datetime, phone: str | None, cell: str | None, lang: str
) -> list[Likely]:
    return likely(session, actor, county, now, phone=phone, cell=cell, lang=lang)


@router.post("/calls/likely", response_model=s.LikelyOut)
async def likely_leads(body: s.LikelyIn, desk: AtDesk) -> s.LikelyOut:
    """Leads a call may be about: of the same number's calls of the last days, and open ones near its place."""
    found = await desk.ask(_likely, now=desk.now, phone=body.phone, cell=body.cell_code, lang=desk.lang)
    return s.LikelyOut(leads=[s.LikelyLead.model_validate(one) for one in found])


def _take(tx: Tx, *, body: dict[str, Any], key: str | None, lang: str) -> tuple[dict[str, Any], bool]:
    def verb(inner: Tx) -> Mapping[str, Any]:
        call = take_call(inner, **body)
        lead = lead_row(inner.session.get_one(Lead, call.lead_id), inner.county, lang=lang)
        return {
            "lead": LeadOut.model_validate(lead).model_dump(mode="json"),
            "attached": call.attached,
            "service": service_of(CallKind(call.kind)),
        }

    return once(tx, work=verb, request=body, key=key, status=201)


@router.post("/calls", status_code=201, response_model=s.CallTaken)
async def call(body: s.CallIn, desk: AtDesk, response: Response, key: Key = None) -> s.CallTaken:
    """Take a call: a new lead of its kind and place, or a call more of an open one; the number is kept sealed."""
    return s.CallTaken.model_validate(
        replied(await desk.write(_take, body=body.model_dump(), key=key, lang=desk.lang), response)
    )


def _alarms(session: Session, actor: Actor, county: County, *, now: datetime, lang: str) -> Alarms:
    return read_alarms(session, actor, county, now, lang)


@router.get("/alarms", response_model=s.AlarmsOut)
async def alarms(desk: AtDesk) -> s.AlarmsOut:
    """Alarms the caller has neither acknowledged nor put off: emergencies, arrivals, acceptances and assignments overdue,
    rungs of the ladder; each with who was told when."""
    return s.AlarmsOut.model_validate(await desk.ask(_alarms, now=desk.now, lang=desk.lang))


@router.post("/alarms/acknowledge", response_model=s.AlarmsAnswered)
async def acknowledge_alarm(body: s.AlarmsIn, desk: AtDesk) -> s.AlarmsAnswered:
    """Say that one knows of these alarms; they stay with everybody else."""
    return s.AlarmsAnswered(answered=await desk.write(acknowledge_alarms, alarms=body.alarms))


@router.post("/alarms/snooze", response_model=s.AlarmsAnswered)
async def snooze_alarm(body: s.AlarmsIn, desk: AtDesk) -> s.AlarmsAnswered:
    """Put these alarms off for the minutes that are set."""
    until = await desk.write(snooze_alarms, alarms=body.alarms)
    return s.AlarmsAnswered(answered=len(body.alarms), until=until)
