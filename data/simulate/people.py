"""Invented people: names nobody was asked for, staff numbers, certificates; and where they work from when to when."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from data.simulate.catalogue import pools
from data.simulate.chance import among, key_at
from data.simulate.names import invented_name, invented_phone
from policy.text import say
from policy.vocabulary import PersonKind
from policy.zone import CHINA

Row = dict[str, Any]
TERM: Final = timedelta(days=5 * 365)  # a certificate's life
OPEN: Final = date.max


def begin_of(day: date) -> datetime:
    """First moment of a day here, in UTC."""
    return datetime.combine(day, time.min, CHINA).astimezone(UTC)


@dataclass(eq=False)
class Person:
    """Somebody with a certificate or without; `suspended` holds first and last day of a card."""

    id: UUID
    code: str
    name: str
    kind: PersonKind
    organ: str
    title: str
    phone: str
    law_qualified: bool
    employed_from: date
    certificate: str | None = None
    certified_from: date = OPEN
    certified_to: date = date.min
    suspended: tuple[date, date] | None = None
    ground: str | None = None
    fields: list[str] = field(default_factory=list)

    def fit(self, on: date) -> bool:
        """Whether the certificate is valid on a day and no card holds it."""
        held = self.certified_from <= on <= self.certified_to
        return held and not (self.suspended is not None and self.suspended[0] <= on <= self.suspended[1])

    def row(self, jurisdiction: UUID, organ_id: UUID) -> Row:
        """The row of `person`."""
        return {
            "id": self.id, "jurisdiction_id": jurisdiction, "code": self.code, "name": self.name,
            "kind": self.kind.value, "organ_id": organ_id, "phone": self.phone, "title": self.title,
            "law_qualified": self.law_qualified, "employed_from": self.employed_from, "employed_to": None, "version": 1,
        }  # fmt: skip

    def certificate_row(self, jurisdiction: UUID, key: UUID) -> Row:
        """The row of `certificate`."""
        begun, ended = self.suspended or (None, None)
        return {
            "id": key, "jurisdiction_id": jurisdiction, "person_id": self.id, "number": self.certificate,
            "fields": self.fields, "valid_from": begin_of(self.certified_from),
            "valid_to": begin_of(self.certified_to + timedelta(days=1)) - timedelta(seconds=1),
            "suspended_from": begin_of(begun) if begun else None,
            "suspended_to": begin_of(ended + timedelta(days=1)) if ended else None,
            "suspension_ground": self.ground, "version": 1,
        }  # fmt: skip


class Registry:
    """Hires people, one after the other; the same seed hires the same people."""

    def __init__(self, rng: random.Random, short_code: str, division: str, begun: date, on: date) -> None:
        self.rng, self.short_code, self.division, self.begun, self.on = rng, short_code, division, begun, on
        self.people: list[Person] = []
        self._certificates = 0

    def hire(self, organ: str, kind: PersonKind, title: str, *, certified: float = 0.0) -> Person:
        """One more person of an organ; `certified` is the chance of holding a certificate."""
        employed = self.begun - timedelta(days=self.rng.randrange(30, 5000))
        person = Person(
            key_at(self.rng, begin_of(employed)),
            f"{self.short_code}{len(self.people) + 1:05d}",
            invented_name(self.rng),
            kind,
            organ,
            say(f"simulate.title_{title}", "zh"),
            invented_phone(self.rng),
            kind is PersonKind.OFFICER and self.rng.random() < 0.07,
            employed,
        )
        self.people.append(person)
        if self.rng.random() < certified:
            self._certify(person)
        return person

    def _certify(self, person: Person) -> None:
        shares = pools()["shares"]
        self._certificates += 1
        person.certificate = f"{self.division}{self._certificates:05d}"
        drawn, span = self.rng.random(), (self.on - self.begun).days
        if drawn < shares["expired"]:
            ends = self.on - timedelta(days=self.rng.randrange(2, max(3, min(span, 150))))
        elif drawn < shares["expired"] + shares["expiring"]:
            ends = self.on + timedelta(days=self.rng.randrange(2, 31))
        else:
            ends = self.on + timedelta(days=self.rng.randrange(60, TERM.days - span - 40))
        person.certified_to, person.certified_from = ends, ends - TERM + timedelta(days=1)

    def suspend(self, people: Iterable[Person]) -> None:
        """Orange cards of the year: most are over, the last one holds today."""
        words = pools()["reasons"]["suspended"]
        holders = [p for p in people if p.certified_to > self.on + timedelta(days=31)]
        count: int = pools()["shares"]["suspended"]
        for number, person in enumerate(self.rng.sample(holders, min(count, len(holders)))):
            last = number == count - 1
            begun = self.on - timedelta(
                days=9 if last else self.rng.randrange(40, max(41, (self.on - self.begun).days))
            )
            person.suspended = (begun, begun + timedelta(days=29))
            person.ground = among(self.rng, words)

    def rows(self, jurisdiction: UUID, organ_ids: dict[str, UUID]) -> tuple[list[Row], list[Row]]:
        """Rows of people and of certificates."""
        people = [p.row(jurisdiction, organ_ids[p.organ]) for p in self.people]
        return people, list(self._certificate_rows(jurisdiction))

    def _certificate_rows(self, jurisdiction: UUID) -> Iterator[Row]:
        for person in self.people:
            if person.certificate is not None:
                yield person.certificate_row(jurisdiction, key_at(self.rng, begin_of(person.certified_from)))
