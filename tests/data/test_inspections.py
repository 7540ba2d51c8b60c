"""Inspections in the record: plans, merged visits, caps, codes at the door, outcomes with their next step, joint operations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from data.authority import SYSTEM
from data.casework.inspection_subjects import publish_cap
from data.db import Record
from data.models import Item, Lead, Person
from data.queries.inspections import merging_proposals, subject_history
from tests.data import inspecting as i
from tests.data import parties as p
from tests.data import small


@pytest.fixture
def profile() -> str:
    return "jindong"


@pytest.fixture
def record(database: str, clock: Any) -> Iterator[Record]:
    found = Record(database, clock=clock)
    yield found
    found.close()


@pytest.fixture
def actors(record: Record, profile: str) -> dict[str, Any]:
    return i.build(record, profile)


under = pytest.mark.parametrize


# -- plans ------------------------------------------------------------------------------------------------------------


def test_a_plan_is_registered_approved_by_its_head_and_filed(record, actors) -> None:
    row = i.plan(record, actors["west"], i.enterprise(record))
    assert (row.number, row.status, row.organ_code) == ("JD-I-20261120-0001", "approved", "WEST")
    with p.refused("reasons_between.plan_filing_missing"):
        i.step(record, actors["west"], row, "file_plan")
    row = i.step(record, actors["west"], row, "file_plan", document="备〔2026〕3号")
    assert (row.status, row.filing) == ("filed", "备〔2026〕3号")
    assert p.verbs(record, row) == ["plan", "approve", "file_plan"]


def test_a_plan_needs_published_items_subjects_and_a_whole_period(record, actors) -> None:
    subject = i.enterprise(record)
    record.write(SYSTEM, lambda tx: tx.session.execute(update(Item).where(Item.code == "B1").values(published_on=None)))
    with p.refused("reasons_between.item_unpublished"):
        i.plan(record, actors["market"], subject, inspection_items=["A1", "B1"])
    with p.refused("reasons_between.plan_without_subjects"):
        i.plan(record, actors["west"])
    with p.refused("reasons_between.plan_period"):
        i.plan(record, actors["west"], subject, ends_on="2026-10-01")
    with p.refused("errors_inspections.not_a_day"):
        i.plan(record, actors["west"], subject, ends_on="2026-02-30")


def test_only_a_published_body_that_enforces_plans(record, actors) -> None:
    with p.refused("reasons_between.body_unpublished"):
        i.plan(record, actors["office"], i.enterprise(record))


def test_a_special_plan_is_approved_by_the_county_government(record, actors) -> None:
    subject = i.enterprise(record)
    with p.refused("reasons_between.special_not_by_county"):
        i.plan(record, actors["west"], subject, inspection_kind="special")
    row = record.write(
        actors["west"],
        i.register_plan,
        given={
            "title": "专项", "inspection_kind": "special", "begins_on": "2026-11-01", "ends_on": "2026-11-30",
            "inspection_items": ["A1"], "subjects": [subject.code], "why_visit": "须查看现场",
        },
    )  # fmt: skip
    with p.refused("reasons_between.special_not_by_county"):
        i.step(record, actors["office"], row, "approve")
    row = i.step(record, actors["office"], row, "approve", document="区政〔2026〕9号")
    assert (row.status, row.approved_by, row.approval) == ("approved", "OFFICE", "区政〔2026〕9号")


def test_another_organs_head_does_not_approve_a_plan(record, actors) -> None:
    subject = i.enterprise(record)
    with p.refused("reasons_between.plan_not_by_head"):
        i.plan(record, actors["west"], subject, approve=actors["market"])


def test_a_plan_says_why_neither_shared_data_nor_a_written_check_will_do(record, actors) -> None:
    subject = i.enterprise(record)
    with p.refused("reasons_between.why_visit_missing"):
        i.plan(record, actors["west"], subject, why_visit="")
    row = i.plan(record, actors["west"], subject, why_visit="须核对实物与台账")
    assert row.course[0]["why_visit"] == "须核对实物与台账"
    assert i.plan(record, actors["west"], subject, inspection_kind="written", why_visit="").kind == "written"


# -- written checks ---------------------------------------------------------------------------------------------------


def written(record: Record, actors: dict[str, Any], subject: Any) -> Any:
    plan = i.plan(record, actors["west"], subject, inspection_kind="written", why_visit="")
    row = i.visit(record, actors["west_officer"], subject, inspection_plans=[plan.number])
    return i.step(record, actors["west"], row, "approve")


def test_a_written_check_counts_as_no_visit_and_enters_nobody(record, actors, clock) -> None:
    subject = i.enterprise(record)
    capped(record, actors, 1)
    i.visit(record, actors["west_officer"], subject)
    row = written(record, actors, subject)  # at the cap, and within the window of repeats
    assert row.repeats == 0
    row = i.step(record, actors["west_officer"], row, "give_notice")
    with p.refused("reasons_between.written_enters_nobody"):
        i.step(record, actors["west_officer"], row, "enter", scanned=row.token, certificates_shown=True)
    with p.refused("reasons_between.visit_outcome_missing", "reasons_between.visit_steps_missing"):
        i.step(record, actors["west_officer"], row, "check_in_writing")
    row = i.step(
        record, actors["west_officer"], row, "check_in_writing", visit_outcome="nothing_found", words="台账齐全"
    )
    assert (row.status, row.outcome, row.entered_at) == ("recorded", "nothing_found", None)
    with record.read() as session:
        history = subject_history(session, actors["west"], record.county(), clock.now, code=subject.code)
    assert [(one.organ, one.visits) for one in history.counters] == [("WEST", 1)]


def test_a_violation_found_in_documents_goes_on_as_a_lead(record, actors) -> None:
    row = written(record, actors, i.enterprise(record))
    row = i.step(record, actors["west_officer"], row, "check_in_writing", visit_outcome="violation", words="无证")
    assert row.lead_number


def test_what_was_planned_as_a_visit_is_not_ended_in_writing(record, actors) -> None:
    row = i.visit(record, actors["west_officer"], i.enterprise(record))
    i.step(record, actors["west"], row, "approve")
    with p.refused("reasons_between.not_a_written_check"):
        i.step(record, actors["west_officer"], row, "check_in_writing", visit_outcome="nothing_found", words="x")


def test_a_plan_of_written_checks_is_not_put_together_with_visits(record, actors, clock) -> None:
    subject = i.enterprise(record)
    i.plan(record, actors["west"], subject, inspection_kind="written", why_visit="")
    i.plan(record, actors["market"], subject, inspection_items=["B1"])
    with record.read() as session:
        assert merging_proposals(session, actors["west"], record.county(), clock.now) == []


# -- merged visits ----------------------------------------------------------------------------------------------------


def test_plans_of_two_organs_for_one_enterprise_become_one_visit(record, actors, clock) -> None:
    subject = i.enterprise(record)
    first = i.plan(record, actors["west"], subject)
    second = i.plan(record, actors["market"], subject, inspection_items=["B1"], begins_on="2026-11-18")
    with record.read() as session:
        [proposal] = merging_proposals(session, actors["west"], record.county(), clock.now)
    assert (proposal.subject.code, proposal.saved, set(proposal.plans)) == (
        subject.code,
        1,
        {first.number, second.number},
    )
    row = i.visit(record, actors["west_officer"], subject, inspection_plans=[first.number, second.number])
    assert (row.organs, row.items) == (["WEST", "MARKET"], ["A1", "B1"])
    with p.refused("reasons_between.heads_awaited"):
        i.step(record, actors["west"], row, "approve")
    with p.refused("reasons_between.visit_not_by_head"):
        i.step(record, actors["bureau"], row, "agree")
    i.step(record, actors["market"], row, "agree")
    row = i.step(record, actors["west"], row, "approve")
    assert row.status == "approved"
    with record.read() as session:
        assert merging_proposals(session, actors["west"], record.county(), clock.now) == []
    with p.refused("errors_inspections.plan_served"):
        i.visit(record, actors["market"], subject, inspection_plans=[second.number], persons=["05", "06"])


@under(
    ("more", "code"),
    [
        ({"begins_on": "2026-01-01", "ends_on": "2026-02-01"}, "plan_other_day"),
        ({"subjects": ["other"]}, "plan_other_subject"),
    ],
)
def test_a_visit_serves_only_plans_for_this_enterprise_about_this_day(record, actors, more, code) -> None:
    subject, other = i.enterprise(record), i.enterprise(record, 1)
    if "subjects" in more:
        more = {"subjects": [other.code]}
    row = i.plan(record, actors["west"], subject, **more)
    with p.refused(f"errors_inspections.{code}"):
        i.visit(record, actors["west_officer"], subject, inspection_plans=[row.number])


# -- cap and repeats --------------------------------------------------------------------------------------------------


def capped(record: Record, actors: dict[str, Any], cap: int) -> None:
    given = {"cap_year": "2026", "cap": str(cap), "published_on": "2026-01-05", "document": "公告1号"}
    record.write(actors["west"], publish_cap, given=given)


def test_at_the_cap_a_visit_needs_an_exception_that_is_said(record, actors) -> None:
    subject = i.enterprise(record)
    capped(record, actors, 1)
    i.visit(record, actors["west_officer"], subject)
    with p.refused("reasons_between.cap_reached"):
        i.visit(record, actors["west_officer"], subject)
    with p.refused("reasons_between.exception_unreasoned"):
        i.visit(record, actors["west_officer"], subject, cap_exception="complaint")
    row = i.visit(record, actors["west_officer"], subject, cap_exception="complaint", exception_reason="举报12号")
    assert (row.cap_exception, row.exception_reason) == ("complaint", "举报12号")


def test_the_cap_counts_each_organ_and_enterprise_for_itself_and_leaves_out_what_was_cancelled(record, actors) -> None:
    subject = i.enterprise(record)
    capped(record, actors, 1)
    row = i.visit(record, actors["west_officer"], subject)
    i.visit(record, actors["west_officer"], i.enterprise(record, 1))
    i.visit(record, actors["market_officer"], subject, persons=["05", "06"])
    i.step(record, actors["west_officer"], row, "cancel", reason="企业停业")
    assert i.visit(record, actors["west_officer"], subject).status == "planned"


def test_a_visit_within_thirty_days_is_warned_of_and_counted(record, actors, clock) -> None:
    subject = i.enterprise(record)
    assert i.visit(record, actors["west_officer"], subject).repeats == 0
    again = i.visit(record, actors["market_officer"], subject, persons=["05", "06"], visit_on="2026-12-20")
    later = i.visit(record, actors["market_officer"], subject, persons=["05", "06"], visit_on="2027-01-20")
    assert (again.repeats, later.repeats) == (1, 0)
    with record.read() as session:
        history = subject_history(session, actors["west"], record.county(), clock.now, code=subject.code)
    assert [row.repeats for row in history.visits] == [0, 1, 0]


# -- who may come -----------------------------------------------------------------------------------------------------


@under("person", ["07"])
def test_grid_workers_and_whoever_has_no_certificate_never_inspect(record, actors, person) -> None:
    with p.refused("reasons_between.inspector_kind"):
        i.visit(record, actors["west_officer"], i.enterprise(record), persons=["01", person])
    with p.refused("errors_access.forbidden"):
        i.visit(record, actors["grid"], i.enterprise(record))


def test_an_auxiliary_and_an_expired_certificate_are_refused_at_the_door(record, actors, clock) -> None:
    subject = i.enterprise(record)
    record.write(
        SYSTEM, lambda tx: tx.session.execute(update(Person).where(Person.code == "02").values(kind="auxiliary"))
    )
    with p.refused("reasons_between.inspector_kind"):
        i.visit(record, actors["west_officer"], subject)
    row = i.visit(record, actors["west_officer"], subject, persons=["01"])
    i.step(record, actors["west"], row, "approve")
    row = i.step(record, actors["west_officer"], row, "give_notice", document="检通1号")
    with p.refused("reasons_between.inspectors_short"):
        i.step(record, actors["west_officer"], row, "enter", scanned=row.token, certificates_shown=True)


def test_an_unpublished_item_and_an_enterprise_elsewhere_are_refused(record, actors) -> None:
    subject = i.enterprise(record, cell=small.VILLAGES[3])
    with p.refused("reasons_between.outside_own_area"):
        i.visit(record, i_head(actors), subject)
    record.write(SYSTEM, lambda tx: tx.session.execute(update(Item).where(Item.code == "B1").values(published_on=None)))
    with p.refused("reasons_between.item_unpublished"):
        i.visit(record, actors["west_officer"], i.enterprise(record, 1), inspection_items=["A1", "B1"])


def i_head(actors: dict[str, Any]) -> Any:
    """The western head with the whole county in view, as a town that wants to inspect beyond its border would need."""
    from dataclasses import replace

    west = actors["west"]
    return replace(west, scopes=tuple(replace(scope, townships=None) for scope in west.scopes))


# -- at the door ------------------------------------------------------------------------------------------------------


def test_nobody_enters_without_approval_notice_certificates_and_the_right_code(record, actors) -> None:
    row = i.visit(record, actors["west_officer"], i.enterprise(record))
    with p.refused("errors_matter.no_such_step"):
        i.step(record, actors["west_officer"], row, "enter", certificates_shown=True)
    i.step(record, actors["west"], row, "approve")
    with p.refused("reasons_between.visit_steps_missing"):
        i.step(record, actors["west_officer"], row, "enter", certificates_shown=True)
    row = i.step(record, actors["west_officer"], row, "give_notice", document="检通1号")
    with p.refused("errors_inspections.wrong_code"):
        i.step(record, actors["west_officer"], row, "enter", scanned="guess", certificates_shown=True)
    with p.refused("reasons_between.visit_steps_missing"):
        i.step(record, actors["west_officer"], row, "enter", scanned=row.token)
    row = i.step(
        record,
        actors["west_officer"],
        row,
        "enter",
        scanned=f"onegrid:visit:{row.number}:{row.token}",
        certificates_shown=True,
    )
    assert (row.status, row.entered_at) == ("entered", small.NOW)


def test_in_and_out_have_their_times_and_the_chain_holds_every_step(record, actors, clock) -> None:
    row = i.entered(record, actors, i.enterprise(record))
    clock.now = small.NOW + timedelta(minutes=50)
    row = i.step(record, actors["west_officer"], row, "leave")
    assert row.left_at - row.entered_at == timedelta(minutes=50)
    row = i.step(record, actors["west_officer"], row, "record", visit_outcome="nothing_found", words="未见异常")
    assert p.verbs(record, row) == ["plan", "approve", "give_notice", "enter", "leave", "record"]


# -- outcomes ---------------------------------------------------------------------------------------------------------


def test_nothing_found_is_recorded_and_leads_nowhere(record, actors) -> None:
    row = i.recorded(record, actors, i.enterprise(record), "nothing_found")
    assert (row.status, row.outcome, row.lead_number) == ("recorded", "nothing_found", None)


def test_a_problem_without_violation_needs_guidance(record, actors) -> None:
    subject = i.enterprise(record)
    with p.refused("reasons_between.guidance_missing"):
        i.recorded(record, actors, subject, "problem_no_violation")
    row = i.recorded(record, actors, subject, "problem_no_violation", guidance="及时清理排烟管")
    assert row.guidance == "及时清理排烟管"


def test_a_violation_becomes_a_lead_at_the_enterprise(record, actors) -> None:
    row = i.recorded(record, actors, i.enterprise(record), "violation")
    with record.read() as session:
        lead = session.scalars(select(Lead).where(Lead.number == row.lead_number)).one()
    assert (lead.source, lead.township_code, lead.urgency) == ("department_inspection", small.WEST, "normal")
    assert row.number in lead.summary


def test_a_serious_finding_is_told_to_the_department_and_reported(record, actors) -> None:
    subject = i.enterprise(record)
    with p.refused("reasons_between.serious_untold"):
        i.recorded(record, actors, subject, "serious")
    row = i.recorded(record, actors, subject, "serious", informed="WATER", document="报〔2026〕2号")
    assert (row.informed, row.report) == ("WATER", "报〔2026〕2号")
    assert row.lead_number


def test_a_record_needs_an_outcome_of_the_list_and_words(record, actors) -> None:
    row = i.entered(record, actors, i.enterprise(record))
    i.step(record, actors["west_officer"], row, "leave")
    with p.refused("reasons_between.visit_outcome_missing", "reasons_between.visit_steps_missing"):
        i.step(record, actors["west_officer"], row, "record")
    with p.refused("errors_case.not_in_list"):
        i.step(record, actors["west_officer"], row, "record", visit_outcome="fine", words="x")


# -- joint operations -------------------------------------------------------------------------------------------------


def test_a_joint_operation_is_noticed_answered_run_and_reported_to_each(record, actors, clock) -> None:
    visit = i.visit(record, actors["west_officer"], i.enterprise(record))
    row = i.operation(record, actors["west"], visits=[visit.number])
    assert (row.participants, p.again(record, visit).operation) == (["WEST", "MARKET"], row.number)
    i.step(record, actors["west"], row, "approve")
    with p.refused("reasons_between.answer_by_missing"):
        i.step(record, actors["west"], row, "notify_participants")
    soon = (clock.now + timedelta(days=1)).isoformat()
    i.step(record, actors["west"], row, "notify_participants", answer_by=soon)
    with p.refused("reasons_between.answers_awaited"):
        i.step(record, actors["west"], row, "begin")
    with p.refused("errors_access.forbidden"):
        i.step(record, actors["east"], row, "answer")
    with p.refused("reasons_between.not_a_participant"):
        i.step(record, actors["bureau"], row, "answer")
    i.step(record, actors["market"], row, "answer", words="派员参加")
    with p.refused("errors_inspections.not_own_operation"):
        i.step(record, actors["market"], row, "begin")
    i.step(record, actors["west"], row, "begin")
    row = i.step(record, actors["west"], row, "report_result", results="检查12家，立案1件")
    assert (row.status, row.results) == ("reported", "检查12家，立案1件")


@under("profile", ["fuling"])
def test_a_department_hears_the_township_first_where_the_plan_says_so(record, actors) -> None:
    row = i.operation(record, actors["market"], participants=["WEST"])
    with p.refused("reasons_between.township_not_heard"):
        i.step(record, actors["market"], row, "approve")
    i.step(record, actors["market"], row, "consult", townships_heard=["WEST"])
    assert i.step(record, actors["market"], row, "approve").status == "approved"
