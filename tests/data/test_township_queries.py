"""What a township head reads: what is open and late, the force with its gaps, figures against the past and the likes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from data import casework
from data.models import Person, Posting, VillageOfficer
from data.queries.township import day_so_far, escalation, late_ones, leads_by_day, open_matters
from data.queries.township_cells import command_centre
from data.queries.township_figures import compare, kind_of, townships_alike
from data.queries.township_force import force_state
from data.queries.township_people import certificate_state
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

LON, LAT = small.middle(0)
PLACE = {"lon": LON, "lat": LAT, "domain": "city"}


@pytest.fixture
def desk(town):
    return small.actor(town, Role.DISPATCHER)


@pytest.fixture
def head(town):
    return small.actor(town, Role.TOWNSHIP_HEAD, townships=frozenset({small.WEST}))


def receive(town, actor, **more):
    facts = {"source": "public_report", "summary": "沿街占道经营"} | PLACE | more
    return town.write(actor, casework.receive_lead, **facts).number


def read(town, function, actor, code=small.WEST, *more):
    with town.read() as session:
        return function(session, actor, town.county(), code, town.clock(), *more)


def change(town, work):
    def inside(connection):
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            work(session)
            session.commit()

    town.submit_raw(inside).result()


def test_open_leads_are_those_of_the_township_and_what_is_due_first_stands_first(town, desk, head):
    calm = receive(town, desk)
    urgent = receive(town, desk, urgency="urgent")
    receive(town, desk, lon=small.middle(3)[0])
    found = read(town, open_matters, head)
    assert [matter.number for matter in found] == [urgent, calm]
    assert found[0].due_kind == "assign"
    assert found[0].placed
    assert found[0].waiting


def test_a_head_of_another_township_is_refused_by_every_reading(town):
    stranger = small.actor(town, Role.TOWNSHIP_HEAD, townships=frozenset({small.EAST}))
    for function in (open_matters, leads_by_day, day_so_far, force_state, compare):
        with pytest.raises(Refusal) as refused:
            read(town, function, stranger)
        assert refused.value.kind == "forbidden"


def test_a_lead_that_waits_too_long_is_late_and_goes_up_after_half_its_time_more(town, desk, head, clock):
    receive(town, desk)
    clock.now += timedelta(minutes=40)
    (late,) = late_ones(read(town, open_matters, head), clock.now, escalation(town.county(), clock.now))
    assert late.kind == "assign"
    assert late.due_at == small.NOW + timedelta(minutes=30)
    assert late.escalates_at == small.NOW + timedelta(minutes=45)
    assert late.team is None


def test_a_team_that_does_not_accept_is_late_by_name_once_for_each_deadline(town, desk, head, clock):
    number = receive(town, desk, urgency="urgent")
    town.write(desk, casework.dispatch, number=number, team_codes=["W1"])
    clock.now += timedelta(minutes=30)
    late = late_ones(read(town, open_matters, head), clock.now)
    assert [(one.kind, one.team) for one in late] == [("accept", "W1队"), ("arrive", "W1队")]


def test_late_deadlines_are_as_many_as_figure_f11_counts(town, desk, head, clock):
    for _ in range(3):
        receive(town, desk, urgency="urgent")
    sent = receive(town, desk, urgency="urgent")
    town.write(desk, casework.dispatch, number=sent, team_codes=["W1"])
    clock.now += timedelta(hours=1)
    late = late_ones(read(town, open_matters, head), clock.now)
    figures = {one.figure: one for one in read(town, compare, head).figures}
    overdue = next(line for line in figures["F11"].lines if line.measure == "overdue_all")
    assert overdue.now.value == len(late) == 5


def test_the_day_counts_what_came_and_what_was_resolved(town, desk, head, clock):
    receive(town, desk)
    done = receive(town, desk, summary="乱倒垃圾")
    task = town.write(desk, casework.dispatch, number=done, team_codes=["W1"])[0].number
    officer = small.actor(town, Role.OFFICER, townships=frozenset({small.WEST}))
    for step in (casework.accept, casework.depart, casework.arrive):
        town.write(officer, step, number=task)
    town.write(officer, casework.report, number=task, outcome="guidance")
    found = read(town, day_so_far, head)
    assert (found.received, found.resolved_of_received, found.resolved) == (2, 1, 1)


def test_leads_by_day_end_today_and_have_no_usual_level_without_a_past(town, desk, head, clock):
    receive(town, desk)
    found = read(town, leads_by_day, head)
    assert len(found.days) == 30
    assert found.counts[-1] == 1
    assert set(found.usual) == {None}


def test_the_usual_level_is_that_of_days_of_the_same_kind(town, desk, head, clock):
    friday = clock.now
    for weeks, many in ((8, 2), (7, 4), (6, 3)):  # Mid-autumn and National Day, free; then a working Friday
        clock.now = friday - timedelta(weeks=weeks)
        for _ in range(many):
            receive(town, desk)
    clock.now = friday
    found = read(town, leads_by_day, head)
    calendar = town.county().calendar
    levels = {calendar.is_workday(day): level for day, level in zip(found.days, found.usual, strict=True)}
    free, working = (
        [day for n in range(27) if calendar.is_workday(day := date(2026, 9, 25) + timedelta(days=n)) is kind]
        for kind in (False, True)
    )
    assert levels[False] == pytest.approx(6 / len(free))
    assert levels[True] == pytest.approx(3 / len(working))


# -- force ------------------------------------------------------------------------------------------------------------


def test_own_people_and_their_certificates_are_seen_those_to_see_to_first(town, clock):
    east = small.actor(town, Role.TOWNSHIP_HEAD, townships=frozenset({small.EAST}))
    clock.now += timedelta(hours=2)
    found = read(town, force_state, east, small.EAST)
    assert [(one.key, one.state, one.mode) for one in found.people] == [
        ("04", "expired", "own"),
        ("03", "valid", "own"),
    ]
    assert all(one.on_shift for one in found.people)
    assert [team.code for team in found.teams] == ["E1"]
    assert (found.teams[0].on_shift, found.teams[0].certified) == (2, 1)


def test_names_are_open_to_the_head_and_masked_for_others(town, head, desk):
    mine, theirs = read(town, force_state, head), read(town, force_state, desk)
    assert mine.people[0].name.startswith("甲0")
    assert {one.name for one in theirs.people} == {"甲**"}
    assert all("甲**" in name for duty in theirs.duties for name in duty.people)
    assert not any(one.phone for one in theirs.people)


def test_who_is_seconded_away_counts_out_and_is_named_with_the_reason(town, head):
    def send_away(session):
        person = session.scalars(select(Person).where(Person.code == "01")).one()
        session.add(
            Posting(
                jurisdiction_id=person.jurisdiction_id, person_id=person.id, township_code=small.WEST, mode="stationed",
                seconded=True, reason="抽调防汛值守", valid_from=small.FROM,
            )
        )  # fmt: skip

    change(town, send_away)
    found = read(town, force_state, head)
    assert [(one.name, one.reason) for one in found.away] == [("甲01", "抽调防汛值守")]
    assert "01" not in {one.key for one in found.people}


def test_villages_without_a_named_officer_and_posts_without_anybody_are_found(town, head):
    def name_one(session):
        person = session.scalars(select(Person).where(Person.code == "02")).one()
        common = {"jurisdiction_id": person.jurisdiction_id, "person_id": person.id, "cell_code": small.VILLAGES[0]}
        session.add(VillageOfficer(**common, valid_from=small.FROM, valid_to=None))

    change(town, name_one)
    found = read(town, force_state, head)
    assert [(one.name, one.officer) for one in found.villages] == [("一村", "甲02"), ("二村", "")]
    assert {(gap.kind, gap.where) for gap in found.gaps} == {
        ("head", "西镇"),
        ("head", "西镇片区"),
        ("captain", "W1队"),
    }
    assert next(gap.clause for gap in found.gaps if gap.kind == "head") == "JD 二(一)3"


def test_the_next_shift_of_a_team_is_found_beside_the_one_that_runs(town, head, clock):
    clock.now = small.NOW - timedelta(hours=3)
    found = read(town, force_state, head)
    assert {(duty.team, duty.now) for duty in found.duties} == {("W1队", False), ("G1队", False)}
    clock.now = small.NOW
    assert all(duty.now for duty in read(town, force_state, head).duties)


@pytest.mark.parametrize(
    ("kind", "state"), [("officer", "none"), ("grid_worker", "not_needed"), ("fire", "not_needed")]
)
def test_only_officers_need_a_certificate(kind, state):
    assert certificate_state(kind, None, datetime.now(small.NOW.tzinfo)) == state


# -- figures ----------------------------------------------------------------------------------------------------------


def test_townships_of_one_kind_are_held_against_each_other(town):
    county = town.county()
    assert kind_of(county, small.WEST) == "town"
    assert townships_alike(county, small.WEST) == (small.EAST,)


def test_figures_compare_with_the_month_before_and_with_the_likes(town, desk, head, clock):
    clock.now = small.NOW - timedelta(days=40)
    receive(town, desk)
    clock.now = small.NOW
    receive(town, desk)
    receive(town, desk)
    receive(town, desk, lon=small.middle(3)[0])
    clock.now += timedelta(minutes=5)
    found = {one.figure: one for one in read(town, compare, head).figures}
    resolved = next(line for line in found["F09"].lines if line.measure == "resolved")
    assert (resolved.now.denominator, resolved.before.denominator, resolved.alike.denominator) == (2, 1, 1)
    assert resolved.now.small
    assert found["F07"].grounds[0][0] == "response.urban"
    assert found["F09"].target is None


def test_a_silent_plan_has_a_named_place_to_call(town):
    with town.read() as session:
        assert command_centre(session, town.county()) == ("金东区", None)
