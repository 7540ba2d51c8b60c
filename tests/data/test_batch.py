"""A batch on the record: what is proposed and left out, confirmed as a whole, sent singly, refused singly, once."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from data import casework
from data.authority import SYSTEM
from data.casework.batch import SLICE, Choice, send_slice, slices
from data.models import Event, Lead, RefusedAttempt, Shift, Task, Unit
from data.queries.batch import propose_batch
from policy.errors import Refusal
from policy.text import Name
from policy.vocabulary import Role
from tests.data import small


@pytest.fixture
def desk(town):
    return small.actor(town, Role.DISPATCHER)


def receive(town, village=0, minutes=0, **more):
    lon, lat = small.middle(village)
    facts = {"source": "grid_patrol", "summary": f"第{minutes}件", "lon": lon, "lat": lat, "domain": "city"}
    at = {"occurred_at": small.NOW - timedelta(days=30 + minutes)}  # far apart, so that none is another's double
    return town.write(SYSTEM, casework.receive_lead, **(facts | at | more)).number


def propose(town, actor, **more):
    with town.read() as session:
        return propose_batch(session, actor, town.county(), now=town.clock(), **more)


def who_goes(found):
    return {one.lead.number: one.choice.team.code for one in found.found.placed}


def why_not(found):
    return {number: [reason.code for reason in reasons] for number, reasons in found.left_out}


def confirm(town, actor, choices, key=None, sequence=None):
    results, befores = [], []
    for part in slices(actor.account_id, choices, sequence, key):
        found, before = town.write(actor, send_slice, part=part)
        results += found
        befores.append(before)
    return results, befores


def told(event):
    return json.loads(event.facts)


def rows(town, model, *where):
    with town.read() as session:
        return session.scalars(select(model).where(*where)).all()


def test_the_proposal_places_what_can_go_and_says_why_the_rest_stays(town, desk):
    west, east = receive(town, 0, 1), receive(town, 3, 2)
    nowhere = receive(town, 0, 3, lon=None, lat=None)
    unknown = receive(town, 0, 4, domain=None)
    receive(town, 0, 5, urgency="urgent")
    first = receive(town, 1, 6, summary="桥头有人占道摆摊卖菜", occurred_at=small.NOW)
    double = receive(town, 1, 7, summary="桥头有人占道摆摊卖菜", occurred_at=small.NOW)
    found = propose(town, desk)
    assert set(who_goes(found)) == {west, east, first}
    assert who_goes(found)[east] == "E1"
    assert why_not(found) == {
        nowhere: ["reasons.unlocated"],
        unknown: ["reasons_batch.to_triage"],
        double: ["reasons_batch.maybe_same"],
    }
    assert first in found.left_out[-1][1][0].sentence("zh")
    (head,) = rows(town, Event, Event.sequence == found.sequence)
    assert head.subject_number == double
    assert found.lines[west].place == Name("西镇 一村", "西镇 一村")


def test_an_item_goes_to_the_organ_that_is_competent(town, desk):
    market = receive(town, 0, 1, item_code="B1", domain=None)
    city = receive(town, 0, 2, item_code="A1", domain=None)
    found = propose(town, desk)
    assert who_goes(found) == {market: "M1", city: "W1"}
    codes = [reason.code for reason in found.found.placed[0].pros]
    assert "reasons.officers_enough" in codes


def test_one_township_alone_and_only_what_may_be_sent(town, desk):
    west, east = receive(town, 0, 1), receive(town, 3, 2)
    assert set(who_goes(propose(town, desk, township=small.EAST))) == {east}
    head = small.actor(town, Role.SQUADRON_HEAD, townships=frozenset({small.WEST}))
    assert set(who_goes(propose(town, head))) == {west}
    with pytest.raises(Refusal) as caught:
        propose(town, small.actor(town, Role.OFFICER))
    assert caught.value.kind == "forbidden"


def test_no_team_gets_more_than_it_can_carry(town, desk):
    numbers = [receive(town, 0, n, item_code="A1", domain=None) for n in range(5)]
    found = propose(town, desk)
    assert Counter(who_goes(found).values()) == {"W1": 3}
    assert set(why_not(found)) == set(numbers) - set(who_goes(found))
    assert set(map(tuple, why_not(found).values())) == {("reasons_batch.places_taken",)}


def test_a_batch_is_sent_singly_with_its_own_events(town, desk):
    for n in range(3):
        receive(town, n, n)
    found = propose(town, desk)
    choices = [Choice(number, team, team) for number, team in who_goes(found).items()]
    results, _ = confirm(town, desk, choices, sequence=found.sequence)
    assert [one["problem"] for one in results] == [None] * 3
    assert {one["number"]: one["task"] for one in results} == {task.lead_number: task.number for task in _tasks(town)}
    steps = rows(town, Event, Event.verb == "dispatch")
    assert Counter(step.matter for step in steps) == {"lead": 3, "task": 3}
    (batch,) = {told(step)["batch"] for step in steps}
    assert batch
    assert {told(step)["proposed_at"] for step in steps} == {found.sequence}
    assert [told(step)["override"] for step in steps if step.matter == "task"] == [False] * 3


def _tasks(town):
    with town.read() as session:
        return session.execute(
            select(Task.number, Lead.number.label("lead_number")).join(Lead, Lead.id == Task.lead_id)
        ).all()


def test_a_change_by_hand_says_why(town, desk):
    number, other = receive(town, 0, 1), receive(town, 0, 2)
    results, _ = confirm(town, desk, [Choice(number, "M1", "W1", "西镇中队正在会战"), Choice(other, "M1", "W1", "  ")])
    assert results[0]["problem"] is None
    assert results[1]["problem"]["code"] == "errors_batch.change_unreasoned"
    (task,) = rows(town, Task)
    assert task.reason == "西镇中队正在会战"
    (step,) = rows(town, Event, Event.matter == "task", Event.verb == "dispatch")
    assert (told(step)["override"], told(step)["proposed"]) == (True, "W1")


def test_what_became_impossible_is_refused_in_words_and_the_others_go(town, desk):
    sent, raised, closed, lame, good, full = (receive(town, n % 2, n, item_code="A1", domain=None) for n in range(6))
    town.write(SYSTEM, casework.dispatch, number=sent, team_codes=["W1"])
    town.write(SYSTEM, casework.triage, number=raised, urgency="urgent")
    town.write(SYSTEM, casework.reject, number=closed, reason="不实")
    town.submit_raw(lambda c: c.execute(update(Lead).where(Lead.number == lame).values(status="triaged"))).result()
    choices = [
        Choice(sent, "E1"),
        Choice(raised, "W1"),
        Choice(closed, "W1"),
        Choice(lame, "E1"),
        Choice("JD-L-0", "W1"),
    ]
    choices += [Choice(good, "W1"), Choice(full, "W1")]
    extra = receive(town, 0, 9, item_code="A1", domain=None)
    town.write(SYSTEM, casework.dispatch, number=extra, team_codes=["W1"], confirm_busy=True)
    results, _ = confirm(town, desk, choices)
    told = {one["number"]: one["problem"] and one["problem"]["code"] for one in results}
    assert told == {
        sent: "errors_batch.already_sent",
        raised: "errors_batch.not_normal",
        closed: "errors_batch.waits_no_more",
        lame: "errors_casework.team_refused",
        "JD-L-0": "errors_casework.lead_not_found",
        good: None,
        full: "errors_batch.team_full",
    }
    for one in results:
        if one["problem"]:
            assert all(one["problem"]["sentence"].values())
    assert rows(town, Lead, Lead.number == lame)[0].status == "triaged"
    assert rows(town, Lead, Lead.number == good)[0].status == "assigned"


def test_a_refused_lead_leaves_nothing_behind_and_the_chain_holds(town, desk):
    """East may not handle a western lead: its triage by being sent is taken back with it."""
    bad, good = receive(town, 0, 1, item_code="A1", domain=None), receive(town, 0, 2, item_code="A1", domain=None)
    before = len(rows(town, Event))
    results, _ = confirm(town, desk, [Choice(bad, "E1"), Choice(good, "W1")])
    assert [one["problem"] is None for one in results] == [False, True]
    lead = rows(town, Lead, Lead.number == bad)[0]
    assert (lead.status, lead.triaged_at, lead.assigned_at) == ("received", None, None)
    events = rows(town, Event)
    assert len(events) == before + 3  # triage of the lead, the task, the lead sent
    assert sorted(event.sequence for event in events) == list(range(1, len(events) + 1))
    assert rows(town, Task)[0].number.endswith("-0001")


def test_a_certificate_that_ran_out_meanwhile(town, desk, clock):
    number = receive(town, 3, 1)
    found = propose(town, desk)
    assert who_goes(found) == {number: "E1"}
    town.submit_raw(lambda c: c.execute(update(Shift).values(ends_at=clock.now))).result()
    (result,), _ = confirm(town, desk, [Choice(number, "E1", "E1")])
    assert result["problem"]["code"] == "errors_casework.team_refused"
    assert "E1队" in result["problem"]["sentence"]["zh"]


def test_the_same_key_sends_once_and_answers_the_same(town, desk):
    numbers = [receive(town, n % 2, n) for n in range(3)]
    choices = [Choice(number, "W1") for number in numbers]
    first, fresh = confirm(town, desk, choices, key="k1")
    again, replayed = confirm(town, desk, choices, key="k1")
    assert first == again
    assert (fresh, replayed) == ([False], [True])
    assert len(rows(town, Task)) == 3
    with pytest.raises(Refusal) as caught:
        confirm(town, desk, choices[:1], key="k1")
    assert caught.value.code == "errors_casework.key_reused"


def test_slices_of_a_batch_bear_its_name(desk):
    choices = [Choice(f"L{n}", "W1") for n in range(2 * SLICE + 1)]
    parts = list(slices(desk.account_id, choices, 7, "k"))
    assert [len(part.choices) for part in parts] == [SLICE, SLICE, 1]
    assert len({part.batch for part in parts}) == 1
    assert [part.batch for part in slices(desk.account_id, choices, 7, "k")] == [part.batch for part in parts]
    assert next(slices(desk.account_id, choices, 7)).batch != parts[0].batch
    with pytest.raises(Refusal):
        list(slices(desk.account_id, choices, 7, "k" * 200))


def test_authority_is_that_of_a_dispatch(town, desk):
    west, east = receive(town, 0, 1), receive(town, 3, 2)
    with pytest.raises(Refusal) as caught:
        confirm(town, small.actor(town, Role.OFFICER), [Choice(west, "W1")])
    assert caught.value.kind == "forbidden"
    head = small.actor(town, Role.SQUADRON_HEAD, townships=frozenset({small.WEST}))
    results, _ = confirm(town, head, [Choice(east, "E1"), Choice(west, "W1")])
    assert [one["problem"] and one["problem"]["kind"] for one in results] == ["forbidden", None]
    assert [row.subject for row in rows(town, RefusedAttempt) if row.verb == "lead.dispatch"][-1] == east


def test_units_follow_their_tasks(town, desk):
    numbers = [receive(town, 0, n) for n in range(2)]
    confirm(town, desk, [Choice(number, "W1") for number in numbers])
    (unit,) = rows(town, Unit, Unit.status == "assigned")
    assert unit.task_id is not None
