"""Location of points against geopandas.sjoin(within), in one run: medians, ratio, mismatches, build time, memory.

python bench/locate.py [--points 1000000] [--repeat 5] [--cells 20 361 5000]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).parents[1]))

from data.demo import demonstration_grid, outline
from geo.drawing import Township, Village, draw_county
from geo.hierarchy import Hierarchy
from geo.locate import Locator


def grid(cells: int) -> Hierarchy:
    """The demonstration grid of Jindong for 361 cells, else a grid of so many cells drawn in the same outline."""
    if cells == 361:
        return demonstration_grid("jindong", 1)
    towns = [Township(f"330703{t:03}000", f"T{t}") for t in range(1, max(cells // 40, 2) + 1)]
    villages = [
        Village(f"{towns[v % len(towns)].code[:9]}{v // len(towns) + 1:03}", f"V{v}", towns[v % len(towns)].code)
        for v in range(cells)
    ]
    return draw_county(outline("330703"), towns, villages, 1, sections=False, code="330703000000", name="bench")


def points(area, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points all over the extent of the county and a little beyond: some 60 % lie inside."""
    west, south, east, north = area.bounds
    rng = np.random.default_rng(11)
    return rng.uniform(west - 0.01, east + 0.01, count), rng.uniform(south - 0.01, north + 0.01, count)


def median_time(call, repeat: int) -> tuple[float, object]:
    times, result = [], None
    for _ in range(repeat):
        begin = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - begin)
    return statistics.median(times), result


def sjoin(lons, lats, cells):
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lons, lats), crs=4326)
    return lambda: gpd.sjoin(frame, cells, predicate="within", how="left")


def one_by_one(locator: Locator, lons, lats, count: int = 20_000) -> tuple[float, float]:
    took = []
    for lon, lat in zip(lons[:count].tolist(), lats[:count].tolist(), strict=True):
        begin = time.perf_counter_ns()
        locator.chain_at(lon, lat)
        took.append(time.perf_counter_ns() - begin)
    return np.percentile(took, 50) / 1e3, np.percentile(took, 99) / 1e3


def exact(geometries, lons, lats) -> np.ndarray:
    found = np.full(len(lons), len(geometries))
    point, cell = shapely.STRtree(geometries).query(shapely.points(lons, lats), predicate="intersects")
    np.minimum.at(found, point, cell)
    return np.where(found == len(geometries), -1, found)


def border_points(geometries, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Vertices, points along edges, and points a few ulps beside them."""
    rng = np.random.default_rng(5)
    ring = shapely.get_coordinates(geometries)
    at = rng.integers(0, len(ring) - 1, count)
    share = rng.choice([0.0, 0.5, 0.25], count)[:, None]
    chosen = ring[at] * (1.0 - share) + ring[at + 1] * share
    chosen += rng.integers(-3, 4, chosen.shape) * np.spacing(chosen)
    return chosen[:, 0], chosen[:, 1]


def run(cells: int, count: int, repeat: int) -> None:
    hierarchy = grid(cells)
    geometries = np.array([cell.geometry for cell in hierarchy.leaves()])
    build, locator = median_time(lambda: Locator(hierarchy), 3)
    lons, lats = points(hierarchy.root.geometry, count)
    frame = gpd.GeoDataFrame({"cell": np.arange(len(geometries))}, geometry=geometries, crs=4326)
    join, rounds = sjoin(lons, lats, frame), []
    for _ in range(repeat):  # in turns, so that a busy machine slows both
        fast, found = median_time(lambda: locator.locate_many(lons, lats), 3)
        rounds.append((fast, median_time(join, 1)[0]))
    ours, theirs = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(slow / fast for fast, slow in rounds)
    wrong = int((exact(geometries, lons, lats) != found).sum())
    blon, blat = border_points(geometries, 50_000)
    wrong_border = int((exact(geometries, blon, blat) != locator.locate_many(blon, blat)).sum())
    p50, p99 = one_by_one(locator, lons, lats)
    with tempfile.TemporaryDirectory() as folder:
        locator.save(Path(folder) / "index.npz")
        load, _ = median_time(lambda: Locator.load(Path(folder) / "index.npz", hierarchy), 3)
    print(
        f"{cells:>5} cells, {shapely.get_num_coordinates(geometries).sum():,} vertices: "
        f"ours {ours * 1e3:.1f} ms ({count / ours / 1e6:.1f} M/s), sjoin {theirs:.2f} s ({count / theirs / 1e6:.2f} M/s), "
        f"ratio {ratio:.0f}x; mismatches {wrong} of {count:,}, on borders {wrong_border} of {len(blon):,}; "
        f"one point with chain p50 {p50:.2f} us, p99 {p99:.1f} us; build {build:.2f} s, load {load:.2f} s, "
        f"memory {locator.nbytes / 2**20:.0f} MiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--cells", type=int, nargs="+", default=[20, 361, 5000])
    given = parser.parse_args()
    for cells in given.cells:
        run(cells, given.points, given.repeat)


if __name__ == "__main__":
    main()
