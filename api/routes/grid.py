"""The grid as GeoJSON, and the cell of a point."""

from __future__ import annotations

from typing import Annotated, Any

import shapely
from fastapi import Query
from fastapi.responses import JSONResponse

from api.context import AtDesk
from api.routing import router_at
from data.authority import Subject, demand
from data.casework.placing import of_cell, of_point
from data.county import County

router = router_at("/grid", tags=["grid"])
PRECISION = 6  # decimals of a degree: a tenth of a metre


def _feature(county: County, code: str) -> dict[str, Any]:
    cell = county.hierarchy[code]
    geometry = shapely.set_precision(cell.geometry, 10**-PRECISION, mode="pointwise")
    return {
        "type": "Feature",
        "id": cell.code,
        "geometry": shapely.geometry.mapping(geometry),
        "properties": {
            "code": cell.code,
            "name": cell.name,
            "name_en": cell.name_en or None,
            "level": cell.level,
            "parent": cell.parent,
            "settlement": cell.settlement,
            "illustrative": cell.illustrative,
        },
    }


@router.get("")
async def cells(
    desk: AtDesk,
    level: Annotated[int | None, Query(ge=0, le=6, description="0 is the county; all levels when left out")] = None,
    township: Annotated[str | None, Query(description="Only the cells below this cell")] = None,
) -> JSONResponse:
    """Cells as a GeoJSON FeatureCollection (RFC 7946, WGS-84 degrees); `illustrative` marks drawn borders."""
    demand(desk.actor, "grid.read", Subject(desk.county.jurisdiction_id), desk.now)
    tree = desk.county.hierarchy
    if township is not None:
        of_cell(desk.county, township)
    found = tree if township is None else [tree[township], *tree.descendants(township)]
    features = [_feature(desk.county, cell.code) for cell in found if level is None or cell.level == level]
    return JSONResponse({"type": "FeatureCollection", "features": features}, media_type="application/geo+json")


@router.get("/locate")
async def locate(desk: AtDesk, lon: float, lat: float, datum: str = "wgs84") -> dict[str, Any]:
    """The finest cell of a point with its chain; `cell` is null outside the grid."""
    demand(desk.actor, "grid.read", Subject(desk.county.jurisdiction_id), desk.now)
    place = of_point(desk.county, lon, lat, datum)  # type: ignore[arg-type]  # an unknown datum is refused there
    tree = desk.county.hierarchy
    chain = [{"code": code, "name": tree[code].name, "name_en": tree[code].name_en or None} for code in place.chain]
    return {"cell": place.cell, "chain": chain, "township": place.township, "lon": place.lon, "lat": place.lat}
