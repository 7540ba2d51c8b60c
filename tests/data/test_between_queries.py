"""Lists and single matters between organs: who sees which, what may be done next and why not, who does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from data.authority import SYSTEM, Actor
from data.casework.assistance import ask_help
from data.casework.disputes import open_dispute
from data.casework.leads import receive_lead, triage
from data.casework.referrals import report_suspicion
from data.casework.sharing import share
from data.casework.unanswered import count_unanswered
from data.db import Record
from data.models import Lead
from data.queries.between import MatterView, list_matters, shared_with, unanswered_by_organ, view_matter
from policy.vocabulary import MatterKind
from tests.data import parties as p
from tests.data import small

PAPERS = ["transfer_letter", "other_case_material"]


@pytest.fixture
def plan(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "fuling")
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    return p.cast(plan)


def seen(record: Record, actor: Actor, kind: MatterKind, now: Any = small.NOW, **more: Any) -> list[str]:
    with record.read() as session:
        return [row.number for row in list_matters(session, actor, record.county(), now, kind, **more)]


def view(record: Record, actor: Actor, kind: MatterKind, number: str, now: Any = small.NOW) -> MatterView:
    with record.read() as session:
        return view_matter(session, actor, record.county(), now, kind, number=number)


def offered(found: MatterView) -> dict[str, set[str]]:
    return {step.verb.value: {reason.code for reason in step.decision.obstacles} for step in found.steps}


def west_lead(record: Record, actors: dict[str, Any]) -> Lead:
    lon, lat = small.middle(0)
    lead = record.write(actors["dispatcher"], receive_lead, source="grid_patrol", summary="x", lon=lon, lat=lat)
    return record.write(actors["dispatcher"], triage, number=lead.number, domain="city")


def test_a_department_sees_what_it_sent_or_received_and_a_town_what_touches_it(plan, actors) -> None:
    row = p.transfer(plan, actors["west"], "WATER", west_lead(plan, actors).number)
    for part, sees in (("west", True), ("water", True), ("office", True), ("justice", False), ("east", False)):
        assert seen(plan, actors[part], MatterKind.TRANSFER) == ([row.number] if sees else []), part
    with p.refused("errors_between.not_found"):
        view(plan, actors["justice"], MatterKind.TRANSFER, row.number)
    assert seen(plan, actors["office"], MatterKind.TRANSFER, organ="EAST") == []
    assert seen(plan, actors["office"], MatterKind.TRANSFER, statuses=["sent"]) == []


def test_who_settles_disputes_sees_them(plan, actors) -> None:
    given = {"receiver": "WATER", "subject": "采砂", "reason": "交叉", "penalty": True}
    row = plan.write(actors["west"], open_dispute, given=given)
    assert seen(plan, actors["government"], MatterKind.DISPUTE) == [row.number]
    assert seen(plan, actors["east"], MatterKind.DISPUTE) == []
    found = view(plan, actors["government"], MatterKind.DISPUTE, row.number)
    assert [(rung.organ_zh, rung.seat) for rung in found.rungs] == [("区政府", "government")]
    assert offered(found)["decide_competence"] == set()
    assert offered(view(plan, actors["west"], MatterKind.DISPUTE, row.number))["decide_competence"] == {
        "reasons_between.not_the_rungs_organ"
    }


def test_a_step_is_offered_to_its_organ_and_the_others_are_told_whose_it_is(plan, actors) -> None:
    row = p.step(plan, actors["west"], p.transfer(plan, actors["west"], "WATER"), "send", materials=PAPERS)
    assert offered(view(plan, actors["water"], MatterKind.TRANSFER, row.number)) == {"receive": set()}
    found = view(plan, actors["west"], MatterKind.TRANSFER, row.number)
    assert offered(found) == {"receive": {"reasons_between.not_the_receiver"}}
    assert "区水利局" in found.steps[0].decision.obstacles[0].sentence("zh")
    assert (found.row.from_name.zh, found.row.due_at) == ("西镇人民政府", None)
    assert [entry["verb"] for entry in found.course] == ["draft", "send"]
    row = p.step(plan, actors["water"], row, "receive", receipt="回证1号")
    ways = offered(view(plan, actors["water"], MatterKind.TRANSFER, row.number))
    assert {verb for verb, missing in ways.items() if not missing} == {"take_on", "object", "return_file"}
    assert ways["put_to_meeting"] == {"reasons_between.not_returned_yet"}


def test_what_is_due_is_said_and_when_it_is_late(plan, actors, clock) -> None:
    row = p.transfer(plan, actors["west"], "WATER")
    with plan.read() as session:
        (first,) = list_matters(session, actors["west"], plan.county(), clock.now, MatterKind.TRANSFER)
        late = clock.now + timedelta(days=30)
        (then,) = list_matters(session, actors["west"], plan.county(), late, MatterKind.TRANSFER)
    assert (first.due_kind, first.overdue, then.overdue) == ("transfer", False, True)
    assert first.due_at == p.due(plan, row, "transfer").due_at


def test_the_duty_to_answer_is_counted_by_organ(plan, actors, clock) -> None:
    told = {"receiver": "WATER", "subject": "图纸", "ground": "held_elsewhere"}
    first = plan.write(actors["west"], ask_help, given=told)
    plan.write(actors["west"], ask_help, given=told)
    plan.write(actors["west"], ask_help, given=told | {"receiver": "JUSTICE"})
    p.step(plan, actors["water"], first, "refuse", reason="不掌握", ground="outside_powers")
    row = p.step(plan, actors["west"], p.transfer(plan, actors["west"], "WATER"), "send", materials=PAPERS)
    p.step(plan, actors["water"], row, "receive", receipt="回证1号")
    clock.now += timedelta(days=30)
    plan.write(SYSTEM, count_unanswered)
    with plan.read() as session:
        rows = unanswered_by_organ(session, actors["office"], plan.county(), clock.now)
        own = unanswered_by_organ(session, actors["justice"], plan.county(), clock.now)
    found = {row.organ: (row.asked, row.refused, row.unanswered, row.late_transfers) for row in rows}
    assert found == {"WATER": (2, 1, 1, 1), "JUSTICE": (1, 0, 1, 0)}
    assert rows[0].name.zh == "区水利局"
    assert [row.organ for row in own] == ["JUSTICE"]


def test_what_was_shared_is_seen_by_both_sides_and_by_the_office(plan, actors) -> None:
    lead = west_lead(plan, actors)
    plan.write(actors["west"], share, matter=lead.number, information="complaints", to_organ="WATER")
    for part, count in (("west", 1), ("water", 1), ("office", 1), ("justice", 0)):
        with plan.read() as session:
            assert len(shared_with(session, actors[part], plan.county(), small.NOW)) == count, part


def test_a_referral_belongs_to_its_organ_and_what_the_police_do_to_the_police_too(plan, actors) -> None:
    lead = west_lead(plan, actors)
    given = {"matter": lead.number, "persons": ["01", "02"], "document": "报告1号", "reason": "涉嫌犯罪"}
    row = plan.write(actors["west_officer"], report_suspicion, given=given)
    assert offered(view(plan, actors["west"], MatterKind.CRIMINAL_REFERRAL, row.number)) == {
        "approve": set(),
        "disapprove": set(),
    }
    assert offered(view(plan, actors["police"], MatterKind.CRIMINAL_REFERRAL, row.number))["approve"] == {
        "reasons_between.not_the_head",
        "errors_between.other_organ",
    }
    row = p.step(plan, actors["west"], row, "approve")
    row = p.step(plan, actors["west_officer"], row, "send", materials=["referral_letter", "investigation_report"])
    assert offered(view(plan, actors["police"], MatterKind.CRIMINAL_REFERRAL, row.number)) == {"receive": set()}
