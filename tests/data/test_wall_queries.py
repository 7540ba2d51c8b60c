"""What the wall shows is what the record holds: counts, who is late, load a head, usual days, figures; each within its area."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
import shapely
from sqlalchemy import insert, update
from uuid_utils.compat import uuid7

from data import casework
from data.models import FigureSnapshot, Item, Lead
from data.queries import wall_days, wall_live
from data.queries.frames import frames
from data.queries.grid import bounds_of, cells_document, map_version, names_document, short_name, short_words
from data.queries.wall import Kept, wall_state
from data.queries.wall_rows import Hours, Named
from geo.hierarchy import Hierarchy
from policy.errors import Refusal
from policy.figures.definitions import compute
from policy.figures.scope import day_scope, rules_of
from policy.text import Name
from policy.vocabulary import Role
from policy.zone import CHINA
from tests.data import small

LON, LAT = small.middle(0)
SECRET = {"summary": "李四举报张三占道经营", "reporter_name": "李四", "reporter_phone": "13812345678"}


@pytest.fixture
def desk(town):
    return small.actor(town, Role.DISPATCHER)


def receive(town, actor, village=0, **more):
    lon, lat = small.middle(village)
    facts = {"source": "public_report", "lon": lon, "lat": lat, "item_code": "A1"} | SECRET
    return town.write(actor, casework.receive_lead, **(facts | more)).number


def look(town, actor):
    with town.read() as session:
        return wall_state(session, actor, town.county(), town.clock())


def figure(town, id_, measure, kind="county", code=""):
    with town.read() as session:
        read = frames(session, town.county(), town.clock(), days=30)
    day = town.clock().astimezone(CHINA).date()
    rows = compute(id_, read, day_scope(day, rules_of(town.county().profile, day), town.clock()))
    return next(r for r in rows if (r.measure, r.group_kind, r.group_code) == (measure, kind, code))


def test_an_empty_county_shows_zeros_and_no_invented_usual(town, desk):
    state = look(town, desk)
    c = state.counts
    assert (c.to_assign, c.in_hand, c.overdue, c.received, c.resolved) == (0, 0, 0, 0, 0)
    assert c.usual is None
    assert c.oldest_at is None
    assert state.daily.taken_on is None
    assert state.closure.median is None
    assert state.emergencies == ()


def test_a_lead_counts_as_waiting_then_in_hand_then_resolved(town, desk):
    number = receive(town, desk)
    assert (look(town, desk).counts.to_assign, look(town, desk).counts.received) == (1, 1)
    task = town.write(desk, casework.dispatch, number=number, team_codes=["W1"])[0].number
    assert (look(town, desk).counts.to_assign, look(town, desk).counts.in_hand) == (0, 1)
    for verb in (casework.accept, casework.depart, casework.arrive):
        town.write(small.actor(town, Role.OFFICER, team="W1"), verb, number=task)
    town.write(small.actor(town, Role.OFFICER, team="W1"), casework.report, number=task, outcome="nothing_found")
    c = look(town, desk).counts
    assert (c.to_assign, c.in_hand, c.resolved, c.resolved_of_received) == (0, 0, 1, 1)


def test_the_same_step_is_read_once_for_all_walls_and_a_new_step_at_once(town, desk):
    first = look(town, desk)
    assert look(town, small.actor(town, Role.WALL)) is first
    receive(town, desk)
    assert look(town, desk).sequence == first.sequence + 1


def test_a_township_head_sees_the_own_township_only(town, desk):
    receive(town, desk, village=0)
    receive(town, desk, village=3)
    head = small.actor(town, Role.TOWNSHIP_HEAD, townships=frozenset({small.EAST}))
    state = look(town, head)
    assert [lead.township_code for lead in state.leads] == [small.EAST]
    assert state.loads == {small.EAST: 1}
    assert state.counts.received == 1
    assert {s.township_code for s in state.support} <= {small.EAST}


def test_who_may_not_open_the_wall_is_refused(town):
    with pytest.raises(Refusal):
        look(town, small.actor(town, Role.OFFICER))


def test_nothing_personal_and_no_free_text_reaches_the_wall(town, desk):
    receive(town, desk)
    told = json.dumps(asdict(look(town, desk)), default=str, ensure_ascii=False)
    assert not [word for word in ("李四", "张三", "13812345678", "举报张三") if word in told]


def test_overdue_is_counted_as_the_figure_f11_counts_it(town, desk, clock):
    waiting, sent = receive(town, desk, urgency="urgent"), receive(town, desk, urgency="urgent")
    town.write(desk, casework.dispatch, number=sent, team_codes=["W1"])
    clock.now += timedelta(hours=3)
    state = look(town, desk)
    assert {(one.number, one.clock) for one in state.late} == {(waiting, "assign"), (sent, "accept"), (sent, "arrive")}
    assert next(one for one in state.late if one.clock == "assign").who is None, "the dispatch room is late"
    assert state.counts.overdue == len(state.late) == figure(town, "F11", "overdue_all").numerator


def test_deadlines_pass_without_an_event(town, desk, clock):
    receive(town, desk, urgency="urgent")
    before = look(town, desk)
    clock.now += timedelta(hours=3)
    after = look(town, desk)
    assert (before.counts.overdue, after.counts.overdue) == (0, 1)
    assert before.sequence == after.sequence


def test_load_a_head_is_the_figure_f24(town, desk):
    for village in (0, 0):
        town.write(
            desk, casework.dispatch, number=receive(town, desk, village=village), team_codes=["W1"], confirm_busy=True
        )
    first = look(town, desk).support[0]
    f24 = figure(town, "F24", "per_officer", "township", small.WEST)
    assert (first.township_code, first.tasks, first.on_duty) == (small.WEST, f24.numerator, f24.denominator)
    assert first.value == pytest.approx(f24.value)


def test_an_emergency_waits_for_a_dispatcher_and_names_who_was_sent(town, desk):
    number = receive(town, desk, urgency="emergency")
    (one,) = look(town, desk).emergencies
    assert not one.lead.acknowledged
    assert one.due_at == one.lead.assign_due_at
    (south, west), (north, east) = one.bounds
    assert south < LAT < north
    assert west < LON < east
    town.write(desk, casework.dispatch, number=number, team_codes=["W1"])
    (one,) = look(town, desk).emergencies
    assert one.lead.acknowledged
    assert [task.team_code for task in one.tasks] == ["W1"]
    assert one.due_at == one.tasks[0].arrive_due_at
    assert not one.arrived


def test_of_two_emergencies_the_one_nobody_has_acknowledged_comes_first(town, desk):
    known, fresh = receive(town, desk, urgency="emergency"), receive(town, desk, urgency="emergency")
    town.write(desk, casework.triage, number=known)
    assert [one.lead.number for one in look(town, desk).emergencies] == [fresh, known]


def test_before_anybody_has_named_it_a_lead_is_suspected_to_be_what_its_words_speak_for(town, desk):
    def keyed(connection):
        connection.execute(update(Item).where(Item.code == "A1").values(keywords=["占道", "摆摊"]))

    town.submit_raw(keyed).result()
    receive(town, desk, item_code=None, urgency="emergency")
    receive(town, desk, item_code=None, summary="说不清楚")
    unclear, clear = look(town, desk).newest
    assert (clear.subject, clear.suspected.zh) == (None, "占道经营")
    assert unclear.suspected is None
    assert look(town, desk).emergencies[0].lead.suspected.zh == "占道经营"


def test_scenes_go_from_county_by_regions_and_pressing_townships_to_the_figures(town, desk):
    assert [s.key.split(":")[0] for s in look(town, desk).scenes] == ["county", "region", "figures"]
    receive(town, desk, village=3, urgency="urgent")
    assert [s.key for s in look(town, desk).scenes if s.kind == "township"] == [f"township:{small.EAST}"]


def test_an_unlocated_lead_is_counted_and_colours_no_township(town, desk):
    receive(town, desk, lon=None, lat=None)
    state = look(town, desk)
    assert state.counts.to_assign == 1
    assert state.loads == {}


def test_the_day_turns_at_midnight_in_shanghai(town, desk, clock):
    clock.now = datetime(2026, 11, 20, 23, 59, tzinfo=CHINA)
    receive(town, desk)
    assert look(town, desk).counts.received == 1
    assert look(town, desk).hours.counts[23] == 1
    clock.now += timedelta(minutes=2)
    state = look(town, desk)
    assert (state.counts.received, sum(state.hours.counts), state.counts.to_assign) == (0, 0, 1)


# -- days -------------------------------------------------------------------------------------------------------------


def put_leads(town, moments, *, resolved_after=None):
    place = town.county().jurisdiction_id
    rows = [
        {
            "id": uuid7(), "jurisdiction_id": place, "number": f"X{n}-{m:%m%d%H%M}", "source": "grid_patrol", "urgency": "normal",
            "status": "resolved", "summary": "x", "cell_chain": [], "occurred_at": m, "received_at": m, "version": 1,
            "resolved_at": m + resolved_after if resolved_after else None, "township_code": small.WEST,
        }
        for n, m in enumerate(moments)
    ]  # fmt: skip
    town.submit_raw(lambda connection: connection.execute(insert(Lead), rows)).result()


def test_the_usual_band_is_made_of_days_of_the_same_kind(town, desk):
    friday = wall_days.day_start(small.NOW)
    workdays = [friday - timedelta(days=n) for n in (1, 2, 3, 4, 7)]
    weekend = [friday - timedelta(days=n) for n in (5, 6)]
    put_leads(town, [day + timedelta(hours=9, minutes=m) for day in workdays for m in (0, 10)])
    put_leads(town, [day + timedelta(hours=9, minutes=m) for day in weekend for m in range(30, 50)])
    with town.read() as session:
        hours = wall_days.usual_hours(session, desk, town.county(), small.NOW)
    assert hours.workday
    assert hours.days == 5, "days before the first lead of the record are no quiet days"
    assert (hours.low[9], hours.middle[9], hours.high[9]) == (2, 2, 2)
    assert sum(hours.middle) == 2


def test_what_is_usual_by_now_counts_the_running_hour_in_part():
    middle = (4.0, 2.0, *(0.0,) * 22)
    start = wall_days.day_start(small.NOW)
    hours = Hours((0,) * 24, middle, middle, middle, 10, True)
    assert wall_live.usual_by_now(hours, start + timedelta(minutes=90), start) == pytest.approx(5.0)
    assert wall_live.usual_by_now(Hours((0,) * 24, middle, middle, middle, 0, True), small.NOW, start) is None


def test_closure_times_are_those_of_leads_resolved_in_thirty_days(town, desk):
    put_leads(town, [small.NOW - timedelta(days=2, minutes=n) for n in range(3)], resolved_after=timedelta(hours=3))
    put_leads(town, [small.NOW - timedelta(days=60)], resolved_after=timedelta(hours=1))
    with town.read() as session:
        closed = wall_days.closure(session, desk, town.county(), small.NOW)
    assert closed.total == sum(closed.counts) == 3
    assert closed.median == pytest.approx(3.0)
    assert closed.counts[closed.edges.index(2.0)] == 3


def put_snapshots(town, *rows):
    common = {"jurisdiction_id": town.county().jurisdiction_id, "profile_digest": "x", "taken_at": small.NOW}
    values = [
        {"id": uuid7(), "business_date": day, "figure": f, "measure": m, "group_kind": kind, "group_code": code, "value": n / d,
         "numerator": n, "denominator": d, "target": goal, "clause": "JD 二(一)2", "restatement": again} | common
        for day, f, m, kind, code, n, d, goal, again in rows
    ]  # fmt: skip
    town.submit_raw(lambda connection: connection.execute(insert(FigureSnapshot), values)).result()


def test_daily_figures_come_from_snapshots_with_the_newest_restatement(town):
    first, last = date(2026, 11, 18), date(2026, 11, 19)
    put_snapshots(
        town,
        (first, "F02", "share", "county", "", 40, 100, None, 0),
        (last, "F02", "share", "county", "", 44, 100, None, 0),
        (last, "F02", "share", "county", "", 45, 100, None, 1),
        (last, "F02", "share", "organ", "MARKET", 12, 20, 0.5, 0),
        (first, "F07", "in_time", "settlement", "urban", 8, 10, None, 0),
        (last, "F07", "in_time", "settlement", "urban", 1, 2, None, 0),
    )
    with town.read() as session:
        daily = wall_days.daily(session, town.county(), small.NOW)
    assert daily.taken_on == last
    assert [(day, n) for day, _, n, _ in daily.trend] == [(first, 40), (last, 45)]
    (team,) = daily.teams
    assert (team.name.zh, team.name.en, team.value, team.target) == ("市场监管", "market supervision", 0.6, 0.5)
    (urban,) = [s for s in daily.shares if s.figure == "F07"]
    assert (urban.numerator, urban.denominator, urban.value) == (9, 12, 0.75)


# -- geometry ---------------------------------------------------------------------------------------------------------


def test_cells_are_served_in_order_of_code_with_their_index(town):
    document = json.loads(cells_document(town.county(), 2).plain)
    assert [(f["properties"]["c"], f["properties"]["i"]) for f in document["features"]] == [
        (small.WEST, 0),
        (small.EAST, 1),
    ]
    assert cells_document(town.county(), 9) is None


def test_names_stand_inside_their_cells(town):
    for feature in json.loads(names_document(town.county(), 4).plain)["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        assert town.county().locator.locate(lon, lat) == feature["properties"]["c"]


def test_the_map_has_the_english_names_where_there_are_any(town):
    county = town.county()
    cells = (replace(cell, name_en="West Town" if cell.code == small.WEST else "") for cell in county.hierarchy)
    drawn = names_document(replace(county, hierarchy=Hierarchy(cells)), 2)
    names = [(f["properties"]["n"], f["properties"].get("e")) for f in json.loads(drawn.plain)["features"]]
    assert names == [("西镇", "West"), ("东镇", None)]


def test_documents_are_compressed_beforehand_and_change_their_mark_with_their_content(town):
    import gzip

    import brotli

    two, four = cells_document(town.county(), 2), cells_document(town.county(), 4)
    assert gzip.decompress(two.gzip) == brotli.decompress(two.brotli) == two.plain
    assert two.etag != four.etag
    assert cells_document(town.county(), 2) is two


def test_another_border_is_another_address_even_when_no_cell_is_added(town):
    county = town.county()
    moved = [
        replace(cell, geometry=shapely.transform(cell.geometry, lambda points: points + 0.001))
        for cell in county.hierarchy
    ]
    assert map_version(replace(county, hierarchy=Hierarchy(moved))) != map_version(county)
    assert map_version(replace(county, hierarchy=Hierarchy(county.hierarchy))) == map_version(county)


def test_bounds_are_south_west_and_north_east(town):
    (south, west), (north, east) = bounds_of(town.county(), small.WEST)
    assert south < north
    assert west == pytest.approx(small.BASE_LON)
    assert east == pytest.approx(small.BASE_LON + 2 * small.STEP)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("郑店村委会", "郑店村"),
        ("光南社区居委会", "光南社区"),
        ("上钱村村委会", "上钱村"),
        ("曹宅镇", "曹宅镇"),
        ("Duohu Subdistrict", "Duohu"),
        ("Town", "Town"),
        ("村委会", "村委会"),
    ],
)
def test_cells_are_named_as_one_says_them(name, said):
    assert short_name(name) == said


@pytest.mark.parametrize(
    ("zh", "en", "said"),
    [
        ("多湖街道", "Duohu Subdistrict", Named("多湖街道", "Duohu")),
        ("水亭畲族乡", "Shuiting She Township", Named("水亭畲族乡", "Shuiting She")),
        ("光南社区居委会", "光南社区居委会", Named("光南社区", "光南社区")),
    ],
)
def test_in_english_a_place_is_said_without_its_kind(zh, en, said):
    assert short_words(SimpleNamespace(words_of=lambda _code: Name(zh, en)), "one") == said


def test_what_is_kept_is_made_once_and_the_oldest_is_let_go():
    made = []
    kept = Kept(2)
    for key in ("a", "a", "b", "c", "a"):
        kept.get(key, lambda key=key: made.append(key))
    assert made == ["a", "b", "c", "a"]


def test_the_frames_the_figures_read_are_not_needed_for_a_look(town, desk, monkeypatch):
    """A look stays cheap: no frame of pandas is built for it."""
    monkeypatch.setattr(pd, "DataFrame", None)
    assert look(town, desk).counts.to_assign == 0
