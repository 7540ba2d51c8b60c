"""Rows of organs, fields, items and delegations of a demonstration county."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from data.county import County
from data.simulate.allotment import demonstration_items
from data.simulate.bodies import fields_of, sizes_of, teams_of
from data.simulate.catalogue import sorts
from data.simulate.chance import chance, key_at
from data.simulate.establishment import Establishment, Row, english, said
from data.simulate.ground import Ground
from data.simulate.offices import Office, offices_of, township_office
from policy.competence import DelegationFacts
from policy.items import basis, item
from policy.vocabulary import OrganKind

DIGITS: Final = 1_000_000


class _Maker:
    """Makes the establishment of one county on one day."""

    def __init__(self, ground: Ground, begun: date, on: date) -> None:
        self.county: County = ground.county
        self.ground, self.begun, self.on = ground, begun, on
        self.made = Establishment()
        self.rng = chance(ground.seed, self.county.code, "organs")
        self.at = _noon(begun)

    def row(self, **columns: object) -> Row:
        return {"id": key_at(self.rng, self.at), "jurisdiction_id": self.county.jurisdiction_id, **columns}

    def add(self, office: Office) -> Row:
        phone = f"0579-8{self.rng.randrange(DIGITS):06d}0"[:12]
        row = self.row(
            code=office.code, kind=office.kind.value, phone=phone, version=1, **office.names, field=office.field,
            parent_code=office.parent, township_code=office.township,
        )  # fmt: skip
        self.made.organs.append(row)
        return row

    def organs(self) -> None:
        named = {team["code"]: team for team in teams_of(self.county.profile, self.on)}
        for office in offices_of(self.county.profile, self.on):
            row = self.add(office)
            if office.kind is OrganKind.PROFESSIONAL_TEAM and office.field:
                team = named[office.field]
                self.made.professional[office.field] = row | {"zh": team["name_zh"], "en": team["name_en"]}
        for code in self.ground.townships:
            self.add(township_office(code, self.county.name_of(code)))
        self.stations()

    def stations(self) -> None:
        """Fire stations, in the townships that draw most leads."""
        ranked = sorted(self.ground.townships, key=lambda code: -self.ground.share_of(code))
        for number, code in enumerate(ranked[: sizes_of(self.county.profile, self.on)["fire_stations"]], 1):
            name = self.county.name_of(code)
            names = said("organ_fire", {"town": name}, {"town": english(name)})
            self.add(Office(f"fire-{number}", OrganKind.FIRE, names, "government", township=code))

    def items(self) -> None:
        profile = self.county.profile
        self.made.fields = list(fields_of(profile, self.on))
        self.made.brigades = tuple(dict.fromkeys(f.body for f in self.made.fields if f.body.startswith("team-")))
        self.made.sorts = list(sorts(profile.chain))
        facts, delegations = demonstration_items(profile, self.ground.townships, self.ground.seed)
        for fact in facts:
            known = item(fact.code)
            row = self.row(
                code=fact.code, name=fact.name, name_en=known.name_en, domain=fact.domain,
                enforcing_body=fact.enforcing_body, department=fact.department, basis=basis(known),
                keywords=list(known.keywords), published_on=fact.published_on, version=1,
            )  # fmt: skip
            self.made.items.append(row)
        ids = {row["code"]: row["id"] for row in self.made.items}
        for taken in delegations:
            self._delegate(taken, ids[taken.item_code])

    def _delegate(self, taken: DelegationFacts, item_id: object) -> None:
        self.made.delegations.append(
            self.row(
                item_id=item_id, township_code=taken.township_code, kind=taken.kind.value,
                entrusting_organ=taken.entrusting_organ_code, clause=taken.clause,
                valid_from=taken.valid_from, valid_to=taken.valid_to,
            )
        )  # fmt: skip
        if taken.holds(self.begun) and taken.holds(self.on):
            self.made.delegated.add((taken.item_code, taken.township_code))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def establish(ground: Ground, begun: date, on: date) -> Establishment:
    """Organs, fields, items and delegations of a county; the history begins on `begun`, the profile is asked on `on`."""
    maker = _Maker(ground, begun, on)
    maker.organs()
    maker.items()
    return maker.made
