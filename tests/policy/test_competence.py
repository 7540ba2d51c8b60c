"""Who acts, in whose name, and why: cases a lawyer can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from policy.competence import (
    CompetenceRules,
    DelegationFacts,
    ItemFacts,
    TownshipFacts,
    competent,
    covers,
    rules_of,
)
from policy.text import LANGUAGES
from policy.vocabulary import ActKind, ItemKind, PenaltyKind

ON = date(2026, 3, 2)
STALLS = ItemFacts("I-001", "占道经营", "housing", "bureau", "住建局", date(2025, 1, 1))
TOWN = TownshipFacts("330703101", "town-xs", "孝顺镇")
LANXI = CompetenceRules(
    reserved=frozenset({PenaltyKind.ORDER_CLOSURE, PenaltyKind.REVOKE_PERMIT}), clauses={"reserved": "LX 二(一)"}
)


def held(kind: ItemKind, since: date = date(2024, 1, 1), until: date | None = None) -> DelegationFacts:
    principal = "bureau" if kind is ItemKind.ENTRUSTED else None
    return DelegationFacts("I-001", TOWN.code, kind, since, until, principal)


@pytest.mark.parametrize(
    ("kind", "basis", "name", "clause"),
    [
        (ItemKind.STATUTORY, "statutory", "town-xs", "PL 23"),
        (ItemKind.DELEGATED_GENERAL, "delegated_general", "town-xs", "PL 24"),
        (ItemKind.DELEGATED_SELF_SELECTED, "delegated_self_selected", "town-xs", "PL 24"),
        (ItemKind.ENTRUSTED, "entrusted", "bureau", "PL 20"),
    ],
)
def test_an_item_the_township_holds(kind: ItemKind, basis: str, name: str, clause: str) -> None:
    found = competent(STALLS, TOWN, ON, delegations=[held(kind)])
    assert (found.organ_code, found.in_whose_name, found.basis, found.clause) == ("town-xs", name, basis, clause)
    assert found.decision.allowed
    assert all(reason.sentence(lang) for reason in found.reasons for lang in LANGUAGES)


def test_an_item_nobody_delegated_stays_with_the_county() -> None:
    other_item = DelegationFacts("I-002", TOWN.code, ItemKind.STATUTORY, date(2020, 1, 1))
    other_town = DelegationFacts("I-001", "330703102", ItemKind.STATUTORY, date(2020, 1, 1))
    found = competent(STALLS, TOWN, ON, delegations=[other_item, other_town])
    assert (found.organ_code, found.in_whose_name, found.basis) == ("bureau", "bureau", "county")
    assert found.reasons[0].sentence("zh") == "“占道经营”未赋权孝顺镇，由县级主管机关（bureau）办理"


@pytest.mark.parametrize(
    ("on", "organ", "why"),
    [
        (date(2023, 12, 31), "bureau", "reasons.not_yet_delegated"),
        (date(2024, 1, 1), "town-xs", "reasons.township_own_name"),
        (date(2025, 6, 30), "town-xs", "reasons.township_own_name"),
        (date(2025, 7, 1), "bureau", "reasons.taken_back"),
    ],
)
def test_an_item_taken_back_from_a_date(on: date, organ: str, why: str) -> None:
    delegation = held(ItemKind.DELEGATED_GENERAL, until=date(2025, 6, 30))
    found = competent(STALLS, TOWN, on, delegations=[delegation])
    assert (found.organ_code, found.reasons[0].code) == (organ, why)


def test_the_strongest_ground_prevails() -> None:
    both = [held(ItemKind.ENTRUSTED), held(ItemKind.DELEGATED_SELF_SELECTED)]
    assert competent(STALLS, TOWN, ON, delegations=both).basis == "delegated_self_selected"


def test_reserved_penalties_stay_with_the_department() -> None:
    delegations = [held(ItemKind.DELEGATED_GENERAL)]
    closure = [PenaltyKind.FINE, PenaltyKind.ORDER_CLOSURE]
    found = competent(STALLS, TOWN, ON, ActKind.PENALISE, closure, delegations=delegations, rules=LANXI)
    assert (found.organ_code, found.basis, found.clause) == ("bureau", "county", "LX 二(一)")
    assert "责令关闭" in found.reasons[0].sentence("zh")
    assert "罚款" not in found.reasons[0].sentence("zh")
    fine = competent(STALLS, TOWN, ON, ActKind.PENALISE, [PenaltyKind.FINE], delegations=delegations, rules=LANXI)
    assert fine.organ_code == "town-xs"
    silent = competent(STALLS, TOWN, ON, ActKind.PENALISE, closure, delegations=delegations)
    assert silent.organ_code == "town-xs"


def test_compulsion_may_not_be_entrusted() -> None:
    found = competent(STALLS, TOWN, ON, ActKind.COMPEL, delegations=[held(ItemKind.ENTRUSTED)])
    assert (found.organ_code, found.in_whose_name, found.clause) == ("bureau", "bureau", "CO 17")
    own = competent(STALLS, TOWN, ON, ActKind.COMPEL, delegations=[held(ItemKind.DELEGATED_GENERAL)])
    assert own.organ_code == "town-xs"


def test_an_unpublished_item_is_not_inspected() -> None:
    rules = CompetenceRules(published_only=True, clauses={"unpublished": "EI"})
    hidden = ItemFacts("I-001", "占道经营", "housing", "bureau")
    delegations = [held(ItemKind.DELEGATED_GENERAL)]
    found = competent(hidden, TOWN, ON, ActKind.INSPECT, delegations=delegations, rules=rules)
    assert [r.code for r in found.decision.obstacles] == ["reasons.item_unpublished"]
    assert competent(STALLS, TOWN, ON, ActKind.INSPECT, delegations=delegations, rules=rules).decision.allowed
    assert competent(hidden, TOWN, ON, ActKind.PENALISE, delegations=delegations, rules=rules).decision.allowed


def test_without_a_place_nobody_is_named_as_free_to_act() -> None:
    found = competent(STALLS, None, ON, delegations=[held(ItemKind.STATUTORY)])
    assert not found.decision.allowed
    assert found.clause == "PL 22"


def test_which_team_may_act() -> None:
    delegated = competent(STALLS, TOWN, ON, delegations=[held(ItemKind.DELEGATED_GENERAL)])
    assert covers(delegated, "town-xs").allowed
    assert covers(delegated, "bureau", {TOWN.code}).allowed  # stationed squadron serving the township
    assert not covers(delegated, "bureau").allowed
    entrusted = competent(STALLS, TOWN, ON, delegations=[held(ItemKind.ENTRUSTED)])
    assert covers(entrusted, "bureau").allowed
    county = competent(STALLS, TOWN, ON)
    assert covers(county, "bureau").allowed
    refused = covers(county, "town-xs", {TOWN.code})
    assert [r.code for r in refused.obstacles] == ["reasons.organ_not_competent"]
    assert [r.code for r in covers(None, "bureau").obstacles] == ["reasons.item_missing"]


def test_sentences_name_organs_where_names_are_known() -> None:
    rules = CompetenceRules(organ_names={"bureau": "综合行政执法局"})
    entrusted = competent(STALLS, TOWN, ON, delegations=[held(ItemKind.ENTRUSTED)], rules=rules)
    assert "以委托机关（综合行政执法局）名义执法" in entrusted.reasons[0].sentence("zh")
    refused = covers(competent(STALLS, TOWN, ON, rules=rules), "town-xs")
    assert refused.obstacles[0].sentence("zh") == "该队伍所属机关无管辖权，应由综合行政执法局办理"


def test_rules_are_read_from_the_profile() -> None:
    @dataclass
    class V:
        value: object
        clause: str | None

    class Profile:
        def get(self, key: str, on: date) -> V | None:
            return V(("revoke_permit",), "LX 二(一)") if key == "item.reserved_penalties" else None

    rules = rules_of(Profile(), ON)
    assert rules.reserved == {PenaltyKind.REVOKE_PERMIT}
    assert rules.clauses == {"reserved": "LX 二(一)"}
    assert not rules.published_only
