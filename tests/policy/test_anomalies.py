"""More than expected: what was planted is found, chance is held to its rate, small counts are let be."""

from __future__ import annotations

import numpy as np
import pytest

from policy.anomalies import LEAST, RATE, chances, dispersion, excesses, let_stand

WEEKS = 8
SERIES = 300


def county(seed: int, spread: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Counts of one day and of eight comparable ones, of cells with a few leads a day or none; variance is `spread` times the mean."""
    rng = np.random.default_rng(seed)
    mean = rng.gamma(0.5, 4.0, (SERIES, 1))
    if spread == 1.0:
        drawn = rng.poisson(mean, (SERIES, WEEKS + 1))
    else:
        drawn = rng.negative_binomial(mean / (spread - 1), 1 / spread, (SERIES, WEEKS + 1))
    return drawn[:, 0], drawn[:, 1:]


@pytest.mark.parametrize("seed", range(20))
def test_a_planted_excess_is_found_and_stands_first(seed: int) -> None:
    counts, past = county(seed)
    past[7] = [2, 3, 1, 2, 2, 3, 2, 2]
    counts[7] = 14
    first = excesses(counts, past)[0]
    assert (first.index, first.count, first.usual) == (7, 14, 2.125)
    assert first.chance < 1e-5


@pytest.mark.parametrize("spread", [1.0, 2.0])
def test_without_an_excess_a_look_marks_anything_no_oftener_than_its_rate(spread: float) -> None:
    looks = 2_000
    marked = sum(bool(excesses(*county(seed, spread))) for seed in range(looks))
    assert marked / looks <= RATE + 3 * (RATE * (1 - RATE) / looks) ** 0.5


def test_of_many_marks_chance_has_no_larger_share_than_its_rate() -> None:
    false = real = 0
    for seed in range(200):
        counts, past = county(seed)
        planted = set(range(0, SERIES, 10))
        counts[list(planted)] = past[list(planted)].max(axis=1) * 2 + 12
        marked = {one.index for one in excesses(counts, past)}
        false, real = false + len(marked - planted), real + len(marked & planted)
    assert real > 5_000
    assert false / (false + real) <= RATE


def test_small_counts_are_not_marked_however_rare() -> None:
    past = np.zeros((3, WEEKS), dtype=int)
    assert excesses([LEAST - 1, 0, 0], past) == ()
    assert [one.index for one in excesses([LEAST, 0, 0], past)] == [0]


def test_fewer_than_expected_is_no_excess() -> None:
    assert excesses([0, 3], [[20] * WEEKS, [30] * WEEKS]) == ()


@pytest.mark.parametrize("weeks", [0, 1, 3])
def test_with_too_few_days_to_compare_nothing_is_judged(weeks: int) -> None:
    assert excesses([50], np.ones((1, weeks), dtype=int)) == ()


def test_a_cell_that_varies_more_must_have_more_before_it_is_marked() -> None:
    steady, wild = [[10, 9, 11, 10, 10, 9, 11, 10]], [[2, 25, 4, 18, 1, 22, 3, 5]]
    assert dispersion(np.array(steady)) == 1.0
    assert dispersion(np.array(wild)) > 5
    assert excesses([28], steady)
    assert not excesses([28], wild)


@pytest.mark.parametrize("mean", [0.3, 2.0, 8.0, 30.0])
def test_chances_are_never_smaller_than_they_are(mean: float) -> None:
    rng = np.random.default_rng(5)
    found = chances(rng.poisson(mean, 20_000), rng.poisson(mean, (20_000, WEEKS)), 1.0)
    for level in (0.05, 0.01, 0.001):
        assert (found <= level).mean() <= level * 1.1


def test_the_chance_is_that_of_the_negative_binomial() -> None:
    """By hand: S = 16 in 8 weeks, so size 16.5 and P(0) = (8/9)^16.5; P(as many or more than 1) = 1 − P(0)."""
    found = chances(np.array([1]), np.full((1, 8), 2), 1.0)
    assert found[0] == pytest.approx(1 - (8 / 9) ** 16.5)


def test_the_step_up_lets_all_stand_below_the_last_that_passes() -> None:
    assert let_stand(np.array([0.04, 0.001, 0.019, 0.9]), 0.05).tolist() == [False, True, True, False]
    assert let_stand(np.array([0.035, 0.036, 0.037, 0.05]), 0.05).all(), "the last passes and takes the others with it"
    assert not let_stand(np.array([]), 0.05).any()
