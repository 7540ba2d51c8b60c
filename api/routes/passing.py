"""What goes with a lead or case beside its course: the 12345 order, information shared, personal data unmasked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from api.context import AtDesk, Desk
from api.forms import given, model_of, typed
from api.once import Key, Row, once, replied
from api.routing import router_at
from api.schemas_passing import HotlineOut, PartyOut, ReporterOut, SharedListOut, SharedOut
from data.authority import Actor
from data.casework.hotline import record_callback, reply_hotline, set_hotline
from data.casework.sharing import share
from data.casework.unmasking import unmask_case, unmask_lead
from data.county import County
from data.db import Tx
from data.queries.between import SharedRow, shared_with
from data.queries.case_head import case_row
from data.queries.leads import get_lead
from policy.passing_forms import PASSING_FORMS
from policy.text import say
from policy.vocabulary_between import PassingStep

router = router_at()


# -- 12345 -------------------------------------------------------------------------------------------------------------

_HOTLINE: Mapping[PassingStep, tuple[str, str, Callable[..., Any]]] = {
    PassingStep.SET_HOTLINE: ("PUT", "", set_hotline),
    PassingStep.REPLY_HOTLINE: ("POST", "/reply", reply_hotline),
    PassingStep.RECORD_CALLBACK: ("POST", "/callback", record_callback),
}


def _order(row: Mapping[str, Any], now: datetime) -> Row:
    """The order of a lead as the interface says it."""
    due, replied = row["hotline_due_at"], row["replied_at"]
    late = due is not None and (replied or now) > due
    names = [name for name in HotlineOut.model_fields if name != "late"]
    return HotlineOut(late=late, **{name: row[name] for name in names}).model_dump(mode="json")


def _told(tx: Tx, *, number: str, step: PassingStep, facts: Row, key: str | None) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        lead = _HOTLINE[step][2](inner, number=number, **facts)
        names = [name for name in HotlineOut.model_fields if name != "late"]
        return _order({name: getattr(lead, name) for name in names}, inner.now)

    return once(tx, work=work, request={"lead": number, "step": step.value} | facts, key=key)


def _telling(step: PassingStep) -> Callable[..., Any]:
    async def tell(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        return replied(await desk.write(_told, number=number, step=step, facts=given(body), key=key), response)

    name = "".join(part.title() for part in step.value.split("_")) + "In"
    words = {lang: say(f"vocabulary.passing_step.{step.value}", lang) for lang in ("en", "zh")}
    about = f"{words['en'][:1].upper()}{words['en'][1:]} {words['zh']}."
    return typed(tell, step.value, about, body=model_of(name, PASSING_FORMS[step]))


for _step, (_method, _path, _) in _HOTLINE.items():
    router.add_api_route(
        f"/leads/{{number}}/hotline{_path}",
        _telling(_step),
        methods=[_method],
        response_model=HotlineOut,
        tags=["leads"],
    )


@router.get("/leads/{number}/hotline", response_model=HotlineOut, tags=["leads"])
async def hotline(number: str, desk: AtDesk) -> HotlineOut:
    """The 12345 order of a lead: number, time, answer, call-back."""
    return HotlineOut.model_validate(_order(await desk.ask(get_lead, number=number), desk.now))


# -- shared ------------------------------------------------------------------------------------------------------------

ShareIn = model_of("ShareIn", PASSING_FORMS[PassingStep.SHARE], "What is shared with which organ.")


def _shared(tx: Tx, *, number: str, facts: Row, key: str | None, lang: str) -> tuple[Row, bool]:
    def work(inner: Tx) -> Row:
        share(inner, matter=number, **facts)
        inner.session.flush()
        newest = shared_with(inner.session, inner.actor, inner.county, inner.now, matter=number, limit=1)
        return _row(newest[0], lang).model_dump(mode="json")

    return once(tx, work=work, request={"share": number} | facts, key=key)


def _sharing(matter: str) -> Callable[..., Any]:
    async def tell(number: str, desk: AtDesk, response: Response, body: Any, key: Key = None) -> Any:
        return replied(await desk.write(_shared, number=number, facts=given(body), key=key, lang=desk.lang), response)

    about = "Let another organ see it for a kind of information of the plan; state secrets are refused 共享信息."
    return typed(tell, f"share_{matter}", about, body=ShareIn)


def _log(session: Session, actor: Actor, county: County, *, matter: str, number: str, now: datetime) -> list[SharedRow]:
    if matter == "leads":
        get_lead(session, actor, county, number=number)
    else:
        case_row(session, actor, county, number)
    return shared_with(session, actor, county, now, matter=number)


def _listing(matter: str) -> Callable[..., Any]:
    async def look_up(number: str, desk: AtDesk) -> SharedListOut:
        rows = await desk.ask(_log, matter=matter, number=number, now=desk.now)
        return SharedListOut(shared=[_row(row, desk.lang) for row in rows])

    return typed(look_up, f"shared_of_{matter}", "What of it was shown to whom, newest first.")


def _row(row: SharedRow, lang: str) -> SharedOut:
    names = {
        side: getattr(row, side).zh if lang == "zh" else getattr(row, side).en for side in ("from_name", "to_name")
    }
    return SharedOut(
        matter=row.matter,
        information=row.information,
        from_organ=names["from_name"],
        to_organ=names["to_name"],
        at=row.at,
    )


for _matter in ("leads", "cases"):
    _at: dict[str, Any] = {"tags": [_matter]}
    router.add_api_route(
        f"/{_matter}/{{number}}/share",
        _sharing(_matter),
        methods=["POST"],
        status_code=201,
        response_model=SharedOut,
        **_at,
    )
    router.add_api_route(f"/{_matter}/{{number}}/shared", _listing(_matter), response_model=SharedListOut, **_at)


# -- unmasked ----------------------------------------------------------------------------------------------------------

UnmaskIn = model_of(
    "UnmaskIn", PASSING_FORMS[PassingStep.UNMASK], "Why it has to be seen; it goes into the event chain."
)


async def _unmasked(desk: Desk, verb: Callable[..., Any], number: str, body: Any) -> Any:
    return await desk.write(verb, number=number, **given(body))


async def _reporter(number: str, desk: AtDesk, body: Any) -> ReporterOut:
    return ReporterOut.model_validate(await _unmasked(desk, _named, number, body))


def _named(tx: Tx, *, number: str, reason: str) -> Row:
    lead = unmask_lead(tx, number=number, reason=reason)
    return {name: getattr(lead, name) for name in ReporterOut.model_fields}


async def _party(number: str, desk: AtDesk, body: Any) -> PartyOut:
    return PartyOut.model_validate(await _unmasked(desk, unmask_case, number, body))


for _path, _endpoint, _model, _about in (
    (
        "leads",
        _reporter,
        ReporterOut,
        "Who reported it, unmasked for this once with a reason that goes into the chain.",
    ),
    ("cases", _party, PartyOut, "The party, unmasked for this once with a reason that goes into the chain (PI 51)."),
):
    router.add_api_route(
        f"/{_path}/{{number}}/unmask",
        typed(_endpoint, f"unmask_{_path}", _about, body=UnmaskIn),
        methods=["POST"],
        response_model=_model,
        tags=[_path],
    )
