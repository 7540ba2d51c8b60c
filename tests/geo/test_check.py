"""A grid's faults are named with the cell and the amount, and every fault has its sentence in both languages."""

import re
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import shapely

from data.demo import outline
from geo.check import FaultCode, check_grid
from geo.coordinates import FindingKind, from_wgs84
from geo.hierarchy import Cell
from policy.text import LANGUAGES, catalogue, say

STEP = 0.01


def square(code: str, i: int, j: int, level: int = 2, parent: str = "T", size: float = STEP) -> Cell:
    x, y = 119.7 + i * STEP, 29.1 + j * STEP
    return Cell(code, f"村{code}", level, parent, shapely.box(x, y, x + size, y + size))


def sound() -> list[Cell]:
    whole = shapely.box(119.7, 29.1, 119.7 + 2 * STEP, 29.1 + 2 * STEP)
    town, county = Cell("T", "镇", 1, "C", whole), Cell("C", "县", 0, None, whole)
    return [county, town, square("V1", 0, 0), square("V2", 1, 0), square("V3", 0, 1), square("V4", 1, 1)]


def faults(cells, **given):
    return {(fault.code, fault.cell): fault for fault in check_grid(cells, **given)}


def test_a_sound_grid_has_no_fault():
    assert check_grid(sound()) == []


def test_the_drawn_grid_has_no_fault(jindong):
    assert check_grid(list(jindong), outline("330703", coarse=True)) == []


def test_a_gap_is_measured_in_square_metres():
    found = faults([cell for cell in sound() if cell.code != "V4"])
    assert set(found) == {("gap", "T")}
    assert found["gap", "T"].amount == pytest.approx(1_112 * 971, rel=0.01)


def test_an_overlap_names_both_cells_and_the_amount():
    grid = sound()
    grid[2] = square("V1", 0, 0, size=STEP * 1.1)
    found = faults(grid)
    assert found["overlap", "V1"].params["other"] in {"V2", "V3", "V4"}
    assert found["overlap", "V1"].amount > 1_000


def test_a_child_beyond_its_parent_is_named():
    grid = [*sound(), square("V5", 2, 0)]
    assert ("outside_parent", "T") in faults(grid)


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (square("V9", 0, 0, parent="X"), ("orphan", "V9")),
        (square("V1", 0, 0), ("duplicate_code", "V1")),
        (square("V9", 0, 0, level=3), ("level_skipped", "V9")),
        (square("V9", 0, 0, level=9), ("too_deep", "V9")),
        (replace(square("V9", 0, 0), geometry=shapely.Polygon()), ("empty_geometry", "V9")),
        (replace(square("V9", 0, 0), geometry=shapely.Point(119.7, 29.1)), ("empty_geometry", "V9")),
        (
            replace(square("V9", 0, 0), geometry=shapely.Polygon([(119, 29), (119.1, 29.1), (119.1, 29), (119, 29.1)])),
            ("invalid_geometry", "V9"),
        ),
        (Cell("D", "县二", 0, None, shapely.box(119.7, 29.1, 119.72, 29.12)), ("several_counties", "C")),
    ],
)
def test_every_broken_cell_is_named(broken, expected):
    assert expected in faults([*sound(), broken])


def test_no_cells_and_no_county():
    assert [fault.code for fault in check_grid([])] == ["no_cells"]
    assert ("no_county", "") in faults(sound()[1:])


def moved(cells, change):
    return [replace(cell, geometry=shapely.transform(cell.geometry, change)) for cell in cells]


def test_projected_metres_and_swapped_axes_are_told():
    metres = moved(sound(), lambda p: p * 111_195.0)
    assert faults(metres)["not_degrees", ""].amount > 1e6
    swapped = moved(sound(), lambda p: p[:, ::-1])
    assert ("swapped_axes", "") in faults(swapped)


@pytest.mark.parametrize(("datum", "name"), [("gcj02", "GCJ-02"), ("bd09", "BD-09")])
def test_a_grid_in_another_datum_is_told_against_the_county_outline(jindong, datum, name):
    towns = [cell for cell in jindong if cell.level <= 1]
    shifted = moved(towns, lambda p: np.column_stack(from_wgs84(p[:, 0], p[:, 1], datum)))
    found = [f for f in check_grid(shifted, outline("330703", coarse=True)) if f.code == "other_datum"]
    assert [fault.params["datum"] for fault in found] == [name]
    assert 400 < found[0].amount < 1_500


def every_fault():
    grid = [cell for cell in sound() if cell.code not in ("V4", "V1")]
    area = [*grid, square("V1", 0, 0, size=STEP * 1.1), square("V5", 2, 0)]
    tree = [*sound(), square("V9", 0, 0, parent="X"), square("V8", 0, 0, level=3), square("V7", 0, 0, level=9)]
    return [*check_grid(area), *check_grid(tree), *check_grid([]), *check_grid(moved(sound(), lambda p: p[:, ::-1]))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fault_says_its_sentence(lang):
    told = [say(f"errors_geo.{fault.code}", lang, **fault.facts) for fault in every_fault()]
    assert len(told) >= 8
    assert all("{" not in sentence for sentence in told)


def test_the_catalogue_holds_every_code_in_both_languages_with_the_same_facts():
    keys = {f"errors_geo.{code}" for code in get_args(FaultCode)} | {
        f"errors_geo.point_{kind}" for kind in get_args(FindingKind)
    }
    texts = [{k: v for k, v in catalogue(lang).items() if k.startswith("errors_geo.")} for lang in LANGUAGES]
    assert keys <= set(texts[0])
    assert set(texts[0]) == set(texts[1])
    for key, sentence in texts[0].items():
        assert set(re.findall(r"{(\w+)", sentence)) == set(re.findall(r"{(\w+)", texts[1][key])), key
