"""Where a lead is: point, cell or nothing, with the reason; a lead that cannot be placed is kept, never dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.county import County
from geo.coordinates import DATUMS, Datum, diagnose, to_wgs84
from policy.errors import Refusal


@dataclass(frozen=True, slots=True)
class Place:
    """A point in WGS-84 (or none), the finest cell (or none), its chain, and why it could not be placed."""

    lon: float | None = None
    lat: float | None = None
    cell: str | None = None
    chain: tuple[str, ...] = ()
    township: str | None = None
    settlement: str | None = None
    note: str | None = None

    def as_columns(self) -> dict[str, Any]:
        """The columns of a lead."""
        return {
            "lon": self.lon,
            "lat": self.lat,
            "cell_code": self.cell,
            "cell_chain": list(self.chain),
            "township_code": self.township,
            "location_note": self.note,
        }


def of_cell(county: County, code: str, lon: float | None = None, lat: float | None = None) -> Place:
    """The place of a cell named by code; raises Refusal for a code this grid does not have."""
    if code not in county.hierarchy:
        raise Refusal("errors_casework.cell_unknown", pointer="/cell_code", cell=code, county=county.words)
    chain = county.hierarchy.chain(code)
    return Place(lon, lat, code, chain, county.township_of(code), county.hierarchy[code].settlement)


def of_point(county: County, lon: float, lat: float, datum: Datum = "wgs84") -> Place:
    """Locate a point; swapped axes and a mistaken datum are refused in words, a point outside is kept unlocated."""
    if datum not in DATUMS:
        raise Refusal("errors_casework.datum_unknown", pointer="/datum", datum=datum, allowed=DATUMS)
    x, y = (float(v) for v in to_wgs84(lon, lat, datum))
    code = county.locator.locate(x, y)
    if code is not None:
        return of_cell(county, code, x, y)
    finding = diagnose(lon, lat, county.contains)
    if finding.kind == "not_degrees" or (finding.explained and datum == "wgs84"):
        raise Refusal(
            f"errors_casework.point_{finding.kind}",
            pointer="/lon",
            lon=lon,
            lat=lat,
            county=county.name,
            found_lon=round(finding.lon, 6),
            found_lat=round(finding.lat, 6),
        )
    return Place(x, y, note="outside")


def place_lead(
    county: County, lon: float | None, lat: float | None, datum: Datum, cell_code: str | None, address: str | None
) -> Place:
    """The place of a new lead: its point, else the cell it names, else unlocated with the reason."""
    if (lon is None) != (lat is None):
        raise Refusal("errors_casework.point_half", pointer="/lon")
    if lon is not None and lat is not None:
        return of_point(county, lon, lat, datum)
    if cell_code:
        return of_cell(county, cell_code)
    return Place(note="address_only" if address else "no_place")
