"""Verbs of patrol plans 巡查计划 (D10): a township sets how often its village grids are patrolled, by whom, in which turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from uuid_utils.compat import uuid7

from data.casework.patrol_walkers import (
    Walker,
    cell_name,
    demand_in,
    find_walker,
    obeyed,
    of_walker,
    one_township,
    today_of,
    walker_name,
    whole,
)
from data.db import Tx
from data.events import append_event
from data.models import PatrolPlan
from policy.case_reading import read_form
from policy.errors import Refusal
from policy.patrol import PATROL_FORMS, PatrolRules, may_plan, rules_of
from policy.vocabulary_patrol import PatrolPer, PatrolStep

Given = Mapping[str, Any]


def plan_cells(tx: Tx, *, given: Given) -> list[PatrolPlan]:
    """Set how often village grids of one township are patrolled, by whom and in which turn; all of them or none."""
    told = read_form(PatrolStep.PLAN, given, PATROL_FORMS[PatrolStep.PLAN])
    cells = told["patrol_cells"]
    township = one_township(tx, cells)
    tx = demand_in(tx, "patrol_plan.plan", township)
    rules, per = rules_of(tx.county.profile, today_of(tx)), PatrolPer(told["per"])
    times = whole(told["times"], "/times")
    walker = find_walker(tx, told["walker"], township)
    obeyed(may_plan(times, per, walker.kinds, rules), "/times")
    first = whole(told["turn"], "/turn") if "turn" in told else _next_turn(tx, walker)
    return [_plan(tx, cell, township, walker, times, per, first + n, rules) for n, cell in enumerate(cells)]


def _plan(
    tx: Tx, cell: str, township: str, walker: Walker, times: int, per: PatrolPer, turn: int, rules: PatrolRules
) -> PatrolPlan:
    """The plan of a cell from today; the one before ends yesterday, one of today is written over."""
    today, before = today_of(tx), plan_of(tx, cell)
    row = _made_today(tx, cell)
    if row is None:
        if before is not None:
            before.valid_to = today - timedelta(days=1)
        row = PatrolPlan(
            id=uuid7(), jurisdiction_id=tx.county.jurisdiction_id, cell_code=cell, township_code=township, valid_from=today
        )  # fmt: skip
        tx.session.add(row)
    row.valid_to = row.reason = None
    row.times, row.per, row.turn = times, per.value, turn
    row.team_id = walker.team.id if walker.team else None
    row.person_id = walker.person.id if walker.person else None
    tx.session.flush()
    facts = {"cell": cell, "times": times, "per": per.value, "turn": turn, "walker": walker_name(walker)}
    append_event(
        tx, matter="patrol_plan", subject_id=row.id, subject_number=cell, verb="plan", facts=facts, clause=rules.clause
    )
    return row


def _made_today(tx: Tx, cell: str) -> PatrolPlan | None:
    mine = (PatrolPlan.jurisdiction_id == tx.county.jurisdiction_id, PatrolPlan.cell_code == cell)
    return tx.session.scalars(select(PatrolPlan).where(*mine, PatrolPlan.valid_from == today_of(tx))).first()


def end_plans(tx: Tx, *, given: Given) -> list[PatrolPlan]:
    """End the plans of village grids with a reason; a plan made today has never held."""
    told = read_form(PatrolStep.END, given, PATROL_FORMS[PatrolStep.END])
    township = one_township(tx, told["patrol_cells"])
    tx = demand_in(tx, "patrol_plan.end", township)
    found = []
    for cell in told["patrol_cells"]:
        row = plan_of(tx, cell)
        if row is None:
            raise Refusal("errors_patrols.no_plan", kind="not_found", pointer="/patrol_cells", cell=cell_name(tx, cell))
        row.valid_to, row.reason = today_of(tx) - timedelta(days=1), told["reason"]
        append_event(
            tx,
            matter="patrol_plan",
            subject_id=row.id,
            subject_number=cell,
            verb="end",
            facts={"cell": cell},
            words={"reason": told["reason"]},
        )
        found.append(row)
    return found


def in_force(day: date) -> ColumnElement[bool]:
    """The condition of plans that hold on a day."""
    return (PatrolPlan.valid_from <= day) & (PatrolPlan.valid_to.is_(None) | (PatrolPlan.valid_to >= day))


def plan_of(tx: Tx, cell: str) -> PatrolPlan | None:
    """The plan of a village grid that holds today, locked for the step."""
    mine = (PatrolPlan.jurisdiction_id == tx.county.jurisdiction_id, PatrolPlan.cell_code == cell)
    return tx.session.scalars(select(PatrolPlan).where(*mine, in_force(today_of(tx))).with_for_update()).first()


def _next_turn(tx: Tx, walker: Walker) -> int:
    last = tx.session.scalar(
        select(func.max(PatrolPlan.turn)).where(of_walker(PatrolPlan, walker), in_force(today_of(tx)))
    )
    return (last or 0) + 1
