"""Coverage, what a unit leaves uncovered, the best places, and the area reached: worked out by hand or by trying everything."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import best_places, cover, losses
from geo.distance import Terrain, metres_between
from geo.isochrones import isochrones, raster_over
from geo.travel import Places, soonest
from tests.geo.roads_by_hand import DEGREE_M, SOUTH, WEST

MINUTES = np.array([[4.0, 6.0, 20.0, np.nan], [9.0, 5.0, 14.0, np.inf]])  # two units, four places
WITHIN = [5.0, 5.0, 15.0, 15.0]


def test_a_place_is_covered_when_the_first_unit_is_there_in_its_own_time() -> None:
    found = cover(MINUTES, WITHIN, [1, 2, 3, 4])
    assert found.reached.tolist() == [True, True, True, False]
    assert found.unit.tolist() == [0, 1, 1, -1]
    assert found.minutes.tolist() == [4.0, 5.0, 14.0, np.inf]
    assert found.share == pytest.approx(6 / 10)


def test_without_units_nothing_is_covered_and_without_places_there_is_no_share() -> None:
    nobody = cover(np.empty((0, 3)), 5.0)
    assert (nobody.reached.any(), nobody.share) == (False, 0.0)
    assert np.isnan(cover(np.empty((2, 0)), 5.0).share)


def test_a_unit_loses_what_nobody_else_reaches_in_time() -> None:
    lost = losses(MINUTES, [10.0, 10.0, 15.0, 15.0], [1, 2, 3, 4])
    assert [loss.places.tolist() for loss in lost] == [[], [2]]
    assert [loss.weight for loss in lost] == [0.0, 3.0]


def test_a_loss_is_what_coverage_says_with_and_without_the_unit() -> None:
    rng = np.random.default_rng(8)
    minutes, weights = rng.uniform(0, 30, (6, 40)), rng.integers(0, 9, 40)
    whole = cover(minutes, 12.0, weights).covered
    for row, loss in enumerate(losses(minutes, 12.0, weights)):
        assert whole - cover(np.delete(minutes, row, axis=0), 12.0, weights).covered == pytest.approx(loss.weight)


def test_the_best_place_counts_only_what_is_not_covered_yet() -> None:
    reach = np.where([[1, 1, 1, 0], [0, 0, 1, 1]], 1.0, 99.0)
    assert best_places(reach, 5.0, np.zeros(4, dtype=bool)).chosen == (0,)
    found = best_places(reach, 5.0, np.array([True, True, False, False]))
    assert (found.chosen, found.gained, found.proven) == ((1,), 2.0, True)


def test_two_places_together_may_beat_the_best_one_first() -> None:
    """The best single place gains 8 and leaves 1.9 for a second: 9.9; the two others together gain 11.8."""
    reach = np.where([[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1]], 1.0, 99.0)
    weights = [2.0, 2.0, 2.0, 2.0, 1.9, 1.9]
    found = best_places(reach, 5.0, np.zeros(6, dtype=bool), 2, weights)
    assert set(found.chosen) == {1, 2}
    assert (found.gained, found.method, found.proven) == (pytest.approx(11.8), "exact", True)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_no_choice_is_better_than_the_best_and_none_exceeds_the_bound(seed: int, units: int) -> None:
    rng = np.random.default_rng(seed)
    minutes, weights = rng.uniform(0, 20, (7, 12)), rng.integers(0, 5, 12).astype(float)
    already = rng.random(12) < 0.2
    found = best_places(minutes, 6.0, already, units, weights)
    gain = (minutes <= 6.0) & ~already
    every = [weights[gain[list(rows)].any(axis=0)].sum() for rows in combinations(range(7), units)]
    assert found.gained == pytest.approx(max(every))
    assert found.gained <= found.bound + 1e-9
    assert sum(found.gains) == pytest.approx(found.gained)


def test_a_large_choice_is_greedy_and_says_what_none_can_exceed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.coverage.EXACT_MOST", 0)
    reach = np.where([[1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1]], 1.0, 99.0)
    weights = [2.0, 2.0, 2.0, 2.0, 1.9, 1.9]
    found = best_places(reach, 5.0, np.zeros(6, dtype=bool), 2, weights)
    assert (found.chosen[0], found.method, found.gained) == (0, "greedy", pytest.approx(9.9))
    assert not found.proven
    assert found.bound >= 11.8


# -- the layer --------------------------------------------------------------------------------------------------------

EAST_M = DEGREE_M * float(np.cos(np.radians(SOUTH + 0.05)))
AREA = shapely.box(WEST, SOUTH, WEST + 0.1, SOUTH + 0.1)


def test_points_of_the_raster_lie_inside_and_cover_the_area() -> None:
    triangle = shapely.Polygon([(WEST, SOUTH), (WEST + 0.1, SOUTH), (WEST, SOUTH + 0.1)])
    raster = raster_over(triangle, 10_000)
    places = raster.places
    assert shapely.contains_xy(triangle, places.lon, places.lat).all()
    assert len(places) * raster.width * raster.height == pytest.approx(triangle.area, rel=0.02)


def test_without_roads_the_area_reached_is_a_disc_of_the_right_size() -> None:
    """30 km/h for 5 minutes with a detour of 1.25 is a radius of 2 km."""
    raster = raster_over(AREA, 20_000)
    unit = Places.of([WEST + 0.05], [SOUTH + 0.05])
    minutes = soonest(unit, raster.places, Terrain(1.25, 30.0), limit=5.0)
    layer = isochrones(raster, minutes, [5.0, 2.5])
    assert [f["properties"]["minutes"] for f in layer["features"]] == [5.0, 2.5]
    wide, narrow = (f["properties"]["km2"] for f in layer["features"])
    assert wide == pytest.approx(np.pi * 4, rel=0.02)
    assert narrow == pytest.approx(np.pi, rel=0.04)
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in layer["features"]]
    assert all(shape.is_valid for shape in shapes)
    ring = shapely.get_coordinates(shapes[0])
    away = metres_between(ring[:, 0], ring[:, 1], WEST + 0.05, SOUTH + 0.05)
    assert 1_850 < away.min() <= away.max() < 2_150
    assert shapely.area(shapes[0]) * DEGREE_M * EAST_M / 1e6 == pytest.approx(wide, rel=0.03)


def test_nothing_reached_is_no_feature() -> None:
    raster = raster_over(AREA, 100)
    assert isochrones(raster, np.full(len(raster.places), np.inf), [5.0])["features"] == []
