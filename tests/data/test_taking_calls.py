"""Calls at the desk, hand-over to and from 110/119/120, nearest eyes, alarms, and steps entered for another."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid5

import pytest
from sqlalchemy import select

from data import casework
from data.authority import SYSTEM, Actor, Scope
from data.casework.alarms import acknowledge_alarms, snooze_alarms
from data.casework.erasing import erase_reporter
from data.casework.evidence import add_evidence
from data.casework.eyes import ask_eyes, recall_eyes
from data.casework.services import hand_over, reply_of_service, take_over
from data.casework.taking_calls import take_call
from data.db import Record
from data.events import verify
from data.models import Account, Call, Event, EyesRequest, Lead, Notice, Person, ServiceHandOver, Task
from data.queries.alarms import read_alarms
from data.queries.console import Filters, read_queue
from data.queries.handed import hand_overs_of
from data.queries.taking_calls import calls_of, find_places, likely
from data.queries.wall import wall_state
from geo.hierarchy import Hierarchy
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import cases, small

PHONE = "138 0013 8000"
LON, LAT = small.middle(0)


@pytest.fixture
def actors(town: Record) -> dict[str, Actor]:
    return cases.cast(town)


def refused(code: str, work: Any, *args: Any, **facts: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        work(*args, **facts)
    assert found.value.code == f"errors_calls.{code}", found.value.code
    return found.value


def lead_of(town: Record, call: Call) -> Lead:
    with town.read() as session:
        return session.get_one(Lead, call.lead_id)


def events(town: Record, number: str, verb: str) -> list[dict[str, Any]]:
    with town.read() as session:
        query = select(Event).where(Event.subject_number == number, Event.verb == verb).order_by(Event.sequence)
        return [json.loads(row.facts) for row in session.scalars(query)]


def open_lead(town: Record, **more: Any) -> str:
    facts = {"source": "public_report", "summary": "沿街占道经营", "lon": LON, "lat": LAT, "domain": "city"}
    return str(town.write(SYSTEM, casework.receive_lead, **(facts | more)).number)


# -- calls -------------------------------------------------------------------------------------------------------------


def test_a_call_makes_a_lead_of_its_kind_and_place_and_the_number_is_sealed(town: Record, actors: Any) -> None:
    call = town.write(actors["dispatcher"], take_call, kind="noise", phone=PHONE, cell_code=small.VILLAGES[0])
    lead = lead_of(town, call)
    assert (lead.summary, lead.urgency, lead.township_code) == ("噪声扰民：一村", "normal", small.WEST)
    assert lead.reporter_phone == PHONE
    assert call.phone == PHONE
    with town.read() as session:
        row = session.get_one(Call, call.id)
        assert PHONE.encode() not in (row.phone_sealed or b"")
        assert PHONE not in (row.phone_digest or "")
        (view,) = calls_of(session, lead.id)
    assert view.phone == "138******8000"
    (told,) = events(town, lead.number, "take_call")
    assert PHONE not in json.dumps(told)
    assert told["kind"] == "noise"


@pytest.mark.parametrize("kind", ["fire", "hazard", "injury", "violence"])
def test_a_kind_where_lives_are_in_danger_is_an_emergency(town: Record, actors: Any, kind: str) -> None:
    call = town.write(actors["dispatcher"], take_call, kind=kind, cell_code=small.VILLAGES[0])
    assert lead_of(town, call).urgency == "emergency"


def test_a_call_joins_the_open_lead_it_is_about_and_raises_it(town: Record, actors: Any, clock: Any) -> None:
    number = open_lead(town)
    desk = actors["dispatcher"]
    call = town.write(desk, take_call, kind="fire", phone=PHONE, words="现在烧起来了", attach=number)
    assert call.attached
    assert lead_of(town, call).number == number
    with town.read() as session:
        assert [lead.number for lead in session.scalars(select(Lead))] == [number]
    assert lead_of(town, call).urgency == "emergency"
    assert events(town, number, "take_call")[0]["attached"] is True
    town.write(SYSTEM, casework.reject, number=number, reason="试毕")
    refused("attach_closed", town.write, desk, take_call, kind="fire", attach=number)


def test_what_is_wrong_with_a_call_is_said(town: Record, actors: Any) -> None:
    desk = actors["dispatcher"]
    refused("words_missing", town.write, desk, take_call, kind="other", cell_code=small.VILLAGES[0])
    refused("phone", town.write, desk, take_call, kind="noise", phone="12ab34")
    with pytest.raises(Refusal, match="weather"):
        town.write(desk, take_call, kind="weather")
    with pytest.raises(Refusal) as found:
        town.write(actors["officer"], take_call, kind="noise")
    assert found.value.kind == "forbidden"


def test_the_same_numbers_calls_and_open_leads_nearby_are_found(town: Record, actors: Any, clock: Any) -> None:
    desk = actors["dispatcher"]
    first = lead_of(town, town.write(desk, take_call, kind="noise", phone=PHONE, cell_code=small.VILLAGES[3]))
    near = open_lead(town)
    with town.read() as session:
        asked = {"phone": "13800138000", "cell": small.VILLAGES[0]}
        found = likely(session, desk, town.county(), clock.now, **asked)
        assert [(one.number, one.same_number) for one in found] == [(first.number, True), (near, False)]
        later = likely(session, desk, town.county(), clock.now + timedelta(days=8), phone="13800138000")
        assert later == []
        assert likely(session, desk, town.county(), clock.now, phone="1380") == []


def test_erasing_who_reported_erases_the_number_of_the_calls_too(town: Record, actors: Any) -> None:
    desk = actors["dispatcher"]
    call = town.write(desk, take_call, kind="noise", phone=PHONE, cell_code=small.VILLAGES[0])
    number = lead_of(town, call).number
    town.write(SYSTEM, casework.reject, number=number, reason="试毕")
    town.write(SYSTEM, erase_reporter, number=number, reason="本人要求删除")
    with town.read() as session:
        row = session.get_one(Call, call.id)
        assert row.phone_digest is None
        assert row.phone != PHONE


def test_a_call_that_joined_a_lead_nobody_reported_is_erased_as_well(town: Record, actors: Any) -> None:
    desk, number = actors["dispatcher"], open_lead(town)
    call = town.write(desk, take_call, kind="noise", phone=PHONE, attach=number)
    town.write(SYSTEM, casework.reject, number=number, reason="试毕")
    town.write(SYSTEM, erase_reporter, number=number, reason="来电人申请")
    with town.read() as session:
        assert session.get_one(Call, call.id).phone_digest is None
    assert events(town, number, "erase_reporter")[0]["calls"] == 1


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("一村", small.VILLAGES[0]),
        ("西镇 二", small.VILLAGES[1]),
        ("东镇三村村口", small.VILLAGES[2]),
        ("西", small.WEST),
    ],
)
def test_a_place_is_found_by_name_as_it_is_typed(town: Record, said: str, expected: str) -> None:
    assert expected in [match.place.code for match in find_places(town.county(), said)][:3]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Duohu Town", small.WEST),
        ("lipu", small.EAST),
        ("Duohu 一村", small.VILLAGES[0]),
        ("Lipu Town 一村 3号", small.VILLAGES[2]),
        ("near lipu town一村", small.VILLAGES[2]),
    ],
)
def test_a_place_is_found_by_its_english_name_and_told_as_the_record_has_it(town, said: str, expected: str) -> None:
    """Two villages of the same name: the township said before it decides, in either language."""
    named = {
        small.WEST: {"name_en": "Duohu Town"},
        small.EAST: {"name_en": "Lipu Town"},
        small.VILLAGES[2]: {"name": "一村"},
    }
    county = town.county()
    tree = Hierarchy(replace(cell, **named.get(cell.code, {})) for cell in county.hierarchy)
    first = find_places(replace(county, hierarchy=tree), said)[0]
    assert first.place.code == expected
    assert first.place.name == tree[expected].name
    assert "Town" not in first.reason.sentence("zh")


# -- 110, 119, 120 -----------------------------------------------------------------------------------------------------


def test_a_lead_is_handed_over_answered_and_goes_on(town: Record, actors: Any, clock: Any) -> None:
    desk, number = actors["dispatcher"], open_lead(town, urgency="emergency")
    told = {"service": "fire_119", "taken_by": "指挥员 03", "words": "仓库冒烟，无人受伤"}
    refused("taker_missing", town.write, desk, hand_over, number=number, **(told | {"taken_by": " "}))
    row = town.write(desk, hand_over, number=number, **told)
    with town.read() as session:
        lead = session.scalars(select(Lead).where(Lead.number == number)).one()
        assert lead.status == "received", "a hand-over closes nothing"
        queue = read_queue(session, desk, town.county(), Filters(source="fire_119"), clock.now)
        assert [(one.number, one.services) for one in queue.rows] == [(number, ("fire_119",))]
        (emergency,) = wall_state(session, desk, town.county(), clock.now).emergencies
        assert [one[0] for one in emergency.services] == ["fire_119"]
    assert "03" in refused("handed_already", town.write, desk, hand_over, number=number, **told).sentence()
    town.write(desk, reply_of_service, key=str(row.id), reply="已出动两车", reference="20261120-77")
    with town.read() as session:
        (view,) = hand_overs_of(session, lead.id)
    assert (view.reference, view.reply, view.taken_by) == ("20261120-77", "已出动两车", "指挥员 03")
    refused("replied", town.write, desk, reply_of_service, key=str(row.id), reply="又一次")
    assert events(town, number, "hand_over")[0]["service"] == "fire_119"
    assert "指挥员" not in json.dumps(events(town, number, "hand_over"), ensure_ascii=False)
    assert verify(town, town.county().jurisdiction_id).whole


def test_what_a_service_hands_over_is_a_lead_of_that_source_once_per_reference(town: Record, actors: Any) -> None:
    desk = actors["dispatcher"]
    told = {"service": "police_110", "reference": "J-5", "taken_by": "110 台 12 号", "words": "三轮车堵路"}
    place = {"cell_code": small.VILLAGES[0]}
    first, again = (town.write(desk, take_over, **told, **place) for _ in range(2))
    assert first.id == again.id
    with town.read() as session:
        (lead,) = session.scalars(select(Lead)).all()
    assert (lead.source, lead.external_number) == ("police_110", "J-5")
    assert len(events(town, lead.number, "take_over")) == 1
    other = town.write(desk, take_over, **(told | {"service": "fire_119"}), **place)
    assert other.id != first.id
    refused("reference_missing", town.write, desk, take_over, **(told | {"reference": ""}))
    east = small.actor(town, Role.DISPATCHER, townships=frozenset({small.EAST}))
    with pytest.raises(Refusal) as refusal:
        town.write(east, take_over, **told)
    assert refusal.value.kind == "forbidden", "a number of 110 opens no lead of another town"


# -- eyes --------------------------------------------------------------------------------------------------------------


def grid_worker(town: Record) -> Actor:
    """The one person of G1, with an account."""

    def make(tx: Any) -> Actor:
        place = tx.county.jurisdiction_id
        person = tx.session.scalars(select(Person).where(Person.code == "07")).one()
        facts = {"username": "g07", "display_name": "甲07", "password_hash": "-", "password_changed_at": tx.now}
        account = Account(id=uuid5(place, "g07"), person_id=person.id, **facts)
        tx.session.add(account)
        tx.session.flush()
        scope = Scope(Role.GRID_WORKER, place, "WEST", frozenset({small.WEST}), "G1")
        return Actor(account.id, "甲07", (scope,), person_id=person.id)

    return town.write(SYSTEM, make)


def test_the_nearest_grid_workers_are_asked_and_their_photograph_answers(
    town: Record, actors: Any, tmp_path: Any
) -> None:
    worker, number, desk = grid_worker(town), open_lead(town), actors["dispatcher"]
    row = town.write(desk, ask_eyes, number=number)
    with town.read() as session:
        assert session.scalars(select(Task)).all() == [], "a request is no task"
        assert session.scalars(select(Lead.status)).one() == "received"
        (notice,) = session.scalars(select(Notice).where(Notice.matter_id == row.id, Notice.channel == "in_app"))
        assert (notice.reason, notice.account_id) == ("asked_to_look", worker.account_id)
    refused("eyes_asked", town.write, desk, ask_eyes, number=number)
    import io

    from data.evidence import store

    file = store(tmp_path, io.BytesIO(cases._picture(3)), "现场.png", cases.LIMITS)
    town.write(worker, add_evidence, number=number, file=file)
    with town.read() as session:
        found = session.get_one(EyesRequest, row.id)
        assert (found.status, found.photographs) == ("answered", 1)
        assert session.get_one(Notice, notice.id).status == "acknowledged"
    assert events(town, number, "answer_eyes")[0]["team"] == "G1"


def test_nobody_near_is_said_with_the_reason(town: Record, actors: Any, clock: Any) -> None:
    desk, number = actors["dispatcher"], open_lead(town)
    nowhere = open_lead(town, lon=None, lat=None)
    refused("eyes_nowhere", town.write, desk, ask_eyes, number=nowhere)
    town.write(SYSTEM, casework.set_status, team_code="G1", status="off_duty", reason="下班")
    told = refused("eyes_none", town.write, desk, ask_eyes, number=number)
    assert told.reasons
    assert "G1" in told.reasons[0].sentence()


def test_a_request_taken_back_in_time_never_leaves(town: Record, actors: Any) -> None:
    desk, number = actors["dispatcher"], open_lead(town)
    grid_worker(town)
    row = town.write(desk, ask_eyes, number=number)
    town.write(desk, recall_eyes, key=str(row.id), reason="派队伍去")
    with town.read() as session:
        assert {one.status for one in session.scalars(select(Notice))} == {"recalled"}
    town.write(desk, ask_eyes, number=number)


# -- alarms ------------------------------------------------------------------------------------------------------------


def keys(town: Record, actor: Actor, clock: Any) -> list[str]:
    with town.read() as session:
        return [one.key.split(":")[0] for one in read_alarms(session, actor, town.county(), clock.now).waiting]


def test_an_alarm_stays_until_each_person_has_answered_it(town: Record, actors: Any, clock: Any) -> None:
    desk, number = actors["dispatcher"], open_lead(town, urgency="emergency")
    other = Actor(actors["head"].account_id, "head", (Scope(Role.DISPATCHER, town.county().jurisdiction_id, "BUREAU"),))
    assert keys(town, desk, clock) == ["emergency"]
    with town.read() as session:
        (alarm,) = read_alarms(session, desk, town.county(), clock.now).waiting
    town.write(desk, snooze_alarms, alarms=[alarm.key])
    assert keys(town, desk, clock) == []
    assert keys(town, other, clock) == ["emergency"]
    clock.now += timedelta(minutes=6)
    assert keys(town, desk, clock) == ["emergency"], "put off is not over"
    town.write(desk, acknowledge_alarms, alarms=[alarm.key])
    clock.now += timedelta(hours=1)
    assert "emergency" not in keys(town, desk, clock)
    assert events(town, number, "acknowledge_alarm")[0]["alarm"] == "emergency"
    town.write(SYSTEM, casework.reject, number=number, reason="误报")
    assert keys(town, other, clock) == []
    refused("alarm_over", town.write, other, acknowledge_alarms, alarms=[alarm.key])


def test_acceptance_and_arrival_overdue_are_alarms_that_say_who_was_told(town: Record, actors: Any, clock: Any) -> None:
    desk, number = actors["dispatcher"], open_lead(town, urgency="urgent")
    (task,) = town.write(desk, casework.dispatch, number=number, team_codes=["W1"])
    assert keys(town, desk, clock) == []
    clock.now = task.accept_due_at + timedelta(seconds=1)
    assert "accept" in keys(town, desk, clock)
    with town.read() as session:
        first = next(
            one for one in read_alarms(session, desk, town.county(), clock.now).waiting if one.kind == "accept"
        )
    assert first.lead == number
    assert first.who == "W1队"
    assert {one.number for one in first.told} == {task.number}
    town.write(desk, casework.accept, number=task.number)
    assert "accept" not in keys(town, desk, clock)
    clock.now = task.arrive_due_at + timedelta(seconds=1)
    assert "arrive" in keys(town, desk, clock)
    town.write(desk, casework.depart, number=task.number)
    town.write(desk, casework.arrive, number=task.number)
    assert "arrive" not in keys(town, desk, clock)


# -- entered for another -----------------------------------------------------------------------------------------------


def test_a_step_told_by_radio_names_who_entered_it_and_whose_words_it_was(town: Record, actors: Any) -> None:
    desk, number = actors["dispatcher"], open_lead(town, item_code="A1")
    (task,) = town.write(desk, casework.dispatch, number=number, team_codes=["W1"])
    refused("told_by_unknown", town.write, desk, casework.accept, number=task.number, told_by="03")
    town.write(desk, casework.accept, number=task.number, told_by="01")
    (told,) = events(town, task.number, "accept")
    assert (told["entered_for"], told["told_by"]) == ("W1", "01")
    town.write(actors["officer"], casework.depart, number=task.number)
    assert "entered_for" not in events(town, task.number, "depart")[0], "the team's own step"
    refused("told_by_own", town.write, actors["officer"], casework.arrive, number=task.number, told_by="02")
    town.write(desk, casework.arrive, number=task.number, told_by="02")
    town.write(desk, casework.report, number=task.number, outcome="guidance", told_by="02")
    with town.read() as session:
        row = session.scalars(select(Event).where(Event.verb == "report")).one()
        assert row.actor_id == actors["dispatcher"].account_id
        assert json.loads(row.facts)["told_by"] == "02"
        assert session.scalars(select(ServiceHandOver)).all() == []
