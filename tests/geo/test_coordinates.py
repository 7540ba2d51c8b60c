"""Datums: known shifts, exact way back, and the two county outlines whose datums are known."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.coordinates import (
    DATUMS,
    bd09_to_wgs84,
    diagnose,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    geometry_to_wgs84,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from geo.distance import metres_between

DEMO = Path(__file__).parents[2] / "data" / "demo"


def outline(file: str, code: str = "330703"):
    features = json.loads((DEMO / file).read_text("utf-8"))["features"]
    return shapely.from_geojson(json.dumps(next(f for f in features if f["properties"]["code"] == code)["geometry"]))


def iou(a, b) -> float:
    return a.intersection(b).area / a.union(b).area


def random_points(count: int = 100_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    return rng.uniform(74.0, 134.0, count), rng.uniform(4.0, 53.0, count)


@pytest.mark.parametrize("datum", DATUMS)
def test_round_trip_is_within_a_centimetre_all_over_the_country(datum):
    lon, lat = random_points()
    back = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert metres_between(lon, lat, *back).max() < 0.01


def test_shift_in_jindong_is_about_560_metres():
    lon, lat = wgs84_to_gcj02(119.76, 29.15)
    assert 500 < metres_between(119.76, 29.15, lon, lat) < 620


def test_baidu_offset_at_tiananmen_agrees_with_the_published_conversion_pair():
    # GCJ-02 116.404, 39.915 is BD-09 116.41036949, 39.92133699 in the common reference examples
    lon, lat = gcj02_to_bd09(116.404, 39.915)
    assert (float(lon), float(lat)) == pytest.approx((116.41036949371029, 39.92133699351022), abs=1e-9)


def test_township_points_of_the_source_convert_as_the_source_says():
    # 孝顺镇 and 源东乡 of Vonng/adcode carry both datums
    lon, lat = gcj02_to_wgs84([119.867791, 119.828477], [29.182954, 29.271553])
    assert metres_between(lon, lat, [119.863257, 119.823824], [29.18586, 29.274326]).max() < 2.0


@pytest.mark.parametrize("code", ["330703", "330781", "419001", "500102", "500235"])
def test_detailed_outline_fits_the_wgs84_outline_only_after_conversion(code):
    given, true = outline("outlines_gcj02.geojson", code), outline("outlines_coarse_wgs84.geojson", code)
    converted = iou(geometry_to_wgs84(given, "gcj02"), true)
    assert converted > 0.965
    assert converted > iou(given, true) + 0.015


def test_points_outside_the_country_pass_unchanged():
    for function in (wgs84_to_gcj02, gcj02_to_wgs84, wgs84_to_bd09, bd09_to_wgs84):
        assert [float(v) for v in function(2.3522, 48.8566)] == [2.3522, 48.8566]


def test_empty_arrays_and_not_a_number_do_not_break():
    lon, lat = gcj02_to_wgs84([], [])
    assert lon.shape == lat.shape == (0,)
    lon, lat = gcj02_to_wgs84([np.nan, 119.8], [29.1, 29.1])
    assert np.isnan(lon[0])
    assert abs(float(lon[1]) - 119.795) < 0.002


@pytest.fixture(scope="module")
def contains():
    county = outline("outlines_coarse_wgs84.geojson")
    return lambda x, y: bool(shapely.intersects_xy(county, x, y))


def test_diagnose_knows_the_mistakes_of_daily_life(contains):
    assert diagnose(119.7896, 29.1622, contains).inside
    swapped = diagnose(29.1622, 119.7896, contains)
    assert (swapped.kind, swapped.lon, swapped.lat) == ("swapped", 119.7896, 29.1622)
    assert diagnose(116.39, 39.9, contains).kind == "outside"
    assert diagnose(13_335_000.0, 3_395_000.0, contains).kind == "not_degrees"
    assert diagnose(float("nan"), 29.0, contains).kind == "not_degrees"


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_foreign_datum_is_told_when_only_the_conversion_falls_inside(datum, contains):
    county = outline("outlines_coarse_wgs84.geojson")
    ring = shapely.get_coordinates(shapely.buffer(county, -0.0003))
    told = []
    for lon, lat in ring:
        x, y = (float(v) for v in from_wgs84(lon, lat, datum))
        if not contains(x, y):
            told.append(diagnose(x, y, contains))
    assert len(told) > 5
    assert all(finding.explained for finding in told)
    if datum == "gcj02":
        assert {finding.kind for finding in told} == {"gcj02"}
    else:
        assert "bd09" in {finding.kind for finding in told}


def test_shipped_places_lie_in_their_county_in_wgs84():
    with (DEMO / "places.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["lon_gcj02"]]
    for code in {row["code"][:6] for row in rows}:
        county = geometry_to_wgs84(outline("outlines_gcj02.geojson", code), "gcj02").buffer(0.005)
        mine = [row for row in rows if row["code"].startswith(code)]
        lon, lat = gcj02_to_wgs84([float(r["lon_gcj02"]) for r in mine], [float(r["lat_gcj02"]) for r in mine])
        assert shapely.contains_xy(county, lon, lat).all()
