"""Reach over a road network against networkx, in one run: medians and ratios; a recommendation for 300 units by road.

python bench/coverage.py [--roads FILE] [--repeat 5] [--side 141]

Without FILE (an extract of OpenStreetMap or GraphML) the network is made up: a bent grid of side × side junctions the size of a
county, a third of it one-way, ten classes of road.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import networkx as nx
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from geo.coverage import best_places, cover, losses
from geo.distance import Terrain
from geo.road_cache import keep_network, open_network
from geo.road_files import Roads, read_roads
from geo.road_tags import Way
from geo.road_times import Router, Speeds
from geo.roads import RoadNetwork, compile_roads
from geo.travel import Places, travel_times
from policy.eligibility import OfficerFacts, TaskFacts, TeamFacts
from policy.loader import load_profile
from policy.recommendation import RecommendationRules, Weights, recommend
from policy.travel import TravelMethod, travel_rules
from policy.vocabulary import OrganKind, PersonKind, TaskKind, Urgency

WEST, SOUTH, SPAN = 119.6, 29.0, 0.35
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
ESTIMATE = Terrain(1.3, 45.0)


def made_up(side: int) -> Roads:
    """Streets along and across, every junction moved a little, every fourth street one-way and back on the next."""
    rng = np.random.default_rng(4)
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1) + rng.uniform(-0.3, 0.3, (side, side, 2))
    places = np.array([WEST, SOUTH]) + grid * SPAN / side
    lines, ways = [], []
    for number in range(side):
        kind = int(rng.integers(4, 14))
        for line in (places[number], places[:, number]):
            one_way = number % 3 == 0
            lines.append(line if number % 2 else line[::-1])
            ways.append(Way(kind, True, not one_way or number in (0, side - 1)))
    first = np.arange(0, (len(lines) + 1) * side, side)
    return Roads(np.concatenate(lines), first, ways, [""] * len(ways), True, np.full(len(ways), np.nan))


def rival(router: Router) -> nx.DiGraph:
    """The same junctions and seconds for networkx."""
    network, seconds = router.network, router.speeds.seconds(router.network)
    graph = nx.DiGraph()
    for allowed, tail, head in (
        (network.forward, network.tail, network.head),
        (network.backward, network.head, network.tail),
    ):
        for a, b, took in zip(tail[allowed].tolist(), head[allowed].tolist(), seconds[allowed].tolist(), strict=True):
            if not graph.has_edge(a, b) or graph[a][b]["seconds"] > took:
                graph.add_edge(a, b, seconds=took)
    return graph


def in_turns(repeat: int, ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float, float]:
    """Medians of both and of their ratio, one after the other, so that a busy machine slows both."""
    rounds = [(timed(ours), timed(theirs)) for _ in range(repeat)]
    fast, slow = (statistics.median(times) for times in zip(*rounds, strict=True))
    return fast, slow, statistics.median(b / a for a, b in rounds)


def work(repeat: int, call: Callable[[], object]) -> float:
    """Seconds of the processor, median: what others on the machine do not lengthen."""
    times = []
    for _ in range(repeat):
        begin = time.thread_time()
        call()
        times.append(time.thread_time() - begin)
    return statistics.median(times)


def timed(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def median(repeat: int, call: Callable[[], object]) -> float:
    return statistics.median(timed(call) for _ in range(repeat))


def say(what: str, fast: float, slow: float, ratio: float, rest: str = "") -> None:
    print(f"{what}: ours {fast * 1e3:.1f} ms{rest}, networkx {slow * 1e3:.0f} ms, ratio {ratio:.0f}x")


def compare(router: Router, graph: nx.DiGraph, repeat: int) -> None:
    """From junction to junction, where both know the same: times must agree."""
    network = router.network
    rng = np.random.default_rng(6)
    units = rng.choice(network.junctions, 120, replace=False)
    every = router.snap(network.lon, network.lat)
    on = np.abs(every.metres) < 0.01  # junctions of motorways alone are left by another road
    origins = every.at(units[on[units]])
    sources = [int(node) for node in units[on[units]]]
    fast, slow, ratio = in_turns(
        repeat,
        lambda: router.nearest(origins, every),
        lambda: nx.multi_source_dijkstra_path_length(graph, sources, weight="seconds"),
    )
    found = router.nearest(origins, every)[on] * 60
    known = nx.multi_source_dijkstra_path_length(graph, sources, weight="seconds")
    apart = float(np.abs(found - np.array([known[i] for i in np.flatnonzero(on)])).max())
    took = work(repeat, lambda: router.nearest(origins, every)) * 1e3
    rest = f" ({took:.1f} ms of work; at most {apart:.3f} s apart)"
    say(f"nearest of {len(sources)} units for {network.junctions:,} junctions", fast, slow, ratio, rest)
    fast, slow, ratio = in_turns(
        repeat,
        lambda: router.matrix(origins, every, limit=15.0),
        lambda: [nx.single_source_dijkstra_path_length(graph, s, cutoff=900.0, weight="seconds") for s in sources],
    )
    took = work(repeat, lambda: router.matrix(origins, every, limit=15.0)) * 1e3
    share = float(np.isfinite(router.matrix(origins, every, limit=15.0)).mean())
    rest = (
        f" ({took:.1f} ms of work; {share:.0%} of the junctions each: {share * len(sources) * len(every):,.0f} in all)"
    )
    say(f"15-minute reach of {len(sources)} units, each on its own", fast, slow, ratio, rest)
    took = work(repeat, lambda: router.nearest(origins, every, limit=15.0)) * 1e3
    print(f"15-minute reach of all together: {took:.1f} ms of work")


def teams(lons: np.ndarray, lats: np.ndarray) -> list[TeamFacts]:
    until = NOW + timedelta(days=30)
    officers = tuple(
        OfficerFacts(f"p{n}", f"甲{n}", PersonKind.OFFICER, f"浙G{n}", NOW - timedelta(days=9), until) for n in range(2)
    )
    return [
        TeamFacts(
            str(n),
            f"T{n:03}",
            f"{n}队",
            "town",
            OrganKind.TOWNSHIP,
            members=officers,
            lon=lon,
            lat=lat,
            open_tasks=n % 3,
        )
        for n, (lon, lat) in enumerate(zip(lons.tolist(), lats.tolist(), strict=True))
    ]


def dispatch(router: Router, repeat: int, count: int = 300) -> None:
    """One lead, all units: travel times from the record's positions to ranked teams with every reason."""
    west, south, east, north = router.network.report.bounds
    rng = np.random.default_rng(7)
    units = Places.of(rng.uniform(west, east, count), rng.uniform(south, north, count))
    facts, rules = teams(units.lon, units.lat), RecommendationRules(target_urban=5, target_rural=15)
    task = TaskFacts(TaskKind.VERIFY, Urgency.URGENT)
    took: dict[str, list[float]] = {"travel": [], "whole": [], "work": []}
    for _ in range(max(repeat * 10, 30)):
        lead = Places.of([rng.uniform(west, east)], [rng.uniform(south, north)])
        begin, busy = time.perf_counter(), time.thread_time()
        travel = travel_times(units, lead, ESTIMATE, router=router)
        took["travel"].append(time.perf_counter() - begin)
        methods = [TravelMethod.ROAD if road else TravelMethod.ESTIMATE for road in travel.by_road[:, 0].tolist()]
        recommend(task, facts, Weights(), travel.minutes[:, 0].tolist(), NOW, rules=rules, methods=methods)
        took["whole"].append(time.perf_counter() - begin)
        took["work"].append(time.thread_time() - busy)
    for name, times in took.items():
        p50, p95 = np.percentile(times[1:], 50) * 1e3, np.percentile(times[1:], 95) * 1e3
        print(f"one lead, {count} units by road, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


def site(router: Router, repeat: int) -> None:
    """Coverage of 361 cells by 40 units, and the best places for one and three more."""
    west, south, east, north = router.network.report.bounds
    rng = np.random.default_rng(9)
    units, cells = (Places.of(rng.uniform(west, east, n), rng.uniform(south, north, n)) for n in (40, 361))
    weights = rng.integers(0, 40, 361)
    minutes = travel_times(units, cells, ESTIMATE, router=router, limit=45.0).minutes
    between = travel_times(cells, cells, ESTIMATE, router=router, limit=45.0).minutes
    covered = cover(minutes, 5.0, weights)
    print(f"40 units, 361 cells: {covered.share:.0%} of leads within 5 minutes")
    whole = work(repeat, lambda: travel_times(units, cells, ESTIMATE, router=router, limit=45.0))
    judged = work(repeat, lambda: (cover(minutes, 5.0, weights), losses(minutes, 5.0, weights)))
    print(f"coverage with what each unit would leave: {(whole + judged) * 1e3:.1f} ms of work")
    best_places(between, 5.0, covered.reached, 2, weights)
    for more in (1, 3):
        found = best_places(between, 5.0, covered.reached, more, weights)
        took = work(repeat, lambda n=more: best_places(between, 5.0, covered.reached, n, weights))
        print(
            f"best places for {more}: {took * 1e3:.1f} ms of work, {found.method}, gains {found.gained:.0f} of at most {found.bound:.0f}"
        )


def build(given: argparse.Namespace, speeds: Speeds) -> RoadNetwork:
    begin = time.perf_counter()
    roads = read_roads(given.roads) if given.roads else made_up(given.side)
    read = time.perf_counter()
    network = compile_roads(roads, source=given.roads.name if given.roads else "made up")
    made = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        keep_network(network, Path(folder) / "roads.npz")
        size = (Path(folder) / "roads.npz").stat().st_size
        opened = median(5, lambda: Router(open_network(Path(folder) / "roads.npz"), speeds))
    print(
        f"{network.source}: {network.junctions:,} junctions, {len(network.tail):,} pieces, {network.report.metres / 1e3:,.0f} km; "
        f"read {read - begin:.2f} s, compiled {made - read:.2f} s, kept {size / 2**20:.1f} MiB, ready from the kept file in {opened * 1e3:.0f} ms"
    )
    return network


def detour(router: Router) -> None:
    """What the network itself says of the factor that is used where there is none."""
    rng = np.random.default_rng(2)
    ends = [rng.choice(router.network.junctions, 400) for _ in range(2)]
    lon, lat = router.network.lon, router.network.lat
    flat = Router(router.network, Speeds(dict.fromkeys(router.speeds.kmh, 60.0), router.speeds.walking))
    at = [flat.snap(lon[e], lat[e]) for e in ends]
    metres = np.diag(flat.matrix(*at)) * 1000.0
    straight = np.diag(travel_times(*(Places.of(lon[e], lat[e]) for e in ends), Terrain(1.0, 60.0)).minutes) * 1000.0
    far = straight > 1000.0
    print(f"ways of more than 1 km are {np.median(metres[far] / straight[far]):.2f} times the straight line (median)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--roads", type=Path)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--side", type=int, default=141)
    given = parser.parse_args()
    rules = travel_rules(load_profile("national"), NOW.date())
    speeds = Speeds(rules.roads, rules.walking)
    router = Router(build(given, speeds), speeds)
    compare(router, rival(router), given.repeat)
    dispatch(router, given.repeat)
    site(router, given.repeat)
    detour(router)


if __name__ == "__main__":
    main()
