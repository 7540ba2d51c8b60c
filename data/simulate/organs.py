"""Organs from the profile's organ tree, the fields of its table of items, and the catalogue's items with their delegations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from data.county import County
from data.simulate.catalogue import Sort, pools, sorts
from data.simulate.chance import among, chance, key_at
from data.simulate.establishment import Establishment, Field, Row, english, said
from data.simulate.ground import Ground
from policy.vocabulary import ItemKind, OrganKind

SUBDISTRICT: Final = "街道"
DELEGATED: Final = {ItemKind.DELEGATED_GENERAL: 0.62, ItemKind.DELEGATED_SELF_SELECTED: 0.30, ItemKind.STATUTORY: 0.08}


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

    def add(self, code: str, kind: OrganKind, names: Mapping[str, str], **more: str | None) -> Row:
        phone = f"0579-8{self.rng.randrange(1_000_000):06d}0"[:12]
        columns = {"field": None, "parent_code": None, "township_code": None} | more
        row = self.row(code=code, kind=kind.value, phone=phone, version=1, **names, **columns)
        self.made.organs.append(row)
        return row

    def organs(self) -> None:
        zh, en = {"county": self.county.name}, {"county": self.county.name_en}
        self.add("government", OrganKind.GOVERNMENT, said("organ_government", zh, en))
        self.add("bureau", OrganKind.BUREAU, said("organ_bureau", zh, en), parent_code="government")
        self.add("command", OrganKind.COMMAND_CENTRE, said("organ_command", zh, en), parent_code="bureau")
        self.add("police", OrganKind.POLICE, said("organ_police", zh, en), parent_code="government")
        self.add("justice", OrganKind.JUSTICE, said("organ_justice", zh, en), parent_code="government")
        self.townships()
        self.departments()
        self.professional()
        self.stations()

    def townships(self) -> None:
        for code in self.ground.townships:
            name = self.county.name_of(code)
            kind = "organ_subdistrict" if name.endswith(SUBDISTRICT) else "organ_town"
            names = said(kind, {"town": name}, {"town": english(name)})
            self.add(f"town-{code}", OrganKind.TOWNSHIP, names, parent_code="government", township_code=code)

    def departments(self) -> None:
        """Every department the table of items or the list of teams names, once."""
        domains = self.county.profile.get("item.domains", self.on)
        teams = self.county.profile.get("teams.professional", self.on)
        known = {_plain(row["department_zh"]): row["department_zh"] for row in (domains.value if domains else ())}
        in_english: dict[str, str] = {}
        for row in teams.value if teams else ():
            known.setdefault(_plain(row.get("department_zh", "")), row.get("department_zh", ""))
            in_english[_plain(row.get("department_zh", ""))] = row.get("department_en", "")
        for number, (plain, name) in enumerate(filter(all, known.items()), 1):
            names = {"name": name, "name_en": in_english.get(plain) or name}
            self.add(f"dept-{number:02d}", OrganKind.DEPARTMENT, names, parent_code="government")

    def professional(self) -> None:
        value = self.county.profile.get("teams.professional", self.on)
        by_name = {_plain(row["name"]): row["code"] for row in self.made.organs if row["kind"] == "department"}
        for team in value.value if value else pools()["teams"]:
            names = said(
                "organ_team",
                {"county": self.county.name, "field": team["name_zh"]},
                {"county": self.county.name_en, "field": team["name_en"]},
            )
            above = by_name.get(_plain(team.get("department_zh", "")), "government")
            row = self.add(
                f"team-{team['code']}",
                OrganKind.PROFESSIONAL_TEAM,
                names,
                field=team["code"],
                parent_code=above,
            )
            self.made.professional[team["code"]] = row | {"zh": team["name_zh"], "en": team["name_en"]}

    def stations(self) -> None:
        """Fire stations, in the townships that draw most leads."""
        ranked = sorted(self.ground.townships, key=lambda code: -self.ground.share_of(code))
        for number, code in enumerate(ranked[: pools()["sizes"]["fire_stations"]], 1):
            name = self.county.name_of(code)
            names = said("organ_fire", {"town": name}, {"town": english(name)})
            self.add(f"fire-{number}", OrganKind.FIRE, names, parent_code="government", township_code=code)

    # fields and items

    def body_of(self, printed: str) -> str:
        """Organ code of an enforcing body as printed: a professional team whose field begins its name, else the bureau."""
        for code, row in self.made.professional.items():
            if printed.startswith(row["zh"]):
                return f"team-{code}"
        return "bureau"

    def fields(self) -> None:
        value = self.county.profile.get("item.domains", self.on)
        table = value.value if value else self._fields_of_the_catalogue()
        clause = (value.clause if value else None) or ""
        counted: dict[str, int] = {}
        for row in table:
            body = self.body_of(row["body_zh"])
            counted[body] = counted.get(body, 0) + 1
            code = f"{body.removeprefix('team-')}-{counted[body]:02d}"
            self.made.fields.append(Field(code, row["field_zh"], body, row["department_zh"], row["count"], clause))
        self.made.brigades = tuple(dict.fromkeys(f.body for f in self.made.fields if f.body != "bureau"))

    def _fields_of_the_catalogue(self) -> list[Row]:
        """Where a plan prints no table: the fields our items fall into, counted as they are."""
        counts: dict[tuple[str, str], int] = {}
        for sort in sorts(self.county.profile.chain):
            body = sort.body if sort.body in self.made.professional else self._team_for(sort.field)
            printed = self.made.professional[body]["zh"] if body in self.made.professional else ""
            counts[printed, sort.field] = counts.get((printed, sort.field), 0) + 1
        return [
            {"body_zh": body, "field_zh": name, "count": count, "department_zh": name}
            for (body, name), count in counts.items()
        ]

    def _team_for(self, name: str) -> str:
        return next((code for code, row in self.made.professional.items() if row["zh"][:2] == name[:2]), "")

    def items(self) -> None:
        prefix = self.county.short_code
        for sort in sorts(self.county.profile.chain):
            home = self._field_of(sort)
            if home is None:
                continue
            self.made.sorts.append(sort)
            published = self.begun - timedelta(days=self.rng.randrange(60, 900))
            row = self.row(
                code=f"{prefix}-{sort.code}", name=sort.name, name_en=sort.name_en, domain=home.code,
                enforcing_body=home.body, department=home.department, basis=sort.basis, keywords=list(sort.keywords),
                published_on=published, version=1,
            )  # fmt: skip
            self.made.items.append(row)

    def _field_of(self, sort: Sort) -> Field | None:
        named = [f for f in self.made.fields if f.name == sort.field]
        wanted = f"team-{sort.body}" if sort.body in self.made.professional else sort.body
        return next((f for f in named if f.body == wanted), named[0] if named else None)

    # delegation

    def delegations(self) -> None:
        """Townships of one type take on about the same items; a few differ, and some were taken on in the year."""
        general = {row["code"] for row in self.made.items if self.rng.random() < _leaning(row, self.made)}
        chosen = {row["code"] for row in self.made.items if row["code"] not in general and self.rng.random() < 0.45}
        for township in self.ground.townships:
            for item in self.made.items:
                kind = self._kind(item["code"] in general, item["code"] in chosen)
                if kind is not None:
                    self._delegate(item, township, kind)

    def _kind(self, general: bool, chosen: bool) -> ItemKind | None:
        if general:
            return ItemKind.STATUTORY if self.rng.random() < 0.06 else ItemKind.DELEGATED_GENERAL
        if self.rng.random() < (0.62 if chosen else 0.05):
            return ItemKind.DELEGATED_SELF_SELECTED if self.rng.random() < 0.93 else ItemKind.ENTRUSTED
        return None

    def _delegate(self, item: Row, township: str, kind: ItemKind) -> None:
        late = kind is ItemKind.DELEGATED_SELF_SELECTED and self.rng.random() < 0.15
        begun = self.begun - timedelta(days=among(self.rng, (130, 220, 400, 620)))
        since = self.begun + timedelta(days=self.rng.randrange(20, 300)) if late else begun
        entrusted = item["enforcing_body"] if kind is ItemKind.ENTRUSTED else None
        self.made.delegations.append(
            self.row(
                item_id=item["id"],
                township_code=township,
                kind=kind.value,
                entrusting_organ=entrusted,
                clause=None,
                valid_from=since,
                valid_to=None,
            )
        )
        if since <= self.begun:
            self.made.delegated.add((item["code"], township))


def _leaning(item: Row, made: Establishment) -> float:
    """How likely everyday items are in every township's list: the bureau's more than the professional teams'."""
    return 0.72 if item["enforcing_body"] == "bureau" else 0.28


def _plain(name: str) -> str:
    return re.sub(r"[（(].*?[）)]", "", name).strip()


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def establish(ground: Ground, begun: date, on: date) -> Establishment:
    """Organs, fields, items and delegations of a county; the history begins on `begun`, the profile is asked on `on`."""
    maker = _Maker(ground, begun, on)
    maker.organs()
    maker.fields()
    maker.items()
    maker.delegations()
    return maker.made
