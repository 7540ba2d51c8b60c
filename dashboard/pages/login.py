"""The pages before the pages: login, pairing of a wall, the administrator's list of walls. Plain HTML, no script."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from shapely.geometry.base import BaseGeometry
from starlette.responses import HTMLResponse

from dashboard.context import Visit
from dashboard.replies import cited, html_page
from data.county import County
from data.demonstration import DemonstrationAccount
from data.pairing import VALID, WallDevice
from policy.errors import Refusal
from policy.loader import load_profile
from policy.text import say
from policy.zone import CHINA

NAMED = 3  # counties that fit into the heading


@dataclass(frozen=True, slots=True)
class CountyMap:
    """The county drawn small: SVG paths of its townships and its outline, in a box of `width` × `height`."""

    width: int
    height: int
    townships: tuple[str, ...]
    outline: str


def build_map(county: County, width: int = 760) -> CountyMap | None:
    """Draw the townships of a county as they are in its grid; None for a county without any."""
    shapes = [cell.geometry for cell in county.townships]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = width / ((east - west) * squeeze)
    tolerance = (east - west) / 600

    def path(shape: BaseGeometry) -> str:
        parts = shapely.get_parts(shape.simplify(tolerance))
        rings = [shapely.get_coordinates(part.exterior) for part in parts if part.geom_type == "Polygon"]
        points = [[f"{(x - west) * squeeze * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring] for ring in rings]
        return "".join(f"M{'L'.join(ring)}Z" for ring in points)

    outline = shapely.union_all(shapes).buffer(0)
    return CountyMap(width, round((north - south) * scale), tuple(map(path, shapes)), path(outline))


def heading(names: Sequence[str], lang: str) -> str:
    """Whose dashboard it is: every county that is served while they fit on a line, else the first one and how many."""
    if len(names) > NAMED:
        return say("login.counties", lang, name=names[0], count=len(names))
    return say("login.between", lang).join(names)


@dataclass(frozen=True, slots=True)
class LoginPage:
    """What the login page shows besides its two fields; `county` is its heading."""

    county: str
    target: str = "/"
    username: str = ""
    refusal: Refusal | None = None
    note: str = ""
    offered: tuple[DemonstrationAccount, ...] = ()
    demo: bool = False
    map: CountyMap | None = None


@dataclass(frozen=True, slots=True)
class OfferedGroup:
    """Demonstration accounts of one county, or those that see several; `name` is empty where there is one county only."""

    name: str
    accounts: tuple[DemonstrationAccount, ...]


def offered_groups(offered: Iterable[DemonstrationAccount], lang: str) -> tuple[OfferedGroup, ...]:
    """The accounts that see several counties first, then county by county in the order in which they were built."""
    held: dict[tuple[str, ...], list[DemonstrationAccount]] = {}
    for account in sorted(offered, key=lambda one: len(one.counties) < 2):
        held.setdefault(account.counties[:1] if len(account.counties) == 1 else (), []).append(account)
    if len(held) == 1:
        return tuple(OfferedGroup("", tuple(accounts)) for accounts in held.values())
    several = say("login.several_counties", lang)
    return tuple(
        OfferedGroup(load_profile(code[0]).name(lang) if code else several, tuple(accounts))
        for code, accounts in held.items()
    )


def build_login(visit: Visit, page: LoginPage, *, version: str = "") -> HTMLResponse:
    """The login page; demonstration accounts stand on it only in the demonstration."""
    return html_page(
        "login.html",
        visit,
        asset_version=version,
        page=page,
        sentence=page.refusal.sentence(visit.lang) if page.refusal else "",
        rule=cited(page.refusal.clause if page.refusal else None, visit.lang),
        groups=offered_groups(page.offered, visit.lang) if page.demo and page.offered else (),
    )


def build_pair(visit: Visit, code: str, *, version: str = "") -> HTMLResponse:
    """What a wall without a session shows: its code, large; the page asks again every few seconds."""
    minutes = int(VALID.total_seconds() // 60)
    return html_page("pair.html", visit, asset_version=version, bare=True, code=code, minutes=minutes)


def _local(time: datetime | None, lang: str) -> str:
    return time.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if time else say("login.devices.never", lang)


def build_devices(
    visit: Visit,
    walls: Sequence[WallDevice],
    *,
    note: str = "",
    refusal: Refusal | None = None,
    counties: Sequence[tuple[str, str, bool]] = (),
    version: str = "",
) -> HTMLResponse:
    """Walls that may show figures, with a field for the code of a new one, and `counties` to choose from (code, name, here)."""
    rows = [(wall.username, _local(wall.paired_at, visit.lang), _local(wall.seen_at, visit.lang)) for wall in walls]
    sentence = refusal.sentence(visit.lang) if refusal else ""
    rule = cited(refusal.clause if refusal else None, visit.lang)
    return html_page(
        "devices.html",
        visit,
        asset_version=version,
        rows=rows,
        note=note,
        sentence=sentence,
        rule=rule,
        counties=counties,
    )
