"""Disputes over jurisdiction: the ladder of each plan climbed rung by rung, by the organ that sits there, until the transfer ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.casework.disputes import open_dispute
from data.casework.leads import receive_lead, triage
from data.db import Record
from data.models import Dispute, Lead, Transfer
from tests.data import cases as c
from tests.data import parties as p
from tests.data import small

SETTLED = {"competent": "WATER", "document": "决定书1号"}


@pytest.fixture
def plan(request: pytest.FixtureRequest, database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), request.param)
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    return p.cast(plan)


under = pytest.mark.parametrize


def opened(record: Record, actors: dict[str, Any], *, penalty: bool = True) -> Dispute:
    given = {"receiver": "WATER", "subject": "河道采砂由谁查处", "reason": "职责交叉", "penalty": penalty}
    return record.write(actors["west"], open_dispute, given=given)


def objected(record: Record, actors: dict[str, Any]) -> tuple[Lead, Transfer, Dispute]:
    """A lead whose receiver disagrees."""
    lon, lat = small.middle(0)
    told = {"source": "public_report", "summary": "采砂", "lon": lon, "lat": lat, "item_code": "A1"}
    lead = record.write(actors["dispatcher"], receive_lead, **told)
    record.write(actors["dispatcher"], triage, number=lead.number, domain="city")
    row = p.transfer(record, actors["west"], "WATER", lead.number)
    papers = ["transfer_letter", "other_case_material", "case_file", "evidence_material"]
    known = record.county().profile.get("transfer.materials", small.NOW.date())
    papers = [one for one in papers if known is not None and one in known.value]
    row = p.step(record, actors["west"], row, "send", materials=papers)
    row = p.step(record, actors["water"], row, "receive", receipt="回证1号")
    row = p.step(record, actors["water"], row, "object", reason="不属水利", clause="三定方案", document="异议1号")
    with record.read() as session:
        return lead, row, session.scalars(select(Dispute)).one()


@under("plan", ["lanxi"], indirect=True)
def test_lanxi_the_citys_office_designates_in_penalty_cases(plan, actors) -> None:
    row = opened(plan, actors)
    with p.refused("reasons_between.other_rung"):
        p.step(plan, actors["west"], row, "negotiate")
    with p.refused("reasons_between.not_the_rungs_organ") as told:
        p.step(plan, actors["justice"], row, "designate", **SETTLED)
    assert "市综合行政执法指导办公室" in told[0].reasons[0].sentence("zh")
    with p.refused("reasons_between.competent_missing", "reasons_between.decision_not_written"):
        p.step(plan, actors["office"], row, "designate")
    row = p.step(plan, actors["office"], row, "designate", **SETTLED)
    assert (row.status, row.competent_organ, row.decided_by) == ("decided", "WATER", "市综合行政执法指导办公室")


@under("plan", ["lanxi"], indirect=True)
def test_lanxi_other_disputes_are_negotiated_first_and_settled_by_the_office(plan, actors) -> None:
    row = opened(plan, actors, penalty=False)
    with p.refused("reasons_between.other_rung"):
        p.step(plan, actors["office"], row, "coordinate")
    row = p.step(plan, actors["water"], row, "negotiate", words="各执一词")
    with p.refused("reasons_between.not_agreed"):
        p.step(plan, actors["west"], row, "agree", **SETTLED)
    with p.refused("errors_between.not_a_party"):
        p.step(plan, actors["office"], row, "agree", agreed=True, **SETTLED)
    row = p.step(plan, actors["office"], row, "coordinate", words="建议由水利局查处")
    assert p.step(plan, actors["office"], row, "conclude", agreed=True, **SETTLED).status == "decided"


@under("plan", ["yunyang"], indirect=True)
def test_yunyang_negotiation_then_the_justice_bureau_then_the_government(plan, actors) -> None:
    row = opened(plan, actors)
    with p.refused("reasons_between.other_rung"):
        p.step(plan, actors["government"], row, "decide_competence", **SETTLED)
    with p.refused("reasons_between.not_the_rungs_organ"):
        p.step(plan, actors["justice"], row, "negotiate")
    row = p.step(plan, actors["west"], row, "negotiate")
    with p.refused("reasons_between.not_the_rungs_organ"):
        p.step(plan, actors["government"], row, "coordinate")
    row = p.step(plan, actors["justice"], row, "coordinate")
    with p.refused("reasons_between.goes_on_to") as told:
        p.step(plan, actors["justice"], row, "conclude", **SETTLED)
    assert "县政府" in told[0].reasons[0].sentence("zh")
    with p.refused("reasons_between.not_the_rungs_organ"):
        p.step(plan, actors["justice"], row, "decide_competence", **SETTLED)
    row = p.step(plan, actors["government"], row, "decide_competence", **SETTLED)
    assert (row.status, row.rung, row.decided_by) == ("decided", 3, "县政府")
    assert p.verbs(plan, row) == ["open_dispute", "negotiate", "coordinate", "decide_competence"]


@under("plan", ["yunyang"], indirect=True)
def test_yunyang_organs_that_agree_need_nobody_above_them(plan, actors) -> None:
    row = p.step(plan, actors["west"], opened(plan, actors), "negotiate")
    row = p.step(plan, actors["water"], row, "agree", agreed=True, competent="WEST", document="协议1号")
    assert (row.status, row.competent_organ) == ("decided", "WEST")


@under("plan", ["fuling"], indirect=True)
def test_fuling_the_government_decides_at_once_and_the_lead_goes_where_it_says(plan, actors) -> None:
    lead, row, dispute = objected(plan, actors)
    with p.refused("reasons_between.not_settled"):
        p.step(plan, actors["office"], row, "settle", competent="WATER", document="x")
    with p.refused("reasons_between.not_the_rungs_organ"):
        p.step(plan, actors["office"], dispute, "decide_competence", **SETTLED)
    with p.refused("errors_between.organ_unknown"):
        p.step(plan, actors["government"], dispute, "decide_competence", competent="MOON", document="x")
    p.step(plan, actors["government"], dispute, "decide_competence", **SETTLED)
    row = p.again(plan, row)
    assert (row.status, row.competent_organ) == ("decided_elsewhere", "WATER")
    assert p.again(plan, lead).status == "transferred"
    assert p.verbs(plan, row)[-2:] == ["object", "settle"]
    assert p.step(plan, actors["water"], row, "return_result", result="已查处").status == "result_returned"


@under("plan", ["fuling"], indirect=True)
def test_fuling_a_lead_decided_to_be_the_senders_stays_with_it_and_is_not_sent_again(plan, actors) -> None:
    lead, _, dispute = objected(plan, actors)
    p.step(plan, actors["government"], dispute, "decide_competence", competent="WEST", document="决定书2号")
    assert p.again(plan, lead).status == "triaged"
    with plan.read() as session:
        assert len(session.scalars(select(Lead)).all()) == 1
    with p.refused("errors_between.second_transfer"):
        p.transfer(plan, actors["west"], "JUSTICE", lead.number)


@under("plan", ["fuling"], indirect=True)
def test_fuling_a_third_organ_may_be_the_competent_one(plan, actors, tmp_path: Path) -> None:
    cast = c.cast(plan)
    case = c.propose(plan, tmp_path, cast)
    row = p.transfer(plan, cast["head"], "WATER", case.number)
    row = p.step(plan, cast["head"], row, "send", materials=["transfer_letter", "other_case_material"])
    row = p.step(plan, actors["water"], row, "receive", receipt="回证1号")
    p.step(plan, actors["water"], row, "object", reason="不属水利", clause="三定方案", document="异议1号")
    with plan.read() as session:
        dispute = session.scalars(select(Dispute)).one()
    p.step(plan, actors["government"], dispute, "decide_competence", competent="EAST", document="决定书3号")
    assert p.again(plan, case).status == "transferred_out"
    with plan.read() as session:
        new = session.get_one(Lead, p.again(plan, row).received_lead_id)
    assert new.township_code == small.EAST


@under("plan", ["jindong"], indirect=True)
def test_jindong_the_justice_bureau_coordinates_and_the_joint_meeting_decides(plan, actors) -> None:
    row = opened(plan, actors)
    with p.refused("reasons_between.other_rung"):
        p.step(plan, actors["west"], row, "negotiate")
    row = p.step(plan, actors["justice"], row, "coordinate")
    with p.refused("reasons_between.not_the_rungs_organ"):
        p.step(plan, actors["government"], row, "decide_competence", **SETTLED)
    assert p.step(plan, actors["office"], row, "decide_competence", **SETTLED).status == "decided"


@under("plan", ["jindong"], indirect=True)
def test_a_decided_dispute_is_over(plan, actors) -> None:
    row = p.step(plan, actors["justice"], opened(plan, actors), "coordinate")
    row = p.step(plan, actors["office"], row, "decide_competence", **SETTLED)
    with p.refused("errors_matter.no_such_step"):
        p.step(plan, actors["office"], row, "decide_competence", **SETTLED)


@under("plan", ["jindong"], indirect=True)
def test_a_dispute_needs_two_organs_and_a_reason(plan, actors) -> None:
    for given, code in (
        ({"receiver": "WEST", "subject": "x", "reason": "y"}, "reasons_between.parties_missing"),
        ({"receiver": "WATER", "subject": "x"}, "reasons.reason_missing"),
        ({"receiver": "WATER", "reason": "x"}, "errors_case.missing"),
    ):
        with p.refused(code):
            plan.write(actors["west"], open_dispute, given=given)
    with plan.read() as session:
        assert session.scalars(select(Dispute)).all() == []
