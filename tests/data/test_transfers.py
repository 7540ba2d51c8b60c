"""Transfers on both databases: one matter is handed over once, answered in time, returned once, and its lead or case follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import SYSTEM
from data.casework.cases import propose_case
from data.casework.hotline import record_callback, reply_hotline, set_hotline
from data.casework.leads import receive_lead, triage
from data.casework.sharing import share
from data.casework.transfers import draft_transfer
from data.db import Record
from data.models import Case, Dispute, EvidenceLink, Lead, Shared, Transfer
from tests.data import cases as c
from tests.data import parties as p
from tests.data import small

PAPERS = ["transfer_letter", "other_case_material"]


@pytest.fixture
def fuling(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "fuling")
    yield record
    record.close()


@pytest.fixture
def actors(fuling: Record) -> dict[str, Any]:
    return p.cast(fuling)


def a_lead(record: Record, actors: dict[str, Any], **more: Any) -> Lead:
    lon, lat = small.middle(0)
    told = {"source": "public_report", "summary": "河道边倾倒渣土", "lon": lon, "lat": lat, "item_code": "A1"} | more
    lead = record.write(actors["dispatcher"], receive_lead, **told)
    return record.write(actors["dispatcher"], triage, number=lead.number, domain="city")


def received(record: Record, actors: dict[str, Any], matter: str | None = None, receiver: str = "water") -> Transfer:
    row = p.transfer(record, actors["west"], CODE[receiver], matter)
    row = p.step(record, actors["west"], row, "send", materials=PAPERS)
    return p.step(record, actors[receiver], row, "receive", receipt="回证1号")


CODE = {"water": "WATER", "east": "EAST", "justice": "JUSTICE"}


def test_a_lead_goes_to_the_competent_department_and_its_result_comes_back(fuling, actors, clock) -> None:
    lead = a_lead(fuling, actors)
    row = received(fuling, actors, lead.number)
    assert row.number == "JD-X-20261120-0001"
    assert p.again(fuling, lead).status == "triaged", "the lead leaves only when the receiver has accepted"
    clock.now += timedelta(days=2)
    row = p.step(fuling, actors["water"], row, "take_on", document="受理告知1号")
    with fuling.read() as session:
        first, second = session.scalars(select(Lead).order_by(Lead.number))
    assert (first.status, second.status) == ("transferred", "received")
    assert (second.source, second.id) == ("transfer_in", row.received_lead_id)
    row = p.step(fuling, actors["water"], row, "return_result", result="已责令清除并处罚")
    assert (row.status, row.result) == ("result_returned", "已责令清除并处罚")
    assert p.verbs(fuling, row) == ["draft", "send", "receive", "take_on", "return_result"]
    assert p.verbs(fuling, lead) == ["receive", "triage", "transfer"]
    assert [entry["organ"] for entry in row.course] == ["WEST", "WEST", "WATER", "WATER", "WATER"]


def test_the_time_to_send_runs_from_the_finding_and_the_time_to_answer_from_the_receipt(fuling, actors, clock) -> None:
    row = p.transfer(fuling, actors["west"], "WATER", found_at=(small.NOW - timedelta(days=1)).isoformat())
    assert p.due(fuling, row, "transfer").begun_at == small.NOW - timedelta(days=1)
    assert p.due(fuling, row, "transfer_urgent") is None
    quick = p.transfer(fuling, actors["west"], "WATER", urgent=True)
    assert p.due(fuling, quick, "transfer_urgent").due_at == small.NOW + timedelta(hours=24)
    p.step(fuling, actors["west"], row, "send", materials=PAPERS)
    assert p.due(fuling, row, "transfer").done_at == small.NOW
    clock.now += timedelta(days=3)
    p.step(fuling, actors["water"], row, "receive", receipt="回证1号")
    answer = p.due(fuling, row, "transfer_answer")
    assert (answer.begun_at, answer.organ_code) == (clock.now, "WATER")


def test_who_has_not_found_it_yet_cannot_have_found_it_tomorrow(fuling, actors) -> None:
    with p.refused("errors_between.found_later"):
        p.transfer(fuling, actors["west"], "WATER", found_at=(small.NOW + timedelta(days=1)).isoformat())


def test_every_step_belongs_to_one_organ(fuling, actors) -> None:
    row = p.transfer(fuling, actors["west"], "WATER")
    with p.refused("reasons_between.not_the_sender") as told:
        p.step(fuling, actors["water"], row, "send", materials=PAPERS)
    assert "西镇人民政府" in told[0].reasons[0].sentence("zh"), "organs are named, never coded"
    row = p.step(fuling, actors["west"], row, "send", materials=PAPERS)
    with p.refused("reasons_between.not_the_receiver"):
        p.step(fuling, actors["west"], row, "receive", receipt="回证")
    with p.refused("reasons_between.not_the_receiver"):
        p.step(fuling, actors["justice"], row, "receive", receipt="回证")
    with p.refused("errors_access.forbidden"):
        p.step(fuling, actors["west_officer"], row, "receive", receipt="回证")
    with p.refused("errors_between.no_organ"):
        p.transfer(fuling, actors["homeless"], "WATER")


def test_a_town_elsewhere_sees_nothing_of_it(fuling, actors) -> None:
    row = p.transfer(fuling, actors["west"], "WATER", matter=a_lead(fuling, actors).number)
    with p.refused("errors_access.forbidden"):
        p.step(fuling, actors["east"], row, "send", materials=PAPERS)


def test_what_is_missing_is_said_with_its_clause(fuling, actors) -> None:
    row = p.transfer(fuling, actors["west"], "WATER", ongoing=True, goods=True)
    with p.refused("reasons_between.not_stopped", "reasons_between.materials_missing") as told:
        p.step(fuling, actors["west"], row, "send")
    assert all(reason.clause.startswith("FL 二(三)") for reason in told[0].reasons)
    row = p.step(fuling, actors["west"], row, "send", stopped=True, materials=[*PAPERS, "goods_and_list"])
    with p.refused("reasons_between.receipt_missing"):
        p.step(fuling, actors["water"], row, "receive")
    row = p.step(fuling, actors["water"], row, "receive", receipt="回证1号")
    with p.refused("reasons_between.answer_not_written"):
        p.step(fuling, actors["water"], row, "take_on")


def test_wrong_input_is_a_sentence(fuling, actors) -> None:
    row = p.transfer(fuling, actors["west"], "WATER")
    for name, given, code in (
        ("send", {"materials": ["nonsense"]}, "errors_between.material_unknown"),
        ("send", {"materials": "letter"}, "errors_case.not_list"),
        ("send", {"colour": "red"}, "errors_case.unknown_input"),
        ("fly", {}, "errors_between.unknown_step"),
    ):
        with p.refused(code):
            p.step(fuling, actors["west"], row, name, **given)
    for given, code in (
        ({"receiver": "MOON", "reason": "x", "subject": "y"}, "errors_between.organ_unknown"),
        ({"receiver": "WATER", "reason": "x"}, "errors_between.subject_missing"),
        ({"receiver": "WATER", "subject": "y"}, "errors_case.missing"),
        ({"receiver": "WATER", "reason": "x", "matter": "JD-L-20261120-9999"}, "errors_casework.matter_not_found"),
        ({"receiver": "WEST", "reason": "x", "subject": "y"}, "reasons_between.receiver_missing"),
    ):
        with p.refused(code):
            fuling.write(actors["west"], draft_transfer, given=given)


def test_a_second_transfer_of_the_same_matter_is_impossible(fuling, actors) -> None:
    lead = a_lead(fuling, actors)
    p.transfer(fuling, actors["west"], "WATER", lead.number)
    with p.refused("errors_between.second_transfer") as told:
        p.transfer(fuling, actors["west"], "JUSTICE", lead.number)
    assert told[0].clause == "FL 二(三)"


def test_what_came_by_transfer_is_not_transferred_on(fuling, actors, tmp_path: Path) -> None:
    row = received(fuling, actors, a_lead(fuling, actors).number, receiver="east")
    row = p.step(fuling, actors["east"], row, "take_on", document="受理告知")
    with fuling.read() as session:
        new = session.get_one(Lead, row.received_lead_id)
    assert new.township_code == small.EAST, "it goes on where the receiver is competent"
    with p.refused("reasons_between.onward_transfer") as told:
        p.transfer(fuling, actors["east"], "WATER", new.number)
    assert row.number in told[0].reasons[0].sentence("zh")
    officer = small.actor(fuling, c.Role.OFFICER)
    told_case = {"item": "A1", "summary": "倾倒", "party": c.COMPANY, "officers": ["01", "02"]}
    lon, lat = small.middle(3)
    with p.refused("errors_matter.step_refused"):  # no evidence
        fuling.write(officer, propose_case, lead=new.number, **told_case, lon=lon, lat=lat)


def test_a_case_that_came_by_transfer_remembers_it(fuling, actors, tmp_path: Path) -> None:
    cast = c.cast(fuling)
    number = c.lead_with_evidence(fuling, tmp_path, cast)

    def came(tx: Any) -> None:
        tx.session.scalars(select(Lead).where(Lead.number == number)).one().source = "transfer_in"

    fuling.write(SYSTEM, came)
    told = {"item": "A1", "summary": "占道", "party": c.COMPANY, "officers": ["01", "02"]}
    case = fuling.write(cast["officer"], propose_case, lead=number, **told)
    assert case.course["received_by_transfer"] is True
    with p.refused("reasons_between.onward_transfer"):
        p.transfer(fuling, cast["head"], "WATER", case.number)


def test_a_case_leaves_when_the_receiver_takes_it_on_with_its_evidence_linked(fuling, actors, tmp_path: Path) -> None:
    cast = c.cast(fuling)
    case = c.propose(fuling, tmp_path, cast)
    with p.refused("errors_between.other_organ"):
        p.transfer(fuling, small.actor(fuling, c.Role.DISPATCHER), "WATER", case.number)
    row = p.transfer(fuling, cast["head"], "WATER", case.number)
    with p.refused("errors_access.forbidden"):  # a case is let go by the head of its organ
        p.step(fuling, actors["west_desk"], row, "send", materials=PAPERS)
    row = p.step(fuling, cast["head"], row, "send", materials=PAPERS)
    row = p.step(fuling, actors["water"], row, "receive", receipt="回证1号")
    row = p.step(fuling, actors["water"], row, "take_on", document="受理告知")
    assert p.again(fuling, case).status == "transferred_out"
    with fuling.read() as session:
        (link,) = session.scalars(select(EvidenceLink).where(EvidenceLink.matter_id == row.received_lead_id))
        assert link.evidence_id


def test_a_file_is_returned_once_and_then_goes_to_the_joint_meeting(fuling, actors, clock) -> None:
    lead = a_lead(fuling, actors)
    row = received(fuling, actors, lead.number)
    first = p.due(fuling, row, "transfer_answer").begun_at
    with p.refused("reasons.reason_missing", "reasons_between.clause_missing"):
        p.step(fuling, actors["water"], row, "return_file")
    with p.refused("reasons_between.not_returned_yet"):
        p.step(fuling, actors["water"], row, "put_to_meeting", reason="材料不齐", clause="二(三)")
    clock.now += timedelta(days=1)
    row = p.step(fuling, actors["water"], row, "return_file", reason="材料不齐", clause="二(三)")
    clock.now += timedelta(days=1)
    row = p.step(fuling, actors["west"], row, "resend", materials=["goods_and_list"])
    assert (row.status, row.first_received_at) == ("received", first)
    assert p.due(fuling, row, "transfer_answer").begun_at == first, "the clock runs on from the first receipt"
    with p.refused("reasons_between.second_return"):
        p.step(fuling, actors["water"], row, "return_file", reason="仍不齐", clause="二(三)")
    row = p.step(fuling, actors["water"], row, "put_to_meeting", reason="仍不齐", clause="二(三)")
    with p.refused("reasons_between.not_settled"):
        p.step(fuling, actors["office"], row, "settle", competent="WATER")
    row = p.step(fuling, actors["office"], row, "settle", competent="WATER", document="联席会议纪要3号")
    assert (row.status, row.competent_organ) == ("decided_elsewhere", "WATER")
    assert p.again(fuling, lead).status == "transferred"
    assert p.step(fuling, actors["water"], row, "return_result", result="已办结").status == "result_returned"


def test_a_returned_file_may_be_taken_back_and_its_lead_sent_anew(fuling, actors) -> None:
    lead = a_lead(fuling, actors)
    row = received(fuling, actors, lead.number)
    row = p.step(fuling, actors["water"], row, "return_file", reason="材料不齐", clause="二(三)")
    row = p.step(fuling, actors["west"], row, "recall", reason="自行办理")
    assert row.status == "recalled"
    assert p.due(fuling, row, "transfer_answer").ended_at is not None
    assert p.transfer(fuling, actors["west"], "JUSTICE", lead.number).status == "drafted"


def test_a_lead_that_cannot_leave_is_not_sent(fuling, actors) -> None:
    lon, lat = small.middle(0)
    lead = fuling.write(actors["dispatcher"], receive_lead, source="public_report", summary="x", lon=lon, lat=lat)
    row = p.transfer(fuling, actors["west"], "WATER", lead.number)
    with p.refused("errors_between.matter_not_ready"):
        p.step(fuling, actors["west"], row, "send", materials=PAPERS)


def test_an_objection_opens_the_dispute_in_the_same_savepoint(fuling, actors) -> None:
    row = received(fuling, actors, a_lead(fuling, actors).number)
    with p.refused("reasons_between.clause_missing", "reasons_between.answer_not_written"):
        p.step(fuling, actors["water"], row, "object", reason="不属水利")
    with fuling.read() as session:
        assert session.scalars(select(Dispute)).all() == []
    row = p.step(fuling, actors["water"], row, "object", reason="不属水利", clause="二(三)", document="异议书1号")
    with fuling.read() as session:
        dispute = session.scalars(select(Dispute)).one()
    assert (dispute.transfer_id, dispute.from_organ, dispute.to_organ) == (row.id, "WATER", "WEST")
    assert (row.status, dispute.status) == ("objected", "opened")


def test_a_silent_plan_sets_no_time_and_asks_for_no_receipt(town: Record) -> None:
    record = town  # Jindong
    west = small.actor(record, c.Role.DISPATCHER)
    row = record.write(west, draft_transfer, given={"receiver": "MARKET", "reason": "x", "subject": "无照经营"})
    assert p.due(record, row, "transfer") is None
    assert p.step(record, west, row, "send").status == "sent"


def test_12345_keeps_its_number_its_time_and_its_answer_with_the_lead(fuling, actors, clock) -> None:
    due = small.NOW + timedelta(days=5)
    lead = a_lead(fuling, actors, source="hotline_12345", external_number="12345-77", hotline_due_at=due)
    desk = actors["dispatcher"]
    with p.refused("errors_between.not_replied"):
        fuling.write(desk, record_callback, number=lead.number, found="satisfied")
    with p.refused("errors_between.reply_missing"):
        fuling.write(desk, reply_hotline, number=lead.number, reply=" ")
    fuling.write(desk, set_hotline, number=lead.number, due_at=due + timedelta(days=1))
    clock.now += timedelta(days=1)
    fuling.write(desk, reply_hotline, number=lead.number, reply="已清理")
    with p.refused("errors_between.replied_already"):
        fuling.write(desk, reply_hotline, number=lead.number, reply="改口")
    with p.refused("errors_casework.not_in_list"):
        fuling.write(desk, record_callback, number=lead.number, found="great")
    lead = fuling.write(desk, record_callback, number=lead.number, found="not_satisfied")
    assert (lead.reply, lead.callback, lead.hotline_due_at) == ("已清理", "not_satisfied", due + timedelta(days=1))
    clock.now += timedelta(days=1)
    assert fuling.write(desk, reply_hotline, number=lead.number, reply="再次清理").replied_at == clock.now
    row = received(fuling, actors, lead.number)
    row = p.step(fuling, actors["water"], row, "take_on", document="受理")
    with fuling.read() as session:
        assert session.get_one(Lead, row.received_lead_id).external_number == "12345-77"
    plain = a_lead(fuling, actors)
    with p.refused("errors_between.not_of_hotline"):
        fuling.write(desk, reply_hotline, number=plain.number, reply="x")


def test_information_is_shared_by_the_plans_kinds_and_state_secrets_never(fuling, actors) -> None:
    lead = a_lead(fuling, actors)
    told = {"matter": lead.number, "information": "complaints", "to_organ": "WATER"}
    shown = fuling.write(actors["west"], share, **told)
    assert (shown.from_organ, shown.to_organ) == ("WEST", "WATER")
    for more, code in (
        ({"state_secret": True}, "errors_between.share_secret"),
        ({"information": "gossip"}, "errors_between.share_kind"),
        ({"to_organ": "WEST"}, "errors_between.share_own"),
    ):
        with p.refused(code):
            fuling.write(actors["west"], share, **(told | more))
    with fuling.read() as session:
        assert len(session.scalars(select(Shared)).all()) == 1
        assert session.scalars(select(Case)).all() == []
    assert p.verbs(fuling, lead)[-1] == "share"
