"""The batch on the console: the table says what the proposal says; what is confirmed is sent, what is not is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate

from dashboard.components import console_batch as page
from dashboard.components import console_batch_acts as acts
from dashboard.context import Visit, visiting
from dashboard.pages import console
from data import casework
from data.authority import SYSTEM
from data.db import Record
from data.queries.leads import list_tasks
from policy.batch import Saving
from policy.vocabulary import Role
from tests.dashboard.conftest import fresh_record
from tests.dashboard.test_console import parts
from tests.data import small


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Record]:
    record = fresh_record(tmp_path)
    record.clock = lambda: small.NOW
    yield record
    record.close()


@pytest.fixture(params=["zh", "en"])
def desk(town: Record, request) -> Iterator[Visit]:
    with visiting(Visit(town, small.actor(town, Role.DISPATCHER), lang=request.param, path="/console")) as visit:
        yield visit


def receive(visit, village=0, minutes=0, **more):
    lon, lat = small.middle(village)
    facts = {"source": "grid_patrol", "summary": f"第{minutes}件", "lon": lon, "lat": lat, "domain": "city"}
    at = {"occurred_at": small.NOW - timedelta(days=30 + minutes)}
    return visit.record.write(SYSTEM, casework.receive_lead, **(facts | at | more)).number


def sent_to(visit, number):
    with visit.record.read() as session:
        return [row["team_code"] for row in list_tasks(session, SYSTEM, visit.record.county(), lead=number)]


def rows(body):
    return [one for one in parts(body) if one["type"] == "Tr" and "data-number" in one]


def text(component) -> str:
    def words(node):
        if isinstance(node, list | tuple):
            return "".join(words(one) for one in node)
        if isinstance(node, str | int | float):
            return str(node)
        return words(getattr(node, "children", None) or "")

    return words(component)


def wish(*choices, **more):
    return {"n": 1, "key": "console-1", "sequence": "3", "choices": list(choices)} | more


def choice(number, team, proposed=None, reason=""):
    return {"number": number, "team": team, "proposed": proposed or team, "reason": reason}


def test_the_table_holds_each_lead_with_its_team_and_the_rest_with_reasons(desk):
    west, east, nowhere = receive(desk, 0, 1), receive(desk, 3, 2), receive(desk, 0, 3, lon=None, lat=None)
    shown = acts.proposal(1, {"township": ""})
    assert shown["opened"]
    assert {one["data-number"]: one["data-proposed"] for one in rows(shown["body"])} == {west: "W1", east: "E1"}
    told = parts(shown["body"])
    assert [one["data-number"] for one in told if one.get("data-batch") == "show"] == [nowhere]
    form = next(one for one in told if "data-sequence" in one)
    assert int(form["data-sequence"]) == 3


def test_a_filter_by_township_holds_for_the_batch(desk):
    receive(desk, 0, 1)
    east = receive(desk, 3, 2)
    shown = acts.proposal(1, {"township": small.EAST})
    assert [one["data-number"] for one in rows(shown["body"])] == [east]
    assert "东镇" in shown["title"]


def test_nothing_to_send_says_so_and_has_no_button_to_send(desk):
    body = acts.proposal(1, {})["body"]
    assert rows(body) == []
    assert not [one for one in parts(body) if one.get("id") == "console-batch-go"]


def test_nobody_asked_nothing_is_done(desk):
    for call in (lambda: acts.proposal(None, {}), lambda: acts.confirmed(None)):
        with pytest.raises(PreventUpdate):
            call()


def test_a_confirmed_batch_is_sent_and_can_be_undone(desk):
    west, east = receive(desk, 0, 1), receive(desk, 3, 2)
    answer = acts.confirmed(wish(choice(west, "W1"), choice(east, "E1")))
    assert (answer["opened"], answer["done"]["ok"]) == (False, True)
    assert (sent_to(desk, west), sent_to(desk, east)) == (["W1"], ["E1"])
    (undo,) = [one for one in parts(answer["toast"]) if one.get("data-act") == "undo"]
    assert len(undo["data-tasks"].split(",")) == 2
    assert acts.confirmed(wish(choice(west, "W1"), choice(east, "E1")))["done"]["ok"]  # its answer was lost on the way
    assert sent_to(desk, west) == ["W1"]


def test_what_was_not_sent_stays_before_the_eyes_with_its_sentence(desk):
    west, other = receive(desk, 0, 1), receive(desk, 0, 2)
    answer = acts.confirmed(wish(choice(west, "W1"), choice(other, "M1", "W1")))
    assert (answer["opened"], answer["done"]["ok"]) == (True, True)
    assert other in text(answer["body"])
    assert sent_to(desk, other) == []
    assert answer["toast"] is not no_update


@pytest.mark.parametrize(("choices", "code"), [([], "一条"), ([{}] * 501, "500")])
def test_a_batch_of_nothing_or_too_much_is_refused(desk, choices, code):
    answer = acts.confirmed(wish(*choices))
    assert answer["done"]["ok"] is False
    assert answer["body"] is no_update
    if desk.lang == "zh":
        assert code in text(answer["refusal"])


def test_the_way_there_is_for_who_may_send(town):
    for role, ways in ((Role.DISPATCHER, 1), (Role.SUPERVISOR, 0)):
        with visiting(Visit(town, small.actor(town, role), path="/console")):
            assert len(page.build_button()) == ways
            if not ways:
                receive(Visit(town), 0, 1)
                assert acts.proposal(1, {})["body"].className == "c-refusal"


def test_more_is_said_as_well_as_less(desk):
    cells = page._saving(Saving(0, -3.4, 2, 0.0))
    zh = ["相同", "多 3 分钟", "少 2 条", "", "相同"]
    en = ["the same", "3 min more", "2 less", "", "the same"]
    assert [cell.children for cell in cells] == (zh if desk.lang == "zh" else en)
    assert page._saving(Saving(1, None, None, 0.1))[1].children == "—"


def test_key_and_frame_stand_on_the_page(desk):
    tree = parts(console.layout())
    assert [one["id"] for one in tree if one.get("data-batch") == "open"] == ["console-all"]
    assert {"console-batch", "console-batch-ask", "console-batch-wish"} <= {one.get("id") for one in tree}
