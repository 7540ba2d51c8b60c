"""Location: no mismatch against exact geometry, inside, outside and on borders; the finest cell and its chain."""

import numpy as np
import pytest
import shapely

from geo.coordinates import diagnose, wgs84_to_gcj02
from geo.errors import GridError
from geo.hierarchy import Cell, Hierarchy
from geo.locate import Locator


@pytest.fixture(scope="module")
def locator(jindong):
    return Locator(jindong)


def exact(locator: Locator, lons, lats) -> np.ndarray:
    geometries = np.array([cell.geometry for cell in locator.cells])
    found = np.full(len(lons), len(geometries))
    point, cell = shapely.STRtree(geometries).query(shapely.points(lons, lats), predicate="intersects")
    np.minimum.at(found, point, cell)
    return np.where(found == len(geometries), -1, found)


def agrees(locator: Locator, lons, lats) -> None:
    truth = exact(locator, lons, lats)
    assert np.array_equal(locator.locate_many(lons, lats), truth)
    for i in range(0, len(lons), 37):
        assert locator.index_of(float(lons[i]), float(lats[i])) == truth[i]


def around(locator: Locator, count: int):
    west, south, east, north = shapely.total_bounds(np.array([c.geometry for c in locator.cells]))
    rng, wide, high = np.random.default_rng(2), (east - west) * 0.05, (north - south) * 0.05
    return rng.uniform(west - wide, east + wide, count), rng.uniform(south - high, north + high, count)


def on_borders(locator: Locator, count: int):
    rng = np.random.default_rng(3)
    ring = shapely.get_coordinates(np.array([c.geometry for c in locator.cells]))
    at = rng.integers(0, len(ring) - 1, count)
    share = rng.choice([0.0, 0.5, 0.3], count)[:, None]
    chosen = ring[at] * (1.0 - share) + ring[at + 1] * share
    chosen += rng.integers(-3, 4, chosen.shape) * np.spacing(chosen)
    return chosen[:, 0], chosen[:, 1]


def test_no_mismatch_anywhere(locator):
    agrees(locator, *around(locator, 200_000))


def test_no_mismatch_on_vertices_on_edges_and_a_few_roundings_beside_them(locator):
    agrees(locator, *on_borders(locator, 30_000))


def test_no_mismatch_with_coarse_and_fine_rasters(jindong):
    for pixels in (400, 40_000):
        coarse = Locator(jindong, pixels=pixels)
        agrees(coarse, *around(coarse, 20_000))
        agrees(coarse, *on_borders(coarse, 3_000))


def test_the_finest_cell_comes_with_its_chain(jindong, locator):
    village = jindong.at_level(4)[100]
    point = village.geometry.representative_point()
    assert locator.locate(point.x, point.y) == village.code
    assert locator.chain_at(point.x, point.y) == jindong.chain(village.code)
    assert str(locator.codes[locator.locate_many([point.x], [point.y])[0]]) == village.code


def test_what_is_outside_or_no_number_is_nowhere(locator):
    strange = [float("nan"), float("inf"), -float("inf"), 0.0, 1e300, 29.16]
    for lon in strange:
        assert locator.locate(lon, 29.15) is None
        assert locator.locate(119.8, lon if lon != 29.16 else 119.8) is None
        assert locator.chain_at(lon, lon) == ()
    with np.errstate(all="raise"):
        assert (locator.locate_many(strange, strange) == -1).all()
    assert len(locator.locate_many([], [])) == 0


def test_points_and_latitudes_must_pair(locator):
    with pytest.raises(ValueError, match="as many"):
        locator.locate_many([119.8, 119.9], [29.1])


def test_a_point_given_in_gcj02_is_told_by_the_locator(jindong, locator):
    for vertex in shapely.get_coordinates(shapely.buffer(jindong.root.geometry, -0.0005))[::20]:
        x, y = (float(v) for v in wgs84_to_gcj02(*vertex))
        finding = diagnose(x, y, locator.contains)
        assert finding.kind in ("inside", "gcj02")


def squares(offset: float = 1.0, size: float = 1.0) -> Hierarchy:
    parent = Cell("P", "P", 0, None, shapely.box(0, 0, 4, 4))
    return Hierarchy(
        [parent]
        + [
            Cell(f"P{i}{j}", "", 1, "P", shapely.box(i * offset, j * offset, i * offset + size, j * offset + size))
            for i in range(4)
            for j in range(4)
        ]
    )


def test_on_a_border_the_lowest_code_wins():
    locator = Locator(squares(), pixels=1000)
    assert locator.locate(1.0, 0.5) == "P00"
    assert locator.locate(1.0, 1.0) == "P00"
    assert locator.locate(3.0, 2.0) == "P21"
    agrees(locator, *(v.ravel() for v in np.meshgrid(np.linspace(-0.5, 4.5, 101), np.linspace(-0.5, 4.5, 101))))


def test_overlapping_cells_and_gaps_are_located_exactly_too():
    for offset, size in ((0.9, 1.2), (1.0, 0.8), (1.0, 1.0000001)):
        locator = Locator(squares(offset, size), pixels=3000)
        agrees(locator, *around(locator, 20_000))
        agrees(locator, *on_borders(locator, 3_000))


def test_where_children_leave_a_gap_the_parent_is_the_finest_cell():
    locator = Locator(squares(1.0, 0.8), pixels=3000)
    assert locator.locate(0.9, 0.9) == "P"
    assert locator.chain_at(0.5, 0.5) == ("P", "P00")


def test_cells_with_holes_and_islands_are_located_exactly():
    ring = shapely.difference(shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2))
    inner = shapely.union(shapely.box(1, 1, 2, 2), shapely.box(4, 0, 5, 1))
    root = Cell("R", "", 0, None, shapely.union(ring, inner))
    locator = Locator(Hierarchy([root, Cell("RA", "", 1, "R", ring), Cell("RB", "", 1, "R", inner)]), pixels=5000)
    assert locator.locate(1.5, 1.5) == "RB"
    assert locator.locate(4.5, 0.5) == "RB"
    assert locator.locate(3.5, 0.5) is None
    agrees(locator, *around(locator, 20_000))
    agrees(locator, *on_borders(locator, 3_000))


def test_kept_on_disk_and_loaded_it_answers_the_same(tmp_path, jindong, locator):
    locator.save(tmp_path / "jindong.npz")
    loaded = Locator.load(tmp_path / "jindong.npz", jindong)
    points = around(locator, 50_000)
    assert np.array_equal(loaded.locate_many(*points), locator.locate_many(*points))
    assert loaded.nbytes < 150 * 2**20


def test_the_index_of_another_grid_is_refused(tmp_path, locator):
    locator.save(tmp_path / "jindong.npz")
    with pytest.raises(GridError) as refused:
        Locator.load(tmp_path / "jindong.npz", squares())
    assert refused.value.code == "index_of_another_grid"


def test_a_cell_that_crosses_itself_is_refused_by_name():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(GridError) as refused:
        Locator(Hierarchy([Cell("R", "bow", 0, None, bow)]))
    assert (refused.value.code, refused.value.params["cell"]) == ("invalid_geometry", "R")
