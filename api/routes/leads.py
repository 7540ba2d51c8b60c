"""Leads: take in, look up, and every step of their course."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Response

from api import schemas as s
from api.context import AtDesk, Desk
from api.once import Key, once, replied
from api.problems import STATUS
from api.routing import router_at
from data import casework
from data.db import Tx
from data.models import Item, Lead
from data.queries.leads import get_lead, lead_events, lead_row, list_leads
from data.queries.recommending import recommend_teams
from policy.errors import Refusal
from policy.text import say
from policy.vocabulary import LeadStatus, TaskKind

router = router_at("/leads", tags=["leads"])


def _view(row: Mapping[str, Any], lang: str) -> s.LeadOut:
    view = s.LeadOut.model_validate(row)
    note = row.get("location_note")
    if note and row.get("cell_code") is None:
        sentence = say(f"api.unlocated.{note}", lang, number=row["number"])
        view.warnings = [s.Notice(code=f"unlocated.{note}", sentence=sentence)]
    return view


def _row(tx: Tx, lead: Lead, lang: str) -> dict[str, Any]:
    item = tx.session.get(Item, lead.item_id) if lead.item_id else None
    return lead_row(lead, tx.county, item.code if item else None, lang)


def _receive(tx: Tx, *, body: dict[str, Any], key: str | None, lang: str) -> tuple[dict[str, Any], bool]:
    def verb(inner: Tx) -> Mapping[str, Any]:
        return _row(inner, casework.receive_lead(inner, **body), lang)

    return once(tx, work=verb, request=body, key=key, status=201)


@router.post("", status_code=201, response_model=s.LeadOut)
async def receive(body: s.LeadIn, desk: AtDesk, response: Response, key: Key = None) -> s.LeadOut:
    """Take in a lead and place it in the grid; one that cannot be placed is kept as unlocated and says why."""
    row = replied(await desk.write(_receive, body=body.model_dump(), key=key, lang=desk.lang), response)
    response.headers["Location"] = f"/api/v1/leads/{row['number']}"
    return _view(row, desk.lang)


def _receive_many(tx: Tx, *, body: dict[str, Any], key: str | None, lang: str) -> tuple[dict[str, Any], bool]:
    def verb(inner: Tx) -> Mapping[str, Any]:
        found = casework.receive_leads(inner, leads=body["leads"])
        return {"results": [_result(inner, one, lang) for one in found]}

    return once(tx, work=verb, request=body, key=key)


def _result(tx: Tx, found: tuple[Lead, str | None] | Refusal, lang: str) -> dict[str, Any]:
    if isinstance(found, Refusal):
        told = {"code": found.code, "status": STATUS[found.kind], "detail": found.sentence(lang)}
        return {"problem": told | {"pointer": found.pointer}}
    return {"lead": lead_row(found[0], tx.county, found[1], lang)}


def _told(row: Mapping[str, Any], lang: str) -> s.BatchResult:
    return s.BatchResult(lead=_view(row["lead"], lang)) if "lead" in row else s.BatchResult(problem=row["problem"])


@router.post("/batch", response_model=s.BatchOut)
async def receive_batch(body: s.LeadBatch, desk: AtDesk, response: Response, key: Key = None) -> s.BatchOut:
    """Take in up to 500 leads in one commit; each succeeds or is refused alone."""
    answer = replied(await desk.write(_receive_many, body=body.model_dump(), key=key, lang=desk.lang), response)
    return s.BatchOut(results=[_told(row, desk.lang) for row in answer["results"]])


@router.get("", response_model=s.LeadsOut)
async def look_up(
    desk: AtDesk,
    status: Annotated[list[LeadStatus] | None, Query()] = None,
    township: str | None = None,
    since: s.Moment | None = None,
    before: Annotated[str | None, Query(description="Cursor: number of the last lead of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> s.LeadsOut:
    """Leads newest first, within the caller's townships."""
    rows = await desk.ask(
        list_leads, statuses=status or [], township=township, since=since, before=before, limit=limit, lang=desk.lang
    )
    following = rows[-1]["number"] if len(rows) == limit else None
    return s.LeadsOut(leads=[_view(row, desk.lang) for row in rows], next=following)


@router.get("/{number}", response_model=s.LeadOut)
async def read(number: str, desk: AtDesk) -> s.LeadOut:
    """One lead."""
    return _view(await desk.ask(get_lead, number=number, lang=desk.lang), desk.lang)


@router.get("/{number}/events", response_model=s.EventsOut)
async def events(number: str, desk: AtDesk) -> s.EventsOut:
    """Every step of a lead and its tasks, oldest first, with clause and hash."""
    rows = await desk.ask(lead_events, number=number)
    return s.EventsOut(events=[s.EventOut.model_validate(row) for row in rows])


def _recommendation(session: Any, actor: Any, county: Any, *, number: str, kind: TaskKind | None, now: datetime) -> Any:
    get_lead(session, actor, county, number=number)
    lead = session.query(Lead).filter_by(number=number, jurisdiction_id=county.jurisdiction_id).one()
    return recommend_teams(session, county, lead, now, kind)


@router.get("/{number}/recommendation")
async def recommendation(number: str, desk: AtDesk, kind: TaskKind | None = None) -> dict[str, Any]:
    """Teams ranked for a lead with reasons for and against, also the excluded ones; each says how its minutes are known."""
    found = await desk.ask(_recommendation, number=number, kind=kind, now=desk.now)
    answer: dict[str, Any] = found.as_dict(desk.lang)
    return {"lead": number, **answer}


async def _step(desk: Desk, verb: Callable[..., Lead], number: str, **facts: Any) -> s.LeadOut:
    await desk.write(verb, number=number, **facts)
    return _view(await desk.ask(get_lead, number=number, lang=desk.lang), desk.lang)


@router.post("/{number}/locate", response_model=s.LeadOut)
async def locate(number: str, body: s.LocateIn, desk: AtDesk) -> s.LeadOut:
    """Place a lead by a point or a cell."""
    return await _step(desk, casework.locate, number, **body.model_dump())


@router.post("/{number}/triage", response_model=s.LeadOut)
async def triage(number: str, body: s.TriageIn, desk: AtDesk) -> s.LeadOut:
    """Set urgency, item and domain."""
    return await _step(desk, casework.triage, number, **body.model_dump())


@router.post("/{number}/duplicate", response_model=s.LeadOut)
async def mark_duplicate(number: str, body: s.DuplicateIn, desk: AtDesk) -> s.LeadOut:
    """Close a lead as a repetition of another."""
    return await _step(desk, casework.mark_duplicate, number, original=body.original)


@router.post("/{number}/reject", response_model=s.LeadOut)
async def reject(number: str, body: s.ReasonIn, desk: AtDesk) -> s.LeadOut:
    """Turn a lead away with a reason."""
    return await _step(desk, casework.reject, number, reason=body.reason)


@router.post("/{number}/dispatch", response_model=s.TasksOut, status_code=201)
async def dispatch(number: str, body: s.DispatchIn, desk: AtDesk) -> s.TasksOut:
    """Send one or several teams, the first one leading; all of them or none."""
    from api.routes.tasks import tasks_of

    await desk.write(casework.dispatch, number=number, **body.model_dump())
    return s.TasksOut(tasks=await tasks_of(desk, number))


@router.post("/{number}/resolve", response_model=s.LeadOut)
async def resolve(number: str, body: s.ResolveIn, desk: AtDesk) -> s.LeadOut:
    """Close a lead whose outcome, or what it led to, ends it."""
    return await _step(desk, casework.resolve, number, **body.model_dump())


@router.post("/{number}/evaluate", response_model=s.LeadOut)
async def evaluate(number: str, body: s.EvaluateIn, desk: AtDesk) -> s.LeadOut:
    """Evaluate a resolved lead, 1–5."""
    return await _step(desk, casework.evaluate, number, **body.model_dump())


@router.post("/{number}/archive", response_model=s.LeadOut)
async def archive(number: str, desk: AtDesk) -> s.LeadOut:
    """Put an evaluated lead away."""
    return await _step(desk, casework.archive, number)
