"""WGS-84 (taken as equal to CGCS2000) to GCJ-02 and BD-09 and back, in degrees, for one point or for arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Datum = Literal["wgs84", "gcj02", "bd09"]
Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
FindingKind = Literal["inside", "gcj02", "bd09", "swapped", "swapped_gcj02", "not_degrees", "outside"]

DATUMS: Final[tuple[Datum, ...]] = ("wgs84", "gcj02", "bd09")
_SEMI_MAJOR: Final = 6378245.0  # Krasovsky 1940, metres
_ECCENTRICITY2: Final = 0.00669342162296594323
_ORIGIN: Final = (105.0, 35.0)
_BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)  # the shift is applied inside this box only
_BD_TURN: Final = np.pi * 3000.0 / 180.0
_STEPS: Final = 12  # each step shrinks the error a thousandfold; three suffice for 1 mm


def _arrays(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def in_china_box(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """True where the national shift applies; degrees in, one truth per point out."""
    x, y = _arrays(lon, lat)
    west, south, east, north = _BOX
    return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))


def _waves(t: Floats, *terms: tuple[float, float]) -> Floats:
    total = np.zeros_like(t)
    for amplitude, wavelength in terms:
        total += amplitude * np.sin(t * (2.0 * np.pi / wavelength))
    return total * (2.0 / 3.0)


def _shift(lon: Floats, lat: Floats) -> Pair:
    """The GCJ-02 displacement in degrees at WGS-84 points: a polynomial and sine waves, in metres, on the Krasovsky ellipsoid."""
    x, y = lon - _ORIGIN[0], lat - _ORIGIN[1]
    root, cross = np.sqrt(np.abs(x)), x * y
    ripple = _waves(x, (20.0, 1.0 / 3.0), (20.0, 1.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * cross + 0.2 * root + ripple
    north += _waves(y, (20.0, 2.0), (40.0, 6.0), (160.0, 24.0), (320.0, 60.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * cross + 0.1 * root + ripple
    east += _waves(x, (20.0, 2.0), (40.0, 6.0), (150.0, 24.0), (300.0, 60.0))
    phi = np.radians(lat)
    w2 = 1.0 - _ECCENTRICITY2 * np.sin(phi) ** 2
    meridian = _SEMI_MAJOR * (1.0 - _ECCENTRICITY2) / (w2 * np.sqrt(w2))
    parallel = _SEMI_MAJOR / np.sqrt(w2) * np.cos(phi)
    return np.degrees(east / parallel), np.degrees(north / meridian)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """GCJ-02 degrees of WGS-84 degrees; points outside China pass unchanged."""
    x, y = _arrays(lon, lat)
    with np.errstate(invalid="ignore"):
        dx, dy = _shift(x, y)
    inside = in_china_box(x, y)
    return np.where(inside, x + dx, x), np.where(inside, y + dy, y)


def _gcj02_to_bd09_plain(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """BD-09 degrees of GCJ-02 degrees; points outside China pass unchanged."""
    x, y = _arrays(lon, lat)
    bx, by = _gcj02_to_bd09_plain(x, y)
    inside = in_china_box(x, y)
    return np.where(inside, bx, x), np.where(inside, by, y)


def _invert(forward: Callable[[Floats, Floats], Pair], lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Solve forward(p) = given by fixed-point iteration, to below a millimetre."""
    x, y = _arrays(lon, lat)
    px, py = x.copy(), y.copy()
    with np.errstate(invalid="ignore"):
        for _ in range(_STEPS):
            fx, fy = forward(px, py)
            ex, ey = x - fx, y - fy
            px, py = px + ex, py + ey
            if not np.any(np.maximum(np.abs(ex), np.abs(ey)) > 1e-12):
                break
    inside = in_china_box(x, y)
    return np.where(inside, px, x), np.where(inside, py, y)


def _wgs84_to_gcj02_plain(lon: Floats, lat: Floats) -> Pair:
    dx, dy = _shift(lon, lat)
    return lon + dx, lat + dy


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """WGS-84 degrees of GCJ-02 degrees, exact inverse by iteration; points outside China pass unchanged."""
    return _invert(_wgs84_to_gcj02_plain, lon, lat)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """GCJ-02 degrees of BD-09 degrees, exact inverse by iteration; points outside China pass unchanged."""
    return _invert(_gcj02_to_bd09_plain, lon, lat)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """BD-09 degrees of WGS-84 degrees."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """WGS-84 degrees of BD-09 degrees."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Pair:
    """WGS-84 degrees of points given in `datum`; KeyError for a datum that is not known."""
    routes: dict[Datum, Callable[[ArrayLike, ArrayLike], Pair]] = {
        "wgs84": _arrays,
        "gcj02": gcj02_to_wgs84,
        "bd09": bd09_to_wgs84,
    }
    return routes[datum](lon, lat)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Pair:
    """Points of WGS-84 degrees in `datum`; KeyError for a datum that is not known."""
    routes: dict[Datum, Callable[[ArrayLike, ArrayLike], Pair]] = {
        "wgs84": _arrays,
        "gcj02": wgs84_to_gcj02,
        "bd09": wgs84_to_bd09,
    }
    return routes[datum](lon, lat)


def geometry_to_wgs84(geometry: Any, datum: Datum) -> Any:
    """A shapely geometry (or array of them) given in `datum`, in WGS-84."""
    import shapely

    def move(points: Floats) -> Floats:
        return np.column_stack(to_wgs84(points[:, 0], points[:, 1], datum))

    return shapely.transform(geometry, move)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a point is, seen against an area: `kind`, and the WGS-84 point that would lie inside (or the point as given)."""

    kind: FindingKind
    lon: float
    lat: float

    @property
    def inside(self) -> bool:
        """True when the point as given lies inside."""
        return self.kind == "inside"

    @property
    def explained(self) -> bool:
        """True when the point lies outside only because it was given in another order or datum."""
        return self.kind not in ("inside", "outside", "not_degrees")


def _readings(lon: float, lat: float) -> tuple[tuple[FindingKind, float, float], ...]:
    """Every way to read the pair, the likeliest mistake first."""
    gx, gy = gcj02_to_wgs84(lon, lat)
    bx, by = bd09_to_wgs84(lon, lat)
    sx, sy = gcj02_to_wgs84(lat, lon)
    return (
        ("gcj02", float(gx), float(gy)),
        ("swapped", lat, lon),
        ("bd09", float(bx), float(by)),
        ("swapped_gcj02", float(sx), float(sy)),
    )


def diagnose(lon: float, lat: float, contains: Callable[[float, float], bool]) -> Finding:
    """Say whether a point lies inside, and if not, which mistake (swapped, GCJ-02 or BD-09 given as WGS-84) explains it."""
    if contains(lon, lat):
        return Finding("inside", lon, lat)
    if not (np.isfinite(lon) and np.isfinite(lat)) or max(abs(lon), abs(lat)) > 180.0:
        return Finding("not_degrees", lon, lat)
    for kind, x, y in _readings(lon, lat):
        if contains(x, y):
            return Finding(kind, x, y)
    return Finding("outside", lon, lat)
