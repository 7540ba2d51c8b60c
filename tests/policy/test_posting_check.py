"""Postings chosen by hand are held against the same targets and needs as those that were worked out."""

from __future__ import annotations

from policy.posting_check import unmet
from policy.posting_plan import Demand, Member, Move, Township, after, plan_postings

FORCE = [
    Member("1", "TEAM", None, None),
    Member("2", "TEAM", None, None),
    Member("3", "TEAM", frozenset({"market"}), None),
    Member("4", "TEAM", frozenset({"market"}), "A"),
    Member("5", "OWN", None, "A", stays="own"),
]
TOWNS = [Township("A", 10, people=1), Township("B", 5, people=1, fields={"market": 1})]
ASKED = Demand(0.6, {"TEAM": 0.5}, {"TEAM": 0.25}, TOWNS)


def told(force, demand=ASKED):
    return [(one.kind, one.code, one.needed, one.reached) for one in unmet(force, demand)]


def test_what_is_not_met_is_named_with_how_many_are_short() -> None:
    assert told(FORCE) == [
        ("county", "county", 3, 2),
        ("team", "TEAM", 2, 1),
        ("people", "B", 1, 0),
        ("field", "B", 1, 0),
    ]


def test_a_plan_that_was_worked_out_leaves_nothing_unmet() -> None:
    plan = plan_postings(FORCE, ASKED)
    assert plan.shortfalls == ()
    assert told(after(FORCE, plan.moves)) == []


def test_a_certificate_of_another_field_does_not_meet_the_need() -> None:
    force = [*FORCE[:2], Member("3", "TEAM", frozenset({"city"}), None), *FORCE[3:]]
    moved = after(force, [Move("3", "TEAM", "post", None, "B")])
    assert told(moved) == [("field", "B", 1, 0)]


def test_without_a_target_nothing_is_asked() -> None:
    assert told(FORCE, Demand(None, {}, {}, [Township("A"), Township("B")])) == []


def test_the_search_says_each_step_before_it_and_stops_when_told_to() -> None:
    steps: list[str] = []
    plan_postings(FORCE, ASKED, begins=steps.append)
    assert steps == ["missed", "fewest", "spread"]
