import numpy as np
import pytest

from geo.distance import Terrain, estimate_travel, metres_between


def test_one_degree_of_latitude_is_111_kilometres():
    assert metres_between(120.0, 29.0, 120.0, 30.0) == pytest.approx(111_195, abs=1)


def test_distances_broadcast_and_are_symmetric():
    lon, lat = np.array([119.7, 119.8, 119.9]), np.array([29.1, 29.2, 29.3])
    there = metres_between(lon[:, None], lat[:, None], lon[None, :], lat[None, :])
    assert there.shape == (3, 3)
    assert np.allclose(there, there.T)
    assert np.all(np.diag(there) == 0.0)


def test_travel_time_is_the_straight_line_times_the_detour_at_the_speed():
    road = Terrain(detour=1.5, speed_kmh=30.0)
    estimate = estimate_travel(120.0, 29.0, 120.0, 29.1, road)
    assert float(estimate.metres) == pytest.approx(1.5 * 11_119.5, abs=1)
    assert float(estimate.minutes) == pytest.approx(float(estimate.metres) / 500.0)
    assert estimate.method == "straight_line_detour"


def test_each_place_may_have_its_own_terrain():
    lon = np.array([119.8, 119.8])
    own = Terrain(detour=np.array([1.3, 1.8]), speed_kmh=np.array([30.0, 45.0]))
    both = estimate_travel(119.7, 29.1, lon, 29.2, own)
    each = [estimate_travel(119.7, 29.1, 119.8, 29.2, Terrain(d, v)) for d, v in ((1.3, 30.0), (1.8, 45.0))]
    assert both.minutes.tolist() == [float(one.minutes) for one in each]
