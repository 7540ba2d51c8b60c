"""Cases: proposed, decided on the spot, looked up, and every step of their course by a route of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import schemas as s
from api.context import AtDesk
from api.forms import given, step_name, stepped, told
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas_case import CaseIn, CaseOut, CaseRowOut, CasesOut, ObstacleOut, OnTheSpotIn, StepOut, StepsOut
from data.authority import Actor, Subject, demand
from data.casework.cases import BY_REVIEW, case_step, decide_on_spot, propose_case
from data.county import County
from data.db import Tx
from data.models import Case, Event
from data.queries.case_file import money_of, remedies_of
from data.queries.case_head import case_row, read_head
from data.queries.case_history import subjects_of
from data.queries.case_road import next_steps, standing_of
from data.queries.cases import CaseFilter, list_cases
from data.queries.deadlines import deadlines_of
from data.queries.leads import event_rows
from data.queries.named import names_of, say_names
from policy.case_ahead import Ahead
from policy.case_forms import FORMS
from policy.citing import linked
from policy.decision import Reason
from policy.vocabulary import Verb
from policy.vocabulary_case import CaseStatus, Procedure

router = router_at("/cases", tags=["cases"])


# -- how a case is told ------------------------------------------------------------------------------------------------


def case_told(session: Session, actor: Actor, county: County, *, number: str, now: datetime, lang: str) -> Row:
    """A case with its money and deadlines as the interface says it; the party is masked."""
    case = case_row(session, actor, county, number)
    facts = standing_of(session, actor, county, case, now)
    head = read_head(session, actor, county, case, now, names_of(session, county, lang), lang)
    names = [name for name in CaseOut.model_fields if name not in ("money", "deadlines")]
    found = {name: getattr(head, name) for name in names} | {
        "money": money_of(session, county, case, facts, remedies_of(session, case), now),
        "deadlines": deadlines_of(session, case.id, now, lang),
    }
    return CaseOut.model_validate(found).model_dump(mode="json")


def _answer(tx: Tx, work: Callable[[Tx], Case], request: Row, key: str | None, lang: str) -> tuple[Row, bool]:
    """Do `work` and tell the case; with a key, once."""

    def verb(inner: Tx) -> Mapping[str, Any]:
        case = work(inner)
        inner.session.flush()
        return case_told(inner.session, inner.actor, inner.county, number=case.number, now=inner.now, lang=lang)

    return once(tx, work=verb, request=request, key=key)


def _begin(tx: Tx, *, how: Callable[..., Case], body: Row, key: str | None, lang: str) -> tuple[Row, bool]:
    return _answer(tx, lambda inner: how(inner, **body), {"begin": how.__name__} | body, key, lang)


def _step(tx: Tx, *, number: str, step: str, facts: Row, key: str | None, lang: str) -> tuple[Row, bool]:
    request = {"case": number, "step": step, "given": facts}
    return _answer(tx, lambda inner: case_step(inner, number=number, step=step, given=facts), request, key, lang)


def _reply(found: tuple[Row, bool], response: Response, created: bool = False) -> CaseOut:
    row = replied(found, response)
    if created:
        response.headers["Location"] = f"/api/v1/cases/{row['number']}"
    return CaseOut.model_validate(row)


# -- how it begins -----------------------------------------------------------------------------------------------------


@router.post("", status_code=201, response_model=CaseOut)
async def propose(body: CaseIn, desk: AtDesk, response: Response, key: Key = None) -> CaseOut:
    """Propose that a violation be filed as a case; what the lead and its task tell need not be told again."""
    facts = body.model_dump(exclude_none=True)
    found = await desk.write(_begin, how=propose_case, body=facts, key=key, lang=desk.lang)
    return _reply(found, response, created=True)


@router.post("/on-the-spot", status_code=201, response_model=CaseOut)
async def on_the_spot(body: OnTheSpotIn, desk: AtDesk, response: Response, key: Key = None) -> CaseOut:
    """Decide and hand over a small penalty on the spot (PL 51–52)."""
    facts = body.model_dump(exclude_none=True)
    found = await desk.write(_begin, how=decide_on_spot, body=facts, key=key, lang=desk.lang)
    return _reply(found, response, created=True)


# -- looked up ---------------------------------------------------------------------------------------------------------


@router.get("", response_model=CasesOut)
async def look_up(
    desk: AtDesk,
    status: Annotated[list[CaseStatus] | None, Query()] = None,
    procedure: Procedure | None = None,
    township: Annotated[str | None, Query(max_length=40)] = None,
    item: Annotated[str | None, Query(max_length=80, description="Code of the item")] = None,
    party: Annotated[str | None, Query(max_length=40, description="Code of the party")] = None,
    lead: Annotated[str | None, Query(max_length=40, description="Number of the lead it comes from")] = None,
    since: Annotated[s.Moment | None, Query(description="Proposed at this moment or later")] = None,
    overdue: Annotated[bool, Query(description="Only those of which the organ let a deadline pass")] = False,
    before: Annotated[
        str | None, Query(max_length=40, description="Cursor: number of the last case of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> CasesOut:
    """Cases newest first, within the caller's townships."""
    which = CaseFilter(
        statuses=tuple(status or ()),
        procedure=procedure,
        township=township,
        item=item,
        party=party,
        lead=lead,
        since=since,
        overdue=overdue,
    )
    rows = await desk.ask(_listed, now=desk.now, which=which, before=before, limit=limit, lang=desk.lang)
    following = rows[-1].number if len(rows) == limit else None
    return CasesOut(cases=[CaseRowOut.model_validate(row) for row in rows], next=following)


def _listed(session: Session, actor: Actor, county: County, *, now: datetime, which: CaseFilter, **more: Any) -> Any:
    return list_cases(session, actor, county, now, which, **more)


@router.get("/{number}", response_model=CaseOut)
async def read(number: str, desk: AtDesk) -> CaseOut:
    """One case, with its money and its deadlines."""
    return CaseOut.model_validate(await desk.ask(case_told, number=number, now=desk.now, lang=desk.lang))


def _events(session: Session, actor: Actor, county: County, *, number: str) -> list[Row]:
    demand(actor, "event.read", Subject(county.jurisdiction_id, label=number), None)
    subjects = subjects_of(session, case_row(session, actor, county, number))
    query = select(Event).where(Event.subject_id.in_(subjects)).order_by(Event.sequence)
    return event_rows(session, query)


@router.get("/{number}/events", response_model=s.EventsOut)
async def events(number: str, desk: AtDesk) -> s.EventsOut:
    """Every step of a case and of what passed between organs about it, oldest first, with clause and hash."""
    return s.EventsOut(events=[s.EventOut.model_validate(row) for row in await desk.ask(_events, number=number)])


# -- what leads on -----------------------------------------------------------------------------------------------------


def _ahead(session: Session, actor: Actor, county: County, *, number: str, now: datetime, lang: str) -> StepsOut:
    case = case_row(session, actor, county, number)
    facts, names = standing_of(session, actor, county, case, now), names_of(session, county, lang)
    steps = next_steps(session, actor, county, case, facts, now)
    found = [_step_told(number, step, names, lang) for step in steps]
    return StepsOut(number=case.number, status=case.status, steps=found)


def _step_told(number: str, ahead: Ahead, names: Mapping[str, str], lang: str) -> StepOut:
    def sentences(reasons: tuple[Reason, ...]) -> list[ObstacleOut]:
        return [ObstacleOut.model_validate(linked(say_names(reason, names), lang)) for reason in reasons]

    verb = ahead.step.verb
    return StepOut(
        step=verb.value,
        name=step_name("case", verb, lang),
        to=ahead.step.to.value,
        roles=sorted(role.value for role in ahead.step.roles),
        allowed=ahead.open,
        obstacles=sentences(ahead.obstacles),
        asked=sentences(ahead.asked),
        form=told(ahead.form, lang),
        starts=list(ahead.clocks.starts),
        href="/api/v1/reviews" if verb in BY_REVIEW else f"/api/v1/cases/{number}/steps/{verb.value}",
    )


@router.get("/{number}/steps", response_model=StepsOut)
async def steps(number: str, desk: AtDesk) -> StepsOut:
    """Every next step: whether it may be taken now, what is missing for it with its clause, and what its form asks for."""
    found: StepsOut = await desk.ask(_ahead, number=number, now=desk.now, lang=desk.lang)
    return found


# -- one route a step --------------------------------------------------------------------------------------------------


def _stepping(verb: Verb) -> Callable[..., Any]:
    async def step(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> CaseOut:
        facts = given(body)
        found = await desk.write(_step, number=number, step=verb.value, facts=facts, key=key, lang=desk.lang)
        return _reply(found, response)

    return stepped(step, verb.value, FORMS[verb], partial(step_name, "case", verb))


for _verb in (verb for verb in FORMS if verb not in BY_REVIEW):
    router.add_api_route(f"/{{number}}/steps/{_verb.value}", _stepping(_verb), methods=["POST"], response_model=CaseOut)


@router.post("/{number}/steps/{step}", include_in_schema=False)
async def unknown_step(number: str, step: str, desk: AtDesk) -> None:
    """A step that no case has: refused with the list of those there are."""
    await desk.write(_step, number=number, step=step, facts={}, key=None, lang=desk.lang)
