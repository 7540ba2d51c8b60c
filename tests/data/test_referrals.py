"""Criminal referrals: reported by two, decided by the head, answered by the police; no penalty of the case while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.casework.leads import receive_lead, triage
from data.casework.referrals import report_suspicion
from data.db import Record
from data.deadlines import running
from data.models import Case, Goods, Measure, Referral
from tests.data import cases as c
from tests.data import parties as p
from tests.data import small

PAPERS = ["referral_letter", "investigation_report"]


@pytest.fixture
def plan(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "jindong")
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    c.with_basis(plan)
    return p.cast(plan) | {f"case_{part}": actor for part, actor in c.cast(plan).items()}


def filed(record: Record, actors: dict[str, Any], folder: Path) -> Case:
    """A case under investigation."""
    cast = {part: actors[f"case_{part}"] for part in c.CAST}
    case = c.propose(record, folder, cast)
    for part, verb in (("officer", "submit_filing"), ("head", "approve_filing"), ("officer", "start_investigation")):
        case = c.step(record, cast[part], case, verb)
    return case


def reported(record: Record, actors: dict[str, Any], matter: str, **more: Any) -> Referral:
    given = {"matter": matter, "persons": ["01", "02"], "document": "报告1号", "reason": "涉嫌非法经营罪"} | more
    return record.write(actors["case_officer"], report_suspicion, given=given)


def sent(record: Record, actors: dict[str, Any], matter: str) -> Referral:
    row = p.step(record, actors["west"], reported(record, actors, matter), "approve")
    row = p.step(record, actors["case_officer"], row, "send", materials=PAPERS)
    return p.step(record, actors["case_officer"], row, "receive", receipt="公安回执1号")


def kept(record: Record, case: Case) -> set[str]:
    names = ("referral_running", "referral_ended", "police_filed")
    return {name for name in names if p.again(record, case).course.get(name)}


def test_from_report_to_the_police_with_every_clock(plan, actors, clock, tmp_path: Path) -> None:
    case = filed(plan, actors, tmp_path)
    row = reported(plan, actors, case.number)
    assert (row.number, row.to_organ) == ("JD-R-20261120-0001", "POLICE")
    assert kept(plan, case) == {"referral_running"}
    assert p.due(plan, row, "criminal_head").organ_code == "WEST"
    row = p.step(plan, actors["west"], row, "approve")
    assert p.due(plan, row, "criminal_send").due_at == clock.now + timedelta(hours=24)
    assert p.again(plan, case).status == "investigating"
    row = p.step(plan, actors["case_officer"], row, "send", materials=PAPERS)
    assert p.again(plan, case).status == "referred_criminal"
    row = p.step(plan, actors["case_officer"], row, "receive", receipt="回执1号")
    police = p.due(plan, row, "criminal_police")
    assert (police.organ_code, p.due(plan, row, "criminal_forward").organ_code) == ("POLICE", "POLICE")
    row = p.step(plan, actors["police"], row, "police_file", document="立案告知书1号")
    assert kept(plan, case) == {"referral_running", "police_filed"}
    assert _running(plan, row) == [], "nothing was held, so nothing is to be handed over"
    assert p.verbs(plan, row) == ["report_suspicion", "approve", "send", "receive", "police_file"]
    case = c.step(plan, actors["case_head"], case, "close", close_ground="taken_by_police")
    assert case.status == "closed"


def _running(record: Record, row: Referral) -> list[Any]:
    with record.read() as session:
        return running(session, record.county(), matter_id=row.id)


def test_while_it_runs_no_penalty_step_is_taken(plan, actors, tmp_path: Path) -> None:
    case = filed(plan, actors, tmp_path)
    case = c.step(plan, actors["case_officer"], case, "conclude_investigation", words="经查属实")
    reported(plan, actors, case.number)
    with p.refused("reasons_case.referral_running"):
        c.step(plan, actors["case_officer"], case, "propose_penalty", **c.PENALTY)
    with p.refused("errors_between.referral_running"):
        reported(plan, actors, case.number)


def test_the_head_may_withhold_approval_with_a_reason_and_the_case_goes_on(plan, actors, tmp_path: Path) -> None:
    case = filed(plan, actors, tmp_path)
    row = reported(plan, actors, case.number)
    with p.refused("reasons_between.refusal_unreasoned"):
        p.step(plan, actors["west"], row, "disapprove")
    with p.refused("errors_between.other_organ") as told:
        p.step(plan, actors["water"], row, "approve")
    assert "区水利局" in told[0].sentence("zh")
    with p.refused("errors_access.forbidden"):
        p.step(plan, actors["case_officer"], row, "approve")
    row = p.step(plan, actors["west"], row, "disapprove", reason="情节显著轻微")
    assert kept(plan, case) == {"referral_ended"}
    case = c.step(plan, actors["case_officer"], case, "conclude_investigation", words="经查属实")
    assert c.step(plan, actors["case_officer"], case, "propose_penalty", **c.PENALTY).status == "finding"


def test_police_that_do_not_file_are_asked_again_in_time_and_the_case_comes_back(plan, actors, clock, tmp_path) -> None:
    case = filed(plan, actors, tmp_path)
    row = sent(plan, actors, case.number)
    with p.refused("reasons_between.police_reason_missing", "reasons_between.police_notice_missing"):
        p.step(plan, actors["case_officer"], row, "police_refuse")
    row = p.step(plan, actors["police"], row, "police_refuse", document="不予立案通知书", reason="不构成犯罪")
    retry = p.due(plan, row, "criminal_retry").due_at
    clock.now = retry + timedelta(seconds=1)
    with p.refused("reasons_between.too_late_to_ask_again"):
        p.step(plan, actors["case_officer"], row, "ask_again", reason="数额已达标准")
    clock.now = retry
    row = p.step(plan, actors["case_officer"], row, "ask_again", reason="数额已达标准")
    row = p.step(plan, actors["police"], row, "uphold", document="复议决定")
    row = p.step(plan, actors["case_officer"], row, "ask_procurator", reason="应当立案")
    row = p.step(plan, actors["case_officer"], row, "take_back", reason="依法行政处罚")
    assert row.status == "taken_back"
    assert _running(plan, row) == []
    assert kept(plan, case) == {"referral_ended"}
    assert p.again(plan, case).status == "investigating", "it is resumed with the referral's end"
    assert p.verbs(plan, case)[-2:] == ["refer_criminal", "resume"]


def test_what_is_missing_for_the_police_is_said(plan, actors, tmp_path: Path) -> None:
    case = filed(plan, actors, tmp_path)
    with p.refused("reasons_between.investigators_short", "reasons_between.report_not_written"):
        reported(plan, actors, case.number, persons=["01"], document="")
    with p.refused("errors_case.person_unknown"):
        reported(plan, actors, case.number, persons=["01", "99"])
    row = p.step(plan, actors["west"], reported(plan, actors, case.number, goods=True), "approve")
    with p.refused("reasons_between.materials_missing") as told:
        p.step(plan, actors["case_officer"], row, "send", materials=["referral_letter"])
    assert "涉案物品清单" in told[0].reasons[0].sentence("zh")
    with p.refused("errors_between.material_unknown"):
        p.step(plan, actors["case_officer"], row, "send", materials=["poem"])
    row = p.step(plan, actors["case_officer"], row, "send", materials=[*PAPERS, "goods_list"])
    with p.refused("reasons_between.police_receipt_missing"):
        p.step(plan, actors["case_officer"], row, "receive")


def test_forwarded_by_police_that_are_not_competent(plan, actors, tmp_path: Path) -> None:
    row = sent(plan, actors, filed(plan, actors, tmp_path).number)
    with p.refused("reasons_between.forward_unknown"):
        p.step(plan, actors["police"], row, "forward", receiver="邻县公安局")
    row = p.step(plan, actors["police"], row, "forward", receiver="邻县公安局", document="转送告知1号")
    assert (row.status, row.forwarded_to) == ("forwarded", "邻县公安局")
    assert [one.kind for one in _running(plan, row)] == ["criminal_police"]


def test_goods_go_to_the_police_with_their_chain_of_custody(plan, actors, tmp_path: Path) -> None:
    case = filed(plan, actors, tmp_path)
    goods = [{"name": "假酒", "quantity": "20箱"}]
    c.step(plan, actors["case_officer"], case, "preserve", goods=goods, head_approved=True)
    row = p.step(plan, actors["west"], reported(plan, actors, case.number, goods=True), "approve")
    row = p.step(plan, actors["case_officer"], row, "send", materials=[*PAPERS, "goods_list"])
    row = p.step(plan, actors["case_officer"], row, "receive", receipt="回执1号")
    row = p.step(plan, actors["police"], row, "police_file", document="立案告知书1号")
    assert [one.kind for one in _running(plan, row)] == ["criminal_goods"]
    with p.refused("reasons_between.goods_unlisted"):
        p.step(plan, actors["case_officer"], row, "hand_over_goods", receipt="公安签收")
    row = p.step(plan, actors["case_officer"], row, "hand_over_goods", goods_list="清单1号", receipt="公安签收")
    assert row.status == "goods_handed_over"
    with plan.read() as session:
        assert session.scalars(select(Goods.keeper)).one() == "区公安局"
        assert session.scalars(select(Measure.status)).one() == "handled"
        assert running(session, plan.county(), matter_id=case.id, kinds=("preservation",)) == []
    assert c.step(plan, actors["case_head"], case, "close", close_ground="taken_by_police").status == "closed"


def test_a_lead_is_transferred_when_the_police_file_it_and_waits_again_when_it_comes_back(plan, actors) -> None:
    lon, lat = small.middle(0)
    numbers = []
    for words in ("销售假烟", "销售假酒"):
        lead = plan.write(
            actors["dispatcher"], receive_lead, source="public_report", summary=words, lon=lon, lat=lat, item_code="A1"
        )
        plan.write(actors["dispatcher"], triage, number=lead.number, domain="city")
        numbers.append(lead)
    row = p.step(plan, actors["police"], sent(plan, actors, numbers[0].number), "police_file", document="立案告知书")
    assert p.again(plan, numbers[0]).status == "transferred"
    row = p.step(
        plan, actors["police"], sent(plan, actors, numbers[1].number), "police_refuse", document="通知", reason="轻微"
    )
    assert p.step(plan, actors["west"], row, "take_back", reason="自行处理").status == "taken_back"
    assert p.again(plan, numbers[1]).status == "triaged"


def test_another_organs_police_are_asked_for_by_name_where_the_record_has_none(town: Record, tmp_path: Path) -> None:
    c.with_basis(town)
    cast = c.cast(town)
    case = c.propose(town, tmp_path, cast)
    with p.refused("errors_between.police_unnamed"):
        reported(town, {"case_officer": cast["officer"]}, case.number)
