"""All leads to all teams at once: worked by hand, never worse than one by one, never over capacity, never who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.batch import NOBODY, OpenLead, Proposal, Rules, assign, one_by_one, propose, set_up, totals
from policy.competence import Competence
from policy.eligibility import OfficerFacts, TaskFacts, TeamFacts
from policy.ranking import RecommendationRules, Weights
from policy.recommendation import recommend
from policy.text import LANGUAGES
from policy.travel import TravelMethod
from policy.vocabulary import OrganKind, PersonKind, TaskKind

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TOWN, OTHER = "330703101", "330703102"
RULES = Rules(Weights(), RecommendationRules(target_urban=5, target_rural=15, target_clause="JD 二(四)12"), NOW)
TRAVEL_ALONE = Rules(Weights(1.0, 0.0, 0.0, 0.0), RULES.ranking, NOW)
COUNTY = Competence(
    organ_code="bureau", organ_name="执法局", in_whose_name="bureau", basis="county", clause="PL 23", township_code=TOWN, reasons=(),
)  # fmt: skip


def team(code: str, **facts: object) -> TeamFacts:
    until = NOW + timedelta(days=30)
    people = tuple(
        OfficerFacts(f"{code}{n}", f"甲{n}", PersonKind.OFFICER, f"浙G{n}", NOW - timedelta(days=9), until)
        for n in range(2)
    )
    plain = TeamFacts(code, code, f"{code}队", "town", OrganKind.TOWNSHIP, frozenset({TOWN}), members=people)
    return replace(plain, **facts)


def lead(number: str, **facts: object) -> OpenLead:
    plain = TaskFacts(TaskKind.VERIFY, domain="city", township_code=TOWN, cell_chain=("V1", TOWN), settlement="rural")
    return OpenLead(number, replace(plain, **facts))


def whole(leads: list[OpenLead], teams: list[TeamFacts], minutes: list[list[float]], rules: Rules = RULES) -> Proposal:
    return propose(set_up(leads, teams, np.array(minutes, dtype=float), rules))


def sent(found: Proposal) -> dict[str, str]:
    return {one.lead.number: one.choice.team.code for one in found.placed}


def test_the_first_lead_gives_way_where_the_whole_gains() -> None:
    # alone, L1 takes A (4 min); then L2 has only B (40 min): 44. The other way round: 6 + 5 = 11
    teams = [team("A", capacity=1), team("B", capacity=1)]
    found = whole([lead("L1"), lead("L2")], teams, [[4, 6], [5, 40]], TRAVEL_ALONE)
    assert sent(found) == {"L1": "B", "L2": "A"}
    assert (found.totals.minutes, found.one_by_one.minutes, found.saving.minutes) == (11, 44, 33)
    assert (found.totals.late, found.one_by_one.late, found.saving.late) == (0, 1, 1)
    said = [reason.sentence("zh") for reason in found.placed[0].cons]
    assert said[0] == "单看这一条首选A队，整体安排中改用本队"
    assert found.placed[1].cons == ()


def test_the_objective_worked_by_hand() -> None:
    # nearness 1/(1+m/15): 15 min 0.5, 5 min 0.75; domain 0.5 (all), local 0.5 (own area);
    # even load 2/1 = 2: first ½·1 + ½·1 = 1, second ½·(1-1/2) + ½·1/(1+1/2) = 0.583333
    found = whole([lead("L1"), lead("L2")], [team("A", capacity=2)], [[15], [5]])
    first, second = 0.5 * 0.5 + 0.2 * 0.5 + 0.2 * 1 + 0.1 * 0.5, 0.5 * 0.75 + 0.2 * 0.5 + 0.2 * 7 / 12 + 0.1 * 0.5
    assert [one.choice.score for one in found.placed] == pytest.approx([first, second])
    assert found.totals.cost == pytest.approx(2 - first - second)
    assert (found.totals.lightest, found.totals.heaviest, found.totals.spread) == (2, 2, 0)


def test_equal_ways_are_shared_out() -> None:
    leads = [lead(f"L{n}") for n in range(4)]
    found = whole(leads, [team("A", capacity=4), team("B", capacity=4)], [[9, 9]] * 4)
    assert sorted(sent(found).values()) == ["A", "A", "B", "B"]
    assert found.totals.spread == 0


def test_who_has_work_already_gets_less() -> None:
    leads = [lead(f"L{n}") for n in range(2)]
    found = whole(leads, [team("A", capacity=4, open_tasks=2), team("B", capacity=4)], [[9, 9]] * 2)
    assert set(sent(found).values()) == {"B"}


def test_more_are_placed_before_any_is_placed_better() -> None:
    # one by one L0 takes A, the only team that may handle L1
    far = team("B", capacity=1, township_codes=frozenset({OTHER}))
    here = lead("L1", kind=TaskKind.HANDLE)
    found = whole([lead("L0"), here], [team("A", capacity=1), far], [[1, 50], [1, 50]], TRAVEL_ALONE)
    assert sent(found) == {"L0": "B", "L1": "A"}
    assert (found.totals.placed, found.one_by_one.placed, found.saving.placed) == (2, 1, 1)
    assert found.saving.minutes is None


def test_what_nobody_may_take_is_left_with_the_reasons() -> None:
    county = OpenLead("L1", lead("L1", kind=TaskKind.HANDLE).task, COUNTY)
    found = whole([county], [team("A"), team("B", members=())], [[3, 9]])
    (left,) = found.left_out
    assert found.placed == ()
    assert [reason.code for reason in left.reasons] == [
        "reasons.nobody_eligible", "reasons.organ_not_competent", "reasons.nobody_on_shift",
    ]  # fmt: skip


def test_where_all_places_are_taken_the_lead_says_so() -> None:
    found = whole([lead("L1"), lead("L2")], [team("A", capacity=1)], [[3], [2]])
    assert sent(found) == {"L2": "A"}
    assert [reason.code for reason in found.left_out[0].reasons] == ["reasons_batch.places_taken"]
    for lang in LANGUAGES:
        assert "1" in found.left_out[0].reasons[0].sentence(lang)


def test_nothing_to_send_and_nobody_to_send() -> None:
    assert whole([], [team("A")], []).totals.placed == 0
    empty = propose(set_up([lead("L1")], [], np.zeros((1, 0)), RULES))
    assert [reason.code for reason in empty.left_out[0].reasons] == ["reasons.nobody_eligible"]


def test_unknown_minutes_are_counted_and_never_summed() -> None:
    found = whole([lead("L1")], [team("A")], [[float("nan")]])
    assert (found.totals.minutes, found.totals.unknown, found.placed[0].choice.minutes) == (0, 1, None)


def test_no_target_no_count_of_the_late() -> None:
    silent = replace(RULES, ranking=RecommendationRules())
    found = whole([lead("L1")], [team("A")], [[90]], silent)
    assert (found.totals.late, found.saving.late) == (None, None)


def test_minutes_say_how_they_are_known() -> None:
    board = set_up([lead("L1")], [team("A"), team("B")], np.array([[3.0, 9.0]]), RULES)
    (placed,) = propose(board, np.array([[True, False]])).placed
    assert (placed.choice.method, placed.others[0].method) == (TravelMethod.ROAD, TravelMethod.ESTIMATE)
    assert any("按路网" in reason.sentence("zh") for reason in placed.pros)


# -- of any board ------------------------------------------------------------------------------------------------------

DOMAINS, TOWNS = ("city", "market", None), (TOWN, OTHER)


@st.composite
def boards(draw: st.DrawFn):
    def some(pool, low=0):
        return frozenset(draw(st.lists(st.sampled_from(pool), min_size=low, max_size=2)))

    teams = [
        team(
            f"T{n}",
            capacity=draw(st.integers(0, 3)),
            open_tasks=draw(st.integers(0, 3)),
            township_codes=some(TOWNS),
            domains=some(("city", "market")),
            organ_code=draw(st.sampled_from(("town", "bureau"))),
            known_cells=draw(st.dictionaries(st.sampled_from(("V1", "V2")), st.integers(1, 12))),
            members=team(f"T{n}").members[: draw(st.integers(0, 2))],
        )
        for n in range(draw(st.integers(1, 5)))
    ]
    leads = [
        OpenLead(
            f"L{n}",
            TaskFacts(
                draw(st.sampled_from((TaskKind.VERIFY, TaskKind.HANDLE))),
                domain=draw(st.sampled_from(DOMAINS)),
                township_code=(town := draw(st.sampled_from(TOWNS))),
                cell_chain=(draw(st.sampled_from(("V1", "V2", "V3"))), town),
                settlement=draw(st.sampled_from(("urban", "rural"))),
            ),
            draw(st.sampled_from((None, COUNTY))),
        )
        for n in range(draw(st.integers(1, 6)))
    ]
    times = st.one_of(st.floats(0, 90), st.just(float("nan")))
    minutes = np.array([[draw(times) for _ in teams] for _ in leads])
    return set_up(leads, teams, minutes, RULES)


@settings(max_examples=150, deadline=None)
@given(boards())
def test_the_batch_is_never_worse_than_one_by_one(board) -> None:
    ours, theirs = totals(board, assign(board)), totals(board, one_by_one(board))
    assert ours.placed >= theirs.placed
    if ours.placed == theirs.placed:
        assert ours.cost <= theirs.cost + 1e-6


@settings(max_examples=150, deadline=None)
@given(boards())
def test_capacity_holds_and_nobody_goes_who_may_not(board) -> None:
    for picks in (assign(board), one_by_one(board)):
        rows = np.flatnonzero(picks != NOBODY)
        assert board.fit[rows, picks[rows]].all()
        after = board.open_tasks + np.bincount(picks[rows], minlength=len(board.teams))
        grown = after > board.open_tasks
        assert (after[grown] <= board.capacity[grown]).all()


@settings(max_examples=100, deadline=None)
@given(boards())
def test_who_may_take_a_lead_is_who_is_recommended_for_it(board) -> None:
    for row, one in enumerate(board.leads):
        found = recommend(
            one.task, board.teams, RULES.weights, board.minutes[row].tolist(), NOW,
            rules=RULES.ranking, competence=one.competence,
        )  # fmt: skip
        assert {c.team.code for c in found.candidates} == {
            each.code for each, fits in zip(board.teams, board.fit[row], strict=True) if fits
        }
        picks = one_by_one(set_up([one], board.teams, board.minutes[row : row + 1], RULES))
        first = found.candidates[0].team.code if found.candidates else None
        assert (board.teams[picks[0]].code if picks[0] != NOBODY else None) == first


@settings(max_examples=60, deadline=None)
@given(boards())
def test_no_other_way_is_worth_more(board) -> None:
    """Every way there is, tried: as many placed, none dearer."""
    n, m = board.fit.shape
    seats = [(t, k) for t in range(m) for k in range(int(board.room[t]))][:5]
    if len(seats) < int(board.room.sum()) or n > 4:
        return
    best: tuple[int, float] = (0, 0.0)
    for way in permutations([*range(n), *[NOBODY] * len(seats)], len(seats)):
        picks = np.full(n, NOBODY)
        for (t, _), row in zip(seats, way, strict=True):
            if row != NOBODY and board.fit[row, t]:
                picks[row] = t
        found = totals(board, picks)
        best = min(best, (-found.placed, found.cost))
    ours = totals(board, assign(board))
    assert (-ours.placed, ours.cost) <= (best[0], best[1] + 1e-6)


@settings(max_examples=60, deadline=None)
@given(boards())
def test_the_same_board_gives_the_same_proposal_in_words(board) -> None:
    first, again = propose(board), propose(board)
    assert [(one.lead.number, one.choice.team.code) for one in first.placed] == [
        (one.lead.number, one.choice.team.code) for one in again.placed
    ]
    assert len(first.placed) + len(first.left_out) == len(board.leads)
    for one in (*first.placed, *first.left_out):
        for reason in one.reasons if hasattr(one, "reasons") else (*one.pros, *one.cons):
            assert all(reason.sentence(lang) for lang in LANGUAGES)
