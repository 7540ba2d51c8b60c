"""Teams with everybody who was ever in them, and the force they make together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import date
from typing import Any
from uuid import UUID

from data.simulate.chance import chance, key_at
from data.simulate.people import OPEN, Person, Registry, begin_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Membership:
    """A person in a team from a first to a last day (OPEN: still)."""

    person: Person
    since: date
    until: date = OPEN
    post: str = "member"


@dataclass(eq=False)
class Squad:
    """A team with everybody who was ever in it; empty `domains` means all."""

    id: UUID
    code: str
    names: dict[str, str]
    kind: str
    organ: str
    township: str | None
    seat: int  # index of the leaf it starts from
    field: str | None = None
    domains: frozenset[str] = frozenset()
    capacity: int = 3
    vehicle: bool = True
    members: list[Membership] = kept(default_factory=list)

    def row(self, jurisdiction: UUID, organ_id: UUID, phone: str) -> Row:
        """The row of `team`."""
        return {
            "id": self.id, "jurisdiction_id": jurisdiction, "code": self.code, "kind": self.kind, "organ_id": organ_id,
            "field": self.field, "township_code": self.township, "capacity": self.capacity,
            "has_vehicle": self.vehicle, "phone": phone, "version": 1, **self.names,
        }  # fmt: skip


@dataclass
class Force:
    """Everybody and every team of the county, with postings and the heads of cells."""

    registry: Registry
    squads: list[Squad] = kept(default_factory=list)
    postings: list[Row] = kept(default_factory=list)
    heads: dict[str, Person] = kept(default_factory=dict)  # by cell
    deputies: dict[str, list[Person]] = kept(default_factory=dict)
    professional: dict[str, list[Person]] = kept(default_factory=dict)  # by field


def member_rows(force: Force, jurisdiction: UUID, seed: int) -> Iterator[Row]:
    """Rows of `team_member`."""
    rng = chance(seed, str(jurisdiction), "members")
    for squad in force.squads:
        for member in squad.members:
            yield {
                "id": key_at(rng, begin_of(member.since)), "jurisdiction_id": jurisdiction, "team_id": squad.id,
                "person_id": member.person.id, "post": member.post, "valid_from": member.since,
                "valid_to": None if member.until == OPEN else member.until,
            }  # fmt: skip
