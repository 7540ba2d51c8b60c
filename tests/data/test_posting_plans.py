"""Plans of postings on the record: worked out, kept, decided; what cannot be planned is refused in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from data.casework.posting_plans import decide_plan, keep_plan
from data.db import Record
from data.models import Event, Organ, Person, PostingPlan
from data.queries.office_force import sink_down
from data.queries.posting_answers import list_plans
from data.queries.posting_question import Asked, question
from policy.errors import Refusal
from policy.posting_plan import plan_postings
from policy.vocabulary import Role
from tests.data import small

TEAMS = Asked(county=0.9, teams=0.5, left=0.0)


@pytest.fixture
def office(town: Record):
    return small.actor(town, Role.COUNTY_OFFICE)


def asked_of(town: Record, office, asked: Asked | None = None):
    with town.read() as session:
        return question(session, office, town.county(), small.NOW, asked)


def test_the_force_is_that_of_the_figure_and_who_stays_says_why(town: Record, office) -> None:
    found = asked_of(town, office)
    with town.read() as session:
        kinds = dict(session.execute(select(Person.code, Person.kind)).all())
        organs = dict(session.execute(select(Organ.code, Organ.kind)).all())
    assert found.force
    assert {kinds[m.person] for m in found.force} <= {"officer", "fire"}
    for member in found.force:
        assert (member.stays == "own") == (organs[member.organ] == "township" and kinds[member.person] == "officer")
    assert {t.code for t in found.demand.townships} == {small.WEST, small.EAST}
    assert all(t.people == 2 for t in found.demand.townships), "two certified officers, PL 42"
    assert found.clauses["people"] == "PL 42"


def test_what_the_profile_does_not_ask_for_has_no_target(town: Record, office) -> None:
    """Jindong's plan has a share for each professional team and none for the county."""
    found = asked_of(town, office)
    assert found.demand.county is None
    assert set(found.demand.teams.values()) <= {0.5}
    assert asked_of(town, office, Asked(county=0.6)).demand.county == 0.6


def test_a_plan_is_kept_with_what_was_asked_and_decided_once(town: Record, office) -> None:
    found = asked_of(town, office, TEAMS)
    plan = plan_postings(found.force, found.demand)
    moves = [{"person": move.person, "to": move.to} for move in plan.moves]
    kept = town.write(office, keep_plan, title="年底方案", moves=moves, asked=TEAMS)
    with town.read() as session:
        row = session.scalars(select(PostingPlan)).one()
        assert (row.number, row.status, row.result["county"]["planned"]) == (kept.number, "draft", plan.county.planned)
        assert row.asked["county"] == 0.9
    town.write(office, decide_plan, number=kept.number, accept=True, reason="请张三尽快到岗")
    with pytest.raises(Refusal) as refused:
        town.write(office, decide_plan, number=kept.number, accept=False, reason="不行")
    assert refused.value.code == "errors_office.plan_decided"
    with town.read() as session:
        first, second = session.scalars(select(Event).where(Event.matter == "posting_plan").order_by(Event.sequence))
    assert (first.verb, second.verb, second.to_state) == ("keep", "decide", "accepted")
    assert "张三" not in second.facts, "what somebody typed stands beside the chain"
    assert json.loads(first.facts)["moves"] == len(moves)


@pytest.mark.parametrize(
    ("moves", "code"),
    [
        ([{"person": "nobody", "to": small.WEST}], "move_nobody"),
        ([{"person": "{free}", "to": "nowhere"}], "move_nowhere"),
        ([{"person": "{free}", "to": small.WEST}, {"person": "{free}", "to": small.EAST}], "move_twice"),
        ([{"person": "{stays}", "to": small.WEST}], "move_stays"),
    ],
)
def test_a_move_that_cannot_be_made_is_refused_and_nothing_is_kept(town: Record, office, moves, code: str) -> None:
    found = asked_of(town, office)
    free = next(m.person for m in found.force if m.stays is None)
    asked = Asked(keep=frozenset({free})) if code == "move_stays" else None
    told = [one | {"person": one["person"].format(free=free, stays=free)} for one in moves]
    with pytest.raises(Refusal) as refused:
        town.write(office, keep_plan, title="方案", moves=told, asked=asked)
    assert refused.value.code == f"errors_office.{code}"
    with town.read() as session:
        assert session.scalars(select(PostingPlan)).all() == []


def test_an_organ_is_not_emptied(town: Record, office) -> None:
    asked = replace(TEAMS, left=1.0)
    found = asked_of(town, office, asked)
    member = next(m for m in found.force if m.stays is None and m.township is None)
    with pytest.raises(Refusal) as refused:
        town.write(office, keep_plan, title="方案", moves=[{"person": member.person, "to": small.EAST}], asked=asked)
    assert refused.value.code == "errors_office.organ_emptied"


@pytest.mark.parametrize(("title", "code"), [("  ", "title_missing"), ("长" * 61, "title_long")])
def test_a_plan_has_a_title(town: Record, office, title: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        town.write(office, keep_plan, title=title, moves=[])
    assert refused.value.code == f"errors_office.{code}"


@pytest.mark.parametrize("role", [Role.TOWNSHIP_HEAD, Role.DISPATCHER, Role.OFFICER, Role.WALL])
def test_only_the_county_office_plans_postings(town: Record, role: Role) -> None:
    with pytest.raises(Refusal) as refused:
        town.write(small.actor(town, role), keep_plan, title="方案", moves=[])
    assert refused.value.code == "errors_access.forbidden"


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICE, Role.SUPERVISOR])
def test_plans_name_people_of_every_township_and_are_for_who_holds_the_whole_county(town: Record, role: Role) -> None:
    whole = small.actor(town, role)
    part = replace(whole, scopes=(replace(whole.scopes[0], townships=frozenset({small.WEST})),))
    with town.read() as session:
        assert list_plans(session, whole, town.county(), small.NOW) == []
        assert any("*" not in one.name for one in sink_down(session, whole, town.county(), small.NOW).people)
        assert all("*" in one.name for one in sink_down(session, part, town.county(), small.NOW).people)
        for read in (question, list_plans):
            with pytest.raises(Refusal) as refused:
                read(session, part, town.county(), small.NOW)
            assert refused.value.code == "errors_access.forbidden"
