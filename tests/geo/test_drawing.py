"""The demonstration grid: true lists and places, cells that tile, the same for the same seed."""

import numpy as np
import pytest
import shapely

from data.demo import county_inputs, demonstration_grid, drawn, outline
from geo.distance import metres_between
from geo.drawing import Region, Township, Village, draw_county
from geo.errors import GridError

SQUARE = shapely.box(119.6, 29.0, 119.9, 29.3)


def km2(geometry) -> float:
    degree = float(metres_between(119.8, 29.15, 119.81, 29.15)) / 10.0 * 111.195
    return geometry.area * degree


def test_jindong_has_its_true_townships_and_villages(jindong):
    assert [len(jindong.at_level(level)) for level in range(5)] == [1, 3, 11, len(jindong.at_level(3)), 361]
    facts = county_inputs("330703")
    assert {(v.code, v.name) for v in facts.villages} == {(c.code, c.name) for c in jindong.at_level(4)}
    assert {c.name for c in jindong.at_level(1)} == {"城市+工业", "旅游+农业", "科创+人文"}
    assert all(jindong.chain(v.code)[2] == v.township for v in facts.villages)


def test_every_township_has_two_to_four_sections_named_by_position(jindong):
    for township in jindong.at_level(2):
        sections = jindong.children(township.code)
        assert 2 <= len(sections) <= 4
        assert all(s.name.startswith(township.name) and s.name.endswith("片区") for s in sections)
        assert len({s.name for s in sections}) == len(sections)
        east = [s for s in sections if s.name.endswith("东片区")]
        west = [s for s in sections if s.name.endswith("西片区")]
        if east and west:
            assert east[0].geometry.centroid.x > west[0].geometry.centroid.x


def test_children_tile_their_parent_with_no_gap_and_no_overlap(jindong):
    county = jindong.root.geometry.area
    for cell in jindong:
        below = [child.geometry for child in jindong.children(cell.code)]
        if below:
            assert abs(sum(g.area for g in below) - cell.geometry.area) <= 1e-9 * county
            assert shapely.union_all(below).symmetric_difference(cell.geometry).area <= 1e-9 * county
    for level in range(1, 5):
        assert shapely.coverage_is_valid(np.array([c.geometry for c in jindong.at_level(level)]))


def test_the_county_keeps_its_true_outline(jindong):
    true = outline("330703")
    assert jindong.root.geometry.symmetric_difference(true).area / true.area < 1e-7
    assert 640 < km2(jindong.root.geometry) < 675


def test_every_cell_is_one_valid_piece_and_marked_illustrative(jindong):
    assert all(c.geometry.is_valid and c.geometry.geom_type == "Polygon" for c in jindong)
    assert all(c.illustrative for c in jindong if c.level > 0)


def test_townships_hold_their_true_point_and_areas_follow_the_extents(jindong):
    areas, wished = [], []
    for town in county_inputs("330703").townships:
        cell = jindong[town.code].geometry
        assert cell.contains(shapely.Point(town.point)), town.name
        if town.extent:
            areas.append(km2(cell))
            wished.append(km2(shapely.box(*town.extent)))
    assert np.corrcoef(areas, wished)[0, 1] > 0.95


def test_urban_villages_are_smaller_and_nearer_the_middle_of_their_township(jindong):
    urban = [c for c in jindong.at_level(4) if c.settlement == "urban"]
    rural = [c for c in jindong.at_level(4) if c.settlement == "rural"]
    assert len(urban) > 20
    assert np.median([km2(c.geometry) for c in urban]) < 0.5 * np.median([km2(c.geometry) for c in rural])


def test_edges_between_villages_are_not_straight(jindong):
    turns = []
    for cell in jindong.at_level(4):
        ring = shapely.get_coordinates(shapely.get_exterior_ring(cell.geometry))
        step = np.diff(ring, axis=0)
        heading = np.arctan2(step[:, 1], step[:, 0])
        turns.append(np.abs(np.angle(np.exp(1j * np.diff(heading)))).mean())
    assert np.median(turns) > 0.1  # radians at every vertex, about 60 m apart


def test_the_same_seed_draws_the_same_grid_and_another_seed_another(jindong):
    again, other = drawn.__wrapped__("jindong", 1), demonstration_grid("jindong", 2)
    assert all(shapely.to_wkb(c.geometry) == shapely.to_wkb(again[c.code].geometry) for c in jindong)
    assert any(shapely.to_wkb(c.geometry) != shapely.to_wkb(other[c.code].geometry) for c in jindong.at_level(4))


@pytest.mark.parametrize(
    ("profile", "counts"),
    [
        ("chengliu", [4, 51]),
        pytest.param("lanxi", [16, 360], marks=pytest.mark.long),
        pytest.param("yunyang", [42, 480], marks=pytest.mark.long),
        pytest.param("fuling", [27, 433], marks=pytest.mark.long),
    ],
)
def test_the_other_counties_can_be_drawn_too(profile, counts):
    grid = demonstration_grid(profile, 1)
    levels = [len(grid.at_level(level)) for level in range(1, grid.depth + 1)]
    assert levels == counts
    leaves = np.array([c.geometry for c in grid.leaves()])
    assert shapely.coverage_is_valid(leaves)
    assert abs(shapely.area(leaves).sum() / grid.root.geometry.area - 1.0) < 1e-9


def square_county(**facts):
    towns = [Township("330000001000", "甲镇", point=(119.7, 29.1)), Township("330000002000", "乙镇")]
    villages = [Village(f"{t.code[:9]}{n:03}", f"{n}村", t.code) for t in towns for n in range(1, 13)]
    given = {"townships": towns, "villages": villages, "seed": 3, "code": "330000000000", "name": "方县"} | facts
    return draw_county(given.pop("outline", SQUARE), given.pop("townships"), given.pop("villages"), **given)


def test_a_county_of_few_facts_is_drawn_without_sections_and_with_chosen_regions():
    plain = square_county(sections=False)
    assert [len(plain.at_level(level)) for level in range(3)] == [1, 2, 24]
    grouped = square_county(regions=[Region("东"), Region("西")])
    assert [len(grouped.at_level(level)) for level in range(3)] == [1, 2, 2]


def test_facts_that_do_not_fit_are_refused_by_name():
    stray = Village("330000009001", "孤村", "330000009000")
    for facts, code in [
        ({"villages": [stray]}, "orphan"),
        ({"townships": [Township("330000001000", "甲镇")], "villages": []}, "empty_township"),
        ({"regions": [Region("全", ("330000001000",))]}, "region_unknown_township"),
        ({"outline": shapely.Polygon()}, "empty_geometry"),
    ]:
        with pytest.raises(GridError) as refused:
            square_county(**facts)
        assert refused.value.code == code
