"""Items and delegations of the demonstration: the whole catalogue, taken on as each plan says, without a database."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest

from data.demo import PLANS
from data.simulate.allotment import SUBDISTRICT, demonstration_items, township_type
from data.simulate.bodies import fields_of
from data.simulate.offices import demonstration_townships, organ_names
from policy.competence import DelegationFacts, competent, rules_of
from policy.items import item, items_for, needs_county
from policy.loader import load_profile
from policy.vocabulary import ItemKind

ON = date(2026, 11, 21)


def _towns(profile: str) -> list[str]:
    return [town.code for town in demonstration_townships(profile)]


@pytest.mark.parametrize("profile", PLANS)
def test_a_county_has_every_item_that_holds_there_each_with_an_organ_and_a_field(profile: str) -> None:
    facts, taken = demonstration_items(profile, _towns(profile))
    assert [f.code for f in facts] == [i.code for i in items_for(load_profile(profile).chain)]
    assert len(facts) >= 480
    fields = {field.code for field in fields_of(load_profile(profile))}
    known = organ_names(profile)
    assert all(f.domain in fields and f.enforcing_body in known and f.published_on for f in facts)
    assert {d.township_code for d in taken} == set(_towns(profile))


@pytest.mark.parametrize("profile", PLANS)
def test_one_township_asked_alone_has_what_it_has_among_all(profile: str) -> None:
    towns = _towns(profile)
    _, all_ = demonstration_items(profile, towns, 3)
    _, last = demonstration_items(load_profile(profile), towns[-1:], 3)
    assert last == tuple(d for d in all_ if d.township_code == towns[-1])


@pytest.mark.parametrize("profile", PLANS)
def test_a_plan_delegates_by_the_kinds_it_names(profile: str) -> None:
    _, taken = demonstration_items(profile, _towns(profile))
    named = {row["code"] for row in load_profile(profile).require("item.kinds", ON).value}
    assert {d.kind.value for d in taken} == named


def _held(taken: tuple[DelegationFacts, ...], *kinds: ItemKind) -> dict[str, set[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    for one in taken:
        if one.kind in kinds:
            held[one.township_code].add(one.item_code)
    return held


def test_yunyang_takes_general_items_on_whole_and_self_selected_ones_by_type() -> None:
    _, taken = demonstration_items("yunyang", _towns("yunyang"))
    general = Counter(d.item_code for d in taken if d.kind is ItemKind.DELEGATED_GENERAL)
    assert set(general.values()) == {42}
    chosen = _held(taken, ItemKind.DELEGATED_SELF_SELECTED)
    for one, other in pairwise(chosen):
        alike = len(chosen[one] & chosen[other]) / len(chosen[one] | chosen[other])
        assert (alike > 0.7) == (township_type(one) == township_type(other)), (one, other)


def test_lanxi_leaves_with_the_city_what_the_article_always_punishes_with_a_reserved_kind() -> None:
    _, taken = demonstration_items("lanxi", _towns("lanxi"))
    reserved = rules_of(load_profile("lanxi"), ON).reserved
    barred = {i.code for i in items_for(load_profile("lanxi").chain) if not needs_county(i, reserved).allowed}
    assert len(barred) > 5
    assert not barred & {d.item_code for d in taken}


def test_what_the_law_gives_to_town_governments_no_subdistrict_has_by_law() -> None:
    _, taken = demonstration_items("jindong", _towns("jindong"))
    by_law = [d for d in taken if d.kind is ItemKind.STATUTORY]
    assert {d.item_code for d in by_law} == {"GH-65-1"}
    assert len(by_law) == sum(township_type(code) != SUBDISTRICT for code in _towns("jindong"))


@pytest.mark.parametrize("profile", ["jindong", "lanxi", "yunyang", "fuling", "chengliu"])
def test_what_the_law_gives_does_not_wait_for_the_plan(profile: str) -> None:
    _, taken = demonstration_items(profile, _towns(profile))
    assert {d.valid_from for d in taken if d.kind is ItemKind.STATUTORY} == {date(2019, 4, 23)}


def test_police_and_fire_matters_are_enforced_by_police_and_fire_brigade() -> None:
    facts = {f.code: f for f in demonstration_items("jindong", ())[0]}
    assert facts["YL-45-1"].enforcing_body == "police"
    assert facts["XF-61-1"].enforcing_body == "fire"
    assert facts["JT-93-1"].enforcing_body == facts["XF-60-5"].enforcing_body == "bureau"
    assert facts["DQ-119-1"].domain_name == facts["SW-85-1"].domain_name == "生态环境"
    assert (facts["DQ-119-1"].enforcing_body, facts["SW-85-1"].enforcing_body) == ("bureau", "team-environment")


def test_a_few_items_were_taken_back_and_the_county_acts_since() -> None:
    facts, taken = demonstration_items("jindong", _towns("jindong"))
    back = next(d for d in taken if d.valid_to is not None)
    towns = {town.code: town for town in demonstration_townships("jindong")}
    fact = next(f for f in facts if f.code == back.item_code)
    told = {
        day: competent(fact, towns[back.township_code], day, delegations=taken).organ_code
        for day in (back.valid_from, ON)
    }
    assert told[ON] == fact.enforcing_body != told[back.valid_from]


def test_in_a_town_of_its_own_the_law_names_departments_of_the_county_above() -> None:
    facts, taken = demonstration_items("chengliu", _towns("chengliu"))
    names = organ_names("chengliu")
    straw = next(f for f in facts if f.code == item("DQ-119-1").code)
    assert names[straw.enforcing_body] == "济源市生态环境主管部门"
    assert len(taken) > 0.7 * len(facts)


@pytest.mark.parametrize(
    ("profile", "townships"), [("jindong", 11), ("lanxi", 16), ("chengliu", 1), ("yunyang", 42), ("fuling", 27)]
)
def test_townships_are_those_of_the_statistical_list(profile: str, townships: int) -> None:
    found = demonstration_townships(profile)
    assert len(found) == townships
    assert all((township_type(t.code) == SUBDISTRICT) == t.name.endswith("街道") for t in found)
