"""Joint meetings over the interface: the duty to meet, the calendar, minutes, decisions that come back until they are done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fastapi import Response
from sqlalchemy.orm import Session

from api.context import AtDesk
from api.forms import given, stepped
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas_conduct import MeetingDecisionOut, MeetingDutyOut, MeetingOut, MeetingsOut, OrganOut, TopicOut
from data.authority import Actor
from data.casework.meetings import call_meeting, meeting_step
from data.county import County
from data.db import Tx
from data.queries.meetings import DecisionRow, Duty, MeetingRow, duty, meetings, open_decisions
from policy.conduct_forms import MEETING_FORMS
from policy.text import Name, named
from policy.vocabulary import label
from policy.vocabulary_conduct import MeetingStep

router = router_at("/meetings", tags=["supervision"])
_STEPS: Final = (MeetingStep.HOLD, MeetingStep.CANCEL, MeetingStep.DECIDE, MeetingStep.FINISH)
Found = tuple[Duty, list[MeetingRow], list[DecisionRow]]


def told(row: MeetingRow, lang: str) -> MeetingOut:
    """A meeting as the interface says it."""
    plain = {name: getattr(row, name) for name in _PLAIN}
    return MeetingOut(
        organ=named(row.organ, lang),
        members=_organs(row.members, lang),
        present=_organs(row.present, lang),
        agenda=[TopicOut.model_validate(one, from_attributes=True) for one in row.agenda],
        decisions=[decided(one, lang) for one in row.decisions],
        **plain,
    )


_PLAIN: Final = ("number", "title", "state", "planned_at", "called_at", "held_at", "minutes", "reason")


def _organs(rows: tuple[tuple[str, Name], ...], lang: str) -> list[OrganOut]:
    return [OrganOut(code=code, name=named(name, lang)) for code, name in rows]


def decided(row: DecisionRow, lang: str) -> MeetingDecisionOut:
    """A decision as the interface says it."""
    plain = {name: getattr(row, name) for name in MeetingDecisionOut.model_fields if name != "owner_name"}
    return MeetingDecisionOut(owner_name=named(row.owner_name, lang), **plain)


@router.get("", response_model=MeetingsOut)
async def list_meetings(desk: AtDesk) -> MeetingsOut:
    """The duty to meet (LX 三(四)4), the meetings the caller may see, and the decisions that are not done."""
    owed, rows, undone = await desk.ask(_all, now=desk.now)
    return MeetingsOut(
        duty=MeetingDutyOut.model_validate(owed, from_attributes=True),
        meetings=[told(row, desk.lang) for row in rows],
        open=[decided(row, desk.lang) for row in undone],
    )


def _all(session: Session, actor: Actor, county: County, *, now: Any) -> Found:
    rows = meetings(session, actor, county, now)
    return duty(session, county, now), rows, open_decisions(session, actor, county, now)


@router.get("/{number}", response_model=MeetingOut)
async def read_meeting(number: str, desk: AtDesk) -> MeetingOut:
    """One meeting with its agenda, minutes and decisions."""
    return told((await desk.ask(_one, now=desk.now, number=number))[0], desk.lang)


def _one(session: Session, actor: Actor, county: County, *, now: Any, number: str) -> list[MeetingRow]:
    return meetings(session, actor, county, now, number=number)


# -- steps -------------------------------------------------------------------------------------------------------------


def _write(tx: Tx, *, number: str | None, step: str, facts: Row, key: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        row = call_meeting(inner, given=facts) if number is None else meeting_step(inner, number=number, step_name=step, given=facts)  # fmt: skip
        inner.session.flush()
        found = meetings(inner.session, inner.actor, inner.county, inner.now, number=row.number)[0]
        return told(found, inner.actor.language).model_dump(mode="json")

    return once(tx, work=work, request={"meeting": number or "call", "step": step, "given": facts}, key=key)


def _calling() -> Callable[..., Any]:
    async def call(desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        found = await desk.write(_write, number=None, step="call", facts=given(body), key=key)
        response.headers["Location"] = f"/api/v1/meetings/{found[0]['number']}"
        return replied(found, response)

    return _told(call, MeetingStep.CALL)


def _stepping(step: MeetingStep) -> Callable[..., Any]:
    async def work(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        found = await desk.write(_write, number=number, step=step.value, facts=given(body), key=key)
        return replied(found, response)

    return _told(work, step)


def _told(endpoint: Callable[..., Any], step: MeetingStep) -> Callable[..., Any]:
    return stepped(endpoint, f"meeting_{step.value}", MEETING_FORMS[step], partial(label, step))


def _add() -> None:
    router.add_api_route("", _calling(), methods=["POST"], status_code=201, response_model=MeetingOut)
    for step in _STEPS:
        path = f"/{{number}}/steps/{step.value}"
        router.add_api_route(path, _stepping(step), methods=["POST"], response_model=MeetingOut)


_add()
