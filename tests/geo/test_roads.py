"""Road files: what is taken, in which direction, what hangs together, and what a broken file is told."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import osmium
import pytest

from geo.coordinates import wgs84_to_gcj02
from geo.road_cache import VERSION, keep_network, open_network
from geo.road_files import RoadError, hstore, read_roads
from geo.road_tags import KINDS, Way, limit_of, way_of
from geo.roads import ARRAYS, compile_roads, suspect_datum
from policy.text import LANGUAGES, say
from tests.geo.roads_by_hand import NODES, SOUTH, WAYS, WEST, extract, graphml, north

# -- tags -------------------------------------------------------------------------------------------------------------

DIRECTIONS = [
    ({"highway": "primary"}, (True, True)),
    ({"highway": "primary", "oneway": "yes"}, (True, False)),
    ({"highway": "primary", "oneway": "-1"}, (False, True)),
    ({"highway": "motorway"}, (True, False)),
    ({"highway": "motorway", "oneway": "no"}, (True, True)),
    ({"highway": "tertiary", "junction": "roundabout"}, (True, False)),
]


@pytest.mark.parametrize(("tags", "directions"), DIRECTIONS)
def test_a_road_may_be_driven_in_the_directions_its_tags_say(
    tags: dict[str, str], directions: tuple[bool, bool]
) -> None:
    way = way_of(tags)
    assert isinstance(way, Way)
    assert (way.forward, way.backward) == directions


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"highway": "footway"}, "other_class"),
        ({"highway": "construction"}, "other_class"),
        ({"highway": "service", "area": "yes"}, "other_class"),
        ({"highway": "service", "access": "private"}, "closed"),
        ({"highway": "track", "motor_vehicle": "no", "access": "yes"}, "closed"),
        ({"highway": "primary", "oneway": "reversible"}, "reversible"),
    ],
)
def test_what_may_not_be_driven_is_left_out_with_its_reason(tags: dict[str, str], why: str) -> None:
    assert way_of(tags) == why


def test_the_nearer_tag_of_access_decides() -> None:
    assert isinstance(way_of({"highway": "service", "access": "private", "motor_vehicle": "yes"}), Way)


@pytest.mark.parametrize(
    ("said", "kmh"),
    [("40", 40), ("40;60", 40), ("30 mph", 48.28), ("CN:urban", math.nan), ("", math.nan), ("0", math.nan)],
)
def test_a_limit_is_the_lowest_number_said(said: str, kmh: float) -> None:
    assert limit_of(said) == pytest.approx(kmh, abs=0.01, nan_ok=True)


def test_tags_with_quotes_and_commas_come_apart_rightly() -> None:
    assert hstore('"a"=>"1","note"=>"x\\"y\\",z","oneway"=>"yes"') == {"a": "1", "note": 'x"y",z', "oneway": "yes"}


# -- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".osm.pbf", ".osm"])
def test_an_extract_becomes_one_network_with_all_left_apart_named(ending: str, tmp_path: Path) -> None:
    network = compile_roads(read_roads(extract(tmp_path / f"town{ending}")), source="town")
    report = network.report
    assert report.left_out == {"other_class": 1, "closed": 1}
    # node 2 is a junction (the stub leaves there), node 4 is only a bend of the one-way
    assert (report.roads, report.junctions, report.pieces) == (4, 3, 3)
    by_name = {part.name: part for part in report.parts}
    assert set(by_name) == {"断头路", "飞地路"}
    assert by_name["飞地路"].metres == pytest.approx(300, abs=0.1)
    lengths = sorted(network.metres.tolist())
    assert lengths[:2] == pytest.approx([400, 600], abs=0.1)
    assert report.by_kind["secondary"] == pytest.approx(1000, abs=0.2)
    assert report.main == pytest.approx(report.metres / (report.metres + sum(p.metres for p in report.parts)))


def test_a_network_is_the_one_its_nodes_make(tmp_path: Path) -> None:
    """The same junctions as counted from the node numbers of the file, which the reader never sees."""
    path = extract(tmp_path / "town.osm.pbf")
    uses: Counter[int] = Counter()
    for way in osmium.FileProcessor(str(path), osmium.osm.WAY):
        if isinstance(way_of(dict(way.tags)), Way):
            refs = [node.ref for node in way.nodes]
            uses.update([*refs, refs[0], refs[-1]])
    kept = {key for key, count in uses.items() if count > 1} - {5, 8, 9}
    network = compile_roads(read_roads(path))
    assert sorted(zip(network.lon.round(7), network.lat.round(7), strict=True)) == sorted(
        (round(NODES[key][0], 7), round(NODES[key][1], 7)) for key in kept
    )


def test_only_what_lies_about_the_county_is_taken_from_a_larger_extract(tmp_path: Path) -> None:
    path = extract(tmp_path / "town.osm.pbf")
    roads = read_roads(path, bounds=(WEST - 0.05, SOUTH - 0.05, WEST + 0.05, SOUTH + 0.05))
    assert "飞地路" not in roads.names
    assert "大街" in roads.names


def test_a_file_as_an_editor_writes_it_need_not_be_in_order(tmp_path: Path) -> None:
    places = "".join(
        f'<node id="{k}" lon="{x}" lat="{y}" version="1"/>' for k, (x, y) in ((-2, NODES[3]), (-1, NODES[1]))
    )
    way = '<way id="-3" version="1"><nd ref="-2"/><nd ref="-1"/><tag k="highway" v="primary"/></way>'
    (tmp_path / "drawn.osm").write_text(f'<osm version="0.6">{places}{way}</osm>', "utf-8")
    assert compile_roads(read_roads(tmp_path / "drawn.osm")).metres.tolist() == pytest.approx([1000], abs=0.1)


SQUARE = {1: (WEST, north(0)), 2: (WEST, north(1000)), 3: (WEST + 0.01, north(0))}


def test_an_edge_and_its_counterpart_are_one_road_with_two_directions(tmp_path: Path) -> None:
    street = {"highway": "residential", "length": 1000.0, "oneway": False}
    back = {"highway": "['residential', 'service']", "length": 1000.02, "oneway": False}
    around = {"highway": "primary", "oneway": True, "maxspeed": "['40', '60']"}
    edges = [(1, 2, street), (2, 1, back), (2, 3, around), (3, 1, around)]
    network = compile_roads(read_roads(graphml(tmp_path / "town.graphml", SQUARE, edges)))
    both = network.forward & network.backward
    assert (len(both), int(both.sum())) == (3, 1)
    assert network.report.by_kind["residential"] == pytest.approx(1000, abs=0.1)
    assert network.limit[~both].tolist() == [40.0, 40.0]


def test_edges_without_a_drawing_keep_the_length_they_say(tmp_path: Path) -> None:
    bend = {"highway": "track", "length": 2500.0}
    edges = [(1, 2, bend), (2, 3, bend), (3, 1, bend)]
    network = compile_roads(read_roads(graphml(tmp_path / "town.graphml", SQUARE, edges, directed=False)))
    assert network.metres.tolist() == [2500.0] * 3
    assert network.forward.all()
    assert network.backward.all()


def test_roads_that_cross_without_a_common_node_do_not_meet(tmp_path: Path) -> None:
    bridge = {11: (WEST - 0.01, north(500)), 12: (WEST + 0.01, north(500))}
    ways = [([1, 2], {"highway": "primary"}), ([11, 12], {"highway": "motorway", "oneway": "no"})]
    network = compile_roads(read_roads(extract(tmp_path / "bridge.osm", SQUARE | bridge, ways)))
    assert (network.report.pieces, network.report.apart) == (1, 1)


# -- faults -----------------------------------------------------------------------------------------------------------


def refused(path: Path, text: bytes | None = None) -> str:
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(RoadError) as fault:
        compile_roads(read_roads(path), source=path.name)
    for lang in LANGUAGES:
        assert path.name in say(f"errors_roads.{fault.value.code}", lang, **fault.value.params)
    return fault.value.code


STREET = {"highway": "primary"}


@pytest.mark.parametrize("name", ["a.osm.pbf", "a.osm", "a.graphml"])
def test_a_file_that_is_not_what_it_says_is_unreadable(name: str, tmp_path: Path) -> None:
    assert refused(tmp_path / name, b"not a map at all" * 9) == "file_unreadable"


def test_a_missing_or_unknown_file_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.osm.pbf") == "file_missing"
    assert refused(tmp_path / "roads.xlsx", b"x") == "file_kind"


def test_a_torn_extract_is_unreadable(tmp_path: Path) -> None:
    whole = extract(tmp_path / "whole.osm.pbf").read_bytes()
    assert refused(tmp_path / "torn.osm.pbf", whole[: len(whole) // 2]) in ("file_unreadable", "no_roads")


def test_a_file_without_roads_says_how_many_ways_it_left(tmp_path: Path) -> None:
    assert refused(extract(tmp_path / "paths.osm", NODES, [([1, 2], {"highway": "footway"})])) == "no_roads"


def test_roads_that_cannot_be_driven_to_and_fro_are_no_network(tmp_path: Path) -> None:
    assert refused(extract(tmp_path / "one.osm", NODES, [([1, 2], {**STREET, "oneway": "yes"})])) == "disconnected"


def test_metres_and_swapped_axes_are_recognised(tmp_path: Path) -> None:
    metres = {1: (500_000.0, 3_200_000.0), 2: (500_900.0, 3_200_000.0)}
    assert refused(graphml(tmp_path / "utm.graphml", metres, [(1, 2, STREET), (2, 1, STREET)])) == "not_degrees"
    swapped = {key: (lat, lon) for key, (lon, lat) in SQUARE.items()}
    assert refused(graphml(tmp_path / "yx.graphml", swapped, [(1, 2, STREET), (2, 1, STREET)])) == "swapped_axes"


def test_nodes_without_a_place_and_edges_to_nowhere_are_named(tmp_path: Path) -> None:
    path = graphml(tmp_path / "a.graphml", SQUARE, [(1, 2, STREET), (1, 9, STREET)])
    assert refused(path) == "no_node"
    path.write_text(path.read_text("utf-8").replace('<data key="x">', '<data key="q">', 1), "utf-8")
    assert refused(path) == "no_place"


def test_a_network_in_gcj02_is_suspected_from_known_places_and_a_true_one_is_not(tmp_path: Path) -> None:
    nodes = {y * 6 + x: (WEST + 0.01 * x, SOUTH + 0.01 * y) for x in range(6) for y in range(6)}
    across = [([y * 6 + x, y * 6 + x + 1], STREET) for y in range(6) for x in range(5)]
    up = [([y * 6 + x, y * 6 + x + 6], STREET) for y in range(5) for x in range(6)]
    shifted = {key: tuple(float(v) for v in wgs84_to_gcj02(*place)) for key, place in nodes.items()}
    true = compile_roads(read_roads(extract(tmp_path / "a.osm", nodes, across + up)))
    false = compile_roads(read_roads(extract(tmp_path / "b.osm", shifted, across + up)))
    rng = np.random.default_rng(3)
    road = rng.integers(0, 6, 200)  # places beside the roads that run north, a few metres off
    lon, lat = WEST + 0.01 * road + rng.normal(0, 1e-4, 200), SOUTH + rng.uniform(0.008, 0.05, 200)
    assert suspect_datum(true, lon, lat) is None
    found = suspect_datum(false, lon, lat)
    assert found is not None
    assert found[0] == "gcj02"
    assert found[1] > 100
    assert suspect_datum(false, lon[:20], lat[:20]) is None  # too few to say


# -- kept -------------------------------------------------------------------------------------------------------------


def test_a_kept_network_comes_back_mapped_and_equal(tmp_path: Path) -> None:
    made = compile_roads(read_roads(extract(tmp_path / "town.osm.pbf")), source="town.osm.pbf", sha256="ab" * 32)
    keep_network(made, tmp_path / "kept.npz")
    back = open_network(tmp_path / "kept.npz")
    for name in ARRAYS:
        array = getattr(back, name)
        assert isinstance(array, np.memmap)
        assert array.flags.aligned
        np.testing.assert_array_equal(array, getattr(made, name))
    assert (back.report, back.source, back.sha256) == (made.report, "town.osm.pbf", "ab" * 32)
    assert set(np.load(tmp_path / "kept.npz").files) == {"about", *ARRAYS}  # any tool reads it


def test_a_kept_network_of_another_version_or_torn_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kept.npz"
    keep_network(compile_roads(read_roads(extract(tmp_path / "town.osm"))), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(RoadError, match="cache_damaged"):
        open_network(path)
    path.write_bytes(whole.replace(b'"version": %d' % VERSION, b'"version": 9'))
    with pytest.raises(RoadError, match="cache_"):
        open_network(path)
    with pytest.raises(RoadError, match="cache_missing"):
        open_network(tmp_path / "none.npz")


def test_the_profile_names_the_speed_of_every_class_the_network_knows() -> None:
    from policy.travel import ROADS

    assert ROADS == KINDS
    assert len(WAYS) == 6
