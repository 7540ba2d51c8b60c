"""The console without a browser: what it shows, what it does, what it refuses, and that no control leads nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate
from plotly.utils import PlotlyJSONEncoder

from dashboard.components import console_reads as reads
from dashboard.components.console_acts import ACTS, CONFIRMABLE, perform
from dashboard.components.console_alarms import pull_alarms
from dashboard.components.console_forms import CLEARED_FIELDS, FIELDS, build_forms
from dashboard.components.console_parts import build_refusal, only_changed
from dashboard.components.console_presence import Presence
from dashboard.components.console_queue import filters_from
from dashboard.components.console_voice import voice_choices
from dashboard.context import Visit, visiting
from dashboard.pages import console
from data import casework
from data.db import Record
from data.models import Base
from data.queries.console import Filters
from data.queries.console_hints import read_choices
from data.queries.console_search import village_options
from policy.errors import Refusal
from policy.passing_forms import PASSING_FORMS
from policy.text import say
from policy.vocabulary import Role
from tests.data import small
from tests.data.conftest import Clock

LON, LAT = small.middle(0)
BY_SCRIPT = {
    "choose", "filter", "clear", "kind", "mark", "send", "dismiss", "confirm", "pick", "layer", "goto",
}  # fmt: skip


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def town(tmp_path: Path, clock: Clock) -> Iterator[Record]:
    record = Record(f"sqlite:///{tmp_path / 'console.db'}", clock=clock)
    Base.metadata.create_all(record.write_engine)
    small.build(record)
    yield record
    record.close()


@pytest.fixture(params=["zh", "en"])
def desk(town, request) -> Iterator[Visit]:
    actor = small.actor(town, Role.DISPATCHER)
    with visiting(Visit(town, actor, lang=request.param, path="/console")) as visit:
        yield visit


def receive(visit, **more):
    facts = {"source": "public_report", "summary": "沿街占道经营", "lon": LON, "lat": LAT, "domain": "city"}
    return visit.record.write(visit.actor, casework.receive_lead, **(facts | more)).number


def parts(component) -> list[dict]:
    """Every component below, as plain mappings."""
    tree = json.loads(json.dumps(component, cls=PlotlyJSONEncoder))
    found: list[dict] = []

    def walk(node):
        if isinstance(node, dict):
            if "props" in node:
                found.append(node["props"] | {"type": node["type"]})
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(tree)
    return found


def words(component) -> str:
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


def send(visit, number, *teams, **more):
    return perform({"verb": "dispatch", "number": number, "teams": list(teams), **more})


def every_state(visit) -> list[str]:
    """A lead in each situation the right side can show."""
    fresh, unlocated = receive(visit), receive(visit, lon=None, lat=None, address="东镇三村口", domain=None)
    sent, done, away = receive(visit, item_code="A1"), receive(visit), receive(visit, urgency="emergency")
    send(visit, sent, "W1")
    (task,) = visit.record.write(visit.actor, casework.dispatch, number=done, team_codes=["E1"], kind="secure")
    for verb in (casework.accept, casework.depart, casework.arrive):
        visit.record.write(visit.actor, verb, number=task.number)
    visit.record.write(visit.actor, casework.report, number=task.number, outcome="guidance")
    perform({"verb": "reasoned", "step": "reject", "key": away, "reason": "不属本区"})
    return [fresh, unlocated, sent, done, away]


def test_no_control_leads_nowhere(desk):
    shown = [reads.read_chosen({"lead": number}) for number in every_state(desk)]
    left = reads.read_left({})
    with desk.record.read() as session:
        choices = read_choices(session, desk.record.county(), desk.lang)
    forms = build_forms(village_options(desk.record.county()), choices)
    everything = [one for tree in (*shown, left, forms) for one in parts(tree)]
    opened = {one["data-open"] for one in everything if "data-open" in one}
    acts = {one["data-act"] for one in everything if "data-act" in one}
    ids = {one["id"] for one in everything if isinstance(one.get("id"), str)}
    steps = {
        one["id"]["verb"]
        for one in everything
        if isinstance(one.get("id"), dict) and one["id"]["type"] == "passing-step"
    }
    assert opened <= ids
    assert steps <= set(PASSING_FORMS)
    assert acts <= set(ACTS) | BY_SCRIPT
    assert all(one.get("href") != "#" for one in everything)


def test_forms_hold_every_field_their_act_takes(desk):
    with desk.record.read() as session:
        choices = read_choices(session, desk.record.county(), desk.lang)
    ids = {one.get("id") for one in parts(build_forms(village_options(desk.record.county()), choices))}
    for form, fields in FIELDS.items():
        assert {f"console-{form}", f"console-{form}-go", f"console-{form}-refusal"} <= ids
        assert {f"console-{form}-{name}" for name in fields} <= ids
        assert set(CLEARED_FIELDS[form]) <= set(fields)


def test_the_layout_stands_in_both_languages(desk):
    number = receive(desk)
    with visiting(Visit(desk.record, desk.actor, lang=desk.lang, query={"lead": number, "only": "unlocated"})):
        shown = words(console.layout()) + words(console.bar())
    assert number in shown
    assert "console." not in shown.replace("console.css", "")


def test_what_cannot_be_done_is_said_instead_of_a_dead_button(desk):
    number = receive(desk, lon=None, lat=None, address="东镇三村口", domain=None)
    shown = parts(reads.read_chosen({"lead": number}))
    assert not [one for one in shown if one.get("data-act") == "send"]
    assert ("定位" if desk.lang == "zh" else "locate") in words(reads.read_chosen({"lead": number}))
    assert next(one["data-cell"] for one in shown if one.get("data-act") == "place") == small.VILLAGES[2]


def test_clauses_open_the_policy_page_elsewhere(desk):
    number = receive(desk, item_code="A1")
    links = [one for one in parts(reads.read_chosen({"lead": number})) if one.get("className") == "clause"]
    assert links
    assert all(link["href"].startswith("/policy?key=") and link["target"] == "_blank" for link in links)


def test_sending_can_be_undone_for_ten_seconds_and_then_no_more(desk, clock):
    number = receive(desk)
    done = send(desk, number, "W1")
    assert len(done.undo) == 1
    clock.now += timedelta(seconds=9)
    assert perform({"verb": "undo", "tasks": list(done.undo)}).choose == number
    again = send(desk, number, "W1")
    clock.now += timedelta(seconds=60)
    with pytest.raises(Refusal) as caught:
        perform({"verb": "undo", "tasks": list(again.undo)})
    assert caught.value.code == "errors_console.undo_over"


def test_a_busy_team_and_a_second_sending_are_asked_first(desk):
    one, two = receive(desk), receive(desk)
    send(desk, one, "W1")
    for number, team, code in ((two, "W1", "errors_casework.unit_busy"), (one, "E1", "errors_console.already_sent")):
        with pytest.raises(Refusal) as caught:
            send(desk, number, team, kind="secure")
        assert caught.value.code == code
        assert code in CONFIRMABLE
        refused = reads.answered({"verb": "dispatch", "number": number, "teams": [team], "kind": "secure", "n": 1})
        assert any(part.get("data-act") == "confirm" for part in parts(refused["refusal"]))
        assert send(desk, number, team, kind="secure", confirm=True).undo


def test_several_teams_go_together_the_first_one_leading(desk):
    number = receive(desk)
    send(desk, number, "W1", "E1", kind="secure")
    with desk.record.read() as session:
        tasks = reads.read_lead(session, desk.actor, desk.record.county(), number, desk.record.clock()).tasks
    assert [(task.row["team_code"], task.row["leading"]) for task in tasks] == [("W1", True), ("E1", False)]


def test_the_nearest_grid_workers_are_asked_and_nobody_is_sent(desk):
    number = receive(desk)
    done = perform({"verb": "look", "number": number})
    assert "G1" in done.words
    shown = words(reads.read_chosen({"lead": number}))
    assert say("console_calls.eyes_of_lead", desk.lang) in shown
    assert say("vocabulary.eyes_status.asked", desk.lang) in shown
    with desk.record.read() as session:
        view = reads.read_lead(session, desk.actor, desk.record.county(), number, desk.record.clock())
    assert view.tasks == ()
    perform({"verb": "undo", "tasks": list(done.undo)})
    assert say("vocabulary.eyes_status.recalled", desk.lang) in words(reads.read_chosen({"lead": number}))


def test_a_lead_is_handed_over_and_shows_what_they_answered(desk):
    number = receive(desk, urgency="emergency")
    told = ["fire_119", "指挥员 03", "", "仓库冒烟"]
    done = reads.submitted("handover", told, {"form": "console-handover"}, {"lead": number})
    assert done["opened"] is False
    shown = words(reads.read_chosen({"lead": number}))
    assert "指挥员 03" in shown
    assert say("console_calls.no_reply", desk.lang) in shown
    service = say("vocabulary.service.fire_119", desk.lang)
    assert say("console_calls.with", desk.lang, service=service) in words(reads.read_left({})["queue"])
    with desk.record.read() as session:
        (view,) = reads.read_lead(session, desk.actor, desk.record.county(), number, desk.record.clock()).handed
    reads.submitted("reply", ["两车已到", "77"], {"key": str(view.key)}, {"lead": number})
    assert "两车已到" in words(reads.read_chosen({"lead": number}))


def test_a_step_told_by_radio_is_entered_with_whose_words_it_was(desk):
    number = receive(desk, item_code="A1")
    send(desk, number, "W1")
    with desk.record.read() as session:
        (task,) = reads.read_lead(session, desk.actor, desk.record.county(), number, desk.record.clock()).tasks
    about = {"form": "console-voice", "key": task.row["number"], "step": "depart"}
    offered = voice_choices(about)
    assert [one["value"] for one in offered["steps"]] == ["accept"]
    assert [one["value"] for one in offered["people"]] == ["01", "02"]
    done = reads.submitted("voice", ["accept", "02", None, "", None], about, {"lead": number})
    assert done["opened"] is False
    assert say("console.entered_for", desk.lang, told_by="02") in words(reads.read_chosen({"lead": number}))


def test_an_alarm_stands_until_it_is_answered(desk):
    receive(desk, urgency="emergency")
    line = words(pull_alarms(None)["line"])
    assert say("console_calls.alarm.emergency", desk.lang) in line
    key = re.search(r"emergency:[^\"]+", line)[0]
    perform({"verb": "alarm_later", "alarm": key})
    assert key not in words(pull_alarms(None)["line"])
    assert say("console_calls.snoozed", desk.lang, n=1) in words(pull_alarms(None)["line"])
    perform({"verb": "alarm_known", "alarm": key})
    assert say("console_calls.snoozed", desk.lang, n=1) not in words(pull_alarms(None)["line"])


def test_a_suggestion_is_applied_only_by_a_click(desk):
    number = receive(desk, domain=None)
    assert desk.record.county()
    perform({"verb": "triage", "number": number, "item": "A1"})
    assert "占道经营" in words(reads.read_chosen({"lead": number}))


@pytest.mark.parametrize("wish", [3, [], {}, {"verb": 5}, {"verb": "drop table"}, {"verb": "task", "step": "explode"}])
def test_nonsense_is_refused_in_words(desk, wish):
    with pytest.raises(Refusal) as caught:
        perform(wish)
    assert caught.value.code == "errors_console.not_offered"
    assert caught.value.sentence(desk.lang)


def test_a_page_just_made_asks_for_nothing(desk):
    with pytest.raises(PreventUpdate):
        reads.answered(None)


def test_a_refused_form_keeps_every_word_and_says_why(desk):
    number = receive(desk)
    refused = reads.submitted("reason", [""], {"key": number, "step": "reject"}, {"lead": number})
    assert refused["opened"] is no_update
    assert set(refused["fields"].values()) == {no_update}
    assert parts(refused["refusal"])
    done = reads.submitted("reason", ["不属本区"], {"key": number, "step": "reject"}, {"lead": number})
    assert (done["opened"], done["fields"], done["refusal"]) == (False, {"reason": ""}, [])


def test_a_unit_is_set_by_hand_only_with_a_reason_and_never_while_it_has_a_task(desk):
    with pytest.raises(Refusal) as caught:
        perform({"verb": "unit", "key": "W1", "status": "busy", "reason": " "})
    assert caught.value.code == "errors_casework.status_reason"
    perform({"verb": "unit", "key": "W1", "status": "busy", "reason": "培训"})
    perform({"verb": "unit", "key": "W1", "status": "available", "reason": "回来了"})
    send(desk, receive(desk), "W1")
    with pytest.raises(Refusal) as caught:
        perform({"verb": "unit", "key": "W1", "status": "available", "reason": "重置"})
    assert caught.value.code == "errors_casework.unit_has_task"


def test_nothing_is_sent_again_that_the_page_has_seen(desk):
    receive(desk)
    first = reads.pull({}, None)
    assert first["queue"] is not no_update
    second = reads.pull({}, first["seen"])
    assert set(second.values()) == {no_update}
    receive(desk)
    third = reads.pull({}, first["seen"])
    assert third["queue"] is not no_update
    assert third["board"] is no_update


def test_what_is_left_of_a_time_in_the_queue_opens_the_value_that_set_it(desk):
    waiting, sent = receive(desk), receive(desk)
    send(desk, sent, "W1")
    rows = words(reads.pull({}, None)["queue"]) + words(reads.pull({"pile": "in_hand"}, None)["queue"])
    links = re.findall(r'"href": "(/policy[^"]*)"', rows)
    assert f"qi-{waiting}" in rows
    assert {"/policy?key=lead.assign.normal", "/policy?key=task.accept.normal"} <= set(links)


def test_a_lead_of_somebody_elses_area_is_refused_in_place(desk):
    shown = reads.read_chosen({"lead": "JD-L-20261120-9999"})
    assert "JD-L-20261120-9999" in words(shown)
    assert shown["ranks"] == {"number": None, "ranks": {}}


def test_the_search_groups_what_it_finds(desk):
    receive(desk)
    assert [len(group["items"]) for group in reads.find("占道")] == [1]
    assert reads.find("") == []


def test_the_load_is_drawn_only_when_asked_for(desk):
    county, cells = desk.record.county(), [small.VILLAGES[0], small.VILLAGES[0], small.VILLAGES[3]]
    assert reads.cells_hideout({"load": False}, "/map/x/2.json?v=1", cells) == {"touch": 1}
    assert reads.cells_hideout({"load": True}, "/map/x/2.json?v=1", cells)["steps"] == [4, 2]
    assert reads.steps_at(county, 4, [*cells, "gone"]) == [4, 0, 0, 2]


def test_filters_of_the_address_leave_out_what_is_unknown():
    given = {"pile": "x", "urgency": "urgent", "only": "nothing", "source": "rumour", "township": "330703101000"}
    assert filters_from(given) == Filters(urgency="urgent", township="330703101000")
    assert filters_from(None) == Filters()


def test_a_refusal_shows_its_sentence_grounds_and_clause(desk):
    refusal = Refusal("errors_console.undo_over", clause="PL 42", seconds=10)
    shown = words(build_refusal(refusal))
    assert refusal.sentence(desk.lang) in shown
    assert "PL%2042" in shown


def test_only_changed_parts_leave():
    first = only_changed({"a": [1], "b": "x"}, None)
    assert first["a"] == [1]
    again = only_changed({"a": [1], "b": "y"}, first["seen"])
    assert again["a"] is no_update
    assert again["b"] == "y"


def test_two_dispatchers_on_one_lead_see_each_other():
    from uuid import uuid4

    table, one, two, now = Presence(), uuid4(), uuid4(), small.NOW
    assert table.look(one, "李", "L1", now) == ()
    assert table.look(two, "王", "L1", now) == ("李",)
    assert table.look(one, "李", "L1", now) == ("王",)
    assert table.look(one, "李", "L2", now) == ()
    assert table.look(one, "李", "L1", now + timedelta(seconds=31)) == ()
