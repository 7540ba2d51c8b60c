"""Inspections: plans, draws, visits, joint operations, one route a step; merging, enterprises, caps, the code, a draw repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api import schemas_inspections as s
from api.context import AtDesk
from api.forms import given, model_of, step_name, stepped, typed
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas import Day, View
from data.authority import Actor
from data.casework.inspection_draws import commit_draw, draw_step
from data.casework.inspection_plans import plan_step, register_plan
from data.casework.inspection_steps import STATES
from data.casework.inspection_subjects import publish_cap, register_subject
from data.casework.inspections import code_text, plan_visit, visit_step
from data.casework.joint_operations import operation_step, plan_operation
from data.county import County
from data.db import Tx
from data.inspection_code import code_svg
from data.models import InspectionVisit
from data.queries.inspection_draws import draw_file, repeat_draw
from data.queries.inspections import (
    merging_proposals,
    one_row,
    rows_of,
    saved_in,
    subject_history,
    subjects_named,
    subjects_of,
)
from policy.drawing import INSPECTORS, SUBJECTS
from policy.errors import Refusal
from policy.inspection_forms import CAP_FORM, INSPECTION_FORMS, SUBJECT_FORM
from policy.vocabulary import MatterKind, Verb

router = router_at("/inspections")
COMMON: Final[Row] = {"tags": ["inspections"]}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of matter: its address, how it begins, how its steps are taken, how it is told alone and in a list."""

    matter: MatterKind
    path: str
    first: Verb
    begin: Callable[..., Any]
    step: Callable[..., Any]
    view: type[View]
    listed: type[View]


KINDS: Final = (
    Kind(MatterKind.INSPECTION_PLAN, "plans", Verb.PLAN, register_plan, plan_step, s.PlanOut, s.PlansOut),
    Kind(MatterKind.INSPECTION_DRAW, "draws", Verb.COMMIT, commit_draw, draw_step, s.DrawOut, s.DrawsOut),
    Kind(MatterKind.INSPECTION_VISIT, "visits", Verb.PLAN, plan_visit, visit_step, s.VisitOut, s.VisitsOut),
    Kind(
        MatterKind.JOINT_OPERATION,
        "operations",
        Verb.PLAN,
        plan_operation,
        operation_step,
        s.OperationOut,
        s.OperationsOut,
    ),
)


def _told(session: Session, county: County, kind: Kind, rows: Sequence[Any]) -> list[Any]:
    """Rows as the interface says them; visits with the enterprise's number and name."""
    subjects = subjects_of(session, county, rows) if kind.matter is MatterKind.INSPECTION_VISIT else {}
    found = []
    for row in rows:
        known = {name: getattr(row, name, None) for name in kind.view.model_fields}
        if isinstance(row, InspectionVisit):
            subject = subjects[row.party_id]
            known |= {"subject": subject.code, "subject_name": subject.name}
        found.append(kind.view.model_validate(known))
    return found


def _write(tx: Tx, *, kind: Kind, number: str | None, step: str, facts: Row, key: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        row = kind.begin(inner, given=facts) if number is None else kind.step(
            inner, number=number, step_name=step, given=facts
        )  # fmt: skip
        inner.session.flush()
        told: Row = _told(inner.session, inner.county, kind, [row])[0].model_dump(mode="json")
        return told

    request = {"inspection": number or kind.path, "step": step, "given": facts}
    return once(tx, work=work, request=request, key=key)


# -- routes of a kind ---------------------------------------------------------------------------------------------------


def _beginning(kind: Kind) -> Callable[..., Any]:
    async def begin(desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        facts = given(body)
        found = await desk.write(_write, kind=kind, number=None, step=kind.first.value, facts=facts, key=key)
        response.headers["Location"] = f"/api/v1/inspections/{kind.path}/{found[0]['number']}"
        return replied(found, response)

    return _stepped(begin, kind, kind.first)


def _stepping(kind: Kind, verb: Verb) -> Callable[..., Any]:
    async def step(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        found = await desk.write(_write, kind=kind, number=number, step=verb.value, facts=given(body), key=key)
        return replied(found, response)

    return _stepped(step, kind, verb)


def _stepped(endpoint: Callable[..., Any], kind: Kind, verb: Verb) -> Callable[..., Any]:
    matter = kind.matter.value
    return stepped(endpoint, f"{matter}_{verb.value}", INSPECTION_FORMS[kind.matter][verb], partial(step_name, matter, verb))  # fmt: skip


def _listing(kind: Kind) -> Callable[..., Any]:
    async def look_up(
        desk: AtDesk,
        status: Any = None,
        organ: Annotated[str | None, Query(max_length=40, description="Code of the organ that leads")] = None,
        subject: Annotated[str | None, Query(max_length=40, description="Number of an enterprise (visits)")] = None,
        since: Annotated[Day | None, Query(description="Visits on this day or later")] = None,
        before: Annotated[str | None, Query(max_length=40, description="Cursor: the last number before")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Any:
        which = {"statuses": status or [], "organ": organ, "subject": subject, "since": since, "before": before}
        return await desk.ask(_page, kind=kind, now=desk.now, which=which | {"limit": limit})

    states: Any = STATES[kind.matter]
    about = "Newest first, as far as the caller's townships and organ are touched."
    return typed(look_up, f"look_up_{kind.path}", about, status=Annotated[list[states] | None, Query()])


def _page(session: Session, actor: Actor, county: County, *, kind: Kind, now: datetime, which: Row) -> View:
    rows = rows_of(session, actor, county, now, matter=kind.matter, **which)
    more = rows[-1].number if len(rows) == which["limit"] else None
    return kind.listed(**{kind.path: _told(session, county, kind, rows), "next": more})


def _reading(kind: Kind) -> Callable[..., Any]:
    async def read(number: str, desk: AtDesk) -> Any:
        return await desk.ask(_one, kind=kind, number=number, now=desk.now)

    return typed(read, f"read_{kind.path}", "One of them.")


def _one(session: Session, actor: Actor, county: County, *, kind: Kind, number: str, now: datetime) -> View:
    row = one_row(session, actor, county, now, matter=kind.matter, number=number)
    found: View = _told(session, county, kind, [row])[0]
    return found


def _add(kind: Kind) -> None:
    place = f"/{kind.path}"
    router.add_api_route(place, _beginning(kind), methods=["POST"], status_code=201, response_model=kind.view, **COMMON)
    router.add_api_route(place, _listing(kind), response_model=kind.listed, **COMMON)
    router.add_api_route(f"{place}/{{number}}", _reading(kind), response_model=kind.view, **COMMON)
    for verb in INSPECTION_FORMS[kind.matter]:
        if verb is not kind.first:
            at = f"{place}/{{number}}/steps/{verb.value}"
            router.add_api_route(at, _stepping(kind, verb), methods=["POST"], response_model=kind.view, **COMMON)


for _kind in KINDS:
    _add(_kind)


# -- beside the courses -------------------------------------------------------------------------------------------------


@router.get("/merging", response_model=s.MergingOut, **COMMON)
async def merging(desk: AtDesk) -> s.MergingOut:
    """Plans of several organs that can be one visit, what saves most first; what merging has saved this year."""
    found: s.MergingOut = await desk.ask(_merging, now=desk.now)
    return found


def _merging(session: Session, actor: Actor, county: County, *, now: datetime) -> s.MergingOut:
    proposals = merging_proposals(session, actor, county, now)
    year = saved_in(session, actor, county, now, year=now.year)
    told = [
        s.ProposalOut(subject=one.subject.code, name=one.subject.name, plans=list(one.plans), organs=list(one.organs),
                      on=one.on, saved=one.saved)
        for one in proposals
    ]  # fmt: skip
    return s.MergingOut(proposals=told, visits=year.visits, plans_served=year.plans, saved=year.saved)


@router.get("/visits/{number}/code", response_class=Response, **COMMON)
async def code(number: str, desk: AtDesk) -> Response:
    """The QR code of a visit that has its notice, as SVG."""
    text = await desk.ask(_code, number=number, now=desk.now)
    return Response(code_svg(text), media_type="image/svg+xml")


def _code(session: Session, actor: Actor, county: County, *, number: str, now: datetime) -> str:
    row = one_row(session, actor, county, now, matter=MatterKind.INSPECTION_VISIT, number=number)
    if not row.token:
        raise Refusal("errors_inspections.no_code_yet", kind="conflict", number=number)
    return code_text(row)


@router.get("/draws/{number}/file", **COMMON)
async def file_of_draw(number: str, desk: AtDesk) -> dict[str, Any]:
    """Everything a draw rests on, for anybody to repeat it (policy/drawing.py describes the method)."""
    found: dict[str, Any] = await desk.ask(draw_file, now=desk.now, number=number)
    return found


@router.get("/draws/{number}/verification", response_model=s.VerifiedOut, **COMMON)
async def verification(number: str, desk: AtDesk) -> s.VerifiedOut:
    """The draw repeated from its lists and its seed, and held against the record and the chain."""
    found = await desk.ask(repeat_draw, now=desk.now, number=number)
    sentences = found.sentences(desk.lang)
    checks = [
        s.CheckOut(name=name, held=held, sentence=words)
        for (name, held), words in zip(found.checks, sentences, strict=True)
    ]
    return s.VerifiedOut(
        number=number,
        holds=found.holds,
        checks=checks,
        subjects=list(found.drawn[SUBJECTS]),
        inspectors=list(found.drawn[INSPECTORS]),
    )


@router.get("/subjects", response_model=s.SubjectsOut, **COMMON)
async def subjects(
    desk: AtDesk,
    text: Annotated[str, Query(max_length=100, description="Part of the name, credit code or number")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> s.SubjectsOut:
    """Enterprises that can be inspected."""
    rows = await desk.ask(subjects_named, now=desk.now, text=text, limit=limit)
    return s.SubjectsOut(subjects=[s.SubjectOut.model_validate(row) for row in rows])


@router.get("/subjects/{code}", response_model=s.HistoryOut, **COMMON)
async def history(code: str, desk: AtDesk) -> s.HistoryOut:
    """One enterprise with every visit to it, its counters against the caps, and visits of the repeat window."""
    found: s.HistoryOut = await desk.ask(_history, code=code, now=desk.now)
    return found


def _history(session: Session, actor: Actor, county: County, *, code: str, now: datetime) -> s.HistoryOut:
    found = subject_history(session, actor, county, now, code=code)
    return s.HistoryOut(
        subject=s.SubjectOut.model_validate(found.subject),
        visits=_told(session, county, KINDS[2], found.visits),
        counters=[s.CounterOut.model_validate(one) for one in found.counters],
        window=found.window,
        recent=found.recent,
    )


SubjectIn = model_of("SubjectIn", SUBJECT_FORM, "An enterprise with where it lies.")
CapIn = model_of("CapIn", CAP_FORM, "How often the caller's organ inspects one enterprise in a year at most.")


async def _registered(desk: AtDesk, body: Any) -> Any:
    return s.SubjectOut.model_validate(await desk.write(register_subject, given=given(body)))


async def _capped(desk: AtDesk, body: Any) -> Any:
    return s.CapOut.model_validate(await desk.write(publish_cap, given=given(body)))


for _path, _endpoint, _body, _view, _about in (
    ("/subjects", _registered, SubjectIn, s.SubjectOut, "Register an enterprise, or bring it up to date 登记检查对象."),
    ("/caps", _capped, CapIn, s.CapOut, "Publish the yearly cap of the caller's organ 公布年度检查频次上限."),
):
    router.add_api_route(
        _path,
        typed(_endpoint, f"tell_{_path[1:]}", _about, body=_body),
        methods=["POST"],
        status_code=201,
        response_model=_view,
        **COMMON,
    )
