"""What townships work with: registers read, one entry a route, an entry ended, a table previewed and taken in, its template."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from api import schemas_staffing as s
from api.context import AtDesk
from api.forms import given, typed
from api.once import Key, Row, Told, once, replied
from api.routing import router_at
from api.schemas import Day, plain
from api.schemas_shift import TakenOut
from api.tables import BYTES, TEMPLATE, Name, sheet, taken
from data.authority import Actor, Subject, demand
from data.casework.staffing import end_entry, enter, take_register
from data.county import County
from data.db import Tx
from data.importers import write_template
from data.queries.scenarios import Scenarios, scenarios_of
from data.queries.staffing import GuideRow, Staffing, guidance_lists, staffing_of
from policy.readiness import Need
from policy.staffing_forms import REGISTERS
from policy.text import named
from policy.vocabulary_staffing import Register

router = router_at("/staffing", tags=["staffing"])
Organ = Annotated[str, Query(max_length=60, description="Code of a department; every one when left out")]
_BODIES: Final[dict[Register, type[Any]]] = {
    Register.TRAININGS: s.TrainingIn,
    Register.VILLAGE_OFFICERS: s.VillageOfficerIn,
    Register.POSTS: s.PostHolderIn,
    Register.EQUIPMENT: s.EquipmentIn,
    Register.SCENARIOS: s.ScenarioIn,
    Register.SECONDMENTS: s.SecondmentIn,
    Register.GUIDANCE: s.GuideIn,
}


# -- reading ----------------------------------------------------------------------------------------------------------


@router.get("/townships/{code}", response_model=s.StaffingOut)
async def township_staffing(code: str, desk: AtDesk) -> s.StaffingOut:
    """Posts, equipment against the plan's lists, trainings, who is away, who looks after the township."""
    found: Staffing = await desk.ask(staffing_of, code=code, now=desk.now, lang=desk.lang)
    needed = found.training.needed
    return s.StaffingOut(
        township=code,
        posts=[s.PostOut(holders=list(map(s.HolderOut.model_validate, row.holders)), **_need(row.need, desk.lang)) for row in found.posts],
        equipment=[s.NeedOut(**_need(need, desk.lang)) for need in found.needs],
        things=[s.ThingOut.model_validate(one) for one in found.things],
        trainings=[s.TrainingOut(**plain(row, desk.lang)) for row in found.training.rows],
        trainings_needed=int(needed.value) if needed else None,
        officers=found.training.people,
        untrained=[code for code, _ in found.training.untrained],
        away=[s.AwayOut.model_validate(row) for row in found.away],
        guidance=[_guide(row) for row in found.guides],
    )  # fmt: skip


def _need(need: Need, lang: str) -> dict[str, Any]:
    plain_ones = {name: getattr(need, name) for name in ("code", "needed", "have", "met", "key", "clause")}
    return plain_ones | {"name": named(need.name, lang)}


def _guide(row: GuideRow) -> s.GuideOut:
    return s.GuideOut.model_validate(row)


@router.get("/scenarios", response_model=s.ScenariosOut)
async def scenarios(desk: AtDesk, on: Day | None = None) -> s.ScenariosOut:
    """One-matter scenarios in use on a day, with what the plan asks for by then."""
    found: Scenarios = await desk.ask(scenarios_of, now=desk.now, on=on)
    goal = found.target
    return s.ScenariosOut(
        on=found.on,
        count=len(found.rows),
        target=goal.value if goal else None,
        clause=goal.clause if goal else None,
        scenarios=[s.ScenarioOut(**plain(row, desk.lang)) for row in found.rows],
    )


@router.get("/guidance", response_model=s.GuidanceOut)
async def guidance(desk: AtDesk, organ: Organ = "") -> s.GuidanceOut:
    """Which department's people look after which townships."""
    rows: tuple[GuideRow, ...] = await desk.ask(guidance_lists, now=desk.now, organ=organ, lang=desk.lang)
    return s.GuidanceOut(people=[_guide(row) for row in rows])


# -- entering ---------------------------------------------------------------------------------------------------------


def _enter(tx: Tx, *, take: Callable[..., Any], once_key: str | None, **facts: Any) -> Told:
    def work(inner: Tx) -> Row:
        return {"key": str(take(inner, **facts).id)}

    return once(tx, work=work, request={"verb": take.__name__} | facts, key=once_key)


def _entering(register: Register) -> Callable[..., Any]:
    async def add(body: Any, desk: AtDesk, response: Response, once_key: Key = None) -> Any:
        facts = {"register": register.value, "given": given(body)}
        return replied(await desk.write(_enter, take=enter, once_key=once_key, **facts), response)

    step = REGISTERS[register].step
    return typed(add, step.value, step.value.replace("_", " ").capitalize() + ".", body=_BODIES[register])


for _register in Register:
    router.post(f"/{_register.value}", response_model=s.EntryOut, status_code=201)(_entering(_register))


@router.post("/{register}/{key}/end", response_model=s.EntryOut)
async def end(
    register: Register,
    key: UUID,
    body: s.EndIn,  # type: ignore[valid-type]
    desk: AtDesk,
    response: Response,
    once_key: Key = None,
) -> Any:
    """Say the last day of an entry; who was seconded away is back from the day after."""
    facts = {"register": register.value, "key": str(key), "given": given(body)}
    return replied(await desk.write(_enter, take=end_entry, once_key=once_key, **facts), response)


# -- tables -----------------------------------------------------------------------------------------------------------


@router.post("/{register}/preview", response_model=TakenOut, openapi_extra=BYTES)
async def preview_register(register: Register, name: Name, request: Request, desk: AtDesk) -> TakenOut:
    """Say what a table would do, or every fault of it; nothing is written."""
    return await taken(request, desk, take_register, register.value, name, preview=True)


@router.post("/{register}/table", response_model=TakenOut, openapi_extra=BYTES)
async def take_in_register(register: Register, name: Name, request: Request, desk: AtDesk) -> TakenOut:
    """Take in a register where one may, all or nothing."""
    return await taken(request, desk, take_register, register.value, name, preview=False)


def _made(session: Session, actor: Actor, county: County, *, kind: str, now: datetime, lang: str) -> bytes:
    demand(actor, "staffing.read", Subject(county.jurisdiction_id), now)
    with tempfile.TemporaryDirectory() as folder:
        return write_template(kind, Path(folder) / f"{kind}.xlsx", lang).read_bytes()


@router.get("/{register}/template", response_class=Response, responses=TEMPLATE)
async def register_template(register: Register, desk: AtDesk) -> Response:
    """An empty table to fill in."""
    content = await desk.ask(_made, kind=register.value, now=desk.now, lang=desk.lang)
    return sheet(content, register.value)
