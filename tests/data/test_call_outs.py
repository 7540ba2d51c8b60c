"""Call-outs: departments called to a lead, who acknowledged, who came, what was entered for another, and who did not answer (D8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import SYSTEM, Actor
from data.casework.call_outs import call_out_all
from data.casework.leads import receive_lead, reject
from data.casework.unanswered import count_unanswered
from data.db import Record
from data.deadline_watch import climb_ladders
from data.models import Event
from data.queries.between import list_matters, unanswered_by_organ
from policy.vocabulary import MatterKind
from tests.data import parties as p
from tests.data import small


@pytest.fixture
def plan(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "jindong")
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Actor]:
    return p.cast(plan)


def events(plan: Record, row: Any) -> list[Any]:
    """Steps of a call-out in the chain with their facts read."""
    with plan.read() as session:
        found = session.scalars(select(Event).where(Event.subject_id == row.id).order_by(Event.position)).all()
    return [
        SimpleNamespace(verb=e.verb, organ=e.organ, clause=e.clause, facts=json.loads(e.facts))
        for e in found
        if not e.verb.endswith("_deadline")
    ]


def lead(plan: Record, actors: dict[str, Actor], urgency: str = "urgent") -> str:
    lon, lat = small.middle(0)
    told = {"source": "public_report", "summary": "山体滑坡，道路中断", "lon": lon, "lat": lat, "urgency": urgency}
    number: str = plan.write(actors["dispatcher"], receive_lead, **told).number
    return number


def called(plan: Record, actors: dict[str, Actor], *receivers: str, number: str | None = None) -> list[Any]:
    return plan.write(
        actors["dispatcher"],
        call_out_all,
        number=number or lead(plan, actors),
        receivers=list(receivers or ("WATER", "POLICE")),
        subject="请派人到场",
    )


def test_several_departments_are_called_at_once_and_each_has_the_plans_time(plan, actors, clock) -> None:
    water, police = called(plan, actors)
    assert (water.number, police.number) == ("JD-H-20261120-0001", "JD-H-20261120-0002")
    minutes = plan.county().profile.get("callout.acknowledge", small.NOW.date()).value
    assert water.answer_due_at == clock.now + timedelta(minutes=minutes)
    assert water.urgent, "an urgent lead makes an urgent call"
    (event,) = events(plan, water)
    assert (event.verb, event.organ, event.clause) == ("call_out", "BUREAU", "JD 二(四)11")


def test_all_are_called_or_none(plan, actors) -> None:
    number = lead(plan, actors)
    with p.refused("errors_between.organ_unknown"):
        called(plan, actors, "WATER", "NOWHERE", number=number)
    assert called(plan, actors, "WATER", number=number)[0].number == "JD-H-20261120-0001"
    with p.refused("reasons_between.called_already"):
        called(plan, actors, "WATER", number=number)
    with p.refused("errors_between.nobody_called"):
        plan.write(actors["dispatcher"], call_out_all, number=number, receivers=[], subject="请派人到场")


def test_a_department_acknowledges_comes_and_reports(plan, actors, clock) -> None:
    water, _ = called(plan, actors)
    with p.refused("reasons_between.told_by_missing"):
        p.step(plan, actors["justice"], water, "acknowledge")
    clock.now += timedelta(minutes=3)
    water = p.step(plan, actors["water"], water, "acknowledge", words="五分钟出发")
    assert (water.status, water.answered_at) == ("acknowledged", clock.now)
    assert p.due(plan, water, "callout_acknowledge").done_at == clock.now
    clock.now += timedelta(minutes=20)
    water = p.step(plan, actors["water"], water, "arrive")
    assert (water.status, water.arrived_at) == ("arrived", clock.now)
    with p.refused("reasons_between.call_out_unreported"):
        p.step(plan, actors["water"], water, "report")
    water = p.step(plan, actors["water"], water, "report", result="已清障")
    assert (water.status, water.result) == ("reported", "已清障")
    assert called(plan, actors, "WATER", number=water.matter_number), "it may be called again"


def test_what_a_department_says_by_telephone_is_entered_for_it_and_the_event_says_both(plan, actors) -> None:
    _, police = called(plan, actors)
    with p.refused("reasons_between.told_by_missing"):
        p.step(plan, actors["dispatcher"], police, "acknowledge")
    police = p.step(plan, actors["dispatcher"], police, "acknowledge", told_by="值班民警 周某")
    event = events(plan, police)[-1]
    assert (event.organ, event.facts["entered_for"]) == ("BUREAU", "POLICE")
    assert "周某" not in str(event.facts), "the chain holds the digest of the words, not a name"
    assert police.course[-1]["told_by"] == "值班民警 周某"


def test_silence_is_counted_and_told_and_a_late_answer_still_counts_as_an_answer(plan, actors, clock) -> None:
    water, police = called(plan, actors)
    p.step(plan, actors["police"], police, "acknowledge")
    assert plan.write(SYSTEM, count_unanswered) == []
    clock.now = water.answer_due_at + timedelta(seconds=1)
    assert plan.write(SYSTEM, count_unanswered) == [water.number]
    assert plan.write(SYSTEM, count_unanswered) == []
    told = climb_ladders(plan, plan.county(), clock.now)
    assert {one.organ_code for one in told if one.number == water.number} == {"WATER"}
    with plan.read() as session:
        rows = unanswered_by_organ(session, actors["office"], plan.county(), clock.now)
    assert {row.organ: (row.asked, row.unanswered) for row in rows} == {"WATER": (1, 1), "POLICE": (1, 0)}
    assert p.step(plan, actors["water"], water, "arrive").status == "arrived"


def test_who_called_calls_back_with_a_reason_and_a_closed_lead_calls_nobody(plan, actors) -> None:
    water, _ = called(plan, actors)
    with p.refused("reasons.reason_missing"):
        p.step(plan, actors["dispatcher"], water, "recall")
    assert p.step(plan, actors["dispatcher"], water, "recall", reason="误报").status == "recalled"
    number = lead(plan, actors, "normal")
    plan.write(actors["dispatcher"], reject, number=number, reason="重复来电")
    with p.refused("reasons_between.call_out_lead_over"):
        called(plan, actors, "WATER", number=number)


def test_a_department_sees_the_calls_to_it_and_cannot_call(plan, actors, clock) -> None:
    number = lead(plan, actors)
    called(plan, actors, number=number)
    with plan.read() as session:
        rows = list_matters(session, actors["water"], plan.county(), clock.now, MatterKind.CALL_OUT)
    assert [row.to_organ for row in rows] == ["WATER"]
    with p.refused("errors_access.forbidden"):
        plan.write(actors["water"], call_out_all, number=number, receivers=["POLICE"], subject="请派人到场")
