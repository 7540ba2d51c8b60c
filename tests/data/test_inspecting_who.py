"""Grid workers and auxiliaries are never sent to inspect: not planned, not drawn, not at the door, not at a written check (E1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from data.authority import SYSTEM, Actor, Scope
from data.casework.inspections import plan_visit, visit_step
from data.db import Record
from data.models import Person
from policy.inspection_forms import INSPECTION_FORMS
from policy.vocabulary import MatterKind, PersonKind, Role
from tests.data import inspecting as i
from tests.data import parties as p

BARRED = (PersonKind.GRID_WORKER, PersonKind.AUXILIARY)
under = pytest.mark.parametrize


@pytest.fixture
def record(database: str, clock: Any) -> Iterator[Record]:
    found = Record(database, clock=clock)
    yield found
    found.close()


@pytest.fixture
def actors(record: Record) -> dict[str, Any]:
    return i.build(record)


def now_is(record: Record, code: str, kind: PersonKind) -> None:
    """Somebody who holds a valid certificate has become one of those who may not."""
    record.write(SYSTEM, lambda tx: tx.session.execute(update(Person).where(Person.code == code).values(kind=kind)))


@under("kind", BARRED)
def test_a_certificate_does_not_let_them_be_planned(record, actors, kind) -> None:
    now_is(record, "02", kind)
    with p.refused("reasons_between.inspector_kind"):
        i.visit(record, actors["west_officer"], i.enterprise(record))


@under("kind", BARRED)
def test_they_are_refused_at_the_door_though_they_were_planned_or_come_instead(record, actors, kind) -> None:
    subject = i.enterprise(record)
    row = i.visit(record, actors["west_officer"], subject)
    i.step(record, actors["west"], row, "approve")
    row = i.step(record, actors["west_officer"], row, "give_notice")
    now_is(record, "02", kind)
    with p.refused("reasons_between.inspector_kind", "reasons_between.inspectors_short"):
        i.step(record, actors["west_officer"], row, "enter", scanned=row.token, certificates_shown=True)
    told = {"scanned": row.token, "certificates_shown": True, "persons": ["01", "05", "02"]}
    with p.refused("reasons_between.inspector_kind"):
        i.step(record, actors["west_officer"], row, "enter", **told)


@under("kind", BARRED)
def test_they_are_not_drawn(record, actors, kind) -> None:
    plan = i.random_plan(record, actors["west"])
    i.enterprise(record)
    i.enterprise(record, 1)
    before = i.committed(record, actors["west"], plan)
    assert "02" in before.inspectors
    now_is(record, "02", kind)
    with p.refused("reasons_between.draw_inspectors_short"):
        i.committed(record, actors["west"], plan)


@under("kind", BARRED)
def test_they_do_not_end_a_written_check(record, actors, kind) -> None:
    subject = i.enterprise(record)
    plan = i.plan(record, actors["west"], subject, inspection_kind="written", why_visit="")
    row = i.visit(record, actors["west_officer"], subject, inspection_plans=[plan.number])
    i.step(record, actors["west"], row, "approve")
    now_is(record, "02", kind)
    with p.refused("reasons_between.inspector_kind"):
        i.step(record, actors["west_officer"], row, "check_in_writing", visit_outcome="nothing_found", words="齐全")


def test_the_account_of_a_grid_worker_takes_no_step_of_a_visit(record, actors) -> None:
    subject = i.enterprise(record)
    row = i.visit(record, actors["west_officer"], subject)
    with p.refused("errors_access.forbidden"):
        record.write(actors["grid"], plan_visit, given={"inspected": subject.code, "visit_on": "2026-11-20"})
    for verb in INSPECTION_FORMS[MatterKind.INSPECTION_VISIT]:
        if verb != "plan":
            with p.refused("errors_access.forbidden"):
                record.write(actors["grid"], visit_step, number=row.number, step_name=verb, given={})


def test_an_officer_account_does_not_help_an_auxiliary(record, actors) -> None:
    """Somebody's account says officer, the register says auxiliary: who comes along is asked of the register."""
    with record.read() as session:
        person = session.scalars(select(Person).where(Person.code == "07")).one()
    scope = Scope(Role.OFFICER, record.county().jurisdiction_id, "WEST", None)
    with p.refused("reasons_between.inspector_kind"):
        i.visit(record, Actor(None, "07", (scope,), person_id=person.id), i.enterprise(record), persons=["01", "07"])
