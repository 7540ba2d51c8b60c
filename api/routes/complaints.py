"""Complaints about enforcement over the interface: taken in, looked into, answered; kept from whom they are about."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Response
from sqlalchemy.orm import Session

from api.context import AtDesk
from api.forms import given, model_of, stepped, typed
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas import plain
from api.schemas_conduct import ComplainantOut, ComplaintOut, ComplaintsOut
from data.authority import Actor
from data.casework.complaints import complaint_step, take_complaint, unmask_complaint
from data.county import County
from data.db import Tx
from data.queries.complaints import ComplaintRow, complaints, one_complaint
from policy.conduct_forms import COMPLAINT_FORMS
from policy.passing_forms import PASSING_FORMS
from policy.vocabulary import label
from policy.vocabulary_between import PassingStep
from policy.vocabulary_conduct import ComplaintStep

router = router_at("/complaints", tags=["supervision"])
_SEALED: Final = ("words", "answer")
_STEPS: Final = (ComplaintStep.LOOK_INTO, ComplaintStep.ANSWER, ComplaintStep.WITHDRAW)
Which = Literal["open", "overdue", "received", "looked_into", "answered", "withdrawn"]


def told(row: ComplaintRow, lang: str) -> ComplaintOut:
    """A complaint as the interface says it."""
    return ComplaintOut(**plain(row, lang))


@router.get("", response_model=ComplaintsOut)
async def list_complaints(
    desk: AtDesk,
    only: Which | None = None,
    about: Annotated[str | None, Query(max_length=40, description="Code of the organ complained of")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> ComplaintsOut:
    """Complaints in reach of the caller, the overdue ones first (CL 第七条; PL 75)."""
    rows = await desk.ask(_complaints, now=desk.now, only=only or "", about=about, limit=limit)
    return ComplaintsOut(complaints=[told(row, desk.lang) for row in rows])


def _complaints(session: Session, actor: Actor, county: County, *, now: Any, **asked: Any) -> list[ComplaintRow]:
    return complaints(session, actor, county, now, **asked)


@router.get("/{number}", response_model=ComplaintOut)
async def read_complaint(number: str, desk: AtDesk) -> ComplaintOut:
    """One complaint, masked."""
    return told(await desk.ask(_one, now=desk.now, number=number), desk.lang)


def _one(session: Session, actor: Actor, county: County, *, now: Any, number: str) -> ComplaintRow:
    return one_complaint(session, actor, county, now, number=number)


# -- steps -------------------------------------------------------------------------------------------------------------


def _write(tx: Tx, *, number: str | None, step: str, facts: Row, key: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        if number is None:
            row = take_complaint(inner, given=facts)
        else:
            row = complaint_step(inner, number=number, step_name=step, given=facts)
        inner.session.flush()
        return _answer(inner, row.number) | dict.fromkeys(_SEALED)  # an answer is kept in plain

    request = {"complaint": number or "take", "step": step, "given": facts}
    answer, before = once(tx, work=work, request=request, key=key)
    now = _answer(tx, answer["number"])
    return answer | {name: now[name] for name in _SEALED}, before


def _answer(tx: Tx, number: str) -> Row:
    found = one_complaint(tx.session, tx.actor, tx.county, tx.now, number=number)
    return told(found, tx.actor.language).model_dump(mode="json")


def _taking() -> Callable[..., Any]:
    async def take(desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        found = await desk.write(_write, number=None, step="take", facts=given(body), key=key)
        response.headers["Location"] = f"/api/v1/complaints/{found[0]['number']}"
        return replied(found, response)

    return _told(take, ComplaintStep.TAKE)


def _stepping(step: ComplaintStep) -> Callable[..., Any]:
    async def work(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        found = await desk.write(_write, number=number, step=step.value, facts=given(body), key=key)
        return replied(found, response)

    return _told(work, step)


def _told(endpoint: Callable[..., Any], step: ComplaintStep) -> Callable[..., Any]:
    return stepped(endpoint, f"complaint_{step.value}", COMPLAINT_FORMS[step], partial(label, step))


async def _unmask(number: str, desk: AtDesk, body: Any) -> ComplainantOut:
    found = await desk.write(unmask_complaint, number=number, **given(body))
    return ComplainantOut.model_validate(found, from_attributes=True)


_UNMASK_ABOUT: Final = "Who complained and what was said, in plain; who looked, when and why is on the record (PI 51)."


def _add() -> None:
    why = model_of("ComplaintUnmaskIn", PASSING_FORMS[PassingStep.UNMASK])
    unmask = typed(_unmask, "unmask_complaint", _UNMASK_ABOUT, body=why)
    router.add_api_route("/{number}/unmask", unmask, methods=["POST"], response_model=ComplainantOut)
    router.add_api_route("", _taking(), methods=["POST"], status_code=201, response_model=ComplaintOut)
    for step in _STEPS:
        path = f"/{{number}}/steps/{step.value}"
        router.add_api_route(path, _stepping(step), methods=["POST"], response_model=ComplaintOut)


_add()
