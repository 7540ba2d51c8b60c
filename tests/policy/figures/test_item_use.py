"""F14, F15, F16 and F25 on a county of three townships, worked by hand."""

from __future__ import annotations

from datetime import date

from policy.figures.definitions import meets, target_of_row
from policy.figures.frames import empty
from policy.figures.item_use import domains_covered, items_taken_on, items_unused_and_reversed, scenarios_in_use
from policy.figures.scope import FigureRules, Scope, day_scope
from policy.loader import load_profile
from tests.policy.figures.made import at, frame, parts, pick
from tests.policy.figures.test_penalties import REMEDIES

ON = date(2026, 3, 2)
SCOPE = day_scope(ON, FigureRules())


def item(
    code: str, domain: str, kind: str, type_: str | None = None, used: str | None = None, until: str | None = None
):
    plain = {"item_code": code, "domain": domain, "kind": kind, "township_type": type_, "first_used_at": used}
    return plain | {"valid_from": "2023-01-01", "valid_to": until}


def taken(township: str, code: str, kind: str, begin: str = "2024-01-01", until: str | None = None) -> dict:
    return {"township_code": township, "item_code": code, "kind": kind, "valid_from": begin, "valid_to": until}


GENERAL, SELF = "delegated_general", "delegated_self_selected"
FRAMES = {
    "townships": frame(
        "townships",
        [
            {"township_code": "T1", "township_type": "town"},
            {"township_code": "T2", "township_type": "subdistrict"},
            {"township_code": "T3", "township_type": None},  # of no type yet: only what is for everybody
        ],
    ),
    "domains": frame(
        "domains",
        [{"domain": d, "valid_from": "2020-01-01"} for d in ("city", "market", "fire", "water")]
        + [{"domain": "old", "valid_from": "2020-01-01", "valid_to": "2025-12-31"}],
    ),
    "items": frame(
        "items",
        [
            item("g1", "city", GENERAL, used="2025-05-01"),
            item("g2", "market", GENERAL),
            item("s1", "city", SELF, "town", used="2026-03-03"),  # first used tomorrow
            item("s2", "market", SELF, "town"),
            item("s2", "market", SELF, "subdistrict"),  # on both lists
            item("s3", "fire", SELF, "subdistrict"),
            item("s4", "fire", SELF, "town", until="2026-03-01"),  # taken off the list yesterday
            item("e1", "water", "entrusted", used="2025-01-01"),
            item("x1", "market", "statutory"),  # nobody holds it
        ],
    ),
    "delegations": frame(
        "delegations",
        [
            taken("T1", "g1", GENERAL),
            taken("T1", "g2", GENERAL),
            taken("T2", "g1", GENERAL),
            taken("T1", "s1", SELF),
            taken("T1", "s1", SELF, begin="2025-01-01"),  # written twice, counted once
            taken("T1", "s4", SELF),
            taken("T1", "s3", SELF),  # not on the list for towns
            taken("T2", "s3", SELF, until="2026-03-01"),  # taken back yesterday
            taken("T2", "e1", "entrusted"),
        ],
    ),
    "remedies": REMEDIES,
}


def test_f14_worked_by_hand() -> None:
    row = pick(domains_covered(FRAMES, SCOPE), "covered")
    # city (g1, s1), market (g2), fire (s3, which T1 holds), water (e1): all four; `old` counts no more
    assert parts(row) == (4, 4)
    before = {**FRAMES, "delegations": FRAMES["delegations"].query("item_code not in ['s3', 'g2']")}
    assert parts(pick(domains_covered(before, SCOPE), "covered")) == (2, 4)  # fire: s4 is no item any more
    assert parts(pick(domains_covered(FRAMES, day_scope(date(2025, 12, 31), FigureRules())), "covered")) == (4, 5)
    assert parts(pick(domains_covered(FRAMES, day_scope(date(2023, 12, 31), FigureRules())), "covered")) == (0, 5)


def test_f14_no_domains_no_value() -> None:
    assert pick(domains_covered({**FRAMES, "domains": empty("domains")}, SCOPE), "covered").value is None


def test_f15_worked_by_hand() -> None:
    rows = items_taken_on(FRAMES, SCOPE)
    assert parts(pick(rows, "self_selected", "township", "T1")) == (1, 2)  # s1 of s1, s2
    assert parts(pick(rows, "self_selected", "township", "T2")) == (0, 2)  # of s2, s3
    assert parts(pick(rows, "self_selected")) == (1, 4)
    assert parts(pick(rows, "general", "township", "T2")) == (1, 2)
    assert parts(pick(rows, "general", "township", "T3")) == (0, 2)
    assert parts(pick(rows, "general")) == (3, 6)
    yesterday = items_taken_on(FRAMES, day_scope(date(2026, 3, 1), FigureRules()))
    assert parts(pick(yesterday, "self_selected", "township", "T1")) == (2, 3)  # s4 still on the list
    assert parts(pick(yesterday, "self_selected", "township", "T2")) == (1, 2)


def test_f15_targets_of_yunyang_fifteen_per_cent_of_each_township_and_all_that_is_general() -> None:
    rows, yunyang = items_taken_on(FRAMES, SCOPE), load_profile("yunyang")
    row = pick(rows, "self_selected", "township", "T1")
    goal = target_of_row(row, yunyang, ON)
    assert goal is not None
    assert (goal.value, meets(row, goal)) == (0.15, True)
    assert target_of_row(pick(rows, "self_selected"), yunyang, ON) is None  # each township, not the county
    general = target_of_row(pick(rows, "general"), yunyang, ON)
    assert general is not None
    assert (general.value, general.clause) == (1.0, "YY 二(一)")
    assert target_of_row(row, load_profile("fuling"), ON) is None


def test_f15_no_list_no_value() -> None:
    row = pick(items_taken_on({**FRAMES, "items": empty("items")}, SCOPE), "self_selected")
    assert (row.value, *parts(row)) == (None, 0, 0)


def scenario(code: str, begin: str, until: str | None = None) -> dict:
    return {"scenario_code": code, "valid_from": begin, "valid_to": until}


SCENARIOS = frame(
    "scenarios",
    [scenario("a", "2024-01-01"), scenario("b", "2024-01-01", "2026-03-01"), scenario("c", "2026-03-03")],
)


def test_f16_worked_by_hand() -> None:
    assert pick(scenarios_in_use({"scenarios": SCENARIOS}, SCOPE), "in_use").value == 1  # a
    past = scenarios_in_use({"scenarios": SCENARIOS}, day_scope(date(2026, 3, 1), FigureRules()))
    assert pick(past, "in_use").value == 2
    assert pick(scenarios_in_use({"scenarios": empty("scenarios")}, SCOPE), "in_use").value == 0


MARCH = Scope(
    at("2026-03-31 12:00").to_pydatetime(), at("2026-03-01").to_pydatetime(), at("2026-04-01").to_pydatetime()
)


def test_f25_items_never_used_are_counted_and_listed() -> None:
    rows = items_unused_and_reversed(FRAMES, SCOPE)
    assert parts(pick(rows, "never_used")) == (3, 5)  # g2, s1 (used tomorrow), s3 of g1, g2, s1, s3, e1
    assert [r.group_code for r in rows if r.group_kind == "item" and r.measure == "never_used"] == ["g2", "s1", "s3"]
    later = items_unused_and_reversed(FRAMES, MARCH)
    assert parts(pick(later, "never_used")) == (2, 5)  # s1 has been used


def test_f25_decisions_that_did_not_stand_are_listed_by_item() -> None:
    rows = items_unused_and_reversed(FRAMES, MARCH)
    assert parts(pick(rows, "reversed")) == (2, 4)  # changed and revoked, of four results
    assert {r.group_code: r.value for r in rows if r.group_kind == "item" and r.measure == "reversed"} == {
        "I1": 1,
        "I2": 1,
    }
    quiet = items_unused_and_reversed({**FRAMES, "remedies": empty("remedies")}, MARCH)
    assert [r.value for r in quiet if r.measure == "reversed"] == [0]


def test_f25_a_township_without_items_has_no_value() -> None:
    rows = items_unused_and_reversed({**FRAMES, "delegations": empty("delegations")}, SCOPE)
    assert pick(rows, "never_used").value is None
