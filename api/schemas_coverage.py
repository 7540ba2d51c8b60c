"""Bodies of coverage, and of the positions units report."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas import Body, Moment, View
from policy.travel import TravelMethod


class ReachOut(View):
    """What is reached in time, of all: cells, and leads of late."""

    minutes: float | None = Field(description="Within so many minutes; null: each cell within its own target")
    cells: tuple[int, int] = Field(description="Cells reached, all cells", examples=[(342, 361)])
    leads: tuple[int, int] = Field(description="Leads of late in cells reached, all of them", examples=[(4467, 5475)])


class CellReachOut(View):
    """A cell and the unit on duty that is there first."""

    code: str
    minutes: float | None = Field(description="Null: more than three times the longest target, or nobody on duty")
    unit: str | None
    target: float = Field(description="Minutes")
    reached: bool
    leads: int


class UnitReachOut(View):
    """A unit on duty, and what nobody else reaches in time: uncovered if it leaves."""

    code: str
    name: str
    lon: float
    lat: float
    cells: tuple[str, ...]
    leads: int


class CoverageOut(View):
    """Coverage of this moment; no shares and no cells where the plan names no response target."""

    method: TravelMethod = Field(description="By the road network, or estimated because none is loaded")
    shares: tuple[ReachOut, ...]
    cells: tuple[CellReachOut, ...]
    units: tuple[UnitReachOut, ...]
    unplaced: tuple[str, ...] = Field(description="Units on duty whose place is unknown: they are not counted")
    clause: str | None


class AreasOut(View):
    """The areas reached within each target as GeoJSON (WGS-84 degrees), the widest first."""

    type: Literal["FeatureCollection"]
    features: list[dict[str, Any]]
    attribution: str | None = Field(None, description="Catalogue key of the words to show beside a road network")


class BestPlaceOut(View):
    """A cell where one more unit would bring so many cells and leads of late within their target."""

    code: str
    lon: float
    lat: float
    cells: int
    leads: int


class BestPlacesOut(View):
    """Where units would help most, the best first."""

    places: tuple[BestPlaceOut, ...]
    proven: bool = Field(description="Nothing better exists; otherwise at most `bound` leads could be gained")
    bound: float
    method: TravelMethod


class UnitPositionIn(Body):
    """Where a unit is, as its officers' telephone says."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[119.9])] = Field(
        description="Longitude in degrees of `datum`"
    )
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[29.2])] = Field(
        description="Latitude in degrees of `datum`"
    )
    datum: Literal["wgs84", "gcj02", "bd09"] = Field(
        "wgs84", description="Maps of telephones sold in China often give gcj02 or bd09"
    )
    at: Moment | None = Field(None, description="When it was there, with zone; now when left out; never later than now")


class UnitPositionOut(View):
    """The newest position of a unit that is kept; an older one than is known changed nothing."""

    code: str
    lon: float
    lat: float
    position_at: Moment
