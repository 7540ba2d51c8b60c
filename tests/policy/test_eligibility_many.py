"""Many tasks and all teams at once say what one task and one team say alone: of any county, any people, any rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.batch import OpenLead, Rules, set_up
from policy.eligibility import EligibilityRules, OfficerFacts, TaskFacts, TeamFacts, may_take
from policy.eligibility_many import may_take_many
from policy.ranking import RecommendationRules, Weights, acquaintance, speciality
from policy.vocabulary import ItemKind, OrganKind, PersonKind, TaskKind, UnitStatus, Urgency

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TOWNS, DOMAINS, ORGANS, CELLS = ("t1", "t2"), ("city", "market"), ("", "town", "bureau"), ("V1", "V2", "V3")


def some(pool: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(pool), max_size=2)


around = st.sampled_from([None, *(NOW + timedelta(seconds=s) for s in (-99, 0, 99))])
officers = st.builds(
    OfficerFacts,
    st.just("p"),
    st.just("甲"),
    st.sampled_from(PersonKind),
    certificate_no=st.sampled_from(("浙G1", "浙G1", None)),
    certificate_valid_from=around,
    certificate_valid_to=around,
    suspended=st.booleans(),
    recused=st.booleans(),
    home_organ_code=st.sampled_from(ORGANS),
    domains=some(DOMAINS),
    on_shift=st.booleans(),
    township_codes=some(TOWNS),
)
fit = st.builds(
    OfficerFacts,
    st.just("p"),
    st.just("甲"),
    st.just(PersonKind.OFFICER),
    certificate_no=st.just("浙G1"),
    certificate_valid_to=st.just(NOW),
    home_organ_code=st.sampled_from(ORGANS),
    domains=some(DOMAINS),
    township_codes=some(TOWNS),
)
teams = st.builds(
    TeamFacts,
    st.just("T"),
    st.just("T"),
    st.just("队"),
    st.sampled_from(ORGANS),
    st.sampled_from(OrganKind),
    some(TOWNS),
    some(DOMAINS),
    st.lists(st.one_of(fit, officers), max_size=4).map(tuple),
    st.sampled_from(UnitStatus),
    known_cells=st.dictionaries(st.sampled_from(CELLS), st.integers(1, 12)),
)
tasks = st.builds(
    TaskFacts,
    st.sampled_from(TaskKind),
    st.sampled_from(Urgency),
    domain=st.sampled_from((*DOMAINS, None)),
    cell_chain=st.lists(st.sampled_from(CELLS), unique=True, max_size=3).map(tuple),
    township_code=st.sampled_from((*TOWNS, None)),
    item_kind=st.sampled_from((*ItemKind, None)),
)
rules = st.builds(
    EligibilityRules,
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.frozensets(st.sampled_from([kind.value for kind in TaskKind]), max_size=4),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(tasks, min_size=1, max_size=6), st.lists(teams, min_size=1, max_size=5), rules)
def test_who_may_is_the_same_at_once_and_alone(asked, force, law) -> None:
    plain = [[may_take(team, task, NOW, law).allowed for team in force] for task in asked]
    assert may_take_many(asked, force, NOW, law).tolist() == plain


@settings(max_examples=200, deadline=None)
@given(st.lists(tasks, min_size=1, max_size=6), st.lists(teams, min_size=1, max_size=5))
def test_what_a_pair_is_worth_is_the_same_at_once_and_alone(asked, force) -> None:
    """Without travel and load the points are domain and place alone, to the last bit."""
    law = Rules(Weights(0.0, 1.0, 0.0, 1.0), RecommendationRules(), NOW)
    minutes = np.full((len(asked), len(force)), np.nan)
    board = set_up([OpenLead(f"L{n}", task) for n, task in enumerate(asked)], force, minutes, law)
    plain = [[0.5 * speciality(team, task.domain) + 0.5 * acquaintance(team, task) for team in force] for task in asked]
    assert board.points.tolist() == plain


def test_no_task_and_no_team() -> None:
    assert may_take_many([], [], NOW).shape == (0, 0)
    assert may_take_many([TaskFacts(TaskKind.HANDLE)], [], NOW).shape == (1, 0)
