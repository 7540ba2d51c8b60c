"""Rosters: a week of shifts and leave, one planned or ended, a table previewed and taken in, its template."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.orm import Session

from api import schemas_shift as s
from api.context import AtDesk
from api.forms import given
from api.routing import router_at
from api.schemas import Day, plain
from api.tables import BYTES, TEMPLATE, Name, sheet, taken
from data.authority import Actor, Subject, demand
from data.casework.rosters import end_leave, end_shift, plan_shift, record_leave, take_table
from data.county import County
from data.db import Tx
from data.importers import write_template
from data.queries.rosters import week_of

router = router_at("/rosters", tags=["rosters"])
Kind = Literal["shifts", "leaves"]


def _week(session: Session, actor: Actor, county: County, *, lang: str, **facts: Any) -> dict[str, Any]:
    return plain(week_of(session, actor, county, **facts), lang)


@router.get("", response_model=s.WeekOut)
async def roster(desk: AtDesk, on: Day, organ: str = "", team: str = "") -> s.WeekOut:
    """The week of a day for the people the caller may see; of one organ or team where it is named."""
    return s.WeekOut.model_validate(await desk.ask(_week, lang=desk.lang, now=desk.now, on=on, organ=organ, team=team))


def _key(tx: Tx, *, take: Any, **facts: Any) -> UUID:
    key: UUID = take(tx, **facts).id
    return key


@router.post("/shifts", response_model=s.KeyOut, status_code=201)
async def add_shift(body: s.ShiftIn, desk: AtDesk) -> s.KeyOut:  # type: ignore[valid-type]
    """Plan one of one's own people into a shift."""
    return s.KeyOut(key=await desk.write(_key, take=plan_shift, given=given(body)))


@router.post("/shifts/{key}/end", response_model=s.KeyOut)
async def take_shift_out(key: UUID, desk: AtDesk) -> s.KeyOut:
    """Take a coming shift out of the roster, or end a running one now."""
    return s.KeyOut(key=await desk.write(_key, take=end_shift, key=str(key)))


@router.post("/leaves", response_model=s.KeyOut, status_code=201)
async def add_leave(body: s.LeaveIn, desk: AtDesk) -> s.KeyOut:  # type: ignore[valid-type]
    """Record leave of one of one's own people; shifts in it leave the roster."""
    return s.KeyOut(key=await desk.write(_key, take=record_leave, given=given(body)))


@router.post("/leaves/{key}/end", response_model=s.KeyOut)
async def take_leave_out(key: UUID, desk: AtDesk) -> s.KeyOut:
    """Withdraw coming leave, or end a running one now."""
    return s.KeyOut(key=await desk.write(_key, take=end_leave, key=str(key)))


# -- tables -----------------------------------------------------------------------------------------------------------


@router.post("/{kind}/preview", response_model=s.TakenOut, openapi_extra=BYTES)
async def preview_table(kind: Kind, name: Name, request: Request, desk: AtDesk) -> s.TakenOut:
    """Say what a table would do, or every fault of it; nothing is written."""
    return await taken(request, desk, take_table, kind, name, preview=True)


@router.post("/{kind}/table", response_model=s.TakenOut, openapi_extra=BYTES)
async def take_in_table(kind: Kind, name: Name, request: Request, desk: AtDesk) -> s.TakenOut:
    """Take in a table of one's own people, all or nothing."""
    return await taken(request, desk, take_table, kind, name, preview=False)


def _made(session: Session, actor: Actor, county: County, *, kind: Kind, now: datetime, lang: str) -> bytes:
    demand(actor, "roster.read", Subject(county.jurisdiction_id), now)
    with tempfile.TemporaryDirectory() as folder:
        return write_template(kind, Path(folder) / f"{kind}.xlsx", lang).read_bytes()


@router.get("/{kind}/template", response_class=Response, responses=TEMPLATE)
async def template(kind: Kind, desk: AtDesk) -> Response:
    """An empty table to fill in."""
    content = await desk.ask(_made, kind=kind, now=desk.now, lang=desk.lang)
    return sheet(content, kind)
