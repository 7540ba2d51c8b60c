"""Times worked out by hand, and against a plain Dijkstra over the pieces cut at every place."""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.distance import Terrain, metres_between
from geo.road_files import Roads, read_roads
from geo.road_tags import KINDS, Way
from geo.road_times import ON_FOOT_M, SNAP_MOST_M, Router, Speeds
from geo.roads import RoadNetwork, compile_roads, metres_of
from geo.travel import Places, soonest, travel_times
from tests.geo.roads_by_hand import DEGREE_M, KMH, SPEEDS, WEST, extract, north

EAST_M = DEGREE_M * float(np.cos(np.radians(north(500))))  # metres of a degree of longitude here


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Router:
    return Router(compile_roads(read_roads(extract(tmp_path_factory.mktemp("roads") / "town.osm.pbf"))), SPEEDS)


def seconds(router: Router, origin: tuple[float, float], place: tuple[float, float]) -> float:
    return float(router.matrix(router.snap(*map(list, zip(origin))), router.snap(*map(list, zip(place))))[0, 0]) * 60


def back_street() -> float:
    """Metres of the one-way from the north end by the west to the south end."""
    lons, lats = [WEST, WEST - 0.002, WEST], [north(1000), north(500), north(0)]
    return float(metres_between(lons[:-1], lats[:-1], lons[1:], lats[1:]).sum())


# -- by hand ----------------------------------------------------------------------------------------------------------

STREET = [  # from, to (metres along the street of two directions, ten metres a second), seconds
    (0, 1000, 100.0),
    (1000, 0, 100.0),
    (100, 700, 60.0),
    (150, 350, 20.0),
    (350, 150, 20.0),
    (250, 250, 0.0),
]


@pytest.mark.parametrize(("begin", "end", "took"), STREET)
def test_along_a_street_time_is_way_by_speed(town: Router, begin: float, end: float, took: float) -> None:
    assert seconds(town, (WEST, north(begin)), (WEST, north(end))) == pytest.approx(took, abs=0.05)


def test_a_one_way_is_driven_its_way_only(town: Router) -> None:
    """From its bend on to the south end; the other way round by the street."""
    bend, south = (WEST - 0.002, north(500)), (WEST, north(0))
    first = back_street() / 2
    assert seconds(town, bend, south) == pytest.approx(first / 10, rel=1e-3)
    assert seconds(town, south, bend) == pytest.approx(100 + first / 10, rel=1e-3)
    a_little_back = (WEST - 0.002 * 0.9, north(550))  # upstream of the bend: right round
    assert seconds(town, bend, a_little_back) == pytest.approx((first + 1000 + 0.9 * first) / 10, rel=1e-2)


def test_off_the_road_one_walks(town: Router) -> None:
    """A hundred metres east of the street at a metre a second, and the distance is told."""
    lon = WEST + 100 / EAST_M
    at = town.snap([lon], [north(700)])
    assert at.metres[0] == pytest.approx(100, abs=0.2)
    assert seconds(town, (WEST, north(0)), (lon, north(700))) == pytest.approx(70 + 100, abs=0.3)
    assert seconds(town, (lon, north(700)), (lon, north(705))) == pytest.approx(5, abs=0.1)  # across the field


def test_a_lower_limit_of_the_road_holds(town: Router) -> None:
    quick = Router(town.network, Speeds(dict.fromkeys(KINDS, 120.0), 3.6))
    assert seconds(quick, (WEST, north(0)), (WEST, north(1000))) == pytest.approx(1000 / (60 / 3.6), rel=1e-3)


def test_beyond_the_limit_is_infinite_and_off_the_network_is_not_a_number(town: Router) -> None:
    far = WEST + (SNAP_MOST_M + 500) / EAST_M
    origins = town.snap([WEST, far, np.nan], [north(0), north(0), north(0)])
    places = town.snap([WEST, WEST], [north(100), north(900)])
    minutes = town.matrix(origins, places, limit=0.5)
    assert minutes[0, 0] == pytest.approx(10 / 60, abs=0.01)
    assert np.isinf(minutes[0, 1])
    assert np.isnan(minutes[1:]).all()
    assert origins.piece.tolist()[1:] == [-1, -1]


def test_nobody_steps_off_a_motorway() -> None:
    lanes = np.array([[WEST, north(0)], [WEST, north(1000)], [WEST + 0.005, north(0)], [WEST + 0.005, north(1000)]])
    join = np.array([[WEST, north(0)], [WEST + 0.005, north(0)], [WEST, north(1000)], [WEST + 0.005, north(1000)]])
    points, first = np.concatenate([lanes, join]), np.arange(0, 9, 2)
    kinds = [KINDS.index("motorway"), *[KINDS.index("residential")] * 3]
    roads = Roads(points, first, [Way(k, True, True) for k in kinds], [""] * 4, True, np.full(4, np.nan))
    router = Router(compile_roads(roads), Speeds(KMH | {"motorway": 360.0}, 3.6))
    at = router.snap([WEST + 0.001], [north(500)])  # beside the motorway, 400 m from the street
    assert router.network.kind[at.piece[0]] != KINDS.index("motorway")


def test_the_soonest_is_the_least_of_all(town: Router) -> None:
    origins = town.snap([WEST, WEST - 0.002, WEST], [north(50), north(480), north(900)])
    places = town.snap(np.full(40, WEST), [north(m) for m in range(0, 1000, 25)])
    np.testing.assert_allclose(town.nearest(origins, places), town.matrix(origins, places).min(axis=0), atol=1e-9)


def test_places_are_remembered_and_come_back_the_same(town: Router) -> None:
    lons, lats = np.full(3000, WEST), np.linspace(north(0), north(1000), 3000)
    once = [town.snap(lons, lats), town.snap(lons[:5], lats[:5])]
    again = [town.snap(lons, lats), town.snap(lons[:5], lats[:5])]
    for one, other in zip(once, again, strict=True):
        np.testing.assert_array_equal(one.piece, other.piece)
        np.testing.assert_array_equal(one.along, other.along)


def test_a_few_metres_against_a_one_way_are_walked(town: Router) -> None:
    begin, end = (WEST - 0.001, north(250)), (WEST - 0.001002, north(250.5))  # half a metre upstream on the way back
    assert seconds(town, begin, end) == pytest.approx(0.5, abs=0.3)
    assert seconds(town, end, begin) == pytest.approx(0.5, abs=0.3)


# -- roads and estimate together --------------------------------------------------------------------------------------

PLAIN = Terrain(detour=1.5, speed_kmh=36.0)


def test_without_a_network_every_time_is_an_estimate() -> None:
    found = travel_times(Places.of([WEST], [north(0)]), Places.of([WEST, None], [north(1000), None]), PLAIN)
    assert found.minutes[0, 0] == pytest.approx(150 / 60, rel=1e-4)
    assert np.isnan(found.minutes[0, 1])
    assert not found.by_road.any()


def test_a_place_off_the_network_is_estimated_and_called_so(town: Router) -> None:
    far = WEST + 5000 / EAST_M
    origins, places = Places.of([WEST, far], [north(0), north(0)]), Places.of([WEST, far], [north(900), north(0)])
    found = travel_times(origins, places, PLAIN, router=town)
    assert found.by_road.tolist() == [[True, False], [False, False]]
    assert found.minutes[0] == pytest.approx([1.5, 5000 * 1.5 / 10 / 60], rel=1e-2)
    assert soonest(origins, places, PLAIN, router=town) == pytest.approx([1.5, 0.0], rel=1e-2)


# -- against a plain Dijkstra -----------------------------------------------------------------------------------------


def plain_times(
    network: RoadNetwork, points: list[tuple[float, float]], speeds: Speeds, chosen: list[int]
) -> np.ndarray:
    """Seconds between all points: the pieces cut wherever a point meets them, every link in a dictionary, a heap.

    Of pieces equally near, where roads overlap, the `chosen` one is taken.
    """
    middle = float(np.mean(network.lat))
    taken = speeds.seconds(network)
    lines = [
        shapely.LineString(metres_of(network.points[network.first[i] : network.first[i + 1]], middle))
        for i in range(len(network.tail))
    ]
    cuts: dict[int, list[tuple[float, object]]] = defaultdict(list)
    links: dict[object, list[tuple[object, float]]] = defaultdict(list)
    for number, (x, y) in enumerate(metres_of(points, middle)):
        point = shapely.Point(x, y)
        piece = min(range(len(lines)), key=lambda i: (round(lines[i].distance(point), 6), i != chosen[number]))
        along = lines[piece].line_locate_point(point, normalized=True)
        walk = lines[piece].distance(point) * 3.6 / speeds.walking
        cuts[piece].append((along, ("road", number)))
        links["place", number].append((("road", number), walk))
        links["road", number].append((("end", number), walk))
    for piece, took in enumerate(taken):
        stops = sorted(
            [(0.0, int(network.tail[piece])), *cuts[piece], (1.0, int(network.head[piece]))], key=lambda s: s[0]
        )
        for (a, one), (b, other) in pairwise(stops):
            if network.forward[piece]:
                links[one].append((other, (b - a) * took))
            if network.backward[piece] or b - a < 1e-9:  # one spot: no way to drive between them
                links[other].append((one, (b - a) * took))
    return np.array([[_plain(links, i)[("end", j)] for j in range(len(points))] for i in range(len(points))])


def _plain(links: dict, number: int) -> dict:
    best: dict = {}
    heap: list = [(0.0, 0, ("place", number))]
    count = 0
    while heap:
        cost, _, vertex = heapq.heappop(heap)
        if vertex in best:
            continue
        best[vertex] = cost
        for other, took in links[vertex]:
            if other not in best:
                count += 1
                heapq.heappush(heap, (cost + took, count, other))
    return best


@st.composite
def networks(draw: st.DrawFn) -> Roads:
    """A ring one can drive round, with chords of any class and direction, some of them bent, some parallel."""
    size = draw(st.integers(3, 7))
    places = [(WEST + 0.001 * draw(st.integers(0, 40)), north(100 * draw(st.integers(0, 40)))) for _ in range(size)]
    places = [(x + 1e-5 * i, y) for i, (x, y) in enumerate(places)]  # no two the same
    ends = [(i, (i + 1) % size) for i in range(size)]
    ends += draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=6))
    lines, ways = [], []
    for number, (a, b) in enumerate(ends):
        bend = [(WEST + 0.0001 * draw(st.integers(1, 399)) + 3e-6 * number, north(draw(st.integers(0, 4000))))]
        lines.append([places[a], *(bend if a == b or draw(st.booleans()) else []), places[b]])
        both = draw(st.booleans())
        ways.append(Way(draw(st.integers(4, 14)), True, both))
    points = np.array([point for line in lines for point in line])
    first = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    return Roads(points, first, ways, [""] * len(lines), False, np.full(len(lines), np.nan))


@settings(max_examples=40, deadline=None)
@given(networks(), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), min_size=2, max_size=5), st.data())
def test_times_are_those_of_a_plain_dijkstra(roads: Roads, at: list[tuple[int, int]], data: st.DataObject) -> None:
    kmh = dict(zip(KINDS, data.draw(st.permutations([5.0 * i for i in range(1, 16)])), strict=True))
    speeds = Speeds(kmh, walking=5.0)
    network = compile_roads(roads)
    router = Router(network, speeds)
    points = [(WEST + x / EAST_M + 1e-7, north(y)) for x, y in at]
    snapped = router.snap([p[0] for p in points], [p[1] for p in points])
    expected = plain_times(network, points, speeds, snapped.piece.tolist())
    found = router.matrix(snapped, snapped) * 60
    apart = snapped.metres[:, None] + snapped.metres[None, :]  # where one would cross the field, the plain one drives
    straight = np.array([[metres_between(a[0], a[1], b[0], b[1]) for b in points] for a in points])
    on = snapped.piece >= 0
    drive = (
        on[:, None]
        & on[None, :]
        & ((straight > apart + ON_FOOT_M) | (snapped.piece[:, None] != snapped.piece[None, :]))
    )
    np.testing.assert_allclose(found[drive], expected[drive], rtol=1e-6, atol=1e-3)
    one = router.snap([points[0][0]], [points[0][1]])
    np.testing.assert_allclose(router.matrix(snapped, one)[:, 0], found[:, 0] / 60, atol=1e-9)
    if on.any():
        least = np.fmin.reduce(router.matrix(snapped, snapped), axis=0)
        np.testing.assert_allclose(router.nearest(snapped, snapped), least, atol=1e-9)
