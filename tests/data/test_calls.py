"""Calls by telephone: what came of each, the next named contact after nobody answered, wrong numbers, an empty look at the outbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from data import casework
from data.authority import SYSTEM
from data.casework.call_outs import call_out
from data.casework.calls import record_call
from data.casework.duty import end_contact, set_leader, set_telephone
from data.casework.leads import receive_lead
from data.db import Record
from data.models import Event, Notice, Person, TeamMember
from data.outbox import sender
from data.queries.notices import NoticeView, calls_made, calls_to_make
from data.settings import settings
from policy.vocabulary_notice import NoticeStatus
from tests.data import parties as p
from tests.data import small

LON, LAT = small.middle(0)
WAIT = timedelta(minutes=settings().notify_again_minutes)


@pytest.fixture
def plan(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "jindong")
    yield record
    record.close()


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    return p.cast(plan)


def telephone(plan: Record, organ: str, post: str, phone: str, **more: str) -> Any:
    return plan.write(SYSTEM, set_telephone, given={"organ": organ, "post": post, "phone": phone} | more)


def to_call(plan: Record, actors: dict[str, Any], clock: Any) -> list[NoticeView]:
    with plan.read() as session:
        return calls_to_make(session, actors["dispatcher"], plan.county(), clock.now)


def called(plan: Record, actors: dict[str, Any], view: NoticeView, result: str, note: str | None = None) -> Any:
    return plan.write(actors["dispatcher"], record_call, key=str(view.key), result=result, note=note)


def look(plan: Record, clock: Any) -> None:
    sender.send_due(plan, plan.county(), {}, clock.now)


@pytest.fixture
def market(plan: Record, actors: dict[str, Any], clock: Any) -> NoticeView:
    """The call to a department that was called out and has not answered."""
    told = {"source": "public_report", "summary": "油烟扰民", "lon": LON, "lat": LAT, "item_code": "A1"}
    lead = plan.write(actors["dispatcher"], receive_lead, **told)
    plan.write(actors["dispatcher"], call_out, given={"matter": lead.number, "receiver": "MARKET", "subject": "请到场"})
    clock.now += timedelta(days=1)
    (found,) = to_call(plan, actors, clock)
    return found


def test_nobody_answers_and_the_next_named_contact_follows_after_the_wait(plan, actors, clock, market) -> None:
    telephone(plan, "MARKET", "副大队长", "0579-00000002", rank="2")
    telephone(plan, "MARKET", "值班室", "0579-00000001", person="05")
    telephone(plan, "WEST", "值班室", "0579-00000009")
    (shown,) = to_call(plan, actors, clock)
    assert (shown.next_who, shown.next_at) == ("值班室 甲05", None), "whom to call next is said before the call"
    called(plan, actors, shown, "no_answer", "响铃八声")
    (same,) = to_call(plan, actors, clock)
    assert (same.key, same.attempts, same.result, same.next_at) == (market.key, 1, "no_answer", clock.now + WAIT)
    clock.now += WAIT - timedelta(seconds=1)
    look(plan, clock)
    assert [one.key for one in to_call(plan, actors, clock)] == [market.key]
    clock.now += timedelta(seconds=1)
    look(plan, clock)
    (following,) = to_call(plan, actors, clock)
    assert (following.phone, following.next_who) == ("0579-00000001", "副大队长")
    assert "值班室" in following.who
    called(plan, actors, following, "no_answer")
    clock.now += WAIT
    look(plan, clock)
    (last,) = to_call(plan, actors, clock)
    assert (last.phone, last.next_who) == ("0579-00000002", "")
    called(plan, actors, last, "no_answer")
    assert to_call(plan, actors, clock) == [], "nobody else is named: the last once more, later"
    clock.now += WAIT
    assert [one.key for one in to_call(plan, actors, clock)] == [last.key]
    called(plan, actors, last, "reached", "王队长接听，马上到")
    assert to_call(plan, actors, clock) == []
    with plan.read() as session:
        made = calls_made(session, actors["dispatcher"], plan.county(), clock.now)
        results = [json.loads(row.facts)["result"] for row in session.scalars(select(Event).where(Event.verb == "call").order_by(Event.sequence))]  # fmt: skip
    assert [(one.result, one.phone) for one in made] == [("reached", None), ("no_answer", None), ("no_answer", None)]
    assert results == ["no_answer", "no_answer", "no_answer", "reached"]


def test_a_wrong_number_goes_on_at_once(plan, actors, clock, market) -> None:
    telephone(plan, "MARKET", "值班室", "0579-00000001")
    called(plan, actors, market, "wrong_number")
    (following,) = to_call(plan, actors, clock)
    assert following.phone == "0579-00000001"
    with plan.read() as session:
        assert session.get_one(Notice, market.key).status == NoticeStatus.PASSED_ON.value


def test_a_telephone_that_ended_is_called_no_more(plan, actors, clock, market) -> None:
    row = telephone(plan, "MARKET", "值班室", "0579-00000001")
    plan.write(SYSTEM, end_contact, key=str(row.id))
    clock.now += timedelta(seconds=1)
    (shown,) = to_call(plan, actors, clock)
    assert shown.next_who == ""


def test_who_acknowledges_in_between_ends_the_round(plan, actors, clock, market) -> None:
    telephone(plan, "MARKET", "值班室", "0579-00000001")
    called(plan, actors, market, "no_answer")
    with plan.read() as session:
        matter = session.get_one(Notice, market.key).matter_id
    from data.casework.notices import answered_by_step

    plan.write(SYSTEM, answered_by_step, matter_id=matter)
    clock.now += WAIT * 2
    look(plan, clock)
    assert to_call(plan, actors, clock) == []


def test_after_a_teams_person_its_captain_is_called(plan, actors, clock) -> None:
    def captain(tx: Any) -> None:
        for code, phone in (("01", "0579-00000101"), ("02", "0579-00000102")):
            tx.session.scalars(select(Person).where(Person.code == code)).one().phone = phone
        second = tx.session.scalars(select(Person.id).where(Person.code == "02")).one()
        tx.session.scalars(select(TeamMember).where(TeamMember.person_id == second)).one().post = "captain"

    plan.write(SYSTEM, captain)
    told = {"source": "public_report", "summary": "沿街占道经营", "lon": LON, "lat": LAT, "item_code": "A1"}
    number = plan.write(actors["dispatcher"], receive_lead, **told, urgency="urgent").number
    plan.write(actors["dispatcher"], casework.dispatch, number=number, team_codes=["W1"])
    clock.now += timedelta(minutes=31)
    (call,) = to_call(plan, actors, clock)
    assert (call.phone, call.next_who) == ("0579-00000101", "甲02")


def test_an_emergency_goes_on_to_the_duty_leader(plan, actors, clock) -> None:
    span = {"starts_at": (clock.now - timedelta(hours=1)).isoformat(), "ends_at": (clock.now + timedelta(hours=9)).isoformat()}  # fmt: skip
    plan.write(SYSTEM, set_leader, given={"person": "05", "post": "值班领导", "phone": "0579-00000007"} | span)
    with plan.read() as session:
        leader = session.scalars(select(Person).where(Person.code == "05")).one()
    from data.casework.notices import About, Contact, put
    from policy.vocabulary_notice import NoticeReason

    def tell(tx: Any) -> UUID:
        first = tx.session.scalars(select(Person).where(Person.code == "06")).one()
        about = About(NoticeReason.EMERGENCY, "lead", first.id, "JD-L-20261120-0009", {"lead": "—", "place": "西镇"}, urgent=True)  # fmt: skip
        put(tx, about, [Contact(first.id)])
        return first.id

    plan.write(SYSTEM, tell)
    (call,) = to_call(plan, actors, clock)
    assert call.next_who == f"值班领导 {leader.name}"


def test_wrong_results_and_who_may_not_call_are_told(plan, actors, clock, market) -> None:
    with p.refused("errors_shift.result_missing"):
        called(plan, actors, market, "perhaps")
    with p.refused("errors_casework.note_long"):
        called(plan, actors, market, "reached", "长" * 501)
    with p.refused("errors_access.forbidden"):
        plan.write(actors["water"], record_call, key=str(market.key), result="reached")


def test_a_look_that_finds_nothing_writes_nothing(plan, actors, clock, monkeypatch) -> None:
    monkeypatch.setattr(plan, "write", lambda *_a, **_k: pytest.fail("nothing is due"))
    assert sender.send_due(plan, plan.county(), {}, clock.now) == 0
