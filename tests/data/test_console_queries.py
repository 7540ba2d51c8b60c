"""What the dispatch console reads: the queue in its order, the chosen lead with every reason, the board, the command bar."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data import casework
from data.queries.console import Filters, read_queue
from data.queries.console_board import read_board
from data.queries.console_hints import read_choices
from data.queries.console_lead import read_lead
from data.queries.console_search import search, village_options
from policy.errors import Refusal
from policy.vocabulary import Role, TaskKind, Verb
from tests.data import small

LON, LAT = small.middle(0)


@pytest.fixture
def desk(town):
    return small.actor(town, Role.DISPATCHER)


def receive(town, actor, **more):
    facts = {"source": "public_report", "summary": "沿街占道经营", "lon": LON, "lat": LAT, "domain": "city"}
    return town.write(actor, casework.receive_lead, **(facts | more)).number


def queue(town, actor, lang="zh", **filters):
    with town.read() as session:
        return read_queue(session, actor, town.county(), Filters(**filters), town.clock(), lang)


def chosen(town, actor, number, kind=None):
    with town.read() as session:
        return read_lead(session, actor, town.county(), number, town.clock(), kind)


def numbers(found):
    return [row.number for row in found.rows]


def test_the_queue_is_sorted_by_urgency_then_by_what_is_left_of_the_time(town, desk, clock):
    calm = receive(town, desk)
    clock.now += timedelta(minutes=5)
    urgent = receive(town, desk, urgency="urgent")
    later = receive(town, desk)
    emergency = receive(town, desk, urgency="emergency")
    assert numbers(queue(town, desk)) == [emergency, urgent, calm, later]


def test_counts_are_of_the_whole_pile_whatever_the_filter(town, desk, clock):
    receive(town, desk)
    receive(town, desk, lon=None, lat=None, address="西镇一村", summary="河边倾倒垃圾")
    clock.now += timedelta(hours=2)
    found = queue(town, desk, only="unlocated")
    assert (found.total, found.unlocated, found.overdue) == (1, 1, 2)
    assert found.by_urgency == {"normal": 2}
    assert found.rows[0].note == "address_only"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"township": small.WEST}, 1),
        ({"township": small.EAST}, 1),
        ({"source": "hotline_12345"}, 1),
        ({"source": "transfer_in"}, 0),
        ({"domain": "market"}, 1),
        ({"urgency": "urgent"}, 1),
        ({"pile": "in_hand"}, 0),
        ({"only": "duplicates"}, 0),
    ],
)
def test_filters_narrow_the_rows(town, desk, filters, expected):
    receive(town, desk)
    lon, lat = small.middle(3)
    receive(town, desk, lon=lon, lat=lat, source="hotline_12345", domain="market", urgency="urgent", summary="无照卖药")
    assert queue(town, desk, **filters).total == expected


def test_the_same_thing_reported_twice_shows_as_a_possible_duplicate_of_the_other(town, desk):
    one, two = receive(town, desk), receive(town, desk, summary="沿街有人占道经营")
    found = {row.number: row.duplicates for row in queue(town, desk, only="duplicates").rows}
    assert found == {one: (two,), two: (one,)}
    assert [double.match.number for double in chosen(town, desk, two).duplicates] == [one]


def test_an_emergency_stays_in_sight_until_somebody_is_there(town, desk):
    number = receive(town, desk, urgency="emergency")
    (task,) = town.write(desk, casework.dispatch, number=number, team_codes=["W1"])
    row = queue(town, desk).rows[0]
    assert (row.number, row.teams, row.due_kind) == (number, ("W1队",), "accept")
    for verb in (casework.accept, casework.depart, casework.arrive):
        town.write(desk, verb, number=task.number)
    assert numbers(queue(town, desk)) == []
    assert numbers(queue(town, desk, pile="in_hand")) == [number]


def test_a_township_head_sees_only_the_own_township_and_no_unlocated_lead(town, desk):
    receive(town, desk)
    receive(town, desk, lon=None, lat=None, summary="不知何处")
    head = small.actor(town, Role.TOWNSHIP_HEAD, townships=frozenset({small.EAST}))
    assert queue(town, head).total == 0
    number = queue(town, desk).rows[0].number
    with pytest.raises(Refusal) as caught:
        chosen(town, head, number)
    assert caught.value.code == "errors_casework.lead_not_found"


def test_the_chosen_lead_ranks_teams_and_names_why_the_others_may_not(town, desk):
    view = chosen(town, desk, receive(town, desk))
    assert view.chain == ("城市+工业区域", "西镇", "西镇片区", "一村")
    assert view.kind is TaskKind.VERIFY
    assert view.recommendation is not None
    assert view.recommendation.candidates[0].team.code == "W1"
    barred = {one.team.code: one.decision.obstacles for one in view.recommendation.excluded}
    assert "G1" in barred
    assert all(reason.clause for reason in barred["G1"])
    assert view.teams["W1"].certified == 2


def test_what_cannot_be_done_is_said_with_its_rule(town, desk):
    number = receive(town, desk, lon=None, lat=None, address="东镇三村路口")
    view = chosen(town, desk, number)
    steps = {step.verb: step.decision for step in view.steps}
    assert not steps[Verb.DISPATCH].allowed
    assert "定位" in steps[Verb.DISPATCH].obstacles[0].sentence()
    assert steps[Verb.LOCATE].allowed
    assert view.places[0].place.code == small.VILLAGES[2]
    supervisor = small.actor(town, Role.SUPERVISOR)
    assert not any(step.decision.allowed for step in chosen(town, supervisor, number).steps)


def test_the_reporter_is_masked_and_the_timeline_says_who_and_what(town, desk):
    number = receive(town, desk, reporter_name="王小明", reporter_phone="13812345678")
    town.write(desk, casework.dispatch, number=number, team_codes=["W1"])
    view = chosen(town, desk, number)
    assert (view.row["reporter"], view.row["reporter_phone"]) == ("王**", "138****5678")
    assert [(event.matter, event.verb) for event in view.events][-2:] == [("task", "dispatch"), ("lead", "dispatch")]
    assert view.events[-1].facts["teams"] == ["W1队"]
    assert view.events[-1].who == "dispatcher"
    assert set(view.tasks[0].steps) == {Verb.ACCEPT, Verb.DECLINE, Verb.RECALL}


def test_the_board_says_what_each_unit_is_on(town, desk):
    number = receive(town, desk)
    (task,) = town.write(desk, casework.dispatch, number=number, team_codes=["W1"])
    with town.read() as session:
        board = {row.code: row for row in read_board(session, desk, town.county(), town.clock())}
    assert list(board) == ["E1", "W1", "M1", "G1"]
    assert (board["W1"].status, board["W1"].task, board["W1"].lead, board["W1"].going) == (
        "assigned",
        task.number,
        number,
        "一村",
    )
    assert (board["E1"].certified, board["G1"].certified) == (2, 0)


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("占道", {"lead"}),
        ("1120-0001", {"lead", "task"}),
        ("W1", {"team"}),
        ("三村", {"place"}),
        ("x", set()),
        ("%%", set()),
    ],
)
def test_the_command_bar_finds_leads_tasks_units_and_places(town, desk, words, kinds):
    number = receive(town, desk)
    town.write(desk, casework.dispatch, number=number, team_codes=["W1"])
    with town.read() as session:
        found = search(session, desk, town.county(), words)
    assert {one.kind for one in found} == kinds


def test_forms_offer_every_place_domain_and_item(town):
    assert ("330703101201", "西镇 一村") in village_options(town.county())
    with town.read() as session:
        choices = read_choices(session, town.county())
    assert dict(choices.domains) == {"city": "城市管理", "market": "市场监管"}
    assert [code for code, _, _ in choices.items] == ["A1", "B1"]


def test_a_unit_too_long_in_its_status_is_told_and_an_old_position_is_no_fresh_one(town, clock):
    desk = small.actor(town, Role.DISPATCHER)
    lon, lat = small.middle(0)
    facts = {"source": "public_report", "summary": "沿街占道经营", "lon": lon, "lat": lat, "domain": "city"}
    lead = town.write(desk, casework.receive_lead, urgency="urgent", **facts)
    (task,) = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])
    town.write(desk, casework.report_position, team_code="W1", lon=lon, lat=lat, at=clock.now)

    def row():
        with town.read() as session:
            return next(one for one in read_board(session, desk, town.county(), clock.now) if one.code == "W1")

    assert (row().late, row().stale) == (False, None)
    clock.now = max(task.accept_due_at, task.arrive_due_at) + timedelta(minutes=11)
    assert row().late
    assert (row().stale or 0.0) > 10
