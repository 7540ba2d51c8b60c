"""A case from proposal to archive on both databases: every step an event, every obstacle a sentence, nothing half done."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from data.casework.cases import case_step, decide_on_spot
from data.casework.evidence_notes import note_evidence
from data.casework.unmasking import unmask_case
from data.db import Record
from data.deadlines import running
from data.models import (
    Case,
    CaseEntry,
    Certificate,
    Deadline,
    Event,
    Evidence,
    Goods,
    GoodsMove,
    Measure,
    Payment,
    Refund,
)  # fmt: skip
from data.queries.cases import case_view
from policy.errors import Refusal
from tests.data import cases as c
from tests.data import small

NOW = small.NOW


@pytest.fixture
def actors(town: Record) -> dict[str, object]:
    c.with_basis(town)
    return c.cast(town)


def verbs(town: Record, case: Case) -> list[str]:
    with town.read() as session:
        query = select(Event.verb).where(Event.subject_id == case.id).order_by(Event.position)
        return [verb for verb in session.scalars(query) if not verb.endswith("_deadline")]


def codes(refusal: Refusal) -> set[str]:
    return {reason.code for reason in refusal.reasons}


def test_a_case_goes_from_proposal_to_archive(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    assert case.number == "JD-C-20261120-0001"
    assert (case.organ_code, case.in_name_of, case.basis) == ("WEST", "WEST", "delegated_general")
    case, served = c.to_served(town, actors, case, NOW)
    assert case.status == "served"
    assert case.decision_number == "罚决〔2026〕1号"
    case = c.step(town, actors["finance"], case, "record_payment", served, amount="30", paid="fine", slip="No.1")
    assert case.paid_at == served
    case = c.step(town, actors["head"], case, "close", served, close_ground="executed")
    case = c.step(town, actors["officer"], case, "archive", served, archive_number="2026-01-001", file_complete=True)
    assert case.status == "archived"
    assert verbs(town, case) == [
        "propose", "submit_filing", "approve_filing", "start_investigation", "conclude_investigation", "propose_penalty",
        "give_notice", "record_waiver", "hear_statement", "decide", "serve", "record_payment", "close", "archive",
    ]  # fmt: skip
    with town.read() as session:
        row = session.scalars(select(Case)).one()
        assert (row.fine, row.filed_at, row.decided_at) == (Decimal(30), NOW, served)
        assert session.scalars(select(Payment.amount)).one() == Decimal(30)
        assert {e.kind for e in session.scalars(select(CaseEntry))} >= {"conclude_investigation", "decide"}


def test_the_court_is_asked_when_the_appeal_periods_are_over_and_no_later(town: Record, actors, tmp_path: Path) -> None:
    """The three months begin at the end of both appeal periods, normally the six months of the suit (CO 53, 54)."""
    case, served = c.to_served(town, actors, c.propose(town, tmp_path, actors), NOW)
    case = c.step(town, actors["officer"], case, "begin_execution", served + timedelta(days=20))
    case = c.step(town, actors["officer"], case, "remind", served + timedelta(days=20))

    def asked(days: int) -> set[str]:
        with pytest.raises(Refusal) as refused:
            c.step(town, actors["head"], case, "apply_court", served + timedelta(days=days), words="逾期未履行")
        return codes(refused.value)

    assert asked(100) == {"reasons_case.appeal_open"}
    assert asked(300) == {"reasons_case.court_late"}
    case = c.step(town, actors["head"], case, "apply_court", served + timedelta(days=200), words="逾期未履行")
    assert case.status == "court_enforcement"


def test_filing_starts_ninety_days_and_the_decision_meets_them(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    case = c.step(town, actors["officer"], case, "submit_filing")
    case = c.step(town, actors["head"], case, "approve_filing")
    with town.read() as session:
        (deadline,) = running(session, town.county(), matter_id=case.id, kinds=("decision",))
    assert (
        deadline.due_at.astimezone(small.NOW.tzinfo).date().isoformat() == "2027-02-18"
    )  # 15:59:59 UTC of the 90th day
    assert deadline.provisional is False  # calendar days need no arrangement


def test_a_major_penalty_is_filed_with_who_supervises_and_its_time_is_met_also_after_the_case_is_closed(
    town: Record, actors, tmp_path: Path
) -> None:
    later, given = NOW + timedelta(days=6), c.PENALTY | {"major": True}
    case = c.to_notice(town, actors, c.propose(town, tmp_path, actors), NOW)
    for part, verb, told in (
        ("officer", "record_waiver", {"waived": "statement", "document": "弃权书"}),
        ("officer", "hear_statement", {}),
        ("officer", "propose_penalty", given),
        ("head", "discuss", {"words": "同意", "present": "班子成员五人"}),
        ("head", "decide", {"words": "决定罚款", "penalties": ["fine"], "fine": "30", "grade": "ordinary"}),
        ("officer", "serve", {"service_way": "in_person", "receipt": True}),
        ("finance", "record_payment", {"amount": "30", "paid": "fine", "slip": "No.1"}),
        ("head", "close", {"close_ground": "executed"}),
    ):
        case = c.step(town, actors[part], case, verb, later, **told)
    told = {"document": "备案报告1号", "before": "区司法局"}
    c.step(town, actors["officer"], case, "file_major_penalty", later + timedelta(days=3), **told)
    with town.read() as session:
        clock = session.scalars(select(Deadline).where(Deadline.kind == "major_penalty_filing")).one()
        event = session.scalars(select(Event).where(Event.verb == "file_major_penalty")).one()
    assert (clock.done_at, clock.ended_at) == (later + timedelta(days=3), None)
    assert json.loads(event.facts) | told == json.loads(event.facts)
    assert (event.clause, event.role) == ("PL 75", "officer")
    with pytest.raises(Refusal) as again:
        c.step(town, actors["officer"], case, "file_major_penalty", later + timedelta(days=4), **told)
    assert codes(again.value) == {"reasons_case.major_filed"}


def test_decision_before_notice_is_refused_with_every_obstacle(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    for part, verb, given in (
        ("officer", "submit_filing", {}),
        ("head", "approve_filing", {}),
        ("officer", "start_investigation", {}),
        ("officer", "conclude_investigation", {"words": "经查属实"}),
        ("officer", "propose_penalty", c.PENALTY),
    ):
        case = c.step(town, actors[part], case, verb, **given)
    with pytest.raises(Refusal) as told:
        c.step(town, actors["head"], case, "decide", words="罚", penalties=["fine"], fine="30", grade="ordinary")
    assert told.value.kind == "conflict"
    with town.read() as session:
        assert session.scalars(select(Case.status)).one() == "finding"
        assert session.scalars(select(Case.decision_number)).one() is None


def test_who_is_posted_to_a_town_handles_its_case_in_its_name(town: Record, actors, tmp_path: Path) -> None:
    posted = replace(actors["officer"], scopes=tuple(replace(s, organ="BUREAU") for s in actors["officer"].scopes))
    case = c.propose(town, tmp_path, actors | {"officer": posted})
    c.step(town, posted, case, "submit_filing")
    with town.read() as session:
        file = session.scalars(select(Evidence.id)).first()
    town.write(posted, note_evidence, evidence_id=file, number=case.number, note="远景")
    town.write(posted, unmask_case, number=case.number, reason="制作文书")
    with town.read() as session:
        found = {e.verb: e.organ for e in session.scalars(select(Event).where(Event.subject_id == case.id))}
    assert (found["propose"], found["submit_filing"]) == ("WEST", "WEST")
    assert (found["note_evidence"], found["unmask"]) == ("WEST", "WEST")


def test_who_handles_cannot_approve_and_who_decides_cannot_collect(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    case = c.step(town, actors["officer"], case, "submit_filing")
    with pytest.raises(Refusal) as told:
        c.step(town, actors["officer"], case, "approve_filing")
    assert told.value.kind == "forbidden"
    other, served = c.to_served(town, actors, c.propose(town, tmp_path, actors, shade=2), NOW)
    with pytest.raises(Refusal) as told:
        c.step(town, actors["head"], other, "record_payment", served, amount="30", paid="fine")
    assert told.value.kind == "forbidden"


def test_a_fine_outside_its_grade_needs_a_reason_and_a_review(town: Record, actors, tmp_path: Path) -> None:
    case = c.to_notice(town, actors, c.propose(town, tmp_path, actors), NOW)
    later = NOW + timedelta(days=6)
    c.step(town, actors["officer"], case, "record_waiver", later, waived="statement", document="弃权书")
    c.step(town, actors["officer"], case, "hear_statement", later)
    with pytest.raises(Refusal) as told:
        c.step(town, actors["head"], case, "decide", later, words="从重", penalties=["fine"], fine="40", grade="heavy")
    assert {"reasons_case.fine_not_told"} <= codes(told.value)
    with pytest.raises(Refusal) as told:
        c.step(town, actors["head"], case, "decide", later, words="罚", penalties=["fine"], fine="30", grade="nonsense")
    assert told.value.code == "errors_case.grade_unknown"


def test_an_expired_certificate_stops_the_next_step(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)

    def expire(tx) -> None:
        for row in tx.session.scalars(select(Certificate).where(Certificate.number.in_(("ZJ01", "ZJ02")))):
            row.valid_to = NOW + timedelta(minutes=5)

    from data.authority import SYSTEM

    town.write(SYSTEM, expire)
    with pytest.raises(Refusal) as told:
        c.step(town, actors["officer"], case, "submit_filing", NOW + timedelta(minutes=5, seconds=1))
    assert "reasons_case.officers_short" in codes(told.value)
    assert c.step(town, actors["officer"], case, "submit_filing", NOW + timedelta(minutes=5)).status == "filing_review"


def test_the_same_act_is_not_fined_twice(town: Record, actors, tmp_path: Path) -> None:
    c.to_served(town, actors, c.propose(town, tmp_path, actors), NOW)
    second = c.to_notice(town, actors, c.propose(town, tmp_path, actors, shade=2), NOW)
    later = NOW + timedelta(days=6)
    c.step(town, actors["officer"], second, "record_waiver", later, waived="statement", document="弃权书")
    c.step(town, actors["officer"], second, "hear_statement", later)
    with pytest.raises(Refusal) as told:
        c.step(
            town, actors["head"], second, "decide", later, words="再罚", penalties=["fine"], fine="30", grade="ordinary"
        )
    assert "reasons_case.fined_before" in codes(told.value)


def test_filing_after_the_limitation_period_is_refused(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors, act_on=(NOW - timedelta(days=3 * 365)).date())
    with pytest.raises(Refusal) as told:
        c.step(town, actors["officer"], case, "submit_filing")
    assert "reasons_case.time_barred_ask" in codes(told.value)
    assert (
        c.step(town, actors["officer"], case, "submit_filing", limitation_ground="life_and_health").status
        == "filing_review"
    )


def test_a_step_that_asks_for_words_says_so(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    for given, code in (
        ({"step": "drop", "given": {}}, "errors_case.missing"),
        ({"step": "drop", "given": {"reason": "x", "fine": 1}}, "errors_case.unknown_input"),
        ({"step": "fly", "given": {}}, "errors_case.unknown_step"),
        ({"step": "drop", "given": {"reason": 5}}, "errors_case.not_text"),
    ):
        with pytest.raises(Refusal) as told:
            town.write(actors["officer"], case_step, number=case.number, **given)
        assert told.value.code == code
        assert told.value.sentence("zh")
        assert told.value.sentence("en")


def test_things_are_preserved_with_a_list_and_a_chain_of_custody(town: Record, actors, tmp_path: Path) -> None:
    case = c.propose(town, tmp_path, actors)
    goods = [{"name": "三轮车", "quantity": "1辆"}, {"name": "台秤", "quantity": "1台", "keeper": "西镇仓库"}]
    c.step(town, actors["officer"], case, "preserve", goods=goods, head_approved=True)
    with town.read() as session:
        assert [d.kind for d in running(session, town.county(), matter_id=case.id)] == ["preservation"]
    c.step(town, actors["officer"], case, "handle_preserved", words="退还", released=True)
    with town.read() as session:
        assert session.scalars(select(Measure.status)).one() == "released"
        assert {g.keeper for g in session.scalars(select(Goods))} == {"party"}
        assert len(session.scalars(select(GoodsMove)).all()) == 4
        assert running(session, town.county(), matter_id=case.id) == []


def test_a_small_penalty_is_decided_and_handed_over_on_the_spot(town: Record, actors, tmp_path: Path) -> None:
    lead = c.lead_with_evidence(town, tmp_path, actors)
    decision = {
        "penalties": ["fine"], "fine": "30", "grade": "ordinary", "words": "愿意改正", "facts_clear": True,
        "suspected_crime": False, "receipt": True,
    }  # fmt: skip
    told = {"item": "A1", "summary": "占道摆摊", "party": c.CITIZEN, "officers": ["01", "02"], "lead": lead}
    with pytest.raises(Refusal) as refused:
        town.write(
            actors["officer"], decide_on_spot, **told, decision=decision | {"fine": "201", "grade_reason": "多次"}
        )
    assert "reasons_case.simple_limit" in codes(refused.value)
    case = town.write(actors["officer"], decide_on_spot, **told, decision=decision)
    assert (case.status, case.procedure, case.decision_number) == ("served", "simple", "当罚〔2026〕1号")
    with town.read() as session:
        assert session.scalars(select(Case.number)).all() == ["JD-C-20261120-0001"]  # the refused one left no gap


# -- money after the decision ------------------------------------------------------------------------------------------


def late(town: Record, actors: dict, tmp_path: Path) -> tuple[Case, datetime]:
    """A fine of 30 yuan, five days late."""
    case, served = c.to_served(town, actors, c.propose(town, tmp_path, actors), NOW)
    return case, served + timedelta(days=20)


def pay(town: Record, actors: dict, case: Case, at: datetime, amount: str, paid: str) -> Case:
    return c.step(town, actors["finance"], case, "record_payment", at, amount=amount, paid=paid, slip="No.1")


def test_the_surcharge_is_taken_after_the_fine_and_neither_more_than_is_owed(town: Record, actors, tmp_path) -> None:
    """Three per cent a day on 30 yuan, five days: 4.50 (PL 72)."""
    case, at = late(town, actors, tmp_path)
    for amount, paid in (("31", "fine"), ("4.51", "surcharge")):
        with pytest.raises(Refusal) as refused:
            pay(town, actors, case, at, amount, paid)
        assert codes(refused.value) == {"reasons_case.paid_too_much"}
    case = pay(town, actors, case, at, "30", "fine")
    case = pay(town, actors, case, at + timedelta(days=3), "4.50", "surcharge")  # it stopped growing with the payment
    with pytest.raises(Refusal) as refused:
        pay(town, actors, case, at + timedelta(days=3), "1", "surcharge")
    assert codes(refused.value) == {"reasons_case.nothing_owed"}


def test_a_surcharge_does_not_meet_the_time_to_pay_the_fine(town: Record, actors, tmp_path: Path) -> None:
    case, at = late(town, actors, tmp_path)
    at += timedelta(days=40)  # as much as the fine itself
    case = pay(town, actors, case, at, "30", "surcharge")
    with town.read() as session:
        kinds = {one.kind for one in running(session, town.county(), matter_id=case.id)}
    assert "payment" in kinds


def test_what_a_reconsideration_changed_is_owed_as_changed_and_enforced_by_its_organ(
    town: Record, actors, tmp_path: Path
) -> None:
    """RL 63: the changed fine stands; RL 78(2): the organ of reconsideration enforces it, not who decided first."""
    case, at = late(town, actors, tmp_path)
    case = c.step(town, actors["officer"], case, "begin_execution", at)
    case = c.step(town, actors["officer"], case, "ask_reconsideration", at, before="区人民政府")
    with pytest.raises(Refusal) as refused:
        c.step(town, actors["officer"], case, "decide_reconsideration", at, result="changed")
    assert codes(refused.value) == {"reasons_case.change_untold"}
    case = c.step(town, actors["officer"], case, "decide_reconsideration", at, result="changed", fine_changed="10")
    assert case.fine == Decimal(10)
    with pytest.raises(Refusal) as refused:
        c.step(town, actors["officer"], case, "remind", at + timedelta(days=30))
    assert codes(refused.value) == {"reasons_case.enforced_above"}
    case = pay(town, actors, case, at + timedelta(days=30), "10", "fine")
    case = c.step(town, actors["head"], case, "close", at + timedelta(days=31), close_ground="executed")
    assert case.status == "closed"
    with town.read() as session:
        told = session.scalars(select(Event).where(Event.verb == "decide_reconsideration")).one()
        assert '"fine_changed":"10"' in told.facts


def test_what_was_paid_beyond_a_lowered_fine_is_owed_back_and_paid_back_by_finance(
    town: Record, actors, tmp_path: Path
) -> None:
    """RL 72: who changes or revokes a fine has what was paid of it given back."""
    case, at = late(town, actors, tmp_path)
    case = pay(town, actors, case, at, "30", "fine")
    at += timedelta(days=1)
    case = c.step(town, actors["officer"], case, "ask_reconsideration", at, before="区人民政府")
    told = {"amount": "20", "bank": "代收银行金东支行", "slip": "退0001"}
    with pytest.raises(Refusal) as refused:
        c.step(town, actors["finance"], case, "pay_refund", at, **told)
    assert codes(refused.value) == {"reasons_case.no_refund"}
    case = c.step(town, actors["officer"], case, "decide_reconsideration", at, result="changed", fine_changed="10")
    assert case.course["refund_owed"] == "20"
    for who, amount, wanted in (
        ("finance", "20.01", {"reasons_case.refund_too_much"}),
        ("officer", "20", {"errors_access.forbidden"}),
    ):
        with pytest.raises(Refusal) as refused:
            c.step(town, actors[who], case, "pay_refund", at, **(told | {"amount": amount}))
        assert codes(refused.value) == wanted or refused.value.code in wanted
    with pytest.raises(Refusal) as refused:
        c.step(town, actors["finance"], case, "pay_refund", at, amount="20", slip="退0001")
    assert refused.value.pointer == "/bank"
    case = c.step(town, actors["finance"], case, "pay_refund", at, **told)
    assert "refund_owed" not in case.course
    with town.read() as session:
        row = session.scalars(select(Refund)).one()
        assert (row.amount, row.bank, row.voucher) == (Decimal(20), "代收银行金东支行", "退0001")
        event = session.scalars(select(Event).where(Event.verb == "pay_refund")).one()
        assert (event.clause, event.role) == ("RL 72", "finance")
        money = case_view(session, actors["finance"], town.county(), case.number, at).money
    assert (money.paid, money.refund_owed, [one.voucher for one in money.refunds]) == (Decimal(30), 0, ["退0001"])


def test_of_a_revoked_decision_the_surcharge_goes_back_too(town: Record, actors, tmp_path: Path) -> None:
    case, at = late(town, actors, tmp_path)
    case = pay(town, actors, case, at, "30", "fine")
    case = pay(town, actors, case, at, "1.80", "surcharge")
    case = c.step(town, actors["officer"], case, "ask_reconsideration", at, before="区人民政府")
    case = c.step(town, actors["officer"], case, "decide_reconsideration", at, result="revoked")
    assert Decimal(case.course["refund_owed"]) == Decimal("31.80")


def test_of_a_revoked_decision_everything_goes_back_once(town: Record, actors, tmp_path: Path) -> None:
    case, at = late(town, actors, tmp_path)
    case = pay(town, actors, case, at, "12", "fine")
    case = c.step(town, actors["officer"], case, "ask_reconsideration", at, before="区人民政府")
    case = c.step(town, actors["officer"], case, "decide_reconsideration", at, result="revoked")
    assert case.course["refund_owed"] == "12"
