"""Where a role holds: another township's matters, matters that lie in none, and two roles in two places."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from data import casework
from data.authority import Actor, Scope
from data.events import verify
from data.models import Event, Lead, RefusedAttempt
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

WEST_POINT, EAST_POINT = small.middle(0), small.middle(3)


def received(town, point=None, **more):
    where = {"lon": point[0], "lat": point[1]} if point else {}
    desk = small.actor(town, Role.DISPATCHER)
    facts = {"source": "public_report", "summary": "占道经营", "domain": "city", **where, **more}
    return town.write(desk, casework.receive_lead, **facts)


def head_of(town, township):
    return small.actor(town, Role.TOWNSHIP_HEAD, townships=frozenset({township}))


def refused(town, actor, verb, **facts):
    with pytest.raises(Refusal) as caught:
        town.write(actor, verb, **facts)
    assert caught.value.code == "errors_access.forbidden"


def test_nobody_pulls_a_lead_of_another_township_into_his_own(town):
    lead = received(town, WEST_POINT)
    refused(town, head_of(town, small.EAST), casework.locate, number=lead.number, cell_code=small.VILLAGES[3])
    with town.read() as session:
        assert session.scalars(select(Lead.township_code).where(Lead.id == lead.id)).one() == small.WEST


def test_an_unlocated_lead_is_the_centres_and_no_single_townships(town):
    lead, east = received(town), head_of(town, small.EAST)
    refused(town, east, casework.reject, number=lead.number, reason="不归我们")
    refused(town, east, casework.locate, number=lead.number, cell_code=small.VILLAGES[3])
    found = town.write(
        small.actor(town, Role.DISPATCHER), casework.locate, number=lead.number, cell_code=small.VILLAGES[3]
    )
    assert found.township_code == small.EAST


def test_a_township_may_hand_in_a_lead_without_a_place(town):
    worker = small.actor(town, Role.GRID_WORKER, townships=frozenset({small.EAST}))
    lead = town.write(worker, casework.receive_lead, source="grid_patrol", summary="路面塌陷")
    assert (lead.status, lead.township_code) == ("received", None)


def test_the_board_of_a_county_team_is_not_set_by_one_township(town):
    head = small.actor(town, Role.SQUADRON_HEAD, townships=frozenset({small.EAST}))
    refused(town, head, casework.set_status, team_code="M1", status="busy", reason="培训")
    own = small.actor(town, Role.SQUADRON_HEAD, townships=frozenset({small.EAST}), team="M1")
    assert town.write(own, casework.set_status, team_code="M1", status="busy", reason="培训").status == "busy"


def test_a_step_is_signed_by_the_role_and_organ_held_where_the_matter_lies(town):
    lead, place = received(town, EAST_POINT), town.county().jurisdiction_id
    account = small.actor(town).account_id
    both = Actor(
        account,
        "both",
        (
            Scope(Role.TOWNSHIP_HEAD, place, "WEST", frozenset({small.WEST})),
            Scope(Role.SQUADRON_HEAD, place, "EAST", frozenset({small.EAST})),
        ),
    )
    town.write(both, casework.triage, number=lead.number, domain="city")
    with town.read() as session:
        signed = session.execute(select(Event.role, Event.organ).where(Event.verb == "triage")).one()
    assert tuple(signed) == ("squadron_head", "EAST")


def test_who_may_not_act_is_not_told_how_the_matter_stands(town):
    desk, lead = small.actor(town, Role.DISPATCHER), received(town, WEST_POINT, item_code="A1")
    task = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])[0]
    town.write(desk, casework.accept, number=task.number)
    stranger = small.actor(town, Role.OFFICER, townships=frozenset({small.EAST}))
    refused(town, stranger, casework.accept, number=task.number)
    refused(town, head_of(town, small.EAST), casework.dispatch, number=lead.number, team_codes=["W1"])


def test_two_leads_are_never_duplicates_of_each_other(town):
    desk, first, second = small.actor(town, Role.DISPATCHER), received(town, EAST_POINT), received(town, EAST_POINT)
    town.write(desk, casework.mark_duplicate, number=first.number, original=second.number)
    with pytest.raises(Refusal) as caught:
        town.write(desk, casework.mark_duplicate, number=second.number, original=first.number)
    assert caught.value.code == "errors_casework.original_is_duplicate"
    assert second.number in caught.value.sentence("zh")
    with town.read() as session:
        assert session.scalars(select(Lead.status).where(Lead.id == second.id)).one() == "received"


def test_every_refused_attempt_is_kept_and_the_chain_is_untouched(town):
    lead = received(town, WEST_POINT)
    for _ in range(3):
        refused(town, head_of(town, small.EAST), casework.triage, number=lead.number, domain="city")
    with town.read() as session:
        kept = session.execute(
            select(RefusedAttempt.verb, RefusedAttempt.code, RefusedAttempt.subject, RefusedAttempt.times)
        ).all()
    assert [tuple(row) for row in kept] == [("lead.triage", "errors_access.forbidden", lead.number, 3)]
    whole = verify(town, town.county().jurisdiction_id)
    assert (whole.whole, whole.events) == (True, 1)


def test_a_team_is_not_sent_twice_to_one_lead(town):
    desk, lead = small.actor(town, Role.DISPATCHER), received(town, WEST_POINT, item_code="A1")
    task = town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])[0]
    with pytest.raises(Refusal) as caught:
        town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"], confirm_busy=True)
    assert caught.value.code == "errors_casework.team_already_sent"
    town.write(desk, casework.recall, number=task.number, reason="改派")
    assert town.write(desk, casework.dispatch, number=lead.number, team_codes=["W1"])[0].number != task.number
