"""Rows become GeoJSON; classes of the choropleth; what has no place is left out, not put at 0°."""

import json

import pytest

from layers.cells import address, cells_layer, load_steps, names_address, steps
from layers.leads import lead_points
from layers.points import point, points_layer
from layers.units import unit_points

UNIT = {"code": "T1", "lon": 119.801234567, "lat": 29.2, "status": "available"}
LEAD = {"number": "L1", "lon": 119.8, "lat": 29.2, "urgency": "urgent"}


def test_a_unit_is_a_point_with_the_symbol_of_its_status_and_five_decimals():
    (made,) = unit_points([UNIT])["features"]
    assert made["geometry"]["coordinates"] == [119.80123, 29.2]
    assert made["properties"] == {"key": "T1", "symbol": "available"}


def test_what_has_no_place_is_left_out():
    assert unit_points([UNIT | {"lon": None}])["features"] == []
    assert lead_points([LEAD | {"lat": None}])["features"] == []


def test_an_unchanged_layer_is_equal_whatever_the_order_of_its_rows():
    one, other = UNIT, UNIT | {"code": "T2"}
    assert unit_points([one, other]) == unit_points([other, one])


@pytest.mark.parametrize(
    ("urgency", "symbol"), [("normal", "lead"), ("urgent", "lead_urgent"), ("emergency", "emergency")]
)
def test_a_lead_is_drawn_by_its_urgency(urgency, symbol):
    (made,) = lead_points([LEAD | {"urgency": urgency, "overdue": True, "badge": 2, "chosen": True}])["features"]
    assert made["properties"] == {"key": "L1", "symbol": symbol, "overdue": True, "badge": "2", "chosen": True}


def test_an_unknown_symbol_is_refused():
    with pytest.raises(KeyError):
        point("x", 0, 0, "star")


def test_tooltips_stay_plain_text():
    (made,) = lead_points([LEAD | {"title": "<b>x</b>", "lines": ["a & b"]}])["features"]
    assert made["properties"]["title"] == "<b>x</b>", "escaping is the drawing script's: it sets text, never HTML"


def test_steps_are_equal_classes_up_to_the_largest():
    assert steps([0, 1, 4, 5, 9, 10, None]) == [0, 0, 2, 2, 4, 4, -1]
    assert steps([0, 0]) == [0, 0], "nothing open anywhere is the lowest class"
    assert steps([2], top=10) == [1]


def test_loads_follow_the_order_of_codes_as_the_geometry_does():
    assert load_steps(["B", "A", "C"], {"B": 10, "A": 0}) == [0, 4, 0]


def test_a_restyle_of_a_thousand_cells_stays_under_four_kilobytes():
    codes = [f"{n:04d}" for n in range(1000)]
    hideout = {"steps": load_steps(codes, {code: n for n, code in enumerate(codes)})}
    assert len(json.dumps(hideout, separators=(",", ":"))) <= 4096


def test_addresses_change_with_the_version_of_the_grid():
    assert address("330703", 2, "a") == "/map/330703/2.json?v=a" != address("330703", 2, "b")
    assert names_address("330703", 2, "a") == "/map/330703/names-2.json?v=a"


def test_layers_name_functions_of_the_script_and_send_no_geometry():
    layer = cells_layer("m-cells", "/map/x", "fill", {"steps": [0]}).to_plotly_json()["props"]
    assert layer["url"] == "/map/x"
    assert "data" not in layer
    assert layer["style"] == {"variable": "onegrid.map.fill"}
    assert points_layer("m-units").to_plotly_json()["props"]["data"]["features"] == []
