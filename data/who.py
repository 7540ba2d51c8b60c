"""Who acts on an item in a cell: by the record where it holds the county, else by the profile and the demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from policy.competence import CaseFacts, Competence, CompetenceRules, ItemFacts, TownshipFacts, competent, rules_of
from policy.decision import Reason
from policy.errors import Refusal
from policy.items import item as catalogue_item
from policy.items import load_items
from policy.loader import load_profile
from policy.profile import Profile
from policy.text import Name, named
from policy.vocabulary import ActKind, OrganKind, PenaltyKind

Source = Literal["record", "demonstration"]
SHOWN: Final = 8  # names offered when none, or too many, fit


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: profile, item, cell, day, act, proposed penalties, and what is known of the case."""

    profile: str
    item: str
    cell: str
    on: date
    act: ActKind = ActKind.PENALISE
    penalties: tuple[PenaltyKind, ...] = ()
    case: CaseFacts = field(default_factory=CaseFacts)


@dataclass(frozen=True, slots=True)
class Answer:
    """The competent organ for a question, with the names people read and where the facts came from."""

    question: Question
    item: ItemFacts
    township: TownshipFacts
    cell_name: str
    found: Competence
    rules: CompetenceRules
    source: Source

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for programs; `name` is the Chinese name in which the act is done."""
        asked, found = self.question, self.found
        return {
            "profile": asked.profile,
            "item": self.item.code,
            "item_name": named(self.item.said, lang),
            "cell": asked.cell,
            "cell_name": self.cell_name,
            "township": self.township.code,
            "township_name": self.township.name,
            "date": asked.on.isoformat(),
            "act": asked.act.value,
            "penalties": [kind.value for kind in asked.penalties],
            "party": asked.case.party,
            "nature": asked.case.nature,
            "organ": found.organ_code,
            "organ_name": named(found.organ_name, lang),
            "name": named(self.rules.organ_name(found.in_whose_name), "zh"),
            "unit": named(found.unit, lang) if found.unit else None,
            "basis": found.basis,
            "clause": found.clause,
            "allowed": found.decision.allowed,
            "reasons": [_reason(reason, lang) for reason in (*found.reasons, *found.notes)],
            "alternatives": [
                {
                    "organ": other.organ_code,
                    "organ_name": named(self.rules.organ_name(other.organ_code), lang),
                    "instead": other.instead,
                    "sentence": other.reason.sentence(lang),
                    "clause": other.reason.clause,
                }
                for other in found.alternatives
            ],
            "source": self.source,
        }


def _reason(reason: Reason, lang: str) -> dict[str, Any]:
    plain = reason.as_dict(lang)
    return {name: plain[name] for name in ("sentence", "clause", "favourable")}


def who(asked: Question, url: str) -> Answer:
    """Answer from the database at `url` where it holds the county, else from the demonstration's delegations.

    Raises Refusal for an unknown profile, item, cell or nature of a case, naming what there is.
    """
    profile = load_profile(asked.profile)
    _check_nature(asked, profile)
    with _record(url, profile) as session:
        return _by_record(asked, session) if session is not None else _by_demonstration(asked, profile)


def _check_nature(asked: Question, profile: Profile) -> None:
    """A nature the plan routes by; where it is silent every case is ordinary."""
    known = ("ordinary", *(when for when in rules_of(profile, asked.on).routes if when != "ordinary"))
    if asked.case.nature not in known:
        offered = ", ".join(known)
        raise Refusal("commands.who.nature", given=asked.case.nature, county=profile.name_zh, known=offered)


# -- the record -------------------------------------------------------------------------------------------------------


@contextmanager
def _record(url: str, profile: Profile) -> Iterator[Session | None]:
    """A session on the database when it is there and holds the county; raises Refusal for another release's schema."""
    from data.db import Record
    from data.migrate import revision_of
    from data.models import Jurisdiction
    from data.terminal import check_schema

    if revision_of(url) is None:
        yield None
        return
    check_schema(url)
    record = Record(url)
    try:
        with record.read() as session:
            known = session.scalar(select(Jurisdiction.id).where(Jurisdiction.profile == profile.code))
            yield session if known is not None else None
    finally:
        record.close()


def _by_record(asked: Question, session: Session) -> Answer:
    from data.county import load_county
    from data.models import Item, Jurisdiction
    from data.queries.competence import competence_at, item_facts, rules_for, township_at

    place = session.scalars(select(Jurisdiction).where(Jurisdiction.profile == asked.profile)).one()
    county = load_county(session, place, asked.on)
    rows = session.scalars(select(Item).where(Item.jurisdiction_id == place.id).order_by(Item.code)).all()
    if not rows:
        raise Refusal("commands.who.no_items", kind="not_found", county=county.name)
    named = [Named((row.code, row.basis.get("catalogue") or ""), row.name, tuple(row.keywords)) for row in rows]
    item = rows[_choose(asked.item, named, county.profile)]
    township = county.township_of(asked.cell) if asked.cell in county.hierarchy else None
    cells = {cell.code: cell.name for cell in county.townships}
    if township is None:
        raise _no_cell(asked.cell, county.name, cells, known=asked.cell in county.hierarchy)
    where = township_at(session, county, township)
    found = competence_at(session, county, item, township, asked.on, asked.act, asked.penalties, asked.case)
    facts, rules = item_facts(session, item), rules_for(session, county, asked.on)
    return Answer(asked, facts, where, county.name_of(asked.cell), found, rules, "record")


# -- the demonstration ------------------------------------------------------------------------------------------------


def _by_demonstration(asked: Question, profile: Profile) -> Answer:
    from data.demo import PLANS
    from data.simulate.allotment import demonstration_items
    from data.simulate.offices import demonstration_townships

    if asked.profile not in PLANS:
        raise Refusal("commands.who.no_cells", kind="not_found", given=profile.name_zh, known=", ".join(PLANS))
    towns = {town.code: town for town in demonstration_townships(profile)}
    code, cell_name = _place(asked, profile, {town.code: town.name for town in towns.values()})
    facts, delegations = demonstration_items(profile, (code,))
    named = [Named((fact.code,), fact.name, catalogue_item(fact.code).keywords) for fact in facts]
    item = facts[_choose(asked.item, named, profile)]
    item = replace(item, catalogue=catalogue_item(item.code))
    rules = _demonstration_rules(profile, asked.on)
    found = competent(
        item, towns[code], asked.on, asked.act, asked.penalties, delegations=delegations, rules=rules, case=asked.case
    )
    return Answer(asked, item, towns[code], cell_name, found, rules, "demonstration")


def _demonstration_rules(profile: Profile, on: date) -> CompetenceRules:
    from data.simulate.offices import offices_of, organ_names

    zh, en = organ_names(profile, "zh"), organ_names(profile, "en")
    kinds = dict.fromkeys(zh, OrganKind.TOWNSHIP) | {office.code: office.kind for office in offices_of(profile)}
    return replace(
        rules_of(profile, on), organ_names={code: Name(zh[code], en[code]) for code in zh}, organ_kinds=kinds
    )


def _place(asked: Question, profile: Profile, towns: dict[str, str]) -> tuple[str, str]:
    """Township and name of a cell of the demonstration: from the list of divisions, else from the grid drawn of it."""
    from data.demo import demonstration_grid, division_names

    cell = asked.cell
    divisions = division_names(asked.profile)
    if cell in divisions:
        return cell if cell in towns else f"{cell[:9]}000", divisions[cell]
    inside = any(cell[:6] == town[:6] for town in towns)
    grid = demonstration_grid(profile.code) if inside else None
    if grid is not None and cell in grid:
        town = next((code for code in grid.chain(cell) if code in towns), None)
        if town is not None:
            return town, grid[cell].name
    raise _no_cell(cell, profile.name_zh, towns, known=grid is not None and cell in grid)


def _no_cell(cell: str, county: str, towns: dict[str, str], *, known: bool) -> Refusal:
    """A cell the county does not have, or one above its townships."""
    offered = ", ".join(f"{code} {name}" for code, name in list(towns.items())[:SHOWN])
    code = "commands.who.cell_above" if known else "commands.who.cell"
    return Refusal(code, kind="not_found", given=cell, county=county, towns=offered, count=len(towns))


# -- the item ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """An item by the codes it answers to, its name, and the words by which people describe it."""

    codes: tuple[str, ...]
    name: str
    keywords: tuple[str, ...] = ()


def _choose(text: str, items: Sequence[Named], profile: Profile) -> int:
    """Index of the item meant by a code, an exact name, or words that stand in one name alone."""
    wanted = text.strip()
    ways = (
        [n for n, one in enumerate(items) if wanted.casefold() in {code.casefold() for code in one.codes}],
        [n for n, one in enumerate(items) if one.name == wanted],
        [n for n, one in enumerate(items) if wanted and wanted in one.name],
    )
    fitting = next((found for found in ways if found), [])
    if len(fitting) == 1:
        return fitting[0]
    raise _several(wanted, [items[n] for n in fitting], profile) if fitting else _none(wanted, items, profile)


def _several(wanted: str, fitting: Sequence[Named], profile: Profile) -> Refusal:
    offered = _listed(fitting)
    return Refusal(
        "commands.who.item_several",
        kind="conflict",
        given=wanted,
        county=profile.name_zh,
        count=len(fitting),
        known=offered,
    )


def _none(wanted: str, items: Sequence[Named], profile: Profile) -> Refusal:
    """No such item: one of another province's law, or one the record lacks, is named as such; else the nearest are offered."""
    elsewhere = next((one for one in load_items() if wanted.casefold() == one.code.casefold()), None)
    if elsewhere is not None:
        holds = elsewhere.holds_in(profile.chain)
        code = "commands.who.item_not_held" if holds else "commands.who.item_elsewhere"
        return Refusal(code, kind="not_found", given=elsewhere.code, item=elsewhere.name, county=profile.name_zh)
    close = get_close_matches(wanted, [one.name for one in items], n=SHOWN, cutoff=0.3)
    described = [one for one in items if any(wanted and wanted in word for word in one.keywords)]
    near = described or [one for one in items if one.name in close] or items
    return Refusal("commands.who.item", kind="not_found", given=wanted, county=profile.name_zh, known=_listed(near))


def _listed(items: Sequence[Named]) -> str:
    return ", ".join(f"{one.codes[0]} {one.name}" for one in items[:SHOWN])
