"""Who enforces what in a demonstration: professional teams, the fields of the plan's table, the field of each item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from data.simulate.catalogue import bodies, pools
from policy.grid_levels import township_level
from policy.items import domains, items_for
from policy.items.model import CatalogueItem
from policy.profile import Profile

Row = Mapping[str, Any]
NEWEST: Final = date.max
"""The plan as it stands when nothing ends it."""

BUREAU: Final = "bureau"


@dataclass(frozen=True, slots=True)
class Field:
    """A row of the plan's table of domains, with the organ that enforces it."""

    code: str
    name: str
    body: str
    department: str
    count: int
    clause: str


def is_town(profile: Profile, on: date = NEWEST) -> bool:
    """Whether the plan is a town's own: the organs of the law are then departments of the county above it."""
    return township_level(profile, on) == 0


def sizes_of(profile: Profile, on: date = NEWEST) -> Mapping[str, Any]:
    """Sizes of teams and offices, a town's own smaller ones where the plan is a town's."""
    read = pools()
    return {**read["sizes"], **(read["town"] if is_town(profile, on) else {})}


def teams_of(profile: Profile, on: date = NEWEST) -> tuple[Row, ...]:
    """Professional teams the plan names (`code`, `name_zh`, `name_en`, perhaps a department); a town has none."""
    value = profile.get("teams.professional", on)
    if value is None and is_town(profile, on):
        return ()
    return tuple(value.value if value else pools()["teams"])


def fields_of(profile: Profile, on: date = NEWEST) -> tuple[Field, ...]:
    """Rows of the plan's table; where it prints none, the fields the catalogue's items fall into, counted as they are."""
    value = profile.get("item.domains", on)
    clause = (value.clause if value else None) or ""
    return tuple(_coded(_printed(profile, value.value, on) if value else _counted(profile, on), clause))


def field_of(item: CatalogueItem, fields: Iterable[Field]) -> Field:
    """The field an item is counted under: with the demonstration's body for it, else the row with most items."""
    name, wanted = field_name(item), bodies().get(item.code)
    named = [one for one in fields if one.name == name]
    return next((one for one in named if one.body == wanted), max(named, key=lambda one: one.count))


def field_name(item: CatalogueItem) -> str:
    """Name of the row of a plan's table under which the item's domain is counted."""
    return domains()[item.domain]["field"]


def body_of(item: CatalogueItem, field: Field) -> str:
    """The organ that enforces an item: police and fire their own, which a plan does not count (JD 附件3)."""
    known = bodies()
    own = known.get(item.domain)
    return field.body if own is None or item.code in known else own


_Printed = tuple[str, str, str, int]
"""Body, field, department, number of items."""


def _coded(rows: Iterable[_Printed], clause: str) -> Iterator[Field]:
    numbered: Counter[str] = Counter()
    for body, name, department, count in rows:
        numbered[body] += 1
        yield Field(f"{body.removeprefix('team-')}-{numbered[body]:02d}", name, body, department, count, clause)


def _printed(profile: Profile, table: Iterable[Row], on: date) -> Iterator[_Printed]:
    """A body as printed is the professional team whose field begins its name, else the bureau."""
    teams = teams_of(profile, on)
    for row in table:
        team = next((t["code"] for t in teams if row["body_zh"].startswith(t["name_zh"])), None)
        yield f"team-{team}" if team else BUREAU, row["field_zh"], row["department_zh"], row["count"]


def _counted(profile: Profile, on: date) -> Iterator[_Printed]:
    teams, town = teams_of(profile, on), is_town(profile, on)
    counts: Counter[tuple[str, str]] = Counter()
    places: dict[str, str] = {}
    for item in items_for(profile.chain):
        name = field_name(item)
        team = next((t["code"] for t in teams if t["name_zh"][:2] == name[:2]), None)
        office = places.setdefault(name, f"dept-{len(places) + 1:02d}") if town else BUREAU
        usual = bodies().get(item.domain) or (f"team-{team}" if team else office)
        counts[usual if town else bodies().get(item.code, usual), name] += 1
    yield from ((body, name, name, count) for (body, name), count in counts.items())
