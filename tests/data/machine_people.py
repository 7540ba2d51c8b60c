"""The small county made ready for many cases at once: fit and unfit officers, people with two hats, items of three kinds."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update

from data.authority import SYSTEM, Actor, Scope
from data.county import County
from data.db import Record
from data.models import Account, Certificate, Delegation, Item, Organ, Person
from policy import items
from policy.loader import load_profile
from policy.vocabulary import Role
from tests.data import small

FAR = small.NOW + timedelta(days=9000)
EXPIRES = small.NOW + timedelta(days=60)
SUSPENDED = (small.NOW + timedelta(days=30), small.NOW + timedelta(days=90))
FIT = ("01", "02", "11", "14")
UNFIT = ("15", "16", "17")
ITEMS = {
    "A1": ("ZSR-16-1", "delegated_general"),
    "A2": ("GF-111-1", "delegated_general"),
    "A3": ("NY-57-1", "entrusted"),
}
DECISION = "deadline.decision"
LONGER = {"amount": 30, "unit": "calendar_day", "times": 1}
PARTS: Mapping[str, tuple[Role, str, str | None]] = {
    "officer": (Role.OFFICER, "WEST", "01"),
    "second": (Role.OFFICER, "WEST", "02"),
    "squad": (Role.SQUADRON_HEAD, "WEST", "11"),
    "head": (Role.TOWNSHIP_HEAD, "WEST", None),
    "deputy": (Role.TOWNSHIP_HEAD, "WEST", "12"),
    "head_who_handles": (Role.TOWNSHIP_HEAD, "WEST", "02"),
    "head_elsewhere": (Role.TOWNSHIP_HEAD, "EAST", None),
    "receiving": (Role.TOWNSHIP_HEAD, "EAST", None),
    "reviewer": (Role.LEGAL_REVIEWER, "WEST", "13"),
    "reviewer_who_handles": (Role.LEGAL_REVIEWER, "WEST", "01"),
    "finance": (Role.FINANCE, "WEST", None),
    "finance_who_handles": (Role.FINANCE, "WEST", "02"),
    "finance_who_decides": (Role.FINANCE, "WEST", "12"),
    "finder": (Role.DEPARTMENT, "BUREAU", None),
}
BY_ROLE: Mapping[Role, tuple[str, ...]] = {
    Role.OFFICER: ("officer", "second"),
    Role.SQUADRON_HEAD: ("squad",),
    Role.TOWNSHIP_HEAD: ("head", "head", "head", "head", "deputy", "head_who_handles"),
    Role.LEGAL_REVIEWER: ("reviewer", "reviewer", "reviewer", "reviewer", "reviewer_who_handles"),
    Role.FINANCE: ("finance", "finance", "finance", "finance_who_handles", "finance_who_decides"),
    Role.DEPARTMENT: ("finder",),
    Role.SYSTEM: ("clock",),
}


@dataclass(frozen=True)
class Cast:
    """Who acts; how people are told apart in events; when each may enforce."""

    county: County
    actors: Mapping[str, Actor]
    people: Mapping[str, str]
    behind: Mapping[str, str]
    certified: Mapping[str, tuple[datetime, datetime, tuple[datetime, datetime] | None]] = field(default_factory=dict)

    def who(self, account: Any) -> str:
        """The person behind an account, else the account: one person with two accounts is one."""
        return self.behind.get(str(account), str(account))

    def may_enforce(self, person: str, at: datetime) -> bool:
        """Whether the person holds a certificate at `at` that no card holds up."""
        held = self.certified.get(person)
        if held is None or not held[0] <= at <= held[1]:
            return False
        return held[2] is None or not held[2][0] <= at < held[2][1]


def settle(record: Record, profile: str) -> Cast:
    """Put people, items and their grades into a record that holds the small county; steps are then taken in `Cast.county`."""
    record.write(SYSTEM, _people)
    record.write(SYSTEM, _items)
    return record.write(SYSTEM, lambda tx: _cast(tx, county_under(record.county(), profile)))


def county_under(county: County, profile: str) -> County:
    """The small county, as if the rules of another plan held in it; its grid stays what it is.

    It has loaded a rule of its field that lengthens the time to decide once (PL 60).
    """
    found, levels = load_profile(profile), county.profile.values["grid.levels"]
    decision = tuple(replace(value, value={**value.value, "extension": LONGER}) for value in found.values[DECISION])
    made = copy.copy(county)
    object.__setattr__(
        made, "profile", replace(found, values={**found.values, "grid.levels": levels, DECISION: decision})
    )
    return made


def _people(tx: Any) -> None:
    organ = tx.session.scalars(select(Organ.id).where(Organ.code == "WEST")).one()
    place, begun = tx.county.jurisdiction_id, small.NOW - timedelta(days=365)
    police = {"code": "POLICE", "name": "金东公安分局", "name_en": "Police", "kind": "police"}
    tx.session.add(Organ(jurisdiction_id=place, field=None, township_code=None, **police))
    for code in ("11", "12", "13", "14", "15", "16", "17"):
        person = Person(
            jurisdiction_id=place, code=code, name=f"甲{code}", kind="officer", organ_id=organ,
            employed_from=small.FROM, law_qualified=code == "13",
        )  # fmt: skip
        tx.session.add(person)
        tx.session.flush()
        if code not in ("12", "13", "17"):
            held = {"suspended_from": SUSPENDED[0], "suspended_to": SUSPENDED[1]} if code == "16" else {}
            tx.session.add(
                Certificate(
                    jurisdiction_id=place, person_id=person.id, number=f"ZJ{code}", fields=[], valid_from=begun,
                    valid_to=EXPIRES if code == "15" else FAR, **held,
                )
            )  # fmt: skip
    tx.session.execute(update(Certificate).where(Certificate.number.in_(("ZJ01", "ZJ02"))).values(valid_to=FAR))
    tx.session.execute(update(Person).where(Person.code == "01").values(law_qualified=True))


def _items(tx: Any) -> None:
    first = tx.session.scalars(select(Item).where(Item.code == "A1")).one()
    first.basis = items.basis(items.item(ITEMS["A1"][0]))
    for code in ("A2", "A3"):
        entry = items.item(ITEMS[code][0])
        row = Item(
            jurisdiction_id=first.jurisdiction_id, code=code, name=entry.name, domain="city", enforcing_body="BUREAU",
            basis=items.basis(entry), keywords=[],
        )  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        kind = ITEMS[code][1]
        tx.session.add(
            Delegation(
                jurisdiction_id=first.jurisdiction_id, item_id=row.id, township_code=small.WEST, kind=kind,
                valid_from=small.FROM, entrusting_organ="BUREAU" if kind == "entrusted" else None,
            )
        )  # fmt: skip


def _cast(tx: Any, county: County) -> Cast:
    place, session = tx.county.jurisdiction_id, tx.session
    people = {code: key for code, key in session.execute(select(Person.code, Person.id))}  # noqa: C416
    actors: dict[str, Actor] = {"clock": SYSTEM}
    behind: dict[str, str] = {}
    for part, (role, organ, code) in PARTS.items():
        person: UUID | None = people[code] if code else None
        account = Account(
            id=uuid5(place, part), username=f"case-{part}", display_name=part, password_hash="-",
            password_changed_at=small.NOW, person_id=person,
        )  # fmt: skip
        session.add(account)
        scope = Scope(role, place, organ, None if organ == "BUREAU" or part == "receiving" else frozenset({small.WEST}))
        actors[part] = Actor(account.id, part, (scope,), person_id=person)
        if person is not None:
            behind[str(account.id)] = str(person)
    session.flush()
    rows = session.scalars(select(Certificate))
    certified = {
        str(row.person_id): (
            row.valid_from,
            row.valid_to,
            (row.suspended_from, row.suspended_to) if row.suspended_from else None,
        )
        for row in rows
    }
    return Cast(county, actors, {code: str(key) for code, key in people.items()}, behind, certified)
