"""Rosters: a week of shifts and leave, one planned or ended, a table previewed and taken in, its template."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api import schemas_shift as s
from api.context import AtDesk, Desk
from api.forms import given
from data.authority import Actor, Subject, demand
from data.casework.rosters import LARGEST, end_leave, end_shift, plan_shift, record_leave, take_table
from data.county import County
from data.db import Tx
from data.importers import Imported, write_template
from data.queries.rosters import week_of
from policy.errors import Refusal

router = APIRouter(prefix="/rosters", tags=["rosters"])
Kind = Literal["shifts", "leaves"]
Name = Annotated[str, Query(min_length=5, max_length=200, description="Name of the file", examples=["roster.xlsx"])]
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_TEMPLATE: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "The table", "content": {_XLSX: _BINARY}}}
_BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "description": "The bytes of the table (.xlsx or .csv), nothing around them",
        "required": True,
        "content": {"application/octet-stream": _BINARY},
    }
}


def _week(session: Session, actor: Actor, county: County, *, lang: str, **facts: Any) -> dict[str, Any]:
    return s.plain(week_of(session, actor, county, **facts), lang)


@router.get("", response_model=s.WeekOut)
async def roster(desk: AtDesk, on: date, organ: str = "", team: str = "") -> s.WeekOut:
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


async def _received(request: Request, folder: Path, name: str) -> Path:
    """The table in a folder of its own under a name that is only its ending: the sender's name opens nothing."""
    file, size = folder / f"table{Path(name).suffix[:8]}", 0
    with file.open("wb") as out:
        async for piece in request.stream():
            size += len(piece)
            if size > LARGEST * 1024 * 1024:
                raise Refusal("errors_shift.file_large", kind="too_large", file=name[:80], limit=LARGEST)
            out.write(piece)
    return file


async def _table(request: Request, desk: Desk, kind: Kind, name: str, *, preview: bool) -> s.TakenOut:
    with tempfile.TemporaryDirectory() as folder:
        file = await _received(request, Path(folder), name)
        done: Imported = await asyncio.to_thread(
            take_table, desk.record, desk.actor, desk.county, kind, file, preview=preview
        )
    counts: Mapping[str, Any] = {n: getattr(done, n) for n in ("kind", "rows", "created", "changed", "known")}
    return s.TakenOut(**counts, sentence=done.sentence(desk.lang))


@router.post("/{kind}/preview", response_model=s.TakenOut, openapi_extra=_BYTES)
async def preview_table(kind: Kind, name: Name, request: Request, desk: AtDesk) -> s.TakenOut:
    """Say what a table would do, or every fault of it; nothing is written."""
    return await _table(request, desk, kind, name, preview=True)


@router.post("/{kind}/table", response_model=s.TakenOut, openapi_extra=_BYTES)
async def take_in_table(kind: Kind, name: Name, request: Request, desk: AtDesk) -> s.TakenOut:
    """Take in a table of one's own people, all or nothing."""
    return await _table(request, desk, kind, name, preview=False)


def _made(session: Session, actor: Actor, county: County, *, kind: Kind, now: datetime, lang: str) -> bytes:
    demand(actor, "roster.read", Subject(county.jurisdiction_id), now)
    with tempfile.TemporaryDirectory() as folder:
        return write_template(kind, Path(folder) / f"{kind}.xlsx", lang).read_bytes()


@router.get("/{kind}/template", response_class=Response, responses=_TEMPLATE)
async def template(kind: Kind, desk: AtDesk) -> Response:
    """An empty table to fill in."""
    content = await desk.ask(_made, kind=kind, now=desk.now, lang=desk.lang)
    return Response(content, media_type=_XLSX, headers={"Content-Disposition": f'attachment; filename="{kind}.xlsx"'})
