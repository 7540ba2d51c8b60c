"""The map's geometry: small, valid, edges still shared, labels inside."""

import json

import brotli
import numpy as np
import pytest
import shapely

from geo.hierarchy import Cell, Hierarchy
from geo.simplify import collection, features_by_level, label_points, simplify_cells


@pytest.fixture(scope="module")
def levels(jindong):
    return features_by_level(jindong)


def shapes(features):
    return np.array([shapely.from_geojson(json.dumps(f["geometry"])) for f in features])


def test_all_levels_together_stay_within_200_kilobytes(levels):
    sizes = {level: len(brotli.compress(collection(features), quality=9)) for level, features in levels.items()}
    assert sum(sizes.values()) <= 200_000, sizes


def test_shared_edges_stay_shared_and_no_cell_is_lost(levels, jindong):
    for level, features in levels.items():
        assert [f["properties"]["c"] for f in features] == [c.code for c in jindong.at_level(level)]
        assert shapely.is_valid(shapes(features)).all()
        assert shapely.coverage_is_valid(shapes(features))
    county = shapes(levels[0])[0]
    assert abs(shapely.area(shapes(levels[4])).sum() / county.area - 1.0) < 1e-9
    assert shapely.hausdorff_distance(county, jindong.root.geometry) * 111_195 < 250


def test_features_carry_the_least_that_the_map_needs(levels):
    village = levels[4][0]["properties"]
    assert village["s"] == 1
    assert set(village) <= {"c", "n", "p", "x", "y", "u", "s"}
    assert "s" not in levels[0][0]["properties"]


def test_labels_lie_inside_their_cell_also_in_a_crescent(jindong):
    points = label_points(jindong)
    assert all(c.geometry.contains(shapely.Point(points[c.code])) for c in jindong)
    ring = shapely.difference(shapely.Point(0, 0).buffer(1), shapely.Point(0.2, 0).buffer(0.7))
    assert ring.contains(shapely.Point(label_points(Hierarchy([Cell("R", "", 0, None, ring)]))["R"]))


def test_a_grid_that_does_not_tile_is_simplified_level_by_level():
    whole = shapely.box(0, 0, 2, 1)
    grid = Hierarchy(
        [
            Cell("A", "", 0, None, whole),
            Cell("A1", "", 1, "A", shapely.box(0, 0, 1.2, 1)),
            Cell("A2", "", 1, "A", shapely.box(1, 0, 1.9, 1)),
        ]
    )
    simple = simplify_cells(grid)
    assert simple["A"].equals(whole)
    assert simple["A2"].area == pytest.approx(0.9)
