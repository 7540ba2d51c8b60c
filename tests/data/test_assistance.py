"""Assistance and raised reviews: asked on a ground of the plan, refused with a reason, silence counted once by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.authority import SYSTEM
from data.casework.assistance import ask_help
from data.casework.escalations import raise_matter
from data.casework.unanswered import count_unanswered
from data.db import Record
from data.deadline_watch import climb_ladders
from data.settings import settings
from jobs.table import table
from tests.data import cases as c
from tests.data import parties as p


@pytest.fixture
def plan(request: pytest.FixtureRequest, database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), request.param)
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    return p.cast(plan)


under = pytest.mark.parametrize
HELP = {"receiver": "WATER", "subject": "请提供河道管理范围图", "ground": "held_elsewhere"}


def asked(record: Record, actors: dict[str, Any], **more: Any) -> Any:
    return record.write(actors["west"], ask_help, given=HELP | more)


@under("plan", ["fuling"], indirect=True)
def test_help_is_asked_taken_on_and_given(plan, actors, clock) -> None:
    row = asked(plan, actors)
    assert row.number == "JD-A-20261120-0001"
    assert row.answer_due_at == p.due(plan, row, "assistance_answer").due_at
    with p.refused("reasons_between.not_the_receiver"):
        p.step(plan, actors["west"], row, "take_on")
    row = p.step(plan, actors["water"], row, "take_on")
    assert p.due(plan, row, "assistance_answer").done_at == clock.now
    with p.refused("reasons_between.provided_missing"):
        p.step(plan, actors["water"], row, "provide")
    row = p.step(plan, actors["water"], row, "provide", provided="范围图一份")
    assert (row.status, row.result, row.provided_at) == ("provided", "范围图一份", clock.now)


@under("plan", ["fuling"], indirect=True)
def test_help_is_refused_only_on_a_ground_of_the_plan_with_a_reason(plan, actors) -> None:
    with p.refused("reasons_between.ground_not_listed"):
        asked(plan, actors, ground="because")
    row = asked(plan, actors)
    with p.refused("reasons_between.refusal_unreasoned", "reasons_between.refusal_not_listed"):
        p.step(plan, actors["water"], row, "refuse")
    row = p.step(plan, actors["water"], row, "refuse", reason="不掌握该资料", ground="outside_powers")
    assert (row.status, row.refusal_ground, row.reason) == ("refused", "outside_powers", "不掌握该资料")


@under("plan", ["fuling"], indirect=True)
def test_silence_is_counted_once_by_the_clock_and_urged_by_the_ladder(plan, actors, clock) -> None:
    row = asked(plan, actors)
    assert plan.write(SYSTEM, count_unanswered) == []
    with p.refused("errors_access.forbidden"):
        plan.write(actors["west"], count_named, number=row.number)
    clock.now = row.answer_due_at + timedelta(minutes=1)
    jobs = {job.name: job for job in table(settings())}
    for _ in range(2):
        jobs["count_silence"].run(plan, settings(), clock.now)
    assert p.again(plan, row).status == "unanswered"
    assert p.verbs(plan, row) == ["ask_help", "count_unanswered"]
    assert p.due(plan, row, "assistance_answer").done_at is None, "the time goes on, and urging with it"
    told = climb_ladders(plan, plan.county(), clock.now)
    assert {one.organ_code for one in told if one.number == row.number} == {"WATER"}
    row = p.step(plan, actors["water"], row, "take_on")
    assert row.status == "accepted"


def count_named(tx: Any, number: str) -> None:
    from data.casework.assistance import ASSISTANCE
    from data.casework.between import find_row, take
    from policy.vocabulary import Verb

    take(tx, ASSISTANCE, find_row(tx, ASSISTANCE, number), Verb.COUNT_UNANSWERED, {})


@under("plan", ["lanxi"], indirect=True)
def test_where_the_plan_lists_no_ground_of_its_own_the_layers_above_do(plan, actors) -> None:
    with p.refused("reasons_between.ground_not_listed"):
        asked(plan, actors)
    assert asked(plan, actors, ground="technical").status == "requested"


@under("plan", ["lanxi"], indirect=True)
def test_the_office_raises_a_late_case_and_the_department_answers(plan, actors, clock, tmp_path: Path) -> None:
    case = c.propose(plan, tmp_path, c.cast(plan))
    given = {"matter": case.number, "receiver": "WATER", "ground": "late_filing"}
    with p.refused("errors_access.forbidden"):
        plan.write(actors["west"], raise_matter, given=given)
    with p.refused("reasons_between.escalation_not_listed"):
        plan.write(actors["office"], raise_matter, given=given | {"ground": "because"})
    row = plan.write(actors["office"], raise_matter, given=given)
    assert (row.number, row.subject) == ("JD-E-20261120-0001", case.summary)
    clock.now = row.answer_due_at + timedelta(minutes=1)
    assert plan.write(SYSTEM, count_unanswered) == [row.number]
    row = p.step(plan, actors["water"], row, "take_on")
    with p.refused("reasons_between.opinion_missing"):
        p.step(plan, actors["water"], row, "answer")
    with p.refused("reasons_between.not_the_receiver"):
        p.step(plan, actors["justice"], row, "answer", opinion="同意立案")
    row = p.step(plan, actors["water"], row, "answer", opinion="应当立案")
    assert (row.status, row.answer) == ("answered", "应当立案")
    assert p.due(plan, row, "escalation_answer").done_at == clock.now


@under("plan", ["fuling"], indirect=True)
def test_a_plan_without_raised_reviews_has_none(plan, actors, tmp_path: Path) -> None:
    case = c.propose(plan, tmp_path, c.cast(plan))
    with p.refused("reasons_between.no_escalation"):
        plan.write(
            actors["office"], raise_matter, given={"matter": case.number, "receiver": "WATER", "ground": "late_filing"}
        )
