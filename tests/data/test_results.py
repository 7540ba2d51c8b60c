"""What became of a matter that was handed over goes back to its sender by itself, both ways, with the step that ended it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from data.authority import SYSTEM
from data.casework.cases import case_step, propose_case
from data.casework.evidence import add_evidence
from data.casework.leads import mark_duplicate, receive_lead, reject, triage
from data.casework.transfers import draft_transfer
from data.db import Record
from data.evidence import store
from data.models import Event, Lead, Transfer
from tests.data import cases as c
from tests.data import parties as p
from tests.data import small

PLANS = ("fuling", "lanxi")


@pytest.fixture(params=PLANS)
def plan(database: str, clock: Any, request: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), request.param)
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    return p.cast(plan)


def handed(record: Record, actors: dict[str, Any], sender: str, receiver: str, code: str) -> tuple[Transfer, Lead]:
    """A matter handed over and taken on; the lead under which it goes on."""
    given = {"receiver": code, "reason": "不属本机关职权", "subject": "河道内倾倒渣土", "cell": small.VILLAGES[0]}
    row = record.write(actors[sender], draft_transfer, given=given)
    materials = record.county().profile.get("transfer.materials", small.NOW.date()).value
    listed = [one if isinstance(one, str) else one["code"] for one in materials]
    row = p.step(record, actors[sender], row, "send", materials=listed)
    row = p.step(record, actors[receiver], row, "receive", receipt="回证1号")
    row = p.step(record, actors[receiver], row, "take_on", document="受理告知1号")
    with record.read() as session:
        return row, session.get_one(Lead, row.received_lead_id)


WAYS = [("west", "water", "WATER"), ("water", "west", "WEST")]


@pytest.mark.parametrize("way", WAYS, ids=["to a department", "to a township"])
def test_a_lead_that_is_over_tells_its_sender(plan, actors, clock, way) -> None:
    row, lead = handed(plan, actors, *way)
    clock.now += timedelta(days=1)
    plan.write(actors["dispatcher"], triage, number=lead.number, domain="city")
    assert p.again(plan, row).status == "accepted", "while it goes on, nothing is told"
    plan.write(actors["dispatcher"], reject, number=lead.number, reason="现场已清除，无需处罚")
    row = p.again(plan, row)
    assert (row.status, row.result_at) == ("result_returned", clock.now)
    assert lead.number in row.result
    assert "现场已清除" in row.result
    assert row.course[-1]["organ"] == way[2], "told in the name of who handled it"
    with plan.read() as session:
        events = session.execute(
            select(Event.verb, Event.clause, Event.role).order_by(Event.sequence.desc()).limit(2)
        ).all()
    assert [event.verb for event in events] == ["return_result", "reject"], "the result follows in the same savepoint"
    clause = plan.county().profile.get("transfer.copied_both_ways", small.NOW.date())
    assert events[0].clause == (clause.clause if clause else None)


@pytest.mark.parametrize("way", WAYS, ids=["to a department", "to a township"])
def test_a_case_tells_its_sender_when_the_last_one_has_ended(plan, actors, tmp_path, way) -> None:
    row, lead = handed(plan, actors, *way)
    plan.write(actors["dispatcher"], triage, number=lead.number, domain="city")
    file = store(tmp_path, io.BytesIO(c._picture(1)), "现场.png", c.LIMITS)
    plan.write(actors["dispatcher"], add_evidence, number=lead.number, file=file)
    told = {"item": "A1", "summary": "占道", "party": c.CITIZEN, "lead": lead.number, "officers": ["01", "02"]}
    first, second = (plan.write(SYSTEM, propose_case, **told) for _ in range(2))
    drop = {"step": "drop", "given": {"reason": "违法事实不能成立"}}
    plan.write(SYSTEM, case_step, number=first.number, **drop)
    assert p.again(plan, row).status == "accepted", "a case goes on"
    plan.write(SYSTEM, case_step, number=second.number, **drop)
    row = p.again(plan, row)
    assert row.status == "result_returned"
    assert first.number in row.result
    assert second.number in row.result


def test_a_result_is_told_once(plan, actors) -> None:
    row, lead = handed(plan, actors, *WAYS[0])
    p.step(plan, actors["water"], row, "return_result", result="已责令清除")
    plan.write(actors["dispatcher"], reject, number=lead.number, reason="已办结")
    assert p.again(plan, row).result == "已责令清除"
    assert p.verbs(plan, row).count("return_result") == 1


def test_what_did_not_come_by_transfer_tells_nobody(plan, actors) -> None:
    lon, lat = small.middle(0)
    leads = [
        plan.write(actors["dispatcher"], receive_lead, source="public_report", summary="占道", lon=lon, lat=lat)
        for _ in range(2)
    ]
    plan.write(actors["dispatcher"], mark_duplicate, number=leads[1].number, original=leads[0].number)
    with plan.read() as session:
        assert session.scalar(select(func.count()).select_from(Event).where(Event.verb == "return_result")) == 0


def test_nothing_is_told_when_the_step_that_ends_it_is_refused(plan, actors) -> None:
    row, lead = handed(plan, actors, *WAYS[0])
    with p.refused("errors_access.forbidden"):
        plan.write(actors["east"], reject, number=lead.number, reason="越权")
    with p.refused("reasons.reason_missing"):
        plan.write(actors["dispatcher"], reject, number=lead.number, reason=" ")
    assert p.again(plan, row).status == "accepted"
