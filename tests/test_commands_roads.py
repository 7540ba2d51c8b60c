"""Roads from the command line: judged, put in place, told of; what is wrong is said in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.text import LANGUAGES
from tests.data.test_coverage_queries import NODES, ROAD
from tests.geo.roads_by_hand import extract
from tests.test_commands import Town


@pytest.fixture
def town(tmp_path: Path, migrated_sqlite: Path) -> Town:
    return Town(tmp_path, migrated_sqlite)


def test_a_network_is_loaded_and_shown(town: Town, tmp_path: Path) -> None:
    assert town.answer("roads", "show") == {"county": "330703000000", "loaded": False}
    stray = {**NODES, 8: (119.9, 29.21), 9: (119.91, 29.21)}
    path = extract(tmp_path / "jindong.osm.pbf", stray, [*ROAD, ([8, 9], {"highway": "track", "name": "飞地路"})])
    loaded = town.answer("roads", "load", path)
    shown = town.answer("roads", "show")
    assert shown == loaded
    assert (shown["source"], shown["pieces"], shown["inside"]) == ("jindong.osm.pbf", 1, 1.0)
    assert [part["name"] for part in shown["parts"]] == ["飞地路"]
    said = town.said("roads", "show")
    for words in ("19 km", "primary road (provincial) 19", "飞地路", "OpenStreetMap", shown["sha256"]):
        assert words in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_wrong_with_a_file_is_a_sentence(town: Town, tmp_path: Path, lang: str) -> None:
    far = {key: (lon + 10, lat) for key, (lon, lat) in NODES.items()}
    done = town.run("roads", "load", extract(tmp_path / "far.osm", far, ROAD), lang=lang)
    assert (done.returncode, "Traceback" in done.stderr, "errors_roads" in done.stderr) == (1, False, False)
    assert [words for words in ("金东区", "far.osm", "129.800") if words not in done.stderr] == []
    none = town.run("roads", "load", tmp_path / "none.osm.pbf", lang=lang)
    assert (none.returncode, "none.osm.pbf" in none.stderr) == (1, True)
    shown = town.run("roads", "show", lang=lang)
    assert (shown.returncode, "roads load" in shown.stdout) == (0, True)
