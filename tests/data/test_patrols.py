"""Patrols: a township plans its villages, grid workers walk them, positions and ticks cover them, findings become leads (D10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data.authority import Actor, Scope
from data.casework import receive_lead
from data.casework.patrol_plans import end_plans, plan_cells
from data.casework.patrols import patrol_step, start_patrol
from data.casework.units import report_position
from data.db import Record
from data.models import Event, Lead, PatrolPlan, PatrolVisit, Person
from data.queries.frames import frames
from data.queries.patrols import one_patrol, patrol_coverage, patrols_of, walkers_in
from policy.errors import Refusal
from policy.figures.definitions import compute
from policy.figures.scope import day_scope, rules_of
from policy.vocabulary import Role
from policy.vocabulary_patrol import CellState
from tests.data import parties as p
from tests.data import small

ONE, TWO, THREE, FOUR = small.VILLAGES


@pytest.fixture
def plan(database: str, clock: Any) -> Iterator[Record]:
    record = p.build(Record(database, clock=clock), "jindong")
    yield record
    record.close()


@pytest.fixture
def west(plan: Record) -> dict[str, Actor]:
    """People of the western town, and the desk of the county."""
    place = plan.county().jurisdiction_id
    with plan.read() as session:
        people = {row.code: row.id for row in session.scalars(select(Person))}

    def one(role: Role, code: str | None = None, town: str | None = small.WEST, organ: str = "WEST") -> Actor:
        scope = Scope(role, place, organ, frozenset({town}) if town else None)
        return Actor(None, role.value, (scope,), person_id=people[code] if code else None)

    return {
        "head": one(Role.TOWNSHIP_HEAD),
        "east": one(Role.TOWNSHIP_HEAD, town=small.EAST, organ="EAST"),
        "worker": one(Role.GRID_WORKER, "07"),
        "officer": one(Role.OFFICER, "01"),
        "desk": one(Role.DISPATCHER, town=None, organ="BUREAU"),
    }


def planned(plan: Record, actor: Actor, *cells: str, **more: Any) -> list[PatrolPlan]:
    told = {"patrol_cells": list(cells or (ONE, TWO)), "times": "1", "per": "day", "walker": "team:G1"} | more
    return plan.write(actor, plan_cells, given=told)


def started(plan: Record, actor: Actor, walker: str = "team:G1", **more: Any) -> Any:
    return plan.write(actor, start_patrol, given={"walker": walker} | more)


def step(plan: Record, actor: Actor, row: Any, name: str, **given: Any) -> Any:
    return plan.write(actor, patrol_step, number=row.number, step_name=name, given=given)


def cover(plan: Record, actor: Actor, **more: Any) -> Any:
    with plan.read() as session:
        return patrol_coverage(session, actor, plan.county(), plan.clock(), **more)


def events(plan: Record, matter: str) -> list[tuple[str, dict[str, Any]]]:
    with plan.read() as session:
        rows = session.scalars(select(Event).where(Event.matter == matter).order_by(Event.position))
        return [(row.verb, json.loads(row.facts)) for row in rows]


def test_a_township_plans_its_villages_in_their_turn(plan, west) -> None:
    rows = planned(plan, west["head"])
    assert [(row.cell_code, row.turn, row.times, row.per) for row in rows] == [(ONE, 1, 1, "day"), (TWO, 2, 1, "day")]
    assert [verb for verb, _ in events(plan, "patrol_plan")] == ["plan", "plan"]
    assert events(plan, "patrol_plan")[0][1]["walker"] == "team:G1"


def test_a_plan_is_signed_by_the_role_held_where_it_lies_and_its_reason_stays_out_of_the_chain(plan, west) -> None:
    place = plan.county().jurisdiction_id
    scopes = (
        Scope(Role.SQUADRON_HEAD, place, "EAST", frozenset({small.EAST})),
        Scope(Role.TOWNSHIP_HEAD, place, "WEST", frozenset({small.WEST})),
    )
    both = Actor(None, "both", scopes)
    planned(plan, both, ONE)
    plan.write(both, end_plans, given={"patrol_cells": [ONE], "reason": "王家弄并入二村"})
    row = started(plan, west["worker"], patrol_cells=[ONE])
    step(plan, west["worker"], row, "break_off", reason="王家弄封路")
    with plan.read() as session:
        rows = session.scalars(select(Event).where(Event.matter.in_(("patrol_plan", "patrol")))).all()
    assert [(one.role, one.organ) for one in rows if one.matter == "patrol_plan"] == [("township_head", "WEST")] * 2
    assert "王家弄" not in "".join(one.facts for one in rows)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"patrol_cells": [ONE, THREE]}, "errors_patrols.two_townships"),
        ({"patrol_cells": [small.WEST]}, "errors_patrols.no_village"),
        ({"patrol_cells": ["330703101S1"]}, "errors_patrols.no_village"),
        ({"patrol_cells": ["999"]}, "errors_patrols.no_village"),
        ({"times": "two"}, "errors_patrols.not_a_number"),
        ({"times": "13"}, "reasons_patrols.times"),
        ({"walker": "G1"}, "errors_patrols.walker_form"),
        ({"walker": "team:E1"}, "errors_patrols.walker_elsewhere"),
        ({"walker": "person:03"}, "errors_patrols.walker_elsewhere"),
        ({"walker": "person:99"}, "errors_patrols.no_person"),
        ({"per": "month"}, "errors_case.not_in_list"),
    ],
)
def test_a_wrong_plan_is_refused_in_words(plan, west, told: dict[str, Any], code: str) -> None:
    with p.refused(code):
        planned(plan, west["head"], **told)
    with plan.read() as session:
        assert session.scalars(select(PatrolPlan)).all() == []


def test_only_the_township_plans_and_only_its_own(plan, west) -> None:
    for who in ("worker", "officer", "desk", "east"):
        with pytest.raises(Refusal) as told:
            planned(plan, west[who])
        assert told.value.kind in ("forbidden", "unauthenticated")


def test_a_new_plan_ends_the_one_before_and_a_plan_of_today_is_written_over(plan, west, clock) -> None:
    planned(plan, west["head"], ONE)
    planned(plan, west["head"], ONE, times="2")
    clock.now += timedelta(days=3)
    planned(plan, west["head"], ONE, per="week", times="2", walker="person:07")
    with plan.read() as session:
        rows = session.scalars(select(PatrolPlan).order_by(PatrolPlan.valid_from)).all()
    assert [(row.times, row.per) for row in rows] == [(2, "day"), (2, "week")]
    assert rows[0].valid_to == rows[1].valid_from - timedelta(days=1)
    plan.write(west["head"], end_plans, given={"patrol_cells": [ONE], "reason": "并村"})
    with p.refused("errors_patrols.no_plan"):
        plan.write(west["head"], end_plans, given={"patrol_cells": [ONE], "reason": "并村"})
    planned(plan, west["head"], ONE)
    assert cover(plan, west["head"]).rows[0].plan.times == 1


def test_a_round_of_the_plan_is_walked_ticked_and_finished(plan, west, clock) -> None:
    planned(plan, west["head"])
    row = started(plan, west["worker"])
    assert (row.number, row.cells, row.status) == ("JD-Q-20261120-0001", [ONE, TWO], "walking")
    with p.refused("errors_patrols.out_already"):
        started(plan, west["worker"])
    with p.refused("reasons_patrols.nothing_covered"):
        step(plan, west["worker"], row, "finish")
    step(plan, west["worker"], row, "tick", patrol_cell=ONE)
    with p.refused("errors_patrols.covered_already"):
        step(plan, west["worker"], row, "tick", patrol_cell=ONE)
    with p.refused("errors_patrols.two_townships"):
        step(plan, west["worker"], row, "tick", patrol_cell=THREE)
    clock.now += timedelta(hours=1)
    row = step(plan, west["worker"], row, "finish", note="一村正常")
    assert (row.status, row.ended_at) == ("finished", clock.now)
    assert events(plan, "patrol")[-1] == ("finish", {"covered": 1, "of": 2, "missed": [TWO]})
    with p.refused("reasons_patrols.over"):
        step(plan, west["worker"], row, "tick", patrol_cell=TWO)


def test_a_position_in_a_village_covers_it_while_the_team_is_on_patrol(plan, west) -> None:
    planned(plan, west["head"])
    lon, lat = small.middle(1)
    plan.write(west["worker"], report_position, team_code="G1", lon=lon, lat=lat)
    row = started(plan, west["worker"])
    for village in (1, 1, 2):  # the third lies in the other town
        lon, lat = small.middle(village)
        plan.write(west["worker"], report_position, team_code="G1", lon=lon, lat=lat)
    with plan.read() as session:
        found = session.scalars(select(PatrolVisit)).all()
    assert [(one.cell_code, one.seen_by, one.patrol_id) for one in found] == [(TWO, "position", row.id)]


def test_what_is_found_becomes_a_lead_of_the_patrol(plan, west) -> None:
    row = started(plan, west["worker"], patrol_cells=[ONE])
    step(plan, west["worker"], row, "found", found="河边倾倒建筑垃圾", patrol_cell=ONE)
    with plan.read() as session:
        lead = session.scalars(select(Lead)).one()
        told = one_patrol(session, west["head"], plan.county(), plan.clock(), number=row.number)
    assert (lead.source, lead.cell_code, lead.township_code) == ("grid_patrol", ONE, small.WEST)
    assert (told.leads, told.covered) == ((lead.number,), 1)
    with p.refused("errors_patrols.linked_already"):
        step(plan, west["worker"], row, "link_lead", lead=lead.number)
    lon, lat = small.middle(3)
    other = plan.write(west["desk"], receive_lead, source="public_report", summary="占道", lon=lon, lat=lat)
    with p.refused("errors_patrols.lead_elsewhere"):
        step(plan, west["desk"], row, "link_lead", lead=other.number)


def test_a_grid_worker_walks_for_the_own_team_only_and_decides_nothing(plan, west) -> None:
    planned(plan, west["head"])
    with p.refused("errors_patrols.not_own"):
        started(plan, west["worker"], "team:W1", patrol_cells=[ONE])
    row = started(plan, west["officer"], "person:01", patrol_cells=[ONE])
    with p.refused("errors_patrols.not_own"):
        step(plan, west["worker"], row, "tick", patrol_cell=ONE)
    assert step(plan, west["desk"], row, "tick", patrol_cell=ONE).number == row.number, "the desk enters it for others"
    with pytest.raises(Refusal):
        plan.write(west["worker"], end_plans, given={"patrol_cells": [ONE], "reason": "x"})


def test_breaking_off_has_a_reason_and_what_was_covered_counts(plan, west) -> None:
    planned(plan, west["head"])
    row = started(plan, west["worker"])
    step(plan, west["worker"], row, "tick", patrol_cell=ONE)
    with pytest.raises(Refusal):
        step(plan, west["worker"], row, "break_off")
    assert step(plan, west["worker"], row, "break_off", reason="暴雨").status == "broken_off"
    assert started(plan, west["worker"]).number.endswith("0002")
    assert cover(plan, west["head"]).done == 1


def test_coverage_says_done_of_planned_by_day_and_what_is_overdue(plan, west, clock) -> None:
    planned(plan, west["head"])
    clock.now += timedelta(days=2)
    row = started(plan, west["worker"])
    step(plan, west["worker"], row, "tick", patrol_cell=ONE)
    found = cover(plan, west["head"])
    assert [(one.code, one.standing.state, one.standing.done, one.standing.planned) for one in found.rows] == [
        (ONE, CellState.DONE, 1, 3),
        (TWO, CellState.OVERDUE, 0, 3),
    ]
    assert [(one.covered, one.planned) for one in found.days[-3:]] == [(0, 2), (0, 2), (1, 2)]
    assert (found.done, found.planned, found.count(CellState.OVERDUE)) == (1, 6, 1)
    assert len(cover(plan, west["desk"]).rows) == 4, "the county sees every village"
    with pytest.raises(Refusal):
        cover(plan, west["east"], township=small.WEST)


def test_a_town_sees_its_own_patrols(plan, west) -> None:
    started(plan, west["worker"], patrol_cells=[ONE])
    with plan.read() as session:
        own = patrols_of(session, west["head"], plan.county(), plan.clock())
        others = patrols_of(session, west["east"], plan.county(), plan.clock())
        names = walkers_in(session, plan.county(), small.WEST)
    assert (len(own), others) == (1, [])
    assert names[0].code == "team:G1"


def test_figure_f18_counts_village_grids_patrolled_within_the_cycle(plan, west, clock) -> None:
    with plan.read() as session:
        nothing = frames(session, plan.county(), clock.now)
    assert nothing["villages"].empty, "before the first plan nothing is counted"
    planned(plan, west["head"])
    row = started(plan, west["worker"])
    step(plan, west["worker"], row, "tick", patrol_cell=ONE)
    clock.now, on = clock.now + timedelta(hours=2), clock.now.date()
    with plan.read() as session:
        read = frames(session, plan.county(), clock.now)
    rows = compute("F18", read, day_scope(on, rules_of(plan.county().profile, on), clock.now))
    whole = next(one for one in rows if one.group_kind == "county")
    assert (whole.numerator, whole.denominator) == (1, 4)
