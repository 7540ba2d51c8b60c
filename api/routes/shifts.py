"""The shift desk: who is on duty, what is open, notes, handovers; and the list of the duty."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy.orm import Session

from api import schemas_shift as s
from api.context import AtDesk
from api.forms import given
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas import plain
from data.authority import Actor
from data.casework.duty import end_contact, set_leader, set_telephone
from data.casework.shift_desk import accept_handover, note_shift, sign_handover
from data.county import County
from data.db import Tx
from data.queries import shift_desk as q
from data.queries.shift_matters import OpenMatter, open_matters

router = router_at(tags=["shift desk"])


def matter_out(one: OpenMatter, county: County, lang: str) -> dict[str, Any]:
    """An open matter with its place in words."""
    told = plain(one, lang)
    place = county.place(one.cell or one.township, lang) or ""
    return {name: told[name] for name in s.OpenMatterOut.model_fields if name != "place"} | {"place": place}


def _desk(session: Session, actor: Actor, county: County, *, now: datetime, lang: str) -> dict[str, Any]:
    matters = open_matters(session, actor, county, now)
    shift, leader = q.running(session, county, now), q.duty_leader(session, county, now)
    begin = shift.starts_at if shift else now - q.LOOK_BACK
    return {
        "shift": plain(shift, lang) if shift else None,
        "leader": plain(leader, lang) if leader else None,
        "dispatchers": [plain(one, lang) for one in q.dispatchers(session, county, now)],
        "matters": [matter_out(one, county, lang) for one in matters],
        "notes": [plain(one, lang) for one in q.shift_notes(session, actor, county, now, begin=begin, end=now)],
        "not_handed_over": [plain(one, lang) for one in q.not_handed_over(session, county, now)],
    }


@router.get("/shift-desk", response_model=s.DeskOut)
async def shift_desk(desk: AtDesk) -> s.DeskOut:
    """The shift that runs, and what the next one has to know of."""
    return s.DeskOut.model_validate(await desk.ask(_desk, now=desk.now, lang=desk.lang))


def _key(tx: Tx, *, take: Any, **facts: Any) -> UUID:
    key: UUID = take(tx, **facts).id
    return key


def _added(tx: Tx, *, take: Any, told: Row, key: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        return {"key": str(take(inner, given=told).id)}

    return once(tx, work=work, request={"add": take.__name__, "given": told}, key=key, status=201)


@router.post("/shift-desk/notes", response_model=s.KeyOut, status_code=201)
async def add_note(body: s.NoteIn, desk: AtDesk, response: Response, key: Key = None) -> s.KeyOut:  # type: ignore[valid-type]
    """Add a note to the running shift; notes are never changed."""
    found = await desk.write(_added, take=note_shift, told=given(body), key=key)
    return s.KeyOut.model_validate(replied(found, response))


# -- handovers --------------------------------------------------------------------------------------------------------


def _row_out(one: q.HandoverView, lang: str) -> dict[str, Any]:
    return plain(one, lang) | {"open_matters": len(one.matters)}


def _handovers(session: Session, actor: Actor, county: County, *, now: datetime, lang: str) -> list[dict[str, Any]]:
    found = [_row_out(one, lang) for one in q.handovers(session, actor, county, now)]
    return [{name: row[name] for name in s.HandoverRowOut.model_fields} for row in found]


def _handover(
    session: Session, actor: Actor, county: County, *, now: datetime, lang: str, number: str
) -> dict[str, Any]:
    one = q.one_handover(session, actor, county, now, number=number)
    told = _row_out(one, lang) | {"now": dict(one.now_status)}
    told["matters"] = [matter_out(each, county, lang) for each in one.matters]
    return {name: told[name] for name in s.HandoverOut.model_fields}


def _state(tx: Tx, *, take: Any, **facts: Any) -> dict[str, Any]:
    row = take(tx, **facts)
    return {"number": row.number, "status": row.status, "sha256": row.sha256}


@router.get("/handovers", response_model=s.HandoversOut)
async def list_handovers(desk: AtDesk) -> s.HandoversOut:
    """The latest handovers."""
    return s.HandoversOut.model_validate({"handovers": await desk.ask(_handovers, now=desk.now, lang=desk.lang)})


@router.get("/handovers/{number}", response_model=s.HandoverOut)
async def get_handover(number: str, desk: AtDesk) -> s.HandoverOut:
    """A handover with its matters as they stood when it was signed."""
    return s.HandoverOut.model_validate(await desk.ask(_handover, now=desk.now, lang=desk.lang, number=number))


@router.post("/handovers", response_model=s.HandoverState, status_code=201)
async def sign_out(body: s.SignIn, desk: AtDesk) -> s.HandoverState:  # type: ignore[valid-type]
    """Sign a shift out with notes; what is open is frozen as it stands 交班."""
    return s.HandoverState(**await desk.write(_state, take=sign_handover, given=given(body)))


@router.post("/handovers/{number}/accept", response_model=s.HandoverState)
async def sign_in(number: str, body: s.AcceptIn, desk: AtDesk) -> s.HandoverState:  # type: ignore[valid-type]
    """Take over a shift somebody else has signed out 接班."""
    return s.HandoverState(**await desk.write(_state, take=accept_handover, number=number, given=given(body)))


# -- the list of the duty ---------------------------------------------------------------------------------------------


def _duty(session: Session, actor: Actor, county: County, *, now: datetime, lang: str) -> dict[str, Any]:
    return {
        "telephones": [plain(one, lang) for one in q.telephones(session, actor, county, now)],
        "leaders": [plain(one, lang) for one in q.leaders(session, actor, county, now)],
    }


@router.get("/duty", response_model=s.DutyOut)
async def duty(desk: AtDesk) -> s.DutyOut:
    """Telephones on duty of the county, its townships and departments, and who leads the duty."""
    return s.DutyOut.model_validate(await desk.ask(_duty, now=desk.now, lang=desk.lang))


@router.post("/duty/telephones", response_model=s.KeyOut, status_code=201)
async def add_telephone(body: s.TelephoneIn, desk: AtDesk, response: Response, key: Key = None) -> s.KeyOut:  # type: ignore[valid-type]
    """Add a telephone on duty to an organ's list."""
    found = await desk.write(_added, take=set_telephone, told=given(body), key=key)
    return s.KeyOut.model_validate(replied(found, response))


@router.post("/duty/leaders", response_model=s.KeyOut, status_code=201)
async def add_leader(body: s.LeaderIn, desk: AtDesk, response: Response, key: Key = None) -> s.KeyOut:  # type: ignore[valid-type]
    """Say who leads the duty from–to."""
    found = await desk.write(_added, take=set_leader, told=given(body), key=key)
    return s.KeyOut.model_validate(replied(found, response))


@router.post("/duty/{key}/end", response_model=s.KeyOut)
async def end_duty(key: UUID, desk: AtDesk) -> s.KeyOut:
    """End a telephone or a leader of the list; the row stays."""
    return s.KeyOut(key=await desk.write(_key, take=end_contact, key=str(key)))
