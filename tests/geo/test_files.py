"""Grids from GeoJSON, GeoPackage and Shapefile, and what a broken file is told."""

import json

import numpy as np
import pyogrio.raw
import pytest
import shapely

from data.demo import demonstration_grid
from geo.check import check_grid
from geo.coordinates import wgs84_to_gcj02
from geo.files import Fields, GridFileError, read_cells
from geo.hierarchy import Hierarchy
from policy.text import LANGUAGES, say

ENDINGS = {"geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile"}


@pytest.fixture(scope="module")
def town():
    return demonstration_grid("chengliu", 1)


def write(path, cells, *, crs="EPSG:4326", columns=("code", "name", "parent", "level", "settlement"), driver=None):
    values = {
        "code": [c.code for c in cells],
        "name": [c.name for c in cells],
        "parent": [c.parent or "" for c in cells],
        "level": np.array([c.level for c in cells], dtype=np.int32),
        "settlement": [c.settlement for c in cells],
    }
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([c.geometry for c in cells], dtype=object)),
        [np.array(values[column], dtype=object if column != "level" else None) for column in columns],
        list(columns),
        geometry_type="Unknown" if driver != "ESRI Shapefile" else "Polygon",
        crs=crs,
        driver=driver or "GeoJSON",
        encoding="UTF-8",
        **({"layer_options": {"COORDINATE_PRECISION": "15"}} if driver in (None, "GeoJSON") else {}),
    )
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_grid_comes_back_from_a_file_as_it_was(ending, town, tmp_path):
    path = write(tmp_path / f"grid.{ending}", list(town), driver=ENDINGS[ending])
    cells = read_cells(path, fields=Fields(settlement="settlement" if ending != "shp" else "settlement"[:10]))
    back = Hierarchy(cells)
    assert [(c.code, c.name, c.parent, c.level, c.settlement) for c in back] == [
        (c.code, c.name, c.parent, c.level, c.settlement) for c in town
    ]
    assert all(back[c.code].geometry.equals(c.geometry) for c in town)
    assert check_grid(cells) == []


def test_levels_follow_from_the_parents_where_the_file_has_none(town, tmp_path):
    path = write(tmp_path / "grid.geojson", list(town), columns=("code", "name", "parent"))
    assert {c.code: c.level for c in read_cells(path)} == {c.code: c.level for c in town}


def test_a_grid_in_gcj02_is_converted_when_the_user_says_so(town, tmp_path):
    import dataclasses

    def shift(points):
        return np.column_stack(wgs84_to_gcj02(points[:, 0], points[:, 1]))

    shifted = [dataclasses.replace(c, geometry=shapely.transform(c.geometry, shift)) for c in town]
    cells = read_cells(write(tmp_path / "grid.geojson", shifted), datum="gcj02")
    assert shapely.hausdorff_distance(Hierarchy(cells).root.geometry, town.root.geometry) < 1e-7


def refusal(path, **given) -> GridFileError:
    with pytest.raises(GridFileError) as refused:
        read_cells(path, **given)
    for lang in LANGUAGES:
        sentence = say(f"errors_geo.{refused.value.code}", lang, **refused.value.params)
        assert path.name in sentence
        assert str(path.parent) not in sentence
    return refused.value


def test_broken_files_are_refused_with_a_sentence(tmp_path, town):
    assert refusal(tmp_path / "none.geojson").code == "file_missing"
    for name, content, code in [
        ("text.geojson", "not json at all", "file_unreadable"),
        ("cut.geojson", '{"type": "FeatureCollection", "features": [{"type": "Fea', "file_unreadable"),
        ("empty.gpkg", "", "file_unreadable"),
        ("empty.geojson", '{"type": "FeatureCollection", "features": []}', "file_empty"),
        ("grid.xlsx", "PK", "file_kind"),
    ]:
        (tmp_path / name).write_text(content, "utf-8")
        assert refusal(tmp_path / name).code == code, name


def test_another_crs_is_refused_with_its_name(tmp_path, town):
    path = write(tmp_path / "grid.gpkg", list(town), crs="EPSG:4549", driver="GPKG")
    refused = refusal(path)
    assert (refused.code, refused.params["crs"]) == ("wrong_crs", "EPSG:4549")


def test_cgcs2000_degrees_are_read(tmp_path, town):
    path = write(tmp_path / "grid.gpkg", list(town), crs="EPSG:4490", driver="GPKG")
    assert len(read_cells(path)) == len(town)


def test_missing_columns_and_empty_codes_are_refused(tmp_path, town):
    path = write(tmp_path / "grid.geojson", list(town), columns=("code", "name"))
    assert refusal(path).params["field"] == "parent"
    features = [{"type": "Feature", "properties": {"code": None, "name": "x", "parent": None}, "geometry": None}]
    path = tmp_path / "nocode.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    assert refusal(path).code in ("field_empty", "file_empty")


def test_a_feature_without_geometry_is_a_fault_of_the_grid_not_of_the_file(tmp_path):
    square = json.loads(shapely.to_geojson(shapely.box(119.7, 29.1, 119.8, 29.2)))
    features = [
        {"type": "Feature", "properties": {"code": "A", "name": "a", "parent": None}, "geometry": square},
        {"type": "Feature", "properties": {"code": "A1", "name": "b", "parent": "A"}, "geometry": None},
    ]
    path = tmp_path / "grid.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    assert [(f.code, f.cell) for f in check_grid(read_cells(path))] == [("empty_geometry", "A1")]
