"""Road networks small enough to work out by hand, as files people have: an extract (.osm, .osm.pbf) and GraphML."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import osmium

from geo.road_tags import KINDS
from geo.road_times import Speeds

WEST, SOUTH = 119.80, 29.20
DEGREE_M = 111_194.93  # of latitude, on the sphere of mean radius
KMH = dict.fromkeys(KINDS, 36.0)  # ten metres a second
SPEEDS = Speeds(KMH, walking=3.6)  # a metre a second


def north(metres: float) -> float:
    """The latitude so many metres north of the corner."""
    return SOUTH + metres / DEGREE_M


Node = tuple[float, float]
Ways = list[tuple[list[int], dict[str, str]]]

# a street of 1,000 m north from node 1 by 2 to 3, a one-way back from 3 to 1 by 4 in the west, a stub nobody can leave at 5,
# a path for walkers 2–6, a private drive 3–7, and two pieces of road far from all (8–9)
NODES: dict[int, Node] = {
    1: (WEST, north(0)), 2: (WEST, north(400)), 3: (WEST, north(1000)), 4: (WEST - 0.002, north(500)),
    5: (WEST + 0.002, north(400)), 6: (WEST + 0.001, north(300)), 7: (WEST + 0.001, north(1000)),
    8: (WEST + 0.2, north(0)), 9: (WEST + 0.2, north(300)),
}  # fmt: skip
WAYS: Ways = [
    ([1, 2, 3], {"highway": "secondary", "name": "大街", "maxspeed": "60"}),
    ([3, 4, 1], {"highway": "residential", "oneway": "yes"}),
    ([2, 5], {"highway": "tertiary", "oneway": "yes", "name": "断头路"}),
    ([2, 6], {"highway": "footway"}),
    ([3, 7], {"highway": "service", "access": "private"}),
    ([8, 9], {"highway": "unclassified", "name": "飞地路"}),
]


def extract(path: Path, nodes: dict[int, Node] | None = None, ways: Ways | None = None) -> Path:
    """An OpenStreetMap extract; `path` ends in .osm.pbf or .osm."""
    nodes, ways = nodes or NODES, ways or WAYS
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for key, place in sorted(nodes.items()):
            writer.add_node(osmium.osm.mutable.Node(id=key, location=place, version=1))
        for key, (along, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=key, nodes=along, tags=tags, version=1))
    return path


def _data(facts: dict[str, object]) -> str:
    return "".join(f"<data key={quoteattr(k)}>{escape(str(v))}</data>" for k, v in facts.items())


def graphml(
    path: Path, nodes: dict[int, Node], edges: list[tuple[int, int, dict[str, object]]], *, directed: bool = True
) -> Path:
    """A GraphML file as networkx writes it."""
    names = sorted({"x", "y"} | {name for _, _, facts in edges for name in facts})
    keys = "".join(f'<key id="{name}" for="all" attr.name="{name}" attr.type="string"/>' for name in names)
    places = "".join(f'<node id="{key}">{_data({"x": x, "y": y})}</node>' for key, (x, y) in nodes.items())
    lines = "".join(f'<edge source="{a}" target="{b}">{_data(facts)}</edge>' for a, b, facts in edges)
    kind = "directed" if directed else "undirected"
    xmlns = 'xmlns="http://graphml.graphdrawing.org/xmlns"'
    path.write_text(f'<graphml {xmlns}>{keys}<graph edgedefault="{kind}">{places}{lines}</graph></graphml>', "utf-8")
    return path
