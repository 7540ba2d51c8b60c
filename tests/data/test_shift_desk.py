"""The shift desk: notes, a shift signed out with what is open as it stands, signed in by somebody else, unsigned ones named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data import casework
from data.authority import SYSTEM, Actor, Scope
from data.casework.call_outs import call_out
from data.casework.duty import end_contact, set_leader, set_telephone
from data.casework.leads import receive_lead
from data.casework.shift_desk import accept_handover, digest_of, note_shift, sign_handover
from data.db import Record
from data.events import verify
from data.models import Account, Event, Handover, Shift, Team
from data.queries import shift_desk as q
from data.queries.shift_matters import open_matters
from data.queries.wall_live import shift_leaders
from policy.vocabulary import Role
from tests.data import parties as p
from tests.data import small

LON, LAT = small.middle(0)
STARTS, ENDS = small.NOW - timedelta(hours=2), small.NOW + timedelta(hours=6)


@pytest.fixture
def plan(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "jindong")
    record.write(SYSTEM, _room)
    yield record
    record.close()


def _room(tx: Any) -> None:
    """A dispatch room with two people on the day's shift, and a night before it."""
    organ = tx.session.scalars(select(Team.organ_id).where(Team.code == "W1")).one()
    room = Team(jurisdiction_id=tx.county.jurisdiction_id, code="ROOM", name="指挥室", name_en="Room", kind="dispatch_room", organ_id=organ)  # fmt: skip
    tx.session.add(room)
    tx.session.flush()
    people = {one.code: one.id for one in tx.session.scalars(select(q.Person))}
    for code, name, begin, end in (("01", "day", STARTS, ENDS), ("02", "day", STARTS, ENDS), ("03", "night", STARTS - timedelta(hours=8), STARTS)):  # fmt: skip
        tx.session.add(Shift(jurisdiction_id=tx.county.jurisdiction_id, person_id=people[code], team_id=room.id, name=name, starts_at=begin, ends_at=end))  # fmt: skip


@pytest.fixture
def actors(plan: Record) -> dict[str, Any]:
    found = p.cast(plan)

    def second(tx: Any) -> Actor:
        account = Account(username="second", display_name="李四", password_hash="-", password_changed_at=small.NOW)
        tx.session.add(account)
        tx.session.flush()
        return Actor(account.id, "second", (Scope(Role.DISPATCHER, tx.county.jurisdiction_id, "BUREAU"),))

    return found | {"second": plan.write(SYSTEM, second)}


def lead(plan: Record, actors: dict[str, Any], summary: str, urgency: str = "normal", **where: Any) -> str:
    told = {"source": "public_report", "summary": summary, "urgency": urgency} | (where or {"lon": LON, "lat": LAT, "item_code": "A1"})  # fmt: skip
    return str(plan.write(actors["dispatcher"], receive_lead, **told).number)


def sign(plan: Record, actor: Actor, words: str = "油烟投诉请继续跟", shift: Any = STARTS) -> Handover:
    row: Handover = plan.write(actor, sign_handover, given={"shift": shift.isoformat(), "words": words})
    return row


def view(plan: Record, actors: dict[str, Any], clock: Any, number: str) -> q.HandoverView:
    with plan.read() as session:
        return q.one_handover(session, actors["dispatcher"], plan.county(), clock.now, number=number)


def marks(plan: Record, actors: dict[str, Any], clock: Any) -> dict[str, tuple[str, ...]]:
    with plan.read() as session:
        found = open_matters(session, actors["dispatcher"], plan.county(), clock.now)
    return {one.number: one.marks for one in found}


def test_what_is_open_is_gathered_with_why_and_the_ordinary_is_not(plan, actors, clock) -> None:
    plain = lead(plan, actors, "占道经营")
    urgent = lead(plan, actors, "油罐车泄漏", "urgent")
    lost = lead(plan, actors, "不知何处", address="某处")
    plan.write(actors["dispatcher"], call_out, given={"matter": urgent, "receiver": "MARKET", "subject": "请到场"})
    found = marks(plan, actors, clock)
    assert plain not in found
    assert found[urgent] == ("urgent",)
    assert found[lost] == ("unlocated",)
    assert [why for number, why in found.items() if "-H-" in number] == [("called_out",)]
    plan.write(actors["dispatcher"], casework.dispatch, number=plain, team_codes=["W1"])
    assert marks(plan, actors, clock)[plain] == ("unacknowledged",)
    clock.now += timedelta(hours=3)
    assert "overdue" in marks(plan, actors, clock)[urgent]


def test_what_was_signed_stays_as_it_stood(plan, actors, clock) -> None:
    number = lead(plan, actors, "油罐车泄漏", "urgent")
    plan.write(actors["dispatcher"], note_shift, given={"words": "消防已到场"})
    row = sign(plan, actors["dispatcher"])
    assert (row.status, row.crew, len(row.notes)) == ("signed", ["01", "02"], 1)
    clock.now += timedelta(minutes=20)
    plan.write(actors["dispatcher"], casework.reject, number=number, reason="重复")
    shown = view(plan, actors, clock, row.number)
    assert [(one.number, one.status, one.marks) for one in shown.matters] == [(number, "received", ("urgent",))]
    assert shown.now_status == {number: "rejected"}
    assert [note.words for note in shown.notes] == ["消防已到场"]
    assert shown.crew == ("甲01", "甲02")
    with plan.read() as session:
        kept = session.scalars(select(Handover)).one()
        event = session.scalars(select(Event).where(Event.matter == "handover")).one()
    assert (event.verb, json.loads(event.facts)["sha256"]) == ("sign", digest_of(kept))


def test_somebody_else_takes_over_once(plan, actors, clock) -> None:
    row = sign(plan, actors["dispatcher"])
    with p.refused("errors_shift.refused"):
        plan.write(actors["dispatcher"], accept_handover, number=row.number)
    with p.refused("errors_access.forbidden"):
        plan.write(actors["water"], accept_handover, number=row.number)
    plan.write(actors["second"], accept_handover, number=row.number, given={"words": "已知悉"})
    shown = view(plan, actors, clock, row.number)
    assert (shown.status, shown.accepted_by, shown.remark) == ("accepted", "李四", "已知悉")
    with p.refused("errors_shift.refused"):
        plan.write(actors["second"], accept_handover, number=row.number)
    with p.refused("errors_shift.refused"):
        sign(plan, actors["dispatcher"])
    with plan.read() as session:
        verbs = list(session.scalars(select(Event.verb).where(Event.matter == "handover").order_by(Event.sequence)))
    assert verbs == ["sign", "accept"]
    assert verify(plan, plan.county().jurisdiction_id).whole


def test_two_accounts_of_one_person_are_one_signer(plan, actors, clock) -> None:
    from dataclasses import replace

    row = sign(plan, actors["dispatcher"])

    def same(tx: Any) -> Any:
        person = tx.session.scalars(select(q.Person.id).where(q.Person.code == "05")).one()
        tx.session.get_one(Account, actors["dispatcher"].account_id).person_id = person
        return person

    twin = replace(actors["second"], person_id=plan.write(SYSTEM, same))
    with p.refused("errors_shift.refused"):
        plan.write(twin, accept_handover, number=row.number)


def test_until_it_is_taken_over_its_signer_signs_again_and_nobody_else(plan, actors, clock) -> None:
    first = sign(plan, actors["dispatcher"])
    with p.refused("errors_shift.refused"):
        sign(plan, actors["second"])
    number = lead(plan, actors, "油罐车泄漏", "urgent")
    again = sign(plan, actors["dispatcher"], "补充：油罐车")
    assert (again.number, [one["number"] for one in again.matters]) == (first.number, [number])
    assert again.sha256 != first.sha256 or again is first


@pytest.mark.parametrize("shift", [STARTS + timedelta(minutes=1), ENDS])
def test_a_shift_the_roster_does_not_have_cannot_be_signed(plan, actors, clock, shift) -> None:
    with p.refused("errors_shift.refused"):
        sign(plan, actors["dispatcher"], shift=shift)


def test_a_shift_that_was_not_taken_over_is_named_until_it_is(plan, actors, clock) -> None:
    def unsigned() -> list[str]:
        with plan.read() as session:
            return [one.name for one in q.not_handed_over(session, plan.county(), clock.now)]

    assert unsigned() == ["night"], "the running one is not over"
    night = sign(plan, actors["dispatcher"], shift=STARTS - timedelta(hours=8))
    assert unsigned() == ["night"], "one signature is not enough"
    plan.write(actors["second"], accept_handover, number=night.number)
    assert unsigned() == []
    clock.now = ENDS
    assert unsigned() == ["day"]


def test_notes_are_counted_and_refused_when_too_long_or_empty(plan, actors, clock) -> None:
    for words, code in (("", "errors_case.missing"), ("长" * 2001, "errors_shift.note_long")):
        with p.refused(code):
            plan.write(actors["dispatcher"], note_shift, given={"words": words})
    with p.refused("errors_access.forbidden"):
        plan.write(actors["office"], note_shift, given={"words": "字"})


# -- telephones and leaders -------------------------------------------------------------------------------------------


def test_the_leader_of_the_list_leads_the_duty_and_the_wall_says_so(plan, actors, clock) -> None:
    span = {"starts_at": clock.now.isoformat(), "ends_at": (clock.now + timedelta(hours=24)).isoformat()}
    told = {"person": "05", "post": "值班领导", "phone": "0579-00000007"} | span
    row = plan.write(SYSTEM, set_leader, given=told)
    with plan.read() as session:
        leader = q.duty_leader(session, plan.county(), clock.now)
        assert leader is not None
        assert (leader.name, leader.phone, leader.code) == ("甲05", "0579-00000007", "05")
        assert shift_leaders(session, plan.county(), clock.now) == ("甲**",)
    with p.refused("errors_shift.leader_overlaps"):
        plan.write(SYSTEM, set_leader, given=told | {"person": "06"})
    plan.write(SYSTEM, end_contact, key=str(row.id))
    plan.write(SYSTEM, set_leader, given=told | {"person": "06"})


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"phone": "打不通"}, "errors_shift.phone_wrong"),
        ({"rank": "0"}, "errors_shift.rank_wrong"),
        ({"rank": "二"}, "errors_shift.rank_wrong"),
        ({"organ": "NONE"}, "errors_between.organ_unknown"),
        ({"person": "99"}, "errors_shift.person_unknown"),
        ({"post": ""}, "errors_case.missing"),
    ],
)
def test_a_wrong_telephone_is_told(plan, actors, clock, more, code) -> None:
    told = {"organ": "WEST", "post": "值班室", "phone": "0579-00000001"} | more
    with p.refused(code):
        plan.write(SYSTEM, set_telephone, given=told)


def test_only_an_administrator_keeps_the_list(plan, actors, clock) -> None:
    told = {"organ": "WEST", "post": "值班室", "phone": "0579-00000001"}
    with p.refused("errors_access.forbidden"):
        plan.write(actors["dispatcher"], set_telephone, given=told)
    row = plan.write(small.actor(plan, Role.ADMIN), set_telephone, given=told)
    with plan.read() as session:
        (shown,) = q.telephones(session, actors["west"], plan.county(), clock.now)
    assert (shown.phone, shown.post, shown.key) == ("0579-00000001", "值班室", row.id)
