"""Organs of a demonstration county as its plan names them, before they are rows; and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from data.demo import PLANS, county_name, township_names
from data.simulate.bodies import BUREAU, NEWEST, fields_of, is_town, teams_of
from data.simulate.catalogue import bodies, pools
from data.simulate.establishment import english, said
from policy.competence import TownshipFacts
from policy.loader import load_profile
from policy.profile import Profile
from policy.vocabulary import OrganKind

Names = Mapping[str, str]
SUBDISTRICT = "街道"


@dataclass(frozen=True, slots=True)
class Office:
    """An organ above the townships, or a township's: its code, kind, both names, the organ above it."""

    code: str
    kind: OrganKind
    names: Names
    parent: str | None = "government"
    field: str | None = None
    township: str | None = None


def offices_of(profile: Profile, on: date = NEWEST) -> tuple[Office, ...]:
    """Organs above the townships: of the county, or of a town and of the county above it, where the plan is a town's."""
    above = {"county": profile.name_zh}, {"county": profile.name_en}
    if is_town(profile, on):
        county = county_name(PLANS[profile.code].county)
        above = {"county": county}, {"county": english(county)}
    return (
        Office("government", OrganKind.GOVERNMENT, said("organ_government", *above), None),
        *_enforcing(profile, on),
        Office("police", OrganKind.POLICE, said("organ_police", *above)),
        Office("justice", OrganKind.JUSTICE, said("organ_justice", *above)),
        Office(bodies()["fire"], OrganKind.FIRE, said("organ_fire_brigade", *above)),
        *(_by_law(profile, on, *above) if is_town(profile, on) else _departments(profile, on)),
        *_professional(profile, on),
    )


def _enforcing(profile: Profile, on: date) -> Iterator[Office]:
    """The bureau and its command centre; in a town the brigade and the centre, by the names the plan gives them."""
    zh, en = {"county": profile.name_zh}, {"county": profile.name_en}
    team = profile.get("team.name", on) if is_town(profile, on) else None
    named = {"name": team.value["name_zh"], "name_en": team.value["name_en"]} if team else said("organ_bureau", zh, en)
    yield Office(BUREAU, OrganKind.BUREAU, named)
    yield Office("command", OrganKind.COMMAND_CENTRE, said("organ_command", zh, en), BUREAU)


def _by_law(profile: Profile, on: date, zh: Names, en: Names) -> Iterator[Office]:
    """Departments of the county above a town, each with the field it enforces by law."""
    for one in fields_of(profile, on):
        if one.body.startswith("dept-"):
            spoken = {**en, "field": pools()["fields"].get(one.name, one.name)}
            yield Office(one.body, OrganKind.DEPARTMENT, said("organ_department", {**zh, "field": one.name}, spoken))


def _departments(profile: Profile, on: date) -> Iterator[Office]:
    """Every department the table of items or the list of teams names, once."""
    domains, teams = profile.get("item.domains", on), profile.get("teams.professional", on)
    printed = domains.value if domains else ()
    known = {plain(row["department_zh"]): row["department_zh"] for row in printed}
    in_english = {plain(row["department_zh"]): row.get("department_en", "") for row in printed}
    for row in teams.value if teams else ():
        known.setdefault(plain(row.get("department_zh", "")), row.get("department_zh", ""))
        in_english[plain(row.get("department_zh", ""))] = row.get("department_en", "")
    for number, (short, name) in enumerate(filter(all, known.items()), 1):
        names = {"name": name, "name_en": in_english.get(short) or name}
        yield Office(f"dept-{number:02d}", OrganKind.DEPARTMENT, names)


def _professional(profile: Profile, on: date) -> Iterator[Office]:
    above = {} if is_town(profile, on) else {plain(o.names["name"]): o.code for o in _departments(profile, on)}
    for team in teams_of(profile, on):
        names = said(
            "organ_team",
            {"county": profile.name_zh, "field": team["name_zh"]},
            {"county": profile.name_en, "field": team["name_en"]},
        )
        parent = above.get(plain(team.get("department_zh", "")), "government")
        yield Office(f"team-{team['code']}", OrganKind.PROFESSIONAL_TEAM, names, parent, team["code"])


def township_office(code: str, name: str) -> Office:
    """The organ that acts for a township: town government or sub-district office."""
    kind = "organ_subdistrict" if name.endswith(SUBDISTRICT) else "organ_town"
    return Office(
        f"town-{code}", OrganKind.TOWNSHIP, said(kind, {"town": name}, {"town": english(name)}), township=code
    )


def plain(name: str) -> str:
    """A department's name without what stands in brackets."""
    return re.sub(r"[（(].*?[）)]", "", name).strip()


def demonstration_townships(profile: Profile | str) -> tuple[TownshipFacts, ...]:
    """Townships of a demonstration county, or the town itself, from the statistical list; KeyError without a demonstration."""
    code = profile if isinstance(profile, str) else profile.code
    named = township_names(code)
    return tuple(TownshipFacts(each, township_office(each, name).code, name) for each, name in named.items())


def organ_names(profile: Profile | str, lang: str = "zh") -> dict[str, str]:
    """What the organs of a demonstration county are called, by code, its townships' included."""
    rules = load_profile(profile) if isinstance(profile, str) else profile
    towns = (township_office(code, name) for code, name in township_names(rules.code).items())
    column = "name" if lang == "zh" else "name_en"
    return {office.code: office.names[column] for office in (*offices_of(rules), *towns)}
