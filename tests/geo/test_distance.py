import numpy as np
import pytest

from geo.distance import TERRAINS, Terrain, estimate_travel, metres_between


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


def test_mountain_roads_take_longer_than_the_plain():
    minutes = {name: float(estimate_travel(119.7, 29.1, 119.8, 29.2, name).minutes) for name in TERRAINS}
    assert minutes["mountain"] > minutes["hill"] > minutes["plain"]
    assert minutes["urban"] > minutes["plain"]
