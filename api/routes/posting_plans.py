"""What-if on postings: asked and worked out with proof, measured after a change, kept, decided, exported as a list of moves."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api import schemas_posting as s
from api.context import AtDesk
from api.once import Key, Row, Told, once, replied
from api.routing import router_at
from data.authority import Actor
from data.casework.posting_plans import decide_plan, keep_plan
from data.county import County
from data.db import Record, Tx
from data.office_tables import plan_book
from data.queries.named import names_of
from data.queries.posting_answers import (
    Answer,
    Measured,
    PlanView,
    list_plans,
    measure,
    move_rows,
    read_plan,
)
from data.queries.posting_question import Asked, Question
from data.runs import Search, begin_search
from data.sheets import MEDIA, Book, export_book
from policy.errors import Refusal

router = router_at("/posting-plans", tags=["posting plans"])
WATCH: Final = 0.05  # seconds between two looks at a search
Reason = Annotated[str, Query(min_length=1, max_length=200, description="What for (PI 51)", examples=["联席会议用"])]
_TABLE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The moves as a table", "content": {MEDIA: {"schema": {"type": "string", "format": "binary"}}}}
}


def _told(here: Question, found: Measured) -> dict[str, Any]:
    return {
        "moves": move_rows(here, found.moves),
        "county": found.county,
        "teams": found.teams,
        "townships": [
            s.PeopleOut(township=code, now=now, planned=planned, tasks=here.load.get(code, 0))
            for code, (now, planned) in found.people.items()
        ],
        "missed": found.missed,
        "clauses": dict(here.clauses),
    }


def search_plan(session: Session, actor: Actor, county: County, *, record: Record, asked: Asked) -> Search:
    """Begin a search in its turn, as the page does."""
    return begin_search(record, actor, county, asked)


async def _answered(search: Search) -> Answer:
    """What a search comes to; it goes on only as long as somebody waits for it."""
    try:
        while search.running:
            await asyncio.sleep(WATCH)
    finally:
        search.stopping.set()
    if search.answer is not None:
        return search.answer
    raise search.refusal or Refusal("errors_office.asked_anew", kind="conflict")


@router.post("/ask", response_model=s.WorkedOut)
async def work_out_postings(body: s.AskedIn, desk: AtDesk) -> s.WorkedOut:
    """Work out the fewest postings that meet what is asked, and prove it; what cannot be met is told by what is short. One
    search at a time an account, two at the same time: others wait."""
    found = await _answered(await desk.ask(search_plan, record=desk.record, asked=body.asked()))
    proof = {"bound": found.plan.bound, "proven": found.plan.proven, "spread_proven": found.plan.spread_proven}
    told = _told(found.question, found.measured) | proof | {"seconds": round(found.seconds, 3)}
    return s.WorkedOut.model_validate(told, from_attributes=True)


@router.post("/measure", response_model=s.MeasuredOut)
async def measure_postings(body: s.MeasureIn, desk: AtDesk) -> s.MeasuredOut:
    """Hold moves against what is asked: shares now and then, and which target or need now fails."""
    here, found = await desk.ask(measure, now=desk.now, asked=body.asked.asked(), moves=_moves(body.moves))
    return s.MeasuredOut.model_validate(_told(here, found), from_attributes=True)


def _moves(moves: list[s.MoveIn]) -> list[dict[str, str]]:
    return [move.model_dump() for move in moves]


def _keep(tx: Tx, *, asked: Asked, key: str | None, request: Row, **facts: Any) -> Told:
    def work(inner: Tx) -> Row:
        row = keep_plan(inner, asked=asked, **facts)
        return {"number": row.number, "status": row.status}

    return once(tx, work=work, request=request, key=key, status=201)


@router.post("", response_model=s.NumberOut, status_code=201)
async def keep(body: s.KeepIn, desk: AtDesk, response: Response, key: Key = None) -> Any:
    """Keep a plan; it is measured by the force of this moment, and refused where a move cannot be made."""
    facts = {"title": body.title, "moves": _moves(body.moves), "by_hand": body.by_hand}
    found = await desk.write(_keep, asked=body.asked.asked(), key=key, request=body.model_dump(mode="json"), **facts)
    response.headers["Location"] = f"/api/v1/posting-plans/{found[0]['number']}"
    return replied(found, response)


@router.get("", response_model=s.PlansOut)
async def look_up_plans(desk: AtDesk) -> s.PlansOut:
    """Plans that were kept, the newest first."""
    rows = await desk.ask(list_plans, now=desk.now)
    return s.PlansOut(plans=[s.PlanOut.model_validate(row, from_attributes=True) for row in rows])


@router.get("/{number}", response_model=s.PlanRead)
async def read(number: str, desk: AtDesk) -> s.PlanRead:
    """One plan with its moves."""
    found: PlanView = await desk.ask(read_plan, now=desk.now, number=number)
    told = {"plan": found.row, "asked": dict(found.asked), "result": dict(found.result), "moves": found.moves}
    return s.PlanRead.model_validate(told, from_attributes=True)


def _decide(tx: Tx, *, number: str, told: Row, key: str | None) -> Told:
    def work(inner: Tx) -> Row:
        row = decide_plan(inner, number=number, **told)
        return {"number": row.number, "status": row.status}

    return once(tx, work=work, request={"decide": number} | told, key=key)


@router.post("/{number}/decide", response_model=s.NumberOut)
async def decide(number: str, body: s.DecideIn, desk: AtDesk, response: Response, key: Key = None) -> Any:
    """Accept a plan or drop it, once, with the reason."""
    return replied(await desk.write(_decide, number=number, told=body.model_dump(), key=key), response)


def _book(session: Session, actor: Actor, county: County, *, number: str, now: datetime, lang: str) -> Book:
    names = names_of(session, county, lang)
    return plan_book(read_plan(session, actor, county, now, number=number), names, lang)


@router.get("/{number}/table", response_class=Response, responses=_TABLE)
async def export(number: str, desk: AtDesk, reason: Reason) -> Response:
    """The moves of a plan as .xlsx, with the shares it comes to; it names people, so what for is asked and recorded."""
    book = await desk.ask(_book, number=number, now=desk.now, lang=desk.lang)
    facts: dict[str, Any] = {"kind": "posting_plan", "reason": reason, "lang": desk.lang}
    content = await asyncio.to_thread(export_book, desk.record, desk.actor, desk.county, book, **facts)
    name = quote(f"{number[:40]}.xlsx")
    return Response(content, media_type=MEDIA, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})
