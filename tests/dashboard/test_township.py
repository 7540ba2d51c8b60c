"""The township page: five things to do, its tables and figures in words of both languages, whose page it is."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dashboard.components import staffing_desk
from dashboard.components import township_reads as reads
from dashboard.components.township_figures import build_figures, change, parts_words
from dashboard.components.township_lead import build_lead
from dashboard.components.township_open import build_card, chosen, row_of, with_whom
from dashboard.components.township_staffing import build_staffing
from dashboard.components.township_today import MOST, todos
from dashboard.components.township_words import due_words, number, span
from dashboard.context import Visit, visiting
from dashboard.figures.township_days import township_days
from dashboard.pages import township
from dashboard.shell import admit
from data import casework
from data.queries.console_lead import read_lead
from data.queries.township import midnight
from data.queries.township_figures import Line, Part
from data.queries.township_waiting import Approval, Owed
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.dashboard.conftest import fresh_record
from tests.data import small
from tests.data.conftest import Clock

LON, LAT = small.middle(0)
KEY = re.compile(r"\b(township|staffing|case_form|vocabulary|figures|common|policy|map)\.[a-z_]+")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    record = fresh_record(tmp_path_factory.mktemp("township"))
    record.clock = Clock()
    desk = small.actor(record, Role.DISPATCHER)
    for urgency in ("normal", "urgent", "emergency"):
        facts = {"source": "public_report", "summary": "沿街占道经营", "domain": "city", "reporter_name": "李四"}
        record.write(desk, casework.receive_lead, lon=LON, lat=LAT, urgency=urgency, **facts)
    number_ = record.write(desk, casework.receive_lead, source="grid_patrol", summary="乱倒", lon=LON, lat=LAT, domain="city").number  # fmt: skip
    record.write(desk, casework.dispatch, number=number_, team_codes=["W1"])
    record.clock.now += timedelta(minutes=50)
    yield record
    record.close()


def visit(record, *roles, townships=frozenset({small.WEST}), lang="zh", **more):
    return visiting(Visit(record, small.actor(record, *roles, townships=townships), lang=lang, **more))


@pytest.fixture(params=["zh", "en"])
def seen(request, place):
    with visit(place, Role.TOWNSHIP_HEAD, lang=request.param):
        yield request.param


def text(component) -> str:
    return str(component)


# -- whose page -------------------------------------------------------------------------------------------------------


def test_a_head_comes_home_to_the_own_township_and_the_county_to_the_first(place):
    with visit(place, Role.TOWNSHIP_HEAD, townships=frozenset({small.EAST})) as one:
        assert township.home(one.actor) == f"/township/{small.EAST}"
        assert township.bar(small.EAST) is None
    with visit(place, Role.COUNTY_OFFICE, townships=None) as one:
        assert township.home(one.actor) == f"/township/{small.WEST}"
        assert small.EAST in text(township.bar(small.WEST))


def test_another_township_is_refused_and_an_unknown_one_is_not_there(place):
    with visit(place, Role.TOWNSHIP_HEAD):
        admit(township, code=small.WEST)
        for code, kind in ((small.EAST, "forbidden"), ("330703999000", "not_found"), ("330703R1", "not_found")):
            with pytest.raises(Refusal) as refused:
                admit(township, code=code)
            assert refused.value.kind == kind


# -- things to do -----------------------------------------------------------------------------------------------------


def test_what_is_overdue_stands_first_and_no_more_than_five_are_shown(seen):
    look = reads.look(small.WEST)
    found = todos(look.state)
    assert found[0].key == "late"
    assert found[0].symbol == "emergency"
    assert len(found[0].rows) == 4
    parts = reads.parts_of(small.WEST, look, "")
    assert len(parts["todos"]) == min(MOST, len(found))
    assert {one.key for one in found} >= {"late", "posts", "villages"}


def test_every_deadline_of_the_page_opens_the_value_that_set_it(place):
    with visit(place, Role.TOWNSHIP_HEAD) as one:
        look, now = reads.look(small.WEST), one.record.clock()
        shown = [text(row) for todo in todos(look.state) if todo.key == "late" for row in todo.rows]
        assert all("/policy?key=" in row for row in shown)
        for matter in look.state.matters:
            page = row_of(matter, now)["due_policy"]
            assert page.startswith("/policy?key=") == (matter.due_at is not None)
            assert page in text(build_card(matter, now))
            assert place.county().profile.get(page.split("=")[1], now.date()) is not None


def test_each_thing_to_do_leads_on_and_only_the_console_role_is_sent_to_the_console(place):
    with visit(place, Role.TOWNSHIP_HEAD):
        mine = text(reads.parts(small.WEST, "")["todos"])
    with visit(place, Role.DISPATCHER, townships=None):
        theirs = text(reads.parts(small.WEST, "")["todos"])
    assert "/console" not in mine
    assert "/console?lead=JD-L-" in theirs
    assert "township-go" in mine


def test_the_whole_page_says_no_raw_key_in_either_language(seen):
    look = reads.look(small.WEST)
    parts = reads.parts_of(small.WEST, look, "")
    page = text(township.build_page(small.WEST, look, parts, "figures", "all"))
    shown = re.sub(r"policy\?key=[a-zA-Z0-9._]+", "", page)
    assert not KEY.findall(re.sub(r"'?(id|type)'?[:=] ?'[^']*'", "", shown))
    assert "李四" not in page


def test_counts_say_what_they_are_made_of_and_open_it(seen):
    parts = reads.parts(small.WEST, "")
    waiting, in_hand, overdue = (text(one) for one in parts["counts"][:3])
    assert "'only': 'waiting'" in waiting
    assert "Strong(children='3'" in waiting
    assert "Strong(children='1'" in in_hand
    assert "Strong(children='4'" in overdue


# -- open -------------------------------------------------------------------------------------------------------------


def test_the_filter_leaves_what_it_names(seen, place):
    look = reads.look(small.WEST)
    moment = look.state.now
    assert [len(chosen(look.state.matters, only, moment)) for only in ("", "waiting", "in_hand", "overdue")] == [4, 3, 1, 4]  # fmt: skip
    sent = next(matter for matter in look.state.matters if matter.sent)
    assert ("W1队" if seen == "zh" else "W1 (") in with_whom(sent)


def test_a_lead_opens_with_its_steps_its_reporter_masked_and_teams_to_send(seen, place):
    look = reads.look(small.WEST)
    lead = next(matter for matter in look.state.matters if matter.waiting)
    title, content = reads.lead_parts(small.WEST, lead.number)
    told = text(content)
    assert title
    assert "李**" in told
    assert "李四" not in told
    assert "township-send" in told


def test_a_lead_without_an_item_asks_for_one_before_a_team(seen, place):
    desk = small.actor(place, Role.DISPATCHER)
    bare = place.write(desk, casework.receive_lead, source="public_report", summary="门口有人吵闹", lon=LON, lat=LAT).number  # fmt: skip
    told = text(reads.lead_parts(small.WEST, bare)[1])
    assert "township-send" not in told
    place.write(desk, casework.triage, number=bare, item_code="A1")
    assert "township-send" in text(reads.lead_parts(small.WEST, bare)[1])
    place.write(desk, casework.reject, number=bare, reason="非执法事项")


def test_who_may_not_send_is_offered_no_team(place):
    with visit(place, Role.SUPERVISOR, townships=None) as one, place.read() as session:
        lead = next(matter for matter in reads.look(small.WEST).state.matters if matter.waiting)
        view = read_lead(session, one.actor, place.county(), lead.number, place.clock())
        assert "township-send" not in text(build_lead(view, place.clock(), may_send=False, console=False))


def test_only_what_changed_is_sent_again(place):
    with visit(place, Role.TOWNSHIP_HEAD):
        first = asyncio.run(township._pull({"seq": 1}, 0, None, None, "all", small.WEST, None))
        again = asyncio.run(township._pull({"seq": 1}, 0, None, None, "all", small.WEST, first["seen"]))
    changed = [name for name, part in again.items() if type(part).__name__ != "NoUpdate"]
    assert set(first) == set(township.OUTPUTS)
    assert changed == []


def test_the_address_holds_the_view():
    assert township.view_of({"show": "force", "only": "overdue"}) == ("force", "overdue")
    assert township.view_of({"show": "nonsense"}) == ("open", "all")
    assert asyncio.run(township._address("figures", "waiting")) == "?show=figures"
    assert asyncio.run(township._address("open", "waiting")) == "?only=waiting"
    assert asyncio.run(township._address("open", "all")) == "?"


# -- figures ----------------------------------------------------------------------------------------------------------


def test_every_figure_of_the_page_has_its_parts_its_clause_and_its_definition(seen):
    told = text(build_figures(reads.figures_of(small.WEST)))
    for figure in ("F06", "F07", "F09", "F10", "F11", "F24"):
        assert figure in told
    assert "/policy?key=response.urban" in told
    assert "JD 二(四)12" in told


def line(now, before, better="up", unit="share", small=False):
    parts = [Part(value, 20.0, 40.0, None, small) for value in (now, before)]
    return Line("in_time", unit, better, *parts, Part(None, None, None, None))


@pytest.mark.parametrize(
    ("now", "before", "better", "tone"),
    [(0.9, 0.8, "up", "good"), (0.7, 0.8, "up", "warn"), (12.0, 9.0, "down", "warn"), (5.0, 9.0, "none", "muted")],
)
def test_a_change_is_judged_by_which_way_is_better(seen, now, before, better, tone):
    assert change(line(now, before, better))[1] == tone


def test_few_cases_are_shown_but_not_judged(seen):
    assert change(line(0.9, 0.1, small=True)) == ("", "", "")
    assert change(line(0.9, None)) == ("", "", "")


def test_parts_are_numerator_and_denominator_with_p90_of_a_median(seen):
    assert parts_words(Part(0.5, 20.0, 40.0, None), "share") == "20/40"
    assert parts_words(Part(4.0, 20.0, 40.0, 12.4), "minute") == "p90 12.4 · 20/40"
    assert parts_words(Part(2.3, None, None, None), "count") == ""


# -- words and the chart ----------------------------------------------------------------------------------------------


def test_times_are_said_in_the_unit_that_matters(place):
    with visit(place, Role.TOWNSHIP_HEAD):
        assert span(timedelta(seconds=30)) == "1 分钟内"
        assert span(timedelta(minutes=125)) == "2 小时 05 分"
        assert span(timedelta(days=3, hours=4)) == "3 天"
        assert due_words("assign", small.NOW, small.NOW + timedelta(minutes=9)) == "派单 超 9 分钟"
        assert due_words("recheck", midnight(date(2026, 11, 21)), small.NOW) == "复查 11-20"
        assert number(0.8312, "share") == "83.1%"


def test_the_chart_draws_every_day_and_no_band_without_a_past():
    days = [small.NOW.date() - timedelta(days=n) for n in range(29, -1, -1)]
    none = [None] * 30
    bare = township_days(days, [3] * 30, none, none, none)
    full = township_days(days, [3] * 29 + [30], [4.0] * 30, [1.0] * 30, [7.0] * 30)
    assert len(bare["data"]) == 1
    assert len(full["data"]) == 4
    colours = full["data"][-1]["marker"]["color"]
    assert len(set(colours[:29])) == 1
    assert colours[29] != colours[0]


# -- registers --------------------------------------------------------------------------------------------------------


def test_registers_are_shown_and_their_forms_open_for_the_head(place, seen):
    code = small.WEST
    look = reads.look(code)
    shown = text(build_staffing(look.state.staffing, look.state.rights))
    assert not KEY.search(shown), KEY.search(shown)
    assert "record_training:" in shown
    assert "send_guide:" not in shown
    for verb in ("record_training:", f"name_officer:{small.VILLAGES[0]}", "second_away:", "add_equipment:"):
        title, content = staffing_desk.opened({"code": code}, verb)
        assert title[0].isupper() or seen == "zh"
        assert not KEY.search(text(content)), KEY.search(text(content))


def test_an_entry_from_a_form_is_there_at_once_and_a_wrong_one_is_told_beside_its_field(place):
    code, day = small.WEST, small.NOW.date().isoformat()
    with visit(place, Role.TOWNSHIP_HEAD):
        given = {"village": small.VILLAGES[0], "person": "01", "valid_from": day}
        before = sum(bool(one.officer) for one in reads.look(code).state.force.villages)
        staffing_desk.taken({"code": code}, f"name_officer:{small.VILLAGES[0]}", given)
        named = [one for one in reads.look(code).state.force.villages if one.officer]
        assert (len(named), named[0].officer) == (before + 1, "甲01")
        with pytest.raises(Refusal) as refusal:
            staffing_desk.taken({"code": code}, "name_officer:", given | {"person": "07"})
        assert refusal.value.pointer == "/person"
        staffing_desk.taken({"code": code}, f"end_entry:village_officers:{named[0].key}", {"last_day": day})


def test_who_may_enter_nothing_is_offered_no_form(place):
    with visit(place, Role.SUPERVISOR, townships=None):
        look = reads.look(small.WEST)
        assert look.state.rights == frozenset()
        assert "staffing-step" not in text(build_staffing(look.state.staffing, look.state.rights))
        assert staffing_desk.build_import(look.state.rights) is None


def test_a_case_that_waits_for_the_head_is_the_thing_to_do(place):
    with visit(place, Role.TOWNSHIP_HEAD):
        state = reads.look(small.WEST).state
        one = Approval("filing", "JD-C-1", "占道经营", "某厂", state.now, None, None, False)
        late = Approval(
            "decision",
            "JD-C-2",
            "占道经营",
            "李*",
            state.now,
            "期限：作出处罚决定",
            state.now - timedelta(days=2),
            True,
        )
        found = {todo.key: todo for todo in todos(replace(state, approvals=(late, one)))}
        assert found["approve"].tone == "alarm"
        assert "/case/JD-C-2" in str(found["approve"].rows[0])
        owed = Owed("transfer", "JD-X-1", "transfer_answer", state.now + timedelta(days=1), False, state.now)
        assert "JD-X-1" in str(next(t for t in todos(replace(state, owed=(owed,))) if t.key == "answer").rows[0])
