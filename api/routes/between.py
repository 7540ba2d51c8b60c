"""What passes between organs: transfers, assistance, disputes, criminal referrals, escalations; one route a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, get_args, get_type_hints
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field, create_model
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import schemas as s
from api.context import AtDesk
from api.forms import given, step_name, stepped, told, typed
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas_between import BetweenStepOut, MatterRowOut, MattersOut
from api.schemas_between import BetweenStepsOut as StepsOut
from api.schemas_case import DeadlineOut, ObstacleOut
from data.authority import Actor, Subject, demand
from data.casework.assistance import ask_help, assistance_step
from data.casework.call_outs import call_out, call_out_step
from data.casework.disputes import dispute_step, open_dispute
from data.casework.escalations import escalation_step, raise_matter
from data.casework.referrals import referral_step, report_suspicion
from data.casework.transfers import draft_transfer, transfer_step
from data.county import County
from data.db import Tx
from data.models import Event
from data.queries.between import COURSES, StepView, list_matters, view_matter
from data.queries.deadlines import deadlines_of
from data.queries.leads import event_rows
from policy.between_forms import BETWEEN_FORMS
from policy.citing import linked
from policy.text import Name, Word, named
from policy.vocabulary import MatterKind, Verb

router = router_at()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of matter: its address, how it begins, how its steps are taken."""

    matter: MatterKind
    path: str
    first: Verb
    begin: Callable[..., Any]
    step: Callable[..., Any]

    @property
    def model(self) -> Any:
        """Its table."""
        return COURSES[self.matter].model

    @property
    def name(self) -> str:
        """As the bodies are called."""
        return str(self.model.__name__)


KINDS: Final = (
    Kind(MatterKind.TRANSFER, "transfers", Verb.DRAFT, draft_transfer, transfer_step),
    Kind(MatterKind.ASSISTANCE, "assistance", Verb.ASK_HELP, ask_help, assistance_step),
    Kind(MatterKind.DISPUTE, "disputes", Verb.OPEN_DISPUTE, open_dispute, dispute_step),
    Kind(MatterKind.CRIMINAL_REFERRAL, "referrals", Verb.REPORT_SUSPICION, report_suspicion, referral_step),
    Kind(MatterKind.ESCALATION, "escalations", Verb.RAISE, raise_matter, escalation_step),
    Kind(MatterKind.CALL_OUT, "call-outs", Verb.CALL_OUT, call_out, call_out_step),
)


# -- how a matter is told ----------------------------------------------------------------------------------------------


def _view(kind: Kind) -> type[s.View]:
    """The answer for a kind: its columns but keys of the record, and its deadlines."""
    hints = get_type_hints(kind.model)
    columns = {name: get_args(hints[name])[0] for name in kind.model.__mapper__.column_attrs.keys()}  # noqa: SIM118  # not a mapping
    plain: dict[str, Any] = {
        name: (of, ...) for name, of in columns.items() if UUID not in (of, *get_args(of)) and name != "officer_ids"
    }
    plain["course"] = (list[dict[str, Any]], Field(description="What each step said: verb, organ, at, words, papers"))
    return create_model(f"{kind.name}Out", __base__=s.View, deadlines=(list[DeadlineOut], ...), **plain)


VIEWS: Final[Mapping[MatterKind, type[s.View]]] = {kind.matter: _view(kind) for kind in KINDS}


def _told(session: Session, row: Any, matter: MatterKind, now: datetime, lang: str) -> Row:
    view = VIEWS[matter]
    found = {name: getattr(row, name) for name in view.model_fields if name != "deadlines"}
    found["deadlines"] = deadlines_of(session, row.id, now, lang)
    return view.model_validate(found).model_dump(mode="json")


def _answer(tx: Tx, *, kind: Kind, work: Callable[[Tx], Any], request: Row, key: str | None, lang: str) -> Any:
    """Do `work` and tell the matter; with a key, once."""

    def verb(inner: Tx) -> Row:
        row = work(inner)
        inner.session.flush()
        return _told(inner.session, row, kind.matter, inner.now, lang)

    return once(tx, work=verb, request=request, key=key)


# -- routes of a kind --------------------------------------------------------------------------------------------------


def _begin(tx: Tx, *, kind: Kind, facts: Row, key: str | None, lang: str) -> tuple[Row, bool]:
    request = {"begin": kind.path} | facts
    found: tuple[Row, bool] = _answer(
        tx, kind=kind, work=lambda inner: kind.begin(inner, given=facts), request=request, key=key, lang=lang
    )
    return found


def _beginning(kind: Kind) -> Callable[..., Any]:
    async def begin(desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        found = await desk.write(_begin, kind=kind, facts=given(body), key=key, lang=desk.lang)
        response.headers["Location"] = f"/api/v1/{kind.path}/{found[0]['number']}"
        return replied(found, response)

    return _stepped(begin, kind, kind.first)


def _step(tx: Tx, *, kind: Kind, number: str, step: str, facts: Row, key: str | None, lang: str) -> tuple[Row, bool]:
    def work(inner: Tx) -> Any:
        return kind.step(inner, number=number, step_name=step, given=facts)

    request = {"matter": number, "step": step, "given": facts}
    found: tuple[Row, bool] = _answer(tx, kind=kind, work=work, request=request, key=key, lang=lang)
    return found


def _stepping(kind: Kind, verb: Verb) -> Callable[..., Any]:
    async def step(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        facts = given(body)
        found = await desk.write(_step, kind=kind, number=number, step=verb.value, facts=facts, key=key, lang=desk.lang)
        return replied(found, response)

    return _stepped(step, kind, verb)


def _stepped(endpoint: Callable[..., Any], kind: Kind, verb: Verb) -> Callable[..., Any]:
    matter = kind.matter.value
    return stepped(
        endpoint, f"{matter}_{verb.value}", BETWEEN_FORMS[kind.matter][verb], partial(step_name, matter, verb),
        body=f"{kind.name}_{verb.value}",
    )  # fmt: skip


def _listing(kind: Kind) -> Callable[..., Any]:
    async def look_up(
        desk: AtDesk,
        status: Any = None,
        about: Annotated[str | None, Query(max_length=40, description="Number of the lead or case")] = None,
        organ: Annotated[str | None, Query(max_length=40, description="Code of an organ on either side")] = None,
        before: Annotated[str | None, Query(max_length=40, description="Cursor: the last number before")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> MattersOut:
        which = {"statuses": status or [], "about": about, "organ": organ, "before": before, "limit": limit}
        rows = await desk.ask(_listed, kind=kind, now=desk.now, lang=desk.lang, which=which)
        return MattersOut(matters=rows, next=rows[-1].number if len(rows) == limit else None)

    states: Any = COURSES[kind.matter].states
    about = "Newest first, as far as the caller's townships and organ are touched."
    return typed(look_up, f"look_up_{kind.path}", about, status=Annotated[list[states] | None, Query()])


def _listed(
    session: Session, actor: Actor, county: County, *, kind: Kind, now: datetime, lang: str, which: Row
) -> list[MatterRowOut]:
    rows = list_matters(session, actor, county, now, kind.matter, **which)
    names = (
        "number",
        "status",
        "from_organ",
        "to_organ",
        "subject",
        "about",
        "urgent",
        "begun_at",
        "due_at",
        "overdue",
    )
    return [
        MatterRowOut(
            **{name: getattr(row, name) for name in names},
            from_name=said(row.from_name, lang),
            to_name=said(row.to_name, lang),
        )
        for row in rows
    ]


def said(name: Name | Word | str, lang: str) -> str:
    """A name in `lang`."""
    return named(name, lang)


def _reading(kind: Kind) -> Callable[..., Any]:
    async def read(number: str, desk: AtDesk) -> Any:
        return await desk.ask(_found, kind=kind, number=number, now=desk.now, lang=desk.lang)

    return typed(read, f"read_{kind.path}", "One matter with what each organ said and its deadlines.")


def _found(session: Session, actor: Actor, county: County, *, kind: Kind, number: str, now: datetime, lang: str) -> Row:
    seen = view_matter(session, actor, county, now, kind.matter, number=number, lang=lang)
    return _told(session, session.get_one(kind.model, seen.row.id), kind.matter, now, lang)


def _leading(kind: Kind) -> Callable[..., Any]:
    async def steps(number: str, desk: AtDesk) -> StepsOut:
        found: StepsOut = await desk.ask(_ahead, kind=kind, number=number, now=desk.now, lang=desk.lang)
        return found

    return typed(
        steps, f"steps_of_{kind.path}", "Every next step with what is missing for it and what its form asks for."
    )


def _ahead(
    session: Session, actor: Actor, county: County, *, kind: Kind, number: str, now: datetime, lang: str
) -> StepsOut:
    seen = view_matter(session, actor, county, now, kind.matter, number=number, lang=lang)
    steps = [_step_told(kind, number, one, lang) for one in seen.steps]
    return StepsOut(number=seen.row.number, status=seen.row.status, steps=steps)


def _step_told(kind: Kind, number: str, one: StepView, lang: str) -> BetweenStepOut:
    return BetweenStepOut(
        step=one.verb.value,
        name=step_name(kind.matter.value, one.verb, lang),
        allowed=one.decision.allowed,
        obstacles=[ObstacleOut.model_validate(linked(reason, lang)) for reason in one.decision.obstacles],
        form=told(one.form, lang),
        href=f"/api/v1/{kind.path}/{number}/steps/{one.verb.value}",
    )


def _telling(kind: Kind) -> Callable[..., Any]:
    async def events(number: str, desk: AtDesk) -> s.EventsOut:
        rows = await desk.ask(_events, kind=kind, number=number, now=desk.now)
        return s.EventsOut(events=[s.EventOut.model_validate(row) for row in rows])

    return typed(events, f"events_of_{kind.path}", "Every step, oldest first, with clause and hash.")


def _events(session: Session, actor: Actor, county: County, *, kind: Kind, number: str, now: datetime) -> list[Row]:
    demand(actor, "event.read", Subject(county.jurisdiction_id, label=number), None)
    seen = view_matter(session, actor, county, now, kind.matter, number=number)
    query = select(Event).where(Event.subject_id == seen.row.id).order_by(Event.sequence)
    return event_rows(session, query)


def _unknown(kind: Kind) -> Callable[..., Any]:
    async def unknown(number: str, step: str, desk: AtDesk) -> None:
        await desk.write(_step, kind=kind, number=number, step=step, facts={}, key=None, lang=desk.lang)

    return unknown


def _add(kind: Kind) -> None:
    view, place = VIEWS[kind.matter], f"/{kind.path}"
    common: dict[str, Any] = {"tags": [kind.path]}
    router.add_api_route(place, _beginning(kind), methods=["POST"], status_code=201, response_model=view, **common)
    router.add_api_route(place, _listing(kind), response_model=MattersOut, **common)
    router.add_api_route(f"{place}/{{number}}", _reading(kind), response_model=view, **common)
    router.add_api_route(f"{place}/{{number}}/steps", _leading(kind), response_model=StepsOut, **common)
    router.add_api_route(f"{place}/{{number}}/events", _telling(kind), response_model=s.EventsOut, **common)
    for verb in BETWEEN_FORMS[kind.matter]:
        if verb is not kind.first:
            at = f"{place}/{{number}}/steps/{verb.value}"
            router.add_api_route(at, _stepping(kind, verb), methods=["POST"], response_model=view, **common)
    at = f"{place}/{{number}}/steps/{{step}}"
    router.add_api_route(at, _unknown(kind), methods=["POST"], include_in_schema=False)


for _kind in KINDS:
    _add(_kind)
