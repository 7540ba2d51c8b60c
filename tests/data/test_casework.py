"""The main job on the small county: lead → team → outcome, and every way it is refused."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, update

from data import casework
from data.authority import SYSTEM
from data.models import Event, Lead, Shift, Task, Unit
from data.queries.leads import get_lead, lead_events, list_leads, list_tasks
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

LON, LAT = small.middle(0)


@pytest.fixture
def desk(town):
    return small.actor(town, Role.DISPATCHER)


def receive(town, actor, **more):
    facts = {"source": "public_report", "summary": "沿街占道经营", "lon": LON, "lat": LAT, "item_code": "A1"}
    return town.write(actor, casework.receive_lead, **(facts | more))


def row(town, model, number):
    with town.read() as session:
        return session.scalars(select(model).where(model.number == number)).one()


def refused(code, call, *args, **facts):
    with pytest.raises(Refusal) as caught:
        call(*args, **facts)
    assert caught.value.code == f"errors_casework.{code}", caught.value.sentence()
    for lang in ("zh", "en"):
        assert caught.value.sentence(lang)
    return caught.value


def test_a_lead_is_placed_in_its_village_and_carries_the_chain_of_the_day(town, desk):
    lead = receive(town, desk)
    assert lead.number == "JD-L-20261120-0001"
    assert lead.cell_code == small.VILLAGES[0]
    assert lead.cell_chain == ["330703000000", "330703R1", small.WEST, "330703101S1", small.VILLAGES[0]]
    assert lead.township_code == small.WEST


def test_numbers_are_gap_free_even_when_a_lead_in_between_is_refused(town, desk):
    receive(town, desk)
    refused("item_not_found", receive, town, desk, item_code="nothing")
    assert receive(town, desk).number == "JD-L-20261120-0002"


def test_the_day_of_a_number_is_the_day_in_shanghai(town, desk, clock):
    clock.now = small.NOW.replace(hour=16, minute=30)  # half past midnight of the 21st in Shanghai
    assert receive(town, desk).number == "JD-L-20261121-0001"


def test_the_whole_loop_ends_in_a_resolved_lead_and_a_free_unit(town, desk, clock):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    assert task.kind == "handle"
    assert task.leading
    assert row(town, Lead, lead.number).status == "assigned"
    for verb, lead_status, unit in (
        (casework.accept, "in_progress", "assigned"),
        (casework.depart, "in_progress", "en_route"),
        (casework.arrive, "in_progress", "on_scene"),
    ):
        clock.now += timedelta(minutes=3)
        town.write(desk, verb, number=task.number)
        assert row(town, Lead, lead.number).status == lead_status
        with town.read() as session:
            assert session.scalars(select(Unit).where(Unit.team_id == task.team_id)).one().status == unit
    town.write(desk, casework.report, number=task.number, outcome="guidance", note="已劝导")
    done = row(town, Lead, lead.number)
    assert (done.status, done.outcome, done.resolved_at) == ("resolved", "guidance", clock.now)
    with town.read() as session:
        assert session.scalars(select(Unit).where(Unit.team_id == task.team_id)).one().status == "available"
    assert town.write(desk, casework.evaluate, number=lead.number, score=5).status == "evaluated"
    assert town.write(desk, casework.archive, number=lead.number).status == "archived"


def test_every_step_has_its_event_in_order(town, desk):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    town.write(desk, casework.accept, number=task.number)
    with town.read() as session:
        events = lead_events(session, desk, town.county(), number=lead.number)
    assert [(e["matter"], e["verb"], e["to_state"]) for e in events] == [
        ("lead", "receive", "received"),
        ("lead", "triage", "triaged"),
        ("task", "dispatch", "assigned"),
        ("lead", "dispatch", "assigned"),
        ("task", "accept", "accepted"),
        ("lead", "start", "in_progress"),
    ]
    assert all(e["role"] in ("dispatcher", "system") for e in events)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"lon": LAT, "lat": LON}, "point_swapped"),
        ({"lon": 200.0, "lat": 29.2}, "point_not_degrees"),
        ({"lon": LON, "lat": None}, "point_half"),
        ({"lon": None, "lat": None, "cell_code": "330703999"}, "cell_unknown"),
        ({"item_code": "ZZ"}, "item_not_found"),
        ({"domain": "ZZ", "item_code": None}, "domain_unknown"),
        ({"source": "rumour"}, "not_in_list"),
        ({"urgency": "panic"}, "not_in_list"),
        ({"summary": "  "}, "summary_missing"),
        ({"summary": "长" * 2001}, "summary_long"),
        ({"occurred_at": small.NOW + timedelta(hours=1)}, "time_in_future"),
        ({"datum": "mars"}, "datum_unknown"),
    ],
)
def test_wrong_input_is_refused_in_words_and_nothing_is_written(town, desk, given, code):
    refused(code, receive, town, desk, **given)
    with town.read() as session:
        assert session.scalars(select(Lead)).all() == []
        assert session.scalars(select(Event)).all() == []


def test_gcj02_given_as_wgs84_is_named_when_only_its_conversion_lies_inside(town, desk):
    from geo.coordinates import wgs84_to_gcj02

    lon, lat = (float(v) for v in wgs84_to_gcj02(small.BASE_LON + small.STEP * 4 - 0.001, LAT))
    fault = refused("point_gcj02", receive, town, desk, lon=lon, lat=lat)
    assert "gcj02" in fault.sentence("zh")
    assert receive(town, desk, lon=lon, lat=lat, datum="gcj02").cell_code == small.VILLAGES[3]


def test_a_point_in_the_sea_is_kept_as_unlocated_and_can_be_placed_later(town, desk):
    lead = receive(town, desk, lon=122.9, lat=29.5)
    assert (lead.cell_code, lead.location_note) == (None, "outside")
    with pytest.raises(Refusal) as caught:
        town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    assert caught.value.kind == "conflict"
    placed = town.write(desk, casework.locate, number=lead.number, cell_code=small.VILLAGES[0])
    assert placed.township_code == small.WEST
    assert town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])[0].status == "assigned"


def test_a_task_accepted_twice_tells_who_was_first(town, desk):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    town.write(desk, casework.accept, number=task.number)
    fault = refused("already_accepted", town.write, desk, casework.accept, number=task.number)
    assert "W1队" in fault.sentence()


def test_of_two_accepts_at_once_exactly_one_wins(town, desk):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    answers: list[str] = []
    ready = Barrier(8)

    def try_it():
        ready.wait()
        try:
            answers.append(town.write(desk, casework.accept, number=task.number).status)
        except Refusal as refusal:
            answers.append(refusal.code)

    threads = [Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["accepted"] + ["errors_casework.already_accepted"] * 7


def test_one_certified_officer_is_not_enough_to_handle_but_enough_to_verify(town, desk, clock):
    lon, lat = small.middle(3)
    clock.now += timedelta(hours=2)  # officer 04's certificate has run out an hour ago
    lead = receive(town, desk, lon=lon, lat=lat)
    fault = refused("team_refused", town.write, desk, casework.dispatch, number=lead.number, team_codes=["E1"])
    assert fault.clause == "PL 42"
    assert {reason.code for reason in fault.reasons} >= {"reasons.officers_short", "reasons.certificate_expired"}
    assert row(town, Lead, lead.number).status == "received"
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["E1"], kind="verify")
    assert task.kind == "verify"


def test_a_certificate_that_ran_out_after_the_assignment_blocks_the_acceptance(town, desk, clock):
    lon, lat = small.middle(3)
    lead = receive(town, desk, lon=lon, lat=lat)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["E1"])
    clock.now += timedelta(hours=1, seconds=1)
    with pytest.raises(Refusal) as caught:
        town.write(desk, casework.accept, number=task.number)
    assert "reasons.certificate_expired" in {reason.code for reason in caught.value.reasons}


def test_grid_workers_may_look_but_never_enforce(town, desk):
    lead = receive(town, desk)
    fault = refused("team_refused", town.write, desk, casework.dispatch, number=lead.number, team_codes=["G1"])
    assert "reasons.grid_worker" in {reason.code for reason in fault.reasons}
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["G1"], kind="look")
    for verb in (casework.accept, casework.depart, casework.arrive):
        town.write(desk, verb, number=task.number)
    with pytest.raises(Refusal) as caught:
        town.write(desk, casework.report, number=task.number, outcome="simple_penalty")
    assert caught.value.clause == "PL 42"
    assert town.write(desk, casework.report, number=task.number, outcome="nothing_found").status == "reported"


def test_a_team_of_another_township_is_not_competent(town, desk):
    lead = receive(town, desk)
    fault = refused("team_refused", town.write, desk, casework.dispatch, number=lead.number, team_codes=["E1"])
    assert "reasons.organ_not_competent" in {reason.code for reason in fault.reasons}


def test_a_busy_unit_is_asked_about_and_never_reset(town, desk):
    first, second = receive(town, desk), receive(town, desk)
    town.write(desk, casework.dispatch, number=first.number, team_codes=["W1"])
    refused("unit_busy", town.write, desk, casework.dispatch, number=second.number, team_codes=["W1"])
    town.write(desk, casework.dispatch, number=second.number, team_codes=["W1"], confirm_busy=True)
    with town.read() as session:
        assert [t["status"] for t in list_tasks(session, desk, town.county(), team="W1")] == ["assigned", "assigned"]


def test_several_teams_all_or_none(town, desk):
    lead = receive(town, desk)
    refused("team_refused", town.write, desk, casework.dispatch, number=lead.number, team_codes=["W1", "E1"])
    with town.read() as session:
        assert session.scalars(select(Task)).all() == []
    tasks = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1", "G1"], kind="look")
    assert [task.leading for task in tasks] == [True, False]


def test_declined_and_recalled_tasks_bring_the_lead_back(town, desk):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    with pytest.raises(Refusal):
        town.write(desk, casework.decline, number=task.number, reason=" ")
    town.write(desk, casework.decline, number=task.number, reason="车辆故障")
    assert row(town, Lead, lead.number).status == "triaged"
    (again,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    town.write(desk, casework.recall, number=again.number, reason="撤销派单")
    back = row(town, Lead, lead.number)
    assert (back.status, back.assigned_at) == ("triaged", None)


def test_nobody_accepts_and_the_task_expires_back_to_the_queue(town, desk, clock):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    clock.now = task.accept_due_at
    assert town.write(SYSTEM, casework.expire_due) == []
    clock.now += timedelta(seconds=1)
    assert town.write(SYSTEM, casework.expire_due) == [task.number]
    assert row(town, Task, task.number).status == "expired"
    assert row(town, Lead, lead.number).status == "triaged"


def test_an_urgent_task_has_five_minutes_in_town_and_fifteen_elsewhere(town, desk):
    for village, minutes in ((0, 5), (3, 15)):
        lon, lat = small.middle(village)
        lead = receive(town, desk, lon=lon, lat=lat, urgency="urgent")
        team = "W1" if village == 0 else "E1"
        (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=[team], kind="verify")
        assert task.arrive_due_at - task.assigned_at == timedelta(minutes=minutes)


def test_an_ordered_correction_needs_its_recheck_date_and_stays_open_until_it_passed(town, desk):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    for verb in (casework.accept, casework.depart, casework.arrive):
        town.write(desk, verb, number=task.number)
    with pytest.raises(Refusal) as caught:
        town.write(desk, casework.report, number=task.number, outcome="ordered_correction")
    assert caught.value.clause == "PL 28"
    day = small.NOW.date() + timedelta(days=7)
    town.write(desk, casework.report, number=task.number, outcome="ordered_correction", recheck_on=day)
    assert row(town, Lead, lead.number).status == "in_progress"
    with pytest.raises(Refusal):
        town.write(desk, casework.resolve, number=lead.number)
    assert town.write(desk, casework.resolve, number=lead.number, matter_ended=True).status == "resolved"


def test_duplicates_and_rejections_name_what_they_rest_on(town, desk):
    first, second, third = (receive(town, desk) for _ in range(3))
    assert town.write(desk, casework.mark_duplicate, number=second.number, original=first.number).status == "duplicate"
    with pytest.raises(Refusal):
        town.write(desk, casework.mark_duplicate, number=third.number, original=third.number)
    with pytest.raises(Refusal):
        town.write(desk, casework.reject, number=third.number, reason="")
    assert town.write(desk, casework.reject, number=third.number, reason="不属执法事项").status == "rejected"


def test_a_township_sees_and_touches_only_its_own(town, desk):
    lead = receive(town, desk)
    east = small.actor(town, Role.TOWNSHIP_HEAD, townships=frozenset({small.EAST}))
    with town.read() as session:
        assert list_leads(session, east, town.county()) == []
        with pytest.raises(Refusal) as caught:
            get_lead(session, east, town.county(), number=lead.number)
        assert caught.value.kind == "not_found"
    with pytest.raises(Refusal) as caught:
        town.write(east, casework.triage, number=lead.number, domain="city")
    assert caught.value.kind == "forbidden"


def test_an_administrator_reads_no_lead(town, desk):
    receive(town, desk)
    admin = small.actor(town, Role.ADMIN)
    with town.read() as session, pytest.raises(Refusal) as caught:
        list_leads(session, admin, town.county())
    assert caught.value.kind == "forbidden"


def test_the_reporter_is_masked_and_never_in_the_chain(town, desk):
    lead = receive(town, desk, reporter_name="欧阳小明", reporter_phone="13812345678")
    with town.read() as session:
        seen = get_lead(session, desk, town.county(), number=lead.number)
        facts = "".join(session.scalars(select(Event.facts)))
    assert (seen["reporter"], seen["reporter_phone"]) == ("欧**", "138****5678")
    assert "13812345678" not in facts


def test_a_unit_set_by_hand_needs_a_reason_and_no_open_task(town, desk):
    refused("status_reason", town.write, desk, casework.set_status, team_code="W1", status="busy", reason="")
    refused(
        "status_follows_tasks", town.write, desk, casework.set_status, team_code="W1", status="en_route", reason="x"
    )
    town.write(desk, casework.set_status, team_code="W1", status="busy", reason="培训")
    lead = receive(town, desk, lon=small.middle(3)[0])
    town.write(desk, casework.dispatch, number=lead.number, team_codes=["E1"])
    refused("unit_has_task", town.write, desk, casework.set_status, team_code="E1", status="available", reason="x")


def test_an_old_position_does_not_replace_a_newer_one(town, desk):
    town.write(desk, casework.report_position, team_code="W1", lon=119.81, lat=29.21, at=small.NOW)
    unit = town.write(
        desk, casework.report_position, team_code="W1", lon=119.9, lat=29.3, at=small.NOW - timedelta(minutes=1)
    )
    assert (unit.lon, unit.lat) == (119.81, 29.21)


def on_scene(town, desk, number):
    for verb in (casework.accept, casework.depart, casework.arrive):
        town.write(desk, verb, number=number)


def test_nothing_found_by_one_team_does_not_end_a_lead_on_which_another_ordered_a_correction(town, desk, clock):
    lead = receive(town, desk)
    first, second = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1", "G1"], kind="look")
    on_scene(town, desk, first.number)
    on_scene(town, desk, second.number)
    clock.now += timedelta(minutes=5)
    day = small.NOW.date() + timedelta(days=7)
    town.write(desk, casework.report, number=first.number, outcome="ordered_correction", recheck_on=day)
    town.write(desk, casework.report, number=second.number, outcome="nothing_found")
    assert row(town, Lead, lead.number).status == "in_progress"


def test_the_recheck_that_finds_nothing_more_ends_the_lead(town, desk, clock):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    on_scene(town, desk, task.number)
    day = small.NOW.date() + timedelta(days=7)
    town.write(desk, casework.report, number=task.number, outcome="ordered_correction", recheck_on=day)
    clock.now += timedelta(minutes=5)
    (again,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    on_scene(town, desk, again.number)
    town.write(desk, casework.report, number=again.number, outcome="nothing_found")
    done = row(town, Lead, lead.number)
    assert (done.status, done.outcome) == ("resolved", "nothing_found")


def test_a_lead_without_a_domain_can_be_looked_at_and_checked_but_not_enforced(town, desk):
    for kind, team in ((None, "W1"), ("look", "G1"), ("secure", "W1")):
        lead = receive(town, desk, item_code=None, summary="不知是什么事")
        (task,) = town.write(
            desk, casework.dispatch, number=lead.number, team_codes=[team], kind=kind, confirm_busy=True
        )
        assert task.kind == (kind or "verify")
        assert row(town, Lead, lead.number).status == "assigned"
    lead = receive(town, desk, item_code=None, summary="不知是什么事")
    refused("no_domain", town.write, desk, casework.dispatch, number=lead.number, team_codes=["W1"], kind="handle")


def test_who_goes_is_who_is_on_shift_when_the_task_is_accepted(town, desk, clock):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"], kind="look")
    with town.read() as session:
        first = session.scalars(select(Shift).where(Shift.team_id == task.team_id).order_by(Shift.person_id)).first()
    town.submit_raw(
        lambda c: c.execute(update(Shift).where(Shift.id == first.id).values(ends_at=small.NOW + timedelta(minutes=5)))
    ).result()
    clock.now += timedelta(minutes=6)
    taken = town.write(desk, casework.accept, number=task.number)
    assert str(first.person_id) in task.officer_ids
    assert str(first.person_id) not in taken.officer_ids
    assert taken.officer_ids


def test_a_step_that_follows_by_itself_is_signed_by_the_system(town, desk):
    lead = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    officer = small.actor(town, Role.OFFICER)
    town.write(officer, casework.accept, number=task.number)
    with town.read() as session:
        events = lead_events(session, desk, town.county(), number=lead.number)
    assert [(e["verb"], e["role"]) for e in events[-2:]] == [("accept", "officer"), ("start", "system")]
