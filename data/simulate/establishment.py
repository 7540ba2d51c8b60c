"""Organs, fields and items of a demonstration county, as rows and as what the rest of the demonstration asks of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from data.county import County
from data.simulate.bodies import Field
from data.simulate.catalogue import Sort, pools
from data.simulate.chance import key_at
from geo.hierarchy import Cell
from policy.text import say

Row = dict[str, Any]


@dataclass
class Establishment:
    """Organs, fields and items of a county, as rows and as what the rest of the demonstration asks of them."""

    organs: list[Row] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)
    delegations: list[Row] = field(default_factory=list)
    sorts: list[Sort] = field(default_factory=list)
    professional: dict[str, Row] = field(default_factory=dict)  # by the code of the field
    brigades: tuple[str, ...] = ()  # organ codes named as enforcing bodies of the table
    delegated: set[tuple[str, str]] = field(default_factory=set)  # (item code, township)

    def organ(self, code: str) -> Row:
        """The organ's row; KeyError for a code that does not exist."""
        return next(row for row in self.organs if row["code"] == code)

    def organ_id(self, code: str) -> UUID:
        """Key of an organ."""
        found: UUID = self.organ(code)["id"]
        return found

    def of_township(self, township: str) -> Row:
        """The organ that acts for a township."""
        return self.organ(f"town-{township}")

    def field_codes(self, body: str) -> list[str]:
        """Codes of the fields an organ enforces."""
        return [one.code for one in self.fields if one.body == body]


def english(name: str) -> str:
    """English name of a township, its Chinese one where nobody has written one."""
    found: str = pools()["romanised"].get(name, name)
    return found


def english_cell(county: County, cell: Cell) -> str:
    """English name of a county, a township or a section of one; empty where nobody has written one."""
    if not cell.parent:
        return county.name_en
    known: Mapping[str, str] = pools()["romanised"]
    above = county.hierarchy[cell.parent].name
    side = cell.name.removeprefix(above).removesuffix("片区")
    if above in known and f"{above}{side}片区" == cell.name and side in pools()["sides"]:
        return f"{known[above]}, {pools()['sides'][side]}"
    return known.get(cell.name, "")


def said(key: str, zh: Mapping[str, str], en: Mapping[str, str] | None = None) -> dict[str, str]:
    """`name` and `name_en` of an organ or a team from the catalogue."""
    return {"name": say(f"simulate.{key}", "zh", **zh), "name_en": say(f"simulate.{key}", "en", **(en or zh))}


def field_rows(made: Establishment, county: County, rng: random.Random, at: datetime) -> Iterable[Row]:
    """Rows of the table of domains as printed."""
    for one in made.fields:
        yield {
            "id": key_at(rng, at), "jurisdiction_id": county.jurisdiction_id, "code": one.code, "name": one.name,
            "enforcing_body": one.body, "department": one.department, "item_count": one.count, "clause": one.clause,
        }  # fmt: skip
