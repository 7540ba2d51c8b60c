"""Whether a township has what the plan lists: vehicles, pickups, devices and rooms (CL 第二十二条), posts and offices (LX 二(二)3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from policy.profile import Value
from policy.text import Name, Word

VEHICLE, PICKUP = "vehicle", "pickup"
EQUIPMENT_LISTS: Final = ("equipment.devices", "equipment.rooms")
POST_LISTS: Final = ("team.posts", "team.offices")


class _Profile(Protocol):
    def get(self, key: str, on: date) -> Value | None: ...


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the plan asks for: how many, how many are there, by which value and clause; `held_by` says who should."""

    code: str
    name: Name | Word
    needed: int
    have: int
    key: str
    clause: str | None
    held_by: Name | None = None

    @property
    def met(self) -> bool:
        """Whether enough are there."""
        return self.have >= self.needed


def equipment_needs(profile: _Profile, on: date, held: Mapping[str, int]) -> tuple[Need, ...]:
    """What the plan lists, against the number held by kind; a pickup is a vehicle too. A silent plan asks for nothing."""
    return tuple(_equipment(profile, on, held))


def _equipment(profile: _Profile, on: date, held: Mapping[str, int]) -> Iterator[Need]:
    counted = dict(held) | {VEHICLE: held.get(VEHICLE, 0) + held.get(PICKUP, 0)}
    for code, key in ((VEHICLE, "equipment.vehicles"), (PICKUP, "equipment.pickups")):
        value = profile.get(key, on)
        if value is not None:
            yield Need(code, Word(f"staffing.kind.{code}"), int(value.value), counted.get(code, 0), key, value.clause)
    for key in EQUIPMENT_LISTS:
        value = profile.get(key, on)
        for code in value.value if value else ():
            clause = value.clause if value else None
            yield Need(code, Word(f"codes.{code}"), 1, counted.get(code, 0), key, clause)


def equipment_kinds(profile: _Profile, on: date) -> dict[str, Word]:
    """Kinds a register of equipment takes, with their words: vehicles always, and what the plan lists."""
    found = {code: Word(f"staffing.kind.{code}") for code in (VEHICLE, PICKUP)}
    for key in EQUIPMENT_LISTS:
        value = profile.get(key, on)
        found |= {code: Word(f"codes.{code}") for code in (value.value if value else ())}
    return found


def post_needs(profile: _Profile, on: date, held: Mapping[str, int]) -> tuple[Need, ...]:
    """Posts and offices the plan lists, against the number of people in each."""
    return tuple(_posts(profile, on, held))


def _posts(profile: _Profile, on: date, held: Mapping[str, int]) -> Iterator[Need]:
    for key in POST_LISTS:
        value = profile.get(key, on)
        for row in value.value if value else ():
            who = Name(row["held_by_zh"], row["held_by_en"]) if row.get("held_by_zh") else None
            needed, clause = int(row.get("minimum") or 1), value.clause if value else None
            yield Need(row["code"], _named(row), needed, held.get(row["code"], 0), key, clause, who)


def posts_listed(profile: _Profile, on: date) -> dict[str, Name]:
    """Posts and offices of a township's team, with their names."""
    values = (profile.get(key, on) for key in POST_LISTS)
    return {row["code"]: _named(row) for value in values if value is not None for row in value.value}


def training_forms(profile: _Profile, on: date) -> dict[str, Name]:
    """Forms of training the plan lists, with their names."""
    value = profile.get("training.forms", on)
    return {row["code"]: _named(row) for row in (value.value if value else ())}


def _named(row: Mapping[str, str]) -> Name:
    return Name(row["name_zh"], row["name_en"])
