"""Injects 导调 as verbs in the drill's own record: given when due, paused, resumed, brought forward or skipped."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from data.authority import SYSTEM, Subject, demand
from data.casework.leads import receive_lead
from data.casework.notices import About, Contact, put
from data.casework.units import set_status
from data.county import County
from data.db import Record, Tx
from data.drill.spot import point_at
from data.events import append_event
from data.models import Account, Drill, DrillInject, Grant, Team, Unit
from policy.errors import Refusal
from policy.text import say
from policy.vocabulary import Role, UnitStatus
from policy.vocabulary_notice import NoticeReason
from policy.vocabulary_patrol import InjectKind, InjectStatus

W, P, G, S = InjectStatus.WAITING, InjectStatus.PAUSED, InjectStatus.GIVEN, InjectStatus.SKIPPED
STEPS: Final = {"pause": ((W,), P), "resume": ((P,), W), "give": ((W, P), W), "skip": ((W, P), S)}
"""What control may do with an inject: from which states, to which."""


def drill_of(tx: Tx) -> Drill:
    """The drill of this record; raises Refusal in a record that is none's, and once it is over."""
    row = tx.session.scalars(select(Drill).where(Drill.jurisdiction_id == tx.county.jurisdiction_id)).first()
    if row is None or not tx.county.drill:
        raise Refusal("errors_drill.not_a_drill", kind="conflict", drill="—")
    if row.stopped_at is not None:
        raise Refusal("errors_drill.over", kind="conflict", drill=row.number)
    return row


def control(tx: Tx, *, place: int, step: str, reason: str = "") -> DrillInject:
    """Pause, resume, bring forward or skip an inject that has not been given; skipping says why."""
    demand(tx.actor, "drill.control", Subject(tx.county.jurisdiction_id), tx.now)
    drill = drill_of(tx)
    if step not in STEPS:
        raise Refusal("errors_casework.not_in_list", pointer="/step", value=step[:40], allowed=tuple(STEPS))
    row = _find(tx, drill, place)
    sources, target = STEPS[step]
    if InjectStatus(row.status) not in sources:
        raise Refusal("errors_drill.inject_state", kind="conflict", inject=place, state=row.status)
    if step == "skip" and not reason.strip():
        raise Refusal("errors_drill.skip_reason", pointer="/reason", inject=place)
    before, row.status, row.reason = row.status, target.value, reason.strip() or None
    if step == "give" or (step == "resume" and row.due_at < tx.now):
        row.due_at = tx.now
    _tell(tx, drill, row, f"{step}_inject", before)
    return row


def give_due(record: Record, county: County, now: datetime) -> int:
    """Give every inject whose minute has come; gives how many."""
    with record.read() as session:
        waiting = (DrillInject.status == W.value, DrillInject.due_at <= now)
        query = select(DrillInject.place).join(Drill, Drill.id == DrillInject.drill_id)
        places = session.scalars(query.where(*waiting, Drill.stopped_at.is_(None)).order_by(DrillInject.place)).all()
    for place in places:
        record.write(SYSTEM, give, county=county, place=place)
    return len(places)


def give(tx: Tx, *, place: int) -> DrillInject:
    """Bring an inject in: an alarm becomes a lead, news goes to the desk, a team drops out."""
    drill = drill_of(tx)
    row = _find(tx, drill, place)
    if row.status == W.value:
        _GIVEN[InjectKind(row.kind)](tx, drill, row)
        row.status, row.given_at = G.value, tx.now
        _tell(tx, drill, row, "give_inject", W.value)
    return row


def _lead(tx: Tx, drill: Drill, row: DrillInject) -> None:
    told = row.told
    lon, lat = point_at(tx.county, tx.county.hierarchy[drill.cell_code], tuple(told["metres"]))
    words = say("drill.words", mark=say("drill.mark"), words=told["words"])
    lead = receive_lead(tx, source=told["source"], urgency=told["urgency"], summary=words, lon=lon, lat=lat)
    row.lead_id = lead.id


def _news(tx: Tx, drill: Drill, row: DrillInject) -> None:
    """Everybody at a desk is told in the program; nothing goes out of it."""
    query = select(Account.id).join(Grant, Grant.account_id == Account.id)
    desks = (Role.DISPATCHER.value, Role.COUNTY_OFFICE.value, Role.TOWNSHIP_HEAD.value)
    held = query.where(Grant.role.in_(desks), Grant.jurisdiction_id == tx.county.jurisdiction_id).distinct()
    params = {"words": row.told["words"]}
    about = About(NoticeReason.DRILL_NEWS, "drill", drill.id, drill.number, params, urgent=True)
    put(tx, about, [Contact(account_id=key) for key in tx.session.scalars(held)], calls=False)


def _unit(tx: Tx, drill: Drill, row: DrillInject) -> None:
    """The free team nearest to the spot drops out; where none is free, nothing happens but the news."""
    middle = point_at(tx.county, tx.county.hierarchy[drill.cell_code], (0, 0))
    query = select(Unit, Team).join(Team, Team.id == Unit.team_id).where(Unit.status == UnitStatus.AVAILABLE.value)
    query = query.where(
        Team.jurisdiction_id == tx.county.jurisdiction_id, Unit.task_id.is_(None), Unit.lon.is_not(None)
    )
    free = [(unit, team) for unit, team in tx.session.execute(query) if team.kind != "grid_workers"]
    if free:
        _, team = min(free, key=lambda one: (_far(one[0], middle), one[1].code))
        set_status(tx, team_code=team.code, status=UnitStatus.BUSY.value, reason=row.told["words"])
        row.told = {**row.told, "team": team.code}
    _news(tx, drill, row)


def _far(unit: Unit, middle: tuple[float, float]) -> float:
    return ((unit.lon or 0.0) - middle[0]) ** 2 + ((unit.lat or 0.0) - middle[1]) ** 2


_GIVEN: Final = {InjectKind.LEAD: _lead, InjectKind.NEWS: _news, InjectKind.UNIT: _unit}


def _find(tx: Tx, drill: Drill, place: int) -> DrillInject:
    query = select(DrillInject).where(DrillInject.drill_id == drill.id, DrillInject.place == place)
    row = tx.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Refusal("errors_drill.no_inject", kind="not_found", inject=place)
    return row


def _tell(tx: Tx, drill: Drill, row: DrillInject, verb: str, before: str) -> None:
    facts: dict[str, Any] = {"inject": row.place, "kind": row.kind}
    append_event(
        tx,
        matter="drill",
        subject_id=drill.id,
        subject_number=drill.number,
        verb=verb,
        from_state=before,
        to_state=row.status,
        facts=facts | ({"reason": row.reason} if row.reason else {}),
    )
