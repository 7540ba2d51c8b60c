"""Verbs of patrols 巡查 (D10): who walks starts, covers cells, reports what was found, and finishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from uuid_utils.compat import uuid7

from data.casework.leads import receive_lead
from data.casework.numbers import draw_number
from data.casework.patrol_cover import cover_cell
from data.casework.patrol_plans import in_force
from data.casework.patrol_walkers import (
    Walker,
    cell_name,
    demand_in,
    find_walker,
    obeyed,
    of_township,
    of_walker,
    one_township,
    today_of,
    walker_name,
)
from data.casework.steps import find_lead
from data.casework.units import belongs
from data.db import Tx
from data.events import append_event
from data.models import Patrol, PatrolLead, PatrolPlan, PatrolVisit, Person, Team
from policy.case_reading import read_form
from policy.decision import decide
from policy.errors import Refusal
from policy.patrol import PATROL_FORMS, may_step, may_walk, rules_of
from policy.vocabulary import LeadSource, Role
from policy.vocabulary_patrol import PatrolStatus, PatrolStep, SeenBy

Given = Mapping[str, Any]


def start_patrol(tx: Tx, *, given: Given) -> Patrol:
    """Set out: the cells told, else those planned for who walks, in their turn; one round at a time for each."""
    told = read_form(PatrolStep.START, given, PATROL_FORMS[PatrolStep.START])
    walker = find_walker(tx, told["walker"], None)
    cells = list(told.get("patrol_cells", ())) or _round_of(tx, walker)
    if not cells:
        raise Refusal("errors_patrols.no_round", pointer="/walker", walker=walker_name(walker))
    township = one_township(tx, cells)
    tx = demand_in(tx, "patrol.start", township)
    of_township(tx, walker, township)
    _demand_own(tx, walker.team, walker.person)
    obeyed(decide([may_walk(walker.kinds, rules_of(tx.county.profile, today_of(tx)))]), "/walker")
    _not_out(tx, walker)
    row = Patrol(
        id=uuid7(),
        jurisdiction_id=tx.county.jurisdiction_id,
        number=draw_number(tx, "patrol"),
        township_code=township,
        team_id=walker.team.id if walker.team else None,
        person_id=walker.person.id if walker.person else None,
        status=PatrolStatus.WALKING.value,
        cells=cells,
        started_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    _tell(tx, row, PatrolStep.START, None, {"cells": cells, "walker": walker_name(walker)})
    return row


def _round_of(tx: Tx, walker: Walker) -> list[str]:
    query = select(PatrolPlan.cell_code).where(of_walker(PatrolPlan, walker), in_force(today_of(tx)))
    return list(tx.session.scalars(query.order_by(PatrolPlan.turn, PatrolPlan.cell_code)))


def _not_out(tx: Tx, walker: Walker) -> None:
    out = select(Patrol.number).where(of_walker(Patrol, walker), Patrol.status == PatrolStatus.WALKING.value)
    number = tx.session.scalars(out).first()
    if number is not None:
        raise Refusal(
            "errors_patrols.out_already", kind="conflict", pointer="/walker", walker=walker_name(walker), by=number
        )


def patrol_step(tx: Tx, *, number: str, step_name: str, given: Given | None = None) -> Patrol:
    """Take one step of a patrol with what its form asks for; raises Refusal with every obstacle."""
    step = _step(step_name)
    row = find_patrol(tx, number)
    tx = demand_in(tx, f"patrol.{step.value}", row.township_code)
    _demand_own(tx, *_walked_by(tx, row))
    told = read_form(step, given or {}, PATROL_FORMS[step])
    obeyed(may_step(step, PatrolStatus(row.status), _visited(tx, row), told.get("reason", "")), "")
    before = row.status
    facts = _STEPS[step](tx, row, told)
    _tell(tx, row, step, before, facts, told.get("reason", ""))
    tx.session.flush()
    return row


def _step(name: str) -> PatrolStep:
    if name not in {step.value for step in _STEPS}:
        allowed = tuple(step.value for step in _STEPS)
        raise Refusal("errors_casework.not_in_list", pointer="/step", value=name[:40], allowed=allowed)
    return PatrolStep(name)


def _ticked(tx: Tx, row: Patrol, told: Given) -> dict[str, Any]:
    cell = told["patrol_cell"]
    one_township(tx, [cell], row.township_code)
    if not cover_cell(tx, row, cell, tx.now, SeenBy.TICK):
        raise Refusal(
            "errors_patrols.covered_already", kind="conflict", pointer="/patrol_cell", cell=cell_name(tx, cell)
        )
    return {"cell": cell}


def _found(tx: Tx, row: Patrol, told: Given) -> dict[str, Any]:
    """What was seen becomes a lead of the cell it was seen in; the cell was thereby visited."""
    cell = told["patrol_cell"]
    one_township(tx, [cell], row.township_code)
    lead = receive_lead(tx, source=LeadSource.GRID_PATROL, summary=told["found"], cell_code=cell)
    cover_cell(tx, row, cell, tx.now, SeenBy.TICK)
    return _linked(tx, row, lead.id, lead.number)


def _link(tx: Tx, row: Patrol, told: Given) -> dict[str, Any]:
    lead = find_lead(tx, told["lead"])
    if lead.township_code != row.township_code:
        raise Refusal("errors_patrols.lead_elsewhere", pointer="/lead", lead=lead.number, patrol=row.number)
    before = select(Patrol.number).join(PatrolLead, PatrolLead.patrol_id == Patrol.id)
    by = tx.session.scalars(before.where(PatrolLead.lead_id == lead.id)).first()
    if by is not None:
        raise Refusal("errors_patrols.linked_already", kind="conflict", pointer="/lead", lead=lead.number, by=by)
    return _linked(tx, row, lead.id, lead.number)


def _linked(tx: Tx, row: Patrol, lead: Any, number: str) -> dict[str, Any]:
    tx.session.add(
        PatrolLead(jurisdiction_id=tx.county.jurisdiction_id, patrol_id=row.id, lead_id=lead, at=tx.now),
    )
    return {"lead": number}


def _finished(tx: Tx, row: Patrol, told: Given) -> dict[str, Any]:
    row.status, row.ended_at, row.note = PatrolStatus.FINISHED.value, tx.now, told.get("note")
    missed = [cell for cell in row.cells if cell not in _covered(tx, row)]
    return {"covered": len(row.cells) - len(missed), "of": len(row.cells), "missed": missed}


def _broken_off(tx: Tx, row: Patrol, told: Given) -> dict[str, Any]:
    row.status, row.ended_at, row.reason = PatrolStatus.BROKEN_OFF.value, tx.now, told["reason"]
    return {}


_STEPS: Final = {
    PatrolStep.TICK: _ticked,
    PatrolStep.FOUND: _found,
    PatrolStep.LINK_LEAD: _link,
    PatrolStep.FINISH: _finished,
    PatrolStep.BREAK_OFF: _broken_off,
}


def find_patrol(tx: Tx, number: str) -> Patrol:
    """The patrol `number` of this county, locked for the step."""
    mine = (Patrol.jurisdiction_id == tx.county.jurisdiction_id, Patrol.number == number)
    row = tx.session.scalars(select(Patrol).where(*mine).with_for_update()).first()
    if row is None:
        raise Refusal("errors_patrols.no_patrol", kind="not_found", patrol=number[:40], county=tx.county.words)
    return row


def _walked_by(tx: Tx, row: Patrol) -> tuple[Team | None, Person | None]:
    team = tx.session.get(Team, row.team_id) if row.team_id else None
    return team, tx.session.get(Person, row.person_id) if row.person_id else None


def _demand_own(tx: Tx, team: Team | None, person: Person | None) -> None:
    """Who walks tells it; desk, squadron head and township enter it for anybody of theirs."""
    for_others = tx.actor.roles & {Role.DISPATCHER, Role.SQUADRON_HEAD, Role.TOWNSHIP_HEAD}
    own = person is not None and tx.actor.person_id == person.id
    team_own = team is not None and (belongs(tx, team) or any(scope.team == team.code for scope in tx.actor.scopes))
    if not (tx.actor.system or for_others or own or team_own):
        raise Refusal("errors_patrols.not_own", kind="forbidden", pointer="/walker")


def _covered(tx: Tx, row: Patrol) -> frozenset[str]:
    return frozenset(tx.session.scalars(select(PatrolVisit.cell_code).where(PatrolVisit.patrol_id == row.id)))


def _visited(tx: Tx, row: Patrol) -> int:
    return len(_covered(tx, row))


def _tell(
    tx: Tx, row: Patrol, step: PatrolStep, before: str | None, facts: Mapping[str, Any], reason: str = ""
) -> None:
    append_event(
        tx,
        matter="patrol",
        subject_id=row.id,
        subject_number=row.number,
        verb=step.value,
        from_state=before,
        to_state=row.status,
        facts=facts,
        words={"reason": reason},
    )
