"""Facts of the demonstration counties, read from the files beside this one (SOURCES.md), and the grids drawn from them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from geo.coordinates import gcj02_to_wgs84, geometry_to_wgs84
from geo.drawing import Region, Township, Village, draw_county
from geo.edges import GRID_SIZE
from geo.hierarchy import Hierarchy, Settlement

Row = dict[str, str]
_URBAN_CLASSES: Final = ("111", "112")


@dataclass(frozen=True, slots=True)
class CountyInputs:
    """What the drawing of one county starts from; outline in WGS-84."""

    code: str
    name: str
    outline: Any
    townships: tuple[Township, ...]
    villages: tuple[Village, ...]


@dataclass(frozen=True, slots=True)
class DemonstrationPlan:
    """Which levels a profile's demonstration grid has; `town` takes one township out of its county as the root."""

    county: str
    regions: tuple[Region, ...] = ()
    sections: bool = True
    town: str | None = None


def _towns(county: str, *numbers: str) -> tuple[str, ...]:
    return tuple(f"{county}{number}000" for number in numbers)


# The plan of Jindong names the three industry layouts, not their townships: the grouping is ours, contiguous and illustrative.
_JINDONG_REGIONS: Final = (
    Region("城市+工业", _towns("330703", "001", "002", "107", "101")),
    Region("旅游+农业", _towns("330703", "108", "103", "200", "102")),
    Region("科创+人文", _towns("330703", "104", "105", "106")),
)

PLANS: Final[Mapping[str, DemonstrationPlan]] = {
    "jindong": DemonstrationPlan("330703", _JINDONG_REGIONS),
    "lanxi": DemonstrationPlan("330781", sections=False),
    "yunyang": DemonstrationPlan("500235", sections=False),
    "fuling": DemonstrationPlan("500102", sections=False),
    "chengliu": DemonstrationPlan("419001", town="419001103000"),
}


def _rows(file: str) -> list[Row]:
    text = (resources.files(__package__) / file).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _features(file: str) -> dict[str, Any]:
    text = (resources.files(__package__) / file).read_text("utf-8")
    return {feature["properties"]["code"]: feature for feature in json.loads(text)["features"]}


def outline(code: str, *, coarse: bool = False) -> Any:
    """The county's outline in WGS-84: detailed (2018, converted from GCJ-02) or coarse; KeyError for another county."""
    import shapely

    feature = _features("outlines_coarse_wgs84.geojson" if coarse else "outlines_gcj02.geojson")[code[:6]]
    geometry = shapely.from_geojson(json.dumps(feature["geometry"]))
    return shapely.set_precision(geometry_to_wgs84(geometry, feature["properties"]["datum"]), GRID_SIZE)


def county_name(code: str) -> str:
    """Name of the county `code` (six digits or twelve); KeyError for a county that is not shipped."""
    name: str = _features("outlines_gcj02.geojson")[code[:6]]["properties"]["name"]
    return name


def township_names(profile_code: str) -> dict[str, str]:
    """Townships of a profile's demonstration by code, in the order of codes; the town alone where it is the root."""
    plan = PLANS[profile_code]
    named = {row["code"]: row["name"] for row in _rows("divisions.csv") if row["code"].startswith(plan.county)}
    return {code: name for code, name in named.items() if code.endswith("000") and plan.town in (None, code)}


def division_names(profile_code: str) -> dict[str, str]:
    """Townships and villages of a profile's demonstration by code; KeyError for a profile without one."""
    towns = township_names(profile_code)
    return towns | {row["code"]: row["name"] for row in _rows("divisions.csv") if row["parent"] in towns}


def county_inputs(code: str) -> CountyInputs:
    """Outline, townships and villages of county `code` (six digits or twelve); KeyError for a county that is not shipped."""
    county = code[:6]
    name = _features("outlines_gcj02.geojson")[county]["properties"]["name"]
    rows = [row for row in _rows("divisions.csv") if row["code"].startswith(county)]
    places = {row["code"]: row for row in _rows("places.csv") if row["code"].startswith(county)}
    above = [row for row in rows if row["code"].endswith("000")]
    below = [row for row in rows if not row["code"].endswith("000")]
    return CountyInputs(
        code=f"{county}000000",
        name=name,
        outline=outline(county),
        townships=tuple(Township(r["code"], r["name"], *_whereabouts(places.get(r["code"]))) for r in above),
        villages=_villages(below, places),
    )


def demonstration_grid(profile_code: str, seed: int = 1) -> Hierarchy:
    """The demonstration grid of a profile (jindong, lanxi, yunyang, fuling, chengliu), drawn once; KeyError for another."""
    return drawn(profile_code, seed)


@lru_cache(maxsize=16)
def drawn(profile_code: str, seed: int) -> Hierarchy:
    """Draw it: seconds."""
    plan = PLANS[profile_code]
    facts = county_inputs(plan.county)
    grid = draw_county(
        facts.outline,
        facts.townships,
        facts.villages,
        seed,
        plan.regions or None,
        sections=plan.sections,
        code=facts.code,
        name=facts.name,
    )
    return grid.subtree(plan.town) if plan.town else grid


def _whereabouts(row: Row | None) -> tuple[tuple[float, float] | None, tuple[float, float, float, float] | None]:
    if row is None:
        return None, None
    point = extent = None
    if row["lon_gcj02"]:
        lon, lat = gcj02_to_wgs84(float(row["lon_gcj02"]), float(row["lat_gcj02"]))
        point = float(lon), float(lat)
    if row["west_wgs84"]:
        west, south, east, north = (float(row[f"{side}_wgs84"]) for side in ("west", "south", "east", "north"))
        extent = west, south, east, north
    return point, extent


def _villages(rows: list[Row], places: Mapping[str, Row]) -> tuple[Village, ...]:
    """Villages; where the urban–rural class is not published, that of most villages of the township is taken."""
    usual = {
        parent: Counter(
            r["urban_rural_class"] in _URBAN_CLASSES for r in rows if r["parent"] == parent and r["urban_rural_class"]
        )
        for parent in {row["parent"] for row in rows}
    }

    def settlement(row: Row) -> Settlement:
        published = row["urban_rural_class"]
        votes = usual[row["parent"]]
        urban = published in _URBAN_CLASSES if published else votes[True] > votes[False]
        return "urban" if urban else "rural"

    return tuple(
        Village(r["code"], r["name"], r["parent"], settlement(r), _whereabouts(places.get(r["code"]))[0]) for r in rows
    )
